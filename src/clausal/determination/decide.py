"""Decide a case: propose lines if it has none, decide each, and gather what belongs to the whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clausal.coding.propose import Advice, daily_limits, propose
from clausal.coding.remarks import Conflict, Notice, conflicts, notices, safety
from clausal.coverage.authorities import Answer
from clausal.coverage.benefits import Benefit
from clausal.coverage.line import Coverage, coverage
from clausal.determination.model import (
    AuthoritySaid,
    ConflictSaid,
    DenialCodes,
    Determination,
    Inferred,
    Line,
    NoticeSaid,
    Question,
    SafetySaid,
    Step,
    Test,
)
from clausal.documents.library import Document, Library, View
from clausal.documents.pack import Denial, Plan
from clausal.facts.case import Case
from clausal.facts.knowledge import Knowledge, Listed, Origin, Possible, State, describe, known
from clausal.facts.vocabulary import UNASSIGNED, case_path
from clausal.rules.compile import SERVICE_DATE
from clausal.rules.explain import explain
from clausal.rules.infer import Contradiction, infer
from clausal.rules.model import Rule


@dataclass(frozen=True)
class DecidedLine:
    """A line with all that was known of it when it was decided."""

    state: State
    coverage: Coverage
    line: Line


def decide(library: Library, case: Case, as_of: dt.date | None = None) -> Determination:
    """The determination of a case, using only what was published by `as_of` (today, if not given)."""
    as_of = as_of or dt.date.today()
    view = library.view(as_of)
    plan = plan_of(view, case)
    states, advice = line_states(view, plan, case)
    decided = [_decide_line(view, plan, state, clash, line) for line, state, clash in states]
    lines = [one.line for one in decided]
    found, missing = _safety(view, [one.state for one in decided])
    return Determination(
        case=case.name,
        service_date=case.service_date,
        as_of=as_of,
        library=library.fingerprint,
        plan=case.text("plan"),
        lines=lines,
        safety=found,
        safety_needs=missing,
        coding_notes=_coding_notes(view, case, advice, lines),
        notices=_notices(view, case, decided, as_of),
        questions=_questions(view, decided),
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


def line_states(
    view: View, plan: Plan | None, case: Case
) -> tuple[list[tuple[_Line, dict[str, Knowledge], list[Contradiction]]], Advice]:
    """Each line with what is known of it, derived facts included; without billed lines, the proposed ones."""
    whole: dict[str, Knowledge] = {**case.facts, SERVICE_DATE: known(case.service_date, SERVICE_DATE)}
    unassigned = {**whole, "code": known(UNASSIGNED, "no code chosen yet")}
    advice = propose(view, plan, infer(view.inferences, unassigned)[0])
    lines = [_Line(line.facts, False) for line in case.lines] or _proposed(advice)
    return [(line, *infer(view.inferences, {**whole, **line.facts})) for line in lines], advice


def _proposed(advice: Advice) -> list[_Line]:
    """The proposals as lines; where no code is known, a line that has none."""
    lines = []
    for proposal in advice.proposals:
        origin = f"proposed by rule {proposal.rule}"
        code = proposal.code or UNASSIGNED
        facts: dict[str, Knowledge] = {"code": known(code, origin)}
        if proposal.code:
            facts["units"] = known(proposal.units, origin)
            facts["modifiers"] = Listed(frozenset(proposal.modifiers), True, Origin(origin))
        lines.append(_Line(facts, True, proposal.says))
    return lines or [_Line({"code": known(UNASSIGNED, "no code chosen yet")}, True)]


def _decide_line(
    view: View, plan: Plan | None, state: dict[str, Knowledge], clash: list[Contradiction], line: _Line
) -> DecidedLine:
    found = coverage(view, plan, state, clash)
    remarks = conflicts(view, state)
    denials = _denials(found, remarks)
    chosen = found.chosen
    rule = chosen.reading.rule if chosen else None
    code = _only(state, "code")
    units = _only(state, "units")
    modifiers = state.get("modifiers")
    said = Line(
        code=None if code in (None, UNASSIGNED) else str(code),
        units=units if isinstance(units, int) else None,
        modifiers=sorted(modifiers.codes) if isinstance(modifiers, Listed) else [],
        proposed=line.proposed,
        status=found.status,
        finding=found.finding,
        rule=rule.name if rule else None,
        clauses=list(found.clauses),
        denial=denials[0] if denials else None,
        denials=denials,
        needs=list(found.needs),
        conflicts=_conflicts(found, remarks, clash),
        authorities=[_authority(view, answer, state) for answer in found.answers],
        refer_to=str(rule.then["refer_to"]) if rule and rule.then.get("refer_to") else None,
        coding=line.advice,
        why=_why(chosen, state) if chosen else [],
        inferred=_inferred(state),
    )
    return DecidedLine(state, found, said)


def _only(state: State, name: str) -> object:
    found = state.get(name)
    return found.only() if isinstance(found, Possible) else None


def _denials(found: Coverage, remarks: Iterable[Conflict]) -> list[DenialCodes]:
    """Reasons for denial, the first to give first; a binding conflict over the code denies the coding, not coverage."""
    denials = []
    if found.chosen and found.status == "not-covered":
        for denial, clauses in found.chosen.denials:
            kind = "administrative" if clauses else "coverage"
            denials.append(DenialCodes(denial.name, denial.carc, list(denial.rarc), denial.says, kind))  # type: ignore[arg-type]
    for remark in remarks:
        if remark.denial:
            reason = remark.denial
            denials.append(DenialCodes(reason.name, reason.carc, list(reason.rarc), reason.says, "coding"))
    return denials


def _conflicts(found: Coverage, remarks: Iterable[Conflict], clash: Iterable[Contradiction]) -> list[ConflictSaid]:
    said = []
    for one in clash:
        text = f"the case says that {one.fact.replace('_', ' ')} is {one.stated}, the rest of it says {one.inferred}"
        said.append(ConflictSaid(f"{text}: one of them is wrong, so nothing is concluded", list(one.clauses), False))
    for first, other in found.disagreements:
        text = f"two documents of {first.authority} differ: {first.finding} against {other.finding}"
        said.append(ConflictSaid(text, [*first.clauses, *other.clauses], True))
    said.extend(ConflictSaid(remark.says, list(remark.clauses), remark.binding) for remark in remarks)
    return said


def _authority(view: View, answer: Answer, state: State) -> AuthoritySaid:
    document = answer.document
    if document is None:
        text = "no document of this authority is in the library"
        return AuthoritySaid(
            answer.authority, None, "", "", None, False, answer.finding, list(answer.possible), None, [], text
        )
    pack = document.pack
    day = _only(state, SERVICE_DATE)
    version = pack.version_on(day) if isinstance(day, dt.date) else None
    if answer.rule:
        clause = view.library.clause(answer.rule.cites[0])
        text = clause.says if clause else ""
    elif answer.finding is None:
        text = "it depends on what is not known"
    elif pack.versions and version is None:
        text = "no edition was in force on the date of service"
    else:
        text = "none of its rules in force on the date of service speaks of this"
    return AuthoritySaid(
        authority=answer.authority,
        pack=pack.name,
        title=pack.title,
        document_status=pack.status,
        version=version.name if version else None,
        decides=answer.decides,
        finding=answer.finding,
        possible=list(answer.possible),
        rule=answer.rule.name if answer.rule else None,
        clauses=list(answer.clauses),
        says=text,
    )


def _why(chosen: Benefit, state: State) -> list[Step]:
    """The rules that carry the answer: the policy's, then the benefit table's."""
    steps = []
    reading = chosen.reading
    if reading.document and reading.rule:
        steps.append(_step(reading.document, reading.rule, state, reading.clauses))
    if chosen.document and chosen.rule:
        steps.append(_step(chosen.document, chosen.rule, state, chosen.rule.cites))
    return steps


def _step(document: Document, rule: Rule, state: State, clauses: Iterable[str]) -> Step:
    tests = [Test(t.fact, t.expected, t.value, t.origin, t.holds) for t in explain(document.compiled, rule, state)]
    concludes = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in rule.then.items())
    return Step(document.pack.name, document.compiled.table.name, rule.name, concludes, tests, list(clauses))


def _inferred(state: State) -> list[Inferred]:
    return [
        Inferred(name, describe(knowledge), knowledge.origin.text, list(dict.fromkeys(knowledge.origin.clauses)))
        for name, knowledge in state.items()
        if knowledge.origin.clauses
    ]


def _safety(view: View, states: Iterable[State]) -> tuple[list[SafetySaid], list[str]]:
    """Safety findings over all lines, each once; what is blocked for one line is not asked about for another."""
    found: dict[str, SafetySaid] = {}
    missing: list[str] = []
    for state in states:
        findings, needs = safety(view, state)
        missing.extend(needs)
        for one in findings:
            before = found.get(one.rule)
            if before is None or (before.needs and not one.needs):
                found[one.rule] = SafetySaid(one.severity, one.says, one.rule, list(one.clauses), list(one.needs))  # type: ignore[arg-type]
    order = ("block", "confirm", "caution")
    return sorted(found.values(), key=lambda one: order.index(one.severity)), list(dict.fromkeys(missing))


def _notices(view: View, case: Case, decided: Iterable[DecidedLine], as_of: dt.date) -> list[NoticeSaid]:
    found: dict[Notice, None] = {}
    packs = {
        answer.document.pack.name: answer.document.pack
        for one in decided
        for answer in one.coverage.answers
        if answer.document
    }
    for pack in packs.values():
        successor = pack.replaced_by
        if successor and successor.effective <= case.service_date and successor.published <= as_of:
            text = (
                f"from {successor.effective} this policy is replaced by '{successor.title}', which the library does "
                "not hold; the answer is that of the last edition held, so check the successor"
            )
            found[Notice(text, successor.cites)] = None
    for one in decided:
        found.update(dict.fromkeys(notices(view, one.state)))
    return [NoticeSaid(notice.says, list(notice.clauses)) for notice in found]


def _coding_notes(view: View, case: Case, advice: Advice, lines: Iterable[Line]) -> list[NoticeSaid]:
    """How the nerves treated are billed, and where the billed lines differ from that."""
    notes = []
    too_many = view.library.denials.get("too-many-units")
    billed: dict[str, int] = {}
    for line in lines:
        if line.code and line.units:
            billed[line.code] = billed.get(line.code, 0) + line.units
    for proposal in advice.proposals:
        text = f"{proposal.code} x{proposal.units}: {proposal.says}" if proposal.code else proposal.says
        notes.append(NoticeSaid(text, list(proposal.clauses)))
        if proposal.beyond:
            text = (
                f"{proposal.beyond} more treated than can be billed in a day: do not bill them under another code or "
                f"on another line; units beyond the limit are denied {_codes(too_many)}"
            )
            notes.append(NoticeSaid(text, list(proposal.clauses)))
    for proposal in advice.others:
        text = f"another source codes it otherwise: {proposal.code} x{proposal.units} ({proposal.says})"
        notes.append(NoticeSaid(text, list(proposal.clauses)))
    if not case.lines:
        return notes
    treated: dict[str, int] = {}
    for proposal in advice.proposals:
        if proposal.code:
            treated[proposal.code] = treated.get(proposal.code, 0) + proposal.units
    for code, units in billed.items():
        limit = daily_limits(view).get(code)
        most = int(limit.then["at_most"]) if limit else 0
        if limit and units > most:
            text = (
                f"{units} units of {code} are billed; {most} is the most in a day: "
                f"{units - most} would be denied {_codes(too_many)}"
            )
            notes.append(NoticeSaid(text, list(limit.cites)))
        elif code in treated and treated[code] != units:
            text = f"{units} unit(s) of {code} are billed; the nerves named make {treated[code]}"
            notes.append(NoticeSaid(text, []))
    if treated and not set(treated) & set(billed):
        text = f"the lines bill {', '.join(billed) or 'no code'}; the nerves named are coded {', '.join(treated)}"
        notes.append(NoticeSaid(text, []))
    return notes


def _codes(denial: Denial | None) -> str:
    """The codes of a denial as a person writes them."""
    return f"(CARC {denial.carc}, RARC {' '.join(denial.rarc)})" if denial else ""


def _questions(view: View, decided: Iterable[DecidedLine]) -> list[Question]:
    """A question for each fact that a line needs, with the answers that are still possible."""
    found: dict[str, Question] = {}
    for one in decided:
        for name in one.line.needs:
            fact, left = view.facts[name], one.state.get(name)
            values = fact.values if fact.type == "choice" else {}
            choices = {v: t for v, t in values.items() if not isinstance(left, Possible) or v in left.values}
            found.setdefault(name, Question(name, fact.question or fact.about, fact.type, choices, case_path(fact)))
    return list(found.values())
