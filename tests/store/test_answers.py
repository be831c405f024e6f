"""Saved answers: kept to the letter, answered so again, and told what changed under another library."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from clausal.determination.decide import decide
from clausal.determination.worked import worked_files
from clausal.documents.library import Library
from clausal.documents.load import load_library
from clausal.facts.source import Source, read_source
from clausal.schedules.tables import Schedules
from clausal.store import answers, chain
from clausal.store.database import Database, StoreFault
from clausal.store.verify import faults

ACTOR = chain.Actor("nurse-1")
CASE: dict[str, Any] = {
    "service_date": "2024-10-15",
    "plan": "bcn-commercial-hmo",
    "diagnoses": ["M17.11"],
    "device": "iovera",
    "purpose": "pain",
    "lines": [{"code": "64640", "units": 2, "modifiers": ["RT"]}],
}
DAY = dt.date(2025, 6, 1)


def _saved(database: Database, library: Library, schedules: Schedules, given: dict[str, Any]) -> answers.Saved:
    case = library.cases.read(Source("case", given))
    with database.writing() as connection:
        return answers.save(connection, ACTOR, given, decide(library, case, DAY, schedules), "tables")


def test_an_answer_is_kept_as_it_was_given_and_answered(
    database: Database, library: Library, schedules: Schedules
) -> None:
    saved = _saved(database, library, schedules, CASE)
    with database.reading() as connection:
        again = answers.load(connection, saved.id)
        assert list(faults(connection)) == []
    assert again == saved
    assert json.loads(saved.given) == CASE
    assert (saved.service_date, saved.as_of, saved.library) == ("2024-10-15", "2025-06-01", library.fingerprint)


def test_a_saved_answer_of_every_worked_case_replays_to_the_letter(
    database: Database, library: Library, schedules: Schedules
) -> None:
    if not database.is_sqlite:
        pytest.skip("replay does not depend on the database")
    count = 0
    for _, path in worked_files(library):
        for entry in read_source(path).data["cases"]:
            given = entry["case"]
            case = library.cases.read(Source("case", given))
            answer = decide(library, case, DAY, schedules)
            with database.writing() as connection:
                saved = answers.save(connection, ACTOR, given, answer, "tables")
            with database.reading() as connection:
                kept = answers.load(connection, saved.id)
            assert kept is not None
            replay = answers.replay(kept, library, lambda _: schedules, "tables")
            assert replay == answers.Replay(True, True, True, True, [], []), (path, entry["name"])
            count += 1
    assert count > 500


def test_a_number_with_decimals_is_given_again_as_a_number(
    database: Database, library: Library, schedules: Schedules
) -> None:
    from decimal import Decimal

    with database.writing() as connection:
        answer = decide(library, library.cases.read(Source("case", CASE)), DAY, schedules)
        saved = answers.save(connection, ACTOR, {**CASE, "score": Decimal("2.5")}, answer, "tables")
    assert json.loads(saved.given)["score"] == 2.5


def test_under_another_library_it_says_what_changed(
    database: Database, library: Library, schedules: Schedules, tmp_path: Any
) -> None:
    import shutil

    from clausal.documents.load import bundled_packs

    changed = tmp_path / "bcbsm-cryoneurolysis"
    shutil.copytree(bundled_packs() / "bcbsm-cryoneurolysis", changed)
    rules = next(changed.rglob("clauses.yaml"))
    rules.write_text(rules.read_text() + "\n")
    other = load_library([changed], replacing=True)
    saved = _saved(database, library, schedules, CASE)
    replay = answers.replay(saved, other, lambda _: schedules, "tables")
    assert not replay.same_library
    assert [one.path for one in replay.changes] == ["library"]


def test_a_case_that_cannot_be_read_any_more_is_told(
    database: Database, library: Library, schedules: Schedules
) -> None:
    from dataclasses import replace

    saved = _saved(database, library, schedules, CASE)
    odd = replace(saved, given=json.dumps({**CASE, "device": "gone"}))
    replay = answers.replay(odd, library, lambda _: schedules, "tables")
    assert not replay.same
    assert replay.problems[0].startswith("device: ")


def test_a_saved_answer_is_never_changed_and_only_deleted_when_told(
    database: Database, library: Library, schedules: Schedules
) -> None:
    saved = _saved(database, library, schedules, CASE)
    for change in ("UPDATE answers SET answer = '{}'", "DELETE FROM answers"):
        with pytest.raises((DBAPIError, StoreFault)), database.writing() as connection:
            connection.execute(text(change))
    with database.reading() as connection:
        assert answers.load(connection, saved.id) == saved


def test_differences_are_told_as_deep_as_they_can_be() -> None:
    one = {"a": 1, "lines": [{"status": "open", "needs": ["x"]}], "gone": None}
    other = {"a": 1, "lines": [{"status": "covered", "needs": []}, {"status": "open"}]}
    assert list(answers.differences(one, other)) == [
        answers.Change("lines[0].status", "open", "covered"),
        answers.Change("lines[0].needs[0]", "x", None),
        answers.Change("lines[1]", None, {"status": "open"}),
    ]
