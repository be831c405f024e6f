"""Decide a case: propose lines if it has none, decide each, and gather what belongs to the whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from clausal.coding.propose import Advice, propose
from clausal.coding.remarks import Conflict, conflicts, safety
from clausal.coverage.authorities import Read
from clausal.coverage.line import Coverage, askable, coverage
from clausal.coverage.required import Authorization, Wanted, authorization, documents_wanted
from clausal.coverage.warnings import Warned, warnings
from clausal.determination.codes import beside, code_editions, code_notices, is_beside, unscreened
from clausal.determination.model import (
    DenialCodes,
    Determination,
    Line,
    Payment,
    ReadingSaid,
    SafetySaid,
    Screening,
    Severity,
)
from clausal.determination.notes import coding_notes, notices
from clausal.determination.possible_codes import depends, fitting, possible_notes
from clausal.determination.questions import Asking, questions
from clausal.determination.told import (
    approval_said,
    authority_said,
    authorization_said,
    conflicts_said,
    criteria_said,
    denial_codes,
    document_said,
    inferred_said,
    readings_said,
    why,
)
from clausal.documents.library import CODE, Document, Library, Steps, View, code_of
from clausal.documents.pack import Denial, Plan
from clausal.facts.case import Case
from clausal.facts.knowledge import Knowledge, Listed, Origin, State, known, only
from clausal.facts.vocabulary import UNASSIGNED
from clausal.rules.contradiction import Contradiction
from clausal.rules.evaluate import evaluate
from clausal.rules.gathering import gather
from clausal.rules.infer import infer
from clausal.rules.model import SERVICE_DATE, Rule
from clausal.rules.needs import needs

if TYPE_CHECKING:
    from clausal.schedules.tables import Schedules


@dataclass(frozen=True)
class DecidedLine:
    """A line with all that was known of it when it was decided."""

    state: State
    coverage: Coverage
    line: Line
    warnings: tuple[Warned, ...] = ()


def decide(
    library: Library, case: Case, as_of: dt.date | None = None, schedules: Schedules | None = None
) -> Determination:
    """The determination of a case, using only what was published by `as_of` (today, if not given).

    With Medicare's tables it tells expected payment and claim edits too.
    """
    as_of = as_of or dt.date.today()
    view = library.view(as_of)
    plan = plan_of(view, case)
    states, advice = line_states(view, plan, case)
    open_ = () if case.lines else advice.open
    decided = []
    for line, state, clash in states:
        bearing = view.bearing(plan, code_of(state))
        decided.append(_decide_line(view, plan, state, [one for one in clash if one.fact in bearing], line, open_))
    lines = [one.line for one in decided]
    payment: Payment | None = None
    if schedules is not None:
        from clausal.determination.payment import with_payment

        lines, payment = with_payment(view, case, lines, schedules)
    found, missing, screening = _safety(view, [one.state for one in decided])
    missing, screening = unscreened(view, case, missing, screening)
    return Determination(
        case=case.name,
        service_date=case.service_date,
        as_of=as_of,
        library=library.fingerprint,
        plan=case.text("plan"),
        lines=lines,
        safety=found,
        safety_needs=missing,
        safety_screening=screening,
        coding_notes=[
            *coding_notes(view, advice, lines, billed=bool(case.lines)),
            *(() if case.lines else possible_notes(view, decided[0].state, advice.possible)),
        ],
        notices=[*code_notices(case), *notices(view, [(one.state, one.warnings) for one in decided])],
        questions=questions(view, [Asking(one.line.needs, one.state, one.coverage) for one in decided]),
        payment=payment,
        code_editions=code_editions(view, case),
    )


def plan_of(view: View, case: Case) -> Plan | None:
    """The case's plan, if the case says which and its document was published."""
    name = case.text("plan")
    return view.library.plans.get(name) if name else None


@dataclass(frozen=True)
class _Line:
    """A line to decide, as the case bills it or as it is proposed."""

    facts: Mapping[str, Knowledge]
    proposed: bool
    advice: str | None = None
    denial: Denial | None = None
    billed: str | None = None
    """A code that does not exist on the day of service."""


def line_states(
    view: View, plan: Plan | None, case: Case
) -> tuple[list[tuple[_Line, dict[str, Knowledge], list[Contradiction]]], Advice]:
    """Each line with what is known of it, derived facts included; without billed lines, the proposed ones."""
    whole: dict[str, Knowledge] = {**case.facts, SERVICE_DATE: known(case.service_date, SERVICE_DATE)}
    codes = [code_of(line.facts) for line in case.lines] or [None]
    staged = view.steps(plan, [UNASSIGNED, *codes])
    whole, clash = infer(staged.whole, whole)
    contradicted = [one.fact for one in clash]
    billed = [_Line(line.facts, False, billed=line.billed) for line in case.lines]
    of_one = [*staged.whole, *staged.of_line]
    earlier = [infer(of_one, one)[0] for one in case.history] if staged.gathered else []
    found = _stated(staged, whole, billed, earlier, clash)
    # What a billed line and the case say against one another is no ground to propose a code on.
    disputed = {*contradicted, *(one.fact for _, _, clashes in found for one in clashes)}
    unassigned = {fact: one for fact, one in whole.items() if fact not in disputed}
    without_code = _Line({"code": known(UNASSIGNED, "no code chosen yet")}, True)
    supposed = [Contradiction(name, "", "", "", "", ()) for name in disputed]
    # Which lines the claim will have is not known yet, so nothing is gathered over them.
    ((_, uncoded, _),) = _stated(staged.of_history, unassigned, [without_code], earlier, supposed)
    advice = propose(view, plan, uncoded)
    if not found:
        advice = replace(advice, possible=fitting(view, uncoded, advice.possible))
        proposed = _proposed(advice, depends(view, uncoded, advice.possible))
        # While no code is chosen it is not known either what the claim's lines come to.
        are_chosen = all(only(line.facts, CODE) != UNASSIGNED for line in proposed)
        found = _stated(staged if are_chosen else staged.of_history, whole, proposed, earlier, clash)
    return found, advice


def _stated(
    staged: Steps,
    whole: Mapping[str, Knowledge],
    lines: Sequence[_Line],
    earlier: Sequence[State],
    clash: list[Contradiction],
) -> list[tuple[_Line, dict[str, Knowledge], list[Contradiction]]]:
    """Each line with what is known of it and of all of them together, and what it says against itself."""
    contradicted = [one.fact for one in clash]
    known_of = [infer(staged.of_line, {**whole, **line.facts}, contradicted) for line in lines]
    if not staged.gathered:
        return [(line, state, clash + own) for line, (state, own) in zip(lines, known_of, strict=True)]
    found = []
    of_claim = [state for state, _ in known_of]
    for line, (state, own) in zip(lines, known_of, strict=True):
        gathered, of_gathered = gather(staged.gathered, state, of_claim, earlier, contradicted)
        stuck = [*contradicted, *(one.fact for one in (*own, *of_gathered))]
        last, of_last = infer(staged.last, gathered, stuck)
        found.append((line, last, [*clash, *own, *of_gathered, *of_last]))
    return found


def _proposed(advice: Advice, possible: str) -> list[_Line]:
    """The proposals as lines; where no code is known, a line that has none, with what its code depends on."""
    lines = []
    for proposal in advice.proposals:
        origin = f"proposed by rule {proposal.rule}"
        code = proposal.code or UNASSIGNED
        facts: dict[str, Knowledge] = {"code": known(code, origin)}
        if proposal.code:
            facts["units"] = known(proposal.units, origin)
            facts["modifiers"] = Listed(frozenset(proposal.modifiers), True, Origin(origin))
        lines.append(_Line(facts, True, proposal.says))
    return lines or [_Line({"code": known(UNASSIGNED, "no code chosen yet")}, True, possible or None)]


def _decide_line(
    view: View,
    plan: Plan | None,
    state: dict[str, Knowledge],
    clash: list[Contradiction],
    line: _Line,
    open_: Iterable[Document],
) -> DecidedLine:
    concluded = conclude(view, plan, state, [one.fact for one in clash], open_)
    found, denials, chosen = concluded.coverage, concluded.denials, concluded.coverage.chosen
    code = only(state, "code")
    units = only(state, "units")
    modifiers = state.get("modifiers")
    said = Line(
        code=line.billed if code in (None, UNASSIGNED) else str(code),
        units=units if isinstance(units, int) else None,
        modifiers=sorted(modifiers.codes) if isinstance(modifiers, Listed) else [],
        proposed=line.proposed,
        status=found.status,
        finding=found.finding,
        rule=concluded.rule,
        clauses=list(found.clauses),
        denial=denials[0] if denials else None,
        denials=denials,
        needs=concluded.needs(view, state),
        conflicts=conflicts_said(found, concluded.conflicts, clash),
        authorities=[authority_said(view, answer, state) for answer in found.answers],
        refer_to=chosen.refer_to if chosen else None,
        coding=line.advice,
        why=why(view, chosen, state) if chosen else [],
        inferred=inferred_said(state, view.bearing(plan, code_of(state)), {*view.criteria, *view.judged}),
        criteria=list(criteria_said(view, found.answers, state)),
        readings=list(concluded.readings),
        warnings=[one.name for one in concluded.warnings],
        reason_needs=concluded.reason_needs(view, state),
        silent=view.silent(plan, code_of(state)),
        approval=approval_said(found.approval),
        authorization=authorization_said(view, concluded.authorization, state),
        documents=[document_said(view, one, state) for one in concluded.documents],
    )
    return DecidedLine(state, found, said, concluded.warnings)


@dataclass(frozen=True)
class Concluded:
    """What is concluded of a line, without the explanation of it: the same for a single case and for a claim file."""

    coverage: Coverage
    conflicts: Sequence[Conflict]
    denials: list[DenialCodes]
    status_missing: tuple[str, ...]
    """Facts that tables test and the case does not tell, on which the status hangs."""
    reason_missing: tuple[str, ...]
    """Such facts on which hangs which reason for denial comes first."""
    readings: tuple[ReadingSaid, ...]
    warnings: tuple[Warned, ...]
    authorization: Authorization
    documents: Sequence[Wanted]

    @property
    def missing(self) -> tuple[str, ...]:
        """All facts that tables test and the case does not tell, those of the status first."""
        return tuple(dict.fromkeys((*self.status_missing, *self.reason_missing)))

    def needs(self, view: View, state: State) -> list[str]:
        """The facts to ask for, in order, as a person can be asked."""
        found = [asked for name in self.missing for asked in askable(view, name, state)]
        return list(dict.fromkeys((*self.coverage.first, *found)))

    def reason_needs(self, view: View, state: State) -> list[str]:
        """Those of the needs on which only the reason for denial hangs."""
        if not self.reason_missing:
            return []
        of_status = {asked for name in self.status_missing for asked in askable(view, name, state)}
        return [asked for asked in self.needs(view, state) if asked not in {*of_status, *self.coverage.first}]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that decide; they all conclude the same."""
        return self.coverage.chosen.reading.rules if self.coverage.chosen else ()

    @property
    def rule(self) -> str | None:
        """Their names, joined by "or"."""
        return " or ".join(rule.name for rule in self.rules) or None


def conclude(
    view: View,
    plan: Plan | None,
    state: State,
    contradicted: Iterable[str],
    coding: Iterable[Document] = (),
    read: Read = evaluate,
) -> Concluded:
    """Coverage, reasons for denial and needs of a line; `coding` are tables on which the choice of its code hangs."""
    found = coverage(view, plan, state, contradicted, read)
    if is_beside(view, plan, state.get("code")):
        return Concluded(beside(found), (), [], (), (), (), (), Authorization("not-said"), ())
    remarks = conflicts(view, state)
    names = [name for remark in remarks for name in remark.needs]
    names.extend(need.fact for document in coding for need in needs(document.compiled, state))
    denials = denial_codes(found, remarks)
    missing = tuple(dict.fromkeys((*found.tested, *(names if plan else ()))))
    return Concluded(
        coverage=found,
        conflicts=remarks,
        denials=denials,
        status_missing=missing,
        reason_missing=found.reason_tested,
        readings=tuple(readings_said(found)),
        warnings=warnings(view, plan, found, state),
        authorization=authorization(view, state),
        documents=documents_wanted(view, state),
    )


def _is_published_later(view: View, codes: Collection[str | None]) -> bool:
    """Whether the safety documents that may speak of some codes had all not been published by the view's day."""
    latest = view.library.view(dt.date.max)
    return not any(view.answering("safety", code=code) for code in codes) and any(
        latest.answering("safety", code=code) for code in codes
    )


def _screened(view: View, state: State) -> object:
    """All of a line that its safety can depend on."""
    documents = view.answering("safety", code=code_of(state))
    tested = {column.fact for document in documents for column in document.compiled.columns} - {"code"}
    masks = tuple(d.compiled.column["code"].masks(state.get("code")) for d in documents if "code" in d.compiled.column)
    return tuple(d.compiled.table.id for d in documents), masks, tuple(state.get(name) for name in sorted(tested))


def _safety(view: View, states: Collection[State]) -> tuple[list[SafetySaid], list[str], Screening]:
    """Safety findings over all lines, each once: one that is certain for a line is not asked about for another."""
    found: dict[str, SafetySaid] = {}
    missing: list[str] = []
    applies = False
    seen: set[object] = set()
    for state in states:
        # Lines of one case differ in little but the code; what is equal is not screened again.
        key = _screened(view, state) if len(states) > 1 else None
        if key is not None and key in seen:
            continue
        seen.add(key)
        findings, needs, of_state = safety(view, state)
        applies = applies or of_state
        missing.extend(needs)
        for one in findings:
            before = found.get(one.rule)
            if before is None or (before.needs and not one.needs):
                severity, clauses = cast("Severity", one.severity), list(one.clauses)
                found[one.rule] = SafetySaid(severity, one.says, one.rule, clauses, list(one.needs))
    order = ("block", "confirm", "caution")
    listed = sorted(found.values(), key=lambda one: order.index(one.severity))
    missing = list(dict.fromkeys(missing))
    if not view.answering("safety") or _is_published_later(view, {code_of(state) for state in states}):
        return listed, missing, "no-document"
    return listed, missing, "incomplete" if missing else "done" if applies else "not-applicable"
