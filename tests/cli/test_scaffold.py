"""`clausal scaffold`: a pack is started from a document of any form, and passes its own check from the first moment."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from clausal.documents.load import load_library
from tests.cli.test_commands import run
from tests.documents.text.made import pdf

POLICY = """\
Wrist Bracing Medical Policy of an Invented Plan
Effective Date: 3/1/2024

Coverage of Custom Fitted Wrist Braces for Adults and Children

A custom fitted brace is considered medically necessary when all of the following are met:
Symptoms have lasted for six weeks or more
A nerve conduction study is positive, and
The member has not worn a brace of this kind before

Repeat Bracing

One further brace is covered if any of these applies:

A. The first brace broke in normal use.
B. The member has grown.
C. Swelling has gone down so far that the brace no longer fits.

Exclusions:

• sports braces
• braces for the night only

References

1. One A. A paper. J Wrist. 2020;1:2-3.
2. Two B, et al. Another. J Wrist. 2021;2:3-4.
"""
ITEMS = 3 + 3 + 2
LISTED = ("Symptoms", "A nerve", "The member has not", "A. ", "B. ", "C. ", "• ")


def _text(folder: Path) -> Path:
    path = folder / "policy.txt"
    path.write_text(POLICY)
    return path


def _pdf(folder: Path) -> Path:
    path = folder / "policy.pdf"
    path.write_bytes(pdf(POLICY))
    return path


def _word(folder: Path) -> Path:
    """With lists as Word has them: their marks are no text."""
    made = Document()
    for line in filter(None, POLICY.split("\n")):
        style = "List Bullet" if line.startswith(LISTED) else None
        made.add_paragraph(re.sub(r"\A(?:[ABC]\.|•) ", "", line), style=style)
    path = folder / "policy.docx"
    made.save(str(path))
    return path


@pytest.mark.parametrize("document", [_text, _pdf, _word])
def test_a_started_pack_passes_its_own_check(tmp_path: Path, document: Callable[[Path], Path]) -> None:
    source, packs = document(tmp_path), tmp_path / "packs"
    made = run("scaffold", "wrist-braces", "--source", source, "-o", packs)
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.startswith(f"{packs}/wrist-braces: ")
    checked = run("check", "wrist-braces", "--packs", packs, "--source", source)
    assert checked.returncode == 0, checked.stderr
    assert "100.0 percent of the text is accounted for\n" in checked.stdout
    assert all(" warning todo: " in line for line in checked.stderr.splitlines())
    clauses = list(load_library([packs]).packs["wrist-braces"].clauses.values())
    assert sum(", item " in one.locator for one in clauses) == ITEMS
    headings = [one for one in clauses if one.kind == "heading"]
    assert not any("following" in one.id or "applies" in one.id for one in headings)
    written = (packs / "wrist-braces" / "clauses.yaml").read_text()
    assert "custom fitted wrist braces for adults" not in written.lower()


def test_numbered_headings_of_a_word_file_are_no_items(tmp_path: Path) -> None:
    made = Document()
    made.add_heading("1. Description", 1)
    made.add_paragraph("A brace holds the wrist.")
    made.add_heading("2.1 Limits", 2)
    made.add_paragraph("3 a year", style="List Number")
    made.save(str(tmp_path / "policy.docx"))
    packs = tmp_path / "packs"
    assert run("scaffold", "braces", "--source", tmp_path / "policy.docx", "-o", packs).returncode == 0
    clauses = load_library([packs]).packs["braces"].clauses.values()
    assert [one.locator for one in clauses] == [
        "section 1, heading",
        "section 1 (1. Description), paragraph 1",
        "section 2, heading",
        "section 2 (2.1 Limits), item 1",
    ]


def test_a_pack_that_is_not_dated_yet_answers_nothing_and_breaks_nothing(tmp_path: Path) -> None:
    source, packs = tmp_path / "note.txt", tmp_path / "packs"
    source.write_text("A brace is covered.\n")
    assert run("scaffold", "note", "--source", source, "-o", packs).returncode == 0
    pack = packs / "note" / "pack.yaml"
    assert "effective: todo, published: todo" in pack.read_text()
    (packs / "note" / "tables" / "policy.yaml").write_text(
        "table: policy\nanswers: {authority: note}\nrules:\n"
        "  - {rule: all, when: {modality: cryoneurolysis}, then: {finding: covered}, cites: [start-1]}\n"
    )
    pack.write_text(pack.read_text() + "plans:\n  note-plan: {name: Note, authorities: [note]}\n")
    assert run("check", "note", "--packs", packs).returncode == 0
    case = tmp_path / "case.yaml"
    case.write_text("{service_date: 2024-10-15, plan: note-plan, modality: cryoneurolysis}")
    decided = run("decide", case, "--packs", packs)
    assert "NOT ADDRESSED" in decided.stdout
    assert run("packs", "--packs", packs).returncode == 0
    assert run("show", "note", "--packs", packs).returncode == 0


def test_the_folder_of_packs_is_made_where_it_can_stand_and_nothing_is_left_of_a_failure(tmp_path: Path) -> None:
    source = _text(tmp_path)
    far = tmp_path / "a" / "b" / "c"
    made = run("scaffold", "wrist", "--source", source, "-o", far)
    assert (made.returncode, made.stderr) == (0, "")
    assert [one.name for one in far.iterdir()] == ["wrist"]
    modes = {oct(one.stat().st_mode & 0o777) for one in (far, far / "wrist", far / "wrist" / "tables")}
    assert len(modes) == 1, "as the folder above, and as whoever starts it lets folders be seen"
    blocked = tmp_path / "file"
    blocked.write_text("")
    refused = run("scaffold", "wrist", "--source", source, "-o", blocked)
    assert refused.returncode == 2
    assert len(refused.stderr.splitlines()) == 1
    assert blocked.read_text() == ""


def test_the_source_documents_start_packs_that_pass(tmp_path: Path, source_documents: Path) -> None:
    for document in sorted(source_documents.glob("*.txt")):
        name = document.stem.rpartition("-2")[0].replace(".", "")
        name = f"new-{name}"
        assert run("scaffold", name, "--source", document, "-o", tmp_path / "packs").returncode == 0
        checked = run("check", name, "--packs", tmp_path / "packs", "--source", document)
        assert checked.returncode == 0, checked.stderr
        assert "100.0 percent of the text is accounted for\n" in checked.stdout
