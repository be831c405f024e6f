"""The commands for analysts, as a user runs them: what they print, exit status, no traceback for bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bench.claims import write as write_claims

from tests.cli.test_commands import run
from tests.rules.analysis.checks.written import PACK, rule, table, write

HERE = Path(__file__).parent
TEXT = "Title: Braces\n\nStatement\n\nA brace is covered after six weeks.\n\nNever twice.\n"


def test_diff_prints_every_region_with_both_citations() -> None:
    found = run("diff", "bcbsm-cryoneurolysis", "--between", "2022-12-31", "2023-01-01", "--clauses")
    assert found.returncode == 0, found.stderr
    assert found.stdout == (HERE / "diff.txt").read_text()


def test_diff_as_data() -> None:
    found = run("diff", "second-payer-cryoneurolysis", "--between", "2023-12-31", "2024-01-01", "--json")
    (one,) = json.loads(found.stdout)["tables"]
    assert one["changes"] == []
    assert one["complete"]
    (only,) = one["other_clauses"]
    assert only["where"]["condition"] == {"in": ["knee-osteoarthritis-pain"]}
    assert only["example"]["condition"] == "knee-osteoarthritis-pain"


def test_diff_of_a_folder_with_itself() -> None:
    folder = HERE.parents[1] / "packs" / "medicare"
    found = run("diff", folder, folder)
    assert found.returncode == 0
    assert found.stdout.splitlines()[-1] == "nothing changes"


FLAWED = table(
    rule("wide", "{tried: true}"),
    rule("narrow", "{tried: true, grade: mild}"),
    rule("other", "{grade: severe, weeks: 1}", "{finding: excluded}"),
    rule("late", "{grade: [severe, severe], weeks: [1, 2], share: 1}", "{finding: excluded}"),
)


def test_check_tells_what_is_wrong_with_a_table_and_where(tmp_path: Path) -> None:
    write(tmp_path, FLAWED)
    found = run("check", "example", "--packs", tmp_path)
    assert found.returncode == 2
    assert (
        "error unreachable: rule 'narrow' can never decide: wherever it holds, rule 'wide' decides before it"
        in found.stderr
    )
    assert "0.yaml:9:5: error" in found.stderr
    assert "warning covered-entry: 'severe' stands twice in this list" in found.stderr
    assert found.stdout.endswith("1 warning(s), 3 note(s)\n1 problem(s)\n")


def test_fix_takes_out_what_changes_no_answer_and_leaves_the_rest(tmp_path: Path) -> None:
    root = write(tmp_path, FLAWED)
    path = root / "tables" / "0.yaml"
    path.write_text(path.read_text().replace("  - rule: other", "  # about the other\n  - rule: other"))
    found = run("check", "example", "--packs", tmp_path, "--fix")
    assert found.returncode == 0, found.stderr
    assert found.stderr.count("repaired ") == 2
    text = path.read_text()
    assert "narrow" not in text
    assert "# about the other\n" in text
    assert "grade: [severe]" in text
    assert run("check", "example", "--packs", tmp_path, "--strict").returncode == 0


def test_check_as_data(tmp_path: Path) -> None:
    write(tmp_path, FLAWED)
    told = json.loads(run("check", "example", "--packs", tmp_path, "--json").stdout)
    first = told["findings"][0]
    assert (first["check"], first["severity"], first["place"]["line"], first["repair"]) == (
        "unreachable",
        "error",
        9,
        True,
    )
    assert first["example"] == {"service_date": "2020-01-01", "tried": True, "grade": "mild"}


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "policy.txt"
    path.write_text(TEXT)
    return path


def test_a_pack_is_started_filled_in_checked_and_verified(tmp_path: Path, document: Path) -> None:
    found = run("scaffold", "braces", "--source", document, "-o", tmp_path)
    assert found.returncode == 0, found.stderr
    assert "braces: 4 clauses" in found.stdout
    assert run("scaffold", "braces", "--source", document, "-o", tmp_path).returncode == 2
    listed = run("check", "braces", "--packs", tmp_path / "braces")
    assert listed.returncode == 0
    assert "2 of 4 clauses have no paraphrase yet" in listed.stderr
    pack = tmp_path / "braces"
    (pack / "pack.yaml").write_text(
        PACK.replace("pack: example", "pack: braces").partition("plans:")[0] + "held: true\n"
    )
    entries = (pack / "clauses.yaml").read_text()
    filled = entries.replace("says: todo\n", "says: in our words\n  not_carried: only a test\n")
    (pack / "clauses.yaml").write_text(filled.replace("kind: todo", "kind: notice").replace("normative", "notice"))
    found = run("check", "braces", "--packs", pack, "--source", document)
    assert found.returncode == 0, found.stderr
    assert "100.0 percent of the text is accounted for" in found.stdout
    assert run("verify", "braces", "--packs", pack, "--source", document).returncode == 0
    document.write_text(TEXT.replace("six", "four").replace("Never twice.\n", "Never twice.\n\nNor on Sundays.\n"))
    found = run("verify", "braces", "--packs", pack, "--source", document)
    assert found.returncode == 3
    assert "3 clauses unchanged, 1 changed, 0 removed, 0 moved, 1 passages added" in found.stdout
    assert "line 9: Nor on Sundays." in found.stdout
    found = run("check", "braces", "--packs", pack, "--source", document)
    assert found.returncode == 2
    assert "policy.txt:9:1: no clause accounts for: Nor on Sundays." in found.stderr


def test_a_paraphrase_that_repeats_the_document_is_refused(tmp_path: Path, document: Path) -> None:
    document.write_text("The brace is covered after at least six full weeks of pain.\n")
    mark = run("fingerprint", document, "The brace").stdout.splitlines()[0].removeprefix("text: ")
    says = "That the brace is covered after at least six full weeks."
    clauses = f"- {{clause: one, kind: normative, at: '1', text: {mark}, says: {says!r}}}\n"
    write(tmp_path, table(rule("all", "{tried: true}")), clauses=clauses)
    found = run("check", "example", "--packs", tmp_path / "example", "--source", document)
    assert found.returncode == 2
    assert "repeats the document: 'the brace is covered after at least six' ([0].says)" in found.stderr


def test_evidence_prints_and_draws(tmp_path: Path) -> None:
    picture = tmp_path / "evidence.png"
    found = run("evidence", "bcbsm-cryoneurolysis", "--as-of", "2026-01-01", "--plot", picture)
    assert found.returncode == 0, found.stderr
    assert "percentage: Grigsby 2021" in found.stdout
    assert picture.read_bytes().startswith(b"\x89PNG")
    told = json.loads(run("evidence", "bcbsm-cryoneurolysis", "--json").stdout)
    assert len(told["studies"]) == 12
    assert {one["check"] for one in told["findings"]} > {"average", "denominator", "trial"}


def test_impact_of_a_change(tmp_path: Path) -> None:
    claims = write_claims(tmp_path / "claims.parquet", 5_000)
    report = tmp_path / "impact.html"
    found = run(
        "impact", claims, "--before", "2020-01-01", "--after", "2023-06-01", "--report", report, "--samples", "2"
    )
    assert found.returncode == 0, found.stderr
    assert "5,000 lines of" in found.stdout
    assert report.read_text().startswith("<!doctype html>")
    told = json.loads(run("impact", claims, "--before", "2020-01-01", "--json").stdout)
    assert told["lines"] == 5_000
    assert told["changed"]["lines"] == sum(one["lines"] for one in told["by_status"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("diff", "bcbsm-cryoneurolysis"), "give two folders, or a pack and --between two days"),
        (("diff", "bcbsm", "--between", "2022-12-31", "2023-01-01"), "unknown pack 'bcbsm'; expected one of"),
        (("diff", "medicare", "--between", "2022-12-31", "soon"), "'soon' is not a date"),
        (("diff", "nowhere", "elsewhere"), "no such folder of packs"),
        (("verify", "medicare", "--source", "README.md"), "its document is not held"),
        (("verify", "bcbsm-cryoneurolysis", "--source", "nowhere.txt"), "cannot be read"),
        (("scaffold", "No Name", "--source", "README.md"), "is no name of a pack"),
        (("evidence", "medicare"), "this pack holds no evidence"),
        (("evidence", "bcbsm-cryoneurolysis", "--plot", "picture.doc"), "a picture cannot be written there"),
        (("impact", "claims.parquet"), "nothing to compare"),
        (("impact", "nowhere.parquet", "--before", "2020-01-01"), "no such file"),
        (("impact", "nowhere.parquet", "--before", "2020-02-31"), "is not a date"),
        (("check", "bcbsm-cryoneurolysis", "--source", "pyproject.toml"), "is this the right document?"),
    ],
)
def test_bad_input_tells_what_to_do(arguments: tuple[str, ...], says: str) -> None:
    found = run(*arguments, cwd=HERE.parents[1])
    assert found.returncode == 2
    assert says in found.stderr
    assert "Traceback" not in found.stderr


def test_check_tells_the_rules_that_no_worked_case_reaches(tmp_path: Path) -> None:
    folder = write(tmp_path, table(rule("mild", "{grade: mild}"), rule("severe", "{grade: severe}")))
    (folder / "cases").mkdir()
    case = "{service_date: 2021-01-01, plan: example-plan, grade: mild}"
    (folder / "cases" / "some.yaml").write_text(f"cases: [{{name: mild, case: {case}, expect: {{status: covered}}}}]\n")
    found = run("check", "example", "--packs", tmp_path)
    line = (folder / "tables" / "0.yaml").read_text().splitlines().index("  - rule: severe") + 1
    listed = f"not reached by a worked case:\n  {folder}/tables/0.yaml:{line}:5: policy-0#severe\n"
    assert listed in found.stdout
    assert found.returncode == 0
    told = json.loads(run("check", "example", "--packs", tmp_path, "--json").stdout)
    assert [(one["table"], one["rule"]) for one in told["not_reached"]] == [("policy-0", "severe")]
    assert (told["rules"], told["rules_reached"]) == (2, 1)
