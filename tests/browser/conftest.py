"""The pages in a real browser: the system's Chromium before a service in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.service.conftest import CLAUSAL, until

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
NARROW = 320
PATIENCE = 30_000
"""Milliseconds for which something on a page is waited for."""


expect.set_options(timeout=PATIENCE)


@dataclass
class Workbench:
    """A service of a single user, and a browser that is signed in."""

    address: str
    token: str
    browser: Browser
    data: Path

    def context(self, *, scripts: bool = True, width: int = 1280, dark: bool = False) -> BrowserContext:
        """A window's worth of cookies: signed in by the printed address."""
        found = self.browser.new_context(
            base_url=self.address,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
        )
        found.set_default_timeout(PATIENCE)
        page = found.new_page()
        page.goto(f"/sign-in?token={self.token}")
        page.close()
        return found

    @property
    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.address, headers={"Authorization": f"Bearer {self.token}"}, timeout=60)


@pytest.fixture(scope="session")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    data = tmp_path_factory.mktemp("workbench")
    executable = next(found for name in CHROMIUM if (found := shutil.which(name)))
    command = [*CLAUSAL, "serve", "--port", "0", "--data", str(data)]
    with (data / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=dict(os.environ))
    assert process.stdout is not None
    told = process.stdout.readline().strip().removeprefix("open ")
    address, _, token = told.partition("/sign-in?token=")
    until(lambda: httpx2.get(f"{address}/-/ready").status_code == 200)
    with sync_playwright() as playwright:
        options = ["--no-sandbox"] if os.geteuid() == 0 or sys.platform == "linux" else []
        browser = playwright.chromium.launch(executable_path=executable, args=options)
        yield Workbench(address, token, browser, data)
        browser.close()
    process.terminate()
    process.wait(60)


@pytest.fixture
def page(workbench: Workbench) -> Iterator[Page]:
    """A page of somebody signed in; what a page says to the console is an error of ours."""
    context = workbench.context()
    found = context.new_page()
    said: list[str] = []
    found.on("pageerror", lambda error: said.append(str(error)))
    found.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    yield found
    context.close()
    assert [one for one in said if "the server responded with a status of 4" not in one] == []


@pytest.fixture
def plain(workbench: Workbench) -> Iterator[Page]:
    """A page in a browser without JavaScript."""
    context = workbench.context(scripts=False)
    yield context.new_page()
    context.close()


def accessible(page: Page) -> None:
    """Axe finds nothing on a page as it stands."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def fits(page: Page) -> None:
    """Nothing is cut at the narrowest width: no scrolling sideways but within tables and code."""
    page.set_viewport_size({"width": NARROW, "height": 700})
    wide = page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(one => {
            const box = one.getBoundingClientRect();
            return box.width > 0 && box.right > document.documentElement.clientWidth + 1
                && !one.closest('.wide, pre, .hidden, .skip');
        }).map(one => one.outerHTML.slice(0, 120))"""
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
