"""From a finding to what the plan pays: the benefit table, the primary payer, the administrative conditions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from clausal.coverage.authorities import Reading
from clausal.documents.library import Document, View
from clausal.documents.pack import Denial, Plan, Successor
from clausal.facts.knowledge import State, known, only
from clausal.rules.evaluate import collect, evaluate
from clausal.rules.model import SERVICE_DATE, Rule

Status = Literal["covered", "not-covered", "conditional", "refer", "not-addressed", "open"]
PRIMARY = "primary_medicare_covers"
SUCCESSOR_AGREES = "successor_agrees"
"""Whether a policy that has replaced the one held, and is not held itself, says the same."""
BY_NAME = (PRIMARY, SUCCESSOR_AGREES)
"""Facts that turn a finding into a benefit, without a table that tests them."""
STATUS_OF: dict[str, Status] = {
    "covered": "covered",
    "investigational": "not-covered",
    "not-medically-necessary": "not-covered",
    "excluded": "not-covered",
    "refer": "refer",
    "not-addressed": "not-addressed",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason for denial; one that an administrative condition gives cites its clauses."""

    denial: Denial
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hanging:
    """Rules of a table of conditions that may hold and, if they do, change which reason for denial comes first."""

    document: Document
    rules: frozenset[str]


@dataclass(frozen=True)
class Benefit:
    """What comes of one reading: status, the plan's own finding, reasons for denial (first the one to give), needs."""

    reading: Reading
    status: Status
    finding: str
    rule: Rule | None = None
    document: Document | None = None
    denials: tuple[Reason, ...] = ()
    hanging: tuple[Hanging, ...] = ()
    """What the first reason for denial hangs on; empty where it is settled."""
    needs: tuple[str, ...] = ()
    reason_needs: tuple[str, ...] = ()
    """Facts read by name on which it hangs which reason comes first."""
    open: tuple[Document, ...] = ()
    met: tuple[str, ...] = ()
    """Clauses of the administrative conditions that a payable benefit meets, or has to meet."""
    successor: Successor | None = None
    """The policy, not held, that has replaced the one on which a payable benefit rests."""

    @property
    def clauses(self) -> tuple[str, ...]:
        found = [*self.reading.clauses, *(self.rule.cites if self.rule else ())]
        found.extend(self.denials[0].clauses if self.denials else ())
        found.extend(self.met)
        found.extend(self.successor.cites if self.successor else ())
        return tuple(dict.fromkeys(found))

    @property
    def reason(self) -> str | None:
        """The name of the reason for denial that is given first."""
        return self.denials[0].denial.name if self.denials else None

    @property
    def refer_to(self) -> str | None:
        """Who decides in place of the documents held."""
        if self.status != "refer":
            return None
        if self.successor:
            return f"the policy in its place, '{self.successor.title}', which the library does not hold"
        return next((str(rule.then["refer_to"]) for rule in self.reading.rules if rule.then.get("refer_to")), None)


def benefits(view: View, plan: Plan, reading: Reading, state: State) -> list[Benefit]:
    """Every benefit that a reading can come to; more than one only where the benefit table is itself open."""
    successor = replaced(view, reading.document.pack.name, state) if reading.document else None
    if successor and only(state, SUCCESSOR_AGREES) is False:
        # What the document says of the case no longer holds, whatever it is.
        silent = replace(reading, rules=(), clauses=())
        return [_outside(view, plan, replace(silent, finding="refer"), state, successor)]
    if reading.finding in ("refer", "not-addressed") or reading.document is None:
        return [_outside(view, plan, reading, state)]
    found: list[Benefit] = []
    within = {**state, "finding": known(reading.finding)}
    tables = [d for d in view.answering("benefit", reading.authority) if d.pack is reading.document.pack]
    for document in tables:
        outcome = evaluate(document.compiled, within)
        rules = (outcome.rule,) if outcome.settled else outcome.possible
        found.extend(_benefit(view, reading, rule, document, within) for rule in rules)
    found = found or [_benefit(view, reading, None, None, within)]
    return [_on_condition(benefit, successor, state) for benefit in found] if successor else found


def _outside(view: View, plan: Plan, reading: Reading, state: State, successor: Successor | None = None) -> Benefit:
    """What comes of a reading by which no policy held decides."""
    denials, hanging = _without_contract(view, plan, state)
    status, finding = STATUS_OF[reading.finding], reading.finding
    return Benefit(reading, status, finding, denials=denials, hanging=hanging, successor=successor)


def replaced(view: View, pack: str, state: State) -> Successor | None:
    """The policy that has replaced a pack's on the date of service, so far as that was published; it is not held."""
    successor = view.packs[pack].replaced_by if pack in view.packs else None
    day = only(state, SERVICE_DATE)
    if successor is None or successor.published > view.as_of or not isinstance(day, dt.date):
        return None
    return successor if successor.effective <= day else None


def _benefit(view: View, reading: Reading, rule: Rule | None, document: Document | None, state: State) -> Benefit:
    word = str(rule.then["benefit"]) if rule else "as-found"
    finding = reading.finding if word in ("as-found", "not-covered") else word
    status, needs = _status(finding, word, state)
    found = (reading.finding, *reading.also)
    if word == "covered-if-primary-covers" or STATUS_OF[reading.finding] != "not-covered":
        found = ("excluded",)
    own = reading.document.pack.name if reading.document else ""
    denying = [Reason(denial) for one in found for denial in view.library.denying(one, own)]
    if reading.denial and found == (reading.finding, *reading.also):
        # The rule's own reason stands for the one that its finding has.
        others = [one for one in denying if one.denial.finding != reading.finding]
        denying = [Reason(view.library.denials[reading.denial]), *others]
    reasons = policy = denying if status == "not-covered" else []
    # The policy's reasons if what is needed turns out against the service.
    possible = denying if needs else policy
    waiting: tuple[str, ...] = needs
    reason_needs: tuple[str, ...] = ()
    open_: tuple[Document, ...] = ()
    hanging: list[Hanging | None] = []
    met: list[str] = []
    for conditions in view.answering("administrative", reading.authority):
        if reading.document is None or conditions.pack is not reading.document.pack:
            continue
        failing = collect(conditions.compiled, state)
        if failing.holding and status in ("covered", "conditional"):
            status, needs = "not-covered", ()
        reasons = _ordered(view, failing.holding, policy)
        if status == "not-covered" and _ordered(view, failing.holding, possible)[:1] != reasons[:1]:
            reason_needs = waiting
        if status == "not-covered":
            hanging.append(_hanging(view, conditions, failing.open, failing.holding, policy))
        if failing.open and status in ("covered", "conditional"):
            status, open_ = "conditional", (*open_, conditions)
        if status in ("covered", "conditional"):
            met.extend(clause for one in conditions.compiled.rules for clause in one.cites)
    return Benefit(
        reading=reading,
        status=status,
        finding=finding,
        rule=rule,
        document=document,
        denials=tuple(reasons),
        hanging=tuple(filter(None, hanging)),
        needs=needs,
        reason_needs=reason_needs,
        open=open_,
        met=tuple(dict.fromkeys(met)),
    )


def _ordered(view: View, failing: Iterable[Rule], policy: list[Reason]) -> list[Reason]:
    """Reasons in the order in which they are given: conditions that precede, the policy's, other conditions."""
    first: list[Reason] = []
    last: list[Reason] = []
    for rule in failing:
        reason = Reason(view.library.denials[str(rule.then["denial"])], rule.cites)
        into = first if rule.then.get("precedes") else last
        into[:] = [one for one in into if one.denial.name != rule.then.get("in_place_of")]
        if all(one.denial is not reason.denial for one in into):
            into.append(reason)
    return [*first, *policy, *last]


def _hanging(
    view: View, document: Document, open_: Sequence[Rule], holding: Sequence[Rule], policy: list[Reason]
) -> Hanging | None:
    """The open rules that, if they held, would put another reason first; None where there is none."""

    def first(rules: Iterable[Rule]) -> str:
        ordered = _ordered(view, [rule for rule in document.compiled.rules if rule in rules], policy)
        return ordered[0].denial.name if ordered else ""

    def names() -> frozenset[str]:
        given = first(holding)
        return frozenset(rule.name for rule in open_ if first([*holding, rule]) != given)

    key = tuple(rule.name for rule in open_), tuple(rule.name for rule in holding), tuple(p.denial.name for p in policy)
    found = document.compiled.remembered(("hanging", *key), names) if open_ else frozenset[str]()
    return Hanging(document, found) if found else None


def _on_condition(benefit: Benefit, successor: Successor, state: State) -> Benefit:
    """What rests on a replaced policy rests on it that the policy in its place agrees; what it pays, on condition."""
    if only(state, SUCCESSOR_AGREES) is True:
        return replace(benefit, successor=successor)
    needs = (*benefit.needs, SUCCESSOR_AGREES)
    status = "conditional" if benefit.status == "covered" else benefit.status
    return replace(benefit, status=status, needs=needs, successor=successor)


def _without_contract(view: View, plan: Plan, state: State) -> tuple[tuple[Reason, ...], tuple[Hanging, ...]]:
    """Reasons that come before any policy (no contract), for a service of which no policy of the plan speaks."""
    reasons: list[Reason] = []
    hanging: list[Hanging | None] = []
    for conditions in view.answering("administrative"):
        if conditions.pack.name != plan.pack:
            continue
        failing = collect(conditions.compiled, state)
        holding = [rule for rule in failing.holding if rule.then.get("precedes")]
        open_ = [rule for rule in failing.open if rule.then.get("precedes")]
        reasons = _ordered(view, holding, reasons)
        hanging.append(_hanging(view, conditions, open_, holding, []))
    return tuple(reasons), tuple(filter(None, hanging))


def _status(finding: str, word: str, state: State) -> tuple[Status, tuple[str, ...]]:
    if word == "not-covered":
        return "not-covered", ()
    if finding != "covered-if-primary-covers":
        return STATUS_OF[finding], ()
    covers = only(state, PRIMARY)
    if covers is None:
        return "conditional", (PRIMARY,)
    return ("covered" if covers else "not-covered"), ()
