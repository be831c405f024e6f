"""The pages in Chromium: from a keystroke to the changed answer, what a page weighs, the way to a first answer.

`python -m bench.workbench` prints all of it.
"""

from __future__ import annotations

import gzip
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import httpx2
from playwright.sync_api import Page, sync_playwright

from bench.timing import machine

CASE = (
    "/case?service_date=2024-10-15&plan=bcn-commercial-hmo&diagnoses=M17.11&device=iovera&purpose=pain"
    "&line=64640%20x2%20RT"
)
PAGES = {
    "start": "/",
    "case": CASE,
    "case, nothing given": "/case",
    "policies": "/policies",
    "policy at a day": "/policies/bcbsm-cryoneurolysis/2024-10-15",
    "clause": "/policies/bcbsm-cryoneurolysis/2024-10-15/statement-2",
    "evidence": "/policies/bcbsm-cryoneurolysis/2024-10-15/evidence",
    "compare": "/compare/bcbsm-cryoneurolysis/2022-12-31..2023-01-01",
    "fees": "/fees?codes=64640%20x2%20RT,%2064624&place=Detroit&date=2024-10-15",
    "code pairs": "/fees/pairs?code=64640&date=2024-09-15",
    "claims": "/claims",
    "what is held": "/held",
}
ASKED = 60_000
"""Bytes of a page with style and scripts, compressed, without pictures."""
KEYSTROKES = 60
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
WATCH = """() => {
  window.took = [];
  let began = 0, sent = 0;
  document.addEventListener('input', () => { began = performance.now(); }, true);
  document.addEventListener('htmx:before:request', () => { sent = performance.now(); });
  document.addEventListener('htmx:after:swap', () => requestAnimationFrame(() =>
    window.took.push([performance.now() - began, sent - began])));
}"""


def run() -> None:
    """Print every figure of the pages."""
    executable = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if executable is None:
        print("pages: no Chromium on this machine")
        return
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-c", "from clausal.cli import main; main()", "serve", "--port", "0", "--data", data]
        service = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            assert service.stdout is not None
            opened = service.stdout.readline().strip().removeprefix("open ")
            base, _, token = opened.partition("/sign-in?token=")
            _ready(base)
            _weights(base, token)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
                page = browser.new_context(
                    base_url=base, viewport={"width": 1280, "height": 900}, bypass_csp=True
                ).new_page()
                page.goto(opened)
                _keystrokes(page)
                _first_answer(page)
                browser.close()
        finally:
            service.terminate()
            service.wait(60)


def _ready(base: str) -> None:
    for _ in range(100):
        try:
            if httpx2.get(f"{base}/-/ready").status_code == httpx2.codes.OK:
                return
        except httpx2.HTTPError:
            pass
        time.sleep(0.1)
    raise TimeoutError


def _weights(base: str, token: str) -> None:
    """What each page weighs as a proxy would send it, gzipped, with the style and scripts that it names."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/html"}
    with httpx2.Client(base_url=base, headers=headers, timeout=60) as client:
        for name, path in PAGES.items():
            text = client.get(path).text
            named = dict.fromkeys(re.findall(r'(?:src|href)="(/static/[^"]+)"', text))
            parts = [_packed(client.get(one).content) for one in named]
            own = _packed(text.encode())
            whole = own + sum(parts)
            told = "under" if whole < ASKED else "OVER"
            print(f"page {name}: {own / 1000:.1f} kB, with style and scripts {whole / 1000:.1f} kB ({told} 60 kB)")


def _packed(raw: bytes) -> int:
    return len(gzip.compress(raw, 6))


def _keystrokes(page: Page) -> None:
    """From a key in a field to the changed answer on the page; the pause before it is sent is told apart."""
    page.goto(CASE)
    page.evaluate(WATCH)
    field = page.get_by_label("Diagnoses", exact=True)
    codes = ("M17.12", "G43.909", "M17.11", "M25.561")
    for at in range(KEYSTROKES):
        field.fill(codes[at % len(codes)])
        page.wait_for_function(f"window.took.length > {at}")
    took: list[list[float]] = page.evaluate("window.took")
    whole, pause = (statistics.median(one[at] for one in took) for at in (0, 1))
    print(
        f"keystroke to changed answer, median of {len(took)}: {whole:.0f} ms, of which {pause:.0f} ms are the pause "
        f"before it is sent and {whole - pause:.0f} ms the answer"
    )


def _first_answer(page: Page) -> None:
    """Clicks and keys from the empty start page to a first answer, by the shortest ways that were found."""
    page.goto("/")
    page.get_by_role("link", name="Open this example").first.click()
    page.locator("#answer .status").first.wait_for()
    print("first answer from the start page: 1 click (a worked example)")
    page.goto("/")
    keys = 0
    for key in ("g", "c"):
        page.keyboard.press(key)
        keys += 1
    page.get_by_label("Service date", exact=True).click()
    for key in "10152024":
        page.keyboard.press(key)
        keys += 1
    page.get_by_label("Service line 1").click()
    for key in "64640":
        page.keyboard.press(key)
        keys += 1
    page.locator("#answer .status").first.wait_for()
    told = page.locator("#answer .status").first.inner_text()
    print(f"first answer to a case of one's own, a day and a code: {keys} keys and 2 clicks ({told.strip()})")


if __name__ == "__main__":
    print(machine())
    run()
