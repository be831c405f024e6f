"""Parquet of any types decides the same as the plainest, in order, sorted, and over a folder of differing files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.claims.test_run import Run, many, rejects, results


def typed(rows: list[dict[str, Any]], kinds: dict[str, pa.DataType]) -> pa.Table:
    table = pa.Table.from_pylist([one | {"diagnoses": [one["diagnoses"]], "units": one["units"]} for one in rows])
    for name, kind in kinds.items():
        column = table.column(name).combine_chunks()
        if pa.types.is_decimal(kind):
            column = column.cast(pa.decimal128(12, 2))
        if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
            column = column.cast(pa.date32())
        table = table.set_column(table.column_names.index(name), name, column.cast(kind))
    return table


ODD: dict[str, dict[str, pa.DataType]] = {
    "decimal256": {"charge": pa.decimal256(40, 2)},
    "decimal256-wide": {"charge": pa.decimal256(70, 2)},
    "large": {"claim_id": pa.large_string(), "diagnoses": pa.large_list(pa.large_string())},
    "fixed": {"diagnoses": pa.list_(pa.string(), 1), "service_date": pa.timestamp("ns", "UTC")},
    "bytes": {"claim_id": pa.binary(), "code": pa.binary()},
    "dictionaries": {"claim_id": pa.dictionary(pa.int32(), pa.string()), "plan": pa.dictionary(pa.int8(), pa.string())},
    "floats": {"units": pa.float64(), "line": pa.float64()},
    "small": {"units": pa.uint8(), "line": pa.int16(), "service_date": pa.date64()},
    "views": {"claim_id": pa.string_view(), "code": pa.string_view()},
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("apart", [False, True])
def test_a_column_of_another_type_decides_the_same(go: Run, tmp_path: Path, name: str, apart: bool) -> None:
    rows = many(30)
    if apart:
        rows.sort(key=lambda one: (one["line"], one["claim_id"]))
    pq.write_table(typed(rows, {}), tmp_path / "plain.parquet")
    pq.write_table(typed(rows, ODD[name]), tmp_path / "odd.parquet", row_group_size=17)
    go(tmp_path / "plain.parquet", tmp_path / "a.parquet")
    done = go(tmp_path / "odd.parquet", tmp_path / "b.parquet")
    assert (done.order, done.summary.rejected) == ("sorted" if apart else "in order", 0)
    assert results(tmp_path / "a.parquet") == results(tmp_path / "b.parquet")


@pytest.mark.parametrize("apart", [False, True])
def test_files_of_a_folder_may_each_have_their_types(go: Run, tmp_path: Path, apart: bool) -> None:
    rows = many(40)
    if apart:
        rows.sort(key=lambda one: (one["line"], one["claim_id"]))
    pq.write_table(typed(rows, {}), tmp_path / "plain.parquet")
    (tmp_path / "folder").mkdir()
    for number, kinds in enumerate([{}, *ODD.values()]):
        part = typed(rows[number * 12 : number * 12 + 12], kinds)
        path = tmp_path / "folder" / f"{number:02}.parquet"
        pq.write_table(part, path, use_compliant_nested_type=bool(number % 2))
    go(tmp_path / "plain.parquet", tmp_path / "a.parquet")
    done = go(tmp_path / "folder", tmp_path / "b.parquet")
    assert (done.summary.lines, done.summary.rejected) == (120, 0)
    assert results(tmp_path / "a.parquet") == results(tmp_path / "b.parquet")


def test_a_day_that_no_calendar_has_is_told_where_a_code_belongs(go: Run, tmp_path: Path) -> None:
    table = typed(many(20), {})
    days = pa.array([-(2**31), *([None] * (table.num_rows - 1))], pa.int32()).cast(pa.date32())
    pq.write_table(table.set_column(table.column_names.index("code"), "code", days), tmp_path / "c.parquet")
    done = go(tmp_path / "c.parquet", tmp_path / "o.parquet")
    assert done.summary.rejected
    told = rejects(tmp_path / "o.rejects.jsonl").values()
    assert any("-2147483648" in why for why in told)
