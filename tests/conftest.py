"""What tests share: the bundled library, a way to decide a case written as data, the source documents if held."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clausal.determination.decide import decide
from clausal.determination.model import to_json
from clausal.documents.library import Library, load_library
from clausal.facts.source import Source

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library()


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
