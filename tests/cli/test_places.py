"""`clausal places`, and a place in `clausal price` and in a case, as a user has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import run

DAY = ("--date", "2024-10-15")


@pytest.fixture(autouse=True)
def no_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSAL_DATA", str(tmp_path / "data"))


def test_places_lists_what_matches_within_80_columns() -> None:
    found = run("places", "Detroit", *DAY).stdout
    assert "08202-01  MI     DETROIT  MACOMB, OAKLAND, WASHTENAW AND WAYNE" in found
    assert "19804  Detroit-Dearborn-Livonia, MI  0.8843" in found
    assert "08202-99" not in found
    every = run("places", *DAY).stdout
    assert "REST OF MICHIGAN" in every
    assert max(map(len, every.splitlines())) <= 80


@pytest.mark.parametrize(
    ("text", "localities", "areas"),
    [
        ("MI", {"08202-01", "08202-99"}, 17),
        ("Kent County, MI", {"08202-99"}, 1),
        ("Wayne", {"08202-01"}, 2),
        ("19804", set(), 1),
        ("08202", {"08202-01", "08202-99"}, 0),
    ],
)
def test_places_are_found_by_state_county_name_and_number(text: str, localities: set[str], areas: int) -> None:
    found = json.loads(run("places", text, *DAY, "--json").stdout)
    assert {one["locality"] for one in found["localities"]} == localities
    assert len(found["areas"]) == areas


def test_no_place_matches_and_the_nearest_are_named() -> None:
    found = run("places", "Detroyt", *DAY)
    assert (found.returncode, found.stdout) == (2, "")
    assert "has 'Detroyt' in its name; did you mean 'Detroit, MI'" in found.stderr
    later = run("places", "--date", "2031-01-01")
    assert later.returncode == 2
    assert "is held for 2031; the last that are held: --date " in later.stderr


@pytest.mark.parametrize("text", [".*", "   ", ",", ""])
def test_a_text_without_letters_lists_nothing(text: str) -> None:
    found = run("places", text, *DAY)
    assert (found.returncode, found.stdout) == (2, "")
    assert f"'{text.strip()}' has no letter or digit" in found.stderr


def test_what_is_held_in_part_is_told_and_no_area_of_another_year_is_offered() -> None:
    cut = "of the GPCIs of 2026 only the localities that agree with CMS's numbering are"
    assert cut in run("places", "MI", "--date", "2026-08-05").stdout
    found = run("places", "Saint Luis, MO", "--date", "2026-08-05").stderr
    assert cut in found
    assert "ST L" not in found
    assert json.loads(run("places", "MI", "--date", "2026-08-05", "--json").stdout)["localities_told"].startswith(cut)


def compared(*place: str) -> tuple[dict[str, tuple[str, str]], str]:
    """Of the surgical centre each part's amount and place; and the page."""
    asked = ("price", "64640", "--units", "3", *DAY, "--compare-sites", *place)
    site: Any = next(one for one in json.loads(run(*asked, "--json").stdout)["sites"] if one["site"] == "asc")
    return {line["component"]: (line["allowed"], line["place"]) for line in site["lines"]}, run(*asked).stdout


def test_three_nerves_in_detroit_are_local_in_both_parts() -> None:
    parts, page = compared("--where", "Detroit")
    assert parts == {
        "professional": ("246.16", "08202-01 DETROIT"),
        "facility": ("330.55", "19804 Detroit-Dearborn-Livonia, MI"),
    }
    assert "2024-10-15, Detroit: what Medicare pays" in page
    assert "national" not in page


@pytest.mark.parametrize("place", [("--locality", "08202-01"), ("--county", "Wayne, MI")])
def test_a_facility_part_that_is_national_is_said_to_be(place: tuple[str, str]) -> None:
    parts, page = compared(*place)
    assert parts["facility"] == ("350.84", "national")
    assert parts["professional"] == ("246.16", "08202-01 DETROIT")
    assert "(in part national rates): what Medicare pays" in page
    assert "facility: national (no wage area is known for " in page
    assert "professional: 08202-01 DETROIT (" in page


def test_a_professional_part_that_is_national_is_said_to_be() -> None:
    parts, page = compared("--cbsa", "19804")
    assert parts == {
        "professional": ("237.00", "national"),
        "facility": ("330.55", "19804 Detroit-Dearborn-Livonia, MI"),
    }
    assert "professional: national (no locality is known for area 19804: Michigan has 2" in " ".join(page.split())


def test_without_a_place_all_is_national() -> None:
    parts, page = compared()
    assert {place for _, place in parts.values()} == {"national"}
    assert "2024-10-15, national: what Medicare pays" in page


def test_each_amount_of_a_page_says_where_it_is_of() -> None:
    page = run("price", "64640", *DAY, "--place", "asc", "--locality", "08202-01").stdout
    assert "64640 x1  professional  123.08  (08202-01 DETROIT)" in page
    assert "64640 x1  facility  175.42  (national)" in page
    assert "    national: no wage area is known for locality 08202-01" in page


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--where", "Portland"), "--where: 'Portland' may be in 3 states; write Portland, ME or Portland, OR"),
        (("--where", "Detroyt"), "--where: no locality or wage area is named 'Detroyt'; did you mean 'Detroit, MI'?"),
        (("--county", "Wayne"), "--county: 'Wayne' is a county without its state; as in Wayne County, MI"),
        (("--county", "Wayne, Mischigan"), "--county: 'Mischigan' is not a state; did you mean 'Michigan'?"),
        (("--locality", "08202-01", "--cbsa", "45780"), "--cbsa: locality 08202-01 DETROIT (MI) and area 45780 Toledo"),
        (("--where", "Detroit", "--locality", "08202-99"), "is of locality 08202-99, 'Detroit' of 08202-01"),
        (("--where", "48201"), "--where: no table of ZIP codes is held; import CMS's ZIP5 table"),
        (
            ("--where", "19804"),
            "--where: '19804' may be a ZIP code, or the wage area Detroit-Dearborn-Livonia, MI; write",
        ),
        (
            ("--county", "Wanye, MI"),
            "--county: no list of counties names Wanye County, MI; did you mean Wayne County, MI",
        ),
        (("--where", ""), "--where: the place is empty; write it, or leave the option out"),
        (("--where", "   "), "--where: the place is empty"),
        (("--zip", "48201"), "--zip: no table of ZIP codes is held; import CMS's ZIP5 table"),
        (("--zip", ""), "--zip: the place is empty"),
        (("--county", ""), "--county: the place is empty"),
        (("--locality", " "), "--locality: the place is empty"),
        (("--cbsa", ""), "--cbsa: the place is empty"),
    ],
)
def test_a_place_that_is_none_or_several_gets_one_message(options: tuple[str, ...], expected: str) -> None:
    found = run("price", "64640", *DAY, *options)
    assert (found.returncode, found.stdout) == (2, "")
    assert expected in found.stderr
    assert len(found.stderr.splitlines()) == 1


CASE = "service_date: 2024-10-15\nplace_of_service: 24\nlines: [{{code: 64640, units: 3}}]\nplace: {}\n"


def payment(folder: Path, place: str) -> Any:
    (folder / "case.yaml").write_text(CASE.format(place))
    return json.loads(run("decide", folder / "case.yaml", "--json").stdout)["payment"]


def test_a_case_has_a_place_and_its_amounts_are_of_there(tmp_path: Path) -> None:
    found = payment(tmp_path, "Detroit")
    assert (found["total"], found["where"]) == ("576.71", "Detroit")
    assert found["label"] == "what Medicare would pay in Detroit: a rate is not coverage"
    assert [line["place"] for line in found["lines"]] == ["08202-01 DETROIT", "19804 Detroit-Dearborn-Livonia, MI"]


@pytest.mark.parametrize(
    ("place", "label", "places"),
    [
        (
            "{county: Wayne, state: MI}",
            "what Medicare would pay in Wayne County, MI, facility part at national rates: a rate is not coverage",
            ["08202-01", "national"],
        ),
        (
            "{cbsa: 19804}",
            "what Medicare would pay in area 19804, professional part at national rates: a rate is not coverage",
            ["national", "19804"],
        ),
        ("null", "what Medicare would pay, national rates: a rate is not coverage", ["national", "national"]),
    ],
)
def test_what_is_national_of_a_case_is_said(tmp_path: Path, place: str, label: str, places: list[str]) -> None:
    found = payment(tmp_path, place)
    assert found["label"] == label
    assert [line["place"].split(" ")[0] for line in found["lines"]] == places


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("Detroyt", "case.yaml:4:1: no locality or wage area is named 'Detroyt' (place); did you mean 'Detroit, MI'?"),
        ("19804", "case.yaml:4:1: '19804' may be a ZIP code, or the wage area Detroit-Dearborn-Livonia, MI (place)"),
        ("48201", "case.yaml:4:1: no table of ZIP codes is held (place); import CMS's ZIP5 table"),
        ("{zip: 48201}", "case.yaml:4:1: no table of ZIP codes is held (place); import CMS's ZIP5 table"),
        ("{zipp: 48201}", "case.yaml:4:1: unknown key 'zipp' of a place (place); did you mean 'zip'?"),
        ("{zip: 4820}", "case.yaml:4:1: '4820' is not a ZIP code (place); five digits, as in 48201"),
        ("[Detroit]", "case.yaml:4:1: "),
        ("{}", "case.yaml:4:1: the place is empty (place); give one of zip, county, state"),
        ("Detroit\nstate: OH", "case.yaml:4:1: no locality or wage area is named 'Detroit' in Ohio (place)"),
        ("{county: Wayne, state: MI}\nstate: OH", "the case is of OH, its place of MI (place); give one of the two"),
    ],
)
def test_a_place_of_a_case_that_is_none_is_refused_with_its_line(tmp_path: Path, place: str, expected: str) -> None:
    (tmp_path / "case.yaml").write_text(CASE.format(place))
    found = run("decide", tmp_path / "case.yaml")
    assert (found.returncode, found.stdout) == (2, "")
    assert expected in found.stderr
    assert "Traceback" not in found.stderr


def test_the_schema_of_a_case_has_the_place() -> None:
    place = json.loads(run("schema", "case").stdout)["properties"]["place"]
    assert [one["type"] for one in place["anyOf"]] == ["string", "object", "null"]
