"""What the library holds, as plain data."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from clausal.determination.model import to_json
from clausal.documents.library import Library
from clausal.documents.listed import clause_data, library_data, pack_data
from clausal.documents.load import load_library
from clausal.problems import InvalidInput
from tests.cli.test_commands import run
from tests.documents.packs import write_pack

PACK = "bcbsm-cryoneurolysis"


def plain(value: object) -> Any:
    return json.loads(to_json(value))


@pytest.fixture
def small(tmp_path: Path) -> Library:
    write_pack(tmp_path)
    return load_library([tmp_path])


def rules(found: Any) -> list[str]:
    return [rule["rule"] for table in found["tables"] for rule in table["rules"]]


def test_a_pack_has_its_editions_plans_clauses_and_rules(small: Library) -> None:
    found = plain(pack_data(small, "example-policy"))
    assert [(one["edition"], one["effective"]) for one in found["editions"]] == [
        ("1", "2024-01-01"),
        ("2", "2025-01-01"),
    ]
    assert found["plans"][0]["authorities"] == ["example-policy"]
    (clause,) = (one for one in found["clauses"] if one["id"] == "covered")
    assert (clause["clause"], clause["locator"], clause["fingerprint"]) == ("example-policy#covered", "section 1", None)
    (table,) = (one for one in found["tables"] if one["table"] == "policy")
    assert table["answers"] == {"authority": "example-policy"}
    assert table["rules"][0] == {
        "rule": "not-yet",
        "about": "",
        "when": {"modality": "cryoneurolysis"},
        "then": "finding investigational",
        "from": "2024-01-01",
        "to": "2024-12-31",
        "cites": ["example-policy#covered"],
        "reading": None,
    }
    assert (found["on"], found["edition"], rules(found)) == (None, None, ["not-yet", "now-covered"])


@pytest.mark.parametrize(
    ("day", "edition", "expected"),
    [
        (dt.date(2023, 12, 31), None, []),
        (dt.date(2024, 12, 31), "1", ["not-yet"]),
        (dt.date(2025, 1, 1), "2", ["now-covered"]),
    ],
)
def test_on_a_day_a_pack_has_the_rules_in_force(
    small: Library, day: dt.date, edition: str | None, expected: list[str]
) -> None:
    found = pack_data(small, "example-policy", day)
    assert (found["edition"], rules(found)) == (edition, expected)


def test_a_clause_has_the_rules_that_rest_on_it(small: Library) -> None:
    found = clause_data(small, "example-policy#covered")
    assert [(one["pack"], one["table"], one["rule"]) for one in found["rules"]] == [
        ("example-policy", "policy", "not-yet"),
        ("example-policy", "policy", "now-covered"),
    ]
    assert (found["says"], found["not_carried"]) == ("Covered from the second year on.", None)


def test_every_pack_and_every_clause_is_told_and_notes_lead_to_clauses(library: Library) -> None:
    assert [one["pack"] for one in library_data(library)["packs"]] == list(library.packs)
    for name, pack in library.packs.items():
        found = plain(pack_data(library, name))
        assert len(found["clauses"]) == len(pack.clauses)
        assert rules(found) == [rule.name for table in pack.tables for rule in table.rules]
        for one in found["discrepancies"]:
            assert set(one["cites"]) <= {clause["clause"] for clause in found["clauses"]}
    found = plain(clause_data(library, f"{PACK}#history-2023"))
    assert found["notes"][0].startswith("The history row of 2023 says that the status did not change")
    assert {"kind": "data", "name": f"{PACK}/discrepancies.yaml"} in found["others"]


def test_the_command_prints_the_same(library: Library) -> None:
    for what, data in (
        (PACK, pack_data(library, PACK)),
        (f"{PACK}#statement-2", clause_data(library, f"{PACK}#statement-2")),
    ):
        assert json.loads(run("show", what, "--json").stdout) == plain(data)


@pytest.mark.parametrize("ref", [f"{PACK}#statement2", f"{PACK}s#statement-2"])
def test_what_there_is_not_is_refused(library: Library, ref: str) -> None:
    with pytest.raises(InvalidInput, match="did you mean"):
        clause_data(library, ref)
