"""`date-hole`: days on which no rule is in force, between days on which rules for the same cases are."""

from __future__ import annotations

from collections.abc import Iterable

from clausal.rules.analysis.checks.between import holes
from clausal.rules.analysis.checks.subject import Subject
from clausal.rules.finding import Finding

NAME = "date-hole"


def check(subject: Subject) -> Iterable[Finding]:
    """The holes that dates leave, each with a case and the rules before and after."""
    return holes(subject, NAME, "date")
