"""A claim is priced and edited by column as it is alone: every type of claim, several days and practitioners."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausal.claims.prepare import Layout
from clausal.coding.edits import Context, run
from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.columns.schema import input_columns
from clausal.determination.payment import limits
from clausal.documents.library import Library
from clausal.payment.quote import quote
from clausal.schedules.lines import ClaimType, make_lines
from clausal.schedules.modifiers import BEARING
from tests.payment.made import PFS, Made, fee, rate, split

AS_OF = dt.date(2026, 1, 1)
COLON = [
    fee("45378", "255.40", mult="2"), fee("45380", "285.98", mult="3", endo="45378"),
    fee("45385", "374.56", mult="3", endo="45378"),
]  # fmt: skip
MADE = Made(
    pfs=[
        fee("64640", "200", "48.32", mult="2", bilat="1", glob="010", pre=10, intra=80, post=10),
        fee("64624", "300", "88.13", mult="2", bilat="1"),
        fee("97110", "7", "10", "1", mult="5"), fee("97140", "11", "8", "1", mult="5"), *COLON,
        *split("70450", "69", "40", mult="4", family="88"), *split("72125", "87", "47", mult="4", family="88"),
        *split("93306", "148", "65", mult="6"), *split("92250", "53", "23", mult="7"), fee("G0439", "130"),
        {**PFS, "code": "0441T", "status": "C"},
    ],
    opps=[
        rate("64640", "T", "868.45"), rate("64624", "J1", "1839.63", "5431"), rate("0441T", "J1", "1839.63", "5431"),
        rate("70450", "Q3", "106"), rate("72125", "Q3", "106"), rate("93306", "S", "500"), rate("92250", "Q1", "60"),
        rate("45378", "T", "850"), rate("45380", "T", "1100"), rate("G0439", "A", ""), rate("97110", "A", ""),
        rate("11000", "J1", "5000", "5432"), rate("97140", "N", ""), rate("45385", "Q2", "1100"),
    ],
    asc=[
        {"code": "64640", "discount": "Y", "indicator": "P3", "rate": 1_754_200},
        {"code": "64624", "discount": "Y", "indicator": "G2", "rate": 8_976_700},
        {"code": "45378", "discount": "Y", "indicator": "A2", "rate": 4_000_000},
        {"code": "70450", "discount": "N", "indicator": "N1", "rate": -1},
    ],
    complexity=[{"code": "64624", "other": "0441T", "apc": "5432"}],
    mue=[{"service": who, "code": "64640", "units": 5, "mai": 3} for who in ("practitioner", "outpatient")],
    ptp=[
        {"service": who, "column_1": "64624", "column_2": "64640", "modifier": 1}
        for who in ("practitioner", "outpatient")
    ],
    addon=[{"primary_code": "64640", "add_on": "97140", "type": 1}],
)  # fmt: skip
"""Tables in which each rule has codes to bear on."""
CODES = sorted(set(MADE.table("pfs").columns["code"].tolist()))
LINE = st.fixed_dictionaries(
    {
        "code": st.sampled_from(CODES),
        "units": st.none() | st.integers(1, 7),
        "modifiers": st.lists(st.sampled_from(("RT", "LT", "50", "59", *BEARING)), max_size=2, unique=True),
        "day": st.integers(1, 3),
        "span": st.integers(1, 2),
        "practitioner": st.sampled_from(("A", "B")),
        "charge": st.none() | st.integers(1, 300_000),
    }
)
CLAIM = st.fixed_dictionaries(
    {
        "claim_type": st.sampled_from(("professional", "outpatient", "asc", "institutional")),
        "place_of_service": st.sampled_from((None, "11", "22", "24")),
        "left": st.sampled_from((0, 5_000, 24_000)),
        "qualifying": st.sampled_from((None, True, False)),
        "lines": st.lists(LINE, min_size=1, max_size=6),
    }
)


@pytest.fixture(scope="module")
def kernel(library: Library) -> Kernel:
    return Kernel(library, MADE, Options(AS_OF))


def results_of(kernel: Kernel, library: Library, claims: list[dict[str, Any]]) -> pa.RecordBatch:
    """What the kernel says of each line of all claims, in one batch."""
    rows = [
        {
            "claim_id": f"C{number:03}",
            "service_date": dt.date(2024, 5, line["day"]),
            "service_date_end": dt.date(2024, 5, line["day"] + line["span"] - 1),
            "claim_type": claim["claim_type"],
            "place_of_service": claim["place_of_service"],
            "qualifying_participant": claim["qualifying"],
            "deductible_left": Decimal(claim["left"]) / 100,
            "charge": None if line["charge"] is None else Decimal(line["charge"]) / 100,
            **{name: line[name] for name in ("code", "units", "modifiers", "practitioner")},
        }
        for number, claim in enumerate(claims)
        for line in claim["lines"]
    ]
    columns = [column for column in input_columns(library.vocabulary) if column.name in rows[0]]
    batch = pa.RecordBatch.from_pylist(rows, schema=pa.schema([(one.name, one.type) for one in columns]))
    return kernel(Layout("claims", batch.schema, columns).prepare(batch))


def alone(library: Library, claim: dict[str, Any]) -> list[dict[str, Any]]:
    """What one claim is told by itself, as the columns have it."""
    kind: ClaimType = claim["claim_type"]
    written = claim["lines"]
    lines = make_lines(
        [line["code"] for line in written],
        day=[np.datetime64(f"2024-05-{line['day']:02}") for line in written],
        units=[line["units"] for line in written],
        modifiers=[line["modifiers"] for line in written],
        place=int(claim["place_of_service"] or 0),
        claim=[0] * len(written),
        group=[10 * line["day"] + (line["practitioner"] == "B") for line in written],
        days=[line["span"] for line in written],
        charge=[-1 if line["charge"] is None else line["charge"] for line in written],
        qualifying=-1 if claim["qualifying"] is None else int(claim["qualifying"]),
    )
    modifiers = [line["modifiers"] for line in written]
    found = quote(lines, modifiers, MADE, deductible_left=claim["left"], claim_type=kind)
    findings = run(Context(lines, MADE, kind, limits(library.view(AS_OF))))
    return [
        {
            **{name: _amount(getattr(one, name)) for name in ("allowed", "payer", "patient")},
            "withheld": _amount(one.sequestration),
            "price_note": one.why,
            "edits": {f.edit for f in findings if f.line == one.line and not f.passes},
            "edits_passed": {f.edit for f in findings if f.line == one.line and f.passes},
            "edit_details": {f.detail for f in findings if f.line == one.line and f.detail},
        }
        for one in found.lines
    ]


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@settings(max_examples=300, deadline=None)
@given(st.lists(CLAIM, min_size=1, max_size=4))
def test_a_claim_is_told_the_same_by_column_as_alone(
    kernel: Kernel, library: Library, claims: list[dict[str, Any]]
) -> None:
    together = results_of(kernel, library, claims).to_pylist()
    expected = [line for claim in claims for line in alone(library, claim)]
    for one, other in zip(expected, together, strict=True):
        told = {name: other[name] for name in one}
        told["edits"], told["edits_passed"] = (set((told[name] or "").split()) for name in ("edits", "edits_passed"))
        told["edit_details"] = set(filter(None, (told["edit_details"] or "").split("; ")))
        assert told == one


def test_what_a_batch_tells_of_its_edits_is_not_kept_for_the_next(kernel: Kernel, library: Library) -> None:
    def of_units(units: int) -> pa.Array:
        claim = {"claim_type": "professional", "place_of_service": "11", "left": 0, "qualifying": None}
        line = {"code": "64640", "modifiers": [], "day": 1, "span": 1, "practitioner": "A", "charge": 100}
        return results_of(kernel, library, [{**claim, "lines": [{**line, "units": units}]}]).column("edit_details")

    first, second = of_units(6), of_units(7)
    assert first.to_pylist() == ["mue 6 of 5 units MAI 3; unit-cap 6 of 5 units"]
    assert second.to_pylist() == ["mue 7 of 5 units MAI 3; unit-cap 7 of 5 units"]
    assert not [words for words in second.dictionary.to_pylist() if "6 of 5" in words]
