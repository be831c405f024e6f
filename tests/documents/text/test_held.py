"""The held documents are found in every form that people have them in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clausal.cli.common import held_text
from clausal.documents.accounted import Account, account
from clausal.documents.library import Library
from tests.documents.test_placing import HELD
from tests.documents.text.made import pdf, printed, web_page, word

CLAUSES = {"bcbsm-cryoneurolysis": 158, "iovera-reimbursement": 122}


def laid(library: Library, pack: str, path: Path) -> Account:
    return account(library.packs[pack].clauses.values(), held_text(path))


def found(one: Account) -> int:
    return sum(line is not None for line in one.lines)


@pytest.mark.parametrize("pack", HELD)
def test_a_pdf_with_running_header_and_page_numbers_has_every_clause_and_nothing_else(
    pack: str, library: Library, source_documents: Path, tmp_path: Path
) -> None:
    path = tmp_path / "held.pdf"
    path.write_bytes(
        pdf((source_documents / HELD[pack]).read_text(), running="Medical Policy 2025 - Peripheral Nerves")
    )
    one = laid(library, pack, path)
    assert found(one) == CLAUSES[pack]
    assert (one.left, one.covered) == ((), one.characters)


@pytest.mark.parametrize("pack", HELD)
def test_a_word_file_with_tables_has_every_clause_and_nothing_else(
    pack: str, library: Library, source_documents: Path, tmp_path: Path
) -> None:
    one = laid(library, pack, word((source_documents / HELD[pack]).read_text(), tmp_path / "held.docx"))
    assert found(one) == CLAUSES[pack]
    assert one.left == ()


def test_a_web_page_that_a_browser_prints_has_nearly_every_clause(
    library: Library, source_documents: Path, tmp_path: Path
) -> None:
    pack = "bcbsm-cryoneurolysis"
    path = printed(web_page((source_documents / HELD[pack]).read_text()), tmp_path)
    assert found(laid(library, pack, path)) >= 155


@pytest.mark.parametrize("pack", HELD)
def test_a_text_with_one_blank_for_every_run_of_blanks_has_every_clause(
    pack: str, library: Library, source_documents: Path, tmp_path: Path
) -> None:
    path = tmp_path / "held.txt"
    path.write_text(re.sub(r"\s+", " ", (source_documents / HELD[pack]).read_text()))
    assert found(laid(library, pack, path)) == CLAUSES[pack]
