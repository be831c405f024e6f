"""`abbreviation`; and the lists of the bundled packs against the documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from clausal.documents.accounted import account
from clausal.documents.fingerprint import HeldText
from clausal.documents.library import Library
from clausal.documents.pack import Pack
from clausal.evidence.read import evidence_of
from tests.evidence.made import found

SOURCES = {
    "bcbsm-cryoneurolysis": "bcbsm-cryoneurolysis-2025-01-01.txt",
    "iovera-reimbursement": "iovera-reimbursement-2024-10-01.txt",
}


def told(*entries: str) -> list[str]:
    return [one.message for one in found(f"abbreviations: [{', '.join(entries)}]", "abbreviation")]


def test_fail_abbreviation_defined_and_never_used() -> None:
    assert told("{abbreviation: ABC, defined: [one]}", "{abbreviation: DEF, defined: [two]}") == [
        "defined and never used: ABC, DEF"
    ]


def test_fail_abbreviation_used_and_never_defined() -> None:
    assert told("{abbreviation: ABC, used: [one, two]}") == ["used and never defined: ABC"]


def test_fail_abbreviation_of_two_things() -> None:
    (message,) = told("{abbreviation: NCD, means: [national one, local one], defined: [a, b], used: [c]}")
    assert message == "NCD is defined in 2 ways: national one, local one"


@pytest.mark.parametrize(
    "entry",
    [
        "{abbreviation: ABC, defined: [one], used: [two]}",
        "{abbreviation: ABC, defined: [one], used: [one]}",
        "{abbreviation: mg, used: [one], plain: a unit}",
        "{abbreviation: WHO, plain: a name}",
        "{abbreviation: ABC, means: [A-b c, a b C], defined: [one, two], used: [two]}",
        "{abbreviation: VAS, means: [visual analog scale, visual analogue scales], defined: [a, b], used: [b]}",
    ],
)
def test_success_defined_and_used_or_in_need_of_no_definition(entry: str) -> None:
    assert not told(entry)


TOKEN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2,}[A-Z0-9]*(?:-[0-9]+-[A-Z]+)*(?=s?(?![a-zA-Z0-9]))")
ROMAN = re.compile(r"[IVX]+\Z")
PART_OF_A_NAME = re.compile(r"(?:Visual|Neurostat)-\Z")
EMPHASISED = ("EACH",)


def clause_texts(pack: Pack, text: str) -> Iterator[tuple[str, str]]:
    """Each clause with its text as it is printed, and the character after it."""
    held = HeldText(text)
    laid = account(pack.clauses.values(), held)
    for clause, start in zip(laid.clauses, laid.starts, strict=True):
        if start is not None and clause.text:
            yield clause.id, text[held.offset(start) : held.offset(start + clause.text.length - 1) + 2]


def uses(text: str) -> Iterator[tuple[str, bool]]:
    """The abbreviations of a text, each with whether it is a definition of it there."""
    for match in TOKEN.finditer(text):
        short = match.group()
        before, after = text[max(0, match.start() - 12) : match.start()], text[match.end() : match.end() + 3]
        code = sum(c.isdigit() for c in short) > 2 or ROMAN.match(short)
        if code or short in EMPHASISED or PART_OF_A_NAME.search(before):
            continue
        in_brackets = re.search(r"\(\Z|scale, \Z", before) and re.match(r"s?\)", after)
        yield short, bool(in_brackets or re.match(r"=|: [a-z]", after) or (before.endswith("[") and after[0] == ","))


@pytest.mark.parametrize("name", SOURCES)
def test_the_lists_are_those_of_the_documents(name: str, library: Library, source_documents: Path) -> None:
    pack = library.packs[name]
    read = evidence_of(pack)
    assert read is not None
    defined: dict[str, set[str]] = {}
    used: dict[str, set[str]] = {}
    for clause, text in clause_texts(pack, (source_documents / SOURCES[name]).read_text()):
        in_capitals = sum(map(str.isupper, text)) > sum(map(str.islower, text))
        if clause.startswith("reference-") or (pack.clauses[clause].kind == "heading" and in_capitals):
            continue  # initials of authors and journals, headings in capitals
        for short, is_definition in uses(text):
            (defined if is_definition else used).setdefault(short, set()).add(clause)
    listed = {one.short: one for one in read.statements.abbreviations}
    assert set(listed) == {*defined, *used}
    for short, one in listed.items():
        assert set(one.defined) == defined.get(short, set()), short
        assert set(one.used) <= used.get(short, set()), short
        assert bool(one.used) == bool(used.get(short)), short
