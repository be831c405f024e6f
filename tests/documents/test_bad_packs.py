"""Each authoring error gets one message with its place in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausal.documents.load import load_library
from clausal.problems import InvalidInput
from tests.documents.packs import CLAUSES, PACK, TABLE, write_pack

DERIVE = """\
table: {0}
answers: {{fact: {0}}}
rules:
  - {{rule: r, when: {1}, then: {{value: {2}}}, cites: [covered]}}
"""
BAD = {
    "overlap under unique": (
        {"table": TABLE.replace("from: 2025-01-01", "from: 2024-12-31")},
        "tables/policy.yaml:10:5: rules 'not-yet' and 'now-covered' overlap, and `unique` allows one rule for a case "
        "(rules[1]); both hold for: service_date 2024-12-31, modality cryoneurolysis",
    ),
    "missing clause": (
        {"table": TABLE.replace("cites: [covered]", "cites: [coverd]", 1)},
        "tables/policy.yaml:5:5: rule 'not-yet' cites unknown clause 'example-policy#coverd'; "
        "did you mean 'example-policy#covered'? (rules[0])",
    ),
    "no citation": (
        {"table": TABLE.replace("    cites: [covered]\n", "", 1)},
        "tables/policy.yaml:5:5: rule 'not-yet' cites no clause (rules[0].cites); every rule rests on a clause",
    ),
    "duplicate rule": (
        {"table": TABLE.replace("now-covered", "not-yet")},
        "tables/policy.yaml:10:5: rule 'not-yet' stands twice in this table (rules[1].rule)",
    ),
    "duplicate clause": (
        {"clauses": CLAUSES * 2},
        "clauses.yaml:5:3: clause 'covered' stands twice ([1].clause); give each clause its own id",
    ),
    "unknown fact": (
        {"table": TABLE.replace("modality:", "modalty:", 1)},
        "tables/policy.yaml:7:12: unknown fact 'modalty' (rules[0].when.modalty); did you mean 'modality'?",
    ),
    "unknown value": (
        {"table": TABLE.replace("cryoneurolysis", "cryoneurolisis", 1)},
        "tables/policy.yaml:7:12: unknown modality 'cryoneurolisis' (rules[0].when.modality); "
        "did you mean 'cryoneurolysis'?",
    ),
    "unknown value set": (
        {"table": TABLE.replace("{modality: cryoneurolysis}", '{diagnoses: {any_of: "@knee-arthritis"}}', 1)},
        "tables/policy.yaml:7:24: unknown value set 'knee-arthritis' (rules[0].when.diagnoses.any_of); "
        "did you mean 'knee-osteoarthritis'?",
    ),
    "unknown finding": (
        {"table": TABLE.replace("finding: covered", "finding: coverd")},
        "tables/policy.yaml:13:12: unknown finding 'coverd' (rules[1].then.finding); did you mean 'covered'?",
    ),
    "unknown hit policy": (
        {"table": TABLE.replace("unique", "uniqe")},
        "tables/policy.yaml:3:1: unknown hit policy 'uniqe' (hit); did you mean 'unique'?",
    ),
    "ends before it begins": (
        {"table": TABLE.replace("to: 2024-12-31", "to: 2023-12-31")},
        "tables/policy.yaml:6:5: in force from 2024-01-01 to 2023-12-31: it ends before it begins (rules[0].in_force)",
    ),
    "free expression": (
        {"table": TABLE.replace("cryoneurolysis", "{like: cryo}", 1)},
        "tables/policy.yaml:7:12: no test of this form for choice 'modality' (rules[0].when.modality); "
        "a value, a list, or {not: ...}",
    ),
    "unknown key of the pack": (
        {"pack": PACK.replace("publisher", "publiser")},
        "pack.yaml:3:1: unknown key 'publiser' (publiser); did you mean 'publisher'?",
    ),
    "version without a date": (
        {"pack": PACK.replace("published: 2023-11-01", "published: soon")},
        "pack.yaml:7:43: 'soon' is not a date (versions[0].published); write it as year-month-day",
    ),
    "fact declared twice": (
        {"facts": "facts:\n  modality: {type: flag, about: again}\n"},
        "facts.yaml:2:3: fact 'modality' is declared in another pack, and otherwise (facts.modality); declare the same, "
        "or another name",
    ),
    "cycle of derived facts": (
        {
            "facts": "facts:\n  a: {type: flag, about: a}\n  b: {type: flag, about: b}\n",
            "tables/a": DERIVE.format("a", "{b: true}", "true"),
            "tables/b": DERIVE.format("b", "{a: true}", "true"),
        },
        "tables/a.yaml:1:1: facts are derived from one another: a -> b -> a; let one of the tables test other facts",
    ),
    "hostile YAML": (
        {"clauses": "- &x {clause: a}\n- *x\n"},
        "clauses.yaml:1:3: anchor '&x' is not allowed; write the value out",
    ),
    "empty table": ({"table": ""}, "tables/policy.yaml: file is empty; expected a mapping of keys to values"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_pack_is_refused_with_one_message(name: str, tmp_path: Path) -> None:
    changed, expected = BAD[name]
    root = write_pack(tmp_path, **changed)
    with pytest.raises(InvalidInput) as refused:
        load_library([tmp_path])
    assert [str(problem) for problem in refused.value.problems] == [f"{root}/{expected}"]


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no such folder of packs"):
        load_library([tmp_path / "nowhere"])
