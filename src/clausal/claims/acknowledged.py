"""The 277CA of an X12 claim file, written when all of it is decided: which claims are accepted, which are refused."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, cast

from clausal.claims.x12_facts import VOID
from clausal.columns.kernel import OTHER_LINE
from clausal.exchange.tabular.opened import opened
from clausal.exchange.x12.claim_status import SYNTAX, VOIDED, Status, of_column, of_problem
from clausal.exchange.x12.heard import Heard
from clausal.exchange.x12.problem import ClaimProblem, Transaction
from clausal.exchange.x12.read837 import Reader837
from clausal.exchange.x12.write277 import ClaimAcknowledgmentWriter
from clausal.problems import InvalidInput, Place


def acknowledge_claims(path: Path, source: Path, encoding: str, rejects: Sequence[Path], when: dt.datetime) -> None:
    """Read a claim file once more, and write its 277CA to `path`.

    `rejects` are the files of rejected lines, in the order of the claim file: what could not be decided is refused
    here too. Memory does not grow with the files.
    """
    with opened(source) as file, path.open("wb") as out, ClaimAcknowledgmentWriter(out, when) as writer:
        answers = _Answers(writer, _rejected(rejects))
        reader = Reader837(
            cast("BinaryIO", file),
            source.name,
            on_problem=answers.problem,
            on_transaction=answers.transaction,
            on_claim=answers.claim,
            encoding=encoding,
        )
        for _ in reader:
            pass
    if not answers.is_whole:
        what = "its claims were decided in another order than they stand in, so the 277CA would not be right"
        raise InvalidInput.at(Place(str(source)), what, "split the file, or leave out --claim-acknowledgment")


class _Answers:
    """Puts together what is wrong with each claim, in the order of the file."""

    def __init__(self, writer: ClaimAcknowledgmentWriter, rejected: Iterator[tuple[str, list[str]]]) -> None:
        self._writer = writer
        self._rejected = rejected
        self._next = next(rejected, None)
        self._problems: list[Status] = []

    @property
    def is_whole(self) -> bool:
        """Whether every claim that was rejected was met in the file."""
        return self._next is None

    def problem(self, problem: ClaimProblem) -> None:
        if problem.fatal == "claim" and problem.claim_id is not None:
            self._problems.append(of_problem(problem))

    def claim(self, heard: Heard) -> None:
        why, self._problems = self._problems, []
        if self._next is not None and self._next[0] == heard.key:
            of_lines = self._next[1]
            self._next = next(self._rejected, None)
            why = [VOIDED] if heard.claim.frequency == VOID else [of_column(one) for one in of_lines]
        if not heard.accepted and not why:
            why = [Status("A3", SYNTAX)]
        self._writer.claim(heard, why)

    def transaction(self, transaction: Transaction) -> None:
        self._problems = []
        if transaction.status == "R":
            self._writer.drop()
        else:
            self._writer.end(transaction.header)


def _rejected(files: Sequence[Path]) -> Iterator[tuple[str, list[str]]]:
    """For each claim of which a line was rejected its key and the reasons, in the order of the file."""

    def rows() -> Iterator[tuple[str, str]]:
        for file in files:
            with file.open(encoding="utf-8") as lines:
                for line in lines:
                    row = json.loads(line)
                    if row.get("claim_key"):
                        yield row["claim_key"], row["problem"]

    for key, of_claim in itertools.groupby(rows(), key=itemgetter(0)):
        reasons = dict.fromkeys(problem for _, problem in of_claim)
        yield key, [one for one in reasons if one != OTHER_LINE] or list(reasons)
