"""`todo`."""

from __future__ import annotations

from pathlib import Path

from clausal.documents.checks import findings
from clausal.documents.load import load_library
from tests.documents.packs import CLAUSES, PACK, write_pack


def _told(folder: Path, **changed: str) -> list[str]:
    write_pack(folder, **changed)
    found = findings(load_library([folder]), ["example-policy"])
    return [one.message for one in found if one.check == "todo"]


def test_fail_todo_of_a_pack_and_of_its_clauses(tmp_path: Path) -> None:
    pack = PACK.replace("publisher: Example Health Plan", "publisher: todo").replace(
        "effective: 2025-01-01, published: 2024-11-01", "effective: 2025-01-01, published: todo"
    )
    clauses = CLAUSES + "- {clause: other, kind: todo, at: section 2, says: todo}\n"
    assert sorted(_told(tmp_path, pack=pack, clauses=clauses)) == [
        "1 of 2 clauses have no kind yet, the first is 'other'",
        "1 of 2 clauses have no paraphrase yet, the first is 'other'",
        "the pack does not say who published it",
        "version '2' has no day `published`, and the pack answers nothing until it has",
    ]


def test_success_nothing_is_left_to_do(tmp_path: Path) -> None:
    assert _told(tmp_path) == []
