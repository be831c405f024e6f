"""Claim files whose lines look back at earlier services, of the same file and of another."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clausal.claims.job import Done, Job
from clausal.claims.run import adjudicate
from clausal.columns.options import Options
from clausal.determination.decide import decide
from clausal.documents.library import Library
from clausal.documents.load import load_library
from clausal.facts.source import Source
from clausal.problems import InvalidInput
from clausal.schedules.tables import Schedules
from tests.claims.same import AS_OF
from tests.claims.test_gathered import FACTS, POLICY
from tests.invented import write_pack


@pytest.fixture(scope="module")
def gathering(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("packs")
    write_pack(folder, "gathering", FACTS, policy=POLICY)
    return load_library([folder])


def _claims(patients: int, seed: int) -> list[dict[str, Any]]:
    chosen = random.Random(seed)
    rows = []
    for patient in range(patients):
        for _ in range(chosen.randint(1, 6)):
            day = f"20{chosen.choice([22, 23, 24])}-{chosen.randint(1, 12):02}-{chosen.randint(1, 28):02}"
            for line in range(1, chosen.randint(2, 3)):
                rows.append(
                    {
                        "claim_id": f"{patient}-{day}", "line": line, "patient": f"P{patient:03}", "service_date": day,
                        "plan": "gathering-plan", "code": chosen.choice(["64633", "64635"]), "part": "neck",
                        "side": "right", "allowed_sessions": 5, "history_from": "2000-01-01",
                    }
                )  # fmt: skip
    return list({(row["claim_id"], row["line"]): row for row in rows}.values())


def _earlier(patients: int, seed: int) -> list[dict[str, Any]]:
    chosen = random.Random(seed)
    return [
        {
            "patient": f"P{chosen.randrange(patients + 3):03}", "service_date": f"2021-{chosen.randint(1, 12):02}-09",
            "code": chosen.choice(["64633", "64635"]), "part": "neck", "side": "right",
            "paid": chosen.choice(["true", "false", ""]),
        }
        for _ in range(patients)
    ]  # fmt: skip


def _csv(path: Path, rows: list[dict[str, Any]]) -> Path:
    names = list(rows[0])
    lines = [",".join(names), *(",".join(str(row[name]) for name in names) for row in rows)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def _told(done: Done, job: Job) -> dict[tuple[str, int], tuple[str, str]]:
    found = pq.read_table(job.output).to_pylist()
    assert done.summary.lines == len(found) + done.summary.rejected
    return {(row["claim_id"], row["line"]): (row["status"], row["rule"]) for row in found}


def _run(
    library: Library, schedules: Schedules, folder: Path, name: str, rows: list[dict[str, Any]], **more: Any
) -> Any:
    job = Job(_csv(folder / f"{name}.csv", rows), folder / f"{name}.parquet", Options(AS_OF), **more)
    done = adjudicate(library, schedules, job)
    return _told(done, job), done


def test_the_order_of_a_file_does_not_matter(gathering: Library, schedules: Schedules, tmp_path: Path) -> None:
    rows = _claims(40, 3)
    by_patient = sorted(rows, key=lambda row: (row["patient"], row["claim_id"], row["line"]))
    told, done = _run(gathering, schedules, tmp_path, "in-order", by_patient)
    assert done.order == "in order"
    random.Random(1).shuffle(rows)
    again, done = _run(gathering, schedules, tmp_path, "apart", rows)
    assert done.order == "sorted"
    assert again == told
    assert {status for status, _ in told.values()} == {"covered", "not-covered"}


def test_earlier_services_of_another_file_count(gathering: Library, schedules: Schedules, tmp_path: Path) -> None:
    rows, earlier = _claims(40, 5), _earlier(40, 6)
    file = _csv(tmp_path / "earlier.csv", earlier)
    told, _ = _run(gathering, schedules, tmp_path, "claims", rows, history=file)
    without, _ = _run(gathering, schedules, tmp_path, "without", rows)
    assert told != without
    for patient in {row["patient"] for row in rows}:
        own = sorted((row for row in rows if row["patient"] == patient), key=lambda row: row["service_date"])
        history: list[dict[str, Any]] = [
            {**{name: one[name] for name in ("service_date", "code", "part", "side")}, "paid": one["paid"] != "false"}
            for one in earlier
            if one["patient"] == patient
        ]
        for claim in dict.fromkeys(row["claim_id"] for row in own):
            lines = [row for row in own if row["claim_id"] == claim]
            shared = {
                name: lines[0][name] for name in ("service_date", "plan", "side", "allowed_sessions", "history_from")
            }
            case = {**shared, "history": history, "lines": [{n: row[n] for n in ("code", "part")} for row in lines]}
            decided = decide(gathering, gathering.cases.read(Source("case", case)), AS_OF).lines
            assert [(one.status, one.rule) for one in decided] == [told[claim, row["line"]] for row in lines]
            day = lines[0]["service_date"]
            same = {"service_date": day, "side": "right"}
            history = history + [
                {**same, "code": row["code"], "part": row["part"], "paid": one.status != "not-covered"}
                for row, one in zip(lines, decided, strict=True)
            ]


def test_earlier_services_that_cannot_count_are_told(gathering: Library, schedules: Schedules, tmp_path: Path) -> None:
    rows = _claims(3, 5)
    earlier = _earlier(4, 6)
    earlier += [{**earlier[0], "service_date": ""}, {**earlier[0], "patient": ""}, {**earlier[0], "code": "?"}]
    _, done = _run(gathering, schedules, tmp_path, "claims", rows, history=_csv(tmp_path / "earlier.csv", earlier))
    assert dict(done.left) == {
        "earlier services: service_date is missing": 1,
        "earlier services: patient is missing": 1,
        "earlier services: code cannot be read": 1,
    }


def test_a_file_without_patients_cannot_look_back(gathering: Library, schedules: Schedules, tmp_path: Path) -> None:
    rows = [{name: value for name, value in row.items() if name != "patient"} for row in _claims(3, 5)]
    with pytest.raises(InvalidInput, match="the file has no column 'patient'"):
        _run(gathering, schedules, tmp_path, "c", rows, history=_csv(tmp_path / "earlier.csv", _earlier(3, 1)))
    told, _ = _run(gathering, schedules, tmp_path, "d", rows)
    assert {status for status, _ in told.values()} <= {"open", "not-covered"}


def test_a_claim_of_two_patients_is_refused(gathering: Library, schedules: Schedules, tmp_path: Path) -> None:
    rows = _claims(3, 5)
    rows.append({**rows[0], "line": 9, "patient": "P999"})
    with pytest.raises(InvalidInput, match="a claim has lines of two patients"):
        _run(gathering, schedules, tmp_path, "c", rows)


def test_a_file_of_earlier_services_says_whose_they_are(
    gathering: Library, schedules: Schedules, tmp_path: Path
) -> None:
    earlier = [{name: value for name, value in row.items() if name != "service_date"} for row in _earlier(3, 1)]
    with pytest.raises(InvalidInput, match="the file has no column 'service_date'"):
        _run(gathering, schedules, tmp_path, "c", _claims(3, 5), history=_csv(tmp_path / "earlier.csv", earlier))


def test_a_parquet_file_is_read_so_too(gathering: Library, schedules: Schedules, tmp_path: Path) -> None:
    rows, earlier = _claims(10, 5), _earlier(10, 6)
    told, _ = _run(gathering, schedules, tmp_path, "c", rows, history=_csv(tmp_path / "earlier.csv", earlier))
    plain = [{**row, "paid": {"true": True, "false": False, "": None}[row["paid"]]} for row in earlier]
    pq.write_table(pa.Table.from_pylist(plain), tmp_path / "earlier.parquet")
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "claims.parquet", row_group_size=7)
    job = Job(tmp_path / "claims.parquet", tmp_path / "o.parquet", Options(AS_OF), history=tmp_path / "earlier.parquet")
    assert _told(adjudicate(gathering, schedules, job), job) == told


def test_a_file_of_one_line_is_in_order(gathering: Library, schedules: Schedules, tmp_path: Path) -> None:
    _, done = _run(gathering, schedules, tmp_path, "c", _claims(3, 5)[:1])
    assert (done.order, done.summary.lines) == ("in order", 1)
