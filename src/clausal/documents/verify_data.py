"""How a newer text differs from the clauses of a pack, as plain data: what to review, with its places in the text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clausal.documents.accounted import Sentence
from clausal.documents.carried import carriers
from clausal.documents.fingerprint import HeldText
from clausal.documents.library import Library
from clausal.documents.pack import Clause, Pack
from clausal.documents.verify import Verified, verified
from clausal.problems import InvalidInput, Place


def verified_against(pack: Pack, held: HeldText, source: str) -> Verified:
    """A pack against a newer text of its document; raises InvalidInput where it is another's, or nothing is held."""
    refuse_without_text(pack)
    found = verified(list(pack.clauses.values()), held)
    refuse_another(pack, held, source)
    return found


def refuse_without_text(pack: Pack) -> None:
    """Raise InvalidInput where no clause of a pack has a fingerprint."""
    if not any(clause.text for clause in pack.clauses.values()):
        raise InvalidInput.at(Place(pack.name), "no clause of this pack has a fingerprint", "its document is not held")


def refuse_another(pack: Pack, held: HeldText, source: str) -> None:
    """Raise InvalidInput where a text is of another document."""
    if not held.holds_any([clause.text for clause in pack.clauses.values() if clause.text]):
        raise InvalidInput.at(Place(source), f"no clause of {pack.name} is in this text", "is this the right document?")


def verified_data(library: Library, pack: str, found: Verified, held: HeldText) -> dict[str, Any]:
    """What is unchanged, changed, removed, moved and added; each clause with what rests on it, to review."""
    carried = carriers(library.packs.values())

    def clause_data(clause: Clause) -> dict[str, Any]:
        by = dict.fromkeys(str(one) for one in carried.get(clause.ref, ()))
        return {
            "clause": clause.ref,
            "kind": clause.kind,
            "at": clause.locator,
            "says": clause.says,
            "review": list(by),
        }

    def text_data(text: Sentence) -> dict[str, Any]:
        return {**place_data(text.line), "text": text.text}

    def place_data(line: int) -> dict[str, Any]:
        return {"line": line} if held.unit == "line" else {held.unit: held.page(line) or line}

    return {
        "pack": pack,
        "unchanged": [clause.ref for clause in found.unchanged],
        "changed": [
            {"clauses": [clause_data(c) for c in one.clauses], "now": [text_data(t) for t in one.text]}
            for one in found.changed
        ],
        "removed": [clause_data(clause) for clause in found.removed],
        "moved": [{**clause_data(clause), **place_data(line)} for clause, line in found.moved],
        "added": [
            {**text_data(one.text), "kind": one.kind, "after": one.after.ref if one.after else None}
            for one in found.added
        ],
    }


def to_review(library: Library, clauses: Sequence[Clause]) -> dict[str, list[str]]:
    """What rests on clauses, each once: rules, the tables that they stand in, and all else."""
    carried = carriers(library.packs.values())
    found = dict.fromkeys(one for clause in clauses for one in carried.get(clause.ref, ()))
    rules = list(dict.fromkeys(one.name for one in found if one.kind in ("rule", "reading")))
    return {
        "rules": rules,
        "tables": list(dict.fromkeys(one.partition("#")[0] for one in rules)),
        "others": [str(one) for one in found if one.kind not in ("rule", "reading")],
    }
