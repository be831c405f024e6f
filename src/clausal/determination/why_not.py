"""Why a rule does not decide a line: the tests of it that fail, or that hang on what is not known."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from clausal.determination.decide import line_states, plan_of
from clausal.documents.library import Library
from clausal.facts.case import Case
from clausal.problems import InvalidInput, Place, unknown_name
from clausal.rules.explain import Tested, conclusion, explain


@dataclass(frozen=True)
class WhyNot:
    """A rule against one line: its tests, whether it holds, and what it would conclude."""

    line: int
    pack: str
    table: str
    rule: str
    concludes: str
    clauses: tuple[str, ...]
    tests: tuple[Tested, ...]

    @property
    def verdict(self) -> str:
        failed = [test.fact for test in self.tests if test.holds == "no"]
        unknown = [test.fact for test in self.tests if test.holds == "unknown"]
        if failed:
            return f"does not hold: {', '.join(failed)}"
        return f"may hold: {', '.join(unknown)} not known" if unknown else "holds"


def why_not(library: Library, case: Case, name: str, as_of: dt.date | None = None) -> list[WhyNot]:
    """Every rule of that name (or `pack/table#rule`) against every line of the case."""
    view = library.view(as_of or dt.date.today())
    rules = [
        (document, rule) for document, rule in view.rules() if name in (rule.name, _full(document.pack.name, rule))
    ]
    rules = rules or [(d, r) for d, r in view.rules() if name == f"{d.compiled.table.id}#{r.name}"]
    if not rules:
        known = {rule.name for _, rule in view.rules()}
        raise InvalidInput.at(Place("--why-not"), *unknown_name("rule", name, known))
    states, _ = line_states(view, plan_of(view, case), case)
    return [
        WhyNot(
            line=index,
            pack=document.pack.name,
            table=document.compiled.table.name,
            rule=rule.name,
            concludes=conclusion(rule),
            clauses=rule.cites,
            tests=explain(document.compiled, rule, state),
        )
        for index, (_, state, _) in enumerate(states)
        for document, rule in rules
    ]


def _full(pack: str, rule: object) -> str:
    return f"{pack}#{getattr(rule, 'name', '')}"
