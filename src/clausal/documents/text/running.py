"""Running headers, footers and page numbers: lines that recur at the edges of pages."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

DEEPEST = 8
"""Lines from an edge of a page that can be running ones."""
SHARE = 0.4
"""A running line stands on so many of the pages: left and right ones may differ, the first may have none."""

_NUMBER = re.compile(r"\d+")
_Key = tuple[str, int | None]


def without_running_lines(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """The lines of each page without those that recur at its edge: the same words, or with a number that counts pages.

    A line is dropped only if all lines between it and the edge are. Other numbers have to be the same: codes, say, are
    no page numbers.
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
    return kept


def _running(pages: Sequence[Sequence[str]], *, at_end: bool) -> set[_Key]:
    """What stands at this edge of enough pages."""
    on_pages: dict[_Key, set[int]] = {}
    for number, page in enumerate(pages):
        words = [line for line in page if line.strip()]
        for line in words[-DEEPEST:] if at_end else words[:DEEPEST]:
            for key in _keys(line, number):
                on_pages.setdefault(key, set()).add(number)
    least = max(2, math.ceil(SHARE * len(pages)))
    return {key for key, found in on_pages.items() if len(found) >= least}


def _keys(line: str, number: int) -> set[_Key]:
    """What a line would recur as: itself, or itself with a number that goes up with the pages."""
    plain = " ".join(line.split())
    keys: set[_Key] = {(plain, None)}
    for match in _NUMBER.finditer(plain):
        if len(match[0]) <= 4:
            keys.add((f"{plain[: match.start()]}#{plain[match.end() :]}", int(match[0]) - number))
    return keys
