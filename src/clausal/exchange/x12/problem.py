"""What is wrong with a claim file, where, and in the codes that a 999 says it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from clausal.problems import Place, Problem

Fatal = Literal["claim", "transaction", "interchange"]


@dataclass(frozen=True, slots=True)
class Interchange:
    """What an ISA says; texts are without their padding."""

    sender_qualifier: str
    sender: str
    receiver_qualifier: str
    receiver: str
    control: str
    version: str
    usage: str


@dataclass(frozen=True, slots=True)
class Group:
    """What a GS says, and in which interchange."""

    interchange: Interchange
    functional_id: str
    sender: str
    receiver: str
    control: str
    version: str


@dataclass(frozen=True, slots=True)
class Header:
    """What an ST says, and in which group. `version` is ST03, or the group's where there is none."""

    group: Group
    set_id: str
    control: str
    version: str


@dataclass(frozen=True, slots=True)
class ClaimProblem:
    """One thing that is wrong with a claim file.

    `number` is the segment's in its transaction, counted from 1 (ST); `offset` its byte in the file, from 0; `element`
    counts from 1. `component` is the part of a composite, from 1. `fatal` says what is refused for it; None where the
    claim goes on. `segment_code` (IK304), `element_code` (IK403), `transaction_code` (IK502) and `group_code` (AK905)
    are what a 999 says of it; it says nothing of what is `sound`.
    """

    file: str
    message: str
    hint: str = ""
    fatal: Fatal | None = None
    interchange: Interchange | None = None
    group: Group | None = None
    header: Header | None = None
    tag: str = ""
    number: int = 0
    offset: int | None = None
    loop: str = ""
    element: int | None = None
    claim_id: str | None = None
    segment_code: str = ""
    element_code: str = ""
    transaction_code: str = ""
    group_code: str = ""
    component: int | None = None
    sound: bool = False
    """Whether the file is right there, and it is only not decided further."""

    @property
    def st_control(self) -> str | None:
        return self.header.control if self.header else None

    @property
    def gs_control(self) -> str | None:
        return self.group.control if self.group else None

    @property
    def of_envelope(self) -> bool:
        """Whether it is of the file around its transactions: claims may be missing of which nothing is known."""
        return self.header is None

    @property
    def path(self) -> str:
        """Where it is, for a reader: `ST 0001, segment 24 (SV102), loop 2400, claim A1`."""
        name = f"{self.tag}{self.element:02}" if self.tag and self.element else self.tag
        name += f"-{self.component}" if self.element and self.component else ""
        parts = [
            f"ST {self.header.control}" if self.header else "",
            f"segment {self.number} ({name})" if self.number and name else name,
            f"loop {self.loop}" if self.loop else "",
            f"claim {self.claim_id}" if self.claim_id else "",
            f"byte {self.offset}" if self.offset is not None else "",
        ]
        return ", ".join(filter(None, parts))

    @property
    def problem(self) -> Problem:
        """The same as the project's other problems are said."""
        return Problem(Place(self.file, path=self.path), self.message, self.hint)

    def __str__(self) -> str:
        return str(self.problem)


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction as it ended: the claims handed on and those refused, and what a 999 says of it.

    `codes` (IK502) tell why it is refused as a whole.
    """

    header: Header
    segments: int
    claims: int
    refused: int
    problems: int
    codes: tuple[str, ...] = ()

    @property
    def status(self) -> Literal["A", "E", "R"]:
        """Accepted, accepted with errors noted, or rejected: as a whole, or because all of its claims are."""
        if self.codes or (self.refused and not self.claims):
            return "R"
        return "E" if self.problems else "A"


@dataclass(frozen=True, slots=True)
class GroupEnd:
    """A functional group as it ended: how many transactions its GE counts, were received, were accepted.

    `codes` (AK905) tell what is wrong with it.
    """

    group: Group
    claimed: int
    received: int
    accepted: int
    codes: tuple[str, ...] = ()
    noted: bool = False
    """Whether a transaction of it was accepted with errors."""

    @property
    def status(self) -> Literal["A", "E", "P", "R"]:
        """Accepted, accepted with errors noted, accepted in part, or rejected."""
        if not self.accepted and (self.received or self.codes):
            return "R"
        if self.accepted < self.received:
            return "P"
        return "E" if self.codes or self.noted else "A"
