"""A newer text of a document: what is added, removed, changed and moved."""

from __future__ import annotations

from clausal.documents.fingerprint import HeldText
from clausal.documents.verify import Verified, verified
from tests.documents.test_accounted import clauses

OLD = ["Policy", "A brace is covered after six weeks.", "It is renewed every year.", "Never twice.", "Codes describe."]


def against(*lines: str) -> Verified:
    return verified(clauses(*OLD), HeldText("\n\n".join(lines)))


def ids(found: object) -> list[str]:
    return [clause.id for clause in found]  # type: ignore[attr-defined]


def test_the_same_text_in_another_layout_is_unchanged() -> None:
    found = against("POLICY", "A brace is\ncovered after six weeks", *OLD[2:])
    assert found.is_same
    assert len(found.unchanged) == 5


def test_a_changed_clause_is_paired_with_the_text_in_its_place() -> None:
    found = against(OLD[0], "A brace is covered after four weeks.", *OLD[2:])
    (one,) = found.changed
    assert ids(one.clauses) == ["c1"]
    assert [(text.line, text.text) for text in one.text] == [(3, "A brace is covered after four weeks.")]
    assert ids(found.to_review) == ["c1"]


def test_an_added_passage_is_told_with_its_kind_and_the_clause_before_it() -> None:
    found = against(*OLD[:2], "A second brace must be authorized.", *OLD[2:])
    (one,) = found.added
    assert one.text.text == "A second brace must be authorized."
    assert one.kind == "normative"
    assert one.after is not None
    assert one.after.id == "c1"
    assert not found.to_review


def test_a_removed_clause_is_to_be_reviewed() -> None:
    found = against(*OLD[:3], OLD[4])
    assert ids(found.removed) == ["c3"]
    assert ids(found.to_review) == ["c3"]


def test_a_moved_clause_is_told_with_its_new_line() -> None:
    found = against(OLD[0], OLD[3], OLD[1], OLD[2], OLD[4])
    assert [(clause.id, line) for clause, line in found.moved] == [("c3", 3)]


def test_a_removed_clause_whose_words_another_clause_accounts_for_is_not_moved() -> None:
    old = ["Alpha", "A brace is covered.", "Beta", "A brace is covered.", "Gamma"]
    found = verified(clauses(*old), HeldText("\n\n".join(["Alpha", "A brace is covered.", "Beta", "Gamma"])))
    assert ids(found.removed) == ["c3"]
    assert not found.moved


def test_what_moved_is_not_told_as_added() -> None:
    assert not against(OLD[0], OLD[3], OLD[1], OLD[2], OLD[4]).added


def test_page_breaks_leave_lines_as_they_are() -> None:
    text = "Policy\n\f\nA brace is covered after six weeks.\n\nA second brace must be authorized.\n"
    (one,) = verified(clauses(*OLD[:2]), HeldText(text)).added
    assert (one.text.line, one.kind) == (5, "normative")
