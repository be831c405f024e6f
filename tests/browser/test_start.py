"""The start page and what is held, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import accessible, fits

pytestmark = pytest.mark.xdist_group("browser")
PAGES = ("/", "/held", "/docs/api")


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_is_cut(page: Page, path: str) -> None:
    page.goto(path)
    accessible(page)
    fits(page)
