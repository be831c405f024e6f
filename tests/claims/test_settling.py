"""What would settle the lines that wait: the figures are those that knowing the facts brings about."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest
from bench.claims import DIAGNOSES, batches

from clausal.claims import summary as summary_module
from clausal.claims.counted import Counted
from clausal.claims.prepare import Layout
from clausal.claims.settling import Waiting, settling
from clausal.claims.summary import Summary
from clausal.columns.conclusion import ALL, FIRST, WAITS
from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.columns.schema import input_columns
from clausal.documents.library import Library
from clausal.facts.vocabulary import Fact
from clausal.schedules.tables import Schedules

LINES = 20_000
CODES = ("64640", "64624", "0441T", "0440T", "64450", "99213")


def waiting(of_all: Mapping[str, int], of_first: Mapping[str, int] | None = None) -> Waiting:
    return Waiting(
        {facts: Counted(lines) for facts, lines in of_all.items()},
        {facts: Counted(lines) for facts, lines in (of_first or {}).items()},
    )


def test_a_fact_alone_settles_the_lines_that_need_nothing_else() -> None:
    found = settling(waiting({"modality": 5, "modality purpose": 7, "purpose": 6}, {"plan": 9, "modality": 2}))
    assert [(one.name, one.alone.lines, one.among.lines) for one in found.facts] == [
        ("purpose", 6, 13),
        ("modality", 5, 14),
        ("plan", 0, 9),
    ]
    assert (found.waiting.lines, found.not_all.lines) == (29, 11), "the plan settles nothing: it raises questions"


def test_facts_are_asked_in_the_order_that_settles_most_for_each() -> None:
    found = settling(waiting({"a b": 10, "c": 4, "a b d": 3, "e f g": 6}))
    assert [(step.asks, step.settled.lines) for step in found.steps] == [
        (("a", "b"), 10),
        (("c",), 14),
        (("d",), 17),
        (("e", "f", "g"), 23),
    ]


def test_nothing_waits_where_nothing_is_needed() -> None:
    found = settling(Waiting())
    assert (found.waiting.lines, found.facts, found.steps) == (0, (), ())


def test_sets_of_facts_that_are_not_told_apart_settle_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary_module, "MOST_WORDS", 1)
    summary = Summary()
    for needs in ("modality", "modality", "purpose", "plan side"):
        summary.need(needs, ALL, Counted(2))
    found = settling(summary.waiting)
    assert (found.waiting.lines, found.not_all.lines) == (8, 4)
    assert [(one.name, one.alone.lines, one.among.lines) for one in found.facts] == [("modality", 4, 4)]
    assert [(step.asks, step.settled.lines) for step in found.steps] == [(("modality",), 4)]


def test_what_lines_need_is_kept_whether_they_wait_for_it_or_not() -> None:
    summary = Summary()
    summary.need("modality", ALL, Counted(2))
    summary.need("modality plan", FIRST, Counted(3))
    summary.need("contract_active", "", Counted(4))
    kept = Summary.of_json(summary.as_json())
    assert kept.waiting == summary.waiting
    assert kept.needs() == {"modality": 5, "contract_active": 4, "plan": 3}
    assert settling(kept.waiting).waiting.lines == 5


@pytest.fixture(scope="module")
def kernel(library: Library, schedules: Schedules) -> Kernel:
    return Kernel(library, schedules, Options(dt.date(2026, 1, 1)))


def answer(fact: Fact, draw: random.Random) -> Any:
    """Something that can be answered."""
    if fact.type == "flag":
        return draw.random() < 0.5
    if fact.type == "choice":
        return draw.choice(list(fact.values))
    if fact.type == "codes":
        return draw.sample(list(fact.values), 2) if fact.values else draw.choice(DIAGNOSES)[0]
    if fact.type == "number":
        return draw.randint(int(fact.at_least or 0), int(fact.at_most or 20))
    return draw.choice(CODES)


def decided(kernel: Kernel, library: Library, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    columns = input_columns(library.vocabulary)
    types = {column.name: column.type for column in columns}
    schema = pa.schema([(name, types[name]) for name in rows[0] if name in types])
    batch = pa.RecordBatch.from_pylist(rows, schema=schema)
    found: list[dict[str, Any]] = kernel(Layout("claims", schema, columns).prepare(batch)).to_pylist()
    return found


def lines(seed: int) -> list[dict[str, Any]]:
    """Generated lines, each its own claim."""
    rows = pa.Table.from_batches(list(batches(LINES, seed))).drop_columns(["locality"]).to_pylist()
    return [{**row, "claim_id": f"C{at:06}", "line": 1} for at, row in enumerate(rows)]


@pytest.mark.parametrize("seed", [7, 11])
def test_a_line_is_decided_once_all_that_it_needs_is_known(kernel: Kernel, library: Library, seed: int) -> None:
    draw = random.Random(seed)
    facts = {name: fact for name, fact in library.vocabulary.facts.items() if fact.case}
    rows = [{**dict.fromkeys(facts), **row} for row in lines(seed)]
    before = decided(kernel, library, rows)
    told = [(row, one["needs"].split()) for row, one in zip(rows, before, strict=True) if one["needs_are"] == ALL]
    assert len(told) > LINES // 20
    answered = [{**row, **{name: answer(facts[name], draw) for name in needs}} for row, needs in told]
    settled = 0
    for (_, needs), one in zip(told, decided(kernel, library, answered), strict=True):
        if one["status"] not in WAITS:
            settled += 1
            continue
        # An answer that contradicts what else is known of the line is disputed, and asked for again.
        assert one["needs_are"] == FIRST
        assert set(one["needs"].split()) & set(needs)
    assert settled > len(told) * 3 // 4


def test_lines_that_wait_are_those_that_the_summary_counts(kernel: Kernel, library: Library) -> None:
    columns = input_columns(library.vocabulary)
    summary, rows = Summary(), []
    for batch in batches(LINES, 5):
        results = kernel(Layout("claims", batch.schema, columns).prepare(batch))
        summary.add(results, 0)
        rows += results.to_pylist()
    found = settling(summary.waiting)
    waits = [row for row in rows if row["status"] in WAITS and row["needs"]]
    assert found.waiting.lines == len(waits)
    assert found.waiting.sum("charge").cents == sum(round(row["charge"] * 100) for row in waits)
    for one in found.facts:
        needing = [row for row in waits if one.name in row["needs"].split()]
        assert one.among.lines == len(needing)
        assert one.alone.lines == sum(row["needs"] == one.name and row["needs_are"] == ALL for row in needing)
    asked: set[str] = set()
    for step in found.steps:
        asked |= set(step.asks)
        settled = [row for row in waits if row["needs_are"] == ALL and set(row["needs"].split()) <= asked]
        assert step.settled.lines == len(settled)
