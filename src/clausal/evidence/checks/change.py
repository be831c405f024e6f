"""`change`: a difference that is not the difference of the values beside it."""

from __future__ import annotations

from collections.abc import Iterable

from clausal.evidence.model import Evidence
from clausal.rules.finding import Finding

NAME = "change"


def check(evidence: Evidence) -> Iterable[Finding]:
    """Stated differences against before and after, each figure exact to half a unit of its last decimal."""
    for study in evidence.studies:
        for one in study.changes:
            if one.before is None or one.after is None or one.change is None:
                continue
            exact = one.before.value - one.after.value
            slack = one.before.half + one.after.half + one.change.half
            if min(abs(exact - one.change.value), abs(-exact - one.change.value)) > slack:
                message = (
                    f"{study.name}: {one.what}: from {one.before} to {one.after} is {abs(exact)}, not {one.change}"
                )
                yield Finding(NAME, "warning", one.place, message)
