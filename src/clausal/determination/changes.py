"""Which facts, were they other than they are, would give a line another status: the fewest, found by trying.

Values that no table tells apart are tried once: two values of a fact give the same answer if in every table the same
rules accept them. This explains an answer; it says nothing of whether a fact is, or could be, so.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clausal.determination.decide import decide, plan_of
from clausal.determination.interview.answers import Given, Interview, Key, case_data
from clausal.determination.interview.questions import Setting
from clausal.determination.model import Determination, Status
from clausal.documents.library import View
from clausal.documents.pack import Plan
from clausal.facts.knowledge import Knowledge, Listed, Origin, Possible
from clausal.facts.vocabulary import Fact
from clausal.problems import InvalidInput
from clausal.rules.columns import NamedColumn, OrderedColumn
from clausal.rules.compile import CompiledTable
from clausal.rules.lists import ListColumn

DECIDING = ("authority", "benefit", "administrative")
MOST = 2
"""Facts that are changed at once."""
MOST_TRIED = 2_500
"""Service lines that are decided for all lines of a case together; that not every way was tried is told then."""
MOST_FOUND = 30
KEPT = ("service_date", "plan")
"""Facts that are not changed: another day or plan is another question."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A fact with another value, both as a case file has them; `given` is None where it is not known."""

    key: Key
    given: Any
    value: Any


@dataclass(frozen=True)
class Changes:
    """The smallest sets of changes that give a status; `facts` is how many each has, `complete` whether all were tried.

    Without `found` no change of up to MOST facts gives it, if the search was complete.
    """

    found: tuple[tuple[Changed, ...], ...]
    facts: int
    complete: bool
    tried: int


@dataclass
class Budget:
    """How many service lines may still be decided in search of changes."""

    left: int = MOST_TRIED


def changes(
    setting: Setting, begun: Mapping[str, Any], wanted: Status, line: int = 0, budget: Budget | None = None
) -> Changes:
    """The fewest changed facts with which a line has a status; raises InvalidInput where the case cannot be read."""
    search = _Search(setting, begun, wanted, line, budget or Budget())
    if search.holds(()):
        return Changes((), 0, True, 1)
    for size in range(1, MOST + 1):
        found = tuple(itertools.islice(search.of(size), MOST_FOUND))
        if found or search.is_over:
            return Changes(found, size, not search.is_over, search.tried)
    return Changes((), MOST, True, search.tried)


class _Search:
    def __init__(self, setting: Setting, begun: Mapping[str, Any], wanted: Status, line: int, budget: Budget) -> None:
        self.budget = budget
        self.cost = max(1, len(begun.get("lines") or ()))
        self.setting, self.begun, self.wanted, self.line = setting, begun, wanted, line
        self.tried = 0
        view = setting.library.view(setting.as_of)
        case = setting.read(dict(begun))
        facts, tables = _bearing(view, plan_of(view, case))
        self.atoms = [
            [Changed(Key(fact.name, line if fact.of_line and case.lines else None), given, value) for value in values]
            for fact in facts
            for given in [_at(begun, fact, line)]
            for values in [[one for one in _values(tables, fact) if one != given]]
            if values
        ]

    @property
    def is_over(self) -> bool:
        return self.budget.left < self.cost

    def of(self, size: int) -> Iterator[tuple[Changed, ...]]:
        """The sets of this many changes that give the status; those of one fact are no part of larger ones."""
        for facts in itertools.combinations(self.atoms, size):
            for chosen in itertools.product(*facts):
                if self.is_over:
                    return
                if self.holds(chosen):
                    yield chosen

    def holds(self, chosen: Sequence[Changed]) -> bool:
        """Whether the line has the status with some changes."""
        self.tried += 1
        self.budget.left -= self.cost
        try:
            found = self._decided(chosen)
        except InvalidInput:
            return False
        return len(found.lines) > self.line and found.lines[self.line].status == self.wanted

    def _decided(self, chosen: Sequence[Changed]) -> Determination:
        data = dict(self.begun)
        codes = [one for one in chosen if one.key.fact == "code"]
        if codes and not data.get("lines"):
            data["lines"] = [{}]
        given = tuple(Given(one.key if one.key.fact != "code" else Key("code", self.line), one.value) for one in chosen)
        read = self.setting.read(case_data(Interview(data, given), self.setting.facts))
        return decide(self.setting.library, read, self.setting.as_of)


def _bearing(view: View, plan: Plan | None) -> tuple[list[Fact], list[CompiledTable]]:
    """The facts that can be asked for, on which what a plan's tables say hangs, and all tables that tell it."""
    own = (*(plan.authorities if plan else ()), plan.pack if plan else "")
    tables = [
        document.compiled
        for kind in DECIDING
        for document in view.answering(kind)
        if document.compiled.table.answers[1] in own or document.pack.name in own
    ]
    waiting = [column.fact for table in tables for column in table.columns]
    found: dict[str, None] = {}
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting.extend(view.sources(name))
    tables += [one.compiled for one in view.answering("fact") if one.compiled.fact in found]
    facts = [fact for name, fact in view.facts.items() if name in found and fact.can_be_asked and name not in KEPT]
    return facts, tables


def _values(tables: Sequence[CompiledTable], fact: Fact) -> list[Any]:
    """A value of each class that tables tell apart, as a case file has it."""
    columns = [table.column[fact.name] for table in tables if fact.name in table.column]
    by_class: dict[tuple[Any, ...], Any] = {}
    for value in dict.fromkeys(_named(fact, columns)):
        known: Knowledge = (
            Listed(frozenset([value]), fact.complete, _ORIGIN)
            if fact.type == "codes"
            else Possible(frozenset([value]), _ORIGIN)
        )
        by_class.setdefault(tuple(column.masks(known) for column in columns), value)
    found = [one.isoformat() if isinstance(one, dt.date) else one for one in by_class.values()]
    return [[one] for one in found] if fact.type == "codes" else found


_ORIGIN = Origin("tried")


def _named(fact: Fact, columns: Iterable[Any]) -> Iterator[Any]:
    """The values of a fact that there are, or that tests name, and those beside them."""
    if fact.type == "flag":
        yield from (True, False)
    elif fact.values:
        yield from fact.values
    for column in columns:
        if isinstance(column, NamedColumn) and not fact.values and fact.type != "flag":
            yield from (one for values in column.sets for one in sorted(map(str, values.exact)))
        elif isinstance(column, ListColumn) and not fact.values:
            yield from (name.text for name in column.kinds.names if name.form != "other")
        elif isinstance(column, OrderedColumn):
            step: Any = dt.timedelta(days=1) if fact.type == "date" else 1
            for point in column.points:
                yield from (one for one in (point, point - step, point + step) if _is_within(fact, one))


def _is_within(fact: Fact, value: Any) -> bool:
    if fact.type != "number":
        return True
    low, high = fact.at_least, fact.at_most
    return (low is None or value >= low) and (high is None or value <= high)


def _at(data: Mapping[str, Any], fact: Fact, line: int) -> Any:
    """What a case gives of a fact, as its file has it."""
    found: Any = data
    if fact.of_line:
        lines = data.get("lines") or []
        return lines[line].get(fact.line_key) if line < len(lines) else None
    for step in fact.case or ():
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
