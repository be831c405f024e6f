"""The start page and what is held, in a real browser."""

from __future__ import annotations

import json
import subprocess

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import accessible, fits

pytestmark = pytest.mark.xdist_group("browser")
PAGES = ("/", "/held", "/docs/api")
EXAMPLES = {"For a nurse": "Next question", "For a biller": "a rate is not coverage", "For an analyst": "region"}


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_is_cut(page: Page, path: str) -> None:
    page.goto(path)
    accessible(page)
    fits(page)


@pytest.mark.parametrize(("name", "found"), EXAMPLES.items())
def test_a_worked_example_is_one_click_away(page: Page, name: str, found: str) -> None:
    page.goto("/")
    page.get_by_role("region", name=name).get_by_role("link", name="Open this example").click()
    page.wait_for_load_state()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("main")).to_contain_text(found)


@pytest.mark.parametrize(
    "path", ["/", "/case?service_date=2024-10-15&line=64640", "/held", "/policies", "/fees?codes=64640"]
)
def test_the_curl_line_works_as_it_is_copied(page: Page, path: str) -> None:
    page.goto(path)
    page.locator(".data summary").click()
    line = page.locator("#curl").inner_text()
    told = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=30, check=True).stdout
    assert (
        json.loads(told)
        == page.request.get(page.get_by_role("link", name="json", exact=True).get_attribute("href") or "").json()
    )


def test_what_is_held_is_found_by_a_search(page: Page) -> None:
    page.goto("/")
    for words, found in (
        ("64624", "code pairs"),
        ("genicular", "Genicular nerve ablation"),
        ("statement-2", "Medical Policy"),
    ):
        page.get_by_label("Search policies, clauses").fill(words)
        page.get_by_label("Search policies, clauses").press("Enter")
        expect(page.locator("main")).to_contain_text(found)
    page.get_by_label("Search policies, clauses").fill("Detroit")
    page.get_by_label("Search policies, clauses").press("Enter")
    page.get_by_role("link", name="Detroit").click()
    expect(page.locator("h1")).to_contain_text("Fees")
