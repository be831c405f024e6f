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


def benefits(view: View, plan: Plan, reading: Reading, state: State) -> list[Benefit]:
    """Every benefit that a reading can come to; more than one only where the benefit table is itself open."""
    if reading.finding in ("refer", "not-addressed") or reading.document is None:
        denials, hanging = _without_contract(view, plan, state)
        return [Benefit(reading, STATUS_OF[reading.finding], reading.finding, denials=denials, hanging=hanging)]
    found: list[Benefit] = []
    within = {**state, "finding": known(reading.finding)}
    tables = [d for d in view.answering("benefit", reading.authority) if d.pack is reading.document.pack]
    for document in tables:
        outcome = evaluate(document.compiled, within)
        rules = (outcome.rule,) if outcome.settled else outcome.possible
        found.extend(_benefit(view, reading, rule, document, within) for rule in rules)
    found = found or [_benefit(view, reading, None, None, within)]
    return [_unless_replaced(view, benefit, state) for benefit in found]


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
    reasons: list[Reason] = []
    if status == "not-covered":
        found = (reading.finding, *reading.also)
        if word == "covered-if-primary-covers" or STATUS_OF[reading.finding] != "not-covered":
            found = ("excluded",)
        reasons.extend(Reason(d) for one in found for d in view.library.denials.values() if d.finding == one)
    policy = reasons
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


def _unless_replaced(view: View, benefit: Benefit, state: State) -> Benefit:
    """A payable benefit that rests on a replaced policy is one on condition that the policy in its place agrees."""
    document = benefit.reading.document
    successor = replaced(view, document.pack.name, state) if document else None
    if successor is None or benefit.status not in ("covered", "conditional"):
        return benefit
    agrees = only(state, SUCCESSOR_AGREES)
    if agrees is True:
        return replace(benefit, successor=successor)
    if agrees is False:
        return Benefit(benefit.reading, "refer", "refer", benefit.rule, benefit.document, successor=successor)
    needs = (*benefit.needs, SUCCESSOR_AGREES)
    return replace(benefit, status="conditional", needs=needs, successor=successor)


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
