"""Synthetic claims, seeded: 1 to 12 lines each, with a realistic mix of codes, plans, places and missing facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

CLAIMS_AT_ONCE = 20_000
MEAN_LINES = 3.6
"""Lines of a claim on average; most claims have few, some twelve."""
OTHER_CODES = [f"{code}" for code in (99213, 99214, 97110, 20610, 36415, 80053, 85025, 93000, 71046, 77067)] + [
    f"{10_000 + 37 * i}" for i in range(190)
]
PLACES: dict[str, tuple[float, tuple[str, ...]]] = {
    "MI": (80, ("08202-01", "08202-99")),
    "OH": (6, ("15202-00",)),
    "IN": (4, ("08102-00",)),
    "IL": (3, ("06102-16", "06102-99")),
    "FL": (3, ("09102-04", "09102-99")),
    "KY": (1, ("15102-00",)),
}
"""States by weight, each with localities that lie in it."""
NO_LOCALITY = 0.15
DIAGNOSES = (
    (["M17.11"], 9), (["M17.12"], 8), (["M17.0"], 5), (["M17.11", "I10"], 6), (["M17.12", "E11.9", "I10"], 4),
    (["G44.86"], 2), (["M54.81"], 2), (["E11.42"], 4), (["M47.816"], 4), (["G57.61"], 2), (["Z96.651", "M25.561"], 3),
    (["I10"], 12), (["E78.5", "I10"], 9), (["J06.9"], 6), (["R07.9"], 5), (["M54.50"], 6), (["Z00.00"], 7),
    (["M17.11", "R52"], 2), (["I73.00", "M17.11"], 1), (["N18.31", "I12.9", "E11.22"], 3),
)  # fmt: skip
MODIFIERS: tuple[tuple[list[str], float], ...] = (
    ([], 60),
    (["RT"], 12),
    (["LT"], 12),
    (["59"], 6),
    (["50"], 2),
    (["25"], 5),
    (["RT", "59"], 2),
    (["26"], 1),
)


class _Draw:
    """Random columns of a given length."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def index(self, weights: Sequence[float], count: int) -> npt.NDArray[np.int32]:
        share = np.array(weights, dtype=float)
        return self.rng.choice(len(share), count, p=share / share.sum()).astype(np.int32)

    def text(self, options: Sequence[tuple[str | None, float]], count: int) -> pa.Array:
        """A dictionary column of weighted texts, None where the fact is missing."""
        words = [word for word, _ in options if word is not None]
        of = np.array([words.index(word) if word is not None else -1 for word, _ in options], dtype=np.int32)
        chosen = of[self.index([weight for _, weight in options], count)]
        return pa.DictionaryArray.from_arrays(pa.array(chosen, mask=chosen < 0), pa.array(words, pa.string()))

    def places(self, count: int) -> dict[str, pa.Array]:
        """`state` and `locality` of each claim, of one another where both are known."""
        pairs: list[tuple[str | None, str | None, float]] = [(None, None, 3)]
        for state, (weight, localities) in PLACES.items():
            pairs.append((state, None, weight * NO_LOCALITY))
            share = weight * (1 - NO_LOCALITY) / len(localities)
            pairs += [(state, locality, share) for locality in localities]
        chosen = pa.array(self.index([weight for *_, weight in pairs], count))
        return {
            name: pa.array([pair[at] for pair in pairs]).take(chosen).dictionary_encode()
            for at, name in enumerate(("state", "locality"))
        }

    def flag(self, yes: float, no: float, missing: float, count: int) -> pa.Array:
        drawn = self.index([no, yes, missing], count)
        return pa.array(drawn == 1, mask=drawn == 2)

    def lists(self, options: Sequence[tuple[list[str], float]], count: int) -> pa.Array:
        """A column of weighted lists."""
        words = sorted({word for entries, _ in options for word in entries})
        number = [np.array([words.index(word) for word in entries], dtype=np.int32) for entries, _ in options]
        chosen = self.index([weight for _, weight in options], count)
        length = np.array([len(one) for one in number])[chosen]
        starts = np.concatenate([[0], np.cumsum(length)]).astype(np.int32)
        longest = max(len(one) for one in number)
        padded = np.full((len(number), longest), -1, dtype=np.int32)
        for row, entries in enumerate(number):
            padded[row, : len(entries)] = entries
        flat = padded[chosen]
        values = pa.DictionaryArray.from_arrays(pa.array(flat[flat >= 0]), pa.array(words, pa.string()))
        return pa.ListArray.from_arrays(pa.array(starts), values.cast(pa.string()))


def batches(
    lines: int, seed: int = 7, codes: Sequence[tuple[str | None, float]] | None = None
) -> Iterator[pa.RecordBatch]:
    """About `lines` service lines, claim after claim, a batch of whole claims at a time."""
    draw, made, number = _Draw(seed), 0, 0
    while made < lines:
        batch = _batch(draw, number, codes or _codes())
        if made + batch.num_rows > lines:
            batch = batch.slice(0, lines - made)
        yield batch
        made += batch.num_rows
        number += CLAIMS_AT_ONCE


def _codes() -> list[tuple[str | None, float]]:
    named: list[tuple[str | None, float]] = [
        ("64640", 12), ("64624", 5), ("0441T", 1), ("64450", 4), ("64454", 2), ("64447", 2), ("76942", 6),
    ]  # fmt: skip
    return [*named, *((code, 8 if i < 10 else 0.2) for i, code in enumerate(OTHER_CODES))]


def _batch(draw: _Draw, number: int, codes: Sequence[tuple[str | None, float]]) -> pa.RecordBatch:
    claims = CLAIMS_AT_ONCE
    rng = draw.rng
    lines_of = 1 + rng.binomial(11, (MEAN_LINES - 1) / 11, claims)
    claim = np.repeat(np.arange(claims), lines_of)
    lines = len(claim)
    first, last = (int(np.datetime64(day).astype(int)) for day in ("2022-01-01", "2025-12-31"))
    charge = rng.integers(2_000, 90_000, lines)
    wide = np.zeros((lines, 2), dtype=np.int64)
    wide[:, 0] = charge
    of_claim: dict[str, pa.Array] = {
        "claim_id": pa.array(np.char.add("C", np.char.zfill((number + np.arange(claims)).astype(str), 10))),
        "service_date": pa.array(rng.integers(first, last + 1, claims).astype(np.int32)).cast(pa.date32()),
        "plan": draw.text(
            [("bcn-commercial-hmo", 46), ("bcn-advantage", 27), ("bcn65", 8), ("medicare-part-b", 18), (None, 1)],
            claims,
        ),
        **draw.places(claims),
        "practitioner": pa.array(np.char.add("NPI", rng.integers(0, 4_000, claims).astype(str))).dictionary_encode(),
        "place_of_service": draw.text([("11", 70), ("22", 12), ("24", 10), ("23", 4), ("31", 2), (None, 2)], claims),
        "diagnoses": draw.lists(DIAGNOSES, claims),
        "device": draw.text([("iovera", 10), ("other", 4), (None, 86)], claims),
        "modality": draw.text([("cryoneurolysis", 8), ("radiofrequency", 10), ("chemical", 4), (None, 78)], claims),
        "purpose": draw.text([("pain", 35), ("spasticity", 2), (None, 63)], claims),
        "contract_active": draw.flag(96, 1, 3, claims),
        "pcp_authorized": draw.flag(70, 10, 20, claims),
        "self_referral_option": draw.flag(10, 80, 10, claims),
        "network": draw.text([("contracted", 90), ("not-contracted", 5), (None, 5)], claims),
        "primary_medicare_covers": draw.flag(8, 4, 88, claims),
    }
    columns = {name: column.take(pa.array(claim)) for name, column in of_claim.items()}
    starts = np.concatenate([[0], np.cumsum(lines_of)[:-1]])
    columns |= {
        "line": pa.array((np.arange(lines) - starts[claim] + 1).astype(np.int32)),
        "code": draw.text(codes, lines),
        "units": pa.array(np.array([1, 1, 1, 1, 1, 2, 2, 3, 4, 6], dtype=np.int64)[rng.integers(0, 10, lines)]),
        "modifiers": draw.lists(MODIFIERS, lines),
        "charge": pa.Array.from_buffers(pa.decimal128(12, 2), lines, [None, pa.py_buffer(wide)]),
    }
    return pa.RecordBatch.from_pydict(columns)


def write(path: Path, lines: int, seed: int = 7, **options: Any) -> Path:
    """A Parquet file of about `lines` lines."""
    writer = None
    try:
        for batch in batches(lines, seed, **options):
            writer = writer or pq.ParquetWriter(path, batch.schema)
            writer.write_batch(batch)
    finally:
        if writer:
            writer.close()
    return path
