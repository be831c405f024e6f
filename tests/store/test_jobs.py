"""Jobs: one worker each, found again where the worker is gone, stopped and taken up."""

from __future__ import annotations

import datetime as dt

import pytest

from clausal.store import chain, jobs
from clausal.store.database import Database
from clausal.store.verify import faults

ACTOR = chain.Actor("analyst")


def test_a_job_has_one_worker_and_comes_to_its_end(database: Database) -> None:
    with database.writing() as connection:
        made = jobs.make(connection, ACTOR, "adjudication", {"file": "claims.csv"})
        assert jobs.waiting(connection) == [made.id]
        taken = jobs.take(connection, made.id)
        assert taken is not None
        assert (taken.state, taken.attempts) == ("running", 1)
        assert jobs.take(connection, made.id) is None
        assert not jobs.beat(connection, made.id, 1, 500, 0.5)
        jobs.end(connection, made.id, 1, "done", {"lines": 1000, "rejected": 2})
        found = jobs.load(connection, made.id)
        assert found is not None
        assert (found.state, found.lines, found.rejected, found.fraction) == ("done", 1000, 2, 1.0)
        assert jobs.waiting(connection) == []
        assert list(faults(connection)) == []


def test_a_job_whose_worker_is_gone_is_taken_up_again_and_not_for_ever(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clausal.store.jobs.SILENT", dt.timedelta(seconds=-1))
    with database.writing() as connection:
        made = jobs.make(connection, ACTOR, "impact", {})
        for number in range(jobs.MOST_ATTEMPTS):
            taken = jobs.take(connection, made.id)
            assert taken is not None
            assert taken.attempts == number + 1
        assert jobs.take(connection, made.id) is None
        found = jobs.load(connection, made.id)
        assert found is not None
        assert found.state == "failed"
        assert found.problems[0]["message"] == "it was taken up 5 times and never came to its end"


def test_a_job_is_cancelled_and_resumed(database: Database) -> None:
    with database.writing() as connection:
        made = jobs.make(connection, ACTOR, "adjudication", {})
        jobs.stop(connection, ACTOR, made)
        found = jobs.load(connection, made.id)
        assert found is not None
        assert found.state == "cancelled"
        jobs.resume(connection, ACTOR, found)
        taken = jobs.take(connection, made.id)
        assert taken is not None
        jobs.stop(connection, ACTOR, taken)
        assert jobs.beat(connection, made.id, 1, 10, 0.1)
        jobs.end(connection, made.id, 1, "cancelled", {})
        assert [one.state for one in jobs.listed(connection)] == ["cancelled"]
        assert [one.state for one in jobs.listed(connection, "impact")] == []


def test_a_worker_that_stops_puts_its_job_back(database: Database) -> None:
    with database.writing() as connection:
        made = jobs.make(connection, ACTOR, "adjudication", {})
        jobs.take(connection, made.id)
        jobs.put_back(connection, made.id, 1)
        taken = jobs.take(connection, made.id)
        assert taken is not None
        assert taken.attempts == 1
