"""What a document quotes as evidence and what its numbers give away, as known on a day; also as plain data."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from clausal.documents.library import Library
from clausal.documents.named import pack_named
from clausal.documents.pack import Pack
from clausal.evidence.checks import findings
from clausal.evidence.model import Evidence, Figure, Probability
from clausal.evidence.read import evidence_of
from clausal.problems import InvalidInput, Place, place_data
from clausal.rules.finding import Finding


@dataclasses.dataclass(frozen=True)
class Quoted:
    """The evidence of a document, the day on which its edition took effect if one was published, what is found."""

    document: Pack
    evidence: Evidence
    edition: dt.date | None
    findings: Sequence[Finding]


def quoted(library: Library, pack: str, day: dt.date) -> Quoted:
    """The evidence of a pack by the last edition published by a day; raises InvalidInput where the pack has none."""
    document = pack_named(library, pack)
    of_packs = {one.name: read for one in library.packs.values() if (read := evidence_of(one)) is not None}
    if pack not in of_packs:
        raise InvalidInput.at(Place(document.folder), "this pack holds no evidence", "it would stand in evidence.yaml")
    edition = max((one.effective for one in document.versions if one.published <= day), default=None)
    return Quoted(document, of_packs[pack], edition, findings(of_packs, pack, edition, day))


def evidence_data(of: Quoted) -> dict[str, Any]:
    """All that is quoted, figures as they are printed, and what is found."""
    told: dict[str, Any] = _plain(of.evidence)
    found = [
        {
            "check": one.check,
            "severity": one.severity,
            "message": one.message,
            "place": place_data(one.place),
            "others": [{"what": what, "place": place_data(place)} for what, place in one.others],
        }
        for one in of.findings
    ]
    return told | {"findings": found}


def _plain(value: Any) -> Any:
    """Plain data; figures as they are printed, what is empty left out."""
    if isinstance(value, Figure | Probability | Decimal | dt.date):
        return str(value)
    if dataclasses.is_dataclass(value):
        fields = {one.name: getattr(value, one.name) for one in dataclasses.fields(value) if one.name != "place"}
        return {name: _plain(one) for name, one in fields.items() if one not in (None, "", (), {}, frozenset())}
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [_plain(one) for one in value]
    return value
