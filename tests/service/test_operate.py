"""docs/operate.md from its first block to its last, as it is written, with a real Postgres."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clausal.service.api.common import API
from tests.conftest import ROOT
from tests.postgres import Cluster, cluster, programs
from tests.service.conftest import Many, on_postgres

PAGE = (ROOT / "docs" / "operate.md").read_text("utf-8")


@pytest.fixture
def own_postgres() -> Iterator[Cluster]:
    with cluster() as found:
        yield found


@on_postgres
def test_the_page_on_operation_holds_as_it_is_written(own_postgres: Cluster, tmp_path: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.S)
    assert len(blocks) >= 7
    (tmp_path / "bin").mkdir()
    program = f"#!{sys.executable}\nfrom clausal.cli import main\nif __name__ == '__main__':\n    main()\n"
    (tmp_path / "bin" / "clausal").write_text(program)
    (tmp_path / "bin" / "clausal").chmod(0o755)
    where = programs()
    assert where is not None
    path = f"{tmp_path / 'bin'}:{where}:/usr/bin:{os.environ['PATH']}"
    around = {"PATH": path, "HOME": str(tmp_path), "PGHOST": str(own_postgres.folder), "PGUSER": "clausal"}
    script = "set -euo pipefail\nset -m\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + "\n".join(blocks)
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=around, capture_output=True, text=True, timeout=300, check=False
    )
    logs = "".join(one.read_text() for one in sorted(tmp_path.glob("*.log")))
    assert done.returncode == 0, done.stdout + done.stderr + logs
    assert "Traceback" not in logs
    assert done.stdout.count("the log is as it was written") == 5
    assert "/sign-in?token=a-token-of-my-own-that-nobody-guesses" in done.stdout


def test_the_page_on_the_interface_names_every_part_of_it(many: Many) -> None:
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    paths = many.nobody.get("/api/v1/openapi.json").json()["paths"]
    parts = {path.removeprefix(f"{API}/").partition("/")[0] for path in paths}
    assert sorted(part for part in parts if f"/{part}" not in page) == []
