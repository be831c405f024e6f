"""What a page or a Word file adds to the text is taken off again, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from clausal.documents.text.read import read_document
from clausal.documents.text.running import without_running_lines
from tests.documents.text.made import pdf

HEADED = [
    ["Policy 2025", "Alpha is covered.", "1"],
    ["Policy 2025", "Beta is covered.", "2"],
    ["Policy 2025", "Gamma is covered.", "3"],
]


def read(text: str, folder: Path, running: str = "") -> str:
    (folder / "made.pdf").write_bytes(pdf(text, running))
    return read_document(folder / "made.pdf").text


@pytest.mark.parametrize(
    ("pages", "kept"),
    [
        (HEADED, ["Alpha is covered.", "Beta is covered.", "Gamma is covered."]),
        (
            [[("Right", "Left")[page % 2], "Policy 2025", f"Statement {page * page}."] for page in range(6)],
            [f"Statement {page * page}." for page in range(6)],
        ),
        (
            [["Alpha.", "Page 3 of 9, 1/1/25"], ["Beta.", "Page 4 of 9, 1/1/25"]],
            ["Alpha.", "Beta."],
        ),
    ],
    ids=["header and page number", "left and right pages", "page number amid a footer"],
)
def test_what_recurs_at_the_edges_of_pages_is_dropped(pages: list[list[str]], kept: list[str]) -> None:
    assert [line for page in without_running_lines(pages) for line in page] == kept


@pytest.mark.parametrize(
    "pages",
    [
        [["64624 is covered.", "Alpha."], ["64640 is covered.", "Beta."]],
        [["Alpha.", "The same sentence.", "Beta."]],
        [["Alpha one.", "Covered."], ["Beta two.", "Denied."], ["Covered.", "Gamma three."]],
    ],
    ids=["codes are no page numbers", "one page", "a sentence at another edge"],
)
def test_what_is_text_of_the_document_stays(pages: list[list[str]]) -> None:
    assert without_running_lines(pages) == pages


def test_the_head_of_a_table_that_goes_on_is_dropped_at_the_top_of_the_next_page() -> None:
    head = "Code Brand Name Use In Trials"
    pages = [["Alpha.", head, "L1 one"], [head, "L2 two"]]
    assert without_running_lines(pages) == [["Alpha.", head, "L1 one"], ["L2 two"]]


def test_a_header_and_page_numbers_of_a_pdf_are_no_text(tmp_path: Path) -> None:
    lines = [f"Statement {number * number} is covered." for number in range(160)]
    text = read("\n\n".join(lines), tmp_path, running="Medical Policy")
    assert "Medical Policy" not in text
    assert "page 2 of" not in text
    assert text.split("\n") == [*lines, ""]


def test_ligatures_and_words_that_a_line_end_cuts_are_undone_in_a_pdf(tmp_path: Path) -> None:
    assert "defined flow" in read("A deﬁned ﬂow.", tmp_path)
    assert "experimental\nuse" in read("It is an exper-\nimental use.", tmp_path).replace(" use", "\nuse")
    assert "well-known" in read("A well-known use, and another well-\nknown one.", tmp_path).split("another")[1]


def test_a_pages_minus_at_the_end_of_a_line_is_kept(tmp_path: Path) -> None:
    assert "-20" in read("It is cooled to\n-20 degrees.", tmp_path)


def test_headers_and_what_was_deleted_are_no_text_of_a_word_file(tmp_path: Path) -> None:
    made = Document()
    made.sections[0].header.paragraphs[0].text = "Running header"
    paragraph = made.add_paragraph("Braces are ")
    deleted = OxmlElement("w:del")
    run = OxmlElement("w:r")
    words = OxmlElement("w:delText")
    words.text = "never "
    run.append(words)
    deleted.append(run)
    paragraph._p.append(deleted)
    inserted = OxmlElement("w:ins")
    kept = paragraph.add_run("covered.")._r
    paragraph._p.remove(kept)
    inserted.append(kept)
    inserted.set(qn("w:id"), "1")
    paragraph._p.append(inserted)
    made.save(str(tmp_path / "made.docx"))
    assert read_document(tmp_path / "made.docx").text == "Braces are covered.\n"


def test_cells_that_a_word_table_joins_stand_once(tmp_path: Path) -> None:
    made = Document()
    table = made.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Heading of both"
    table.cell(1, 0).text, table.cell(1, 1).text = "L1", "one"
    made.save(str(tmp_path / "made.docx"))
    assert read_document(tmp_path / "made.docx").text.splitlines() == ["Heading of both", "L1\tone"]
