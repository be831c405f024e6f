"""Which codes and units a treatment is billed with, by the sources of coding advice that the plan follows, in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from clausal.documents.library import Document, View
from clausal.documents.pack import Plan
from clausal.facts.knowledge import Listed, Possible, State
from clausal.facts.standing import Standings
from clausal.facts.vocabulary import PROCEDURE
from clausal.rules.evaluate import collect, deciding_mask, evaluate
from clausal.rules.explain import holdings
from clausal.rules.model import SERVICE_DATE, Rule

RIGHT, LEFT, BILATERAL = "RT", "LT", "50"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A code to bill, or (`code` None) advice that no code is known; `beyond` counts what a daily limit leaves out."""

    authority: str
    code: str | None
    units: int
    modifiers: tuple[str, ...]
    says: str
    rule: str
    clauses: tuple[str, ...]
    beyond: int = 0


@dataclass(frozen=True, slots=True)
class Possibility:
    """A code that a source would propose once more is known: `rule` of `document`, and the facts that it waits for."""

    document: Document
    rule: Rule
    unknown: tuple[str, ...]

    @property
    def code(self) -> str:
        """The code, with the modifiers that it always carries."""
        return "-".join([str(self.rule.then["code"]), *map(str, self.rule.then.get("modifiers") or ())])


@dataclass(frozen=True, slots=True)
class Advice:
    """The proposals of the first source that has any, and what other sources say differently."""

    proposals: tuple[Proposal, ...]
    others: tuple[Proposal, ...]
    open: tuple[Document, ...] = ()
    """Tables of earlier sources that may propose otherwise, once more is known."""
    withheld: tuple[tuple[Proposal, str], ...] = ()
    """What a source says that cannot be billed on the day of service, since the code does not exist on it: why."""
    possible: tuple[Possibility, ...] = ()
    """What sources that come before the first that proposes would propose, once more is known."""


def propose(view: View, plan: Plan | None, state: State) -> Advice:
    """Ask the plan's sources of coding advice; without a plan nothing is chosen where they differ."""
    names = plan.coding if plan else tuple(dict.fromkeys(d.compiled.table.answers[1] for d in view.answering("coding")))
    chosen: tuple[Proposal, ...] = ()
    others: list[Proposal] = []
    open_: list[Document] = []
    withheld: list[tuple[Proposal, str]] = []
    possible: list[Possibility] = []
    for name in names:
        found = []
        for document in view.answering("coding", name):
            for rule in _holding(document, state):
                for proposal in _proposals(name, rule, state):
                    why = _absent(view, proposal, state)
                    withheld.append((proposal, why)) if why else found.append(proposal)
        if not chosen:
            chosen = tuple(found)
            if not chosen:
                open_.extend(document for document in view.answering("coding", name) if _is_open(document, state))
                # Without a plan it is not known whose code would count: nothing is said to hang on the rest alone.
                possible.extend(_beyond(_possible(view, name, state), possible) if plan else ())
        else:
            codes = {proposal.code for proposal in chosen}
            others.extend(proposal for proposal in found if proposal.code and proposal.code not in codes)
    if plan is None and others:
        return Advice((), (*chosen, *others), withheld=tuple(withheld))
    return Advice(chosen, tuple(others), tuple(open_) if chosen else (), tuple(withheld), tuple(possible))


def _possible(view: View, name: str, state: State) -> list[Possibility]:
    """The codes that a source may propose yet."""
    found = []
    for document in view.answering("coding", name):
        compiled = document.compiled
        if compiled.table.hit == "collect":
            rules = collect(compiled, state).open
        else:
            rules = compiled.select(deciding_mask(compiled, state) & compiled.everything)
        for rule in rules:
            holds = holdings(compiled, rule, compiled.each(state))
            unknown = tuple(fact for fact, one in holds.items() if one == "unknown")
            if rule.then.get("code") and unknown:
                found.append(Possibility(document, rule, unknown))
    return found


def _beyond(found: list[Possibility], before: list[Possibility]) -> list[Possibility]:
    """What a later source may propose where an earlier one stays silent: that which waits for less than it."""
    waiting = {fact for one in before for fact in one.unknown}
    return [one for one in found if not before or set(one.unknown) < waiting]


def _absent(view: View, proposal: Proposal, state: State) -> str:
    """Why the code of a proposal does not exist on the day of service, by the dates of packs; empty if it does."""
    known = state.get(SERVICE_DATE)
    day = known.only() if isinstance(known, Possible) else None
    if proposal.code is None or not isinstance(day, dt.date):
        return ""
    return Standings(view.library.vocabulary.dates).of(PROCEDURE, proposal.code, day).why


def _is_open(document: Document, state: State) -> bool:
    if document.compiled.table.hit == "collect":
        return bool(collect(document.compiled, state).open)
    return not evaluate(document.compiled, state).settled


def _holding(document: Document, state: State) -> Sequence[Rule]:
    if document.compiled.table.hit == "collect":
        return collect(document.compiled, state).holding
    outcome = evaluate(document.compiled, state)
    return (outcome.rule,) if outcome.settled and outcome.rule else ()


def _proposals(authority: str, rule: Rule, state: State) -> list[Proposal]:
    """One proposal, or one for each side."""
    then = rule.then
    code = str(then["code"]) if then.get("code") else None
    units = _units(rule, state)
    side = state.get("side")
    sides = {"right": [RIGHT], "left": [LEFT], "both": [RIGHT, LEFT]}.get(_text(side), [""])
    fixed = tuple(map(str, then.get("modifiers") or ()))
    if code is None:
        return [Proposal(authority, None, 0, (), str(then.get("says", "")), rule.name, rule.cites)]
    if len(sides) == 2 and then.get("both_sides") == "modifier-50":
        sides = [BILATERAL]
    left = int(then.get("at_most") or units * len(sides))
    proposals: list[Proposal] = []
    for modifier in sides:
        billed = min(units, left)
        left -= billed
        modifiers = (*((modifier,) if modifier else ()), *fixed)
        says, beyond = str(then.get("says", "")), units - billed
        if billed or not proposals:
            proposals.append(Proposal(authority, code, billed, modifiers, says, rule.name, rule.cites, beyond))
        elif beyond:
            last = proposals[-1]
            proposals[-1] = Proposal(
                authority, code, last.units, last.modifiers, says, rule.name, rule.cites, last.beyond + beyond
            )
    return proposals


def _units(rule: Rule, state: State) -> int:
    """The stated units, or how many of the listed values lie in the rule's set (on each side)."""
    if "count" not in rule.then:
        return int(rule.then.get("units", 1))
    listed = state.get(str(rule.then["count"]))
    return sum(1 for value in listed.codes if value in rule.then["of"]) if isinstance(listed, Listed) else 0


def _text(knowledge: object) -> str:
    return str(knowledge.only()) if isinstance(knowledge, Possible) else ""


def daily_limits(view: View) -> dict[str, Rule]:
    """The rule that limits a code's units a day, for each code that has one."""
    return {str(rule.then["code"]): rule for rule in coding_rules(view) if rule.then.get("at_most")}


def coding_rules(view: View) -> list[Rule]:
    """Every rule that proposes a code."""
    rules = (rule for document in view.answering("coding") for rule in document.compiled.rules)
    return [rule for rule in rules if rule.then.get("code")]
