"""Take the pictures of README.md from the real pages: `python tools/pictures.py`, with Chromium on the machine."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CASE = "/case?service_date=2024-10-15&plan=bcn-commercial-hmo&diagnoses=M17.11&purpose=pain&line=64640%20x2%20RT"
PICTURES = {
    "case.png": CASE,
    "compare.png": "/compare/bcbsm-cryoneurolysis/2022-12-31..2023-01-01",
}
WIDTH, HEIGHT = 1200, 900


def main() -> None:
    """Start a service of its own, take each picture, stop it."""
    executable = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if executable is None:
        sys.exit("no Chromium is found: install it, as in `apt-get install chromium`")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        command = [shutil.which("clausal") or "clausal", "serve", "--port", "0", "--data", data]
        service = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            assert service.stdout is not None
            address = service.stdout.readline().strip().removeprefix("open ")
            _wait(address.partition("/sign-in")[0])
            _take(executable, address)
        finally:
            service.terminate()
            service.wait(60)


def _wait(base: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{base}/-/ready", timeout=5).close()
            return
        except urllib.error.URLError:
            time.sleep(0.1)
    sys.exit("the service did not start")


def _take(executable: str, address: str) -> None:
    base = address.partition("/sign-in")[0]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light").new_page()
        page.goto(address)
        for name, path in PICTURES.items():
            page.goto(f"{base}{path}")
            page.screenshot(path=FOLDER / name)
            print(FOLDER / name)
        browser.close()


if __name__ == "__main__":
    main()
