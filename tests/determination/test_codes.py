"""What the codes of a case do to its answer: doubts, editions, safety, codes that no pack names, proposals."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from clausal.determination.decide import decide
from clausal.determination.model import to_json
from clausal.documents.library import Library
from clausal.facts.source import Source
from tests.conftest import Decide

KNEE = {
    "plan": "bcn-commercial-hmo",
    "device": "iovera",
    "purpose": "pain",
    "lines": [{"code": "64640", "units": 1}],
}
AS_OF = dt.date(2026, 1, 1)


def typed(library: Library, **case: Any) -> Any:
    """The answer to a case that is still typed."""
    read = library.cases.read(Source("case", {"service_date": "2024-06-01", **case}), typed=True)
    return json.loads(to_json(decide(library, read, AS_OF)))


def warnings(found: Any) -> list[str]:
    return [notice["says"] for notice in found["notices"] if notice["warning"]]


def test_a_code_that_does_not_exist_is_never_matched_by_its_prefix(library: Library) -> None:
    found = typed(library, **KNEE, diagnoses=["M17.99"])
    assert (found["lines"][0]["status"], found["lines"][0]["needs"]) == ("open", ["condition"])
    assert warnings(found) == [
        "diagnosis code M17.99 does not exist on 2024-06-01 (M17.9 is a complete code, there is nothing under it): "
        "it counts as not known; the nearest that exists is M17.9"
    ]
    assert typed(library, **KNEE, diagnoses=["M17.9"])["lines"][0]["status"] == "not-covered"


def test_a_heading_is_told_and_narrows(answer: Decide) -> None:
    found = answer(**KNEE, diagnoses=["M17.1"])
    assert found["lines"][0]["status"] == "not-covered"
    assert warnings(found) == [
        "diagnosis code M17.1 is not billable: it is a heading, and counts as one or more of the codes under it"
    ]


@pytest.mark.parametrize("code", ["20610", "27447", "99213", "47383"])
@pytest.mark.parametrize("plan", ["bcn-commercial-hmo", "bcn-advantage", "bcn65", None])
def test_a_line_that_no_pack_names_is_not_addressed_and_the_others_are_decided(
    answer: Decide, plan: str | None, code: str
) -> None:
    case = {**KNEE, "diagnoses": ["M17.11"], "plan": plan}
    alone = answer(**case)["lines"]
    found = answer(**{**case, "lines": [{"code": code, "units": 1}, *KNEE["lines"]]})
    beside, *others = found["lines"]
    told = ("status", "finding", "rule", "clauses", "needs", "denials", "conflicts")
    assert [[line[name] for name in told] for line in others] == [[line[name] for name in told] for line in alone]
    empty: list[str] = []
    assert (beside["status"], beside["finding"], beside["rule"]) == ("not-addressed", "not-addressed", None)
    assert [beside[name] for name in ("clauses", "needs", "why", "authorities", "conflicts")] == [empty] * 5
    assert not any("meant" in text for text in warnings(found))


def test_of_a_line_that_no_document_is_about_nothing_is_denied_or_asked(answer: Decide) -> None:
    for member in ({"contract_active": False}, {}):
        (line,) = answer(**{**KNEE, "lines": [{"code": "99213"}]}, member=member)["lines"]
        assert (line["status"], line["denial"], line["needs"], line["clauses"]) == ("not-addressed", None, [], [])


def test_a_near_miss_is_asked_about_and_not_refused(answer: Decide) -> None:
    found = answer(**{**KNEE, "lines": [{"code": "64604"}]})
    assert warnings(found) == ["no document and no fee table held names procedure code 64604: is 64624 meant?"]


def test_each_line_may_have_its_own_answer_of_the_primary_payer(answer: Decide) -> None:
    lines = [
        {"code": "64640", "units": 1, "primary_medicare_covers": covers} if covers is not None else {"code": "64640"}
        for covers in (True, False, None)
    ]
    case = {**KNEE, "plan": "bcn65", "diagnoses": ["M17.11"], "lines": lines}
    member = {"contract_active": True, "pcp_authorized": True}
    provider = {"network": "contracted"}
    apart = answer(**case, member=member, provider=provider)["lines"]
    assert [line["status"] for line in apart] == ["covered", "not-covered", "conditional"]
    assert apart[2]["needs"] == ["primary_medicare_covers"]
    whole = answer(**case, member=member, provider=provider, primary_medicare_covers=True)["lines"]
    assert [line["status"] for line in whole] == ["covered", "not-covered", "covered"]


def test_an_unknown_code_in_the_problem_list_leaves_the_screening_incomplete(library: Library) -> None:
    case = {**KNEE, "diagnoses": ["M17.11"], "wound_at_site": False, "nerves": ["inferior-infrapatellar-saphenous"]}
    whole = typed(library, **case, problem_list=["I10"])
    assert (whole["safety_screening"], whole["safety_needs"]) == ("done", [])
    found = typed(library, **case, problem_list=["I10", "I73.99"])
    assert (found["safety_screening"], found["safety_needs"]) == ("incomplete", ["problem_list"])
    assert any("I73.99" in text for text in warnings(found))
    other = typed(library, **{**case, "diagnoses": ["M17.11", "D89.19"]}, problem_list=["I10"])
    assert (other["safety_screening"], other["safety_needs"]) == ("incomplete", ["diagnoses"])


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2018-06-01", ["2021-01-01"]),
        ("2023-10-01", ["2023-10-01"]),
        ("2024-06-01", ["2023-10-01", "2025-04-01"]),
        ("2026-11-01", ["2026-04-01"]),
    ],
)
def test_an_answer_names_the_editions_of_its_diagnosis_codes(answer: Decide, day: str, expected: list[str]) -> None:
    assert answer(service_date=day, **KNEE, diagnoses=["M17.11"])["code_editions"] == expected
    assert answer(service_date=day, **KNEE)["code_editions"] == []


def test_a_code_that_had_not_begun_is_not_proposed_and_a_note_says_why(answer: Decide) -> None:
    nerves = ["superolateral-genicular", "superomedial-genicular", "inferomedial-genicular"]
    case = {"plan": "bcn-commercial-hmo", "device": "iovera", "purpose": "pain", "nerves": nerves, "side": "right"}
    after = answer(service_date="2020-01-01", **case)
    assert [line["code"] for line in after["lines"]] == ["64624"]
    before = answer(service_date="2019-12-31", **case)
    assert "64624" not in [line["code"] for line in before["lines"]]
    text = "64624 is not proposed, since it does not exist on the date of service: it begins on 2020-01-01"
    assert text in [note["says"] for note in before["coding_notes"]]


def test_a_line_whose_code_does_not_exist_is_shown_as_billed_and_asks_for_its_code(library: Library) -> None:
    found = typed(library, **{**KNEE, "lines": [{"code": "64624"}]}, service_date="2019-06-01", diagnoses=["M17.11"])
    (line,) = found["lines"]
    assert (line["code"], line["status"], "code" in line["needs"]) == ("64624", "open", True)
