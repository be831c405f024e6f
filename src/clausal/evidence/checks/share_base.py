"""`share-base`: a share of so many, where the study declares no group of that size."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping

from clausal.evidence.model import Evidence, Share, Split, Study
from clausal.evidence.whole import counts_for
from clausal.rules.finding import Finding

NAME = "share-base"
MOST_PARTS = 10
"""Categories of which sums are taken."""


def check(evidence: Evidence) -> Iterable[Finding]:
    """Bases that a sentence gives as a number only; each number is told once for a study."""
    for study in evidence.studies:
        told: set[int] = set()
        stated: tuple[Share | Split, ...] = (*study.shares, *study.splits)
        for one in stated:
            base = one.stated_of
            if base is None or base in told or base in _sizes(study, base, one):
                continue
            if isinstance(one, Share) and one.group in _groups(study):
                continue
            told.add(base)
            declared = ", ".join(f"{n} {name}" for name, n in {**study.sizes, **study.arms}.items() if name != "all")
            message = (
                f"{study.name}: {one.what}: {_shown(one)}of {base}, and the study declares no group of {base} "
                f"({declared or 'it declares none at all'})"
            )
            yield Finding(NAME, "warning", one.place, message)


def _shown(one: Share | Split) -> str:
    if isinstance(one, Split):
        return "parts "
    if one.count is not None:
        return f"{one.count} "
    return f"{one.percent} percent " if one.percent is not None else ""


def _groups(study: Study) -> set[str]:
    """The names of groups whose size is not given; a share may be of one of them."""
    parted = {group.name for partition in study.partitions for group in partition.groups if group.n is None}
    parted.update(name for average in study.averages for name in average.parts)
    sized = {*study.sizes, *study.arms, *(name for split in study.splits for name in split.parts)}
    return parted - sized


def _sizes(study: Study, base: int, asking: Share | Split) -> set[int]:
    """The sizes of all groups that the study tells of: units, arms, categories, those who had something or had not.

    What is only told of a base in question tells of no group of that size.
    """
    wholes = {*study.sizes.values(), *study.arms.values()}
    found = {*wholes, *_sums(study.arms), *_sums(study.sizes)}
    for partition in study.partitions:
        found.update(_sums({group.name: group.n for group in partition.groups if group.n is not None}))
    for split in study.splits:
        if split is not asking and split.stated_of != base:
            found.update(_sums(split.parts))
            for percent in split.percents.values():
                found.update(counts_for(percent, split.of) if split.of else ())
    for share in study.shares:
        if share is asking or share.stated_of == base:
            continue
        counts = [share.count] if share.count is not None else []
        if share.count is None and share.percent is not None and share.of:
            counts = counts_for(share.percent, share.of)
        found.update(counts)
        found.update(share.of - count for count in counts if share.of is not None)
    for measure in study.measures:
        for value in measure.values:
            if value.percent is not None and (size := study.size(value.arm)):
                counts = counts_for(value.percent, size)
                found.update(n for count in counts for n in (count, size - count))
    return found


def _sums(parts: Mapping[str, int]) -> Iterator[int]:
    """The sizes of some categories together."""
    sizes = list(parts.values())
    for count in range(1, len(sizes) + 1 if len(sizes) <= MOST_PARTS else 2):
        yield from (sum(some) for some in itertools.combinations(sizes, count))
