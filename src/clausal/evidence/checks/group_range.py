"""`group-range`: groups of a study that leave values out, share values, or are bounded in two ways."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from clausal.evidence.model import Evidence, Group, Partition
from clausal.evidence.ranges import Range, differ, edges, gap, overlap, pair
from clausal.problems import Place
from clausal.rules.finding import Finding

NAME = "group-range"


def check(evidence: Evidence) -> Iterable[Finding]:
    """The partitions of each study whose groups have bounds; a group within another one is a subgroup of it."""
    for study in evidence.studies:
        for partition in study.partitions:
            for message, place, others in _of(partition):
                yield Finding(NAME, "warning", place, f"{study.name}: {partition.name}: {message}", "", others)


Told = tuple[str, Place, tuple[tuple[str, Place], ...]]


def _of(partition: Partition) -> Iterator[Told]:
    bounded = [(group, group.bounds) for group in partition.groups if group.bounds is not None]
    for group, bounds in bounded:
        if edges(bounds).empty:
            yield f"{group.name} holds nothing: {bounds}", group.place, ()
        for other in group.elsewhere:
            if differ(bounds, other):
                yield f"{group.name} is {bounds} in one place and {other} in another", group.place, ()
    full = [(group, bounds) for group, bounds in bounded if not edges(bounds).empty]
    for either, other_one in itertools.combinations(full, 2):
        (first, bounds), (second, beyond) = _in_order(either, other_one)
        if shared := overlap(bounds, beyond):
            message = f"{shared} is in two groups: {first.name} is {bounds}, {second.name} {beyond}"
            yield message, first.place, ((second.name, second.place),)
    if len(full) == len(partition.groups):  # a group in words may hold what the others leave
        yield from _gaps(full)


def _gaps(full: list[tuple[Group, Range]]) -> Iterator[Told]:
    """Values between the lowest and the highest group that none of them holds."""
    if any(pair(one, other) is None for (_, one), (_, other) in itertools.combinations(full, 2)):
        return
    for second, beyond in full:
        before = [one for one in full if _begins(one[1], beyond)]
        nearest: tuple[Group, Range] | None = None
        for one in before:
            if nearest is None or _reaches(one[1], nearest[1]):
                nearest = one
        if nearest is not None and all(gap(bounds, beyond) for _, bounds in before):
            first, bounds = nearest
            message = f"{gap(bounds, beyond)} is in no group: {first.name} is {bounds}, {second.name} {beyond}"
            yield message, first.place, ((second.name, second.place),)


def _in_order(one: tuple[Group, Range], other: tuple[Group, Range]) -> tuple[tuple[Group, Range], tuple[Group, Range]]:
    return (one, other) if _begins(one[1], other[1]) else (other, one)


def _begins(one: Range, other: Range) -> bool:
    """Whether a range begins before another one, or with it and ends sooner."""
    both = pair(one, other)
    if both is None:
        return False
    a, b = both.one, both.other
    return (a.low, a.low_open, a.high) < (b.low, b.low_open, b.high)


def _reaches(one: Range, other: Range) -> bool:
    """Whether a range ends after another one."""
    both = pair(one, other)
    return both is not None and (both.one.high, not both.one.high_open) > (both.other.high, not both.other.high_open)
