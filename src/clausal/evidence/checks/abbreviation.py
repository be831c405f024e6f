"""`abbreviation`: an abbreviation that is defined and never used, used and never defined, or defined in two ways."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from clausal.evidence.model import Evidence
from clausal.evidence.statements import Abbreviation, plain
from clausal.rules.finding import Finding

NAME = "abbreviation"
ALIKE = 4
"""From so many first letters on, two words of a definition are one word."""


def check(evidence: Evidence) -> Iterable[Finding]:
    """The abbreviations of a document, those of one fault in one finding; units and names need no definition."""
    listed = evidence.statements.abbreviations
    yield from _of("defined and never used", [one for one in listed if one.defined and not one.used])
    undefined = [one for one in listed if one.used and not one.defined and not one.plain]
    yield from _of("used and never defined", undefined)
    for one in listed:
        if any(not _same(a, b) for a, b in itertools.combinations(one.means, 2)):
            message = f"{one.short} is defined in {len(one.means)} ways: {', '.join(one.means)}"
            yield Finding(NAME, "warning", one.place, message)


def _same(one: str, other: str) -> bool:
    """Whether two meanings are one but for typography, number and spelling: word by word they begin alike."""
    words, others = plain(one).split(), plain(other).split()
    return len(words) == len(others) and all(a[:ALIKE] == b[:ALIKE] for a, b in zip(words, others, strict=True))


def _of(fault: str, listed: Sequence[Abbreviation]) -> Iterator[Finding]:
    if listed:
        others = tuple((one.short, one.place) for one in listed[1:])
        message = f"{fault}: {', '.join(one.short for one in listed)}"
        yield Finding(NAME, "note", listed[0].place, message, "", others)
