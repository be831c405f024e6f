"""Rules that remark on a line and do not decide it: a conflict between sources, a notice, a safety finding."""

from __future__ import annotations

from dataclasses import dataclass

from clausal.documents.library import View
from clausal.documents.pack import Denial
from clausal.facts.knowledge import State
from clausal.rules.evaluate import collect
from clausal.rules.explain import Tested, explain
from clausal.rules.model import Holds


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two sources that say different things; `binding` if the one that differs from the guide binds the payer."""

    says: str
    clauses: tuple[str, ...]
    binding: bool = False
    denial: Denial | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know beside the answer."""

    says: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Safety:
    """A safety finding: `block`, `confirm` (something is on record that must be asked about) or `caution`."""

    severity: str
    says: str
    clauses: tuple[str, ...]
    rule: str
    needs: tuple[str, ...] = ()


def notices(view: View, state: State) -> list[Notice]:
    """The notices that surely apply."""
    return [
        Notice(str(rule.then["says"]), rule.cites)
        for document in view.answering("notice")
        for rule in collect(document.compiled, state).holding
    ]


def conflicts(view: View, state: State) -> list[Conflict]:
    """The conflicts that apply, and with a condition those that hang on a single fact that is not known."""
    found = []
    for document in view.answering("conflict"):
        collected = collect(document.compiled, state)
        for rule in collected.holding:
            denial = view.library.denials.get(str(rule.then.get("denial", "")))
            found.append(Conflict(str(rule.then["says"]), rule.cites, bool(rule.then.get("binding")), denial))
        for rule in collected.open:
            unknown = [test for test in explain(document.compiled, rule, state) if test.holds == "unknown"]
            if len(unknown) == 1:
                condition = f"if {_words(unknown[0])}: "
                found.append(Conflict(condition + str(rule.then["says"]), rule.cites))
    return found


def safety(view: View, state: State) -> tuple[list[Safety], list[str]]:
    """Safety findings, and the facts without which a contraindication cannot be ruled out.

    A rule for which something is on record, but which hangs on what is not known, asks (`confirm`) and does not block.
    """
    found: list[Safety] = []
    missing: list[str] = []
    for document in view.answering("safety"):
        collected = collect(document.compiled, state)
        for rule in collected.holding:
            found.append(Safety(str(rule.then["severity"]), str(rule.then["says"]), rule.cites, rule.name))
        for rule in collected.open:
            tests = explain(document.compiled, rule, state)
            unknown = [test for test in tests if test.holds == "unknown"]
            recorded = [test for test in tests if test.holds == "yes" and isinstance(rule.when.get(test.fact), Holds)]
            lists = [test for test in unknown if isinstance(rule.when.get(test.fact), Holds)]
            if recorded and not lists:
                severity = "confirm" if rule.then["severity"] == "block" else str(rule.then["severity"])
                condition = f" (if {' and '.join(map(_words, unknown))})"
                needs = tuple(test.fact for test in unknown)
                found.append(Safety(severity, str(rule.then["says"]) + condition, rule.cites, rule.name, needs))
            missing.extend(name for test in unknown for name in _not_given(view, test.fact, state))
    order = {"block": 0, "confirm": 1, "caution": 2}
    return sorted(found, key=lambda one: order[one.severity]), list(dict.fromkeys(missing))


def _not_given(view: View, name: str, state: State) -> list[str]:
    """The fact, or for one that combines lists those of them that the case does not give."""
    fact = view.facts[name]
    return [part for part in fact.combines or (name,) if part not in state and view.facts[part].can_be_asked]


def _words(test: Tested) -> str:
    return f"{test.fact.replace('_', ' ')} is {test.expected}"
