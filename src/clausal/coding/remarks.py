"""Rules that remark on a line and do not decide it: a conflict between sources, a notice, a safety finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clausal.documents.library import Document, View, code_of
from clausal.documents.pack import Denial
from clausal.facts.knowledge import Listed, State
from clausal.rules.evaluate import collect
from clausal.rules.explain import expects, holdings
from clausal.rules.model import Holds, Rule


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two sources that say different things; `binding` if the one that differs from the guide binds the payer."""

    says: str
    clauses: tuple[str, ...]
    binding: bool = False
    denial: Denial | None = None
    needs: tuple[str, ...] = ()
    """Facts on which it hangs whether the line is denied over this conflict."""


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
        for document in view.answering("notice", code=code_of(state))
        for rule in collect(document.compiled, state).holding
    ]


def conflicts(view: View, state: State) -> list[Conflict]:
    """The conflicts that apply, and with a condition those that hang on a single fact that is not known."""
    found = []
    for document in view.answering("conflict", code=code_of(state)):
        collected = collect(document.compiled, state)
        for rule in collected.holding:
            denial = view.library.denials.get(str(rule.then.get("denial", "")))
            found.append(Conflict(str(rule.then["says"]), rule.cites, bool(rule.then.get("binding")), denial))
        for rule in collected.open:
            holds = holdings(document.compiled, rule, document.compiled.each(state))
            unknown = [name for name, one in holds.items() if one == "unknown"]
            is_binding = bool(rule.then.get("binding"))
            if len(unknown) == 1 or (is_binding and len(unknown) == 2):
                condition = f"if {_words(rule, unknown)}: "
                needs = tuple(unknown) if rule.then.get("denial") else ()
                found.append(Conflict(condition + str(rule.then["says"]), rule.cites, needs=needs))
    return found


def safety(view: View, state: State) -> tuple[list[Safety], list[str], bool]:
    """Safety findings, the facts needed to rule a contraindication out, and whether any rule is about the service.

    A rule for which something is on record, but which hangs on what is not known, asks (`confirm`) and does not block.
    """
    found: list[Safety] = []
    missing: list[str] = []
    applies = False
    for document in view.answering("safety", code=code_of(state)):
        masks = document.compiled.each(state)
        collected = collect(document.compiled, state)
        surely, unknown_of_service = _is_about(view, document, masks)
        applies = applies or surely
        missing.extend(unknown_of_service)
        for rule in collected.holding:
            found.append(Safety(str(rule.then["severity"]), str(rule.then["says"]), rule.cites, rule.name))
        for rule in collected.open:
            holds = holdings(document.compiled, rule, masks)
            unknown = [name for name, one in holds.items() if one == "unknown"]
            if rule.then.get("only_certain") and any(view.facts[name].type != "codes" for name in unknown):
                continue
            if _is_on_record(view, rule, holds, state):
                severity = "confirm" if rule.then["severity"] == "block" else str(rule.then["severity"])
                condition = f" (if {_words(rule, unknown)})"
                needs = tuple(name for name in unknown if view.facts[name].can_be_asked)
                found.append(Safety(severity, str(rule.then["says"]) + condition, rule.cites, rule.name, needs))
            if all(view.facts[name].type in ("codes", "flag") for name in unknown):
                missing.extend(part for name in unknown for part in _not_given(view, name, state))
    order = {"block": 0, "confirm": 1, "caution": 2}
    return sorted(found, key=lambda one: order[one.severity]), list(dict.fromkeys(missing)), applies


def _is_about(view: View, document: Document, masks: Mapping[str, tuple[int, int]]) -> tuple[bool, list[str]]:
    """Whether the service is one that a rule is about: all its tests but those of lists and flags hold.

    Where that is not known, the facts that a person can be asked for to tell.
    """
    of_service = {name: both for name, both in masks.items() if view.facts[name].type not in ("codes", "flag")}
    may = must = document.compiled.everything
    for of_fact in of_service.values():
        may &= of_fact[0]
        must &= of_fact[1]
    if must or not may:
        return must != 0, []
    open_ = [name for name, of_fact in of_service.items() if (of_fact[0] & ~of_fact[1]) & may]
    return False, [name for name in open_ if view.facts[name].can_be_asked and view.facts[name].case]


def _is_on_record(view: View, rule: Rule, holds: Mapping[str, str], state: State) -> bool:
    """Whether what a rule looks for stands in a list of the case, if only under a heading; other lists do not count."""
    lists = {name: one for name, one in holds.items() if isinstance(rule.when.get(name), Holds)}
    given = {name: one for name, one in lists.items() if name in state}
    for name, one in given.items():
        test, listed = rule.when[name], state[name]
        if one == "unknown" and isinstance(test, Holds) and isinstance(listed, Listed):
            wanted = test.any_of
            if wanted is None or not any(wanted.is_vague(code) for code in listed.codes):
                return False
    records = [name for name in lists if view.facts[name].combines]
    return bool(given) and all(name in given for name in records)


def _not_given(view: View, name: str, state: State) -> list[str]:
    """The fact, or for one that combines lists those of them that the case does not give."""
    fact = view.facts[name]
    return [part for part in fact.combines or (name,) if part not in state and view.facts[part].can_be_asked]


def _words(rule: Rule, names: Iterable[str]) -> str:
    """`modality is cryoneurolysis and side is right`."""
    return " and ".join(f"{name.replace('_', ' ')} is {expects(rule, name)}" for name in names)
