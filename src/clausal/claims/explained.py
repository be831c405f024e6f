"""Sampled lines of a claim file, each with the explanation that both readings of policy give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clausal.claims.changed import Impact, Sample
from clausal.claims.counted import Counted
from clausal.claims.impact import Job, Side
from clausal.determination.decide import decide
from clausal.determination.model import Line
from clausal.facts.case import CaseReader
from clausal.facts.source import Source
from clausal.rules.model import SERVICE_DATE
from clausal.schedules.listings import Listings
from clausal.schedules.tables import Schedules


@dataclass(frozen=True)
class Reading:
    """What one side says of a line: its answer, and the rules and clauses that it rests on."""

    answer: str
    steps: tuple[str, ...]
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class Explained:
    """A line that changes, with both explanations."""

    claim_id: str
    line: int
    what: str
    facts: Mapping[str, str]
    before: Reading
    after: Reading
    like: Counted


def explained(found: Impact, job: Job, schedules: Schedules | None = None) -> list[Explained]:
    """Both explanations of every sampled line; the fee tables tell which codes exist on its day."""
    return explain(found.samples, job, schedules)


def explain(samples: Sequence[Sample], job: Job, schedules: Schedules | None = None) -> list[Explained]:
    """The same for some lines."""
    listings = Listings(schedules) if schedules else None
    return [_one(sample, job, listings) for sample in samples]


def _one(sample: Sample, job: Job, listings: Listings | None) -> Explained:
    data, at = sample.case, sample.at
    facts = {name: _word(value) for name, value in data.items() if name != "lines"}
    facts |= {f"line {name}": _word(value) for name, value in data["lines"][at].items()}
    before, after = (_reading(side, data, at, listings) for side in (job.before, job.after))
    what = f"{sample.before.status} before, {sample.after.status} after"
    return Explained(sample.claim_id, sample.line, what, facts, before, after, sample.like)


def _reading(side: Side, data: Mapping[str, object], at: int, listings: Listings | None) -> Reading:
    """The determination of one side, less what its vocabulary does not know."""
    facts = side.library.vocabulary.facts.values()
    known: set[tuple[str, ...]] = {fact.case for fact in facts if fact.case}
    known |= {("lines", fact.line_key) for fact in facts if fact.line_key}
    case = _known(data, known)
    if side.day is not None:
        case[SERVICE_DATE] = side.day.isoformat()
    reader = CaseReader(side.library.vocabulary, tables=listings)
    found = decide(side.library, reader.read(Source("claim", case), typed=True), side.as_of)
    line, asked = found.lines[at], {one.fact: one.question for one in found.questions}
    return Reading(_answer(line, asked), tuple(_steps(line)), tuple(line.clauses))


def _known(data: Mapping[str, object], known: set[tuple[str, ...]]) -> dict[str, object]:
    sections = {path[0] for path in known if len(path) > 1}
    case: dict[str, object] = {}
    for name, value in data.items():
        if name == "lines" and isinstance(value, list):
            case[name] = [{k: v for k, v in line.items() if ("lines", k) in known} for line in value]
        elif isinstance(value, dict) and name in sections:
            case[name] = {k: v for k, v in value.items() if (name, k) in known}
        elif (name,) in known:
            case[name] = value
    return case


def _answer(line: Line, asked: Mapping[str, str]) -> str:
    parts: list[str] = [line.status]
    if line.finding and line.finding != line.status:
        parts.append(line.finding)
    if line.denial:
        parts.append(f"CARC {line.denial.carc}")
    if line.needs:
        parts.append(f"asked: {' '.join(asked.get(name, name) for name in line.needs)}")
    return "; ".join(parts)


def _steps(line: Line) -> Sequence[str]:
    """The rules that carry the answer with the tests that hold, or what each authority said."""
    steps = []
    for step in line.why:
        tests = ", ".join(f"{test.fact} {test.value}" for test in step.tests)
        clauses = ", ".join(step.clauses)
        steps.append(f"{step.pack}/{step.table}#{step.rule}: {step.concludes} ({tests}) [{clauses}]")
    if not steps:
        for said in line.authorities:
            finding = said.finding or " or ".join(said.possible)
            steps.append(f"{said.pack or said.authority}: {finding}. {said.says}")
    return steps


def _word(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_word(one)}" for name, one in value.items())
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
