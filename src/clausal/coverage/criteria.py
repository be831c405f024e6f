"""The criteria of a document against a case: which are met, which fail, which are open, and by which clauses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from clausal.documents.library import Document, View
from clausal.facts.knowledge import State, only
from clausal.rules.compile import CompiledTable
from clausal.rules.criteria import MET, TEST
from clausal.rules.explain import Tested, explain
from clausal.rules.model import Criterion, Rule


@dataclass(frozen=True)
class Judged:
    """A criterion, whether it is met (None: that depends on what is not known), its tests, and those it is made of.

    One that tests what a table of criteria tells is made of these.
    """

    criterion: Criterion
    met: bool | None
    tests: tuple[Tested, ...] = ()
    of: tuple[Judged, ...] = ()


def judged(view: View, document: Document, state: State) -> tuple[Judged, ...]:
    """Every criterion of a document, in its order; none for a document that is not made of criteria."""
    return tuple(_judged(view, one, state) for one in document.compiled.table.criteria)


def _judged(view: View, criterion: Criterion, state: State) -> Judged:
    value = only(state, criterion.fact)
    met = value if isinstance(value, bool) else None
    tests: tuple[Tested, ...] = ()
    if criterion.form == TEST:
        (table,) = (one for one in view.deriving(criterion.fact) if isinstance(one, CompiledTable))
        tests = explain(table, next(rule for rule in table.rules if rule.name == MET), state)
    of = (*criterion.of, *(one for test in tests for one in view.judged.get(test.fact, ())))
    return Judged(criterion, met, tests, tuple(_judged(view, one, state) for one in of))


def deciding(document: Document | None, rules: Iterable[Rule], state: State) -> Iterator[str]:
    """The flags of the criteria by which rules of a document decide: those that are met, or else those that fail."""
    criteria = document.compiled.table.criteria if document else ()
    tested = {name for rule in rules for name in rule.when}
    are_met = {one.fact for one in criteria} <= tested
    for one in criteria:
        if only(state, one.fact) is are_met:
            yield one.fact


def making(criteria: Sequence[Criterion], state: State) -> Iterator[str]:
    """The flags of the criteria that make of a table of criteria what it is: all, or else those that fail."""
    are_met = all(only(state, one.fact) is True for one in criteria)
    return (one.fact for one in criteria if only(state, one.fact) is are_met)


def inner(criterion: Criterion, state: State) -> Iterator[str]:
    """The flags of the criteria that make a criterion what it is: met ones of one that is met, failing ones else."""
    value = only(state, criterion.fact)
    return (one.fact for one in criterion.of if only(state, one.fact) is value)
