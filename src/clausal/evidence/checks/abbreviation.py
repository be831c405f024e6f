"""`abbreviation`: an abbreviation that is defined and never used, used and never defined, or defined in two ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from clausal.evidence.model import Evidence
from clausal.evidence.statements import Abbreviation, plain
from clausal.rules.finding import Finding

NAME = "abbreviation"


def check(evidence: Evidence) -> Iterable[Finding]:
    """The abbreviations of a document, those of one fault in one finding; units and names need no definition."""
    listed = evidence.statements.abbreviations
    yield from _of("defined and never used", [one for one in listed if one.defined and not one.used])
    undefined = [one for one in listed if one.used and not one.defined and not one.plain]
    yield from _of("used and never defined", undefined)
    for one in listed:
        if len({plain(meaning) for meaning in one.means}) > 1:
            message = f"{one.short} is defined in {len(one.means)} ways: {', '.join(one.means)}"
            yield Finding(NAME, "warning", one.place, message)


def _of(fault: str, listed: Sequence[Abbreviation]) -> Iterator[Finding]:
    if listed:
        others = tuple((one.short, one.place) for one in listed[1:])
        message = f"{fault}: {', '.join(one.short for one in listed)}"
        yield Finding(NAME, "note", listed[0].place, message, "", others)
