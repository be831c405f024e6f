"""`scale`: an average outside the scale, or a spread that no values on the scale can have."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from clausal.evidence.model import Evidence
from clausal.rules.finding import Finding

NAME = "scale"


def check(evidence: Evidence) -> Iterable[Finding]:
    """Means and standard deviations of measures whose scale is stated.

    On a scale from a to b a mean m allows no larger standard deviation than sqrt((m - a)(b - m) n / (n - 1))
    (Bhatia and Davis 2000, with the sample's n - 1).
    """
    for study in evidence.studies:
        for measure in study.measures:
            if measure.scale is None:
                continue
            low, high = measure.scale
            for value in measure.values:
                if value.mean is None:
                    continue
                name = measure.what or measure.name
                if value.mean.high < low or value.mean.low > high:
                    message = f"{study.name}: {name}: a mean of {value.mean} lies outside the scale of {low} to {high}"
                    yield Finding(NAME, "warning", value.place, message)
                    continue
                n = study.size(value.arm)
                if value.sd is None or n is None or n < 2:
                    continue
                mean = min(max(value.mean.value, low), high)
                reach = max((m - low) * (high - m) for m in (mean, value.mean.low, value.mean.high))
                most = (max(reach, Decimal(0)) * n / (n - 1)).sqrt()
                if value.sd.low > most:
                    message = (
                        f"{study.name}: {name}: with a mean of {value.mean} on a scale of {low} to {high}, {n} values "
                        f"have a standard deviation of {most:.1f} at most, not {value.sd}"
                    )
                    yield Finding(NAME, "warning", value.place, message)
