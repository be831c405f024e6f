"""Every sentence of a document is accounted for, or told; the two source documents are."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausal.documents.accounted import account, repeated
from clausal.documents.carried import carriers
from clausal.documents.fingerprint import HeldText, fingerprint
from clausal.documents.library import Library
from clausal.documents.pack import Clause
from clausal.problems import Place

TEXT = "Heading\n\nCovered after 6 weeks. Never twice.\n\n- first item\n- second item\n\nCovered after 6 weeks.\n"


def clauses(*texts: str) -> list[Clause]:
    return [
        Clause(f"c{at}", "p", "notice", "", "says", fingerprint(text), Place("clauses.yaml", at + 1, 1))
        for at, text in enumerate(texts)
    ]


def test_sentences_without_an_entry_are_told_with_their_lines() -> None:
    laid = account(clauses("Heading", "Covered after 6 weeks.", "second item"), HeldText(TEXT))
    assert laid.lines == (1, 3, 6)
    assert [(one.line, one.text) for one in laid.left] == [
        (3, "Never twice."),
        (5, "- first item"),
        (8, "Covered after 6 weeks."),
    ]


def test_an_entry_may_be_part_of_the_one_before_it() -> None:
    items = ["first item - second item", "first item", "second item"]
    laid = account(clauses("Heading", "Covered after 6 weeks. Never twice.", *items), HeldText(TEXT))
    assert laid.missing == []
    assert [one.text for one in laid.left] == ["Covered after 6 weeks."]


def test_an_entry_that_stands_elsewhere_only_is_missing() -> None:
    laid = account(clauses("second item", "Never twice.", "first item"), HeldText(TEXT))
    assert [clause.id for clause in laid.missing] == ["c0"]


def test_a_paraphrase_that_repeats_eight_words_is_told() -> None:
    source = "The service is covered after six full weeks of conservative care at home."
    assert repeated(["It is COVERED after six full weeks, of conservative care!"], source)
    assert not repeated(["covered after six full weeks of conservative"], source)


@pytest.mark.parametrize(
    ("pack", "file"),
    [
        ("bcbsm-cryoneurolysis", "bcbsm-cryoneurolysis-2025-01-01.txt"),
        ("iovera-reimbursement", "iovera-reimbursement-2024-10-01.txt"),
    ],
)
def test_every_sentence_of_both_documents_is_accounted_for(
    pack: str, file: str, library: Library, source_documents: Path
) -> None:
    held = HeldText((source_documents / file).read_text())
    laid = account(library.packs[pack].clauses.values(), held)
    assert laid.missing == []
    assert laid.left == ()
    assert laid.covered == laid.characters


@pytest.mark.parametrize("pack", ["bcbsm-cryoneurolysis", "iovera-reimbursement"])
def test_normative_clauses_are_carried_by_rules_and_all_others_carried_or_explained(
    pack: str, library: Library
) -> None:
    carried = carriers(library.packs.values())
    for clause in library.packs[pack].clauses.values():
        by = carried.get(clause.ref, [])
        if clause.kind == "normative":
            assert any(one.kind == "rule" for one in by), clause.id
        elif clause.kind != "heading":
            assert bool(by) != bool(clause.not_carried), clause.id
