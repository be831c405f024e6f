"""A library of packs: plans and facts of a new pack, the two times, the fingerprint."""

from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path

from clausal.determination.decide import decide
from clausal.documents.library import Library
from clausal.documents.load import load_library
from clausal.facts.source import Source
from tests.documents.packs import TABLE, write_pack


def status(library: Library, service_date: str, as_of: str) -> str:
    case = {"service_date": service_date, "plan": "example-plan", "modality": "cryoneurolysis"}
    read = library.cases.read(Source("case", case))
    return decide(library, read, dt.date.fromisoformat(as_of)).lines[0].status


def test_a_new_pack_needs_no_change_of_the_engine(tmp_path: Path) -> None:
    write_pack(tmp_path)
    library = load_library([tmp_path])
    assert status(library, "2024-06-01", "2026-01-01") == "not-covered"
    assert status(library, "2025-06-01", "2026-01-01") == "covered"


def test_only_what_was_published_by_the_as_of_day_is_used(tmp_path: Path) -> None:
    write_pack(tmp_path)
    library = load_library([tmp_path])
    assert status(library, "2025-06-01", "2024-10-31") == "not-covered", "the end of the first rule was not yet known"
    assert status(library, "2025-06-01", "2024-11-01") == "covered"
    assert status(library, "2024-06-01", "2023-10-31") == "not-addressed", "nothing was published"


def test_the_fingerprint_is_that_of_the_packs_content(tmp_path: Path, library: Library) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    write_pack(one)
    write_pack(other, table=TABLE + "# a remark\n")
    first = load_library([one]).fingerprint
    assert first == load_library([one]).fingerprint
    assert len({first, load_library([other]).fingerprint, library.fingerprint}) == 3


def test_every_clause_cited_by_a_rule_of_a_held_document_has_a_fingerprint(library: Library) -> None:
    cited = {
        cite for pack in library.packs.values() for table in pack.tables for rule in table.rules for cite in rule.cites
    }
    for ref in cited:
        clause = library.clause(ref)
        assert clause is not None
        assert clause.text is not None or not library.packs[clause.pack].held


def test_a_library_that_has_read_a_case_can_go_to_another_process() -> None:
    library = load_library()
    library.cases.read(Source("case", {"service_date": "2024-10-15"}))
    other = pickle.loads(pickle.dumps(library))
    assert other.fingerprint == library.fingerprint
    assert other.cases.read(Source("case", {"service_date": "2024-10-15"})).facts
