"""`edition`: a cited document in an edition that is older than one known."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from clausal.evidence.model import Evidence
from clausal.evidence.statements import EditionOf, Relied, plain
from clausal.rules.finding import Finding, Severity

NAME = "edition"
_NUMBERS = re.compile(r"\d+(\.\d+)*\Z")


def check(
    evidence: Evidence, of_packs: Iterable[Evidence], edition: dt.date | None, today: dt.date
) -> Iterable[Finding]:
    """Editions that are cited against those that are known, here or to another document, and took effect by today.

    What took effect before the edition that cites is a warning, what came later a note.
    """
    others = list(of_packs)
    for relied in evidence.statements.editions:
        newer = [one for one in _known(relied, evidence, others) if _older(relied.cited, one)]
        newer = [one for one in newer if one.first is None or one.first <= today]
        if not newer:
            continue
        newest = max(newer, key=lambda one: (one.first or dt.date.min, _version(one)))
        before = edition is not None and newest.last is not None and newest.last <= edition
        severity: Severity = "warning" if before else "note"
        since = f", before the edition of {edition} took effect" if before else ""
        source = f" ({newest.source})" if newest.source else ""
        message = (
            f"{relied.document} is cited in the edition of {relied.cited}; one of {newest} is known{since}{source}"
        )
        yield Finding(NAME, severity, relied.place, message)


def _known(relied: Relied, evidence: Evidence, others: Iterable[Evidence]) -> Iterator[EditionOf]:
    """The editions of a document that its entry knows, and those that other documents cite or know."""
    yield from relied.known
    for other in others:
        if other.pack != evidence.pack:
            for one in other.statements.editions:
                if plain(one.document) == plain(relied.document):
                    yield from (one.cited, *one.known)


def _older(cited: EditionOf, known: EditionOf) -> bool:
    """Whether an edition is surely older than another: by date, or by version where the dates do not tell."""
    if cited.last is not None and known.first is not None and cited.last < known.first:
        return True
    if cited.first is not None and known.last is not None and known.last < cited.first:
        return False
    one, other = _version(cited), _version(known)
    return bool(one and other) and one < other


def _version(edition: EditionOf) -> tuple[int, ...]:
    """A version that is a number, as its parts; nothing if it is none."""
    return tuple(map(int, edition.version.split("."))) if _NUMBERS.match(edition.version) else ()
