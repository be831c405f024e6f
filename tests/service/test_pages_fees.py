"""The fee page and the page of code pairs: the amounts of the engine, every column, what is not held, wrong input."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from clausal.cli import app as command

HTML = {"accept": "text/html"}
CLAIM = {"codes": "64640 x2 RT, 64624", "place": "Detroit", "date": "2024-10-15", "pos": "11"}
BODY = {
    "lines": [
        {"code": "64640", "units": 2, "modifiers": ["RT"], "service_date": "2024-10-15"},
        {"code": "64624", "service_date": "2024-10-15"},
    ],
    "where": {"name": "Detroit"},
}


def data(client: TestClient, path: str = "/fees.json", /, **asked: str) -> dict[str, Any]:
    answer = client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def page(client: TestClient, path: str = "/fees", status: int = 200, /, **asked: str) -> str:
    answer = client.get(path, params=asked, headers=HTML)
    assert answer.status_code == status, answer.text
    return answer.text


def problems(client: TestClient, path: str = "/fees.json", /, **asked: str) -> list[dict[str, str]]:
    answer = client.get(path, params=asked)
    assert answer.status_code == 422
    found: list[dict[str, str]] = answer.json()["errors"]
    return found


def test_the_claim_is_priced_as_the_interface_prices_it(single: TestClient) -> None:
    answer = data(single, **CLAIM)["answer"]
    assert answer["claim"] == single.post("/api/v1/prices", json=BODY | {"place_of_service": "11"}).json()
    compared = single.post("/api/v1/prices", json=BODY | {"compare_sites": ["office", "asc", "hospital-outpatient"]})
    assert answer["sites"] == compared.json()


@pytest.mark.parametrize("date", ["2024-10-15", ""])
def test_the_command_that_is_told_gives_the_same(single: TestClient, date: str) -> None:
    answer = data(single, **CLAIM | {"date": date})["answer"]
    told = CliRunner().invoke(command, [*shlex.split(answer["command"])[1:], "--json"])
    assert json.loads(told.stdout) == answer["claim"]


def test_a_code_by_itself_has_every_column_of_the_tables(single: TestClient) -> None:
    row = data(single, **CLAIM)["answer"]["rows"][0]
    assert {name: one["amount"] for name, one in row["prices"].items()} == {
        "non_facility": "251.09", "facility": "123.08", "opps": "808.16", "asc": "165.27",
    }  # fmt: skip
    assert row["prices"]["non_facility"]["formula"][-1] == (
        "(work, PE non-facility, MP) (1.98 x 1.003 + 5.27 x 0.986 + 0.21 x 1.718) x 33.2875 = 251.09"
    )
    assert (row["rvus"]["work"], row["rvus"]["total_non_facility"]) == ("1.98", "7.46")
    assert row["gpcis"] == {"locality": "08202-01", "name": "DETROIT", "work": "1.003", "pe": "0.986", "mp": "1.718"}
    assert row["conversion_factor"] == "33.2875"
    values = {one["column"]: one["value"] for one in row["indicators"]}
    assert (values["status"], values["glob"], values["mult"], values["bilat"]) == ("A", "010", "2", "1")
    assert (row["opps"]["status"], row["opps"]["apc"], row["opps"]["rate"]) == ("T", "5443", "868.45")
    assert (row["asc"]["addendum"], row["asc"]["indicator"], row["asc"]["rate"]) == ("AA", "P3", "175.42")
    assert row["releases"][0]["release"] == "rvu24c_jul"
    assert row["not_held"] == []


def test_what_is_not_held_today_says_what_to_import(single: TestClient) -> None:
    answer = data(single, codes="64640", place="Detroit", date="2026-11-28")["answer"]
    row = answer["rows"][0]
    assert row["prices"]["non_facility"]["amount"] == "267.87"
    assert row["prices"]["opps"] == {
        "amount": None, "formula": [], "why": "no table for this date of service is held", "place": "national",
        "place_found": "no wage index is held for 2026",
        "held": False,
    }  # fmt: skip
    assert row["opps"] is None
    assert any("Addendum B" in one and "clausal fees import FILE" in one for one in answer["not_held"])
    text = page(single, codes="64640", place="Detroit", date="2026-11-28")
    assert "What is not held for this day" in text
    assert "OPPS: not held" in text
    assert "$0.00" not in text


def test_the_ranking_of_procedures_is_told(single: TestClient) -> None:
    assert [(one["code"], one["units"]) for one in data(single, **CLAIM)["answer"]["ranking"]] == [
        ("64624", "1 x 389.72"),
        ("64640", "2 x 125.55 (50 percent)"),
    ]
    assert data(single, codes="64624", date="2024-10-15")["answer"]["ranking"] == []


def test_edits_tell_what_would_resolve_them(single: TestClient) -> None:
    answer = data(single, codes="64640 x9", date="2024-10-15")["answer"]
    edits = [edit for line in answer["claim"]["lines"] for edit in line["edits"]]
    assert edits
    assert all(one["resolve"] for one in edits)
    text = page(single, codes="64640 x9", date="2024-10-15")
    assert "To resolve:" in text


def test_documents_that_name_the_code_are_told_with_their_clauses(single: TestClient) -> None:
    told = data(single, **CLAIM)["answer"]["policies"]
    assert [one["code"] for one in told] == ["64640", "64624"]
    assert "bcbsm-cryoneurolysis" in [one["pack"] for one in told[0]["documents"]]
    text = page(single, **CLAIM)
    assert "a rate is not coverage" in text
    assert "/policies/bcbsm-cryoneurolysis/2024-10-15/" in text


def test_a_rule_of_another_day_is_not_told(single: TestClient) -> None:
    for day in ("2022-12-31", "2023-01-01"):
        told = data(single, codes="64640", date=day)["answer"]["policies"][0]["documents"]
        rules = {rule["rule"] for one in told if one["pack"] == "bcbsm-cryoneurolysis" for rule in one["rules"]}
        held = single.get("/api/v1/policies/bcbsm-cryoneurolysis", params={"on": day}).json()
        assert rules
        assert rules <= {rule["rule"] for table in held["tables"] for rule in table["rules"]}


def test_the_table_has_a_row_for_each_code(single: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(single.get("/fees.csv", params=CLAIM).text)))
    assert [(one["code"], one["price_non_facility"], one["indicator_status"]) for one in rows] == [
        ("64640", "251.09", "A"),
        ("64624", "389.72", "A"),
    ]
    assert rows[0]["claim_professional_allowed"] == "251.10"
    later = csv.DictReader(io.StringIO(single.get("/fees.csv", params={"codes": "64640", "date": "2026-11-28"}).text))
    assert [one["price_opps"] for one in later] == [""]


def test_codes_stand_line_by_line_and_charges_one_for_each(single: TestClient) -> None:
    asked = {"codes": "64640 x2 RT\r\n64624", "date": "2024-10-15", "charges": "$1,200.00 100"}
    claim = data(single, **asked)["answer"]["claim"]
    assert [one["allowed"] for one in claim["lines"]] == ["248.32", "100.00"]


@pytest.mark.parametrize(
    ("asked", "path", "said"),
    [
        ({"codes": "knee"}, "codes", "'knee' is no procedure code"),
        ({"codes": "64640, 99999"}, "codes", "code '99999' is in no table held"),
        ({"codes": "64640 x0"}, "codes", "0"),
        ({"codes": "64640 ZZ"}, "codes", "unknown modifier 'ZZ'"),
        ({"codes": "64640", "place": "Atlantis"}, "place", "Atlantis"),
        ({"codes": "64640", "place": "48201"}, "place", "no table of ZIP codes is held"),
        ({"codes": "64640", "date": "2024-02-30"}, "date", "there is no such day as '2024-02-30'"),
        ({"codes": "64640", "date": "soon"}, "date", "'soon' is no date that can be read"),
        ({"codes": "64640", "pos": "office-like"}, "pos", "'office-like' is not a place of service"),
        ({"codes": "64640", "type": "dental"}, "type", "unknown claim type 'dental'"),
        ({"codes": "64640", "charges": "lots"}, "charges", "'lots' is not an amount in dollars"),
        ({"codes": "64640", "charges": "1 2"}, "charges", "2 charges for 1 codes"),
        ({"codes": "64640", "deductible": "-1"}, "deductible", "'-1' is not an amount in dollars"),
        ({"codes": "64640", "qualifying": "maybe"}, "qualifying", "'maybe' is neither yes nor no"),
        ({"codes": "64640", "zip": "48201"}, "zip", "unknown name 'zip'"),
    ],
)
def test_what_is_wrong_is_told_by_its_field(single: TestClient, asked: dict[str, str], path: str, said: str) -> None:
    found = problems(single, **asked)
    assert [one["path"] for one in found] == [path]
    assert said in found[0]["message"]
    text = page(single, "/fees", 422, **asked)
    assert f'href="#{path}"' in text
    assert "Each code by itself" not in text
    if path != "zip":
        assert f'id="{path}"' in text
        assert "aria-invalid" in text or path in ("type", "qualifying")


def test_without_a_code_the_page_says_what_it_is_for(single: TestClient) -> None:
    assert data(single)["answer"] is None
    assert "Load an example" in page(single)
    assert single.get("/fees.csv").text.strip() == ""


def test_no_page_has_a_descriptor_of_a_code(single: TestClient) -> None:
    text = page(single, codes="64640, 64624, 76942", date="2024-10-15").lower()
    assert not re.search(r"destruction by neurolytic|ultrasonic guidance", text)


def test_pairs_are_told_in_both_directions_with_their_answers(single: TestClient) -> None:
    answer = data(single, "/fees/pairs.json", code="64640", date="2024-10-15")["answer"]
    practitioner = answer["services"][0]
    assert [one["column_2"] for one in practitioner["as_column_1"]] == ["64447", "64450", "64454"]
    told = practitioner["as_column_1"][0]["answers"]
    assert told["can"] is True
    assert "either code of the pair" in told["on"]
    assert "59" in told["which"]
    assert "separate" in told["appeal"]
    turned = data(single, "/fees/pairs.json", code="64450", date="2024-10-15")["answer"]["services"][0]
    assert "64640" in [one["column_1"] for one in turned["as_column_2"]]


def test_pairs_are_those_of_the_interface(single: TestClient) -> None:
    answer = data(single, "/fees/pairs.json", code="64640", date="2024-10-15")["answer"]
    told = single.get("/api/v1/pairs", params={"code": "64640", "date": "2024-10-15"}).json()
    names = ("pairs", "ended", "known", "complete", "releases")
    assert [{name: one[name] for name in names} for one in answer["services"]] == [
        {name: one[name] for name in names} for one in told["services"]
    ]


def test_an_appeal_of_units_is_told_only_where_the_indicator_leaves_one(single: TestClient) -> None:
    limits = data(single, "/fees/pairs.json", code="64640", date="2024-10-15")["answer"]["services"][0]["limits"]
    assert [(one["units"], one["mai"], one["appeal"]) for one in limits] == [
        (5, 3, "units beyond it can be appealed with records of medical necessity")
    ]


def test_an_appeal_of_a_pair_without_a_separating_modifier_rests_on_nothing() -> None:
    from clausal.coding.pairs_data import NO_APPEAL, answers

    assert answers(0) == {"can": False, "on": "", "which": "", "appeal": NO_APPEAL}
    assert answers(9)["can"] is False


def test_the_page_of_pairs_says_what_is_wrong(single: TestClient) -> None:
    for asked, path in (
        ({"code": "646"}, "code"),
        ({"code": "99999"}, "code"),
        ({"code": "64640", "other": "64640"}, "other"),
        ({"other": "64640"}, "code"),
        ({"code": "64640", "service": "dentist"}, "service"),
        ({"code": "64640", "date": "soon"}, "date"),
    ):
        assert [one["path"] for one in problems(single, "/fees/pairs.json", **asked)] == [path], asked
        assert f'href="#{path}"' in page(single, "/fees/pairs", 422, **asked)


def test_pairs_as_a_table(single: TestClient) -> None:
    text = single.get("/fees/pairs.csv", params={"code": "64640", "date": "2024-10-15"}).text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {one["service"] for one in rows} == {"practitioner", "outpatient"}
    assert rows[0]["column_1"] == "64640"
    assert rows[0]["separable"] == "yes"
