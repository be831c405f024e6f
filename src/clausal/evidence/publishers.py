"""Whether two names can be of one publisher: in full, shortened, abbreviated, or spelled in another way."""

from __future__ import annotations

import re
from collections.abc import Iterable

SMALL_WORDS = frozenset(("the", "of", "and", "for", "in", "on", "a", "an", "inc", "ltd", "llc", "corp", "co"))
LONG = 6
"""From so many letters on, words that differ by one slip of the pen are one word."""
_BESIDE = re.compile(r"\(([^()]*)\)")


def same_publisher(one: str, other: str) -> bool:
    """Whether two names can be of one publisher.

    They can if all words of one are in the other, if one abbreviates the other by its initials, or its words. Small
    words, legal forms and typography do not count; `Name (ABBR)` is known by both.
    """
    return any(_same(a, b) for a in _names(one) for b in _names(other))


def unmatched(names: Iterable[str], among: Iterable[str]) -> list[str]:
    """The names that no other name can be."""
    others = list(among)
    return [name for name in names if not any(same_publisher(name, other) for other in others)]


def _names(name: str) -> list[str]:
    """A name without what stands in brackets, and what stands there."""
    found = [_BESIDE.sub(" ", name), *_BESIDE.findall(name)]
    return [one for one in found if _words(one)]


def _same(one: str, other: str) -> bool:
    words, others = _words(one), _words(other)
    return any(
        all(any(_same_word(word, another) for another in larger) for word in smaller)
        or _in_order(smaller, larger)
        or _abbreviates(name, full)
        for smaller, larger, name, full in ((words, others, one, other), (others, words, other, one))
    )


def _words(name: str) -> list[str]:
    plain = "".join(c.lower() if c.isalnum() else "" if c in ".'’" else " " for c in name)
    words = plain.split()
    return [word for word in words if word not in SMALL_WORDS] or words


def _in_order(words: list[str], others: list[str]) -> bool:
    """Whether each word begins one of the others, in the same order (`Am Acad Neurol`)."""
    rest = iter(others)
    return len(words) > 1 and all(any(another.startswith(word) for another in rest) for word in words)


def _abbreviates(short: str, name: str) -> bool:
    """Whether capital letters are initials of a name's words, in order, the first and the last of them included."""
    letters = [c.lower() for c in short if c.isalnum()]
    plain = "".join(c if c.isalnum() else " " for c in name).lower().split()
    if len(short.split()) != 1 or len(letters) < 2 or len(plain) < 2 or short.upper() != short:
        return False
    # Words between may give no letter (Centers for Medicare & Medicaid Services: CMS), but none is added.
    initials = iter([word[0] for word in plain])
    large = [word[0] for word in plain if word not in SMALL_WORDS] or [""]
    ends = (letters[0], letters[-1]) == (large[0], large[-1])
    return ends and all(any(letter == initial for initial in initials) for letter in letters)


def _same_word(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) >= LONG and _one_slip(one, other))


def _one_slip(one: str, other: str) -> bool:
    """Whether one letter more, less or other, or two changed about, makes one word the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, other_rest = one[at:], other[at:]
    changed_about = rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:]
    return rest[1:] == other_rest[1:] or rest[1:] == other_rest or rest == other_rest[1:] or changed_about
