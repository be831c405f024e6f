"""Documents as people have them, made from a text: PDF with header and footer, Word file, web page as printed."""

from __future__ import annotations

import html
import itertools
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import matplotlib
import pytest
from docx import Document
from fpdf import FPDF

FONT = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
"""A font that is wherever the project's libraries are, with every character of the documents."""
PRINTED_IN = 120
"""Seconds that a browser may take."""


class _Paged(FPDF):
    """Pages with a running header, and their number and how many there are at the foot."""

    def __init__(self, running: str) -> None:
        super().__init__()
        self._running = running
        self.add_font("body", fname=FONT)
        self.set_font("body", size=10)
        self.add_page()

    def header(self) -> None:
        if self._running:
            self.cell(0, 8, self._running, align="C", new_x="LMARGIN", new_y="NEXT")

    def footer(self) -> None:
        if self._running:
            self.set_y(-15)
            self.cell(0, 8, f"page {self.page_no()} of {{nb}}", align="C")


def pdf(text: str, running: str = "") -> bytes:
    """A PDF of the text, a paragraph for each line; with `running` as header also with page numbers."""
    made = _Paged(running)
    for line in text.split("\n"):
        if line.strip():
            made.multi_cell(0, 5, line.replace("\t", "   "), align="L", new_x="LMARGIN", new_y="NEXT")
        else:
            made.ln(3)
    return bytes(made.output())


def word(text: str, path: Path) -> Path:
    """A Word file of the text: a paragraph for each line, lines with tabs as tables."""
    made = Document()
    for is_table, lines in _blocks(text):
        if is_table:
            rows = [line.split("\t") for line in lines]
            table = made.add_table(len(rows), max(map(len, rows)))
            for row, cells in zip(table.rows, rows, strict=True):
                for cell, words in zip(row.cells, cells, strict=False):
                    cell.text = words
        else:
            for line in lines:
                made.add_paragraph(line)
    made.save(str(path))
    return path


def web_page(text: str) -> str:
    """A web page of the text: a paragraph for each line, lines with tabs as tables with narrow cells."""
    parts = []
    for is_table, lines in _blocks(text):
        if is_table:
            rows = ("".join(f"<td>{html.escape(cell)}</td>" for cell in line.split("\t")) for line in lines)
            parts.append(f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>")
        else:
            parts.extend(f"<p>{html.escape(line)}</p>" for line in lines)
    style = "td {border: 1px solid; width: 8em; vertical-align: top}"
    return f"<!doctype html><meta charset=utf-8><title>Policy</title><style>{style}</style>{''.join(parts)}"


def printed(page: str, folder: Path) -> Path:
    """A web page as a browser prints it."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no browser is here to print a web page: install chromium")
    source, made = folder / "page.html", folder / "page.pdf"
    source.write_text(page)
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    subprocess.run(
        [browser, *options, f"--print-to-pdf={made}", source.as_uri()],
        check=True,
        capture_output=True,
        timeout=PRINTED_IN,
    )
    return made


def _blocks(text: str) -> Iterator[tuple[bool, Sequence[str]]]:
    """The lines that are not empty, in runs of rows of a table and of others."""
    lines = [line for line in text.split("\n") if line.strip()]
    for is_table, block in itertools.groupby(lines, key=lambda line: "\t" in line):
        yield is_table, list(block)
