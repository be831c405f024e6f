"""Sessions, tokens and idempotency keys."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from clausal.problems import InvalidInput
from clausal.store import chain, once, people
from clausal.store.database import Database

NURSE = people.Person("nurse-1", "Ada Example", frozenset({"reviewer"}))
HOUR, NO_TIME = dt.timedelta(hours=1), dt.timedelta(seconds=-1)


def test_a_session_is_found_by_its_secret_until_it_ends(database: Database) -> None:
    with database.writing() as connection:
        secret, session = people.begin_session(connection, NURSE, HOUR)
        assert people.session_of(connection, secret, HOUR) == session
        assert people.session_of(connection, secret, NO_TIME) is None
        assert people.session_of(connection, "guess", HOUR) is None
        people.end_session(connection, secret)
        assert people.session_of(connection, secret, HOUR) is None
        over, _ = people.begin_session(connection, NURSE, NO_TIME)
        assert people.session_of(connection, over, HOUR) is None


def test_no_secret_stands_in_the_store(database: Database) -> None:
    with database.writing() as connection:
        secret, _ = people.begin_session(connection, NURSE, HOUR)
        token, _ = people.make_token(connection, chain.Actor("admin"), "engine", ["viewer"], HOUR)
        rows = [
            tuple(row) for name in ("sessions", "tokens") for row in connection.execute(text(f"SELECT * FROM {name}"))
        ]
    assert all(rows)
    assert secret not in str(rows)
    assert token not in str(rows)


def test_somebody_who_is_blocked_does_not_come_in(database: Database) -> None:
    with database.writing() as connection:
        assert people.seen(connection, NURSE)
        secret, _ = people.begin_session(connection, NURSE, HOUR)
        assert people.block(connection, NURSE.subject, blocked=True)
        assert people.session_of(connection, secret, HOUR) is None
        assert not people.seen(connection, NURSE)
        assert people.block(connection, NURSE.subject, blocked=False)
        assert people.seen(connection, NURSE)
        assert not people.block(connection, "nobody", blocked=True)


def test_a_sign_in_is_answered_once(database: Database) -> None:
    begun = people.SignIn("verifier", "nonce", "/")
    with database.writing() as connection:
        people.begin_sign_in(connection, "state", begun, HOUR)
        assert people.end_sign_in(connection, "other") is None
        assert people.end_sign_in(connection, "state") == begun
        assert people.end_sign_in(connection, "state") is None
        people.begin_sign_in(connection, "late", begun, NO_TIME)
        assert people.end_sign_in(connection, "late") is None


def test_a_token_is_told_once_and_can_be_taken_back(database: Database) -> None:
    with database.writing() as connection:
        secret, token = people.make_token(connection, chain.Actor("admin"), "engine", ["viewer"], HOUR)
        assert people.token_of(connection, secret) == token
        assert people.all_tokens(connection) == [token]
        assert people.end_token(connection, token.id)
        assert people.token_of(connection, secret) is None
        assert not people.end_token(connection, token.id)


def test_a_key_stands_for_one_request_of_one_person(database: Database) -> None:
    with database.writing() as connection:
        assert once.done_before(connection, "a", "key", "request") is None
        once.note(connection, "a", "key", "request", "answer:1")
        assert once.done_before(connection, "a", "key", "request") == "answer:1"
        assert once.done_before(connection, "b", "key", "request") is None
        with pytest.raises(InvalidInput, match="this key was used for another request"):
            once.done_before(connection, "a", "key", "other")
