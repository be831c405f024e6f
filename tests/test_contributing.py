"""CONTRIBUTING.md's example works as it stands, once its fingerprints are those of its own text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clausal.determination.worked import differences, worked_cases
from clausal.documents.fingerprint import HeldText, fingerprint
from clausal.documents.load import load_library
from tests.conftest import ROOT

PAGE = (ROOT / "CONTRIBUTING.md").read_text()
POLICY = "\n".join(line[2:] for line in PAGE.splitlines() if line.startswith("> "))


@pytest.fixture
def example(tmp_path: Path) -> Path:
    return write_example(tmp_path)


def write_example(tmp_path: Path) -> Path:
    """The pack of CONTRIBUTING.md as files; the folder of packs is returned."""
    blocks = re.findall(r"^```yaml (\S+)\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert len(blocks) == 5
    for name, text in blocks:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_the_example_pack_passes_its_worked_cases(example: Path) -> None:
    library = load_library([example])
    worked = worked_cases(library, ["example-brace"])
    assert len(worked) == 3
    assert [problem for one in worked for problem in differences(library, one)] == []


def test_the_example_fingerprints_are_those_of_the_example_text(example: Path) -> None:
    clauses = load_library([example]).packs["example-brace"].clauses
    texts = dict(zip(clauses, POLICY.splitlines(), strict=True))
    assert {name: clause.text for name, clause in clauses.items()} == {k: fingerprint(v) for k, v in texts.items()}
    held = HeldText(POLICY)
    assert [held.find(clause.text) for clause in clauses.values() if clause.text] == [1, 2]
