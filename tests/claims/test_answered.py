"""Answers merged into lines: what was not known becomes what was answered, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from clausal.claims.answered import Answers, read_answers, written
from clausal.claims.constants import allowed_by
from clausal.columns.schema import input_columns
from clausal.documents.library import Library
from clausal.problems import InvalidInput


def read(library: Library, path: Path, text: str) -> Answers:
    path.write_text(text)
    facts = library.vocabulary.facts
    return read_answers(path, input_columns(library.vocabulary), facts, allowed_by([library.cases]))


def batch(**more: list[object]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({"claim_id": ["A1", "A1", "B2"], "line": [1, 2, 1], **more})


def test_a_fact_of_the_claim_is_for_all_its_lines_and_one_of_a_line_for_that_alone(
    library: Library, tmp_path: Path
) -> None:
    text = "claim_id,line,modality,primary_medicare_covers,units\nA1,2,cryoneurolysis,yes,3\n"
    merged = read(library, tmp_path / "a.csv", text).merged(batch(units=[1, 1, 1]))
    assert merged.column("modality").to_pylist() == ["cryoneurolysis", "cryoneurolysis", None]
    assert merged.column("primary_medicare_covers").to_pylist() == [None, True, None]
    assert merged.column("units").to_pylist() == [1, 3, 1]


def test_lines_without_numbers_are_counted(library: Library, tmp_path: Path) -> None:
    answers = read(library, tmp_path / "a.csv", "claim_id;line;units\nA1;2;7\n")
    assert answers.merged(batch().drop_columns(["line"])).column("units").to_pylist() == [None, 7, None]


def test_answers_are_written_as_they_are_read_and_later_ones_go_before(library: Library, tmp_path: Path) -> None:
    first = read(library, tmp_path / "a.csv", "claim_id,line,units,diagnoses\nA1,1,2,M17.11 G56.01\nB2,1,4,\n")
    again = read(library, tmp_path / "b.csv", written(first))
    assert (again.values, again.digest) == (first.values, first.digest)
    both = first.joined(read(library, tmp_path / "c.csv", "claim_id,line,units\nA1,1,9\n"))
    assert both.values["A1"][1] == {"units": 9, "diagnoses": ["M17.11", "G56.01"]}
    assert both.values["B2"][1] == {"units": 4}


def test_what_tells_of_the_patient_no_message_repeats(library: Library, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as error:
        read(library, tmp_path / "a.csv", "claim_id,line,date_of_birth\nA1,1,born-1950\n")
    assert "born-1950" not in str(error.value)
