"""Reading a good case: codes with and without quotes, short names of nerves, JSON, what is left out."""

from __future__ import annotations

from pathlib import Path

from clausal.documents.library import Library
from clausal.facts.case import Case
from clausal.facts.knowledge import Listed, describe
from clausal.facts.source import parse_source, read_source


def read(library: Library, text: str) -> Case:
    return library.cases.read(parse_source(text, "case"))


def test_what_is_left_out_or_null_is_unknown(library: Library) -> None:
    case = read(library, "service_date: 2024-10-15\nplan: null\nlines: null\n")
    assert set(case.facts) == {"service_date"}
    assert case.lines == ()


def test_codes_may_stand_without_quotes_and_keep_leading_zeros(library: Library) -> None:
    case = read(library, "service_date: 2024-10-15\nplace_of_service: 02\nlines: [{code: 64640}, {code: 0441t}]\n")
    assert describe(case.facts["place_of_service"]) == "02"
    assert [describe(line.facts["code"]) for line in case.lines] == ["64640", "0441T"]


def test_diagnoses_are_read_with_or_without_their_dot(library: Library) -> None:
    case = read(library, "service_date: 2024-10-15\ndiagnoses: [m1711, E11.42, G63]\n")
    assert describe(case.facts["diagnoses"]) == "E11.42, G63, M17.11"


def test_diagnoses_are_complete_and_a_problem_list_is_not(library: Library) -> None:
    case = read(library, "service_date: 2024-10-15\ndiagnoses: [M17.11]\nproblem_list: [I73.00]\n")
    diagnoses, recorded = case.facts["diagnoses"], case.facts["recorded_conditions"]
    assert isinstance(diagnoses, Listed)
    assert diagnoses.complete
    assert isinstance(recorded, Listed)
    assert not recorded.complete
    assert recorded.codes == {"M17.11", "I73.00"}


def test_short_names_of_nerves_are_read(library: Library) -> None:
    case = read(library, "service_date: 2024-10-15\nnerves: [AFCN]\n".replace("AFCN", "afcn"))
    assert describe(case.facts["nerves"]) == "anterior-femoral-cutaneous"


def test_a_json_case_reads_as_the_same_case(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text('{\t"service_date": "2024-10-15", "plan": "bcn65", "lines": [{"code": "64640", "units": 2}]}')
    case = library.cases.read(read_source(path))
    same = read(library, "service_date: 2024-10-15\nplan: bcn65\nlines: [{code: 64640, units: 2}]\n")
    assert (case.facts, case.lines) == (same.facts, same.lines)


def test_the_published_schema_lists_the_keys_of_the_case(library: Library) -> None:
    schema = library.cases.schema()
    assert schema["required"] == ["service_date"]
    expected = {"service_date", "plan", "state", "member", "provider", "primary_medicare_covers", "diagnoses"}
    expected |= {"problem_list", "device", "modality", "purpose", "condition", "nerves", "side", "wound_at_site"}
    assert expected | {"place_of_service", "lines"} <= set(schema["properties"])
    assert schema["additionalProperties"] is False
