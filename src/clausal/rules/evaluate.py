"""Walk a compiled table for one case: settled by which rule, or open between which."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from clausal.facts.knowledge import State, values_of
from clausal.rules.compile import CompiledTable
from clausal.rules.diagram import Diagram
from clausal.rules.model import Rule


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a `first` or `unique` table says.

    `possible` are the rules that can decide, in order; None, at the end, stands for no rule. Settled: all of them have
    one conclusion, and `rule`, the last of them, stands for it.
    """

    settled: bool
    possible: tuple[Rule | None, ...]

    @property
    def rule(self) -> Rule | None:
        """The rule that decides, where the outcome is settled."""
        return self.possible[-1] if self.settled else None


@dataclass(frozen=True, slots=True)
class Collected:
    """What a `collect` table says: the rules that hold, and those that may."""

    holding: tuple[Rule, ...]
    open: tuple[Rule, ...]


def evaluate(compiled: CompiledTable, state: State) -> Outcome:
    """Decide a `first` or `unique` table. What it settles stays settled whatever else becomes known.

    The masks settle most cases; where they leave rules open, the diagram tells which of them can really decide.
    """
    deciding = deciding_mask(compiled, state)
    rules = deciding & compiled.everything
    same = compiled.same[(rules & -rules).bit_length() - 1] if rules else 0
    settled = not rules or deciding & ~same == 0
    none: tuple[None, ...] = (None,) if deciding > compiled.everything else ()
    return Outcome(settled, (*compiled.select(rules), *none))


def deciding_mask(compiled: CompiledTable, state: State) -> int:
    """The mask of the rules that can decide a `first` or `unique` table; one bit past the last rule stands for none."""
    possible = certain = compiled.everything
    unsettled: list[Hashable] = []
    for column in compiled.columns:
        known = state.get(column.fact)
        may, must = column.masks(known)
        possible &= may
        if not possible:
            return compiled.everything + 1
        certain &= must
        if may != must:
            unsettled.append((column.fact, known and values_of(known)))
    first = certain & -certain
    open_ = possible & ~certain & (first - 1 if first else compiled.everything)
    if not open_:
        return first or compiled.everything + 1
    # Of facts that are settled no more matters than which rules they leave.
    return compiled.remembered(("open", open_ | first, *unsettled), lambda: Diagram(compiled, state).deciding())


def collect(compiled: CompiledTable, state: State) -> Collected:
    """Read a `collect` table."""
    possible, certain = compiled.masks(state)
    return Collected(compiled.select(certain), compiled.select(possible & ~certain))
