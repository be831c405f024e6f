"""`p-value`: a P value that does not carry what it is called."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from decimal import Decimal

from clausal.evidence.model import Evidence, Probability, Tested
from clausal.rules.finding import Finding

NAME = "p-value"
LEVEL = Decimal("0.05")


def check(evidence: Evidence) -> Iterable[Finding]:
    """P above .05 called significant, P below .05 called not; no probability at all; analyses that differ over it."""
    for study in evidence.studies:
        yield from _of(study.name, study.tests)
    for trial in evidence.trials:
        yield from _of(trial.number, trial.tests)


def _of(name: str, tests: Sequence[Tested]) -> Iterable[Finding]:
    for test in tests:
        if test.p is not None and (message := _wrong(test.p, test.called)):
            what = f"{test.what}: " if test.what else ""
            yield Finding(NAME, "warning", test.place, f"{name}: {what}{test.p} {message}")
    for one, other in itertools.combinations([test for test in tests if test.analysis and test.p], 2):
        if one.p and other.p and one.what == other.what and {_is_below(one.p), _is_below(other.p)} == {True, False}:
            message = (
                f"{name}: {one.analysis} gives {one.p}, {other.analysis} {other.p}: significance hangs on the analysis"
            )
            yield Finding(NAME, "note", one.place, message, "", ((other.analysis, other.place),))


def _wrong(p: Probability, called: str) -> str:
    bounds = [bound for bound in (p.exact, p.above, p.below) if bound is not None]
    if any(bound < 0 or bound > 1 for bound in bounds):
        return "is no probability"
    below = _is_below(p)
    if called == "significant" and below is False:
        return f"is called significant, and is not below {LEVEL}"
    if called == "not-significant" and below is True:
        return f"is called not significant, and is below {LEVEL}"
    return ""


def _is_below(p: Probability) -> bool | None:
    """Whether P is surely below the level; None if it cannot be told: a printed .05 may be .046."""
    if p.exact is not None:
        return None if p.exact == LEVEL else p.exact < LEVEL
    if p.below is not None and p.below <= LEVEL:
        return True
    return False if p.above is not None and p.above >= LEVEL else None
