"""`benefit-row`: a publisher of the document to whose members no row of the benefit table applies."""

from __future__ import annotations

from collections.abc import Iterable

from clausal.evidence.model import Evidence
from clausal.evidence.publishers import same_publisher
from clausal.evidence.statements import Publisher
from clausal.rules.finding import Finding

NAME = "benefit-row"


def check(evidence: Evidence) -> Iterable[Finding]:
    """Publishers against the rows of the benefit table; a row that names none applies to the members of all."""
    rows = evidence.statements.benefits
    if not rows or not all(row.publishers for row in rows):
        return
    for publisher in evidence.statements.publishers:
        if not any(_is(publisher, name) for row in rows for name in row.publishers):
            short = f" ({publisher.abbreviated})" if publisher.abbreviated else ""
            message = (
                f"{publisher.name}{short} publishes the document, and no row of the benefit table is for its members"
            )
            others = tuple((row.row, row.place) for row in rows)
            yield Finding(NAME, "warning", publisher.place, message, "", others)


def _is(publisher: Publisher, name: str) -> bool:
    return same_publisher(publisher.name, name) or bool(
        publisher.abbreviated and publisher.abbreviated.lower() == name.lower()
    )
