"""Which rules cases reach: those that surely decide, apply or tell a fact in one of them, in its real answer.

A rule that only may decide, where several conclude the same, is not reached: the case would come out so without it.
A contraindication is reached where it is told, be it as something to ask about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from clausal.coding.remarks import safety
from clausal.coverage.benefits import Benefit
from clausal.determination.codes import is_beside
from clausal.determination.decide import conclude, line_states, plan_of
from clausal.determination.worked import Worked
from clausal.documents.library import Document, Library, View
from clausal.documents.pack import Plan
from clausal.facts.case import Case
from clausal.facts.knowledge import State, known
from clausal.rules.compile import CompiledTable
from clausal.rules.evaluate import Outcome, collect, evaluate
from clausal.rules.model import Rule, Table

REMARKS = ("notice", "conflict", "authorization", "documents")
Reached = tuple[str, str]
"""A table's id and the name of a rule of it."""


def unreached(library: Library, packs: Iterable[str], worked: Iterable[Worked]) -> list[tuple[Table, Rule]]:
    """The rules of packs that none of some worked cases reaches, table by table."""
    today = dt.date.today()
    found = {one for each in worked for one in reached(library.view(each.as_of or today), each.case)}
    tables = (table for pack in packs for table in library.packs[pack].tables)
    return [(table, rule) for table in tables for rule in table.rules if (table.id, rule.name) not in found]


def reached(view: View, case: Case) -> set[Reached]:
    """The rules that a case reaches."""
    plan = plan_of(view, case)
    lines, advice = line_states(view, plan, case)
    proposed = [*advice.proposals, *advice.others, *(proposal for proposal, _ in advice.withheld)]
    found = {
        (document.compiled.table.id, rule.name)
        for one in proposed
        for document in view.answering("coding", one.authority)
        for rule in document.compiled.rules
        if (rule.name, rule.cites) == (one.rule, one.clauses)
    }
    for _, state, clash in lines:
        for derivation in view.derivations:
            found.update(_surely(derivation, state) if isinstance(derivation, CompiledTable) else ())
        for kind in REMARKS:
            # The answer to a code beside the plan tells no conflict.
            if kind != "conflict" or not is_beside(view, plan, state.get("code")):
                for document in view.answering(kind):
                    found.update(_surely(document.compiled, state))
        found.update(_screened(view, state))
        if plan is not None and not is_beside(view, plan, state.get("code")):
            found.update(_covering(view, plan, state, [one.fact for one in clash]))
    return found


def _covering(view: View, plan: Plan, state: State, contradicted: Iterable[str]) -> Iterator[Reached]:
    """The rules by which it is decided whether a line is covered."""
    sure: list[Reached] = []

    def read(compiled: CompiledTable, state: State) -> Outcome:
        sure.extend(_surely(compiled, state))
        return evaluate(compiled, state)

    chosen = conclude(view, plan, state, contradicted, read=read).coverage.chosen
    yield from sure
    if chosen is None:
        return
    within = {**state, "finding": known(chosen.reading.finding)}
    if chosen.document is not None and len(chosen.reading.rules) == 1:
        yield from _surely(chosen.document.compiled, within)
    for document in _conditions(view, plan, chosen):
        for rule in collect(document.compiled, within).holding:
            if chosen.reading.rules or rule.then.get("precedes"):
                yield document.compiled.table.id, rule.name


def _screened(view: View, state: State) -> Iterator[Reached]:
    """The contraindications that are told."""
    told = {(one.rule, one.clauses) for one in safety(view, state)[0]}
    for document in view.answering("safety"):
        for rule in document.compiled.rules:
            if (rule.name, rule.cites) in told:
                yield document.compiled.table.id, rule.name


def _conditions(view: View, plan: Plan, chosen: Benefit) -> list[Document]:
    """The tables of administrative conditions that are asked: of the document that decides, or of the plan's own."""
    deciding = chosen.reading.document.pack.name if chosen.reading.rules and chosen.reading.document else plan.pack
    return [document for document in view.answering("administrative") if document.pack.name == deciding]


def _surely(compiled: CompiledTable, state: State) -> Iterator[Reached]:
    """The rules of a table that surely hold in a case; of a table of which one decides, the one."""
    if compiled.table.hit == "collect":
        rules: tuple[Rule | None, ...] = collect(compiled, state).holding
    else:
        rules = evaluate(compiled, state).possible
        rules = rules if len(rules) == 1 else ()
    for rule in rules:
        if rule is not None:
            yield compiled.table.id, rule.name
