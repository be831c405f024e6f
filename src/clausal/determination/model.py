"""The Determination: the answer to one case, and the published shape of its JSON."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any, Literal

from clausal.payment.model import QuotedLine
from clausal.shown import shown_json

Status = Literal["covered", "not-covered", "conditional", "refer", "not-addressed", "open"]
Holding = Literal["yes", "no", "unknown"]
Requirement = Literal["required", "not-required", "open", "not-said"]
When = Literal["with-request", "with-claim", "on-request"]
Severity = Literal["block", "confirm", "caution"]


@dataclass(frozen=True, slots=True)
class Test:
    """One test of a rule: what it expects, the value it met, where that value came from, whether it holds."""

    fact: str
    expected: str
    value: str
    origin: str
    holds: Holding


@dataclass(frozen=True, slots=True)
class Step:
    """A rule that carries the answer, with its tests and the clauses it rests on."""

    pack: str
    table: str
    rule: str
    concludes: str
    tests: list[Test]
    clauses: list[str]


@dataclass(frozen=True, slots=True)
class Inferred:
    """A fact that was derived, and the clauses of the rules that derive it."""

    fact: str
    value: str
    origin: str
    clauses: list[str]


@dataclass(frozen=True, slots=True)
class CriterionSaid:
    """A criterion of a document that speaks of the case: whether it is met, by which tests, and those it is made of.

    `form` is `test`, `all`, `any`, or `at_least` (of which `number` have to be met).
    """

    criterion: str
    pack: str
    table: str
    says: str
    met: Holding
    form: Literal["test", "all", "any", "at_least"]
    number: int
    tests: list[Test]
    clauses: list[str]
    of: list[CriterionSaid]


@dataclass(frozen=True, slots=True)
class AuthoritySaid:
    """What one authority said; `finding` is null where it depends on what is not known."""

    authority: str
    pack: str | None
    title: str
    document_status: str
    version: str | None
    decides: bool
    finding: str | None
    possible: list[str]
    rule: str | None
    clauses: list[str]
    says: str


DenialKind = Literal["coverage", "administrative", "coding"]


@dataclass(frozen=True, slots=True)
class DenialCodes:
    """Reason for denial: X12 claim adjustment group and reason code, and remittance advice remark codes."""

    reason: str
    group: str
    carc: str
    rarc: list[str]
    says: str
    kind: DenialKind
    clauses: list[str] = field(default_factory=list)
    """Clauses of the condition that fails, of the coding notice; empty where the policy's finding is the reason."""


@dataclass(frozen=True, slots=True)
class ConflictSaid:
    """Two sources that differ; `binding` if the one that differs from the manufacturer's guide binds this payer."""

    says: str
    clauses: list[str]
    binding: bool


@dataclass(frozen=True, slots=True)
class NoticeSaid:
    """Something to know beside the answer; a `warning` limits what the answer is worth, and has a `name`."""

    says: str
    clauses: list[str]
    warning: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class ReadingSaid:
    """Where the answer rests on our reading of a document that does not say it so, and what supports that."""

    says: str
    rests: str
    """The rule, or the reason for denial, that is so read."""
    clauses: list[str]


@dataclass(frozen=True, slots=True)
class SafetySaid:
    """A safety finding: block, confirm or caution; `needs` are the facts on which it hangs."""

    severity: Severity
    says: str
    rule: str
    clauses: list[str]
    needs: list[str]


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that is missing, the question for it, and the answers if they are a closed list.

    `groups` are the values of a choice that are left, those together that come to the same status and reason; where it
    is one of them or any other, that alone is asked.
    """

    fact: str
    question: str
    type: str
    choices: dict[str, str]
    path: str
    groups: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class EditSaid:
    """A claim edit that a line fails: denial codes, the table row or clause it rests on, what would resolve it.

    With `passes` the line passes it by a modifier alone, which is told, and nothing is denied: `carc` is null. `detail`
    is the other code of a pair with its modifier indicator, or a limit with the units that exceed it; else it is empty.
    """

    edit: str
    says: str
    resolve: str
    carc: str | None
    rarc: list[str]
    table: str
    passes: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """What Medicare would pay for the lines at their place of service. A rate is not coverage: `label` says so.

    `claim_type` is the type that the case tells; without one the amounts are the practitioner's and the facility's.
    `total`, `payer` and `patient` are sums over the `total_lines` lines that have an amount, null where none has.
    `where` is the place as the case gives it (null: it gives none, and all is national); each line says whether its
    amount is of there.
    """

    label: str
    place_of_service: str | None
    assumed_place: bool
    claim_type: str | None
    lines: list[QuotedLine]
    total: str | None
    payer: str | None
    patient: str | None
    total_lines: int
    complete: bool
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """The determination of one service line.

    `code` is null where no procedure code is chosen or known; one that does not exist on the day of service is told as
    it is billed, and decided as not known. `rule` is the rule that decides; where several may, and
    all conclude the same, their names joined by " or ".
    """

    code: str | None
    units: int | None
    modifiers: list[str]
    proposed: bool
    status: Status
    finding: str | None
    rule: str | None
    clauses: list[str]
    denial: DenialCodes | None
    denials: list[DenialCodes]
    needs: list[str]
    conflicts: list[ConflictSaid]
    authorities: list[AuthoritySaid]
    refer_to: str | None
    coding: str | None
    why: list[Step]
    inferred: list[Inferred]
    readings: list[ReadingSaid] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    """The names of the warnings among the notices that are about this line."""
    reason_needs: list[str] = field(default_factory=list)
    """Those of `needs` that cannot change the status, but which reason for denial comes first, or what is approved."""
    edits: list[EditSaid] = field(default_factory=list)
    criteria: list[CriterionSaid] = field(default_factory=list)
    """Every criterion of the documents that speak of the line: met, failed (no) or open (unknown)."""
    approval: ApprovalSaid | None = None
    """What is approved of a line that is covered, or would be; null where no rule says so, or it is not settled."""
    authorization: AuthorizationSaid | None = None
    documents: list[DocumentWanted] = field(default_factory=list)
    silent: int = 0
    """How many documents of the plan's authorities cannot speak of the code: they are not asked, and not listed."""


@dataclass(frozen=True, slots=True)
class LengthSaid:
    """How long something holds: a number of days, weeks, months or years."""

    number: int
    unit: Literal["days", "weeks", "months", "years"]


@dataclass(frozen=True, slots=True)
class ApprovalSaid:
    """What a policy approves of a service that it covers; what it does not say is null."""

    length: LengthSaid | None
    units: int | None
    visits: int | None


@dataclass(frozen=True, slots=True)
class AuthorizationSaid:
    """Whether a prior authorization is required: `not-said`, no document held says so, is not `not-required`.

    `decided_by` is who decides, `for_whom` for which providers or members it is required, `valid` how long one holds;
    `number_given` whether the case has the number of one; `needs` are facts on which it hangs.
    """

    requirement: Requirement
    decided_by: str | None
    for_whom: str | None
    valid: LengthSaid | None
    says: list[str]
    rules: list[str]
    clauses: list[str]
    needs: list[str]
    number_given: bool


@dataclass(frozen=True, slots=True)
class DocumentWanted:
    """A document that is to be sent, why and when; with `needs`, only if these facts turn out so."""

    document: str
    says: str
    why: str
    when: When
    pack: str
    rule: str
    clauses: list[str]
    needs: list[str]


Screening = Literal["done", "incomplete", "no-document", "not-applicable"]
"""Whether contraindications were screened: not where no safety document was published, or none is about the case."""


@dataclass(frozen=True, slots=True)
class Determination:
    """The answer to one case on one day, repeatable with the same library and as-of date.

    `code_editions` are the editions of ICD-10-CM, by the days they took effect, that tell of its diagnosis codes.
    """

    case: str
    service_date: dt.date
    as_of: dt.date
    library: str
    plan: str | None
    lines: list[Line]
    safety: list[SafetySaid]
    safety_needs: list[str]
    safety_screening: Screening
    coding_notes: list[NoticeSaid]
    notices: list[NoticeSaid]
    questions: list[Question]
    payment: Payment | None = None
    code_editions: list[dt.date] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether the status of some line hangs on what is not known, or what is denied of its coding."""
        return any(set(line.needs) - set(line.reason_needs) or line.status == "open" for line in self.lines)


def determination_schema() -> dict[str, Any]:
    """JSON schema of a determination."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(Determination).json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def to_json(value: object, *, indent: int | None = 2) -> str:
    """JSON text of a determination, or of a list of them."""
    from pydantic_core import PydanticSerializationError, to_jsonable_python
    from pydantic_core import to_json as dump

    try:
        return shown_json(dump(value, indent=indent).decode())
    except PydanticSerializationError:  # a file's name that is no UTF-8
        return json.dumps(to_jsonable_python(value), indent=indent)
