"""Policies in a real browser: find a clause, read a document at two dates beside one's own text, a newer text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Workbench, accessible, fits
from tests.documents.text.made import pdf

pytestmark = pytest.mark.xdist_group("browser")
PACK = "bcbsm-cryoneurolysis"
BASE = f"/policies/{PACK}"
CASE = "case=plan%3Dbcn-commercial-hmo%26diagnoses%3DM17.11%26purpose%3Dpain%26device%3Diovera%26line%3D64640"
LAY, COMPARE = "Lay this text beside the clauses", "Compare this newer text"


@pytest.fixture(scope="module")
def source(source_documents: Path) -> Path:
    return next(source_documents.glob(f"{PACK}-*.txt"))


@pytest.fixture
def no_text(workbench: Workbench) -> Iterator[None]:
    """No text is left by a test before."""
    yield
    workbench.client.post(f"{BASE}/now/text/deletion")


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


@pytest.mark.parametrize(
    "path",
    [
        "/policies",
        "/policies?q=knee",
        "/policies?q=nothing-at-all",
        f"{BASE}/2024-10-15?{CASE}",
        f"{BASE}/2022-06-01/statement-2",
        f"{BASE}/2024-10-15/text",
        f"{BASE}/2024-10-15/newer",
        f"{BASE}/2024-10-15/evidence",
        f"{BASE}?day=x",
    ],
)
def test_axe_finds_nothing_and_nothing_is_cut(page: Page, path: str) -> None:
    page.goto(path)
    accessible(page)
    fits(page)


@pytest.mark.parametrize("kind", ["page", "plain"])
def test_a_clause_is_found_and_its_blame_read(request: pytest.FixtureRequest, kind: str) -> None:
    page: Page = request.getfixturevalue(kind)
    page.goto("/policies")
    page.get_by_label("Words of a title, publisher, plan or clause").fill("knee")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("main")).to_contain_text("documents of")
    page.get_by_role("row", name="Cryoablation or Cryoneurolysis").get_by_text("clauses with these words").click()
    page.get_by_role("link", name=f"{PACK}#statement-2").click()
    heading(page, f"{PACK}#statement-2")
    main = page.locator("main")
    expect(main).to_contain_text("2023-01-01 (edition 2023; its rules are in force from 2023-01-01)")
    expect(page.get_by_role("link", name="history-2023-statements")).to_be_visible()
    expect(main).to_contain_text("statement#knee-osteoarthritis-or-arthroplasty")
    page.get_by_role("link", name="history-2023-statements").click()
    heading(page, "history-2023-statements")


@pytest.mark.parametrize("kind", ["page", "plain"])
@pytest.mark.usefixtures("no_text")
def test_a_policy_is_read_at_two_dates_beside_ones_own_text(
    request: pytest.FixtureRequest, kind: str, source: Path
) -> None:
    page: Page = request.getfixturevalue(kind)
    page.goto(f"{BASE}/2024-10-15")
    page.locator("#text-file").set_input_files(source)
    page.get_by_role("button", name=LAY).click()
    heading(page, "Your text beside the clauses, services of 2024-10-15")
    expect(page.locator("main")).to_contain_text("158 of 158 clauses stand in it")
    expect(page.locator("#laid")).to_contain_text("rule statement#knee-osteoarthritis-or-arthroplasty")
    expect(page.locator("#laid")).to_contain_text("✓ accounted")
    page.get_by_role("link", name="Cryoablation or Cryoneurolysis").click()
    page.get_by_label("Day of service").fill("2022-06-01")
    page.get_by_role("button", name="Go to this day").click()
    expect(page.locator("main")).to_contain_text("edition 2022 holds")
    page.get_by_role("link", name="Read your text beside the clauses").click()
    heading(page, "services of 2022-06-01")
    expect(page.locator("#laid")).to_contain_text("rule statement#neuropathy-or-neuroma-before-2023")
    expect(page.locator("#laid")).not_to_contain_text("rule statement#knee-osteoarthritis")
    page.get_by_role("button", name="Delete my text").click()
    expect(page.locator("main")).to_contain_text("You have laid none beside it yet")


@pytest.mark.usefixtures("no_text")
def test_the_same_text_as_a_pdf_has_pages(page: Page, source: Path, tmp_path: Path) -> None:
    made = tmp_path / "policy.pdf"
    made.write_bytes(pdf(source.read_text("utf-8") + "\n\nNobody has read this sentence.\n", running="A policy"))
    page.goto(f"{BASE}/2024-10-15/text")
    page.get_by_label("Text, PDF or Word file").set_input_files(made)
    page.get_by_role("button", name=LAY).click()
    expect(page.locator("main")).to_contain_text("158 of 158 clauses stand in it")
    left = page.locator("#left + ul li")
    expect(left).to_have_count(1)
    expect(left).to_contain_text("Nobody has read this sentence.")
    left.get_by_role("link").click()
    expect(page.locator("tr:target")).to_contain_text("✗ no entry")
    accessible(page)
    fits(page)
    page.goto(f"{BASE}/2024-10-15/statement-2")
    expect(page.locator("#citation")).to_contain_text("page ")


def test_a_scan_is_told_as_one(page: Page, tmp_path: Path) -> None:
    made = tmp_path / "scan.pdf"
    made.write_bytes(pdf(""))
    page.goto(f"{BASE}/2024-10-15/text")
    page.get_by_label("Text, PDF or Word file").set_input_files(made)
    page.get_by_role("button", name=LAY).click()
    expect(page.get_by_role("alert")).to_contain_text("hold no text")
    expect(page.get_by_role("alert")).to_contain_text("OCR")
    accessible(page)
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("document.activeElement.id || location.hash") in ("file", "#file")


@pytest.mark.parametrize("kind", ["page", "plain"])
def test_a_newer_text_names_the_rules_to_review(request: pytest.FixtureRequest, kind: str, source: Path) -> None:
    page: Page = request.getfixturevalue(kind)
    page.goto(f"{BASE}/2024-10-15")
    text = source.read_text("utf-8")
    page.locator("#newer-pasted").fill(text.replace("investigational", "established") + "\nA last word.\n")
    page.get_by_role("button", name=COMPARE).click()
    heading(page, "A newer text")
    main = page.locator("main")
    expect(main).to_contain_text("Something changed:")
    expect(main).to_contain_text(f"{PACK}/statement#knee-osteoarthritis-or-arthroplasty")
    expect(main).to_contain_text("worked cases")
    expect(main).to_contain_text("A last word.")
    if kind == "page":
        accessible(page)
        fits(page)
    page.goto(f"{BASE}/2024-10-15/text")
    expect(page.locator("main")).to_contain_text("You have laid none beside it yet")


def test_a_policy_is_walked_by_keys_alone(page: Page) -> None:
    page.goto(f"{BASE}/2024-10-15?{CASE}")
    edition = page.locator(".editions a").first
    edition.focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("edition 2018 holds")
    assert "case=" in page.url
    expect(page.locator(".editions .status")).to_have_count(8)
    page.locator("[data-slider=after]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("edition 2019 holds")
    page.get_by_label("Compare services of").focus()
    page.get_by_role("button", name="Compare", exact=True).focus()
    with page.expect_request(lambda one: "/compare/" in one.url) as asked:
        page.keyboard.press("Enter")
    assert asked.value.url.endswith(f"/compare/{PACK}/2018-01-01..2019-01-01")


def test_the_list_is_walked_by_keys_alone(page: Page) -> None:
    page.goto("/policies")
    page.get_by_label("Words of a title").focus()
    page.keyboard.type("iovera system")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("documents of")
    page.locator("tbody th a").first.focus()
    page.keyboard.press("Enter")
    heading(page, "Cryoablation")


def test_evidence_is_seen_and_read(page: Page) -> None:
    page.goto(f"{BASE}/2024-10-15")
    page.get_by_role("link", name="evidence it quotes").click()
    picture = page.get_by_role("img", name="Average pain over time")
    expect(picture).to_be_visible()
    assert picture.evaluate(
        "one => one.complete && one.naturalWidth > 0 || new Promise(r => one.onload = () => r(true))"
    )
    expect(page.get_by_role("region", name="Averages of pain over time")).to_contain_text("Yoon 2016")
