"""`name`: different papers under one name, or one paper cited in two ways; over all documents."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from clausal.evidence.model import Evidence, Reference
from clausal.rules.finding import Finding

NAME = "name"
SMALL_WORDS = ("the", "of", "and", "for", "in", "j", "journal")


def check(of_packs: Iterable[Evidence]) -> Iterable[Finding]:
    """References of one name (author and year) whose journal, volume or pages differ."""
    by_name: dict[str, list[tuple[str, Reference]]] = {}
    for evidence in of_packs:
        for reference in evidence.references:
            if reference.name and (reference.journal or reference.volume):
                by_name.setdefault(_plain(reference.name), []).append((evidence.pack, reference))
    for same in by_name.values():
        for (pack, one), (other_pack, other) in itertools.combinations(same, 2):
            message = _differ(one, other)
            if message:
                text = f"{one.name}: {message}: {_cited(one)} in {pack}, {_cited(other)} in {other_pack}"
                yield Finding(NAME, "warning", one.place, text, "", ((f"reference {other.number}", other.place),))


def _differ(one: Reference, other: Reference) -> str:
    same_place = one.volume == other.volume and _first(one.pages) == _first(other.pages)
    if one.journal and other.journal and not _same_journal(one, other):
        return "" if same_place and one.volume and one.pages else "two different papers under one name"
    if _differs(one.volume, other.volume) or _differs(_first(one.pages), _first(other.pages)):
        return "one journal and year, cited in two ways: two papers, or one of the citations is wrong"
    return ""


def _same_journal(one: Reference, other: Reference) -> bool:
    """Whether two names can be of one journal, either abbreviated: word by word one begins as the other."""
    words = _journal(one), _journal(other)
    if len(words[0]) != len(words[1]):
        return False
    return all(a.startswith(b) or b.startswith(a) for a, b in zip(*words, strict=True))


def _differs(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _first(pages: str) -> str:
    return re.split(r"[-\N{EN DASH}]", pages)[0].strip().lower()


def _journal(reference: Reference) -> list[str]:
    """The words of a journal's name that tell it apart."""
    return [
        word
        for word in _plain(reference.journal).split()
        if word not in ("the", "of", "and", "for", "in", "j", "journal")
    ]


def _plain(text: str) -> str:
    return " ".join("".join(c.lower() if c.isalnum() else " " for c in text).split())


def _cited(reference: Reference) -> str:
    issue = f"({reference.issue})" if reference.issue else ""
    return f"{reference.journal} {reference.volume}{issue}:{reference.pages}".strip()
