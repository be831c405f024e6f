"""`time-point`: a time at which something was measured, and of which nothing is reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from clausal.evidence.model import Difference, Evidence, Found, Measure, Share, Study, Tested
from clausal.evidence.times import unreported, when
from clausal.rules.finding import Finding

NAME = "time-point"


def check(evidence: Evidence) -> Iterable[Finding]:
    """Measures that are reported for some of the times at which they were measured, and not for the others.

    A measure of which no value is given at all is no case: what the document tells of it, it tells in other words.
    """
    for study in evidence.studies:
        for measure in study.measures:
            own = list(_own(measure))
            if not own:
                continue
            left = unreported(measure.measured, [*own, *_beside(study, measure)])
            if left:
                name = measure.what or measure.name
                times = ", ".join(when(days) for days in left)
                message = f"{study.name}: {name}: measured at {times}, and nothing is reported of it"
                yield Finding(NAME, "warning", measure.place, message)


def _own(measure: Measure) -> Iterator[Decimal]:
    """The times for which a measure has a value, in figures or in words."""
    for value in measure.values:
        if value.days is not None and (value.stated or any((value.mean, value.sd, value.percent))):
            yield value.days


def _beside(study: Study, measure: Measure) -> Iterator[Decimal]:
    """The times of which the study reports under a name that may mean the measure.

    That is any name but that of a measure with times of measuring of its own.
    """
    of_others = {one.name for one in study.measures if one.measured and one.name != measure.name}
    told: tuple[Found | Tested | Share | Difference, ...] = (
        *study.findings,
        *study.tests,
        *study.shares,
        *study.changes,
    )
    for one in told:
        if one.measure not in of_others:
            yield from one.days
    if any(change.measure not in of_others and change.before is not None for change in study.changes):
        yield Decimal(0)
    for other in study.measures:
        if other is not measure and other.name not in of_others:
            yield from _own(other)
