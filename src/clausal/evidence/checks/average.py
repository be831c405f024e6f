"""`average`: averages of groups that cannot give the average stated for all."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from clausal.evidence.model import Average, Evidence, Study
from clausal.rules.finding import Finding

NAME = "average"
MOST_SPLITS = 20_000
Sizes = tuple[int, ...]


def check(evidence: Evidence) -> Iterable[Finding]:
    """Averages of each study, each by itself, and those of one partition of the same people together."""
    for study in evidence.studies:
        possible: dict[tuple[str, tuple[str, ...]], list[tuple[Average, set[Sizes]]]] = {}
        for average in study.averages:
            if average.total is None or len(average.parts) < 2:
                continue
            sizes, finding = _of_one(study, average)
            if finding is not None:
                yield finding
            elif sizes is not None and average.partition:
                possible.setdefault((average.partition, tuple(sorted(average.parts))), []).append((average, sizes))
        for together in possible.values():
            yield from _together(study, together)


def _of_one(study: Study, average: Average) -> tuple[set[Sizes] | None, Finding | None]:
    """The sizes of the groups, in order of name, with which an average is possible (None: not worked out)."""
    assert average.total is not None
    parts = [average.parts[name] for name in sorted(average.parts)]
    total = average.total
    lowest, highest = min(part.low for part in parts), max(part.high for part in parts)
    if total.high < lowest or total.low > highest:
        named = ", ".join(f"{average.parts[name]} in {name}" for name in sorted(average.parts))
        message = f"{study.name}: {average.what}: {total} for all lies outside its groups ({named})"
        return None, Finding(NAME, "warning", average.place, message)
    known = _known_sizes(study, average)
    tried = [known] if known else _splits(average.of, len(parts))
    if tried is None:
        return None, None
    found = {sizes for sizes in tried if _fits(average, sizes)}
    if found:
        return found, None
    groups = f"groups of {' and '.join(map(str, known))}" if known else f"no groups of {average.of} in all"
    named = ", ".join(f"{average.parts[name]} in {name}" for name in sorted(average.parts))
    how = f"{groups} do not give it" if known else f"{groups} give it"
    message = f"{study.name}: {average.what}: {total} for all, {named}: {how}"
    return None, Finding(NAME, "warning", average.place, message)


def _known_sizes(study: Study, average: Average) -> Sizes | None:
    """The sizes of the groups where the document gives them: as categories, or as arms, of the same names."""
    names = sorted(average.parts)
    of_base = [split.parts for split in study.splits if split.of == average.of]
    for counts in (*of_base, study.arms):
        if sorted(counts) == names and average.of in (None, sum(counts.values())):
            return tuple(counts[name] for name in names)
    return None


def _splits(total: int | None, groups: int) -> Sequence[Sizes] | None:
    """All ways to part a number of people into groups of at least one; None if there are too many."""
    if total is None or total < groups:
        return None
    count = 1
    for at in range(groups - 1):
        count = count * (total - 1 - at) // (at + 1)
    if count > MOST_SPLITS:
        return None
    found = []
    for cuts in itertools.combinations(range(1, total), groups - 1):
        edges = (0, *cuts, total)
        found.append(tuple(high - low for low, high in itertools.pairwise(edges)))
    return found


def _fits(average: Average, sizes: Sizes) -> bool:
    """Whether groups of these sizes give the total, each figure being exact to half a unit of its last decimal."""
    assert average.total is not None
    parts = [average.parts[name] for name in sorted(average.parts)]
    low = sum(part.low * size for part, size in zip(parts, sizes, strict=True)) / sum(sizes)
    high = sum(part.high * size for part, size in zip(parts, sizes, strict=True)) / sum(sizes)
    return low <= average.total.high and high >= average.total.low


def _together(study: Study, together: Sequence[tuple[Average, set[Sizes]]]) -> Iterator[Finding]:
    """Averages of one partition need one and the same sizes of its groups."""
    if len(together) < 2 or set.intersection(*(sizes for _, sizes in together)):
        return
    first = together[0][0]
    names = " and ".join(sorted(first.parts))
    ways = "; ".join(f"{average.what} needs {_shown(sizes)}" for average, sizes in together)
    message = f"{study.name}: no sizes of {names} give all averages of {first.of} at once ({ways})"
    others = tuple((average.what, average.place) for average, _ in together[1:])
    yield Finding(NAME, "warning", first.place, message, "", others)


def _shown(sizes: set[Sizes]) -> str:
    some = sorted(sizes)[:3]
    text = " or ".join(" and ".join(map(str, one)) for one in some)
    return text if len(sizes) <= 3 else f"{text} or others"
