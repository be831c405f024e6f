"""Lines that pages repeat and that are no text of the document: headers, footers, page numbers, table heads."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence, Set

DEEPEST = 8
"""Lines from an edge of a page that can be running ones."""
SHARE = 0.6
"""A running line stands on so many of all pages, or of the left or the right ones."""
LEAST_WORDS = 4
"""A table's head that is told from a heading has so many words."""

_NUMBER = re.compile(r"\d+")
_Key = tuple[str, int | None]


def without_running_lines(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """The lines of each page without those that recur at its edge: the same words, or with a number that counts pages.

    A line is dropped only if all lines between it and the edge are. Other numbers have to be the same: codes, say, are
    no page numbers. Then a table's head is dropped that is repeated at the top of the page its table goes on.
    """
    footless = [page[::-1] for page in _headless([page[::-1] for page in pages])]
    kept = _headless(footless)
    heads = [0, *(_head(page, before) for before, page in itertools.pairwise(kept))]
    return [page[head:] for head, page in zip(heads, kept, strict=True)]


def _headless(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """Pages without the lines that recur as their first, then those that do so then, and so on."""
    kept = [list(page) for page in pages]
    running: set[_Key] = set()
    for _ in range(DEEPEST):
        kept = [list(itertools.dropwhile(lambda line: not line.strip(), page)) for page in kept]
        first = [_keys(page[0], number) if page else set() for number, page in enumerate(kept)]
        running |= _running(first)
        kept = [page if keys.isdisjoint(running) else page[1:] for keys, page in zip(first, kept, strict=True)]
    return kept


def _running(first: Sequence[Set[_Key]]) -> set[_Key]:
    """Of what pages start with, that which enough of them do."""
    on_pages: dict[_Key, set[int]] = {}
    for number, keys in enumerate(first):
        for key in keys:
            on_pages.setdefault(key, set()).add(number)
    return {key for key, found in on_pages.items() if _recurs(found, len(first))}


def _recurs(found: Set[int], pages: int) -> bool:
    """Whether what stands on some pages does so because they are pages: on most, or on most left or right ones."""
    if len(found) >= max(2, SHARE * pages):
        return True
    sides = {number % 2 for number in found}
    of_side = sum(number % 2 in sides for number in range(pages))
    return len(sides) == 1 and len(found) >= max(3, SHARE * of_side)


def _keys(line: str, number: int) -> set[_Key]:
    """What a line would recur as: itself, or itself with a number that goes up with the pages."""
    plain = " ".join(line.split())
    keys: set[_Key] = {(plain, None)}
    for match in _NUMBER.finditer(plain):
        if len(match[0]) <= 4:
            keys.add((f"{plain[: match.start()]}#{plain[match.end() :]}", int(match[0]) - number))
    return keys


def _head(page: Sequence[str], before: Sequence[str]) -> int:
    """How many lines at the top of a page repeat a table's head on the page before: words of a title, no sentence."""
    plain = [" ".join(line.split()) for line in page[:DEEPEST]]
    there = [" ".join(line.split()) for line in before]
    deep = 0
    for count in range(1, len(plain) + 1):
        if any(there[at : at + count] == plain[:count] for at in range(len(there) - count + 1)):
            deep = count
    while deep and not _is_head(plain[:deep]):
        deep -= 1
    return deep


def _is_head(lines: Sequence[str]) -> bool:
    words = [word for line in lines for word in line.split() if word[0].isalpha()]
    runs_on = any(line[:1].islower() or line.endswith((".", ",", ";", ":")) for line in lines)
    return len(words) >= LEAST_WORDS and not runs_on and sum(word[0].isupper() for word in words) >= SHARE * len(words)
