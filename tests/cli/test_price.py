"""`clausal price` and `clausal fees` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import run
from tests.schedules.files import relative_values


@pytest.fixture(autouse=True)
def no_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSAL_DATA", str(tmp_path / "data"))


def price(*arguments: str) -> Any:
    found = run("price", *arguments, "--json")
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


def test_price_prints_the_derivation() -> None:
    found = run("price", "64640", "--units", "5", "--date", "2024-10-01").stdout
    assert "(1.98 x 1.000 + 5.27 x 1.000 + 0.21 x 1.000) x 33.2875 = 248.32" in found
    assert "1 x 248.32 + 4 x 124.16 (50 percent) = 744.96" in found
    assert "a rate is not coverage" in found


def test_price_json_has_the_keys_others_rely_on() -> None:
    found = price("64640", "--units", "5", "--date", "2024-10-01")
    (line,) = found["lines"]
    assert (line["code"], line["units"], line["allowed"], found["total"]) == ("64640", 5, "744.96", "744.96")
    assert {"payer", "patient", "why", "table", "release", "derivation", "edits"} <= set(line)


def test_price_of_a_code_without_a_fee_is_null_with_the_reason() -> None:
    (line,) = price("0441T", "--date", "2024-10-01")["lines"]
    assert (line["allowed"], line["payer"], line["patient"]) == (None, None, None)
    assert "no published fee" in line["why"]


def test_price_by_locality() -> None:
    assert price("64640", "--date", "2025-06-01", "--locality", "10112-00")["total"] == "215.81"


def test_price_says_what_edits_say() -> None:
    lines = price("64624", "76942", "--date", "2024-08-01")["lines"]
    assert [[edit["edit"] for edit in line["edits"]] for line in lines] == [[], ["ptp"]]
    separate = price("64624", "76942", "--modifiers", "RT,RT-59", "--date", "2024-08-01")["lines"]
    assert separate[0]["edits"] == []
    (told,) = separate[1]["edits"]
    assert (told["edit"], told["passes"], told["carc"]) == ("ptp", True, None)
    assert "passes by 59, RT" in told["says"]


def test_price_compares_sites_and_draws_them(tmp_path: Path) -> None:
    chart = tmp_path / "sites.png"
    found = run("price", "64640", "--date", "2024-10-01", "--compare-sites", "--plot", chart)
    assert found.returncode == 0, found.stderr
    for total in ("248.32", "293.92", "986.95"):
        assert total in found.stdout
    assert chart.read_bytes().startswith(b"\x89PNG")


def test_a_chart_of_sites_says_what_is_billed_and_of_where_the_rates_are(tmp_path: Path) -> None:
    def title(*arguments: str) -> str:
        chart = tmp_path / "sites.svg"
        assert run("price", *arguments, "--compare-sites", "--plot", chart).returncode == 0
        return " ".join(chart.read_text().split())

    billed = "64640", "64624", "--units", "5,1", "--modifiers", "RT-59,LT", "--date", "2024-10-01"
    drawn = title(*billed, "--where", "Detroit")
    assert "Medicare pays for 64640 x5 RT-59, 64624 x1 LT on 2024-10-01 - a rate is not coverage" in drawn
    assert "rates: professional 08202-01 DETROIT; facility 19804 Detroit-Dearborn-Livonia, MI" in drawn
    assert "rates: professional national; facility national" in title(*billed)


SOME = ("64640", "0441T", "--date", "2024-10-01")
NO_FEE = ("0441T", "--date", "2024-10-01")


def test_no_published_fee_is_a_dash_with_its_reason_and_a_total_says_of_how_many_lines_it_is() -> None:
    said = run("price", *SOME).stdout
    assert "0441T x1  professional  - (no published fee)" in said
    assert "total  248.32 (1 of 2 lines)  payer 198.66, patient 49.66" in said
    said = run("price", *NO_FEE).stdout
    assert "total  - (nothing here has a price)  payer -, patient -" in said
    said = run("price", "0441T", "--date", "2015-10-01").stdout
    assert "0441T x1  professional  - (no table held)" in said


def test_a_total_in_json_says_of_how_many_lines_it_is() -> None:
    some, none = price(*SOME), price(*NO_FEE)
    assert (some["total"], some["total_lines"], some["complete"]) == ("248.32", 1, False)
    assert [none[name] for name in ("total", "total_lines", "payer", "patient")] == [None, 0, None, None]


def test_a_packaged_service_stays_zero() -> None:
    said = run("price", "0441T", "76942", "--date", "2024-10-01", "--place", "hospital-outpatient").stdout
    assert "76942 x1  facility  0.00" in said


def test_a_comparison_has_dashes_where_there_is_no_amount() -> None:
    def rows(*arguments: str) -> dict[str, list[str]]:
        lines = run("price", *arguments, "--compare-sites").stdout.splitlines()
        return {line.split()[0]: line.split() for line in lines if line.startswith(("office", "asc", "hospital"))}

    found = rows(*NO_FEE)
    assert found["office"] == ["office", "-", "-", "-", "-", "-", "no", "published", "fee"]
    assert found["asc"][:4] == ["asc", "1176.34", "-", "1176.34"]
    found = rows(*SOME)
    assert found["office"][:7] == ["office", "-", "248.32", "(1", "of", "2)", "248.32"]
    assert found["asc"][-5:] == ["3", "of", "4", "lines,", "no"]


@pytest.mark.parametrize(
    ("arguments", "dashes", "texts"),
    [
        (NO_FEE, 1, ("no published fee", "$1176.34", "(1 of 2 lines;", "no published fee for the rest)")),
        (("0441T", "--date", "2015-10-01"), 3, ("no table held",)),
        (("64640", "--date", "2024-10-01"), 0, ("$248.32", "$293.92", "$986.95")),
        (("64640", "--date", "2024-10-01", "--charge", "0"), 0, ("$0.00",)),
    ],
    ids=["one-site", "nothing-held", "all", "a-true-zero"],
)
def test_a_chart_marks_a_site_without_an_amount_by_a_dash_and_why(
    tmp_path: Path, arguments: tuple[str, ...], dashes: int, texts: tuple[str, ...]
) -> None:
    assert run("price", *arguments, "--compare-sites", "--plot", tmp_path / "sites.svg").returncode == 0
    drawn = (tmp_path / "sites.svg").read_text()
    assert drawn.count("<!-- - -->") == dashes
    for text in texts:
        assert text in drawn
    assert ("$0" in drawn) == ("$0.00" in texts)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("64641",), "CODE: code '64641' is in no table held; did you mean '64640'?"),
        (("64640", "--units", "0"), "--units: '0' is not a whole number from 1 to 9,999"),
        (("64640", "--units", "1,2"), "--units: 2 values for 1 codes"),
        (("64640", "--date", "soon"), "--date: 'soon' is not a date"),
        (("64640", "--place", "moon"), "--place: 'moon' is not a place of service"),
        (
            ("64640", "--locality", "10112-99", "--date", "2024-10-15"),
            "--locality: unknown locality '10112-99' in 2024; did you mean",
        ),
        (("64640", "--zip", "48201"), "--zip: no table of ZIP codes is held; import CMS's ZIP5 table"),
        (("64640", "--cbsa", "00000"), "--cbsa: no wage index for area '00000'"),
        (("64640", "--charge", "much"), "--charge: 'much' is not an amount in dollars"),
        (("64640", "--plot", "x.png"), "--plot: a chart compares sites; add --compare-sites"),
        (("64640", "--compare-sites", "--plot", "x.doc"), "x.doc: a chart cannot be written there"),
    ],
)
def test_bad_options_get_one_message(arguments: tuple[str, ...], expected: str) -> None:
    found = run("price", *arguments)
    assert found.returncode == 2
    assert expected in found.stderr
    assert "Traceback" not in found.stderr


def test_fees_are_imported_and_listed(tmp_path: Path) -> None:
    assert "Shipped rows" in run("fees", "list").stdout
    bad = run("fees", "import", tmp_path / "nothing.csv")
    assert (bad.returncode, bad.stdout) == (2, "")
    listed = json.loads(run("fees", "list", "--json").stdout)
    assert {"pfs", "gpci", "opps", "asc", "wage", "ptp", "mue"} <= {table["kind"] for table in listed["tables"]}
    assert listed["gaps"]["pfs"] == [
        {"first_day": "2024-10-01", "last_day": "2025-09-30"},
        {"first_day": "2026-01-01", "last_day": "2026-06-30"},
    ]


def test_decide_shows_payment_labelled_as_no_coverage(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(
        "service_date: 2024-10-01\nplan: bcn-commercial-hmo\ndiagnoses: [M17.11]\ndevice: iovera\npurpose: pain\n"
        "lines: [{code: 64640, units: 6}]\n"
    )
    found = json.loads(run("decide", tmp_path / "case.yaml", "--json").stdout)
    assert found["lines"][0]["status"] == "not-covered"
    assert found["payment"]["total"] == "744.96"
    assert "not coverage" in found["payment"]["label"]
    assert {edit["edit"] for edit in found["lines"][0]["edits"]} == {"mue", "unit-cap"}


def test_decide_shows_a_dash_for_a_line_without_a_fee(tmp_path: Path) -> None:
    case = "service_date: 2024-10-01\nplan: bcn-commercial-hmo\ndiagnoses: [M17.11]\nlines: [{code: 0441T}%s]\n"
    path = tmp_path / "case.yaml"
    path.write_text(case % "")
    said = run("decide", path).stdout
    assert "0441T x1 professional  - (no published fee)" in said
    assert "total - (nothing here has a price), patient -" in said
    found = json.loads(run("decide", path, "--json").stdout)["payment"]
    assert (found["total"], found["total_lines"]) == (None, 0)
    path.write_text(case % ", {code: '64640'}")
    assert "total 248.32 (1 of 2 lines), patient 49.66" in run("decide", path).stdout
    assert json.loads(run("decide", path, "--json").stdout)["payment"]["total_lines"] == 1


def test_check_recomputes_the_figures_that_the_guide_prints() -> None:
    found = run("check", "iovera-reimbursement").stdout
    assert "WRONG 64640 relative values, non-facility: 7.37 - the published total of 2023-01-01 to 2023-12-31" in found
    assert "ok    64640 fee, non-facility: 248.32" in found
    assert "7.37 x 33.2875 - makes 245.33, the page prints 248.32" in found


@pytest.mark.parametrize(("day", "year"), [("2019-05-01", "2019"), ("2027-02-01", "2027")])
def test_a_date_without_a_table_is_told_with_what_is_held_and_how_to_get_the_rest(day: str, year: str) -> None:
    found = run("price", "64640", "--date", day, "--place", "hospital-outpatient", "--locality", "10112-00")
    assert found.returncode == 0
    for label, source in (
        ("physician fee schedule relative values (PPRRVU)", "PPRRVU csv in the zip 'RVU'"),
        ("OPPS payment by code (Addendum B)", "Addendum B of CMS's Hospital Outpatient PPS updates"),
        ("geographic practice cost indices (GPCI)", "GPCI csv in the zip 'RVU'"),
    ):
        (told,) = [line for line in found.stdout.splitlines() if line.startswith(label)]
        assert f"no table of {year} is held (held: 2022-01-01 to " in told
        assert f"get the {source}" in told
        assert "clausal fees import FILE" in told
    assert len(price("64640", "--date", day)["not_held"]) == 1


def test_a_table_that_is_held_is_not_told_to_be_missing() -> None:
    assert price("64640", "--date", "2024-10-01")["not_held"] == []


def test_a_wage_index_that_is_not_held_is_not_the_areas_fault() -> None:
    found = run("price", "64640", "--date", "2026-07-15", "--place", "asc", "--cbsa", "19804")
    assert found.returncode == 0
    assert "national: no wage index is held for 2026" in found.stdout
    assert "ASC wage index: no table of 2026 is held (held: 2022-01-01 to 2025-12-31)" in found.stdout
    assert price("64640", "--date", "2026-07-15", "--cbsa", "19804")["total"] == "267.54"


def test_an_imported_table_prices_what_no_shipped_row_holds(tmp_path: Path) -> None:
    file = relative_values(tmp_path, "import", "2024-07-01", "2024-09-30", "99213")
    assert run("fees", "import", file).returncode == 0
    assert price("99213", "--date", "2024-08-15")["total"] == "69.90"
    assert "is in no table held" in run("price", "99999", "--date", "2024-08-15").stderr


def test_what_is_held_is_listed_in_full_or_as_rows_of_packs_within_80_columns(tmp_path: Path) -> None:
    file = relative_values(tmp_path, "an import with a name of some length", "2024-07-01", "2024-09-30", "99213")
    run("fees", "import", file)
    found = run("fees", "list").stdout
    assert max(map(len, found.splitlines())) <= 80
    for line in (
        " NCCI PTP practitioner 2024-Q3 2024-07-01 2024-09-30        19 rows of packs",
        " GPCI-2025                     2025-01-01 2025-12-31       109 shipped, in full",
        " gap                           2024-10-01 2025-09-30",
        "                               2024-07-01 2024-09-30         1 imported, in full",
    ):
        assert line in found.splitlines()
    assert "rvu24c_jul" not in found
    assert "ASC ancillary services (Addendum BB):" in found.split("not held")[1]
    listed = json.loads(run("fees", "list", "--json").stdout)
    whole = {table["release"]: table["whole"] for table in listed["tables"]}
    assert (whole["GPCI-2025"], whole["PPRRVU 2026-07"], whole["an import with a name of some length"]) == (
        True,
        False,
        True,
    )
    assert listed["not_held"] == ["zips", "apc", "ascbb", "addon"]
