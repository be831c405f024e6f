"""One claim of a claim file, found again: all its lines, as they were read to be decided."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clausal.claims.files import ClaimFile, open_claims
from clausal.claims.mapping import NONE, FileMapping
from clausal.claims.whole import decoded, joined
from clausal.columns.kernel import key_of
from clausal.columns.schema import Column
from clausal.facts.given_place import KEYS as OF_PLACE
from clausal.facts.vocabulary import Vocabulary
from clausal.rules.model import SERVICE_DATE


def claim_of(path: Path, columns: Sequence[Column], claim: str, mapping: FileMapping = NONE) -> pa.RecordBatch | None:
    """The lines of a claim, wherever they stand, with the published columns; None where the file has none of it.

    `claim` is what tells claims apart: the claim's key in an X12 file, else its number. Raises InvalidInput.
    """
    file = open_claims(path, columns, mapping)
    found = []
    for batch in file.batches():
        mine = _prepared(file, batch, claim, mapping)
        if mine.num_rows:
            found.append(mine)
    if not found:
        return None
    return joined(found) if len(found) > 1 else found[0]


def _prepared(file: ClaimFile, batch: pa.RecordBatch, claim: str, mapping: FileMapping) -> pa.RecordBatch:
    """The lines of a batch that are of a claim, prepared; of most batches nothing has to be."""
    source = mapping.columns.get("claim_key") or mapping.columns.get("claim_id")
    if source is None or not source.values:
        batch = _of(batch, batch.column(file.layout.key), claim)
    if not batch.num_rows:
        return batch
    prepared = file.layout.prepare(batch)
    return _of(prepared, prepared.column(key_of(prepared.schema)), claim)


def _of(batch: pa.RecordBatch, keys: pa.Array, claim: str) -> pa.RecordBatch:
    plain = decoded(keys)
    return batch.filter(pc.fill_null(pc.equal(plain.cast(pa.string()), claim), False))


def line_at(claim: pa.RecordBatch, number: int | None) -> int | None:
    """Where a line of a claim stands among its lines, by its number; counted from 1 where none is given."""
    if "line" in claim.schema.names:
        given = claim.column("line").to_pylist()
        if number in given:
            return int(given.index(number))
        return None
    return number - 1 if number is not None and 1 <= number <= claim.num_rows else None


def of_one_case(claim: pa.RecordBatch, at: int, vocabulary: Vocabulary) -> tuple[pa.RecordBatch, int]:
    """The lines of a claim that are of the day of the line `at`, and where that stands among them.

    What a case has but once, each line of a file may have otherwise: here all have it as that line has it. Of the
    other lines edits and prices of the day depend on codes, units and modifiers alone, which stay.
    """
    days = claim.column(SERVICE_DATE).to_pylist()
    same = np.array([day == days[at] for day in days], dtype=bool)
    here = int(same[:at].sum())
    found = claim.filter(pa.array(same))
    for number, name in enumerate(found.schema.names):
        fact = vocabulary.facts.get(name)
        if fact is not None and fact.case and not (fact.of_line or fact.by_line):
            repeated = found.column(number).take(pa.array([here] * found.num_rows))
            found = found.set_column(number, name, repeated)
    return found, here


def with_place(case: dict[str, Any], claim: pa.RecordBatch, at: int) -> dict[str, Any]:
    """A case with the place that a line of its claim gives."""
    names = {"place": "name", **{name: name for name in OF_PLACE if name not in ("name", "state")}}
    place = {
        to: value
        for name, to in names.items()
        if name in claim.schema.names and (value := decoded(claim.column(name)).to_pylist()[at])
    }
    if not place:
        return case
    return {**case, "place": place["name"] if set(place) == {"name"} else place}
