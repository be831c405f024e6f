"""What tests share: the bundled library, a way to decide a case written as data, the source documents if held."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from clausal.determination.decide import decide
from clausal.determination.model import to_json
from clausal.documents.library import Library
from clausal.documents.load import load_library
from clausal.facts.source import Source
from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules

ROOT = Path(__file__).parents[1]

# CI draws the same examples every time, so that a red run is due to the change; elsewhere each run draws new ones.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="session")
def schedules(tmp_path_factory: pytest.TempPathFactory) -> Schedules:
    """The tables that come with the project, whatever the user has imported."""
    return Schedules(Store(tmp_path_factory.mktemp("no-data")))


@pytest.fixture(scope="session")
def published() -> Path:
    """The folder of real CMS files; they are not in the project."""
    folder = Path(os.environ.get("CLAUSAL_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("CMS's files are not here: set CLAUSAL_SHARED_DATA to their folder")
    return folder


Decide = Callable[..., Any]


@pytest.fixture(scope="session")
def answer(library: Library) -> Decide:
    """Decide a case given as data; the answer as JSON has it."""

    def run(**case: Any) -> Any:
        read = library.cases.read(Source("case", {"service_date": "2024-10-15", **case}))
        return json.loads(to_json(decide(library, read)))

    return run


@pytest.fixture(scope="session")
def source_documents() -> Path:
    """The folder of the two source documents; they are their publishers' and not in the project."""
    folder = Path(os.environ.get("CLAUSAL_SHARED_SOURCES", ROOT.parent / "shared" / "sources"))
    if not folder.is_dir():
        pytest.skip("the source documents are not here: set CLAUSAL_SHARED_SOURCES to their folder")
    return folder
