"""A text that somebody holds, laid beside the clauses of a pack: which lines they account for, and how much of all."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from clausal.documents.accounted import Account, account
from clausal.documents.fingerprint import HeldText
from clausal.documents.pack import Clause

Accounted = Literal["yes", "part", "no"]


@dataclass(frozen=True, slots=True)
class Row:
    """Lines in a row that the same clauses account for, whole or in part; `first` and `last` count from 1."""

    first: int
    last: int
    text: str
    accounted: Accounted
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class Laid:
    """A text beside the clauses of a pack."""

    held: HeldText
    account: Account
    rows: tuple[Row, ...]
    sentences: int
    accounted: int
    """Sentences that clauses account for to their last letter."""
    places: dict[str, int]
    """For each clause that stands in the text, the line on which it starts."""


def laid(clauses: Sequence[Clause], held: HeldText) -> Laid:
    """Lay clauses over a text, independent of where its lines break."""
    found = account(clauses, held)
    spans = _spans(found, held)
    left = _Left([(one.start, one.end) for one in found.left])
    sentences = [one for one in held.sentences(0, len(held.plain)) if one[0] < one[1]]
    whole = sum(not left.between(start, end) for start, end in sentences)
    places = {ref: held.line(start) for start, _, ref in reversed(spans)}
    return Laid(held, found, tuple(_rows(held, spans, left)), len(sentences), whole, places)


def laid_data(of: Laid) -> dict[str, Any]:
    """Coverage, and places by line alone: nothing of the text."""
    held, found = of.held, of.account
    return {
        "unit": held.unit,
        "lines": held.text.rstrip("\n").count("\n") + 1,
        "pages": len(held.pages) or None,
        "sentences": of.sentences,
        "sentences_accounted": of.accounted,
        "characters": found.characters,
        "characters_accounted": found.covered,
        "clauses": len(found.clauses),
        "clauses_found": sum(start is not None for start in found.starts) + len(found.moved),
        "missing": [one.ref for one in found.missing if one.id not in found.moved],
        "moved": [
            {"clause": one.ref, **_place(held, found.moved[one.id])} for one in found.missing if one.id in found.moved
        ],
        "left": [{**_place(held, one.line), "characters": one.end - one.start} for one in found.left],
        "places": {ref: held.told(line) for ref, line in of.places.items()},
    }


def _place(held: HeldText, line: int) -> dict[str, Any]:
    return {"line": line, "page": held.page(line), "told": held.told(line)}


def _spans(found: Account, held: HeldText) -> list[tuple[int, int, str]]:
    """Where clauses stand, moved ones too: start, end, reference; in the order of the text."""
    spans = []
    for clause, start in zip(found.clauses, found.starts, strict=True):
        assert clause.text is not None
        if start is None and clause.id in found.moved:
            wanted = found.moved[clause.id]
            start = next(at for at in held.occurrences(clause.text) if held.line(at) == wanted)
        if start is not None:
            spans.append((start, start + clause.text.length, clause.ref))
    return sorted(spans)


def _rows(held: HeldText, spans: Sequence[tuple[int, int, str]], left: _Left) -> list[Row]:
    lines = held.text.rstrip("\n").split("\n")
    begins = list(itertools.accumulate((len(line) + 1 for line in lines), initial=0))
    offsets = held.stream.offsets
    edges = [bisect.bisect_left(offsets, at) for at in begins]
    rows: list[Row] = []
    for number, (line, start, end) in enumerate(zip(lines, edges, edges[1:], strict=False), 1):
        if start >= end:
            if rows and line.strip():
                rows[-1] = _joined(rows[-1], number, line)
            continue
        clauses = tuple(ref for begin, stop, ref in spans if begin < end and start < stop)
        lacks = left.between(start, end)
        state: Accounted = "yes" if not lacks else "no" if lacks == end - start else "part"
        if rows and (rows[-1].clauses, rows[-1].accounted) == (clauses, state):
            rows[-1] = _joined(rows[-1], number, line)
        else:
            rows.append(Row(number, number, line, state, clauses))
    return rows


def _joined(row: Row, number: int, line: str) -> Row:
    return Row(row.first, number, f"{row.text}\n{line}", row.accounted, row.clauses)


class _Left:
    """What no clause accounts for: spans in the order of the text, none of which meet."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self._spans = spans
        self._ends = [end for _, end in spans]

    def between(self, start: int, end: int) -> int:
        """How much of it stands between two places."""
        found, at = 0, bisect.bisect_right(self._ends, start)
        while at < len(self._spans) and self._spans[at][0] < end:
            begin, stop = self._spans[at]
            found += min(end, stop) - max(start, begin)
            at += 1
        return found
