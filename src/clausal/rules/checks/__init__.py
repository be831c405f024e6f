"""Checks of a decision table, exact, one module each; every check has a page in `docs/checks/`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from clausal.rules.checks import date_hole, gap, no_effect, overlap, unreachable
from clausal.rules.checks.subject import Subject
from clausal.rules.finding import Finding

OF_TABLE: tuple[tuple[str, Callable[[Subject], Iterable[Finding]]], ...] = (
    (overlap.NAME, overlap.check),
    (unreachable.NAME, unreachable.check),
    (no_effect.NAME, no_effect.check),
    (gap.NAME, gap.check),
    (date_hole.NAME, date_hole.check),
)
"""The checks that look at one table."""
