"""Fingerprints: layout and typography do not matter, words do; the clauses of the packs are in their documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausal.documents.fingerprint import HeldText, fingerprint
from clausal.documents.library import Library

TEXT = "Heading\n\nThe device® is used. It is **not** used\nfor brains!\n\n• First item\n• Second item\tcell\n"


def test_layout_and_typography_do_not_matter() -> None:
    assert fingerprint("It is not used for brains.") == fingerprint("it is **NOT**\n used, for brains!")
    assert fingerprint("It is used for brains.") != fingerprint("It is not used for brains.")


@pytest.mark.parametrize(
    ("passage", "line"),
    [("It is not used for brains", 3), ("Second item", 7), ("cell", 7), ("Heading The device is used.", 1)],
)
def test_a_passage_is_found_where_a_line_a_cell_or_a_sentence_begins(passage: str, line: int) -> None:
    assert HeldText(TEXT).find(fingerprint(passage)) == line


def test_a_passage_that_begins_inside_a_sentence_or_is_absent_is_not_found() -> None:
    assert HeldText(TEXT).find(fingerprint("is not used for brains")) is None
    assert HeldText(TEXT).find(fingerprint("It is used for brains")) is None


@pytest.mark.parametrize(
    ("pack", "file"),
    [
        ("bcbsm-cryoneurolysis", "bcbsm-cryoneurolysis-2025-01-01.txt"),
        ("iovera-reimbursement", "iovera-reimbursement-2024-10-01.txt"),
    ],
)
def test_every_clause_of_a_held_document_is_in_it(
    pack: str, file: str, library: Library, source_documents: Path
) -> None:
    text = HeldText((source_documents / file).read_text())
    missing = [c.id for c in library.packs[pack].clauses.values() if c.text and text.find(c.text) is None]
    assert missing == []


@pytest.mark.parametrize("file", ["bcbsm-cryoneurolysis-2025-01-01.txt", "iovera-reimbursement-2024-10-01.txt"])
def test_no_paraphrase_repeats_eight_words_of_a_document(file: str, library: Library, source_documents: Path) -> None:
    def words(text: str) -> list[str]:
        return "".join(c.lower() if c.isalnum() else " " for c in text).split()

    def runs(text: str) -> set[tuple[str, ...]]:
        found = words(text)
        return {tuple(found[i : i + 8]) for i in range(len(found) - 7)}

    source = runs((source_documents / file).read_text())
    ours = [clause.says for pack in library.packs.values() for clause in pack.clauses.values()]
    ours += [str(r.then.get("says", "")) for p in library.packs.values() for t in p.tables for r in t.rules]
    assert [text for text in ours if runs(text) & source] == []
