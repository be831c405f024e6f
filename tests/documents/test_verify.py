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
