"""The log: what is added is chained, and any change or gap is found."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from clausal.store import chain
from clausal.store.database import Database, StoreFault, sqlite_url
from clausal.store.verify import faults

ACTOR = chain.Actor("nurse-1", "request-1")


def _fill(database: Database, count: int) -> None:
    for number in range(count):
        with database.writing() as connection:
            chain.append(connection, ACTOR, "answer.seen", f"answer:{number}", {"lines": number})


def test_events_stand_in_order_each_with_the_hash_of_the_one_before(database: Database) -> None:
    _fill(database, 5)
    with database.reading() as connection:
        found = list(chain.read(connection))
        assert list(faults(connection)) == []
        assert chain.head(connection) == (5, found[-1].hash)
    assert [one.number for one in found] == [1, 2, 3, 4, 5]
    assert [one.previous for one in found] == [chain.BEGINNING, *(one.hash for one in found[:-1])]
    assert found[2].detail == '{"lines":2}'
    assert (found[2].actor, found[2].request) == ("nurse-1", "request-1")


def test_a_transaction_that_fails_leaves_neither_event_nor_gap(database: Database) -> None:
    _fill(database, 1)

    def fail() -> None:
        with database.writing() as connection:
            chain.append(connection, ACTOR, "lost")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    _fill(database, 1)
    with database.reading() as connection:
        assert list(faults(connection)) == []
        assert chain.head(connection)[0] == 2


def test_writers_at_the_same_time_make_one_chain(database: Database) -> None:
    threads = [threading.Thread(target=_fill, args=(database, 20)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with database.reading() as connection:
        assert chain.head(connection)[0] == 80
        assert list(faults(connection)) == []


def test_a_log_is_verified_while_it_is_written(database: Database) -> None:
    over = threading.Event()

    def write() -> None:
        while not over.is_set():
            _fill(database, 1)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(30):
            with database.reading() as connection:
                assert list(faults(connection)) == []
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize(
    "change", ["UPDATE events SET actor = 'x' WHERE number = 2", "DELETE FROM events WHERE number = 2"]
)
def test_the_database_itself_refuses_to_change_or_delete_an_event(database: Database, change: str) -> None:
    _fill(database, 3)
    with pytest.raises((DBAPIError, StoreFault)), database.writing() as connection:
        connection.execute(text(change))
    with database.reading() as connection:
        assert list(faults(connection)) == []


def _tampered(folder: Path, *statements: str) -> list[str]:
    """What is found after somebody with the file changed it, triggers and all."""
    database = Database(sqlite_url(folder / "store.sqlite"))
    database.upgrade()
    _fill(database, 6)
    database.close()
    with sqlite3.connect(folder / "store.sqlite") as raw:
        for name in ("events_unchanged", "events_kept"):
            raw.execute(f"DROP TRIGGER {name}")
        for one in statements:
            raw.execute(one)
    with database.reading() as connection:
        return list(faults(connection))


def test_a_changed_event_is_found(tmp_path: Path) -> None:
    found = _tampered(tmp_path, "UPDATE events SET actor = 'somebody' WHERE number = 3")
    assert len(found) == 1
    assert found[0].startswith("event 3 was changed since it was written (")


def test_a_gap_is_found(tmp_path: Path) -> None:
    assert _tampered(tmp_path, "DELETE FROM events WHERE number = 3")[0] == "event 3 is missing"


def test_a_longer_gap_is_found(tmp_path: Path) -> None:
    assert _tampered(tmp_path, "DELETE FROM events WHERE number IN (2, 3)")[0] == "events 2 to 3 are missing"


def test_a_gap_that_is_numbered_over_is_found(tmp_path: Path) -> None:
    found = _tampered(
        tmp_path, "DELETE FROM events WHERE number = 3", "UPDATE events SET number = number - 1 WHERE number > 3"
    )
    assert "event 3 does not follow the one before it: one of the two was changed" in found


def test_a_cut_end_is_found(tmp_path: Path) -> None:
    assert _tampered(tmp_path, "DELETE FROM events WHERE number > 4") == [
        "events 5 to 6 are missing at the end of the log"
    ]


def test_a_log_written_anew_is_found_by_an_event_that_was_noted_elsewhere(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "store.sqlite"))
    database.upgrade()
    _fill(database, 3)
    with database.reading() as connection:
        noted = chain.head(connection)
    other = Database(sqlite_url(tmp_path / "other.sqlite"))
    other.upgrade()
    _fill(other, 5)
    with other.reading() as connection:
        assert list(faults(connection)) == []
        assert list(faults(connection, noted)) == [
            "event 3 is not the one that was noted elsewhere: the log was written anew"
        ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(0, 5), what=st.sampled_from(["at", "actor", "action", "subject", "request", "detail"]))
def test_any_changed_field_of_any_event_is_found(number: int, what: str) -> None:
    found: list[chain.Event] = []
    previous = chain.BEGINNING
    for index in range(1, 7):
        bare = chain.Event(index, "t", "a", "b", "c", "d", "{}", previous, "")
        found.append(replace(bare, hash=bare.expected_hash()))
        previous = found[-1].hash
    assert list(chain.broken(iter(found), (6, previous))) == []
    changed: dict[str, Any] = {what: "other"}
    found[number] = replace(found[number], **changed)
    assert list(chain.broken(iter(found), (6, previous)))
