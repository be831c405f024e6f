"""Clauses are laid over a document in order, wherever its lines break; one whose sentence says more is not there."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausal.documents.accounted import account
from clausal.documents.fingerprint import Fingerprint, HeldText, fingerprint
from clausal.documents.library import Library
from clausal.documents.placing import place
from tests.documents.test_accounted import clauses

HELD = {
    "bcbsm-cryoneurolysis": "bcbsm-cryoneurolysis-2025-01-01.txt",
    "iovera-reimbursement": "iovera-reimbursement-2024-10-01.txt",
}
TEXT = """\
Braces

Diagnosis

The diagnosis is by a test, cooled to -20 degrees.

Covered are

• wrist braces
• knee braces

Codes

L3908\tbrace\t$51.20
L3909\tbrace\t$61.20

Covered after 6 weeks.

History

Covered after 6 weeks.
"""
ENTRIES = [
    "Braces",
    "Diagnosis",
    "The diagnosis is by a test, cooled to -20 degrees.",
    "Covered are wrist braces knee braces",
    "wrist braces",
    "knee braces",
    "Codes",
    "L3908 brace $51.20",
    "L3909 brace $61.20",
    "Covered after 6 weeks.",
    "History",
    "Covered after 6 weeks.",
]


def placed(text: str, *entries: str) -> list[str | None]:
    """For each entry the text that follows its start, as far as its first word."""
    held = HeldText(text)
    starts = place([fingerprint(one) for one in entries], held).starts
    return [None if at is None else held.text[held.offset(at) :].split()[0] for at in starts]


LAYOUTS = {
    "as it is": TEXT,
    "on one line": " ".join(TEXT.split()),
    "a word on each line": "\n".join(TEXT.split()),
    "with Windows line ends": TEXT.replace("\n", "\r\n"),
    "in capitals": TEXT.upper(),
    **{f"{width} wide": textwrap.fill(TEXT, width) for width in (16, 25, 40, 72)},
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_entry_is_in_its_place_however_the_text_is_laid_out(layout: str) -> None:
    laid = account(clauses(*ENTRIES), HeldText(LAYOUTS[layout]))
    assert laid.missing == []
    assert laid.left == ()
    assert [start for start in laid.starts if start is not None] == sorted(laid.starts, key=lambda at: at or 0)


def test_the_same_words_amid_another_sentence_do_not_stand_for_a_heading() -> None:
    text = TEXT.replace("Diagnosis\n\n", "")
    assert placed(text, *ENTRIES)[1] is None
    assert placed(" ".join(text.split()), *ENTRIES)[1] is None


def test_the_second_of_two_equal_entries_is_missing_where_the_words_stand_once() -> None:
    text = TEXT.replace("History\n\nCovered after 6 weeks.\n", "History\n")
    assert [at for at, start in enumerate(placed(text, *ENTRIES)) if start is None] == [11]


@pytest.mark.parametrize(
    "more",
    [
        "It is not so that a brace is covered after 6 weeks of treatment.",
        "A brace is covered after 6 weeks of treatment if a test says so.",
        "A brace is covered after 6 weeks of treatment\nif a test says so.",
        "A brace is covered after 6 weeks of treatment, Sundays left out.",
        "A brace is covered after 6 weeks of treatment Sundays left out.",
        "A brace is covered after 6 weeks of treatments.",
        "Only where X says so, a brace is covered after 6 weeks of treatment.",
    ],
)
def test_a_clause_whose_sentence_says_more_is_missing_and_the_whole_sentence_is_left(more: str) -> None:
    laid = account(
        clauses("Heading", "A brace is covered after 6 weeks of treatment."), HeldText(f"Heading\n\n{more}\n")
    )
    assert [clause.id for clause in laid.missing] == ["c1"]
    assert " ".join(one.text for one in laid.left) == " ".join(more.split())
    assert not laid.moved


@pytest.mark.parametrize(
    ("said", "now"),
    [
        ("at most 3", "at most 30"),
        ("at most 3", "at most 3.5"),
        ("at most 1", "at most 1,000"),
        ("20 or more", "-20 or more"),
    ],
)
def test_a_number_that_goes_on_is_another_number(said: str, now: str) -> None:
    assert placed(f"Heading\n\n{now}\n", "Heading", said) == ["Heading", None]


def test_beside_a_changed_row_its_neighbours_stay_in_a_text_without_line_breaks() -> None:
    rows = ["NCT01 One trial 90 Mar 2023", "NCT02 Another trial 40 Mar 2021", "NCT03 A third trial 200 May 2022"]
    now = " ".join(rows).replace("40 Mar", "45 Mar")
    assert placed(now, *rows) == ["NCT01", None, "NCT03"]


def test_a_passage_that_moved_is_told_with_its_new_place() -> None:
    laid = account(clauses("Alpha", "Beta is covered.", "Gamma"), HeldText("Alpha\n\nGamma\n\nBeta is covered.\n"))
    assert laid.moved == {"c1": 5}


def test_long_entries_between_which_the_blank_is_lost_are_found_both() -> None:
    entries = ["The first passage has no blank after it", "the second passage has no blank before it"]
    assert placed("".join(entries), *entries) == ["The", "the"]


def test_an_entry_without_length_or_longer_than_the_text_is_nowhere() -> None:
    strange = [Fingerprint("0" * 64, 0), Fingerprint("0" * 64, -5), Fingerprint("0" * 64, 10**9)]
    assert place(strange, HeldText(TEXT)).starts == (None, None, None)
    assert place([fingerprint("Braces")], HeldText("...")).starts == (None,)


@pytest.mark.parametrize("pack", HELD)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_every_clause_of_a_held_document_is_found_however_it_is_laid_out(
    pack: str, library: Library, source_documents: Path, data: st.DataObject
) -> None:
    text = (source_documents / HELD[pack]).read_text()
    width = data.draw(st.one_of(st.none(), st.integers(20, 200)))
    if width is None:
        blank = data.draw(st.sampled_from([" ", "\n", "\t", "\r\n", "\u00a0", "\n\n"]))
        laid_out = re.sub(r"\s+", blank, text)
    else:
        laid_out = textwrap.fill(text, width)
    laid = account(library.packs[pack].clauses.values(), HeldText(laid_out))
    assert laid.missing == []
    assert laid.left == ()


@pytest.mark.parametrize("pack", HELD)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_sign_and_point_of_a_held_document_that_is_lost_is_seen(
    pack: str, library: Library, source_documents: Path, data: st.DataObject
) -> None:
    text = (source_documents / HELD[pack]).read_text()
    marks = list(re.finditer(r"(?<=\d)\.(?=\d)|(?<=[\s<=$(])[.-](?=\d)|[<>≥≤](?=\s*\.?\d)", text))
    lost = data.draw(st.sampled_from(marks))
    laid = account(library.packs[pack].clauses.values(), HeldText(text[: lost.start()] + text[lost.end() :]))
    assert laid.missing
    assert laid.left
