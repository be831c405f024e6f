"""An empty store on SQLite, and one on a real Postgres: what a test says of one it says of both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clausal.store.database import Database, sqlite_url
from tests.postgres import Cluster, cluster

on_postgres = pytest.mark.xdist_group("postgres")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with cluster() as found:
        yield found


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=on_postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    address = sqlite_url(tmp_path / "store.sqlite")
    if request.param == "postgres":
        address = request.getfixturevalue("postgres").database()
    found = Database(address)
    found.upgrade()
    yield found
    found.close()
