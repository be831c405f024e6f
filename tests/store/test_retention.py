"""What is old is deleted by rule, told in the log before, and nothing else can be deleted."""

from __future__ import annotations

import datetime as dt

import pytest

from clausal.determination.decide import decide
from clausal.documents.library import Library
from clausal.facts.source import Source
from clausal.store import answers, chain, retention
from clausal.store.database import Database
from clausal.store.determinations import Move, load, open_for, take
from clausal.store.verify import faults

ACTOR = chain.Actor("nurse")
TODAY = dt.date(2025, 6, 1)
CASE = {"service_date": "2024-10-15", "plan": "bcn-commercial-hmo", "lines": [{"code": "64640"}]}
LATER = dt.datetime.now(dt.UTC) + dt.timedelta(days=40)
RULES = [retention.Rule("answers", 30), retention.Rule("determinations", 30), retention.Rule("jobs", 30)]


@pytest.fixture
def saved(database: Database, library: Library) -> answers.Saved:
    answer = decide(library, library.cases.read(Source("case", CASE)), TODAY)
    with database.writing() as connection:
        return answers.save(connection, ACTOR, CASE, answer, "tables")


def test_nothing_is_due_before_its_time(database: Database, saved: answers.Saved) -> None:
    with database.reading() as connection:
        assert [retention.due(connection, rule, dt.datetime.now(dt.UTC)) for rule in RULES] == [[], [], []]
        assert retention.due(connection, RULES[0], LATER) == [saved.id]


def test_an_answer_that_a_determination_rests_on_stays_as_long_as_it(database: Database, saved: answers.Saved) -> None:
    with database.writing() as connection:
        found = open_for(connection, ACTOR, saved)
        assert retention.due(connection, RULES[1], LATER) == []
        take(connection, ACTOR, found, Move("withdrawn"), TODAY)
        assert retention.due(connection, RULES[0], LATER) == []
        assert retention.due(connection, RULES[1], LATER) == [found.id]
        retention.delete_determination(connection, ACTOR, found.id, str(RULES[1]))
        assert load(connection, found.id) is None
        assert retention.due(connection, RULES[0], LATER) == [saved.id]
        retention.delete_answer(connection, ACTOR, saved.id, str(RULES[0]))
        assert answers.load(connection, saved.id) is None
    with database.reading() as connection:
        assert list(faults(connection)) == []
        told = [one for one in chain.read(connection) if one.action.endswith(".deleted")]
    assert [one.subject for one in told] == [found.subject, saved.subject]
    assert "are kept for 30 days" in told[0].detail


def test_what_went_without_being_told_is_found(database: Database, saved: answers.Saved) -> None:
    from sqlalchemy import text

    with database.writing() as connection:
        trigger = "answers_kept"
        connection.execute(text(f"DROP TRIGGER {trigger}{'' if database.is_sqlite else ' ON answers'}"))
        connection.execute(text("DELETE FROM answers"))
    with database.reading() as connection:
        assert list(faults(connection)) == [f"{saved.subject} is missing, and the log tells of no deletion of it"]


TAMPERED = (
    ("INSERT INTO deletions VALUES ('answer', '{answer}', 't', 'r')", "DELETE FROM answers"),
    (
        "INSERT INTO deletions VALUES ('determination', '{determination}', 't', 'r')",
        "DELETE FROM steps WHERE number = 2",
    ),
    ("UPDATE determinations SET answer = 'another'",),
    ("UPDATE determinations SET actor = 'somebody'",),
    ("INSERT INTO determinations VALUES ('x', 'y', 't', 'z')",),
    ("INSERT INTO deletions VALUES ('answer', 'none', 't', 'r')",),
    ("UPDATE tokens SET roles = '[\"admin\"]'",),
    ("DELETE FROM heads",),
)


@pytest.mark.parametrize("statements", TAMPERED)
def test_what_is_changed_beside_the_log_is_found(
    database: Database, saved: answers.Saved, statements: tuple[str, ...]
) -> None:
    from sqlalchemy import text

    from clausal.store import people

    with database.writing() as connection:
        found = open_for(connection, ACTOR, saved)
        take(connection, ACTOR, found, Move("withdrawn"), TODAY)
        people.make_token(connection, ACTOR, "engine", ["viewer"], dt.timedelta(hours=1))
    with database.reading() as connection:
        assert list(faults(connection)) == []
    with database.writing() as connection:
        if statements[0].startswith("UPDATE determinations"):
            trigger = "determinations_unchanged" if database.is_sqlite else "determinations_kept ON determinations"
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        for one in statements:
            connection.execute(text(one.format(answer=saved.id, determination=found.id)))
    with database.reading() as connection:
        assert list(faults(connection))
