"""Files that are no document, or hardly one: each is told what it is and what to do, whatever its name says."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image
from pypdf import PdfReader, PdfWriter

from tests.cli.test_commands import run
from tests.documents.text.made import pdf, word

TEXT = "Covered are braces.\nThe café is excluded.\n"
EXPECTED = "expected a text, a PDF or a Word file (.docx)"
OCR = "run text recognition (OCR) on it first, for instance `ocrmypdf in.pdf out.pdf`"


def encrypted(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(TEXT))))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def page_with(picture: Image.Image | None) -> bytes:
    made = FPDF()
    made.add_page()
    if picture:
        made.image(picture, w=100)
    return bytes(made.output())


def packed(**parts: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, words in parts.items():
            archive.writestr(name, words)
    return made.getvalue()


def word_file(folder: Path) -> bytes:
    return word(TEXT, folder / "made.docx").read_bytes()


NOT_READ: Mapping[str, tuple[Callable[[Path], bytes], str]] = {
    "empty.txt": (lambda _: b"", f"holds no words: the file is empty; {EXPECTED}"),
    "dots.txt": (lambda _: b"... --- \n", "holds no words; expected the text of a document"),
    "unmarked-utf-16.txt": (
        lambda _: TEXT.encode("utf-16-le"),
        f"not a text file: it holds NUL characters; {EXPECTED}; save UTF-16 text with its byte-order mark, or as UTF-8",
    ),
    "scan.pdf": (
        lambda _: page_with(Image.new("RGB", (9, 9))),
        f"is a scan: its 1 page(s) are pictures and hold no text; {OCR}",
    ),
    "bare.pdf": (lambda _: page_with(None), f"is a PDF whose 1 page(s) hold no text; {OCR}"),
    "zero.pdf": (lambda _: written(PdfWriter()), "is a PDF without pages; get or save it again"),
    "locked.pdf": (
        lambda _: encrypted("secret"),
        "is an encrypted PDF; save it without its password, or print it as PDF from a viewer",
    ),
    "cut.pdf": (
        lambda _: pdf(TEXT)[:400],
        "is a damaged PDF: Stream has ended unexpectedly; get or save it again",
    ),
    "zip.docx": (lambda _: packed(readme="x"), f"is a zip file, not a Word file; {EXPECTED}"),
    "workbook.docx": (lambda _: packed(**{"xl/workbook.xml": "x"}), f"is an Excel workbook; {EXPECTED}"),
    "cut.docx": (
        lambda folder: word_file(folder)[:3000],
        "begins as a zip or Word file (.docx) and is damaged or cut off; get or save it again",
    ),
    "old.doc": (
        lambda _: b"\xd0\xcf\x11\xe0" + bytes(600),
        "is an old Word file (.doc) or one with a password; save it as .docx without, or as PDF",
    ),
    "page.txt": (
        lambda _: b"<!DOCTYPE html><p>Covered",
        "is a web page (HTML); open it in a browser and print it as PDF, or save its text",
    ),
}


@pytest.mark.parametrize("name", NOT_READ)
def test_what_cannot_be_read_is_told_with_what_to_do(name: str, tmp_path: Path) -> None:
    make, told = NOT_READ[name]
    (tmp_path / name).write_bytes(make(tmp_path))
    found = run("fingerprint", name, "Covered", cwd=tmp_path)
    assert (found.returncode, found.stdout, found.stderr) == (2, "", f"{name}: {told}\n")


@pytest.mark.parametrize("command", [("check", "medicare"), ("verify", "bcbsm-cryoneurolysis"), ("scaffold", "brace")])
def test_every_command_tells_a_folder_from_a_document(command: tuple[str, str], tmp_path: Path) -> None:
    found = run(*command, "--source", tmp_path, cwd=tmp_path)
    assert found.returncode == 2
    assert found.stderr == f"{tmp_path}: is a folder; name the file in it\n"


def test_a_word_file_whose_parts_are_damaged_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.docx").write_bytes(packed(**{"word/document.xml": "<x"}))
    found = run("fingerprint", "bad.docx", "Covered", cwd=tmp_path)
    assert found.returncode == 2
    assert found.stderr.startswith("bad.docx: is a damaged Word file: ")
    assert found.stderr.endswith("; save it again, or as PDF\n")
    assert "Traceback" not in found.stderr


READ: Mapping[str, tuple[Callable[[Path], bytes], str]] = {
    "utf-16.txt": (lambda _: TEXT.encode("utf-16"), "line 2"),
    "marked.txt": (lambda _: TEXT.encode("utf-8-sig"), "line 2"),
    "windows.txt": (lambda _: TEXT.replace("\n", "\r\n").encode(), "line 2"),
    "really-a-pdf.txt": (lambda _: pdf(TEXT), "page 1"),
    "really-word.pdf": (word_file, "paragraph 2"),
    "open-without-password.pdf": (lambda _: encrypted(""), "page 1"),
}


@pytest.mark.parametrize("name", READ)
def test_a_document_is_read_by_its_content_and_its_words_are_the_same(name: str, tmp_path: Path) -> None:
    make, place = READ[name]
    (tmp_path / name).write_bytes(make(tmp_path))
    (tmp_path / "plain.txt").write_text(TEXT)
    found = run("fingerprint", name, "The café", cwd=tmp_path)
    assert (found.returncode, found.stderr) == (0, "")
    entry, comment = found.stdout.splitlines()
    assert entry == run("fingerprint", "plain.txt", "The café", cwd=tmp_path).stdout.splitlines()[0]
    assert comment == f"# {place}: The café is excluded."


def test_another_encoding_is_read_and_told(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(TEXT.encode("latin-1"))
    found = run("fingerprint", "latin.txt", "The café", cwd=tmp_path)
    assert found.returncode == 0
    assert found.stderr == (
        "latin.txt: not UTF-8 text: byte 0xe9 on line 2; "
        "read as Windows-1252 - if letters are wrong, save it as UTF-8\n"
    )
