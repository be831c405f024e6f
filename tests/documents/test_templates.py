"""The examples in the files of a new pack: comments as they stand, and rules that work once the mark is taken away."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from clausal.determination.decide import decide
from clausal.documents.checks import todo
from clausal.documents.load import load_library
from clausal.documents.templates import MARK, templates
from clausal.facts.source import parse_source
from tests.invented import PACK

CLAUSES = "- {clause: one, kind: normative, at: section 1, says: Braces are covered., not_carried: invented}\n"
CASE = """
service_date: 2024-05-01
plan: braces-plan
patient: {date_of_birth: 1950-01-01}
symptom_weeks: 8
diagnoses: [S61.411A]
history_from: 2020-01-01
HISTORY
lines: [{code: L3908, units: 1}]
"""


def pack(folder: Path, *, used: bool) -> Path:
    """A pack `braces` with the templates, as they stand or without the mark."""
    root = folder / "braces"
    (root / "tables").mkdir(parents=True)
    (root / "pack.yaml").write_text(PACK.format(name="braces"))
    (root / "clauses.yaml").write_text(CLAUSES)
    for file, text in templates("braces").items():
        (root / file).write_text(text.replace(MARK, "").replace("CLAUSE", "one") if used else text)
    return root


def test_as_they_stand_nothing_is_decided_by_them_and_check_tells_so(tmp_path: Path) -> None:
    files = templates("braces")
    assert all(parse_source(text, file).data is None for file, text in files.items())
    root = pack(tmp_path, used=False)
    (root / "pack.yaml").write_text(PACK.format(name="braces").partition("plans:")[0])
    told = [one.message for one in todo.check(load_library([root]))]
    assert [message for message in told if "nothing stands in" in message] == [
        f"nothing stands in {name} yet" for name in sorted(files)
    ]


def test_without_the_mark_they_work(tmp_path: Path) -> None:
    library = load_library([pack(tmp_path, used=True)])

    def line(history: str) -> tuple[str, str | None, str]:
        case = library.cases.read(parse_source(CASE.replace("HISTORY", f"history: [{history}]"), "case.yaml"))
        (found,) = decide(library, case, dt.date(2025, 1, 1)).lines
        assert found.authorization
        return found.status, found.denial.reason if found.denial else None, found.authorization.requirement

    assert line("") == ("covered", None, "required")
    assert line("{service_date: 2023-01-05, code: L3908}") == ("not-covered", "beyond-frequency", "required")
