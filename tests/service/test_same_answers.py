"""The interface, the command line and the columns give the same answer for every worked case."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from starlette.testclient import TestClient

from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.determination.worked import worked_files
from clausal.documents.library import Library
from clausal.documents.load import bundled_packs
from clausal.facts.source import read_source
from clausal.schedules.tables import Schedules
from tests.claims.same import batch_of
from tests.service.conftest import CLAUSAL

BY_COLUMN = ("status", "finding", "rule", "clauses", "denial", "carc", "rarc", "needs", "warnings")


class Asked(NamedTuple):
    """A worked case and the as-of day that it has."""

    pack: str
    name: str
    case: dict[str, Any]
    as_of: str


def _asked(library: Library) -> Iterator[Asked]:
    today = dt.date.today().isoformat()
    for pack, path in worked_files(library):
        for index, entry in enumerate(read_source(path).data["cases"]):
            yield Asked(pack, str(entry.get("name", index)), entry["case"], entry.get("as_of") or today)


@pytest.fixture(scope="module")
def by_interface(single: TestClient, library: Library) -> list[tuple[Asked, dict[str, Any]]]:
    """Every worked case with what the interface answers: the fixture that the others are held against."""
    found = []
    for one in _asked(library):
        answer = single.post("/api/v1/decide", content=json.dumps({"case": one.case, "as_of": one.as_of}, default=str),
                             headers={"Content-Type": "application/json"})  # fmt: skip
        assert answer.status_code == 200, (one.pack, one.name, answer.text)
        found.append((one, answer.json()))
    assert len(found) > 500
    return found


def test_the_command_line_answers_the_same(by_interface: list[tuple[Asked, dict[str, Any]]]) -> None:
    by_pack: dict[str, list[dict[str, Any]]] = {}
    for one, answer in by_interface:
        by_pack.setdefault(one.pack, []).append({**answer, "case": one.name})
    for pack, answers in by_pack.items():
        folder = bundled_packs() / pack
        files = sorted([*folder.glob("cases/*.yaml"), *folder.glob("cases.yaml")])
        command = [*CLAUSAL, "decide", "--json", *map(str, files)]
        printed = subprocess.run(command, capture_output=True, text=True, check=False)
        told = json.loads(printed.stdout)
        assert (told if isinstance(told, list) else [told]) == answers, pack


def test_the_columns_answer_the_same(
    by_interface: list[tuple[Asked, dict[str, Any]]], library: Library, schedules: Schedules
) -> None:
    compared = 0
    for day in sorted({one.as_of for one, _ in by_interface}):
        some = [(one, told) for one, told in by_interface if one.as_of == day and one.case.get("lines")]
        kernel = Kernel(library, schedules, Options(dt.date.fromisoformat(day)))
        for one, told in some:
            rows = kernel(batch_of(library, [one.case])).to_pylist()
            own = [row for row in rows if not str(row["claim_id"]).startswith("H")]
            for row, line in zip(own, told["lines"], strict=True):
                assert {name: row[name] for name in BY_COLUMN} == _row(line), (one.pack, one.name)
                compared += 1
    assert compared > 300


def _row(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line of an answer as a row of results."""
    denial = line["denial"] or {"reason": None, "carc": None, "rarc": []}
    return {
        "status": line["status"],
        "finding": line["finding"],
        "rule": line["rule"],
        "clauses": " ".join(line["clauses"]) or None,
        "denial": denial["reason"],
        "carc": denial["carc"],
        "rarc": " ".join(denial["rarc"]) or None,
        "needs": " ".join(line["needs"]) or None,
        "warnings": " ".join(line["warnings"]) or None,
    }


def test_no_settled_line_is_without_its_citations(by_interface: list[tuple[Asked, dict[str, Any]]]) -> None:
    """What is covered or not covered names clauses; the fingerprint stands on every answer."""
    for one, answer in by_interface:
        assert answer["library"].startswith("sha256:")
        for line in answer["lines"]:
            if line["status"] in ("covered", "not-covered", "conditional", "refer"):
                assert line["clauses"], (one.pack, one.name)


def test_six_statuses_stay_six(by_interface: list[tuple[Asked, dict[str, Any]]]) -> None:
    statuses = {line["status"] for _, answer in by_interface for line in answer["lines"]}
    assert statuses == {"covered", "not-covered", "conditional", "refer", "not-addressed", "open"}
