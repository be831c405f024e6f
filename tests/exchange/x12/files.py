"""Claim files written for the tests, and what came of reading them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from clausal.exchange.x12.problem import ClaimProblem, GroupEnd, Transaction
from clausal.exchange.x12.read837 import Reader837

ISA = "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PLAN           *240102*1200*^*00501*{control:09}*0*T*:"
PROFESSIONAL, INSTITUTIONAL = "005010X222A1", "005010X223A2"
BEGIN = ["BHT*0019*00*1*20240102*1200*CH", "NM1*41*2*BILLER*****46*B1", "PER*IC*DESK*TE*5550000000"]
BEGIN += ["NM1*40*2*PLAN*****46*P1"]
PROVIDER = [
    "HL*1**20*1",
    "PRV*BI*PXC*208D00000X",
    "NM1*85*2*KNEE CLINIC*****XX*1234567893",
    "N3*1 MAIN ST*FLOOR 2",
    "N4*DETROIT*MI*482010000",
    "REF*EI*380000001",
]
SUBSCRIBER = [
    "HL*2*1*22*0",
    "SBR*P*18*GRP7******HM",
    "NM1*IL*1*ROE*JANE*A***MI*M0001",
    "N3*2 ELM ST",
    "N4*LANSING*MI*48901",
    "DMG*D8*19600415*F",
    "NM1*PR*2*SOME PLAN*****PI*00710",
]
LINE = ["LX*1", "SV1*HC:64640:RT*350*UN*2***1", "DTP*472*D8*20240815"]


def claim(identifier: str = "A1", charge: str = "350", *more: str, lines: Iterable[str] = LINE) -> list[str]:
    """A professional claim: its CLM, its diagnoses, what else is said of it, its lines."""
    return [f"CLM*{identifier}*{charge}***11:B:1*Y*A*Y*Y", "HI*ABK:M1711*ABF:I10*ABF:E119", *more, *lines]


def transaction(*body: Iterable[str], control: str = "0001", version: str = PROFESSIONAL) -> list[str]:
    """A transaction with the right count."""
    inner = [*BEGIN, *(text for part in body for text in part)]
    return [f"ST*837*{control}*{version}", *inner, f"SE*{len(inner) + 2}*{control}"]


def group(*transactions: list[str], version: str = PROFESSIONAL, control: str = "7") -> list[str]:
    inner = [text for one in transactions for text in one]
    return [f"GS*HC*CLINIC1*PLAN1*20240102*1200*{control}*X*{version}", *inner, f"GE*{len(transactions)}*{control}"]


def interchange(*groups: list[str], control: int = 1) -> list[str]:
    inner = [text for one in groups for text in one]
    return [ISA.format(control=control), *inner, f"IEA*{len(groups)}*{control:09}"]


def file_of(*claims: list[str]) -> list[str]:
    """One subscriber's claims in a whole file, as segments."""
    return interchange(group(transaction(PROVIDER, SUBSCRIBER, *claims)))


def raw(segments: Iterable[str], end: str = "~\n") -> bytes:
    return "".join(text + end for text in segments).encode()


@dataclass
class Read:
    """All that a reader told of a file."""

    batches: list[Any] = field(default_factory=list)
    problems: list[ClaimProblem] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    groups: list[GroupEnd] = field(default_factory=list)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [row for batch in self.batches for row in batch.to_pylist()]

    @property
    def claims(self) -> list[str]:
        """The claims by their identifiers, each once."""
        return [identifier for identifier, _ in dict.fromkeys((row["claim_id"], row["claim_key"]) for row in self.rows)]

    @property
    def messages(self) -> list[str]:
        return [problem.message for problem in self.problems]

    @property
    def status(self) -> str:
        return "".join(one.status for one in self.transactions)


def read(data: bytes | Iterable[str], chunk: int = 1 << 20, batch_claims: int = 2000, encoding: str = "utf-8") -> Read:
    """Read a file given as bytes or as segments."""
    found = Read()
    reader = Reader837(
        io.BytesIO(data if isinstance(data, bytes) else raw(data)),
        "claims.837",
        batch_claims,
        on_problem=found.problems.append,
        on_transaction=found.transactions.append,
        on_group=found.groups.append,
        chunk=chunk,
        encoding=encoding,
    )
    found.batches = list(reader)
    return found
