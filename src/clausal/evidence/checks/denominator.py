"""`denominator`: the base changes between sentences, or groups do not add up to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from clausal.evidence.model import Evidence, Split, Study
from clausal.evidence.percentages import other_base, stated
from clausal.evidence.whole import counts_for
from clausal.rules.finding import Finding

NAME = "denominator"
CERTAIN = 50
"""Up to which base a percentage without decimals can tell bases apart at all."""


def check(evidence: Evidence) -> Iterable[Finding]:
    """Percentages that fit another base of the study only, arms and categories that do not add up, counts too large."""
    for study in evidence.studies:
        yield from _percentages(study)
        yield from _arms(study)
        for split in study.splits:
            yield from _split(study, split)
        for share in study.shares:
            if share.count is not None and share.of is not None and share.count > share.of:
                message = f"{study.name}: {share.what}: {share.count} of {share.of} {share.base} are more than all"
                yield Finding(NAME, "warning", share.place, message)


def _percentages(study: Study) -> Iterator[Finding]:
    told: set[str] = set()
    for what, base, percent, of, count, place in stated(study):
        other = other_base(study, percent, of)
        if count is None and other is not None and str(percent) not in told:
            told.add(str(percent))
            name, size = other
            message = (
                f"{study.name}: {what}: {percent} percent cannot be of {of} {base}, but can be of {size} {name} "
                f"({counts_for(percent, size)[0]} of them): the base is not the one that the sentence names"
            )
            yield Finding(NAME, "warning", place, message)


def _arms(study: Study) -> Iterator[Finding]:
    total = study.sizes.get("patients", study.sizes.get("participants"))
    if total is not None and study.arms and sum(study.arms.values()) != total:
        arms = " + ".join(f"{n} {name}" for name, n in study.arms.items())
        message = f"{study.name}: the arms are {arms}, which makes {sum(study.arms.values())}, not {total}"
        yield Finding(NAME, "warning", study.place, message)


def _split(study: Study, split: Split) -> Iterator[Finding]:
    if split.parts and split.of is not None and sum(split.parts.values()) != split.of:
        total = sum(split.parts.values())
        fits = [name for name, size in study.sizes.items() if size == total]
        hint = f"; there are {total} {fits[0]}" if fits else ""
        message = f"{study.name}: {split.what}: the parts make {total}, not {split.of} {split.base}{hint}"
        yield Finding(NAME, "warning", split.place, message)
    if split.percents:
        total_percent = sum((one.value for one in split.percents.values()), Decimal(0))
        slack = sum((one.half for one in split.percents.values()), Decimal(0))
        if abs(total_percent - 100) > slack:
            message = f"{study.name}: {split.what}: the percentages make {total_percent}, not 100"
            yield Finding(NAME, "warning", split.place, message)
