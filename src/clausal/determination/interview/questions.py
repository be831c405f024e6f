"""Which question comes next: what is to be done first, then what coverage hangs on, then what safety does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from clausal.determination.codes import is_beside
from clausal.determination.decide import decide, line_states, plan_of
from clausal.determination.interview.answers import Interview, Key, case_data
from clausal.determination.model import Determination
from clausal.determination.questions import possible_choices
from clausal.determination.told import contradiction_said
from clausal.documents.library import Library, View
from clausal.documents.pack import Plan
from clausal.facts.case import Case
from clausal.facts.knowledge import Possible, Range, State
from clausal.facts.source import Path_, Source
from clausal.facts.vocabulary import NOT, Fact
from clausal.rules.model import Holds

Part = Literal["service", "coverage", "safety"]
BY_NAME, OF_ITS_PACK = ("authority", "coding"), ("benefit", "administrative")
"""What a plan's own tables answer, those that it names and those of its document: a fact that bears on none of them
says nothing of what is done, or where, under the plan."""


@dataclass(frozen=True)
class Setting:
    """What an interview is held with: the documents, those of the day, today, and where the case was read from.

    A case that is still `typed` may hold codes that do not exist on its day: they count as not known.
    """

    library: Library
    as_of: dt.date
    today: dt.date
    name: str = "case"
    places: Mapping[Path_, tuple[int, int]] = field(default_factory=dict)
    typed: bool = False

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The vocabulary's facts."""
        return self.library.vocabulary.facts

    def read(self, data: dict[str, Any]) -> Case:
        """The case of some data; raises InvalidInput."""
        return self.library.cases.read(Source(self.name, data, self.places), typed=self.typed)


@dataclass(frozen=True)
class Asked:
    """A question: what it is about, in which part it stands, its words, and the values it can be answered by.

    `whether` is the value of which alone it is asked whether it is so; `sought` are the codes that rules look for.
    """

    key: Key
    fact: Fact
    part: Part
    text: str
    choices: Mapping[str, str] = field(default_factory=dict)
    whether: str = ""
    sought: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """How far an interview has come: its case and determination once there is a day, and the next question, if any."""

    question: Asked | None
    case: Case | None = None
    determination: Determination | None = None
    contradictions: tuple[str, ...] = ()
    """What answers say against one another, in words."""


def standing(setting: Setting, interview: Interview, *, form: bool = False) -> Standing:
    """How far an interview has come; raises InvalidInput where its case cannot be read.

    Beside a `form`, in which a person puts what is done unasked, what the answer hangs on is asked first.
    """
    data = case_data(interview, setting.facts)
    for fact in setting.facts.values():
        if fact.required and fact.case and _at(data, fact.case) is None:
            return Standing(asked_for(setting, Key(fact.name), "service"))
    case = setting.read(data)
    view = setting.library.view(setting.as_of)
    plan = plan_of(view, case)
    states = [(state, clash) for _, state, clash in line_states(view, plan, case)[0]]
    determination = decide(setting.library, case, setting.as_of)
    clash = {one.fact: one for _, clashes in states for one in clashes}
    told = tuple(contradiction_said(one).says for one in clash.values())
    room = _Room(setting, view, plan, case, [state for state, _ in states])
    for asked in room.questions(determination, form=form):
        if interview.answer(asked.key) is None and asked.fact.name not in clash:
            return Standing(asked, case, determination, told)
    return Standing(None, case, determination, told)


def asked_for(setting: Setting, key: Key, part: Part = "service") -> Asked:
    """The question for a fact, with all its values: to answer it anew."""
    fact = setting.facts[key.fact]
    return Asked(key, fact, part, fact.question or fact.about, dict(fact.values))


@dataclass(frozen=True)
class _Room:
    """What the choice of a question looks at."""

    setting: Setting
    view: View
    plan: Plan | None
    case: Case
    states: list[State]

    def questions(self, determination: Determination, *, form: bool) -> Iterator[Asked]:
        """Every question that is open, in order."""
        if form and "plan" in self.case.facts and determination.is_open:
            yield from self._coverage(determination)
        yield from self._service()
        yield from self._coverage(determination)
        yield from self._safety(determination)

    def _service(self) -> Iterator[Asked]:
        """The plan, and the facts that say what is done, so far as they bear on the plan's own tables."""
        if "plan" not in self.case.facts:
            yield self._asked(Key("plan"), "service")
        codes = [state.get("code") for state in self.states]
        if codes and all(is_beside(self.view, self.plan, code) for code in codes):
            return
        bearing = self._bearing()
        for fact in self.setting.facts.values():
            if not fact.what_is_done or fact.name not in bearing or not fact.can_be_asked:
                continue
            if (not self.case.lines) if fact.of_line else self._is_unknown(fact.name):
                yield self._asked(Key(fact.name), "service")

    def _bearing(self) -> frozenset[str]:
        """The facts that the tables of the plan test, and those from which what is still unknown of them is derived."""
        if self.plan is None:
            return frozenset(self.setting.facts)
        names = (*self.plan.authorities, *self.plan.coding)
        tables = [
            document.compiled
            for kind in (*BY_NAME, *OF_ITS_PACK)
            for document in self.view.answering(kind)
            if (
                document.compiled.table.answers[1] in names if kind in BY_NAME else document.pack.name == self.plan.pack
            )
        ]
        waiting = [column.fact for table in tables for column in table.columns]
        found: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            if self._is_unknown(name):
                waiting.extend(self.view.sources(name))
        return frozenset(found)

    def _is_unknown(self, name: str) -> bool:
        """Whether some line has nothing of a fact, or more than one value that it can have."""
        found = [state.get(name) for state in self.states]
        return any(
            one is None or isinstance(one, Range) or (isinstance(one, Possible) and one.only() is None) for one in found
        )

    def _coverage(self, determination: Determination) -> Iterator[Asked]:
        """What the answer hangs on, in the order in which it settles most."""
        for question in determination.questions:
            fact = self.setting.facts[question.fact]
            line = None
            if fact.of_line:
                needing = next(i for i, one in enumerate(determination.lines) if fact.name in one.needs)
                line = needing if self.case.lines else 0
            values = [value for value in question.choices if not value.startswith(NOT)]
            whether = values[0] if len(values) < len(question.choices) else ""
            choices: Mapping[str, str] = question.choices
            if whether:
                choices = possible_choices(self.view, fact, self.states[0])
            yield Asked(Key(fact.name, line), fact, "coverage", question.question, choices, whether)

    def _safety(self, determination: Determination) -> Iterator[Asked]:
        """What is still to be known to rule contraindications out."""
        needs = (*determination.safety_needs, *(name for one in determination.safety for name in one.needs))
        for name in dict.fromkeys(needs):
            fact = self.setting.facts[name]
            if not fact.can_be_asked:
                continue
            if fact.of_line and self.case.lines:
                for index, line in enumerate(self.case.lines):
                    if name not in line.facts:
                        yield self._asked(Key(name, index), "safety")
            elif fact.of_line or fact.name not in self.case.facts:
                yield self._asked(Key(name), "safety")

    def _asked(self, key: Key, part: Part) -> Asked:
        fact = self.setting.facts[key.fact]
        state = self.states[key.line or 0] if self.states else {}
        is_history = fact.type == "codes" and bool(fact.system) and not fact.complete
        sought = tuple(self._sought(fact)) if part == "safety" and is_history else ()
        choices = possible_choices(self.view, fact, state) or dict(fact.values)
        return Asked(key, fact, part, fact.question or fact.about, choices, sought=sought)

    def _sought(self, fact: Fact) -> Iterable[str]:
        """The codes that have a label and are looked for in a list by the safety rules that can apply."""
        names = {fact.name, *(one.name for one in self.setting.facts.values() if fact.name in one.combines)}
        found: dict[str, None] = {}
        for document in self.view.answering("safety"):
            for state in self.states:
                masks = {name: both for name, both in document.compiled.each(state).items() if name not in names}
                alive = document.compiled.everything
                for may, _ in masks.values():
                    alive &= may
                for index, rule in enumerate(document.compiled.rules):
                    tests = [test for name, test in rule.when.items() if name in names and isinstance(test, Holds)]
                    for test in tests if alive >> index & 1 else ():
                        entries = test.any_of.exact if test.any_of else ()
                        found.update(dict.fromkeys(sorted(map(str, entries))))
        return (code for code in found if code in self.setting.library.vocabulary.diagnoses)


def _at(data: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    found: Any = data
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
