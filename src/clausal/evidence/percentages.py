"""The percentages that a study states, each with its base, and other bases that one fits."""

from __future__ import annotations

from collections.abc import Iterator

from clausal.evidence.model import Figure, Study
from clausal.evidence.whole import counts_for
from clausal.problems import Place

Stated = tuple[str, str, Figure, int, int | None, Place]
"""What, of which unit, the percentage, its base, the count beside it, and the place."""


def stated(study: Study) -> Iterator[Stated]:
    """Every percentage of a study with a base."""
    for share in study.shares:
        if share.percent is not None and share.of:
            yield share.what, share.base, share.percent, share.of, share.count, share.place
    for split in study.splits:
        for name, percent in split.percents.items():
            if split.of:
                yield f"{split.what}, {name}", split.base, percent, split.of, split.parts.get(name), split.place
    for measure in study.measures:
        for value in measure.values:
            if value.percent is not None and (of := study.size(value.arm)):
                yield measure.what or measure.name, "", value.percent, of, None, value.place


def other_base(study: Study, percent: Figure, of: int) -> tuple[str, int] | None:
    """A base of the study, other than the stated one, that a percentage fits though it does not fit that."""
    if counts_for(percent, of):
        return None
    for name, size in {**study.sizes, **study.arms}.items():
        if size != of and counts_for(percent, size):
            return name, size
    return None
