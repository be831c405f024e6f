"""`clausal ask` as a person meets it at a terminal, from an empty folder to the answer."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import signal
import stat
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from clausal.cli.ask.conversation import Conversation, Quit
from clausal.cli.ask.kept import Kept
from clausal.determination.interview.questions import Setting
from clausal.documents.library import Library
from clausal.facts.source import read_source
from tests.cli.terminal import ASK, Session, held
from tests.conftest import ROOT
from tests.test_contributing import write_example

DAY = ("On which day", "10/15/2024")
IOVERA = ("Which device", "iovera")
NO_CODE = ("Which procedure code", "")
KNEE_NERVES = [("Which nerves", "infrapatellar"), ("is one of these meant", "1, 2")]
NO_HISTORY = [("problem list", "none"), ("wound at or near", "no")]
PAIN = ("What is the procedure done for", "pain")
SHOW = ("That is all", "")


def only_case(session: Session, library: Library) -> dict[str, object]:
    """The case that was kept, which anybody can decide."""
    (path,) = session.kept
    source = read_source(path)
    library.cases.read(source)
    data: dict[str, object] = source.data
    return data


def short(printed: str) -> str:
    """The answer in short, in one line."""
    return " ".join(printed[printed.index("In short") :].split())


@pytest.mark.parametrize("columns", [60, 80])
def test_knee_before_replacement_under_the_hmo(tmp_path: Path, columns: int, library: Library) -> None:
    session = Session(tmp_path, columns=columns)
    printed = held(session, [
        DAY, ("Which plan", "BCN Commercial HMO"), NO_CODE, IOVERA, *KNEE_NERVES, PAIN,
        ("contract active", "yes"), ("For which diagnoses", "M17.11"), *NO_HISTORY, SHOW,
    ])  # fmt: skip
    assert session.status == 0
    assert "NOT COVERED 64640 x2 RT (proposed) the policy calls it experimental or investigational" in short(printed)
    assert [line for line in session.printed.splitlines() if len(line) > columns and "/data/" not in line] == []
    assert only_case(session, library)["diagnoses"] == ["M17.11"]


def test_part_b_in_kentucky_ends_with_the_code_and_the_notice(tmp_path: Path) -> None:
    session = Session(tmp_path)
    printed = held(session, [
        DAY, ("Which plan", "Medicare Part B"), ("In which state", "Kentucky"), NO_CODE, IOVERA, *KNEE_NERVES,
        ("For which diagnoses", "M17.11"), *NO_HISTORY, SHOW,
    ])  # fmt: skip
    assert session.status == 0
    assert "NOT ADDRESSED 0441T x1 RT (proposed)" in short(printed)
    told = " ".join(printed.split())
    assert "CGS, the Medicare contractor of Kentucky and Ohio, wants 0440T to 0442T for this treatment" in told
    assert "the contractor decides claim by claim" in told
    assert "ask the payer of Medicare Part B before the service" in told


def test_part_b_in_kentucky_with_the_other_code_is_told_the_right_one(tmp_path: Path) -> None:
    session = Session(tmp_path)
    printed = held(session, [
        DAY, ("Which plan", "Medicare Part B"), ("In which state", "ky"), ("Which procedure code", "64640 x2 RT"),
        IOVERA, *KNEE_NERVES, ("For which diagnoses", "M17.11"), *NO_HISTORY, SHOW,
    ])  # fmt: skip
    told = " ".join(printed.split())
    assert "(its coding would be denied)" in told
    assert "wants 0440T, 0441T or 0442T by region (0441T at the knee)" in told
    assert "do not bill 64640 as it stands" in told


def test_part_b_with_nerves_not_known_says_in_short_what_the_code_depends_on(tmp_path: Path) -> None:
    session = Session(tmp_path)
    printed = held(session, [
        DAY, ("Which plan", "medicare part b"), ("In which state", "ky"), NO_CODE, IOVERA,
        ("Which nerves", "dont know"), ("What is the procedure done for", "1"), ("For which diagnoses", "m17.11"),
        *NO_HISTORY, SHOW,
    ])  # fmt: skip
    assert "NOT ADDRESSED (no code)" in short(printed)
    assert "depends on nerves: 0441T or 0442T" in short(printed)
    assert "depends on nerves: CGS, the Medicare contractor of Kentucky and Ohio, wants" in " ".join(printed.split())


def test_bcn65_hangs_on_what_medicare_pays(tmp_path: Path) -> None:
    session = Session(tmp_path)
    printed = held(session, [
        DAY, ("Which plan", "bcn65"), NO_CODE, IOVERA, *KNEE_NERVES, ("What is the procedure done for", "1"),
        ("Does Medicare, as the primary payer, cover the service?", "yes"), ("contract active", "yes"),
        ("primary care physician", "yes"), ("Does the provider have a contract with the plan?", "yes"),
        ("For which diagnoses", "M17.11"), *NO_HISTORY, SHOW,
    ])  # fmt: skip
    assert "COVERED 64640 x2 RT (proposed) the coinsurance is paid so far as Medicare, paying first, covers" in short(
        printed
    )


def test_facet_pain_is_referred_and_not_covered(tmp_path: Path) -> None:
    session = Session(tmp_path)
    printed = held(session, [
        DAY, ("Which plan", "bcn commercial hmo"), NO_CODE, IOVERA, ("Which nerves", "lumbar medial branch"),
        PAIN, ("For which diagnoses", ""), ("Which condition is treated?", "facet pain"),
        ("is this meant: facet joint pain?", "yes"), ("contract active", "yes"), *NO_HISTORY, SHOW,
    ])  # fmt: skip
    assert "REFER (no code) another policy decides; nothing is granted here" in short(printed)
    assert "get the policy that it is left to" in " ".join(printed.split())


def test_raynaud_in_the_history_blocks(tmp_path: Path) -> None:
    session = Session(tmp_path)
    printed = held(session, [
        DAY, ("Which plan", "bcn commercial hmo"), NO_CODE, IOVERA, *KNEE_NERVES, PAIN,
        ("contract active", "yes"), ("For which diagnoses", "M17.11"), ("problem list", "Raynaud"),
        ("I73.00 Raynaud's without gangrene", "I73.00"), ("wound at or near", "no"), SHOW,
    ])  # fmt: skip
    assert "BLOCK Raynaud's disease (I73.0-) is a contraindication" in short(printed)
    assert "settle the contraindication with the treating clinician" in " ".join(printed.split())


def test_a_policy_of_another_kind_is_asked_for_as_well(tmp_path: Path) -> None:
    session = Session(tmp_path, packs=write_example(tmp_path / "packs"))
    printed = held(session, [
        ("On which day", "2024-03-01"), ("Which plan", "Example PPO"), ("Which procedure code", "L3908"),
        ("For which diagnoses", "G56.01"), ("For how many weeks", "eight"), ("'eight' is not a number", "8"), SHOW,
    ])  # fmt: skip
    assert "COVERED L3908" in short(printed)
    assert session.status == 0


def test_back_help_list_skip_and_change(tmp_path: Path, library: Library) -> None:
    session = Session(tmp_path)
    session.prompted()
    session.type("back")
    assert "this is the first question" in session.prompted()
    session.type("skip")
    assert "this one is needed" in session.prompted()
    session.type("15/10/2024")
    assert "is no date that can be read" in session.prompted()
    session.type("October 15, 2024")
    assert "= 2024-10-15" in session.prompted()
    session.type("bcn65")
    session.prompted()
    session.type("back")
    assert "Which plan covers the member?" in session.prompted()
    session.type("?")
    assert "The plan that is asked to pay" in session.prompted()
    session.type("aetna")
    assert "'aetna' is none of the answers; ? shows them all" in session.prompted()
    session.type("7")
    assert "= Medicare Part B" in session.prompted()
    session.type("I do not know.")
    assert "Which procedure code is billed?" in session.prompted()
    session.type("")
    assert "Which device is used?" in session.prompted()
    session.type("change plan")
    assert "Which plan covers the member?" in session.prompted()
    session.type("back")
    assert "Which device is used?" in session.prompted()
    session.type("change plan")
    session.prompted()
    session.type("bcn commercial hmo")
    assert "Which device is used?" in session.prompted()
    session.type("list")
    shown = session.prompted()
    assert "plan: BCN Commercial HMO" in shown
    assert "code: not known" in shown
    session.type("change weather")
    assert "'weather' is none of the answers so far" in session.prompted()
    session.type("change place of service")
    assert "Where is the service rendered" in session.prompted()
    session.type("11")
    session.prompted()
    session.type("change 1")
    assert "On which day" in session.prompted()
    session.type("2024-10-16")
    session.prompted()
    session.type("quit")
    printed = session.ended()
    assert "clausal ask " in printed
    assert session.status == 3
    assert only_case(session, library) == {
        "service_date": "2024-10-16",
        "plan": "bcn-commercial-hmo",
        "place_of_service": "11",
    }


def test_place_of_service_is_saved_as_it_is_typed(tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    write_example(packs)
    table = packs / "example-brace" / "tables" / "policy.yaml"
    text = table.read_text().replace("symptom_weeks: {at_least: 6}", 'place_of_service: ["31", "41"]')
    table.write_text(text.replace("symptom_weeks: {at_most: 5}", 'place_of_service: {not: ["31", "41"]}'))
    (packs / "example-brace" / "facts.yaml").write_text(
        "codes:\n  L3908: brace\nvalue_sets:\n  carpal-tunnel: [G56.0-]\n"
    )
    for typed in ("31", "41"):
        folder = tmp_path / typed
        folder.mkdir()
        session = Session(folder, packs=packs)
        held(session, [
            ("On which day", "2024-03-01"), ("Which plan", "example-ppo"), ("Which procedure code", "L3908"),
            ("For which diagnoses", "G56.01"), ("place of service code", typed), SHOW,
        ])  # fmt: skip
        (path,) = session.kept
        assert read_source(path).data["place_of_service"] == typed


def test_an_unknown_diagnosis_code_is_told_with_the_nearest_and_not_taken(tmp_path: Path, library: Library) -> None:
    case = 'service_date: 2024-10-15\nplan: bcn-commercial-hmo\nmodality: cryoneurolysis\nlines: [{code: "64640"}]\n'
    (tmp_path / "case.yaml").write_text(f"{case}purpose: spasticity\nnerves: [femoral]\n")
    session = Session(tmp_path, "case.yaml")
    assert "For which diagnoses" in session.prompted()
    session.type("M17.99, G57.01")
    shown = " ".join(session.prompted().split())
    assert "diagnosis code 'M17.99' does not exist on 2024-10-15" in shown
    assert "the nearest that exists is M17.9" in shown
    session.type("M17")
    shown = " ".join(session.prompted().split())
    assert "M17 is not billable: it is a heading" in shown
    session.type("quit")
    session.ended()
    assert only_case(session, library)["diagnoses"] == ["M17"]


def test_a_procedure_code_that_may_be_a_slip_has_to_be_confirmed(tmp_path: Path, library: Library) -> None:
    session = Session(tmp_path)
    for text in ("2024-10-15", "bcn65", "64641"):
        session.prompted()
        session.type(text)
    assert "names 64641, but 64640: is 64641 meant? (yes or no)" in " ".join(session.prompted().split())
    session.type("no")
    assert "then write the code that is meant" in session.prompted()
    session.type("64640")
    session.prompted()
    session.type("quit")
    session.ended()
    assert only_case(session, library)["lines"] == [{"code": "64640"}]


@pytest.mark.parametrize("name", ["SIGINT", "SIGHUP", "SIGTERM"])
def test_nothing_is_lost_when_it_is_ended(tmp_path: Path, name: str, library: Library) -> None:
    session = Session(tmp_path)
    session.prompted()
    session.type("2024-10-15")
    session.prompted()
    session.type("bcn65")
    session.prompted()
    if name == "SIGINT":
        session.process.sendintr()
    else:
        session.process.kill(signal.Signals[name])
    printed = session.ended()
    (path,) = session.kept
    assert f"clausal ask {path}" in printed
    assert "Traceback" not in printed
    assert session.status == 128 + signal.Signals[name]
    assert only_case(session, library) == {"service_date": "2024-10-15", "plan": "bcn65"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_nothing_is_lost_when_the_terminal_goes_away(tmp_path: Path, library: Library) -> None:
    session = Session(tmp_path)
    session.prompted()
    session.type("2024-10-15")
    session.prompted()
    session.process.close(force=False)
    assert only_case(session, library) == {"service_date": "2024-10-15"}


def test_it_goes_on_where_it_was_left_in_the_same_file(tmp_path: Path, library: Library) -> None:
    first = Session(tmp_path)
    held(first, [DAY, ("Which plan", "bcn65"), ("Which procedure code", "quit")])
    (path,) = first.kept
    second = Session(tmp_path, str(path))
    assert "Which procedure code" in second.prompted()
    second.type("64640")
    second.prompted()
    second.process.sendeof()
    second.ended()
    assert second.kept == [path]
    assert only_case(second, library)["lines"] == [{"code": "64640"}]


def test_save_never_writes_over_another_file_unasked(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("something else\n")
    session = Session(tmp_path, "--save", "mine.yaml")
    session.process.expect_exact("Write over it?")
    session.type("n")
    assert "there is such a file already" in session.ended()
    assert session.status == 2
    assert (tmp_path / "mine.yaml").read_text() == "something else\n"


def test_save_writes_over_a_file_when_told_to(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("something else\n")
    session = Session(tmp_path, "--save", "mine.yaml", "--force")
    held(session, [DAY, ("Which plan", "quit")])
    assert read_source(tmp_path / "mine.yaml").data == {"service_date": "2024-10-15"}
    assert session.kept == []


def test_save_writes_json_where_the_name_says_so(tmp_path: Path) -> None:
    session = Session(tmp_path, "--save", "mine.json")
    held(session, [DAY, ("Which plan", "quit")])
    assert json.loads((tmp_path / "mine.json").read_text()) == {"service_date": "2024-10-15"}
    assert stat.S_IMODE((tmp_path / "mine.json").stat().st_mode) == 0o600


def test_a_file_that_appears_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    session = Session(tmp_path, "--save", "mine.yaml")
    session.prompted()
    (tmp_path / "mine.yaml").write_text("something else\n")
    session.type("2024-10-15")
    assert "not saved: mine.yaml: there is such a file by now" in session.prompted()
    session.type("quit")
    session.ended()
    assert (tmp_path / "mine.yaml").read_text() == "something else\n"


def test_a_case_with_a_mistake_is_refused_before_it_asks(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text("plan: bcn66\n")
    session = Session(tmp_path, "case.yaml")
    assert "case.yaml:1:1: unknown plan 'bcn66' (plan); did you mean 'bcn65'?" in session.ended()
    assert session.status == 2


def test_control_characters_that_are_typed_are_not_printed(library: Library, tmp_path: Path) -> None:
    today = dt.date(2026, 1, 1)
    setting = Setting(library, today, today)
    console = Console(file=io.StringIO(), width=80)
    typed = iter(["\x1b[31m\x9bred\x07\udcff", "quit"])
    kept = Kept(tmp_path / "case.yaml", is_new=True)
    with pytest.raises(Quit):
        Conversation(setting, {}, kept, console, lambda _: next(typed)).hold()
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert "red" in printed
    assert all(one.isprintable() or one == "\n" for one in printed)


@pytest.mark.parametrize("name", ["case.yaml", "case.json"])
def test_what_is_kept_is_read_as_it_was(tmp_path: Path, name: str) -> None:
    data = {
        "service_date": "2024-10-15",
        "percent": Decimal("49.5"),
        "problem_list": ["0441T", "1e5", "no", "null", "2024-10-15", "00123", "\u00e9"],
        "lines": [{"code": "64640", "units": 2}],
        "member": {"contract_active": True, "tier": None},
    }
    kept = Kept(tmp_path / name, is_new=True)
    kept.write(data)
    kept.write(data)
    assert read_source(kept.path).data == data
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [name]


def piped(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CLAUSAL_DATA": str(folder / "data")}
    command = [sys.executable, "-c", ASK, "ask", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=folder, input="2024-10-15\n", env=environment, check=False
    )


def test_without_a_terminal_nothing_is_read_and_the_next_question_is_printed(tmp_path: Path) -> None:
    found = piped(tmp_path)
    assert (found.returncode, found.stderr) == (3, "")
    assert found.stdout.startswith("service_date: On which day was or will the service be rendered?\n")
    assert not (tmp_path / "data").exists()


def test_without_a_terminal_the_status_tells_whether_the_answer_is_open(tmp_path: Path) -> None:
    settled = (
        "service_date: 2024-10-15\nplan: bcn-commercial-hmo\nmember: {contract_active: true}\ndiagnoses: [M17.11]\n"
        "device: iovera\npurpose: pain\nproblem_list: [I73.00]\nwound_at_site: false\n"
        'nerves: [superomedial-genicular]\nlines: [{code: "64624"}]\n'
    )
    (tmp_path / "settled.yaml").write_text(settled)
    (tmp_path / "open.yaml").write_text(settled.replace("device: iovera\n", ""))
    found = piped(tmp_path, "settled.yaml")
    assert (found.returncode, "NOT COVERED  64624" in found.stdout) == (0, True)
    found = piped(tmp_path, "open.yaml")
    assert found.returncode == 3
    assert found.stdout.startswith("device: Which device is used?\n  iovera  (the iovera system)\n")
    found = piped(tmp_path, "open.yaml", "--save", "nowhere/x.yaml")
    assert (found.returncode, found.stdout) == (2, "")


def test_json_has_the_question_the_determination_and_what_is_asked_next(tmp_path: Path) -> None:
    found = json.loads(piped(tmp_path, "--json").stdout)
    assert found["question"]["fact"] == "service_date"
    assert found["determination"] is None
    (tmp_path / "case.yaml").write_text(
        'service_date: 2024-10-15\nplan: bcn-commercial-hmo\nlines: [{code: "64640"}]\npurpose: pain\n'
        "diagnoses: [M17.11]\nnerves: [sural]\n"
    )
    found = json.loads(piped(tmp_path, "case.yaml", "--json").stdout)
    assert found["question"]["fact"] == found["determination"]["questions"][0]["fact"]
    assert (found["next"]["part"], found["next"]["question"]["fact"]) == ("service", "device")


def test_save_over_another_file_is_refused_without_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("something else\n")
    found = piped(tmp_path, "--save", "mine.yaml")
    assert (found.returncode, found.stdout) == (2, "")
    assert "mine.yaml: there is such a file already; name another file, or write over it with --force" in found.stderr


def test_the_session_of_the_manual_is_what_is_printed(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "ask.md").read_text()
    block = page.partition("```text session\n")[2].partition("```")[0]
    typed = [line[2:] for line in block.splitlines() if line.startswith("> ") or line == ">"]
    session = Session(tmp_path)
    for text in typed:
        session.prompted()
        session.type(text)
    session.ended()
    path = re.search(r"clausal ask (/home/\S+)", block)
    assert path
    printed = session.printed.replace(" --as-of 2026-01-01", "").replace(str(session.kept[0]), path[1])
    shown = [line.rstrip() for line in printed.splitlines()]
    wanted = [line.rstrip() for line in block.splitlines()]
    assert wanted
    positions = iter(shown)
    missing = [line for line in wanted if not line.startswith((">", "$", "...", "(the page")) and line not in positions]
    assert missing == []


def test_back_loses_no_answer(tmp_path: Path) -> None:
    session = Session(tmp_path)
    for text in ("10/15/2024", "bcn65", "back"):
        session.prompted()
        session.type(text)
    assert "Which plan covers the member?" in session.prompted()
    session.type("back")
    assert "On which day" in session.prompted()
    session.type("back")
    assert "this is the first question" in session.prompted()
    session.type("")
    assert "it stays as it was" in session.prompted()
    session.type("list")
    shown = session.prompted()
    assert "service date: 2024-10-15" in shown
    assert "plan: BCN65" in shown
    session.type("quit")
    session.ended()
    (kept,) = (tmp_path / "data" / "cases").iterdir()
    assert "plan: bcn65" in kept.read_text()


def test_a_question_back_takes_yes_no_and_commands_and_says_so(tmp_path: Path) -> None:
    session = Session(tmp_path)
    for text in ("10/15/2024", "bcn hmo", "bcn65"):
        session.prompted()
        session.type(text)
    assert "yes or no; `back`" in session.prompted()
    session.type("back")
    assert "then say it in other words" in session.prompted()


def test_a_place_that_cannot_be_written_to_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    session = Session(tmp_path, "--save", "/proc/x.yaml")
    assert "/proc/x.yaml: cannot be written" in session.ended()
    assert session.status == 2
