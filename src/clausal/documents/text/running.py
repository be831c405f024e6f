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
    kept = [list(page) for page in pages]
    for at_end in (False, True):
        running = _running(kept, at_end=at_end)
        for number, page in enumerate(kept):
            order = list(reversed(page)) if at_end else page
            deep = 0
            while deep < min(len(order), DEEPEST) and (
                not order[deep].strip() or not running.isdisjoint(_keys(order[deep], number))
            ):
                deep += 1
            kept[number] = list(reversed(order[deep:])) if at_end else order[deep:]
    heads = [0, *(_head(page, before) for before, page in itertools.pairwise(kept))]
    return [page[head:] for head, page in zip(heads, kept, strict=True)]


def _running(pages: Sequence[Sequence[str]], *, at_end: bool) -> set[_Key]:
    """What stands at this edge of enough pages."""
    on_pages: dict[_Key, set[int]] = {}
    for number, page in enumerate(pages):
        words = [line for line in page if line.strip()]
        for line in words[-DEEPEST:] if at_end else words[:DEEPEST]:
            for key in _keys(line, number):
                on_pages.setdefault(key, set()).add(number)
    return {key for key, found in on_pages.items() if _recurs(found, len(pages))}


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
