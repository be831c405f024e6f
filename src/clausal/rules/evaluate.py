"""Walk a compiled table for one case: settled by which rule, or open between which."""

from __future__ import annotations

from dataclasses import dataclass

from clausal.facts.knowledge import State
from clausal.rules.compile import CompiledTable
from clausal.rules.model import Rule


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a `first` or `unique` table says.

    Settled: `rule` decides, or no rule applies (None); `candidates` are rules with the same conclusion that may come
    before it. Open: one of `candidates` decides, or else `rule`, the first that surely holds (None: no rule).
    """

    settled: bool
    rule: Rule | None
    candidates: tuple[Rule, ...]

    def possible(self) -> tuple[Rule | None, ...]:
        """All rules that can decide; None stands for no rule."""
        return (*self.candidates, self.rule)


@dataclass(frozen=True, slots=True)
class Collected:
    """What a `collect` table says: the rules that hold, and those that may."""

    holding: tuple[Rule, ...]
    open: tuple[Rule, ...]


def live(compiled: CompiledTable, state: State) -> tuple[int, int]:
    """`(open, first)` of a first-hit table: the first rule that surely holds (0: none), and any that may precede it."""
    possible, certain = compiled.masks(state)
    first = certain & -certain
    return possible & ~certain & (first - 1 if first else compiled.everything), first


def evaluate(compiled: CompiledTable, state: State) -> Outcome:
    """Decide a `first` or `unique` table. What it settles stays settled whatever else becomes known."""
    open_, first = live(compiled, state)
    rule = compiled.rules[first.bit_length() - 1] if first else None
    if not open_:
        return Outcome(True, rule, ())
    settled = bool(first) and not open_ & ~compiled.same[first.bit_length() - 1]
    return Outcome(settled, rule, compiled.select(open_))


def collect(compiled: CompiledTable, state: State) -> Collected:
    """Read a `collect` table."""
    possible, certain = compiled.masks(state)
    return Collected(compiled.select(certain), compiled.select(possible & ~certain))
