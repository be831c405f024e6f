"""The database: its address, its tables as the migrations make them, and what is told when it fails."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select, text

from clausal.problems import InvalidInput
from clausal.store import chain
from clausal.store.database import Database, StoreFault, alembic_config, sqlite_url
from clausal.store.tables import HEAD_REVISION, events, metadata
from tests.postgres import Cluster
from tests.store.conftest import on_postgres


def test_the_migrations_make_the_tables_that_the_store_uses(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert ScriptDirectory.from_config(alembic_config()).get_current_head() == HEAD_REVISION
    assert database.revision() == HEAD_REVISION


def test_upgrading_again_changes_nothing(database: Database) -> None:
    with database.writing() as connection:
        chain.append(connection, chain.Actor("a"), "one")
    database.upgrade()
    with database.reading() as connection:
        assert connection.execute(select(events.c.action)).scalars().all() == ["one"]


def test_a_store_of_a_later_version_is_refused_as_it_is(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(InvalidInput, match="the store is of another version of clausal"):
        database.upgrade()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nonsense", "this is no address of a database"),
        ("mysql://root@localhost/x", "databases of the kind 'mysql' are not supported"),
        ("sqlite://", "the store is kept in a file"),
    ],
)
def test_an_address_of_another_kind_is_refused(address: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        Database(address)


def test_the_password_of_an_address_is_never_told() -> None:
    found = Database("postgresql://clausal:secret@localhost:1/x")
    assert "secret" not in found.told
    with pytest.raises(StoreFault) as caught:
        found.upgrade()
    assert caught.value.kind == "lost"
    assert "secret" not in str(caught.value)


def test_a_locked_store_is_told_and_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clausal.store.database.WAIT", 0.1)
    database = Database(sqlite_url(tmp_path / "store.sqlite"))
    database.upgrade()
    other = sqlite3.connect(tmp_path / "store.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreFault, match="the store is busy") as caught, database.writing():
        pass
    assert caught.value.kind == "locked"
    other.execute("ROLLBACK")
    with database.writing() as connection:
        chain.append(connection, chain.Actor("a"), "after")


def test_a_full_disk_is_told_and_nothing_is_half_written(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "store.sqlite"))
    database.upgrade()

    def fill() -> None:
        with database.writing() as connection:
            connection.execute(text("PRAGMA max_page_count = 60"))
            while True:
                chain.append(connection, chain.Actor("a"), "fill", detail={"text": "x" * 2000})

    with pytest.raises(StoreFault, match="the disk of the store is full"):
        fill()
    with database.reading() as connection:
        assert chain.head(connection) == (0, chain.BEGINNING)
        assert connection.execute(select(events)).first() is None


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite").write_text("this is a text and no database " * 100)
    with pytest.raises(StoreFault, match="the store is damaged"):
        Database(sqlite_url(tmp_path / "store.sqlite")).upgrade()


@on_postgres
def test_a_database_that_goes_away_is_told_and_used_again_when_it_is_back(postgres: Cluster) -> None:
    database = Database(postgres.database())
    database.upgrade()
    with database.writing() as connection:
        chain.append(connection, chain.Actor("a"), "before")
    postgres.kill()
    with pytest.raises(StoreFault, match="the store cannot be reached"), database.writing() as connection:
        chain.append(connection, chain.Actor("a"), "meanwhile")
    postgres.start()
    with database.writing() as connection:
        chain.append(connection, chain.Actor("a"), "after")
    with database.reading() as connection:
        assert [one.action for one in chain.read(connection)] == ["before", "after"]
    database.close()
