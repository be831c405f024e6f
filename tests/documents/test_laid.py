"""A text beside the clauses of a pack: which lines they account for, however the lines break."""

from __future__ import annotations

from clausal.documents.fingerprint import HeldText
from clausal.documents.laid import Laid, laid, laid_data
from tests.documents.test_accounted import clauses

TEXT = "Heading\n\nCovered after six weeks. Never twice.\n\nNobody has read this.\n"


def rows(found: Laid) -> list[tuple[int, int, str, tuple[str, ...]]]:
    return [(row.first, row.last, row.accounted, row.clauses) for row in found.rows]


def test_each_line_is_told_as_accounted_for_whole_in_part_or_not() -> None:
    found = laid(clauses("Heading", "Covered after six weeks."), HeldText(TEXT))
    assert rows(found) == [(1, 1, "yes", ("p#c0",)), (3, 3, "part", ("p#c1",)), (5, 5, "no", ())]
    assert (found.sentences, found.accounted) == (4, 2)
    assert found.places == {"p#c0": 1, "p#c1": 3}


def test_lines_of_one_clause_stand_together() -> None:
    held = HeldText("Heading\n\nCovered after\nsix\nweeks.\n\nNever twice.\n")
    found = laid(clauses("Heading", "Covered after six weeks. Never twice."), held)
    assert rows(found) == [(1, 1, "yes", ("p#c0",)), (3, 7, "yes", ("p#c1",))]
    assert found.rows[1].text.split() == ["Covered", "after", "six", "weeks.", "Never", "twice."]
    assert found.sentences == found.accounted == 3


def test_a_clause_out_of_its_place_is_told_and_counts() -> None:
    long = "The brace is renewed every year by whoever ordered it first."
    found = laid(clauses(long, "Covered after six weeks."), HeldText(f"Covered after six weeks.\n\n{long}\n"))
    told = laid_data(found)
    assert told["clauses_found"] == 2
    assert told["moved"] == [{"clause": "p#c0", "line": 3, "page": None, "told": "line 3"}]
    assert told["characters"] == told["characters_accounted"]
    assert [row.accounted for row in found.rows] == ["yes", "yes"]


def test_the_data_have_no_word_of_the_text() -> None:
    told = str(laid_data(laid(clauses("Heading"), HeldText(TEXT))))
    assert "Covered" not in told
    assert "Nobody" not in told
