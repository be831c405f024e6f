"""What to do next about an answer: general steps, resting on nothing but the answer itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clausal.determination.model import Determination, Line
from clausal.documents.library import Library

_LABEL_HEAD = re.compile(r"\s*[(,;]")


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something to do, and the clauses that it is about."""

    says: str
    clauses: tuple[str, ...] = ()


def next_steps(library: Library, determination: Determination) -> list[NextStep]:
    """What a person can do next, each step once: safety first, then what each line's status leaves to be done.

    Of deadlines and addresses nothing is said: they stand on the payer's own notice, which is not held.
    """
    plan = library.plans.get(determination.plan or "")
    payer = f"the payer of {_LABEL_HEAD.split(plan.label)[0]}" if plan else "the payer"
    found = [*_of_safety(determination), *(step for line in determination.lines for step in _of_line(line, payer))]
    by_text: dict[str, tuple[str, ...]] = {}
    for step in found:
        by_text[step.says] = tuple(dict.fromkeys((*by_text.get(step.says, ()), *step.clauses)))
    return [NextStep(says, clauses) for says, clauses in by_text.items()]


def _of_safety(determination: Determination) -> Iterator[NextStep]:
    severities = {one.severity for one in determination.safety}
    if "block" in severities:
        yield NextStep("settle the contraindication with the treating clinician before anything else")
    elif "confirm" in severities:
        yield NextStep("have the treating clinician confirm what stands under safety, before anything else")


def _of_line(line: Line, payer: str) -> Iterable[NextStep]:
    """The steps for a line; none for one that is covered, or that no document of the plan is about."""
    kinds = {denial.kind for denial in line.denials}
    if line.status == "open":
        yield from _of_open(line, payer)
    elif line.status == "conditional":
        yield NextStep(f"see that what is needed is shown, and keep the proof; {payer} can ask for it")
    elif line.status == "refer":
        yield NextStep(f"get the policy that it is left to and decide by that; ask {payer} for it if it is not at hand")
    elif line.status == "not-addressed" and line.authorities:
        yield NextStep(
            f"ask {payer} before the service which policy or determination it goes by, and whether it wants prior "
            "authorization; have the answer in writing"
        )
    elif line.status == "not-covered":
        yield from _of_denial(line, payer)
    if "coding" in kinds:
        yield NextStep(
            f"do not bill {line.code} as it stands: take the code that is asked for, or ask {payer} which it takes",
            tuple(clause for one in line.denials if one.kind == "coding" for clause in one.clauses),
        )


def _of_open(line: Line, payer: str) -> Iterable[NextStep]:
    if line.needs:
        yield NextStep("find out what is missing and decide again: the first that is named settles most")
    elif any(one.binding for one in line.conflicts):
        yield NextStep(f"ask {payer} which of the documents that disagree it goes by; have the answer in writing")
    else:
        yield NextStep(f"ask {payer} how it decides a case of which no criterion speaks; have the answer in writing")


def _of_denial(line: Line, payer: str) -> Iterable[NextStep]:
    """After a denial: what can be put right first, and then that it can be appealed."""
    for denial in line.denials:
        if denial.kind == "administrative":
            says = f"see with {payer} whether this can be put right before the service: {denial.says}"
            yield NextStep(says, tuple(denial.clauses))
    if any(denial.kind == "coverage" for denial in line.denials):
        yield NextStep(
            f"before the service, ask {payer} whether the member's own contract or a newer policy says otherwise; "
            "tell the patient that it may not be paid"
        )
    yield NextStep(
        "a claim that is denied can be appealed: the notice of the denial says how and by when, and an appeal has to "
        "answer the clauses that are cited"
    )
