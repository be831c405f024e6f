"""What is held of each kind of table: for which dates, in full or as rows of packs, and how to get the rest."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clausal.schedules.bundled import DOUBTED, shipped_releases, ships_in_full
from clausal.schedules.kinds import KINDS, Release, covered
from clausal.schedules.store import Store

DAY = dt.timedelta(days=1)
Span = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Held:
    """A release that is held, with its number of rows."""

    release: Release
    rows: int
    is_imported: bool

    @property
    def is_whole(self) -> bool:
        """Whether it is in full; else it has the rows of codes that packs name, or those that are not doubted."""
        return self.is_imported or ships_in_full(self.release.kind, self.release.name)

    @property
    def how(self) -> str:
        """How it is held, in a few words."""
        if self.is_whole:
            return f"{'imported' if self.is_imported else 'shipped'}, in full"
        return "in part, doubted" if (self.release.kind, self.release.name) in DOUBTED else "rows of packs"


def holdings(store: Store) -> list[Held]:
    """Every release held, by kind and first day; shipped ones only where imported ones leave them days."""
    imported = store.releases()
    found = [Held(release, rows, True) for release, rows in imported]
    for release, rows in shipped_releases():
        others = [one for one, _ in imported if (one.kind, one.service) == (release.kind, release.service)]
        if not covered(release, others):
            found.append(Held(release, rows, False))
    order = list(KINDS)
    return sorted(found, key=lambda one: (order.index(one.release.kind), one.release.start, one.release.name))


def spans(releases: Iterable[Release]) -> list[Span]:
    """The days that releases were published for, as stretches."""
    found: list[Span] = []
    for one in sorted(releases, key=lambda release: release.start):
        if found and one.start <= found[-1][1] + DAY:
            found[-1] = found[-1][0], max(found[-1][1], one.end)
        else:
            found.append((one.start, one.end))
    return found


def gaps(releases: Sequence[Release]) -> list[Span]:
    """The days between the first and the last release of a kind that none of them was published for."""
    held = spans(releases)
    return [(one[1] + DAY, after[0] - DAY) for one, after in itertools.pairwise(held)]


def gaps_of(held: Iterable[Held]) -> list[Span]:
    """The gaps of a kind; where it has tables by claim type, those of each."""
    by_service: dict[str, list[Release]] = {}
    for one in held:
        by_service.setdefault(one.release.service, []).append(one.release)
    return sorted({span for releases in by_service.values() for span in gaps(releases)})


def missing(store: Store, kind: str, day: dt.date) -> str:
    """That no table of a kind is held for a day, for which days one is, and what to import."""
    of_kind = KINDS[kind]
    held = spans(one.release for one in holdings(store) if one.release.kind == kind)
    written = ", ".join(f"{first} to {last}" for first, last in held) or "nothing"
    what = f"{of_kind.label}: no table of {day.year} is held (held: {written})"
    return f"{what}; get the {of_kind.source}, of {day.year}, and `clausal fees import FILE`"
