"""Changed lines by region: what two adjudications on the two days say, line by line, and each line counted once."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bench.claims import write

from clausal.claims.by_region import Regions, by_region_data
from clausal.claims.changed import AMOUNTS, BESIDE, DIMENSIONS, OTHER, Impact
from clausal.claims.counted import Counted
from clausal.claims.explained import explain
from clausal.claims.files import open_claims
from clausal.claims.impact import DECIDES, Job, Side, impact
from clausal.claims.on_day import on_day
from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.columns.schema import input_columns
from clausal.documents.diff import Side as On
from clausal.documents.diff_data import diff_data
from clausal.documents.library import Library
from clausal.schedules.tables import Schedules

PACK = "bcbsm-cryoneurolysis"
DAYS = dt.date(2022, 12, 31), dt.date(2023, 1, 1)
AS_OF = dt.date(2026, 1, 1)
LINES = 12_000


@pytest.fixture(scope="module")
def claims(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("claims") / "claims.parquet", LINES)


@pytest.fixture(scope="module")
def job(claims: Path, library: Library) -> Job:
    before, after = (Side(library, AS_OF, f"services of {day}", day) for day in DAYS)
    return Job(claims, before, after, lines=claims.with_name("changed.csv"))


@pytest.fixture(scope="module")
def found(job: Job, library: Library, schedules: Schedules) -> Impact:
    return impact(job, schedules, regions=Regions(library, AS_OF, PACK, DAYS, schedules))


@pytest.fixture(scope="module")
def decided(claims: Path, library: Library, schedules: Schedules) -> list[list[dict[str, object]]]:
    """The whole file decided twice, each time with another day in the place of each line's own."""
    file = open_claims(claims, input_columns(library.vocabulary))
    batches = [file.layout.prepare(one) for one in file.batches()]
    whole = pa.Table.from_batches(batches).combine_chunks().to_batches()[0]
    return [Kernel(library, schedules, Options(AS_OF))(on_day(whole, day)).to_pylist() for day in DAYS]


def test_changed_lines_are_those_of_two_adjudications(
    found: Impact, claims: Path, decided: list[list[dict[str, object]]]
) -> None:
    lines = pq.read_table(claims).to_pylist()
    changed = [
        (line["claim_id"], line["line"])
        for line, one, other in zip(lines, *decided, strict=True)
        if any(one[name] != other[name] for name in DECIDES)
    ]
    assert len(changed) > 10
    beside = found.by_region.get(BESIDE)
    assert found.changed.lines - (beside.counted.lines if beside else 0) == len(changed)


def test_regions_and_the_rest_add_up_to_the_whole(found: Impact) -> None:
    together = Counted.none(AMOUNTS)
    for one in found.by_region.values():
        together.add(one.counted)
    assert together == found.changed
    for name in DIMENSIONS:
        sums: dict[str, Counted] = {}
        for one in found.by_region.values():
            for word, alike in one.by[name].items():
                sums.setdefault(word, Counted()).add(alike)
        assert sums == found.by[name]


def test_every_changed_line_is_written_once_with_its_region(found: Impact, job: Job) -> None:
    assert job.lines is not None
    with job.lines.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == found.changed.lines
    assert len({(one["claim_id"], one["line"]) for one in rows}) == len(rows)
    names = {str(number): number for number in found.by_region} | {
        "other tables": OTHER, "paid otherwise beside others": BESIDE,
    }  # fmt: skip
    counts: dict[int, int] = {}
    cents: dict[int, int] = {}
    of_claims: dict[int, set[str]] = {}
    for row in rows:
        number = names[row["region"]]
        counts[number] = counts.get(number, 0) + 1
        cents[number] = cents.get(number, 0) + round(float(row["charge"] or 0) * 100)
        of_claims.setdefault(number, set()).add(row["claim_id"])
    for number, one in found.by_region.items():
        assert counts[number] == one.counted.lines
        assert cents[number] == (one.counted.sum("charge").known or 0)
        assert len(of_claims[number]) == one.claims


def test_no_row_has_what_tells_who_the_patient_is(job: Job, library: Library) -> None:
    assert job.lines is not None
    with job.lines.open(newline="") as file:
        heads = next(csv.reader(file))
    personal = [fact.name for fact in library.vocabulary.facts.values() if fact.is_personal]
    assert not {*personal, "member_id", "patient_id", "birth_date"} & set(heads)
    assert {"region", "claim_id", "code", "status_before", "status_after", "paid_before"} <= set(heads)


def test_a_line_of_a_region_is_told_by_its_table_as_the_region_says(
    found: Impact, job: Job, library: Library, schedules: Schedules
) -> None:
    told = diff_data(On(library, DAYS[0]), On(library, DAYS[1]), [PACK], "")
    regions = [(table, region) for table in told["tables"] for region in table["changes"]]
    numbers = [number for number in found.by_region if number > 0]
    assert numbers
    for number in numbers:
        table, region = regions[number - 1]
        assert table["table"] == f"{PACK}/statement"
        lines = explain(found.samples_by_region[number], job, schedules)
        assert 1 <= len(lines) <= 20
        for one in lines:
            for side, reading in (("before", one.before), ("after", one.after)):
                if region[side]["rules"] and not found.by_region[number].unsure:
                    assert any(rule in " ".join(reading.steps) for rule in region[side]["rules"]), reading


def test_lines_are_decided_by_the_two_days_alone(
    found: Impact, library: Library, schedules: Schedules, claims: Path, tmp_path: Path
) -> None:
    """A file whose lines are all of another day changes in the same lines."""
    table = pq.read_table(claims)
    at = table.schema.get_field_index("service_date")
    moved = pa.array([dt.date(2024, 5, 6)] * len(table), pa.date32())
    path = tmp_path / "moved.parquet"
    pq.write_table(table.set_column(at, "service_date", moved), path)
    before, after = (Side(library, AS_OF, "", day) for day in DAYS)
    other = impact(Job(path, before, after), schedules, regions=Regions(library, AS_OF, PACK, DAYS, schedules))
    numbers = [number for number in found.by_region if number >= 0]
    assert {n: found.by_region[n].counted.lines for n in numbers} == {
        n: other.by_region[n].counted.lines for n in numbers
    }


def test_nothing_changes_between_a_day_and_itself(claims: Path, library: Library, schedules: Schedules) -> None:
    side = Side(library, AS_OF, "", DAYS[1])
    same = Regions(library, AS_OF, PACK, (DAYS[1], DAYS[1]), schedules)
    found = impact(Job(claims, side, side), schedules, regions=same)
    assert (found.changed.lines, found.by_region, same.numbers) == (0, {}, [])


def test_plain_data_has_every_region_that_has_lines(found: Impact) -> None:
    told = by_region_data(found.by_region)
    assert set(told) == {str(number) for number in found.by_region}
    assert sum(one["lines"] for one in told.values()) == found.changed.lines


def test_a_service_that_spans_days_spans_as_many_on_another_day() -> None:
    batch = pa.RecordBatch.from_pydict(
        {
            "service_date": pa.array([dt.date(2024, 3, 1), None], pa.date32()),
            "service_date_end": pa.array([dt.date(2024, 3, 4), dt.date(2024, 3, 4)], pa.date32()),
        }
    )
    moved = on_day(batch, dt.date(2023, 1, 1)).to_pydict()
    assert moved["service_date"] == [dt.date(2023, 1, 1), None]
    assert moved["service_date_end"] == [dt.date(2023, 1, 4), None]
    assert on_day(batch, None) is batch
