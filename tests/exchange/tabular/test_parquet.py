"""Parquet as other programs write it: lists of any name, types of any width, folders whose files differ."""

from __future__ import annotations

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clausal.exchange.tabular.opened import Reading
from clausal.exchange.tabular.parquet import ParquetTable
from clausal.exchange.tabular.values import as_list, as_texts, cast
from clausal.problems import InvalidInput

LISTS = [["M17.11", "I10"], None, [], ["M17.11"]]


def values(path: Path, name: str = "x") -> list[Any]:
    table = ParquetTable(path)
    return [one for batch in table.batches([name], (), Reading()) for one in batch.column(name).to_pylist()]


@pytest.mark.parametrize("name", ["element", "item", "array_element", "a b"])
@pytest.mark.parametrize("compliant", [True, False])
def test_a_list_is_read_whatever_it_calls_its_own(tmp_path: Path, name: str, compliant: bool) -> None:
    column = pa.array(LISTS, pa.list_(pa.field(name, pa.string())))
    pq.write_table(pa.table({"x": column}), tmp_path / "c.parquet", use_compliant_nested_type=compliant)
    table = ParquetTable(tmp_path / "c.parquet")
    (batch,) = table.batches(["x"], (), Reading())
    assert batch.column("x").to_pylist() == LISTS
    assert pa.types.is_dictionary(batch.column("x").type.value_type), "text of lists is kept as words"


@pytest.mark.parametrize("kind", [pa.large_list(pa.string()), pa.large_list(pa.large_string()), pa.list_(pa.int64())])
def test_a_list_of_another_width_is_a_list(tmp_path: Path, kind: pa.DataType) -> None:
    given: list[Any] = [[1, 2], None, [], [3]] if kind.value_type == pa.int64() else LISTS
    pq.write_table(pa.table({"x": pa.array(given, kind)}), tmp_path / "c.parquet")
    assert values(tmp_path / "c.parquet") == given


def test_a_list_of_a_fixed_size_is_a_list(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({"x": pa.array([["a", "b"], ["c", None]], pa.list_(pa.string(), 2))}), tmp_path / "c.parquet"
    )
    assert values(tmp_path / "c.parquet") == [["a", "b"], ["c", None]]


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (pa.array([[{"code": "M17.11"}]]), "holds lists of records"),
        (pa.array([{"code": "M17.11"}]), "holds records"),
        (pa.array([[("a", "b")]], pa.map_(pa.string(), pa.string())), "holds nested values"),
        (pa.array([[["a"]]]), "holds lists of lists"),
    ],
    ids=["list-of-structs", "struct", "map", "list-of-lists"],
)
def test_a_column_without_plain_values_is_told_only_if_it_is_read(tmp_path: Path, column: pa.Array, told: str) -> None:
    pq.write_table(pa.table({"x": column, "y": ["A"]}), tmp_path / "c.parquet")
    assert values(tmp_path / "c.parquet", "y") == ["A"]
    with pytest.raises(InvalidInput, match=f"column 'x' {told}.*; columns hold one value a line"):
        values(tmp_path / "c.parquet")


@pytest.mark.parametrize(
    ("column", "read"),
    [
        (pa.array([Decimal("1.23"), None], pa.decimal256(38, 2)), Decimal("1.23")),
        (pa.array([Decimal("1.23"), None], pa.decimal256(60, 2)), "1.23"),
        (pa.array([Decimal("1.23"), None], pa.decimal32(5, 2)), Decimal("1.23")),
        (pa.array(["é", None], pa.large_string()), "é"),
        (pa.array(["é", None], pa.string_view()), "é"),
        (pa.array(["é".encode(), None], pa.binary()), "é"),
        (pa.array([b"ab", None], pa.binary(2)), "ab"),
        (pa.array(["a", None]).dictionary_encode(), "a"),
        (pa.array([7, None]).dictionary_encode(), 7),
        (pa.array([dt.date(2024, 10, 15), None], pa.date64()), dt.date(2024, 10, 15)),
    ],
    ids=str,
)
def test_a_value_of_any_type_is_read(tmp_path: Path, column: pa.Array, read: Any) -> None:
    pq.write_table(pa.table({"x": column}), tmp_path / "c.parquet")
    assert values(tmp_path / "c.parquet") == [read, None]


@pytest.mark.parametrize("kind", [pa.binary(), pa.string()])
def test_bytes_that_are_no_text_are_refused_and_not_guessed(tmp_path: Path, kind: pa.DataType) -> None:
    column = pa.array([b"A\xc9", b"A\xc8"], pa.binary())
    column = column if kind == pa.binary() else column.view(pa.string())
    pq.write_table(pa.table({"x": column}), tmp_path / "c.parquet")
    with pytest.raises(InvalidInput, match="column 'x', in lines 1 to 2 of all: bytes that are no UTF-8 text"):
        values(tmp_path / "c.parquet")


def test_files_of_a_folder_may_differ_in_types_and_columns(tmp_path: Path) -> None:
    (tmp_path / "year").mkdir()
    for name, column in (("a", pa.array([64640], pa.int32())), ("b", pa.array([7], pa.int64())), ("c", ["0441T"])):
        pq.write_table(pa.table({"x": column}), tmp_path / "year" / f"{name}.parquet")
    pq.write_table(pa.table({"y": ["other"]}), tmp_path / "year" / "d.parquet")
    assert values(tmp_path / "year") == ["64640", "7", "0441T", None]


def test_a_pipe_in_a_folder_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "c.parquet")
    with pytest.raises(InvalidInput, match="is a pipe; only regular files are read"):
        ParquetTable(tmp_path)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (pa.array([-(2**31)], pa.date32()), "<value out of range: -2147483648>"),
        (pa.array([2**62], pa.timestamp("s")), f"<value out of range: {2**62}>"),
        (pa.array([[-(2**31)]], pa.list_(pa.date32())), "<value out of range: -2147483648>"),
    ],
    ids=["date", "timestamp", "list"],
)
def test_a_day_that_no_calendar_has_is_told_of_its_line_alone(column: pa.Array, text: str) -> None:
    problems = np.full(1, None, object)
    if pa.types.is_list(column.type):
        assert as_list([column], "x", pa.list_(pa.string()), problems).to_pylist() == [[text]]
        return
    assert as_texts(column) == [text]
    assert cast(column, "units", pa.int64(), problems).to_pylist() == [None]
    assert problems[0] == f"units: '{text}' is not a whole number"
