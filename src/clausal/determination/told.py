"""What is told of a decided line: reasons for denial, readings, conflicts, authorities, the rules that carry it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable

from clausal.coding.remarks import Conflict
from clausal.coverage.authorities import NOT_ADDRESSED, Answer
from clausal.coverage.benefits import Benefit
from clausal.coverage.criteria import Judged, judged
from clausal.coverage.line import Coverage, askable
from clausal.coverage.required import Authorization, Wanted
from clausal.determination.model import (
    ApprovalSaid,
    AuthoritySaid,
    AuthorizationSaid,
    ConflictSaid,
    CriterionSaid,
    DenialCodes,
    DenialKind,
    DocumentWanted,
    Holding,
    Inferred,
    LengthSaid,
    ReadingSaid,
    Step,
    Test,
)
from clausal.documents.library import Document, View
from clausal.documents.pack import Denial
from clausal.facts.knowledge import State, describe, only
from clausal.rules.conclusions import Approval, Length
from clausal.rules.contradiction import Contradiction
from clausal.rules.explain import conclusion, explain
from clausal.rules.model import SERVICE_DATE, Rule, Table

PRIOR_AUTHORIZATION = "prior_authorization"
"""The fact that has the number of an authorization."""


def denial_codes(found: Coverage, remarks: Iterable[Conflict]) -> list[DenialCodes]:
    """Reasons for denial, the first to give first; a binding conflict over the code denies the coding, not coverage."""
    denials = [
        _denial(reason.denial, "administrative" if reason.clauses else "coverage", reason.clauses)
        for reason in found.denials
    ]
    denials.extend(_denial(remark.denial, "coding", remark.clauses) for remark in remarks if remark.denial)
    return denials


def _denial(reason: Denial, kind: DenialKind, clauses: Iterable[str]) -> DenialCodes:
    return DenialCodes(reason.name, reason.group, reason.carc, list(reason.rarc), reason.says, kind, list(clauses))


def readings_said(found: Coverage) -> Iterable[ReadingSaid]:
    """What of the answer is our reading: of the rules that decide, of the benefit table, of the reasons for denial."""
    chosen = found.chosen
    rules = (*chosen.reading.rules, *((chosen.rule,) if chosen.rule else ())) if chosen else ()
    said = [(rule.reading.says, rule.name, rule.reading.cites) for rule in rules if rule.reading]
    said.extend((one.denial.reading, one.denial.name, ()) for one in found.denials[:1] if one.denial.reading)
    for says in dict.fromkeys(says for says, _, _ in said):
        of = [(name, cites) for text, name, cites in said if text == says]
        clauses = list(dict.fromkeys(clause for _, cites in of for clause in cites))
        yield ReadingSaid(says, " or ".join(name for name, _ in of), clauses)


def contradiction_said(one: Contradiction) -> ConflictSaid:
    """That a case says two things of one fact."""
    name = one.fact.replace("_", " ")
    text = (
        f"{name} is {one.stated} by {_briefly(one.stated_by)}, but {one.inferred} by {_briefly(one.inferred_by)}: "
        f"one of them is wrong, so {name} counts as unknown"
    )
    return ConflictSaid(text, list(one.clauses), False)


def conflicts_said(found: Coverage, remarks: Iterable[Conflict], clash: Iterable[Contradiction]) -> list[ConflictSaid]:
    said = [contradiction_said(one) for one in clash]
    for first, other in found.disagreements:
        text = f"two documents of {first.authority} differ: {first.finding} against {other.finding}"
        said.append(ConflictSaid(text, [*first.clauses, *other.clauses], True))
    said.extend(ConflictSaid(remark.says, list(remark.clauses), remark.binding) for remark in remarks)
    return said


def _briefly(origin: str) -> str:
    """Where a value came from, without the rule."""
    return origin.partition(" (rule ")[0]


def authority_said(view: View, answer: Answer, state: State) -> AuthoritySaid:
    document = answer.document
    if document is None:
        text = "no document of this authority is in the library"
        return AuthoritySaid(
            answer.authority, None, "", "", None, False, answer.finding, list(answer.possible), None, [], text
        )
    pack = document.pack
    day = only(state, SERVICE_DATE)
    version = pack.version_on(day) if isinstance(day, dt.date) else None
    if answer.rule and answer.rule.then.get("says"):
        text = str(answer.rule.then["says"])
    elif answer.rule:
        clause = view.library.clause(answer.rule.cites[0])
        text = clause.says if clause else ""
    elif answer.finding is None:
        text = "it depends on what is not known"
    elif answer.silent_rule:
        clause = view.library.clause(answer.silent_rule.cites[0])
        text = clause.says if clause else ""
    elif pack.versions and version is None:
        text = "no edition that is known was in force on the date of service"
    elif version is not None and not version.held:
        text = f"the edition of {version.effective} was in force and is not held: what it says of this is not known"
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


def why(view: View, chosen: Benefit, state: State) -> list[Step]:
    """The rules that carry the answer: the policy's, then the benefit table's. Criteria are told by themselves."""
    steps: list[Step] = []
    reading = chosen.reading
    steps.extend(_step(view, reading.document, rule, state, rule.cites) for rule in reading.rules if reading.document)
    if chosen.document and chosen.rule:
        steps.append(_step(view, chosen.document, chosen.rule, state, chosen.rule.cites))
    return steps


def _step(view: View, document: Document, rule: Rule, state: State, clauses: Iterable[str]) -> Step:
    explained = (t for t in explain(document.compiled, rule, state) if t.fact not in view.criteria)
    tests = [Test(t.fact, t.expected, t.value, t.origin, t.holds) for t in explained]
    return Step(document.pack.name, document.compiled.table.name, rule.name, conclusion(rule), tests, list(clauses))


def criteria_said(view: View, answers: Iterable[Answer], state: State) -> Iterable[CriterionSaid]:
    """The criteria of the documents that speak of a line, or may."""
    for answer in answers:
        if answer.document and (answer.rule or any(one != NOT_ADDRESSED for one in answer.possible)):
            table = answer.document.compiled.table
            yield from (_criterion(view, table, one) for one in judged(view, answer.document, state))


def _criterion(view: View, table: Table, one: Judged) -> CriterionSaid:
    criterion = one.criterion
    own = criterion.cites if not criterion.of or len(criterion.cites) == 1 else criterion.own
    clause = view.library.clause(own[0]) if own else None
    holds: Holding = "unknown" if one.met is None else "yes" if one.met else "no"
    return CriterionSaid(
        criterion=criterion.name,
        pack=table.pack,
        table=table.name,
        says=criterion.about or (clause.says if clause else ""),
        met=holds,
        form=criterion.form,
        number=criterion.number,
        tests=[Test(t.fact, t.expected, t.value, t.origin, t.holds) for t in one.tests],
        clauses=list(criterion.cites),
        of=[_criterion(view, table, inner) for inner in one.of],
    )


def inferred_said(state: State, bearing: Container[str], criteria: Container[str]) -> list[Inferred]:
    """The facts that were derived, so far as they bear on the plan's answers; flags of criteria are told as such."""
    return [
        Inferred(name, describe(knowledge), knowledge.origin.text, list(dict.fromkeys(knowledge.origin.clauses)))
        for name, knowledge in state.items()
        if knowledge.origin.clauses and name in bearing and name not in criteria
    ]


def approval_said(found: Approval | None) -> ApprovalSaid | None:
    return ApprovalSaid(length_said(found.length), found.units, found.visits) if found else None


def length_said(found: Length | None) -> LengthSaid | None:
    return LengthSaid(found.number, found.unit) if found else None


def authorization_said(view: View, found: Authorization, state: State) -> AuthorizationSaid:
    """Whether authorization is required, and where documents differ, what the others say."""
    says = [str(rule.then["says"]) for _, rule in found.rules if rule.then.get("says")]
    says += [f"but {document.pack.title} says that it is not required" for document, _ in found.differing]
    asked = [one for name in found.needs for one in askable(view, name, state)]
    return AuthorizationSaid(
        requirement=found.requirement,
        decided_by=found.told("decided_by"),
        for_whom=found.told("for_whom"),
        valid=length_said(next((rule.then["valid"] for _, rule in found.rules if rule.then.get("valid")), None)),
        says=says,
        rules=[rule.name for _, rule in (*found.rules, *found.differing)],
        clauses=list(found.clauses),
        needs=list(dict.fromkeys(asked)),
        number_given=PRIOR_AUTHORIZATION in state,
    )


def document_said(view: View, wanted: Wanted, state: State) -> DocumentWanted:
    then = wanted.rule.then
    asked = [one for name in wanted.needs for one in askable(view, name, state)]
    return DocumentWanted(
        document=str(then["document"]),
        says=str(then["says"]),
        why=str(then.get("why", "")),
        when=then["when"],
        pack=wanted.document.pack.name,
        rule=wanted.rule.name,
        clauses=list(wanted.rule.cites),
        needs=list(dict.fromkeys(asked)),
    )
