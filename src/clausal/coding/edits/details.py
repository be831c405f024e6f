"""What tells failed edits apart beside their names, by column: the other code of a pair, a limit and the units."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from clausal.coding.edits.finding import Context, Edit, Hits
from clausal.schedules.lines import Ints

SEPARATOR = "; "
PASSED = "passed"
"""Stands behind what a line passes by a modifier alone."""
NOTHING = 0
"""The number of no details at all."""


class Details:
    """Details of lines, each distinct list of them with a number and its words."""

    def __init__(self) -> None:
        self.words: list[str] = [""]
        """The words of each number."""
        self._lists: list[tuple[str, ...]] = [()]
        self._number: dict[tuple[str, ...], int] = {(): NOTHING}

    def of(self, context: Context, found: Iterable[tuple[Edit, Hits, bool]]) -> Ints:
        """For each line the number of its details, given edits with the lines that fail, or pass (True), them."""
        number = np.zeros(len(context.lines), dtype=np.int64)
        for edit, hits, passes in found:
            if edit.detail is not None and len(hits.line):
                said, of_hit = _said(context, edit, hits, passes=passes)
                for which in _turns(hits.line):
                    self._add(number, hits.line[which], said, of_hit[which])
        return number

    def _add(self, number: Ints, line: Ints, said: list[str], of_hit: npt.NDArray[np.intp]) -> None:
        """Add one detail to each of some lines."""
        pairs, inverse = np.unique(number[line] * len(said) + of_hit, return_inverse=True)
        after = [self._with(pair // len(said), said[pair % len(said)]) for pair in pairs.tolist()]
        number[line] = np.array(after, dtype=np.int64)[inverse]

    def _with(self, before: int, detail: str) -> int:
        """The list with one more detail, if it is not in it."""
        had = self._lists[before]
        if detail in had:
            return before
        now = (*had, detail)
        if now not in self._number:
            self._number[now] = len(self._lists)
            self._lists.append(now)
            self.words.append(SEPARATOR.join(now))
        return self._number[now]


def of_hits(context: Context, edit: Edit, hits: Hits, *, passes: bool = False) -> list[str]:
    """The detail of each hit of an edit; empty where its name says all."""
    if edit.detail is None or not len(hits.line):
        return [""] * len(hits.line)
    said, of_hit = _said(context, edit, hits, passes=passes)
    return [said[at] for at in of_hit.tolist()]


def _said(context: Context, edit: Edit, hits: Hits, *, passes: bool) -> tuple[list[str], npt.NDArray[np.intp]]:
    """The distinct details of hits, and which of them each hit has."""
    assert edit.detail is not None
    _, first, of_hit = np.unique(edit.detail.key(context, hits), return_index=True, return_inverse=True)
    end = f" {PASSED}" if passes else ""
    some = Hits(hits.line[first], hits.how[first])
    return [f"{edit.name} {one}{end}" for one in edit.detail.say(context, some)], of_hit


def _turns(line: Ints) -> list[npt.NDArray[np.intp]]:
    """Hits in turns, in each of which a line has one hit at most: the first of each line, the second, and so on."""
    if (line[1:] > line[:-1]).all():
        return [np.arange(len(line))]
    order = np.argsort(line, kind="stable")
    ordered = line[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    turn = np.arange(len(ordered)) - np.repeat(starts, np.diff([*starts, len(ordered)]))
    return np.split(order[np.argsort(turn, kind="stable")], np.cumsum(np.bincount(turn))[:-1])
