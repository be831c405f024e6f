"""What an answer must hold, beyond the worked cases."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausal.determination.decide import decide
from clausal.determination.model import determination_schema, to_json
from clausal.determination.why_not import why_not
from clausal.documents.library import Library
from clausal.facts.source import Source
from clausal.problems import InvalidInput
from tests.conftest import Decide

KNEE = {
    "plan": "bcn-commercial-hmo",
    "diagnoses": ["M17.11"],
    "device": "iovera",
    "purpose": "pain",
    "lines": [{"code": "64640", "units": 2, "modifiers": ["RT"]}],
}


def test_every_statement_of_an_answer_names_clauses_that_exist(answer: Decide, library: Library) -> None:
    found = answer(**KNEE, state="MI", problem_list=["I73.00"], nerves=["femoral", "afcn"])
    refs = [ref for line in found["lines"] for ref in line["clauses"]]
    refs += [
        ref
        for line in found["lines"]
        for part in ("conflicts", "authorities", "why")
        for x in line[part]
        for ref in x["clauses"]
    ]
    refs += [ref for part in ("safety", "notices") for one in found[part] for ref in one["clauses"]]
    assert refs
    assert [ref for ref in refs if library.clause(ref) is None] == []


def test_the_deciding_rule_shows_each_test_with_value_and_origin(answer: Decide) -> None:
    (line,) = answer(**KNEE)["lines"]
    tests = {test["fact"]: test for test in line["why"][0]["tests"]}
    assert all(test["holds"] == "yes" for test in tests.values())
    assert tests["modality"]["value"] == "cryoneurolysis"
    assert tests["modality"]["origin"] == "device (rule peripheral-nerves/modality-from-device#iovera-is-cold)"
    assert tests["condition"]["origin"] == "diagnoses (rule peripheral-nerves/condition#knee-osteoarthritis)"
    assert tests["service_date"]["expected"] == "in force from 2023-01-01"


def test_an_answer_is_repeatable_to_the_letter(library: Library) -> None:
    case = library.cases.read(Source("case", {"service_date": "2024-10-15", **KNEE}))
    assert to_json(decide(library, case)) == to_json(decide(library, case))


def test_the_published_schema_has_the_keys_others_rely_on() -> None:
    schema = determination_schema()
    top = {"service_date", "as_of", "library", "lines", "safety"}
    line = {
        "code",
        "units",
        "modifiers",
        "status",
        "finding",
        "rule",
        "clauses",
        "denial",
        "needs",
        "conflicts",
        "authorities",
    }
    assert top <= set(schema["properties"])
    assert line <= set(schema["$defs"]["Line"]["properties"])
    assert {"carc", "rarc"} <= set(schema["$defs"]["DenialCodes"]["properties"])
    assert schema["$defs"]["SafetySaid"]["properties"]["severity"]["enum"] == ["block", "confirm", "caution"]


def test_json_of_an_answer_follows_its_schema(answer: Decide) -> None:
    found = answer(**KNEE)
    assert set(found) == set(determination_schema()["properties"])
    json.dumps(found)


def test_why_not_names_the_tests_that_fail(library: Library) -> None:
    case = library.cases.read(Source("case", {"service_date": "2024-10-15", **KNEE}))
    (found,) = why_not(library, case, "facet-joint-pain")
    assert found.verdict == "does not hold: condition"
    assert {test.fact: test.holds for test in found.tests}["modality"] == "yes"


def test_why_not_of_an_unknown_rule_names_the_nearest(library: Library) -> None:
    case = library.cases.read(Source("case", {"service_date": "2024-10-15", **KNEE}))
    with pytest.raises(InvalidInput, match="did you mean 'facet-joint-pain'"):
        why_not(library, case, "facet-joint-pian")


def test_contradicting_facts_settle_nothing_and_are_shown(answer: Decide) -> None:
    (line,) = answer(**{**KNEE, "modality": "radiofrequency"})["lines"]
    assert (line["status"], line["needs"]) == ("open", ["modality"])
    assert "modality is radiofrequency" in line["conflicts"][0]["says"]


def test_pulsed_radiofrequency_billed_as_destruction_is_a_contradiction(answer: Decide) -> None:
    (line,) = answer(**{**KNEE, "device": "other", "modality": "pulsed-radiofrequency"})["lines"]
    assert line["status"] == "open"


def test_no_line_and_no_nerve_still_gets_an_answer(answer: Decide) -> None:
    found = answer(**{key: value for key, value in KNEE.items() if key != "lines"})
    assert [(line["code"], line["status"]) for line in found["lines"]] == [(None, "not-covered")]


def test_no_code_is_proposed_on_what_the_line_and_the_case_say_against_one_another(answer: Decide) -> None:
    case: dict[str, Any] = {
        "plan": "medicare-part-b", "state": "KY", "diagnoses": ["M17.11"], "device": "iovera", "purpose": "pain",
        "nerves": ["superior-infrapatellar-saphenous"],
        "lines": [{"code": "64640", "units": 2, "modifiers": ["RT"]}],
    }  # fmt: skip
    notes = " ".join(note["says"] for note in answer(**case, side="left")["coding_notes"])
    assert "0441T x1:" in notes
    assert "LT" not in notes.replace("0441T", "")
