"""Claim files in a real browser: drop, confirm, run, filter, open a line, fetch, fill in, feed back, cancel, resume."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import accessible, fits
from tests.service.many_claims import write_claims
from tests.service.test_pages_claims import ODD

pytestmark = pytest.mark.xdist_group("browser")
LINES = 700_000


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    path = tmp_path / "claims.csv"
    path.write_text(ODD)
    return path


def drop(page: Page, path: Path) -> None:
    """Drop a file, by which its columns are shown."""
    page.goto("/claims")
    page.get_by_label("Claim file: Parquet").set_input_files(path)
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which column is which")


def confirm(page: Page, *, looks: bool = False) -> None:
    """Say which plan a word is, run, and wait until it is done."""
    page.get_by_label("Blue 7").select_option("bcn-commercial-hmo")
    page.get_by_role("button", name="Run with this mapping").click()
    done(page, looks=looks)


def done(page: Page, *, looks: bool = False) -> None:
    """Wait for the end of a run; without JavaScript by looking again."""
    for _ in range(200):
        if not looks or not page.get_by_role("link", name="Look again").count():
            break
        page.wait_for_timeout(200)
        page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("heading", name="Totals")).to_be_visible(timeout=60_000)


def walk_through(page: Page, odd: Path, tmp_path: Path, *, scripts: bool) -> None:
    drop(page, odd)
    expect(page.get_by_text("These are suggestions")).to_be_visible()
    expect(page.get_by_label("code", exact=True)).to_have_value("HCPCS_CD")
    expect(page.get_by_label("diagnoses, column 2")).to_have_value("DX2")
    expect(page.get_by_text("units: 'two' is not a whole number")).to_be_visible()
    if scripts:
        accessible(page)
    confirm(page, looks=not scripts)
    expect(page.get_by_text("1 line rejected")).to_be_visible()
    run = page.url.partition("#")[0]

    page.locator("summary", has_text="Find lines by").click()
    page.locator("section", has=page.locator("#facet-plan")).get_by_role("link", name="bcn65").click()
    expect(page).to_have_url(f"{run}?plan=bcn65#lines")
    expect(page.get_by_text("1 line, 1 to 1 shown")).to_be_visible()
    page.get_by_role("link", name="Open claim B2, line 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Claim B2, line 1")
    expect(page.get_by_text("Decided alone, the line is told the same as by the run.")).to_be_visible()
    assert (page.get_by_role("link", name="Open as a case").get_attribute("href") or "").startswith("/case?")
    assert "B2" not in page.url
    page.get_by_role("link", name="The run", exact=True).click()

    with page.expect_download() as fetched:
        page.get_by_role("link", name="CSV", exact=True).click()
    fetched.value.save_as(tmp_path / "results.csv")
    with (tmp_path / "results.csv").open() as file:
        assert [row["claim_id"] for row in csv.DictReader(file)] == ["A1", "A1", "B2", "D4"]

    waiting = page.get_by_role("region", name="Facts that would settle most").locator("p").first.inner_text()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="CSV: claim, line").first.click()
    fetched.value.save_as(tmp_path / "answers.csv")
    with (tmp_path / "answers.csv").open() as file:
        head, *rows = list(csv.reader(file))
    at = head.index("modality")
    filled = [head, *([*row[:at], "cryoneurolysis", *row[at + 1 :]] for row in rows)]
    (tmp_path / "answers.csv").write_text("\n".join(map(",".join, filled)))
    page.get_by_label("The table, filled in").set_input_files(tmp_path / "answers.csv")
    page.get_by_role("button", name="Run again with these answers").click()
    expect(page).not_to_have_url(run)
    done(page, looks=not scripts)
    expect(page.get_by_role("link", name="an earlier run")).to_be_visible()
    card = page.get_by_role("region", name="Facts that would settle most").locator("p").first
    assert not card.count() or card.inner_text() != waiting


def test_a_file_is_dropped_confirmed_run_looked_through_and_answered(page: Page, odd: Path, tmp_path: Path) -> None:
    walk_through(page, odd, tmp_path, scripts=True)
    assert page.get_by_role("link", name="csv", exact=True).count() == 1  # the whole page is that of a run that is over


def test_all_of_it_without_javascript(plain: Page, odd: Path, tmp_path: Path) -> None:
    walk_through(plain, odd, tmp_path, scripts=False)


def test_a_run_is_cancelled_and_goes_on(page: Page, tmp_path: Path) -> None:
    drop(page, write_claims(tmp_path / "claims.parquet", LINES))
    page.get_by_role("button", name="Run with this mapping").click()
    expect(page.get_by_role("heading", name="running")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="cancelled")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Let it go on from where it stopped")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Let it go on").click()
    accessible(page)
    done(page)
    expect(page.get_by_text(f"{LINES:,} lines").first).to_be_visible()
    page.get_by_role("button", name="Delete the run").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Claim files")


def test_nothing_is_cut_and_axe_finds_nothing(page: Page, odd: Path) -> None:
    page.goto("/claims")
    accessible(page)
    fits(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    drop(page, odd)
    page.locator("summary", has_text="further columns").click()
    accessible(page)
    fits(page)
    page.get_by_label("service_date", exact=True).select_option("")
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_role("alert")).to_contain_text("no column is chosen")
    accessible(page)
    page.get_by_label("service_date", exact=True).select_option("DOS")
    page.get_by_role("button", name="Run with this mapping").click()
    expect(page.get_by_role("status").first).to_contain_text("nothing runs yet")
    page.get_by_label("Blue 7").select_option("bcn-commercial-hmo")
    expect(page.get_by_label("service_date: how it is written")).to_have_value("MM/DD/YYYY")
    accessible(page)
    page.get_by_role("button", name="Run with this mapping").click()
    done(page)
    page.locator("summary", has_text="Find lines by").click()
    accessible(page)
    fits(page)
    page.get_by_role("link", name="Open claim A1, line 1").click()
    accessible(page)
    fits(page)


def test_by_the_keyboard_alone(page: Page, odd: Path) -> None:
    page.goto("/claims")
    page.get_by_label("Claim file: Parquet").set_input_files(odd)  # the one thing that a browser's own window does
    page.get_by_label("Claim file: Parquet").focus()
    press_until(page, "Look at the file")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Which column is which")
    press_until(page, "Run with this mapping")
    page.keyboard.press("Enter")
    done(page)
    press_until(page, "open")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Claim ")


def press_until(page: Page, text: str) -> None:
    """Press Tab until what has the focus says this."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText?.trim()") == text:
            return
    raise AssertionError(f"Tab does not come to '{text}'")
