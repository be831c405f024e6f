"""Answers to facts that lines wait for: a table to fill in, read again, and merged into the lines that are decided.

A row names a claim and a line, its further columns are facts; an empty cell says nothing. An answer goes before what
the file gives. A fact of the whole claim may be answered at any of its lines, and then holds for all of them.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clausal.claims.constants import Allowed, constant
from clausal.claims.whole import decoded
from clausal.columns.kernel import claims_of, key_of
from clausal.columns.schema import Column
from clausal.exchange.tabular.delimited import DelimitedTable
from clausal.exchange.tabular.opened import Reading, format_of
from clausal.exchange.tabular.workbook import WorkbookTable
from clausal.facts.fact import Fact
from clausal.problems import PROBLEM, InvalidInput, Place, Problem, unknown_name

MOST_ANSWERS = 1_000_000
MOST_TOLD = 20
"""Things that are wrong in a table of answers, told one by one."""
KEYS = ("claim_id", "claim_key", "line")
Where = tuple[str, int]
"""A claim, by what tells it apart, and the number of a line."""


@dataclass(frozen=True)
class Answers:
    """Values of facts by claim and line, as they were read; `given` are the texts, to be written again."""

    columns: tuple[Column, ...]
    values: Mapping[str, Mapping[int, Mapping[str, Any]]]
    of_claims: frozenset[str]
    """Facts that a claim has but once."""

    @property
    def lines(self) -> int:
        """How many lines are answered for."""
        return sum(map(len, self.values.values()))

    @property
    def digest(self) -> str:
        """What tells these answers from others."""
        told = [(claim, line, sorted(of.items())) for claim, lines in self.values.items() for line, of in lines.items()]
        return hashlib.sha256(repr(sorted(told)).encode()).hexdigest()

    def joined(self, later: Answers) -> Answers:
        """These and later ones, which go before them."""
        columns = {column.name: column for column in (*self.columns, *later.columns)}
        values: dict[str, dict[int, dict[str, Any]]] = {}
        for answers in (self, later):
            for claim, lines in answers.values.items():
                for line, of in lines.items():
                    values.setdefault(claim, {}).setdefault(line, {}).update(of)
        return Answers(tuple(columns.values()), values, self.of_claims | later.of_claims)

    def merged(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """A prepared batch of whole claims with these answers in it."""
        claims = claims_of(batch)
        keys = decoded(batch.column(key_of(batch.schema)).take(pa.array(claims.first))).to_pylist()
        met = [at for at, key in enumerate(keys) if key in self.values]
        if not met:
            return batch
        lines = _lines(batch, claims.first, claims.of_line)
        ends = [*claims.first[1:].tolist(), batch.num_rows]
        found: dict[str, dict[int, Any]] = {}
        for at in met:
            rows = range(int(claims.first[at]), ends[at])
            for line, of in self.values[keys[at]].items():
                for name, value in of.items():
                    here = [row for row in rows if name in self.of_claims or lines[row] == line]
                    found.setdefault(name, {}).update(dict.fromkeys(here, value))
        for column in self.columns:
            if found.get(column.name):
                batch = _with(batch, column, found[column.name])
        return batch


def _lines(batch: pa.RecordBatch, first: Any, of_line: Any) -> list[int]:
    """The number of each line in its claim, counted from 1 where none is given."""
    counted = (np.arange(batch.num_rows) - first[of_line] + 1).tolist()
    if "line" not in batch.schema.names:
        return list(counted)
    given = batch.column("line").to_pylist()
    return [number if one is None else int(one) for one, number in zip(given, counted, strict=True)]


def _with(batch: pa.RecordBatch, column: Column, values: Mapping[int, Any]) -> pa.RecordBatch:
    """A batch with some values of a column changed."""
    at = batch.schema.get_field_index(column.name)
    old = decoded(batch.column(at)).to_pylist() if at >= 0 else [None] * batch.num_rows
    for row, value in values.items():
        old[row] = value
    changed = pa.array(old, column.type)
    return batch.append_column(column.name, changed) if at < 0 else batch.set_column(at, column.name, changed)


def to_fill(results: Path, facts: Sequence[str]) -> Iterator[bytes]:
    """The lines that wait for one of some facts, as CSV with a column for each, empty: to be filled in."""
    names = [name for name in KEYS if name != "claim_key" or _has(results, name)]
    with pq.ParquetFile(results) as file:
        yield _csv([[*names, *facts]])
        for batch in file.iter_batches(1 << 14, columns=[*names, "needs", "needs_are"]):
            waits = batch.column("needs_are").is_valid()
            needs = decoded(batch.column("needs"))
            words = [set((one or "").split()) for one in needs.to_pylist()]
            mine = pa.array([bool(of.intersection(facts)) for of in words])
            rows = batch.filter(pc.and_(waits, mine)).select(names).to_pylist()
            if rows:
                yield _csv([[*(row[name] for name in names), *("" for _ in facts)] for row in rows])


def written(answers: Answers) -> str:
    """Answers as the table that is read."""
    facts = [column.name for column in answers.columns]
    rows = [["claim_key", "line", *facts]]
    for claim, lines in answers.values.items():
        for line, of in lines.items():
            rows.append([claim, str(line), *(_text(of.get(name)) for name in facts)])
    return _csv(rows).decode()


def _csv(rows: Sequence[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else ("yes" if value else "no") if isinstance(value, bool) else str(value)


def read_answers(path: Path, columns: Sequence[Column], facts: Mapping[str, Fact], allowed: Allowed) -> Answers:
    """Read a table that was filled in; raises InvalidInput with what is wrong in it, by its rows."""
    names, rows = _table(path)
    place = Place("answers", path="answers")
    own = {other: column for column in columns if column.name in facts for other in (column.name, *column.also)}
    given = {name: own[name] for name in names if name in own and name not in KEYS}
    problems = [
        Problem(place, *unknown_name("column", name, own))
        for name in names
        if name not in own and name not in KEYS and name != PROBLEM
    ]
    if not {"claim_key", "claim_id"} & set(names) or "line" not in names:
        problems.append(Problem(place, "the columns `claim_id` and `line` tell which line an answer is for",
                                "fill in the table that was fetched"))  # fmt: skip
    if problems:
        raise InvalidInput(problems[:MOST_TOLD])
    reading = _Reading(given, facts, allowed)
    for number, row in enumerate(rows, 2):
        reading.take(number, row)
    if not reading.values and not reading.problems:
        reading.problems.append(Problem(place, "no line has an answer", "fill in the column of the fact, and save it"))
    if reading.problems:
        more = len(reading.problems) - MOST_TOLD
        told = [Problem(place, f"and {more:,} more rows are wrong")] if more > 0 else []
        raise InvalidInput([*reading.problems[:MOST_TOLD], *told])
    of_claims = frozenset(name for name, column in reading.of_claims.items() if column)
    return Answers(tuple(dict.fromkeys(given.values())), reading.values, of_claims)


def _table(path: Path) -> tuple[Sequence[str], Iterator[dict[str, str | None]]]:
    """The names of the columns of a table, and its rows as text."""
    kind = format_of(path)
    if kind == "xlsx":
        book = WorkbookTable(path)
        return book.names, _rows(book.batches(book.names, Reading()))
    table = DelimitedTable(path)
    return table.names, _rows(table.batches(table.names, table.names[0], Reading()))


def _rows(batches: Iterator[pa.RecordBatch]) -> Iterator[dict[str, str | None]]:
    for batch in batches:
        yield from batch.to_pylist()


class _Reading:
    """Answers while they are read: values by line, and what is wrong."""

    def __init__(self, given: Mapping[str, Column], facts: Mapping[str, Fact], allowed: Allowed) -> None:
        self._given = given
        self._allowed = allowed
        self.of_claims = {
            column.name: not (facts[column.name].of_line or facts[column.name].by_line) for column in given.values()
        }
        self.problems: list[Problem] = []
        self.values: dict[str, dict[int, dict[str, Any]]] = {}
        self._count = 0

    def take(self, number: int, row: Mapping[str, str | None]) -> None:
        texts = {name: text.strip() for name in self._given if (text := row.get(name)) and text.strip()}
        if row.get(PROBLEM):
            self._problem(number, str(row[PROBLEM]))
            return
        if not texts:
            return
        claim, line = row.get("claim_key") or row.get("claim_id"), (row.get("line") or "").strip()
        if not claim or not line.isdecimal():
            self._problem(number, "it names no claim and line", "leave `claim_id` and `line` as they were fetched")
            return
        self._count += 1
        if self._count > MOST_ANSWERS:
            raise InvalidInput.at(Place("answers"), f"there are more than {MOST_ANSWERS:,} answers")
        for name, text in texts.items():
            self._answer(number, claim, int(line), self._given[name], text)

    def _answer(self, number: int, claim: str, line: int, column: Column, text: str) -> None:
        try:
            value = constant(column, text, self._allowed)
        except ValueError as error:
            message, _, hint = str(error).partition("\n")
            self._problem(number, f"{column.name}: what stands here cannot be" if column.is_personal else message, hint)
            return
        lines = self.values.setdefault(claim, {})
        held = [of[column.name] for at, of in lines.items()
                if column.name in of and (at == line or self.of_claims[column.name])]  # fmt: skip
        if any(one != value for one in held):
            what = "another line of the claim" if self.of_claims[column.name] else "the same line"
            self._problem(number, f"{column.name}: {what} is answered otherwise above", "a claim has it but once")
            return
        lines.setdefault(line, {})[column.name] = value

    def _problem(self, number: int, message: str, hint: str = "") -> None:
        self.problems.append(Problem(Place("answers", path="answers"), f"row {number:,}: {message}", hint))


def absent_lines(answers: Answers, results: Path) -> list[Where]:
    """The lines that are answered for and that results do not have, in order."""
    key = "claim_key" if _has(results, "claim_key") else "claim_id"
    left = {(claim, line) for claim, lines in answers.values.items() for line in lines}
    with pq.ParquetFile(results) as file:
        for batch in file.iter_batches(1 << 16, columns=[key, "line"]):
            claims = decoded(batch.column(key)).to_pylist()
            left.difference_update(zip(claims, batch.column("line").to_pylist(), strict=True))
    return sorted(left)


def _has(results: Path, name: str) -> bool:
    """Whether a column of results has any value."""
    with pq.ParquetFile(results) as file:
        if name not in file.schema_arrow.names:
            return False
        return any(batch.column(0).null_count < batch.num_rows for batch in file.iter_batches(1 << 16, columns=[name]))


def told_lines(lines: Sequence[Where], most: int = MOST_TOLD) -> str:
    """Lines by their claims, in words; what is too much is counted."""
    parts = [f"claim {claim} line{'s' if len(of) > 1 else ''} {', '.join(of)}" for claim, of in _by_claim(lines[:most])]
    more = len(lines) - most
    return "; ".join(parts) + (f"; and {more:,} more" if more > 0 else "")


def _by_claim(lines: Sequence[Where]) -> Iterator[tuple[str, list[str]]]:
    for claim, of in groupby(sorted(lines), key=lambda one: one[0]):
        yield claim, [str(line) for _, line in of]
