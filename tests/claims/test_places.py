"""A place by column: each line is priced where the same place, told alone, is; what is no place has no amount."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausal.claims.prepare import Layout
from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.columns.schema import input_columns, published
from clausal.determination.decide import decide
from clausal.documents.library import Library
from clausal.facts.source import Source
from clausal.problems import InvalidInput
from clausal.schedules.tables import Schedules
from tests.claims.same import AS_OF

PARTS = ("place", "zip", "county", "locality", "cbsa")
Row = Mapping[str, Any]


@pytest.fixture(scope="module")
def kernel(library: Library, schedules: Schedules) -> Kernel:
    return Kernel(library, schedules, Options(AS_OF))


def results(kernel: Kernel, library: Library, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What lines of one claim each are told."""
    base = {"service_date": "2024-10-15", "code": "64640", "units": 1, "place_of_service": "11"}
    full = [{**base, "claim_id": f"C{number:04}", **row} for number, row in enumerate(rows)]
    names = {name for row in full for name in row}
    columns = [column for column in input_columns(library.vocabulary) if column.name in names]
    schema = pa.schema([(one.name, one.type if one.name != "service_date" else pa.string()) for one in columns])
    batch = pa.RecordBatch.from_pylist(full, schema=schema)
    return list(kernel(Layout("claims", batch.schema, columns).prepare(batch)).to_pylist())


def told(kernel: Kernel, library: Library, *rows: Row) -> list[tuple[str | None, str | None, str | None]]:
    return [
        (str(one["allowed"]) if one["allowed"] is not None else None, one["priced_at"], one["price_note"])
        for one in results(kernel, library, rows)
    ]


CARRIED = "the table was published for other dates of the same year and is applied to this one"
NO_AREA = "national: no wage area is known for locality 08202-01: Michigan has 17, the CBSA number tells which"


def test_each_line_says_where_it_is_priced(kernel: Kernel, library: Library) -> None:
    asc = {"claim_type": "asc", "place_of_service": "24"}
    found = told(
        kernel,
        library,
        {},
        {"place": "Detroit"},
        {"locality": "08202-01"},
        {"county": "Wayne", "state": "MI"},
        {"cbsa": "45780"},
        {"place": "Detroit", **asc},
        {"cbsa": "19804", **asc},
        {"locality": "08202-01", **asc},
        {"state": "MI"},
        {"state": "OH"},
        {"place": "Ohio"},
        {"place": "   "},
        {"place": "   ", "locality": "08202-01"},
    )
    assert found == [
        ("248.32", "national", CARRIED),
        ("251.09", "08202-01", CARRIED),
        ("251.09", "08202-01", CARRIED),
        ("251.09", "08202-01", CARRIED),
        ("232.94", "15202-00", CARRIED),
        ("165.27", "19804", None),
        ("165.27", "19804", None),
        ("175.42", "national", NO_AREA),
        ("248.32", "national", CARRIED),
        ("248.32", "national", CARRIED),
        ("232.94", "15202-00", CARRIED),
        ("248.32", "national", CARRIED),
        ("251.09", "08202-01", CARRIED),
    ]


def test_what_no_table_knows_has_no_amount_and_says_why(kernel: Kernel, library: Library) -> None:
    asc = {"claim_type": "asc", "place_of_service": "24"}
    for row, says in (
        ({"locality": "08202-02"}, "unknown locality '08202-02' in 2024"),
        ({"cbsa": "00000", **asc}, "no wage index for area '00000' in 2024"),
        ({"cbsa": "00000", "claim_type": "outpatient", "place_of_service": "22"}, "no wage index for area '00000'"),
        ({"place": "19804"}, "'19804' may be a ZIP code, or the wage area Detroit-Dearborn-Livonia, MI"),
        ({"place": "48201"}, "no table of ZIP codes is held"),
        ({"place": "Jackson, MO"}, "write Jackson County, MO"),
        ({"county": "Wanye", "state": "MI"}, "did you mean Wayne County, MI"),
        ({"place": "Portland"}, "'Portland' may be in 3 states"),
        ({"place": "Detroit", "state": "OH"}, "no locality or wage area is named 'Detroit' in Ohio"),
        ({"locality": "08202-01", "cbsa": "45780", **asc}, "are not in one state"),
    ):
        ((amount, where, note),) = told(kernel, library, row)
        assert (amount, where) == (None, None)
        assert says in str(note)


def test_a_line_without_a_place_takes_no_rank_from_the_others(kernel: Kernel, library: Library) -> None:
    rows = [{"claim_id": "A", "line": 1, "locality": "08202-02"}, {"claim_id": "A", "line": 2}]
    assert [one["allowed"] for one in results(kernel, library, rows)][1] is not None
    assert told(kernel, library, *rows)[1][0] == "248.32"


def test_a_table_that_is_not_held_is_national_and_said(kernel: Kernel, library: Library) -> None:
    ((amount, where, note),) = told(kernel, library, {"zip": "48201"})
    assert (amount, where) == ("248.32", "national")
    assert "national: no table of ZIP codes is held" in str(note)


def test_drugs_are_paid_at_one_rate_wherever_it_is(kernel: Kernel, library: Library) -> None:
    row = {"code": "C9809", "service_date": "2025-05-01", "place": "Detroit", "claim_type": "outpatient"}
    ((_, where, _),) = told(kernel, library, {**row, "place_of_service": "22"})
    assert where in (None, "national")


def test_the_columns_are_published(library: Library) -> None:
    found = published(library.vocabulary, ())
    assert {"place", "zip", "county", "locality", "cbsa"} <= {one["name"] for one in found["claims"]}
    assert "priced_at" in {one["name"] for one in found["results"]}


def _maybe(*values: str | None) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(values)


PLACES = st.fixed_dictionaries(
    {
        "service_date": st.sampled_from(("2022-05-01", "2023-06-01", "2024-02-01", "2024-10-15", "2025-05-01")),
        "state": _maybe("MI", "OH", "OR", "CA"),
        "place": _maybe(
            "Detroit",
            "Portland",
            "Portland, OR",
            "Toledo",
            "Wayne County, MI",
            "Nowhere",
            "Sandusky",
            "19804",
            "Jackson, MO",
        ),
        "county": _maybe("Wayne", "Wanye, MI", "Kent, MI", "Lucas County, OH", "San Mateo, CA"),
        "locality": _maybe("08202-01", "08202-99", "15202-00", "01112-06", "99999-99"),
        "cbsa": _maybe("19804", "45780", "23", "00000", "41780"),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PLACES, min_size=1, max_size=6))
def test_by_column_a_place_is_what_it_is_alone(
    kernel: Kernel, library: Library, schedules: Schedules, places: list[dict[str, str | None]]
) -> None:
    kinds = {"professional": "11", "asc": "24", "outpatient": "22"}
    rows = [{**place, "claim_type": kind, "place_of_service": site} for place in places for kind, site in kinds.items()]
    by_column = iter(results(kernel, library, rows))
    for row in rows:
        assert _alone(library, schedules, row) == _of(next(by_column))


def _of(result: Mapping[str, Any]) -> tuple[str | None, str | None]:
    return (str(result["allowed"]) if result["allowed"] is not None else None), result["priced_at"]


def _alone(library: Library, schedules: Schedules, row: Row) -> tuple[str | None, str | None]:
    """What one case with the line is told; nothing where its place is refused."""
    parts = {("name" if part == "place" else part): row[part] for part in PARTS if row.get(part)}
    case = {
        "service_date": row["service_date"],
        "place_of_service": row["place_of_service"],
        "lines": [{"code": "64640", "units": 1}],
        **({"state": row["state"]} if row["state"] else {}),
        **({"place": parts} if parts else {}),
    }
    try:
        found = decide(library, library.cases.read(Source("case", case)), dt.date(2026, 1, 1), schedules)
    except InvalidInput:
        return None, None
    component = "professional" if row["claim_type"] == "professional" else "facility"
    assert found.payment
    (line,) = [one for one in found.payment.lines if one.component == component]
    return line.allowed, line.place.split(" ")[0] if line.allowed else None
