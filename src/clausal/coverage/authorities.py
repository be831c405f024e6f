"""Ask a plan's authorities in order; keep what each said; the first that addresses the case decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from clausal.documents.library import Document, View, code_of
from clausal.documents.pack import Plan
from clausal.facts.knowledge import State
from clausal.rules.compile import CompiledTable
from clausal.rules.evaluate import Outcome, evaluate
from clausal.rules.model import SERVICE_DATE, Rule

NOT_ADDRESSED = "not-addressed"


@dataclass(frozen=True)
class Answer:
    """What one document of an authority said; `finding` is None where it depends on what is not known."""

    authority: str
    document: Document | None
    finding: str | None
    possible: tuple[str, ...]
    rule: Rule | None
    clauses: tuple[str, ...]
    silent_rule: Rule | None = None
    """A rule that may hold and, if it does, says no more than that the document is silent."""

    @property
    def decides(self) -> bool:
        return self.document is not None and self.document.pack.decides


@dataclass(frozen=True)
class Reading:
    """One way the authorities can come out: a finding, and the document and rule that make it (None: nobody speaks)."""

    finding: str
    authority: str = ""
    document: Document | None = None
    rules: tuple[Rule, ...] = ()
    clauses: tuple[str, ...] = ()

    @property
    def also(self) -> tuple[str, ...]:
        """What the policy finds besides, if every rule that can decide says so."""
        found = {str(rule.then.get("also", "")) for rule in self.rules}
        return tuple(found) if len(found) == 1 and found != {""} else ()

    @property
    def denial(self) -> str | None:
        """The reason for denial that its rules give themselves, in place of the finding's."""
        return _denial(self.rules[0]) if self.rules else None

    @property
    def rule(self) -> Rule | None:
        """One of the rules that make the finding; they all conclude the same."""
        return self.rules[-1] if self.rules else None


@dataclass(frozen=True)
class Walk:
    """What all authorities said. One reading: settled; several: it depends on what the `open` documents test."""

    answers: tuple[Answer, ...]
    readings: tuple[Reading, ...]
    open: tuple[Document, ...]
    disagreements: tuple[tuple[Reading, Reading], ...]


Read = Callable[[CompiledTable, State], Outcome]
"""How a table is read; one who knows the outcome already need not work it out again."""


def walk(view: View, plan: Plan, state: State, read: Read = evaluate) -> Walk:
    """Ask the plan's authorities; one that may stay silent leaves the next ones possible."""
    answers: list[Answer] = []
    readings: list[Reading] = []
    open_: list[Document] = []
    code = code_of(state)
    disagreements: list[tuple[Reading, Reading]] = []
    silent = True
    for authority in plan.authorities:
        documents = view.answering("authority", authority, code)
        if not documents and not view.answering("authority", authority):
            answers.append(Answer(authority, None, NOT_ADDRESSED, (NOT_ADDRESSED,), None, ()))
        settled: list[Reading] = []
        silence: list[bool] = []
        for document in documents:
            outcome = read(document.compiled, state)
            answer, said = _read(authority, document, outcome, state)
            answers.append(answer)
            if not document.pack.decides:
                continue
            readings.extend(reading for reading in said if reading.finding != NOT_ADDRESSED)
            silence.append(any(reading.finding == NOT_ADDRESSED for reading in said))
            if len(said) > 1:
                open_.append(document)
            if answer.finding not in (None, NOT_ADDRESSED):
                settled.append(said[0])
        disagreements.extend((settled[0], other) for other in settled[1:] if other.finding != settled[0].finding)
        if not all(silence):
            silent = False
            break
    if silent:
        spoken = tuple(dict.fromkeys(clause for answer in answers if answer.decides for clause in answer.clauses))
        readings.append(Reading(NOT_ADDRESSED, clauses=spoken))
    return Walk(tuple(answers), _distinct(readings), tuple(open_), tuple(disagreements))


def _read(authority: str, document: Document, outcome: Outcome, state: State) -> tuple[Answer, list[Reading]]:
    """What a document said, and each way it can come out."""
    said = []
    for finding, denial in dict.fromkeys((_finding(rule), _denial(rule)) for rule in outcome.possible):
        rules = tuple(
            rule for rule in outcome.possible if rule and (_finding(rule), _denial(rule)) == (finding, denial)
        )
        clauses = tuple(dict.fromkeys(clause for rule in rules for clause in rule.cites))
        said.append(Reading(finding, authority, document, rules, clauses))
    possible = tuple(dict.fromkeys(reading.finding for reading in said))
    rule = outcome.rule if outcome.settled else None
    clauses = said[0].clauses if outcome.settled and rule else _in_force(document, state)
    only = possible[0] if len(possible) == 1 else None
    return Answer(authority, document, only, possible, rule, clauses, next(filter(None, outcome.possible), None)), said


def _finding(rule: Rule | None) -> str:
    return str(rule.then["finding"]) if rule else NOT_ADDRESSED


def _denial(rule: Rule | None) -> str | None:
    return str(rule.then["denial"]) if rule and "denial" in rule.then else None


def _in_force(document: Document, state: State) -> tuple[str, ...]:
    """The clauses that were read and do not speak of the case: those of the rules in force on its date."""
    dated = document.compiled.column.get(SERVICE_DATE)
    in_force = dated.masks(state[SERVICE_DATE])[0] if dated else document.compiled.everything
    return document.compiled.citing(in_force)


def _distinct(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """Readings of one document with one finding and reason are one; the last, which surely holds, stands for them."""
    by_key: dict[tuple[str, str | None, str], Reading] = {}
    for reading in readings:
        table = reading.document.compiled.table.id if reading.document else ""
        key = reading.finding, reading.denial, table
        before = by_key.get(key)
        clauses = tuple(dict.fromkeys((*(before.clauses if before else ()), *reading.clauses)))
        by_key[key] = replace(reading, clauses=clauses)
    return tuple(by_key.values())
