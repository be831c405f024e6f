"""The coverage of one service line: its status, what it rests on, and what is missing."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from clausal.coverage.authorities import NOT_ADDRESSED, Answer, Read, Reading, walk
from clausal.coverage.benefits import Benefit, Reason, Status, benefits
from clausal.coverage.criteria import deciding, inner, making
from clausal.documents.library import CODE, Document, View, code_of
from clausal.documents.pack import Plan
from clausal.facts.gathered import CLAIM, HISTORY, HISTORY_FROM
from clausal.facts.knowledge import Possible, State, only
from clausal.facts.vocabulary import UNASSIGNED, Fact
from clausal.rules.compile import CompiledTable
from clausal.rules.conclusions import Approval
from clausal.rules.evaluate import evaluate
from clausal.rules.model import SERVICE_DATE, Rule
from clausal.rules.needs import Group, alike, needs


@dataclass(frozen=True)
class Coverage:
    """What the plan does with a line. `chosen` is the benefit that decides, None while it is open.

    What is missing for the status: `first` are facts to ask before all others, `tested` those that tables test, in
    place of which a person may have to be asked for others (`askable`).
    """

    status: Status
    finding: str | None
    chosen: Benefit | None
    clauses: tuple[str, ...]
    first: tuple[str, ...]
    tested: tuple[str, ...]
    denials: tuple[Reason, ...]
    """Reasons for denial, the one to give first; none where the ways it can come out differ in the first."""
    reason_tested: tuple[str, ...]
    """Facts that can still change which reason comes first."""
    answers: tuple[Answer, ...]
    disagreements: tuple[tuple[Reading, Reading], ...]
    approval: Approval | None = None
    """What is approved of a service that is covered, as far as the rule says, and where that is settled."""
    open: tuple[tuple[Document, Group], ...] = ()
    """The documents of authorities that can come out in several ways, and which of their rules come to the same."""


def coverage(
    view: View, plan: Plan | None, state: State, contradicted: Iterable[str], read: Read = evaluate
) -> Coverage:
    """Decide one line for a plan. A fact on which the case contradicts itself counts as unknown, and is asked first."""
    bearing = view.bearing(plan, code_of(state))
    disputed = tuple(name for name in dict.fromkeys(contradicted) if name in bearing)
    if plan is None:
        return Coverage("open", None, None, (), ("plan", *disputed), (), (), (), (), ())
    asked = walk(view, plan, state, read)
    results = [benefit for reading in asked.readings for benefit in benefits(view, plan, reading, state)]
    statuses = {benefit.status for benefit in results}
    findings = {benefit.finding for benefit in results}
    clauses = tuple(dict.fromkeys((*(c for one in results for c in one.clauses), *_derived(view, results, state))))
    open_ = tuple((document, _outcomes(view, plan, document, state)) for document in asked.open)
    if len(statuses) > 1:
        missing = _needs(open_, results, state)
        contested = tuple(fact for name in disputed for fact in (askable(view, name, {}) or [name]))
        return Coverage(
            "open", None, None, clauses, contested, missing, (), (), asked.answers, asked.disagreements, None, open_
        )
    finding = findings.pop() if len(findings) == 1 else None
    chosen = results[-1]
    hanging = [name for one in results for name in _reason_needs(view, one, state)]
    is_one = len({(benefit.reason, benefit.refer_to) for benefit in results}) == 1
    if chosen.status == "conditional":
        missing = _needs(open_, results, state)
    else:
        missing = tuple(dict.fromkeys(name for one in results for name in one.needs))
        hanging = [*(() if is_one else _needs(open_, results, state)), *hanging]
    approval, undecided = _approval(chosen, state)
    hanging += undecided
    return Coverage(
        status=chosen.status,
        finding=finding,
        chosen=chosen,
        clauses=clauses,
        first=(),
        tested=missing,
        denials=chosen.denials if is_one else (),
        reason_tested=tuple(dict.fromkeys(hanging)),
        answers=asked.answers,
        disagreements=asked.disagreements,
        approval=approval,
        open=open_,
    )


def _approval(chosen: Benefit, state: State) -> tuple[Approval | None, list[str]]:
    """What the rules that decide approve, where they agree; else the facts on which it hangs."""
    if chosen.status not in ("covered", "conditional") or chosen.reading.document is None:
        return None, []
    found: set[Approval | None] = {rule.then.get("approve") for rule in chosen.reading.rules}
    if len(found) == 1:
        return found.pop(), []
    return None, [need.fact for need in needs(chosen.reading.document.compiled, state, _approving)]


def _approving(rule: Rule | None) -> Hashable:
    return rule.then.get("approve") if rule else None


def _needs(open_: Iterable[tuple[Document, Group]], results: list[Benefit], state: State) -> tuple[str, ...]:
    """The facts that are missing, in order: those that settle the finding, then those on which the benefit hangs."""
    found: list[str] = []
    for document, group in open_:
        found.extend(need.fact for need in needs(document.compiled, state, group))
    for benefit in results:
        found.extend(benefit.needs)
        for document in benefit.open:
            found.extend(need.fact for need in needs(document.compiled, state, _failing))
    return tuple(dict.fromkeys(found))


def _outcomes(view: View, plan: Plan, document: Document, state: State) -> Group:
    """Which rules of a document come to the same for a plan: one status, and one reason for denial."""
    known: dict[tuple[str, object], Hashable] = {}

    def group(rule: Rule | None) -> Hashable:
        if rule is None or rule.then["finding"] == NOT_ADDRESSED:
            return NOT_ADDRESSED
        finding = str(rule.then["finding"])
        key = finding, rule.then.get("denial")
        if key not in known:
            reading = Reading(finding, document.compiled.table.answers[1], document, (rule,))
            results = benefits(view, plan, reading, state)
            known[key] = frozenset((benefit.status, benefit.reason, benefit.refer_to) for benefit in results)
        return known[key]

    return group


def alike_for(found: Coverage, state: State, fact: Fact) -> list[list[str]]:
    """The values that a choice can still have, those together that come to the same status and reason.

    Empty where no document of an authority hangs on the fact.
    """
    left = state.get(fact.name)
    values = [value for value in fact.values if not isinstance(left, Possible) or value in left.values]
    open_ = [(document, group) for document, group in found.open if fact.name in document.compiled.column]
    if not open_:
        return []
    numbers: dict[str, tuple[int, ...]] = dict.fromkeys(values, ())
    for document, group in open_:
        for number, together in enumerate(alike(document.compiled, state, fact.name, values, group)):
            for value in together:
                numbers[str(value)] += (number,)
    by_number: dict[tuple[int, ...], list[str]] = {}
    for value, key in numbers.items():
        by_number.setdefault(key, []).append(value)
    return list(by_number.values())


def _reason_needs(view: View, benefit: Benefit, state: State) -> Iterable[str]:
    """The facts on which it hangs which reason for denial comes first."""
    yield from benefit.reason_needs
    for hanging in benefit.hanging:
        part = view.part(hanging.document, hanging.rules)
        yield from (need.fact for need in needs(part.compiled, state, _denial))


def _derived(view: View, results: list[Benefit], state: State) -> Iterable[str]:
    """Normative clauses by which facts were derived that the deciding rules test, at any depth: nested criteria.

    Of criteria only those count that make the answer what it is: of a denial those that fail.
    """
    waiting = list(dict.fromkeys(name for one in results for name in _tested(one, state)))
    seen = set(waiting)
    for at, name in enumerate(waiting):
        knowledge = state.get(name)
        if knowledge is None or not knowledge.origin.clauses:
            continue
        criterion = view.criteria.get(name)
        judged = view.judged.get(name, ())
        inherited = {ref for one in judged for ref in one.cites}
        own = criterion.own if criterion else [ref for ref in knowledge.origin.clauses if ref not in inherited]
        for ref in own:
            clause = view.library.clause(ref)
            if clause and clause.kind == "normative":
                yield ref
        within: Iterable[str] = view.sources(name)
        if judged or (criterion and criterion.of):
            within = inner(criterion, state) if criterion else making(judged, state)
        new = [fact for fact in within if fact not in seen]
        # Criteria are told in the order of the document: those of a criterion before the next one.
        where = at + 1 if criterion or judged else len(waiting)
        waiting[where:where] = new
        seen.update(new)


def _tested(benefit: Benefit, state: State) -> Iterable[str]:
    """The facts that the rules of a reading test; of criteria those that decide."""
    reading = benefit.reading
    criteria = {one.fact for one in reading.document.compiled.table.criteria} if reading.document else set()
    yield from (name for rule in reading.rules for name in rule.when if name not in criteria)
    yield from deciding(reading.document, reading.rules, state)


def _denial(rule: Rule | None) -> Hashable:
    return str(rule.then["denial"]) if rule else None


def _failing(_rule: Rule | None) -> Hashable:
    """Any condition that fails denies; which one does not matter for the answer."""
    return "fails"


def askable(view: View, name: str, state: State) -> list[str]:
    """The facts a person can be asked in place of one: itself, or those that it is derived or computed from."""
    fact = view.facts[name]
    if fact.computed:
        asked = [one for source in _open(fact.computed.of, state) for one in askable(view, source, state)]
        if asked:
            return list(dict.fromkeys(asked))
    if name in view.gatherings and not fact.can_be_asked:
        return _gathered_from(view, name, state)
    if fact.can_be_asked:
        before = [first for first in fact.ask_after if first not in state]
        return before or [*(first for first in fact.ask_first if first not in state), name]
    tables = [one for one in view.deriving(name) if isinstance(one, CompiledTable)]
    return [asked for table in tables for need in needs(table, state) for asked in askable(view, need.fact, state)]


def _gathered_from(view: View, name: str, state: State) -> list[str]:
    """What to ask for in place of a gathered fact: since when services are listed, then what is open of its lines."""
    gathering = view.gatherings[name]
    if gathering.gathered.over == HISTORY and HISTORY_FROM not in state:
        return [HISTORY_FROM]
    sources = [one for one in gathering.tests if one not in (HISTORY_FROM, SERVICE_DATE)]
    if gathering.gathered.over == CLAIM and only(state, CODE) == UNASSIGNED:
        return [CODE]
    asked = [one for source in _open(sources, state) for one in askable(view, source, state)]
    # What is open may be open of other lines alone; or earlier services before those that are listed would count.
    return list(dict.fromkeys(asked)) or [HISTORY_FROM if gathering.gathered.over == HISTORY else sources[-1]]


def _open(sources: Iterable[str], state: State) -> Iterable[str]:
    """Those of some facts of which more than one value is possible."""
    return (name for name in sources if only(state, name) is None)
