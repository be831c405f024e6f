"""The shapes of answers, as OpenAPI describes them; the routes send them as they make them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import BaseModel, Field

from clausal.determination.model import Determination, Status
from clausal.service.roles import Role
from clausal.store.gates import State
from clausal.store.jobs import Kind
from clausal.store.jobs import State as JobState

Fingerprint = Field(description="SHA-256 of every file of every pack.", examples=["sha256:0f3c..."])


class Me(BaseModel):
    """Who is signed in."""

    subject: str
    name: str
    roles: list[Role]
    way: str
    csrf: str | None


class Held(BaseModel):
    """What is held."""

    version: str
    library: str = Fingerprint
    tables: str = Field(description="A fingerprint of the fee tables.")
    packs: int
    etag: str


class Reloaded(Held):
    """What is held after packs were read anew."""

    changed: bool


class AskedNext(BaseModel):
    """A question, by its fact; `line` counts from 1."""

    fact: str
    line: int | None
    part: str
    question: str
    type: str
    choices: dict[str, str]
    whether: str | None
    sought: list[str]
    path: str


class Next(BaseModel):
    """The next question, if one is left."""

    question: AskedNext | None
    statuses: list[Status]
    contradictions: list[str]
    library: str = Fingerprint
    as_of: dt.date


class RuleTold(BaseModel):
    """A rule against a line."""

    line: int
    pack: str
    table: str
    rule: str
    concludes: str
    clauses: list[str]
    tests: list[dict[str, Any]]
    verdict: str


class RulesTold(BaseModel):
    """Every rule of the name, against every line."""

    library: str = Fingerprint
    rules: list[RuleTold]


class AnswerInList(BaseModel):
    """A saved answer, without what was given."""

    id: str
    at: dt.datetime
    actor: str
    service_date: dt.date
    as_of: dt.date
    library: str = Fingerprint
    tables: str
    version: str
    digest: str


class SavedAnswer(AnswerInList):
    """A saved answer: the case as it was given, the determination to the letter."""

    given: dict[str, Any]
    answer: Determination


class Answers(BaseModel):
    """A page of saved answers; `next` is the address of the following one."""

    answers: list[AnswerInList]
    next: str | None


class ChangeTold(BaseModel):
    """A value that is another now."""

    path: str
    before: Any
    after: Any


class Replayed(BaseModel):
    """Whether a saved answer is answered so again."""

    same: bool
    same_library: bool
    same_tables: bool
    same_version: bool
    changes: list[ChangeTold]
    problems: list[str]
    library_then: str = Fingerprint
    library_now: str = Fingerprint


class LineTold(BaseModel):
    """What was decided of a line."""

    line: int
    outcome: str
    units: int | None
    reason: str


class StepTold(BaseModel):
    """A step of a determination."""

    number: int
    at: dt.datetime
    actor: str
    state: State
    previous: str
    adverse: bool
    automatic: bool
    reviewer: str
    credential: str
    licence: str
    reviewed_on: str
    rationale: str
    lines: list[LineTold]
    note: str
    digest: str


class DeterminationInList(BaseModel):
    """A determination of a person; `next` are the states that it may come into."""

    id: str
    answer: str
    at: dt.datetime
    actor: str
    state: State
    adverse: bool
    steps_taken: int
    next: list[State]


class AskedTold(BaseModel):
    """A line that is asked for, and what the rules recommend of it."""

    line: int
    code: str | None
    units: int | None
    recommended: Status


class DeterminationTold(DeterminationInList):
    """A determination with what is asked for, and its steps."""

    asked: list[AskedTold]
    steps: list[StepTold]


class Determinations(BaseModel):
    """A page of determinations."""

    determinations: list[DeterminationInList]
    next: str | None


class JobInList(BaseModel):
    """A job; `fraction` tells how far it is."""

    id: str
    kind: Kind
    actor: str
    state: JobState
    made: dt.datetime
    begun: str
    ended: str
    attempts: int
    lines: int
    rejected: int
    fraction: float
    stopping: bool


class JobTold(JobInList):
    """A job with what it came to, why it failed, and its files."""

    asked: dict[str, Any]
    result: dict[str, Any] | None
    problems: list[dict[str, Any]]
    files: dict[str, dict[str, Any]]


class Jobs(BaseModel):
    """A page of jobs."""

    jobs: list[JobInList]
    next: str | None


class ResultsPage(BaseModel):
    """Lines of results, how many there are in all, and counts by facet; how many were rejected, and where they are.

    Money is text.
    """

    rows: list[dict[str, Any]]
    total: int
    facets: dict[str, list[dict[str, Any]]]
    rejected: int
    rejects: str | None


class EventTold(BaseModel):
    """An event of the log."""

    number: int
    at: dt.datetime
    actor: str
    action: str
    subject: str
    request: str
    detail: str
    previous: str
    hash: str


class Events(BaseModel):
    """A page of the log."""

    events: list[EventTold]
    next: str | None


class Verified(BaseModel):
    """Whether log and store are as they were written; keep number and hash elsewhere."""

    whole: bool
    faults: list[str]
    events: int
    hash: str


class PersonTold(BaseModel):
    """Somebody who came in."""

    subject: str
    name: str
    roles: list[str]
    blocked: bool
    seen: dt.datetime


class PeopleTold(BaseModel):
    """Everybody who came in."""

    people: list[PersonTold]


class Blocked(BaseModel):
    """Whether somebody may come in."""

    subject: str
    blocked: bool


class TokenTold(BaseModel):
    """A token of a program, without its secret."""

    id: str
    subject: str
    roles: list[str]
    made_by: str
    made: dt.datetime
    ends: dt.datetime


class TokenMade(TokenTold):
    """A token with its secret, told once."""

    token: str


class Tokens(BaseModel):
    """The tokens of programs."""

    tokens: list[TokenTold]
