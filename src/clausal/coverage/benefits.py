"""From a finding to what the plan pays: the benefit table, the primary payer, the administrative conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from clausal.coverage.authorities import Reading
from clausal.documents.library import Document, View
from clausal.documents.pack import Denial, Plan
from clausal.facts.knowledge import Possible, State, known
from clausal.rules.evaluate import collect, evaluate
from clausal.rules.model import Rule

Status = Literal["covered", "not-covered", "conditional", "refer", "not-addressed", "open"]
PRIMARY = "primary_medicare_covers"
STATUS_OF: dict[str, Status] = {
    "covered": "covered",
    "investigational": "not-covered",
    "not-medically-necessary": "not-covered",
    "excluded": "not-covered",
    "refer": "refer",
    "not-addressed": "not-addressed",
}


@dataclass(frozen=True)
class Benefit:
    """What comes of one reading: status, the plan's own finding, reasons for denial (first the one to give), needs."""

    reading: Reading
    status: Status
    finding: str
    rule: Rule | None = None
    document: Document | None = None
    denials: tuple[tuple[Denial, tuple[str, ...]], ...] = ()
    needs: tuple[str, ...] = ()
    open: tuple[Document, ...] = ()
    met: tuple[str, ...] = ()
    """Clauses of the administrative conditions that a payable benefit meets, or has to meet."""

    @property
    def clauses(self) -> tuple[str, ...]:
        found = [*self.reading.clauses, *(self.rule.cites if self.rule else ())]
        found.extend(clause for _, clauses in self.denials for clause in clauses)
        found.extend(self.met)
        return tuple(dict.fromkeys(found))


def benefits(view: View, plan: Plan, reading: Reading, state: State) -> list[Benefit]:
    """Every benefit that a reading can come to; more than one only where the benefit table is itself open."""
    if reading.finding in ("refer", "not-addressed") or reading.document is None:
        return [
            Benefit(reading, STATUS_OF[reading.finding], reading.finding, denials=_without_contract(view, plan, state))
        ]
    found: list[Benefit] = []
    within = {**state, "finding": known(reading.finding)}
    tables = [d for d in view.answering("benefit", reading.authority) if d.pack is reading.document.pack]
    for document in tables:
        outcome = evaluate(document.compiled, within)
        rules = (outcome.rule,) if outcome.settled else outcome.possible
        found.extend(_benefit(view, reading, rule, document, within) for rule in rules)
    return found or [_benefit(view, reading, None, None, within)]


def _benefit(view: View, reading: Reading, rule: Rule | None, document: Document | None, state: State) -> Benefit:
    word = str(rule.then["benefit"]) if rule else "as-found"
    finding = reading.finding if word in ("as-found", "not-covered") else word
    status, needs = _status(finding, word, state)
    reasons: list[tuple[Denial, tuple[str, ...]]] = []
    if status == "not-covered":
        found = (reading.finding, *reading.also)
        if word == "covered-if-primary-covers" or STATUS_OF[reading.finding] != "not-covered":
            found = ("excluded",)
        reasons.extend((d, ()) for reason in found for d in view.library.denials.values() if d.finding == reason)
    open_: tuple[Document, ...] = ()
    met: list[str] = []
    for conditions in view.answering("administrative", reading.authority):
        if reading.document is None or conditions.pack is not reading.document.pack:
            continue
        failing = collect(conditions.compiled, state)
        for failed in failing.holding:
            denial = (view.library.denials[str(failed.then["denial"])], failed.cites)
            reasons.insert(0, denial) if failed.then.get("precedes") else reasons.append(denial)
            if status in ("covered", "conditional"):
                status, needs = "not-covered", ()
        if failing.open and status in ("covered", "conditional"):
            status, open_ = "conditional", (*open_, conditions)
        if status in ("covered", "conditional"):
            met.extend(clause for one in conditions.compiled.rules for clause in one.cites)
    return Benefit(reading, status, finding, rule, document, tuple(reasons), needs, open_, tuple(dict.fromkeys(met)))


def _without_contract(view: View, plan: Plan, state: State) -> tuple[tuple[Denial, tuple[str, ...]], ...]:
    """Reasons that come before any policy (no contract), for a service of which no policy of the plan speaks."""
    found = [
        (view.library.denials[str(rule.then["denial"])], rule.cites)
        for conditions in view.answering("administrative")
        if conditions.pack.name == plan.pack
        for rule in collect(conditions.compiled, state).holding
        if rule.then.get("precedes")
    ]
    return tuple(found)


def _status(finding: str, word: str, state: State) -> tuple[Status, tuple[str, ...]]:
    if word == "not-covered":
        return "not-covered", ()
    if finding != "covered-if-primary-covers":
        return STATUS_OF[finding], ()
    primary = state.get(PRIMARY)
    covers = primary.only() if isinstance(primary, Possible) else None
    if covers is None:
        return "conditional", (PRIMARY,)
    return ("covered" if covers else "not-covered"), ()
