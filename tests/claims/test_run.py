"""A claim file from end to end: formats, order, rejects, interrupted runs, all as a user meets them."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clausal.claims import output, run
from clausal.claims.job import Done, Job
from clausal.claims.mapping import read_mapping
from clausal.claims.payers import Payer
from clausal.claims.run import adjudicate
from clausal.columns.options import Options
from clausal.columns.schema import input_columns
from clausal.documents.library import Library
from clausal.facts.source import parse_source
from clausal.problems import InvalidInput
from clausal.schedules.tables import Schedules
from tests.exchange.validated import faults

AS_OF = dt.date(2026, 1, 1)
KNEE = {"plan": "bcn-commercial-hmo", "diagnoses": "M17.11", "modality": "cryoneurolysis", "purpose": "pain"}
MEMBER = {"contract_active": "true", "pcp_authorized": "true", "network": "contracted"}
Run = Callable[..., Done]


@pytest.fixture
def go(library: Library, schedules: Schedules) -> Run:
    def of(source: Path, target: Path, **options: Any) -> Done:
        options.setdefault("part_seconds", 60.0)
        return adjudicate(library, schedules, Job(source, target, Options(AS_OF), **options))

    return of


def row(claim: str, line: int, **more: Any) -> dict[str, Any]:
    given = {"claim_id": claim, "line": line, "service_date": "2024-10-15", "code": "64640", "charge": "500.00"}
    return given | KNEE | MEMBER | more


def csv(path: Path, rows: list[dict[str, Any]]) -> Path:
    names = list(dict.fromkeys(name for one in rows for name in one))
    lines = [",".join(names), *(",".join(str(one.get(name, "")) for name in names) for one in rows)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def results(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def rejects(path: Path) -> dict[tuple[str | None, int], str]:
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return {(one["claim_id"], one["line"]): one["problem"] for one in found}


def many(count: int, *, lines: int = 3) -> list[dict[str, Any]]:
    plans = ("bcn-commercial-hmo", "bcn65", "medicare-part-b", "")
    return [
        row(f"C{claim:05}", line, plan=plans[claim % 4], units=1 + claim % 3, primary_medicare_covers=claim % 3 == 0)
        for claim in range(count)
        for line in range(1, lines + 1)
    ]


def test_every_format_gives_the_same_results(go: Run, tmp_path: Path) -> None:
    rows = many(40)
    text = csv(tmp_path / "claims.csv", rows)
    (tmp_path / "claims.csv.gz").write_bytes(gzip.compress(text.read_bytes()))
    (tmp_path / "claims.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows), "utf-8")
    pq.write_table(pa.Table.from_pylist([{**one, "line": one["line"]} for one in rows]), tmp_path / "claims.parquet")
    found = []
    for name in ("claims.csv", "claims.csv.gz", "claims.jsonl", "claims.parquet"):
        done = go(tmp_path / name, tmp_path / f"{name}.out.parquet")
        assert (done.summary.lines, done.summary.claims, done.summary.rejected) == (120, 40, 0)
        found.append(results(tmp_path / f"{name}.out.parquet"))
    assert found[0] == found[1] == found[2] == found[3]
    assert {one["status"] for one in found[0]} >= {"not-covered", "covered", "open"}


def test_what_is_denied_is_paid_nothing_and_what_is_open_is_not_paid_yet(go: Run, tmp_path: Path) -> None:
    rows = [
        row("A", 1),
        row("B", 1, plan="bcn65", primary_medicare_covers="true", place_of_service="11"),
        row("C", 1, plan="bcn65", primary_medicare_covers=""),
        row("D", 1, modality=""),
    ]
    go(csv(tmp_path / "c.csv", rows), tmp_path / "o.parquet")
    by = {one["claim_id"]: one for one in results(tmp_path / "o.parquet")}
    assert (by["A"]["status"], str(by["A"]["paid"]), by["A"]["carc"]) == ("not-covered", "0.00", "55")
    assert (by["B"]["status"], by["B"]["finding"]) == ("covered", "covered-if-primary-covers")
    assert by["B"]["paid"] == by["B"]["patient"]
    assert (by["C"]["status"], by["C"]["paid"]) == ("conditional", None)
    assert "primary_medicare_covers" in by["C"]["needs"].split()
    assert (by["D"]["status"], by["D"]["paid"], by["D"]["needs"]) == ("open", None, "modality")


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "a-day-that-is-none": ({"service_date": "2024-13-15"}, "service_date: '2024-13-15' is not a date"),
    "no-day": ({"service_date": ""}, "service_date is missing"),
    "a-billion-units": ({"units": 10**9}, "units: 1000000000 is not a whole number from 1 to 9,999"),
    "half-a-unit": ({"units": "1.5"}, "units: '1.5' is not a whole number"),
    "no-such-plan": ({"plan": "bcn66"}, "plan: unknown plan 'bcn66'"),
    "no-diagnosis": ({"diagnoses": "XX"}, "diagnoses: 'XX' is not an ICD-10-CM code"),
    "no-amount": ({"charge": "much"}, "charge: 'much' is not an amount"),
    "less-than-nothing": ({"charge": "-5"}, "charge: less than nothing"),
    "no-code": ({"code": "6464"}, "code: unknown procedure code '6464'"),
    "neither-yes-nor-no": ({"contract_active": "maybe"}, "contract_active: 'maybe' is not true or false"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_value_rejects_its_claim_with_the_reason_and_the_rest_goes_on(go: Run, tmp_path: Path, name: str) -> None:
    wrong, why = BAD[name]
    rows = [row("A", 1), row("B", 1, **wrong), row("B", 2), row("C", 1)]
    done = go(csv(tmp_path / "c.csv", rows), tmp_path / "o.parquet")
    assert [one["claim_id"] for one in results(tmp_path / "o.parquet")] == ["A", "C"]
    found = rejects(tmp_path / "o.rejects.jsonl")
    assert found["B", 1].startswith(why)
    assert found["B", 2] == "another line of the claim is rejected"
    assert done.summary.rejected == 2


def test_the_year_9999_and_nothing_at_all_are_decided_as_far_as_they_go(go: Run, tmp_path: Path) -> None:
    nothing = {name: "" for name in row("B", 1) if name not in ("claim_id", "service_date")}
    rows = [row("A", 1, service_date="9999-12-31"), row("B", 1) | nothing]
    go(csv(tmp_path / "c.csv", rows), tmp_path / "o.parquet")
    first, second = results(tmp_path / "o.parquet")
    assert (first["status"], first["allowed"]) == ("not-covered", None)
    assert "no table for this date" in first["price_note"]
    assert (second["status"], second["needs"]) == ("open", "plan")


def test_lines_that_lie_apart_are_brought_together(go: Run, tmp_path: Path) -> None:
    rows = many(30)
    apart = sorted(rows, key=lambda one: (one["line"], one["claim_id"]))
    go(csv(tmp_path / "a.csv", rows), tmp_path / "a.parquet")
    done = go(csv(tmp_path / "b.csv", apart), tmp_path / "b.parquet")
    assert done.order == "sorted"
    assert results(tmp_path / "a.parquet") == results(tmp_path / "b.parquet")


def test_claims_in_any_order_need_no_sorting_if_their_lines_stand_together(go: Run, tmp_path: Path) -> None:
    rows = many(30)
    order = [claim * 7 % 30 for claim in range(30)]
    mixed = [one for claim in order for one in rows[claim * 3 : claim * 3 + 3]]
    done = go(csv(tmp_path / "b.csv", mixed), tmp_path / "b.parquet")
    assert done.order == "remembered"
    assert [one["claim_id"] for one in results(tmp_path / "b.parquet")] == [one["claim_id"] for one in mixed]


def test_a_claim_that_is_in_the_file_twice_is_not_decided_as_one(go: Run, tmp_path: Path) -> None:
    rows = [row("A", 1), row("A", 2), row("B", 1), row("A", 1), row("A", 2)]
    go(csv(tmp_path / "c.csv", rows), tmp_path / "o.parquet")
    assert [one["claim_id"] for one in results(tmp_path / "o.parquet")] == ["B"]
    assert "line 1 stands twice in the claim" in rejects(tmp_path / "o.rejects.jsonl").values()


def test_batches_of_any_size_give_the_same(go: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = pa.Table.from_pylist(many(50))
    pq.write_table(table, tmp_path / "c.parquet", row_group_size=7)
    go(tmp_path / "c.parquet", tmp_path / "a.parquet")
    monkeypatch.setattr(run, "LINES_AT_ONCE", 4)
    go(tmp_path / "c.parquet", tmp_path / "b.parquet", workers=3)
    assert results(tmp_path / "a.parquet") == results(tmp_path / "b.parquet")


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("after", [1, 4, 11])
def test_an_interrupted_run_leaves_no_output_and_is_continued(
    go: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    pq.write_table(pa.Table.from_pylist([*many(60), row("D", 1, units=-1)]), tmp_path / "c.parquet", row_group_size=10)
    monkeypatch.setattr(run, "LINES_AT_ONCE", 10)
    go(tmp_path / "c.parquet", tmp_path / "whole.parquet", part_seconds=0.0)
    count, write = 0, output.ParquetPart.write

    def dying(part: output.ParquetPart, *batches: pa.RecordBatch) -> None:
        nonlocal count
        count += 1
        if count > after:
            raise Killed
        write(part, *batches)

    monkeypatch.setattr(output.ParquetPart, "write", dying)
    with pytest.raises(Killed):
        go(tmp_path / "c.parquet", tmp_path / "o.parquet", part_seconds=0.0)
    assert not (tmp_path / "o.parquet").exists()
    monkeypatch.setattr(output.ParquetPart, "write", write)
    with pytest.raises(InvalidInput, match="an interrupted run lies here"):
        go(tmp_path / "c.parquet", tmp_path / "o.parquet")
    done = go(tmp_path / "c.parquet", tmp_path / "o.parquet", resume=True)
    assert done.resumed_from > 0
    assert done.summary.lines == 181
    assert results(tmp_path / "o.parquet") == results(tmp_path / "whole.parquet")
    assert (tmp_path / "o.rejects.jsonl").read_text() == (tmp_path / "whole.rejects.jsonl").read_text()
    assert sorted(path.name for path in tmp_path.iterdir() if "partial" in path.name) == []


def test_a_run_is_continued_only_by_the_same_run(go: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    csv(tmp_path / "c.csv", many(10))
    monkeypatch.setattr(output.Work, "publish", lambda *_: (_ for _ in ()).throw(Killed()))
    with pytest.raises(Killed):
        go(tmp_path / "c.csv", tmp_path / "o.parquet")
    monkeypatch.undo()
    csv(tmp_path / "c.csv", many(11))
    with pytest.raises(InvalidInput, match="the interrupted run had another input"):
        go(tmp_path / "c.csv", tmp_path / "o.parquet", resume=True)
    assert go(tmp_path / "c.csv", tmp_path / "o.parquet", force=True).summary.claims == 11


def test_a_run_that_an_earlier_version_left_is_refused_rather_than_misread(
    go: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its journal has sums without the number of lines that have an amount."""
    csv(tmp_path / "c.csv", many(10))
    monkeypatch.setattr(output.Work, "publish", lambda *_: (_ for _ in ()).throw(Killed()))
    with pytest.raises(Killed):
        go(tmp_path / "c.csv", tmp_path / "o.parquet")
    monkeypatch.undo()
    journal = tmp_path / "o.parquet.partial" / "journal.json"
    held = json.loads(journal.read_text())
    del held["run"]["form of summary"]
    for words in held["state"]["summary"]["by"].values():
        words |= {word: {"lines": 1, "charge": 0, "allowed": 0, "paid": 0} for word in words}
    journal.write_text(json.dumps(held))
    with pytest.raises(
        InvalidInput, match="the interrupted run had another form of summary; run it as before, or begin"
    ):
        go(tmp_path / "c.csv", tmp_path / "o.parquet", resume=True)
    assert go(tmp_path / "c.csv", tmp_path / "o.parquet", force=True).summary.lines == 30


def test_a_continued_run_counts_lines_with_an_amount_as_a_whole_one(
    go: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(f"C{claim:03}", 1, **({"code": "0441T", "charge": ""} if claim % 3 else {})) for claim in range(60)]
    csv(tmp_path / "c.csv", rows)
    monkeypatch.setattr(run, "LINES_AT_ONCE", 10)
    whole = go(tmp_path / "c.csv", tmp_path / "whole.parquet").summary
    write, count = output.ParquetPart.write, 0

    def dying(part: output.ParquetPart, *batches: pa.RecordBatch) -> None:
        nonlocal count
        count += 1
        if count > 1:
            raise Killed
        write(part, *batches)

    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "c.parquet", row_group_size=10)
    monkeypatch.setattr(output.ParquetPart, "write", dying)
    with pytest.raises(Killed):
        go(tmp_path / "c.parquet", tmp_path / "o.parquet", part_seconds=0.0)
    monkeypatch.setattr(output.ParquetPart, "write", write)
    done = go(tmp_path / "c.parquet", tmp_path / "o.parquet", resume=True)
    assert done.resumed_from > 0
    assert done.summary.by == whole.by
    assert whole.by["status"]["not-covered"].sum("allowed").lines == 20
    assert whole.by["status"]["not-covered"].sum("paid").lines == 60


def test_a_claim_waits_whose_deductible_an_earlier_payer_left_untold_and_no_fee_tells(go: Run, tmp_path: Path) -> None:
    """What that payer accounts for (OA-23) would otherwise be told as if the deductible were nothing."""
    parties = {"payer_name": "BCN", "payer_id": "00710", "payee_name": "CLINIC", "payee_npi": "1234567893"}
    told = {"patient_last_name": "ROE", "primary_coinsurance": "50.00", "primary_medicare_covers": "true"}
    no_fee = row("A", 1, code="0441T", plan="bcn65", primary_deductible="", **parties, **told)
    rows = [
        no_fee,
        {**no_fee, "claim_id": "B", "primary_deductible": "0.00"},
        {**no_fee, "claim_id": "C", "code": "64640"},
    ]
    payers = {"00710": Payer("", "380000009", ("9 High St", "Detroit", "MI", "48226"))}
    done = go(csv(tmp_path / "c.csv", rows), tmp_path / "o.835", remittance=True, payers=payers)
    assert faults((tmp_path / "o.835").read_bytes()) == []
    assert (done.summary.remitted_claims, done.summary.pending_claims) == (2, 1)
    (waiting,) = [json.loads(line) for line in (tmp_path / "o.pending.jsonl").read_text().splitlines()]
    assert (waiting["claim_id"], waiting["why"]) == (
        "A",
        "line 1: the deductible that the earlier payer left is not known, and the code has no fee",
    )


def test_a_full_disk_keeps_what_is_done_and_says_so(go: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    csv(tmp_path / "c.csv", many(10))
    monkeypatch.setattr(output, "_settle", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(InvalidInput, match="No space left on device"):
        go(tmp_path / "c.csv", tmp_path / "o.parquet")
    assert not (tmp_path / "o.parquet").exists()


def test_an_output_is_not_replaced_unasked(go: Run, tmp_path: Path) -> None:
    source = csv(tmp_path / "c.csv", many(3))
    go(source, tmp_path / "o.parquet")
    with pytest.raises(InvalidInput, match="already exists"):
        go(source, tmp_path / "o.parquet")
    with pytest.raises(InvalidInput, match="would replace the input"):
        go(source, source, force=True)
    go(source, tmp_path / "o.parquet", force=True)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("c.csv", b"", "the file is empty"),
        ("c.csv", b"claim_id,code\nA,64640\n", "the file has no column 'service_date'"),
        ("c.csv", b"a,a\n1,2\n", "does not name the columns, each once"),
        ("c.parquet", b"PAR1 but cut off", "not readable"),
        ("c.bin", b"\x00\x01\x02", "what kind of claim file this is cannot be told"),
        ("c.csv.gz", gzip.compress(b"claim_id,service_date\n" * 99, mtime=0)[:40], "ended before the end"),
    ],
    ids=["empty", "no-date", "twice-named", "torn-parquet", "unknown", "torn-gz"],
)
def test_a_file_that_is_none_is_refused_and_nothing_is_left(
    go: Run, tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidInput, match=why):
        go(tmp_path / name, tmp_path / "o.parquet")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_rows_that_cannot_be_parsed_are_rejected_alone(go: Run, tmp_path: Path) -> None:
    good = csv(tmp_path / "c.csv", [row("A", 1), row("B", 1)]).read_text().splitlines()
    (tmp_path / "c.csv").write_text("\n".join([*good[:2], "C,1,2024-10-15", good[2]]) + "\n")
    go(tmp_path / "c.csv", tmp_path / "o.parquet")
    assert [one["claim_id"] for one in results(tmp_path / "o.parquet")] == ["A", "B"]
    (tmp_path / "d.csv").write_text("\n".join([good[0], "C,1,2024-10-15", "D,1"]) + "\n")
    assert go(tmp_path / "d.csv", tmp_path / "d.parquet").summary.rejected == 2
    lines = [json.dumps(row("A", 1)), "{not json", "[1]", json.dumps(row("B", 1))]
    (tmp_path / "c.jsonl").write_text("\n".join(lines) + "\n")
    go(tmp_path / "c.jsonl", tmp_path / "j.parquet")
    assert [one["claim_id"] for one in results(tmp_path / "j.parquet")] == ["A", "B"]
    told = [json.loads(line)["problem"] for line in (tmp_path / "j.rejects.jsonl").read_text().splitlines()]
    assert told == [
        "row 2: not readable as JSON: Expecting property name enclosed in double quotes at character 2",
        "row 3: not an object",
    ]


def test_a_mapping_names_columns_words_and_constants(go: Run, library: Library, tmp_path: Path) -> None:
    text = """
columns:
  claim_id: CLM
  service_date: FROM_DT
  code: HCPCS
  diagnoses: [DX1, DX2]
  plan: {column: PAYER, values: {A1: bcn-commercial-hmo}}
  modality: {value: cryoneurolysis}
  purpose: {value: pain}
"""
    mapping = read_mapping(parse_source(text, "m.yaml"), input_columns(library.vocabulary))
    rows = [{"CLM": 7, "FROM_DT": "20241015", "HCPCS": 64640, "DX1": "m1711", "DX2": "", "PAYER": "A1", "X": 1}]
    done = go(csv(tmp_path / "c.csv", rows), tmp_path / "o.parquet", mapping=mapping)
    (found,) = results(tmp_path / "o.parquet")
    assert (found["claim_id"], found["status"], found["carc"]) == ("7", "not-covered", "55")
    assert done.unused == ["X"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("codes: 1", "a mapping file has the key"),
        ("columns: {cod: X}", "unknown column 'cod'"),
        ("columns: {code: [A, B]}", "'code' is no list"),
        ("columns: {code: {from: A}}", "'code' is not mapped to anything"),
    ],
)
def test_a_wrong_mapping_says_where_and_what(library: Library, text: str, why: str) -> None:
    with pytest.raises(InvalidInput) as error:
        read_mapping(parse_source(text, "m.yaml"), input_columns(library.vocabulary))
    assert why in str(error.value)


def test_a_claim_without_end_does_not_fill_the_memory(go: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from clausal.claims import whole

    monkeypatch.setattr(whole, "MOST_LINES", 20)
    monkeypatch.setattr(run, "LINES_AT_ONCE", 10)
    rows = [row("A", 1), *(row("B", line) for line in range(1, 100)), row("C", 1)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "c.parquet", row_group_size=5)
    go(tmp_path / "c.parquet", tmp_path / "o.parquet")
    assert "a claim has at most 20 lines" in rejects(tmp_path / "o.rejects.jsonl").values()
    assert results(tmp_path / "o.parquet")[0]["claim_id"] == "A"
