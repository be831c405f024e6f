"""Nothing from data, from a file's name or from a column steers the terminal or is taken as markup."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from clausal.shown import shown, shown_json, shown_lines
from tests.cli.test_commands import SETTLED
from tests.robust.commands import run

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
EVIL = "x]\x1b[31m\x07\u202e\n[red]"
"""In a folder `f[`, the name of a file closes a tag; it colours, rings, turns text round, and begins a line."""
CSV = f"claim_id,line,service_date,plan,code,units,\x1b[31m[/x]\na{EVIL.strip()},1,2024-10-15,no[/p]\x1b,64640,1,z\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "f["
    found.mkdir()
    (found / f"{EVIL}.yaml").write_text(SETTLED)
    (found / f"{EVIL}.csv").write_text(CSV)
    (found / f"{EVIL}.txt").write_text("Some words\x1b of a \u202edocument.\n")
    (found / "bad.yaml").write_text(SETTLED + '"k\\e[/x]\\n": 1\n')
    return found


COMMANDS: dict[str, Callable[[Path], list[str | Path]]] = {
    "a case": lambda at: ["decide", at / f"{EVIL}.yaml"],
    "a case as JSON": lambda at: ["decide", at / f"{EVIL}.yaml", "--json"],
    "a folder": lambda at: ["decide", at],
    "a case that is not there": lambda at: ["decide", at / f"no{EVIL}"],
    "a rule that is not there": lambda at: ["decide", at / f"{EVIL}.yaml", "--why-not", EVIL],
    "packs that are not there": lambda at: ["packs", "--packs", at / EVIL],
    "a pack that is not there": lambda _: ["show", EVIL],
    "a claim file": lambda at: ["adjudicate", at / f"{EVIL}.csv", "-o", at / f"{EVIL}.parquet"],
    "a claim file with a report": lambda at: [
        "adjudicate", at / f"{EVIL}.csv", "-o", at / f"{EVIL}.835", "--report", at / f"{EVIL}.html"
    ],
    "what changes": lambda at: ["impact", at / f"{EVIL}.csv", "--after", "2020-01-01"],
    "a document": lambda at: ["fingerprint", at / f"{EVIL}.txt", "Some words"],
    "a fee file": lambda at: ["fees", "import", at / f"{EVIL}.csv"],
    "a place": lambda _: ["price", "64640", "--place", EVIL],
    "a day": lambda at: ["decide", at / f"{EVIL}.yaml", "--as-of", EVIL],
    "a command": lambda _: [EVIL],
    "an option": lambda _: ["decide", f"--{EVIL}"],
}  # fmt: skip


@pytest.mark.parametrize("what", COMMANDS)
def test_a_hostile_name_is_printed_and_not_obeyed(what: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSAL_DATA", str(folder / f"data{EVIL}"))
    found = run(*COMMANDS[what](folder))
    assert not found.escaped
    assert not STEERING.search(found.out + found.err), found
    assert found.status in (0, 2, 3)


def test_a_name_is_shown_as_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)  # a long path would be cut on the page
    found = run("decide", Path(folder.name) / f"{EVIL}.yaml")
    assert "f[/x]\\x1b[31m\\x07\\u202e\\n[red].yaml" in found.out


def test_a_message_is_one_line(folder: Path) -> None:
    assert run("decide", folder / f"no{EVIL}").err.count("\n") == 1


def test_a_name_that_is_no_text_is_told(folder: Path) -> None:
    case = folder / "\udc80.yaml"
    case.write_text(SETTLED)
    for json in ((), ("--json",)):
        found = run("decide", case, *json)
        assert not found.escaped
        assert "\\udc80.yaml" in found.out
    found = run("adjudicate", folder / f"{EVIL}.csv", "-o", folder / "\udc80.parquet")
    assert found.status == 2
    assert found.err.endswith("\\udc80.parquet: the name is not UTF-8; give the file another name\n")


def test_what_steers_is_written_out() -> None:
    assert shown("a\x1b\x9b\u202e\n\t\ud800") == "a\\x1b\\x9b\\u202e\\n\\t\\ud800"
    assert shown_lines("a\n\tb\r\n") == "a\n\tb\\r\n"
    assert shown_json('"\x9b\U000e0001"') == '"\\u009b\\udb40\\udc01"'
    assert shown("prix 5 \u20ac, na\u00efve") == "prix 5 \u20ac, na\u00efve"
