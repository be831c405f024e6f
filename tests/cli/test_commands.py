"""The commands as a user runs them: exit status, what is printed where."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents.packs import write_pack

SETTLED = """\
service_date: 2024-10-15
plan: bcn-commercial-hmo
diagnoses: [M17.11]
device: iovera
purpose: pain
problem_list: [I73.00]
wound_at_site: false
nerves: [superior-infrapatellar-saphenous, inferior-infrapatellar-saphenous]
side: right
lines: [{code: "64640", units: 2, modifiers: [RT]}]
"""
OPEN = SETTLED.replace("device: iovera\n", "")
HERE = Path(__file__).parent


def run(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from clausal.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, stdin=subprocess.DEVNULL, check=False)


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    (tmp_path / "settled.yaml").write_text(SETTLED)
    (tmp_path / "open.yaml").write_text(OPEN)
    return tmp_path


def test_decide_prints_a_page(cases: Path) -> None:
    found = run("decide", "settled.yaml", "--as-of", "2026-01-01", cwd=cases)
    assert found.returncode == 0, found.stderr
    assert found.stdout == (HERE / "settled.txt").read_text()


def test_decide_of_an_open_case_asks_and_ends_with_3(cases: Path) -> None:
    found = run("decide", "open.yaml", "--as-of", "2026-01-01", cwd=cases)
    assert found.returncode == 3
    assert found.stdout == (HERE / "open.txt").read_text()


def test_decide_json_is_one_object(cases: Path) -> None:
    found = json.loads(run("decide", cases / "settled.yaml", "--json").stdout)
    assert found["lines"][0]["status"] == "not-covered"
    assert found["lines"][0]["denial"]["carc"] == "55"


def test_decide_a_folder_prints_a_table_and_goes_on_after_bad_input(cases: Path) -> None:
    (cases / "bad.yaml").write_text("service_date: tomorrow\n")
    found = run("decide", cases)
    assert found.returncode == 2
    assert "1 not-covered, 1 open" in found.stdout
    assert found.stderr == (
        f"{cases}/bad.yaml:1:1: 'tomorrow' is not a date (service_date); write it as year-month-day, as in 2024-10-15\n"
    )


def test_bad_input_prints_nothing_on_standard_output(cases: Path) -> None:
    found = run("decide", cases / "missing.yaml")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr == f"{cases}/missing.yaml: cannot be read: No such file or directory\n"


def test_decide_why_not(cases: Path) -> None:
    found = run("decide", cases / "settled.yaml", "--why-not", "facet-joint-pain")
    assert found.returncode == 0
    assert "does not hold: condition" in found.stdout


def test_check_passes_on_the_bundled_packs() -> None:
    found = run("check")
    assert found.returncode == 0, found.stderr
    assert found.stdout.endswith("all in order\n")


def test_check_finds_a_clause_that_is_not_in_the_source(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("Source: CMS. CPT code selection is based on clinician determination.\n")
    found = run("check", "iovera-reimbursement", "--source", tmp_path / "text.txt")
    assert found.returncode == 2
    assert "clause 'contraindications' is not in" in found.stderr


def test_check_says_so_if_the_source_is_another_document(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("Something else.\n")
    assert (
        "is this the right document?" in run("check", "iovera-reimbursement", "--source", tmp_path / "text.txt").stderr
    )


def test_packs_and_show_and_schema() -> None:
    assert "bcbsm-cryoneurolysis" in run("packs").stdout
    shown = run("show", "bcbsm-cryoneurolysis#statement-4")
    assert "statement/facet-joint-pain" in shown.stdout.replace("bcbsm-cryoneurolysis/statement#", "statement/")
    assert "STT2309-5" in run("show", "iovera-reimbursement").stdout
    assert json.loads(run("schema", "case").stdout)["title"] == "Case"
    assert json.loads(run("schema", "determination").stdout)["title"] == "Determination"


def test_unknown_pack_and_clause_name_the_nearest() -> None:
    assert "did you mean 'bcbsm-cryoneurolysis'?" in run("show", "bcbsm-cryoneurolisis").stderr
    assert "did you mean 'statement-2'?" in run("show", "bcbsm-cryoneurolysis#statement2").stderr


def test_fingerprint_prints_a_clause_entry(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("One. Two words.\n")
    found = run("fingerprint", tmp_path / "text.txt", "Two")
    assert found.stdout.startswith("text: {sha256: ")
    assert "length: 8}\n# line 1: Two words." in found.stdout


def test_a_code_that_does_not_exist_on_the_day_is_refused_with_the_nearest(cases: Path) -> None:
    (cases / "bad.yaml").write_text(SETTLED.replace("M17.11", "M17.99").replace('"64640"', '"6464"'))
    found = run("decide", "bad.yaml", cwd=cases)
    assert found.returncode == 2
    assert found.stderr.splitlines() == [
        "bad.yaml:3:13: diagnosis code 'M17.99' does not exist on 2024-10-15: M17.9 is a complete code, there is "
        "nothing under it (diagnoses[0]); the nearest that exists is M17.9",
        "bad.yaml:10:10: unknown procedure code '6464' (lines[0].code); did you mean '64640'? Else leave the line out",
    ]


def test_a_claim_with_other_codes_is_decided_line_by_line(cases: Path) -> None:
    others = ", ".join(f'{{code: "{code}"}}' for code in ("20610", "27447", "99213", "47383"))
    (cases / "claim.yaml").write_text(SETTLED.replace("lines: [", f"lines: [{others}, "))
    found = run("decide", "claim.yaml", "--json", cwd=cases)
    assert found.returncode == 0, found.stderr
    told = json.loads(found.stdout)
    assert [line["status"] for line in told["lines"]] == ["not-addressed"] * 4 + ["not-covered"]
    assert told["code_editions"] == ["2023-10-01", "2025-04-01"]


def test_worked_cases_are_three_in_full_and_a_table_of_all() -> None:
    done = run("decide", "--worked")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) < 150
    statuses = [line.split()[0] for line in lines if line.startswith(("COVERED ", "NOT COVERED ", "OPEN "))]
    assert sorted(statuses) == ["COVERED", "NOT", "OPEN"]
    table = lines[next(at for at, line in enumerate(lines) if line.startswith("worked cases of")) :]
    cases = {row[0]: row for line in table[1:-1] if (row := line.split())}
    of_packs = [int(row[1]) for name, row in cases.items() if name != "all"]
    assert len(of_packs) > 4
    assert sum(of_packs) == int(cases["all"][1])
    assert all(row[-1] == "all" for row in cases.values())
    assert lines[-1] == f"3 of {sum(of_packs)} worked cases are printed in full; `--all` prints them all."


def test_every_worked_case_is_printed_where_all_is_asked() -> None:
    few, every = run("decide", "--worked"), run("decide", "--worked", "--all")
    assert every.returncode == 0
    assert every.stdout.count("─\n") > 200 > few.stdout.count("─\n")


def test_the_packs_choose_which_worked_cases_are_shown(tmp_path: Path) -> None:
    write_pack(tmp_path)
    cases = tmp_path / "example-policy" / "cases.yaml"
    case = "{service_date: 2025-02-01, plan: example-plan, modality: cryoneurolysis}"
    wrong = f"  - {{name: shown, shown: true, case: {case}, expect: {{status: open}}}}\n"
    cases.write_text(f"cases:\n{wrong}  - {{name: hidden, case: {case}, expect: {{status: covered}}}}\n")
    done = run("decide", "--worked", "--packs", tmp_path)
    assert next(line.split(" ─")[0] for line in done.stdout.splitlines() if line.endswith("─")) == "shown"
    (row,) = [line for line in done.stdout.splitlines() if line.startswith("example-policy ")]
    assert row.endswith("1 of 2")
    cases.write_text(f"cases:\n{wrong.replace('shown: true', 'shown: perhaps')}")
    refused = run("decide", "--worked", "--packs", tmp_path)
    assert refused.returncode == 2
    assert refused.stderr == f"{cases}:2:19: 'perhaps' is not true or false (cases[0].shown)\n"
