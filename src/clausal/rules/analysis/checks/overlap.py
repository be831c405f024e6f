"""`overlap`: two rules of a `unique` table hold for one case."""

from __future__ import annotations

from collections.abc import Iterable

from clausal.rules.analysis.checks.subject import Subject
from clausal.rules.finding import Finding
from clausal.rules.masks import bits

NAME = "overlap"


def check(subject: Subject) -> Iterable[Finding]:
    """Every pair of rules that can hold together, each with such a case."""
    if subject.table.hit != "unique":
        return
    for later, rule in enumerate(subject.rules):
        for earlier in bits(subject.near[later] & ((1 << later) - 1)):
            both = 1 << later | 1 << earlier
            box = subject.case(later, both, lambda alive, both=both: alive & both == both)  # type: ignore[misc]
            if box is not None:
                other = subject.rules[earlier]
                yield Finding(
                    NAME,
                    "error",
                    rule.place,
                    f"rules '{other.name}' and '{rule.name}' overlap, and `unique` allows one rule for a case",
                    "narrow one of them, or use `first` if their order is meant to decide",
                    ((f"rule '{other.name}'", other.place),),
                    subject.shown(box),
                )
