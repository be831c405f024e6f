"""Jobs of a biller and an analyst in a real browser: price a claim, look at pairs, compare editions, tick, count."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Workbench, accessible, fits
from tests.service.conftest import until

pytestmark = pytest.mark.xdist_group("browser")
COMPARED = "/compare/bcbsm-cryoneurolysis/2022-12-31..2023-01-01"
PAGES = (
    "/fees",
    "/fees?codes=64640%20x9%2C%2064624&place=Detroit&date=2024-10-15&pos=24",
    "/fees?codes=64640&place=Atlantis",
    "/fees/pairs",
    "/fees/pairs?code=64640&date=2024-10-15",
    "/compare",
    COMPARED,
    f"{COMPARED}/memo",
)
CLAIMS = """claim_id,line,service_date,plan,code,units,modifiers,modality,purpose,condition,state,charge
A1,1,2024-10-15,bcn-commercial-hmo,64640,1,RT,cryoneurolysis,pain,facial-pain,MI,1200.00
B2,1,2024-10-15,bcbsm-ppo,64640,1,RT,cryoneurolysis,spasticity,neuroma,MI,600.00
"""


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_is_cut(page: Page, path: str) -> None:
    page.goto(path)
    accessible(page)
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
    accessible(page)
    fits(page)


def test_dark_pages_can_be_read(workbench: Workbench) -> None:
    context = workbench.context(dark=True)
    page = context.new_page()
    for path in (PAGES[1], COMPARED):
        page.goto(path)
        accessible(page)
    context.close()


def price(page: Page) -> None:
    """Price a claim in Detroit for October 2024 and today, and look at its pairs."""
    page.goto("/fees")
    page.get_by_label("Codes with units").fill("64640 x2 RT, 64624")
    page.get_by_label("Place", exact=True).fill("Detroit")
    page.get_by_label("Date of service").fill("2024-10-15")
    page.get_by_role("button", name="Price").click()
    expect(page.get_by_text("total $640.82")).to_be_visible()
    page.get_by_role("group").filter(has_text="$251.09").first.locator("summary").click()
    expect(page.get_by_text("(1.98 x 1.003 + 5.27 x 0.986 + 0.21 x 1.718) x 33.2875 = 251.09").first).to_be_visible()
    expect(page.get_by_text("2 x 125.55 (50 percent)", exact=True)).to_be_visible()
    page.get_by_label("Date of service").fill("2026-11-28")
    page.get_by_role("button", name="Price").click()
    expect(page.get_by_text("total $678.24")).to_be_visible()
    expect(page.get_by_role("heading", name="What is not held for this day")).to_be_visible()
    expect(page.get_by_text("Addendum B): no table of 2026 is held").first).to_be_visible()
    page.get_by_role("link", name="Pairs and units of 64640").click()
    expect(page.get_by_role("heading", name="64640 is column 1").first).to_be_visible()
    expect(page.get_by_text("units beyond it can be appealed").first).to_be_visible()


def test_a_biller_prices_a_claim(page: Page) -> None:
    price(page)


def test_a_biller_prices_a_claim_without_javascript(plain: Page) -> None:
    price(plain)


def test_wrong_input_is_told_with_a_link_to_its_field_and_kept(page: Page) -> None:
    page.goto("/fees")
    page.get_by_label("Codes with units").fill("64640 x2 RT")
    page.get_by_label("Place", exact=True).fill("Atlantis")
    page.get_by_role("button", name="Price").click()
    page.get_by_role("alert").get_by_role("link", name="place").click()
    expect(page.get_by_label("Place", exact=True)).to_have_value("Atlantis")
    expect(page.get_by_label("Codes with units")).to_have_value("64640 x2 RT")
    expect(page.get_by_role("heading", name="Each code by itself")).to_have_count(0)


def compare(page: Page, comment: str, number: int) -> None:
    """Compare two editions, tick a region with a comment, and see it after the page is loaded anew."""
    page.goto("/compare")
    page.get_by_label("Document").fill("bcbsm-cryoneurolysis")
    page.get_by_label("Services of").fill("2022-12-31")
    page.get_by_label("and of").fill("2023-01-01")
    page.get_by_role("button", name="Compare").click()
    expect(page).to_have_url(f"{page.url.partition('/compare')[0]}{COMPARED}")
    expect(page.get_by_text("5 regions change")).to_be_visible()
    region = page.get_by_role("region", name=f"Region {number}", exact=False).first
    region.get_by_text(f"region {number}").last.click()
    region.get_by_label("Comment").fill(comment)
    region.get_by_role("button", name="Reviewed").click()
    expect(page.get_by_text(comment, exact=False).first).to_be_visible()
    page.reload()
    expect(page.get_by_text(comment, exact=False).first).to_be_visible()
    expect(page.get_by_text("reviewed by the user of this machine").first).to_be_visible()
    page.get_by_role("link", name="change memo").click()
    expect(page.get_by_text(comment, exact=False).first).to_be_visible()
    expect(page.get_by_role("heading", name="Sign-off")).to_be_visible()


def test_an_analyst_ticks_a_region(page: Page) -> None:
    compare(page, "agreed with the medical director", 2)


def test_an_analyst_ticks_a_region_without_javascript(plain: Page) -> None:
    compare(plain, "read without scripts", 3)


def test_filters_are_plain_forms(page: Page) -> None:
    page.goto(COMPARED)
    page.get_by_label("Plan").select_option("medicare-part-b")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("0 of 5 regions shown")).to_be_visible()
    page.get_by_role("link", name="Show all").click()
    expect(page.get_by_role("heading", name="Region 5")).to_be_visible()


def count(page: Page, workbench: Workbench, *, looks: bool) -> None:
    """See what a change does to a run whose file is still there."""
    with workbench.client as client:
        sent = {"claims": ("claims.csv", CLAIMS.encode())}
        number = client.post("/api/v1/adjudications", files=sent).json()["id"]
        until(lambda: client.get(f"/api/v1/adjudications/{number}").json()["state"] == "done")
    (workbench.data / "jobs" / number / "claims.csv").write_text(CLAIMS)
    page.goto(f"{COMPARED}/impact/{number}")
    page.get_by_role("button", name="Count lines and dollars").click()
    if looks:
        for _ in range(60):
            if page.get_by_role("heading", name="In all").count():
                break
            page.wait_for_timeout(300)
            if page.get_by_role("link", name="look again").count():
                page.get_by_role("link", name="look again").click()
    expect(page.get_by_role("heading", name="In all")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("2 lines of 2 change")).to_be_visible()
    expect(page.get_by_text("charged $1,800.00").first).to_be_visible()
    expect(page.get_by_role("link", name="look again")).to_have_count(0)


def test_dollars_of_a_run_come_by_themselves(page: Page, workbench: Workbench) -> None:
    count(page, workbench, looks=False)
    accessible(page)
    fits(page)


def test_dollars_of_a_run_without_javascript(plain: Page, workbench: Workbench) -> None:
    count(plain, workbench, looks=True)


def test_fees_by_keyboard_alone(page: Page) -> None:
    page.goto("/fees")
    page.get_by_label("Codes with units").focus()
    page.keyboard.type("64640")
    for _ in range(8):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Price")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Each code by itself")).to_be_visible()


def test_a_region_is_ticked_by_keyboard_alone(page: Page) -> None:
    page.goto(COMPARED)
    page.locator("summary", has_text="region 5").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("by keys")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("by keys", exact=False).first).to_be_visible()


def test_pairs_by_keyboard_alone(page: Page) -> None:
    page.goto("/fees/pairs")
    page.get_by_label("Code", exact=True).focus()
    page.keyboard.type("64640")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Practitioners")).to_be_visible()
