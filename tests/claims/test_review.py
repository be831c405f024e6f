"""What a second pair of eyes found, each as a case that must not come back."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clausal.claims.mapping import FileMapping
from clausal.exchange.tabular.opened import Form
from clausal.problems import InvalidInput
from tests.claims.test_run import Run, csv, go, many, rejects, results, row  # noqa: F401

PAID = {"plan": "bcn65", "primary_medicare_covers": "true", "place_of_service": "11"}


def test_an_earlier_payer_s_amount_below_nothing_is_rejected(go: Run, tmp_path: Path) -> None:  # noqa: F811
    go(csv(tmp_path / "c.csv", [row("A", 1, **PAID, primary_coinsurance="-5")]), tmp_path / "o.parquet")
    assert rejects(tmp_path / "o.rejects.jsonl") == {("A", 1): "primary_coinsurance: less than nothing"}


def test_what_the_earlier_payer_left_is_paid_in_every_format(go: Run, tmp_path: Path) -> None:  # noqa: F811
    go(csv(tmp_path / "c.csv", [row("A", 1, **PAID, primary_coinsurance="7.00")]), tmp_path / "o.parquet")
    assert str(results(tmp_path / "o.parquet")[0]["paid"]) == "7.00"


@pytest.mark.parametrize("wrong", [{"modifiers": "QZ9"}, {"claim_type": "profesional"}, {"place_of_service": "²"}])
def test_the_first_value_may_be_a_bad_one(go: Run, tmp_path: Path, wrong: dict[str, str]) -> None:  # noqa: F811
    go(csv(tmp_path / "c.csv", [row("A", 1, **wrong), row("B", 1, claim_type="professional")]), tmp_path / "o.parquet")
    assert [one["claim_id"] for one in results(tmp_path / "o.parquet")] == ["B"]


def test_blanks_around_a_code_change_nothing(go: Run, tmp_path: Path) -> None:  # noqa: F811
    rows = [row("A", 1, **PAID, units="9"), row("B", 1, **PAID, units="9") | {"code": " 64640 "}]
    go(csv(tmp_path / "c.csv", rows), tmp_path / "o.parquet")
    first, second = results(tmp_path / "o.parquet")
    assert first["edits"] == second["edits"] == "mue unit-cap"
    assert str(first["paid"]) == str(second["paid"]) == "0.00"


def test_lines_that_are_not_paid_do_not_lower_what_others_are_paid(go: Run, tmp_path: Path) -> None:  # noqa: F811
    rows = [row("A", 1, **PAID, modifiers="RT"), row("A", 2, **PAID, modifiers="LT") | {"modality": "radiofrequency"}]
    go(csv(tmp_path / "c.csv", rows), tmp_path / "o.parquet")
    by = {one["line"]: one for one in results(tmp_path / "o.parquet")}
    assert by[1]["status"] == "covered"
    assert by[2]["status"] != "covered"
    assert by[1]["paid"] in (None, by[1]["patient"])
    left = [row("B", 1, **PAID, deductible_left="150"), row("B", 2, **PAID, deductible_left="20")]
    go(csv(tmp_path / "d.csv", left), tmp_path / "p.parquet")
    assert "it is one for the claim" in rejects(tmp_path / "p.rejects.jsonl")["B", 2]


def test_a_column_that_only_some_files_have_counts_for_them(go: Run, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "in").mkdir()
    pq.write_table(pa.Table.from_pylist([row("A", 1, **PAID)]), tmp_path / "in" / "a.parquet")
    pq.write_table(pa.Table.from_pylist([row("B", 1, **PAID, units="9")]), tmp_path / "in" / "b.parquet")
    go(tmp_path / "in", tmp_path / "o.parquet")
    assert [one["edits"] for one in results(tmp_path / "o.parquet")] == [None, "mue unit-cap"]
    rows = [json.dumps(one) for one in [*many(400), row("Z", 1, **PAID, units=9, side="left")]]
    (tmp_path / "c.jsonl").write_text("\n".join(rows) + "\n")
    go(tmp_path / "c.jsonl", tmp_path / "j.parquet")
    assert results(tmp_path / "j.parquet")[-1]["edits"] == "mue unit-cap"


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_claim_of_which_a_row_is_torn_is_not_decided(go: Run, tmp_path: Path, kind: str) -> None:  # noqa: F811
    rows = [row("A", 1), row("C", 1), row("C", 2), row("C", 3), row("D", 1)]
    if kind == "csv":
        lines = csv(tmp_path / "c.csv", rows).read_text().splitlines()
        lines[3] = "C,2,2024-10-15"
    else:
        lines = [json.dumps(one) for one in rows]
        lines[2] = lines[2][:40]
    (tmp_path / f"c.{kind}").write_text("\n".join(lines) + "\n")
    go(tmp_path / f"c.{kind}", tmp_path / "o.parquet")
    assert [one["claim_id"] for one in results(tmp_path / "o.parquet")] == ["A", "D"]
    assert {claim for claim, _ in rejects(tmp_path / "o.rejects.jsonl")} == {"C"}


def test_the_order_of_lines_in_a_claim_changes_no_amount(go: Run, tmp_path: Path) -> None:  # noqa: F811
    rows = [row("A", 1, **PAID), row("A", 2, **PAID), row("A", 3, **PAID)]
    for one, charge in zip(rows, ("379.91", "397.35", "120.00"), strict=True):
        one["charge"] = charge
    go(csv(tmp_path / "a.csv", rows), tmp_path / "a.parquet")
    go(csv(tmp_path / "b.csv", [rows[2], rows[0], rows[1]]), tmp_path / "b.parquet")
    first = {one["line"]: one["allowed"] for one in results(tmp_path / "a.parquet")}
    assert first == {one["line"]: one["allowed"] for one in results(tmp_path / "b.parquet")}


def test_a_day_is_the_one_on_the_clock_where_it_was(go: Run, tmp_path: Path) -> None:  # noqa: F811
    late = dt.datetime(2024, 12, 31, 23, 30, tzinfo=dt.timezone(-dt.timedelta(hours=5)))
    found = []
    for name, order in (("a", (0, 1, 2)), ("b", (0, 2, 1))):
        rows = [row(("A", "A", "B")[at], at + 1) for at in order]
        table = pa.Table.from_pylist(rows)
        zoned = pa.array([late] * 3, pa.timestamp("us", tz="America/New_York"))
        table = table.set_column(table.schema.get_field_index("service_date"), "service_date", zoned)
        pq.write_table(table, tmp_path / f"{name}.parquet")
        go(tmp_path / f"{name}.parquet", tmp_path / f"{name}.out.parquet")
        found.append({one["release"] for one in results(tmp_path / f"{name}.out.parquet")})
    assert found[0] == found[1] == {"rvu24c_jul"}


def test_line_numbers_are_kept_and_told_apart(go: Run, tmp_path: Path) -> None:  # noqa: F811
    rows = [row("A", 5_000_000_001), row("B", 1), row("B", 1) | {"line": ""}]
    go(csv(tmp_path / "c.csv", [rows[0], rows[2], rows[1]]), tmp_path / "o.parquet")
    assert [one["line"] for one in results(tmp_path / "o.parquet")] == [5_000_000_001]
    assert len(rejects(tmp_path / "o.rejects.jsonl")) >= 1


def test_empty_text_is_no_text(go: Run, tmp_path: Path) -> None:  # noqa: F811
    rows = [row("A", 1, locality="", claim_type="", cbsa=""), row("B", 1)]
    pq.write_table(pa.Table.from_pylist([rows[0], {**rows[0], **rows[1]}]), tmp_path / "c.parquet")
    go(tmp_path / "c.parquet", tmp_path / "o.parquet")
    first, second = results(tmp_path / "o.parquet")
    assert first["allowed"] == second["allowed"] is not None


def test_nothing_else_is_replaced(go: Run, tmp_path: Path) -> None:  # noqa: F811
    source = csv(tmp_path / "c.csv", many(3))
    for options in ({"rejects": source}, {"report": source}, {"rejects": tmp_path / "o.parquet"}):
        with pytest.raises(InvalidInput, match="this would replace"):
            go(source, tmp_path / "o.parquet", **options)
    with pytest.raises(InvalidInput, match="would replace the input"):
        go(source, tmp_path / "x" / ".." / "c.csv", force=True)
    (tmp_path / "o.rejects.jsonl").write_text("mine")
    with pytest.raises(InvalidInput, match="already exists"):
        go(source, tmp_path / "o.parquet")
    assert (tmp_path / "o.rejects.jsonl").read_text() == "mine"


def test_a_run_stopped_while_its_files_are_moved_is_finished(
    go: Run,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from clausal.claims import output

    source = csv(tmp_path / "c.csv", [*many(3), row("Z", 1, units="x")])
    moved: list[Path] = []
    move = output._move

    def dying(file: Path, target: Path) -> None:
        if moved:
            raise KeyboardInterrupt
        moved.append(target)
        move(file, target)

    monkeypatch.setattr(output, "_move", dying)
    with pytest.raises(KeyboardInterrupt):
        go(source, tmp_path / "o.parquet")
    assert (tmp_path / "o.rejects.jsonl").exists()
    assert not (tmp_path / "o.parquet").exists()
    monkeypatch.setattr(output, "_move", move)
    assert go(source, tmp_path / "o.parquet", resume=True).summary.claims == 4
    assert len(results(tmp_path / "o.parquet")) == 9
    assert not (tmp_path / "o.parquet.partial").exists()


def test_text_in_another_encoding_is_refused_unless_it_is_named(go: Run, tmp_path: Path) -> None:  # noqa: F811
    """Read as if it were UTF-8, the claims A\u00c9 and A\u00c8 would be one."""
    text = csv(tmp_path / "c.csv", [row("A\u00c9", 1), row("A\u00c8", 1)]).read_text()
    (tmp_path / "c.csv").write_bytes(text.encode("cp1252"))
    with pytest.raises(
        InvalidInput, match=r"c\.csv:2:2: byte 0xc9 is no UTF-8 text; say its encoding in a mapping file"
    ):
        go(tmp_path / "c.csv", tmp_path / "o.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["c.csv"]
    named = FileMapping(form=Form(encoding="cp1252"))
    assert go(tmp_path / "c.csv", tmp_path / "o.parquet", mapping=named).summary.claims == 2
    assert [one["claim_id"] for one in results(tmp_path / "o.parquet")] == ["A\u00c9", "A\u00c8"]
