"""The case page in a real browser: decided by clicking, typing and reading, with scripts and without."""

from __future__ import annotations

import contextlib
import re
from typing import Any

import pytest
from playwright.sync_api import Error, Page, Route, expect

from tests.browser.conftest import Workbench, accessible, fits

pytestmark = pytest.mark.xdist_group("browser")
SETTLED = (
    "/case?service_date=2024-10-15&plan=bcn-commercial-hmo&diagnoses=M17.11&device=iovera&purpose=pain"
    "&line=64640%20x2%20RT"
)
PAGES = (
    "/case",
    SETTLED,
    SETTLED.replace("&device=iovera", ""),
    SETTLED.replace("M17.11", "nonsense"),
    "/case?mode=question&service_date=2024-10-15",
    f"{SETTLED.replace('/case?', '/case/why-not?')}&why=not-addressed",
    "/case/paste",
    "/search?q=genicular",
)


def answer(page: Page) -> Any:
    """The answer, once it is that of the form."""
    expect(page.locator("#answer")).not_to_have_class(re.compile("stale"))
    return page.locator("#answer")


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_is_cut(page: Page, path: str) -> None:
    page.goto(path)
    accessible(page)
    fits(page)


def test_a_case_is_decided_from_nothing_and_its_questions_answered(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Decide a case").click()
    page.get_by_label("Service date", exact=True).fill("2024-10-15")
    page.get_by_label("Plan", exact=True).select_option("bcn-commercial-hmo")
    page.get_by_label("Diagnoses", exact=True).press_sequentially("M17.11", delay=5)
    page.get_by_label("Service line 1").press_sequentially("64640 x2 RT", delay=5)
    expect(page.locator("#answer h3 .status").first).to_have_text(re.compile("open"))
    expect(page.locator("#question")).to_contain_text("How is the nerve treated?")
    choice = page.locator(".choices li", has_text="cold").first
    expect(choice).to_contain_text("open")
    choice.get_by_role("button").click()
    expect(page.locator("#question")).to_contain_text("What is the procedure done for?")
    page.locator(".choices li", has_text="pain").first.get_by_role("button").click()
    expect(page.locator("#answer h3 .status").first).to_have_text(re.compile("not covered"))
    expect(page.locator("#answer")).to_contain_text("bcbsm-cryoneurolysis#statement-2")
    assert "modality=cryoneurolysis" in page.url
    page.go_back()
    expect(page.locator("#answer h3 .status").first).to_have_text(re.compile("open"))


def test_the_address_shows_the_same_case_to_somebody_else(page: Page) -> None:
    page.goto(SETTLED)
    expect(page.get_by_label("Service line 1")).to_have_value("64640 x2 RT")
    expect(answer(page)).to_contain_text("Coverage denial")
    page.get_by_label("Clear device").click()
    expect(page.locator("#answer h3 .status").first).to_have_text(re.compile("open"))


def test_fast_typing_never_shows_an_answer_for_other_facts(page: Page) -> None:
    """Replies are held back; while the form has facts that were not answered, the answer is marked as of before."""
    page.goto(SETTLED)
    held: list[Route] = []
    page.route("**/case", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    field = page.get_by_label("Diagnoses", exact=True)
    field.fill("G43.909")
    expect(page.locator("#answer")).to_have_class(re.compile("stale"))
    page.wait_for_timeout(250)
    field.fill("M17.11")
    page.wait_for_timeout(250)
    expect(page.locator("#answer")).to_have_class(re.compile("deciding"))
    assert len(held) >= 2
    for route in held:
        with contextlib.suppress(Error):  # the first was given up by the page itself
            route.continue_()
    expect(page.locator("#answer")).not_to_have_class(re.compile("stale"))
    expect(answer(page)).to_contain_text("bcbsm-cryoneurolysis#statement-2")
    expect(field).to_have_value("M17.11")


def test_an_answer_to_other_facts_is_dropped_even_if_it_comes_late(page: Page) -> None:
    page.goto(SETTLED)
    late = page.request.post("/case", form={"service_date": "2024-10-15", "csrf_token": _csrf(page)}).text()
    page.route("**/case", lambda route: route.fulfill(body=late, content_type="text/html"))
    page.evaluate(
        """() => document.addEventListener('htmx:before:request', () => {
            document.querySelector('#diagnoses').value = 'G43.909'; }, {once: true})"""
    )
    page.get_by_label("Diagnoses", exact=True).fill("M25.561")
    page.wait_for_timeout(400)
    expect(page.locator("#answer")).to_have_class(re.compile("stale"))
    expect(page.get_by_label("Diagnoses", exact=True)).to_have_value("G43.909")


def _csrf(page: Page) -> str:
    return str(page.locator("#case input[name=csrf_token]").input_value())


def test_the_field_that_is_typed_in_keeps_focus_and_caret(page: Page) -> None:
    page.goto(SETTLED)
    field = page.get_by_label("Diagnoses", exact=True)
    field.fill("M17.1")
    field.press_sequentially("2", delay=5)
    expect(answer(page)).to_contain_text("condition")
    page.wait_for_timeout(300)
    assert page.evaluate("document.activeElement.id") == "diagnoses"
    field.press_sequentially(", G", delay=5)
    expect(field).to_have_value("M17.12, G")


def test_a_service_that_does_not_answer_leaves_the_answer_marked(workbench: Workbench) -> None:
    context = workbench.context()  # its console has what could not be loaded
    page = context.new_page()
    page.goto(SETTLED)
    page.route("**/case", lambda route: route.abort())
    page.get_by_label("Diagnoses", exact=True).fill("G43.909")
    page.wait_for_timeout(400)
    expect(page.locator("#answer")).to_have_class(re.compile("stale"))
    expect(page.locator("#said")).to_contain_text("did not answer")
    context.close()


def test_why_not_is_found(page: Page) -> None:
    page.goto(SETTLED)
    page.get_by_label("Why not").select_option("not-addressed")
    page.get_by_role("button", name="Why not?").click()
    expect(page.get_by_role("heading", name="Why not not addressed?")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Purpose were")
    expect(page.locator("main")).to_contain_text("cannot be known to be true from here")
    page.get_by_role("link", name="Back to the case").click()
    expect(answer(page)).to_contain_text("not covered")


def test_an_answer_is_saved_and_found_again(page: Page) -> None:
    page.goto(SETTLED)
    page.get_by_role("button", name="Save this answer").click()
    expect(page.get_by_role("heading", name=re.compile("Saved answer"))).to_be_visible()
    assert re.search(r"/case/[a-z0-9]{20,}$", page.url)
    expect(page.locator("main")).to_contain_text("packs and fee tables have not changed since")
    accessible(page)
    fits(page)
    page.get_by_role("button", name="Go on with these facts").click()
    expect(answer(page)).to_contain_text("not covered")


def test_a_case_is_pasted(page: Page) -> None:
    page.goto("/case/paste")
    page.get_by_label(re.compile("A case in YAML")).fill("service_date: 2024-10-15\nplan: bcn65\nweather: fine\n")
    page.get_by_role("button", name="Read it").click()
    expect(page.locator("main")).to_contain_text("weather: no fact of a case")
    page.get_by_role("button", name="Decide this case").click()
    expect(page.get_by_label("Plan", exact=True)).to_have_value("bcn65")


def test_keys_alone_decide_a_case(page: Page) -> None:
    """Every step by the keyboard: to the page, into a field, an answer by its number, not known, folds, search."""
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page).to_have_url(re.compile(r"/case$"))
    page.goto(SETTLED.replace("&device=iovera", "").replace("&purpose=pain", ""))
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('[data-row]') !== null")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    expect(page.locator("#question")).to_contain_text("How is the nerve treated?")
    page.keyboard.press("1")
    expect(page.locator("#question")).not_to_contain_text("How is the nerve treated?")
    page.locator("h1").click()
    page.keyboard.press("0")
    expect(page).to_have_url(re.compile("unknown="))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    accessible(page)
    page.keyboard.press("Escape")
    page.keyboard.press(".")
    page.keyboard.type("policies")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Policies")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("/")
    page.keyboard.type("64640")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Search for 64640")).to_be_visible()


def test_tab_reaches_every_field_in_order_and_focus_is_seen(page: Page) -> None:
    page.goto("/case")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    page.keyboard.press("Enter")
    seen: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => { const one = document.activeElement; const style = getComputedStyle(one);
            return [one.id || one.name || one.textContent.trim(), style.outlineStyle, one.getClientRects().length]; }"""
        )
        # The button within a day's field shows its own focus.
        assert found[1] != "none" or found[0] in seen, found
        assert found[2], found
        seen.append(found[0])
        if found[0] == "as_of":
            break
    wanted = ["service_date", "plan", "state", "diagnoses", "place_of_service", "device", "line.1"]
    assert [name for name in dict.fromkeys(seen) if name in wanted] == wanted


def test_single_keys_can_be_turned_off(page: Page) -> None:
    page.goto("/case")
    page.get_by_role("button", name="keys (?)").click()
    page.get_by_role("button", name="Turn single keys off").click()
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_timeout(200)
    assert page.url.endswith("/case")
    page.get_by_role("button", name="keys (?)").click()
    page.get_by_role("button", name="Turn single keys on").click()


def test_without_scripts_a_case_is_decided_and_its_question_answered(plain: Page) -> None:
    plain.goto("/case")
    plain.get_by_label("Service date", exact=True).fill("2024-10-15")
    plain.get_by_label("Plan", exact=True).select_option("bcn-commercial-hmo")
    plain.get_by_label("Diagnoses", exact=True).fill("M17.11")
    plain.get_by_label("Service line 1").fill("64640 x2 RT")
    plain.get_by_label("Service line 1").press("Enter")
    expect(plain.locator("#question")).to_contain_text("How is the nerve treated?")
    plain.locator(".choices li", has_text="cold").first.get_by_role("button").click()
    plain.locator(".choices li", has_text="pain").first.get_by_role("button").click()
    expect(plain.locator("#answer h3 .status").first).to_have_text(re.compile("not covered"))
    plain.get_by_label("Why not").select_option("covered")
    plain.get_by_role("button", name="Why not?").click()
    expect(plain.locator("main")).to_contain_text("No change of 2 facts or fewer")
    plain.get_by_role("link", name="Back to the case").click()
    plain.get_by_role("button", name="Save this answer").click()
    expect(plain.get_by_role("heading", name=re.compile("Saved answer"))).to_be_visible()


def test_one_question_at_a_time_ends_with_ones_answers(plain: Page) -> None:
    plain.goto("/case?mode=question")
    answers = {
        "day": "2024-10-15",
        "plan": "BCN Commercial HMO, self-funded groups included",
        "procedure code": "64640 x2 RT",
        "diagnoses": "M17.11",
    }
    for _ in range(30):
        question = plain.locator("#question")
        if not question.count():
            break
        text = question.inner_text()
        known = next((value for word, value in answers.items() if word in text.lower()), "")
        field = plain.locator("[data-answer]")
        if known and field.count():
            field.fill(known)
            field.press("Enter")
        elif known:
            plain.get_by_role("button", name=known, exact=True).click()
        else:
            plain.get_by_role("button", name="Not known").click()
    expect(plain.get_by_role("heading", name="Check your answers")).to_be_visible()
    expect(plain.locator("#answer")).to_contain_text("64640 x2 RT")


def test_a_printed_answer_says_what_it_is(page: Page) -> None:
    page.goto(SETTLED)
    page.emulate_media(media="print")
    expect(page.locator("nav").first).to_be_hidden()
    expect(page.get_by_text("Recommendation of rules, not a determination").first).to_be_visible()
    expect(page.get_by_role("button", name="Decide")).to_be_hidden()
