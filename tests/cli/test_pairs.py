"""`clausal pairs` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import run

DAY = ("--date", "2024-08-01")


@pytest.fixture(autouse=True)
def no_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSAL_DATA", str(tmp_path / "data"))


def test_the_page_has_the_pairs_what_separates_them_and_the_limits() -> None:
    found = run("pairs", "64624", "76942", *DAY, "--service", "practitioner")
    assert found.returncode == 0, found.stderr
    page = " ".join(found.stdout.split())
    assert "NCCI on 2024-08-01: 64624 and 76942 practitioner 1 pair is in force" in page
    assert "64624 76942 1 not told no end" in page
    assert "1: a modifier separates the two where the services were separate" in page
    assert "Modifiers that separate, on either code of the pair sites: E1 E2" in page
    assert "64624, most units: 1 unit in a day over all lines, absolute: no more is paid (MAI 2)" in page
    assert "outpatient" not in page


def test_no_modifier_is_offered_where_none_separates() -> None:
    page = run("pairs", "64624", "64447", *DAY, "--service", "practitioner").stdout
    assert "0: no modifier separates the two" in page
    assert "Modifiers that separate" not in page


def test_json_is_one_object_for_both_services() -> None:
    found = json.loads(run("pairs", "64624", *DAY, "--json").stdout)
    assert [(one["service"], len(one["pairs"]), one["complete"]) for one in found["services"]] == [
        ("practitioner", 4, False),
        ("outpatient", 4, False),
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("64641",), "CODE: code '64641' is in no table held; did you mean '64640'?"),
        (("64624", "7694"), "OTHER: code '7694' is in no table held; did you mean '76942'?"),
        (("64624", "64624"), "OTHER: '64624' is the same code; a pair is of two"),
        (("64624", "--service", "hosp"), "--service: unknown service 'hosp'; expected one of practitioner, outpatient"),
        (("64624", "--date", "soon"), "--date: 'soon' is not a date"),
    ],
)
def test_bad_input_gets_one_message(arguments: tuple[str, ...], expected: str) -> None:
    found = run("pairs", *arguments)
    assert (found.returncode, found.stdout) == (2, "")
    assert expected in found.stderr
    assert len(found.stderr.splitlines()) == 1
