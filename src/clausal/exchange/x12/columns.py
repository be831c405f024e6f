"""The columns of the claims read: one row for each service line, with what its claim says beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

TEXT = pa.string()
TEXTS = pa.list_(pa.string())
CENTS = pa.int64()

SCHEMA = pa.schema(
    [
        ("claim_id", TEXT),
        ("claim_key", TEXT),
        ("claim_type", TEXT),
        ("line", pa.int32()),
        ("line_control_number", TEXT),
        ("service_date", pa.date32()),
        ("service_date_end", pa.date32()),
        ("code", TEXT),
        ("revenue_code", TEXT),
        ("units", pa.int32()),
        ("quantity", TEXT),
        ("modifiers", TEXTS),
        ("charge", CENTS),
        ("place_of_service", TEXT),
        ("bill_type", TEXT),
        ("diagnoses", TEXTS),
        ("problem_list", TEXTS),
        ("state", TEXT),
        ("zip", TEXT),
        ("practitioner", TEXT),
        ("specialty", TEXT),
        ("payer_id", TEXT),
        ("payer_name", TEXT),
        ("payer_tax_id", TEXT),
        ("payer_address", TEXTS),
        ("claim_filing", TEXT),
        ("payer_sequence", TEXT),
        ("group_number", TEXT),
        ("member_id", TEXT),
        ("subscriber_last_name", TEXT),
        ("subscriber_first_name", TEXT),
        ("patient_last_name", TEXT),
        ("patient_first_name", TEXT),
        ("date_of_birth", pa.date32()),
        ("sex", TEXT),
        ("payee_npi", TEXT),
        ("payee_name", TEXT),
        ("payee_tax_id", TEXT),
        ("payee_address", TEXTS),
        ("frequency", TEXT),
        ("prior_authorization", TEXT),
        ("referral", TEXT),
        ("claim_charge", CENTS),
        ("primary_payer_id", TEXT),
        ("primary_paid", CENTS),
        ("primary_claim_paid", CENTS),
        ("primary_adjustments", TEXT),
        ("primary_claim_adjustments", TEXT),
        ("primary_medicare", pa.bool_()),
        ("original_reference", TEXT),
        ("attachments", TEXT),
        ("notes", TEXT),
        ("isa_control", TEXT),
        ("gs_control", TEXT),
        ("st_control", TEXT),
        ("transaction_version", TEXT),
        ("isa_sender_qualifier", TEXT),
        ("isa_sender", TEXT),
        ("isa_receiver_qualifier", TEXT),
        ("isa_receiver", TEXT),
        ("gs_sender", TEXT),
        ("gs_receiver", TEXT),
        ("usage", TEXT),
    ]
)
"""A claim is identified by `claim_key` (`ISA13.ST02.n`, n its place in its transaction, from 1), a row
by that and `line`.

Money is in cents. Codes stand as sent, diagnoses with their dot. `payee_address` and `payer_address` are the street
lines followed by city, state and zip, the last three always there (empty where not given). `units` is null where it is
not a whole number of units: `quantity` then has what is given, as `21.5 UN` or `61 MJ`. `primary_payer_id` names every
earlier payer in order, joined by blanks; what several of them paid and adjusted is put together. What a claim does not
say is null; a list without entries is empty.
"""

LINE_COLUMNS = (
    "line",
    "line_control_number",
    "service_date",
    "service_date_end",
    "code",
    "revenue_code",
    "units",
    "quantity",
    "modifiers",
    "charge",
    "place_of_service",
    "diagnoses",
    "problem_list",
    "state",
    "zip",
    "practitioner",
    "specialty",
    "prior_authorization",
    "referral",
    "primary_paid",
    "primary_adjustments",
    "attachments",
    "notes",
)
"""What each line of a claim says for itself, in the order of its row; dates are days since 1970-01-01."""
CLAIM_COLUMNS = tuple(name for name in SCHEMA.names if name not in LINE_COLUMNS)
"""What all lines of a claim share, in the order of its row."""

Row = tuple[Any, ...]


def batch_of(claims: Sequence[Row], lines: Sequence[Row], counts: Sequence[int]) -> pa.RecordBatch:
    """Claims and their lines as one batch; `counts` has the number of lines of each claim.

    A claim's values are made into arrays once and then repeated for its lines.
    """
    owner = pa.array(np.repeat(np.arange(len(claims), dtype=np.int32), counts))
    arrays = {name: array.take(owner) for name, array in _arrays(CLAIM_COLUMNS, claims)}
    arrays.update(_arrays(LINE_COLUMNS, lines))
    return pa.RecordBatch.from_arrays([arrays[name] for name in SCHEMA.names], schema=SCHEMA)


def _arrays(names: Sequence[str], rows: Sequence[Row]) -> list[tuple[str, pa.Array]]:
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return [(name, _array(column, SCHEMA.field(name).type)) for name, column in zip(names, columns, strict=True)]


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if kind == pa.date32():
        return pa.array(values, pa.int32()).cast(kind)
    return pa.array(values, kind)
