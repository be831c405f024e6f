"""A document is split into headings, paragraphs, items, rows and references, and a pack is started from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausal.documents.accounted import account
from clausal.documents.fingerprint import HeldText, fingerprint
from clausal.documents.scaffold import classified, skeleton
from clausal.documents.segments import Form, Passage, passages
from clausal.facts.source import parse_source

TEXT = """\
Title: Braces for the wrist
Effective Date: 1/1/24

Policy Statement

A brace is considered medically necessary for carpal tunnel syndrome of six
weeks or more, where

the symptoms persist.

1. symptoms for six weeks
2. a positive test

Code\tMeaning\tFee
L3908\tbrace\t$51.20

This policy is no guarantee of payment.

References

1. One A. A paper. J Wrist. 2020;1:2-3.
Accessed 2023.
2. Two B, et al. Another. J Wrist. 2021;2:3-4.

Policy History
1/1/24\tfirst edition
"""


def test_passages_by_form_with_the_headings_they_stand_under() -> None:
    found = [(one.form, one.line, one.under[-1:]) for one in passages(TEXT)]
    assert found == [
        ("heading", 1, ()),
        ("heading", 2, ("Title: Braces for the wrist",)),
        ("heading", 4, ("Effective Date: 1/1/24",)),
        ("paragraph", 6, ("Policy Statement",)),
        ("item", 11, ("Policy Statement",)),
        ("item", 12, ("Policy Statement",)),
        ("row", 14, ("Policy Statement",)),
        ("row", 15, ("Policy Statement",)),
        ("paragraph", 17, ("Policy Statement",)),
        ("heading", 19, ()),
        ("reference", 21, ("References",)),
        ("reference", 23, ("References",)),
        ("heading", 25, ()),
        ("row", 26, ("Policy History",)),
    ]


LISTS = """\
Coverage

Ablation is covered when ALL of the following are met:
Pain for six months
Care has failed for
six weeks, and
A positive block

all of the following are met:

A. Knee pain
B. An X-ray.

C. No infection

It is as follows:
a. first
b. second
   goes on
iv. last

Exclusions:

1. One thing
\uf0b7 Another

A. Frequency
"""


def test_each_item_of_a_list_is_a_passage_and_what_opens_a_list_is_no_heading() -> None:
    found = [(one.form, one.line) for one in passages(LISTS)]
    assert [line for form, line in found if form == "heading"] == [1, 22, 27]
    assert [line for form, line in found if form == "paragraph"] == [3, 9, 16]
    assert [line for form, line in found if form == "item"] == [4, 5, 7, 11, 12, 14, 17, 18, 20, 24, 25]


CLOSE = """\
II. CRITERIA
A monitor is covered if both of the following are met:
- one need
- no guarantee of the maker replaces it
III. CODING
A4239 supplies for a month
E2103 receiver
REFERENCES
[1] One A. A paper. 2020.
[2] Two B. Another. 2021.
"""


def test_headings_in_capitals_rows_of_codes_and_references_are_told_apart_without_empty_lines() -> None:
    assert [(one.form, one.line) for one in passages(CLOSE)] == [
        ("heading", 1),
        ("paragraph", 2),
        ("item", 3),
        ("item", 4),
        ("heading", 5),
        ("row", 6),
        ("row", 7),
        ("heading", 8),
        ("reference", 9),
        ("reference", 10),
    ]


@pytest.mark.parametrize(
    ("form", "text", "under", "kind"),
    [
        ("heading", "Effective Date: 3/1/2024", "", "todo"),
        ("heading", "Policy Number: 12", "", "todo"),
        ("heading", "Wrist braces", "", "heading"),
        ("item", "a new one, unless the maker guarantees it", "Criteria", "normative"),
        ("item", "a new one, unless the maker guarantees it", "", "todo"),
        ("paragraph", "This is no guarantee of payment.", "", "administrative"),
        ("paragraph", "A certificate of medical need is at hand.", "", "todo"),
        ("item", "Two leads are usual.", "Policy Guidelines", "todo"),
        ("paragraph", "A society advises it.", "Practice Guidelines", "evidence"),
    ],
)
def test_a_kind_is_told_only_where_it_is_plain(form: Form, text: str, under: str, kind: str) -> None:
    assert classified(Passage(form, 1, text, (under,) if under else ())) == kind


def test_kinds_are_told_where_they_are_plain() -> None:
    kinds = {one.line: classified(one) for one in passages(TEXT)}
    assert (kinds[6], kinds[15], kinds[17], kinds[21], kinds[26]) == (
        "normative",
        "catalogue",
        "administrative",
        "evidence",
        "history",
    )


def test_a_started_pack_accounts_for_every_sentence_and_holds_no_text() -> None:
    files = skeleton("braces", TEXT, passages(TEXT))
    entries = parse_source(files["clauses.yaml"], "clauses.yaml").data
    assert "symptoms persist" not in files["clauses.yaml"]
    held = HeldText(TEXT)
    assert all(held.occurrences(fingerprint(one.text)) for one in passages(TEXT))
    assert len({one["clause"] for one in entries}) == len(entries) == len(passages(TEXT))
    pack = parse_source(files["pack.yaml"], "pack.yaml").data
    assert pack["title"] == "Braces for the wrist"
    assert pack["versions"][0]["effective"] == "2024-01-01"


@pytest.mark.parametrize("file", ["bcbsm-cryoneurolysis-2025-01-01.txt", "iovera-reimbursement-2024-10-01.txt"])
def test_the_passages_of_the_source_documents_leave_nothing_out(file: str, source_documents: Path) -> None:
    text = (source_documents / file).read_text()
    from tests.documents.test_accounted import clauses

    laid = account(clauses(*(one.text for one in passages(text))), HeldText(text))
    assert laid.missing == []
    assert laid.left == ()
