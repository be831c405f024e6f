"""Tables of criteria: what is met, what fails, what is open; held against a reading of every case one by one."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausal.determination.decide import decide
from clausal.determination.model import CriterionSaid, Line
from clausal.documents.checks import findings
from clausal.documents.library import Library
from clausal.documents.load import load_library
from clausal.facts.source import Source
from clausal.problems import InvalidInput
from tests.invented import write_pack

FACTS = """\
codes: {63650: an electrode}
facts:
  odi: {type: number, whole: true, at_least: 0, at_most: 100, about: Disability., question: Which score?, case: odi}
  indication: {type: choice, values: [back, regional, other], about: Why., question: Why?, case: indication}
  radicular: {type: flag, about: Pain in the leg., question: In the leg?, case: radicular}
  signs: {type: codes, values: [sensory, vasomotor, sudomotor, motor], about: Signs., question: Which?, case: signs}
  drug_failed: {type: flag, about: A drug failed., question: Drug?, case: drug_failed}
  therapy_failed: {type: flag, about: Therapy failed., question: Therapy?, case: therapy_failed}
  block_failed: {type: flag, about: A block failed., question: Block?, case: block_failed}
  dose: {type: number, whole: true, at_least: 0, about: The dose., question: Which dose?, case: dose}
"""
CLAUSES = "".join(
    f"- {{clause: {name}, kind: normative, at: section 1, says: About {name}., not_carried: invented}}\n"
    for name in ("odi", "back", "regional", "failed", "dose", "otherwise")
)
DENIALS = "too-much: {carc: '151', rarc: [], finding: '', says: more than is payable, group: CO}\n"
POLICY = """\
table: policy
answers: {authority: scs}
hit: criteria
when: {code: "63650"}
met: {finding: covered}
unmet: {finding: not-medically-necessary, cites: [otherwise]}
criteria:
  - {criterion: disability, test: {odi: {at_least: 21}}, cites: [odi]}
  - criterion: indication
    any:
      - {test: {indication: back, radicular: true}, cites: [back]}
      - test: {indication: regional, signs: {at_least: {n: 3, of: [sensory, vasomotor, sudomotor, motor]}}}
        cites: [regional]
  - criterion: care
    at_least:
      n: 2
      of:
        - {criterion: drug, test: {drug_failed: true}, cites: [failed]}
        - {criterion: therapy, test: {therapy_failed: true}, cites: [failed]}
        - {criterion: block, test: {block_failed: true}, cites: [failed]}
  - {criterion: dose, test: {dose: {at_most: 200}}, cites: [dose], unmet: {finding: excluded}}
"""
VALUES: dict[str, tuple[Any, ...]] = {
    "odi": (20, 21),
    "indication": ("back", "regional", "other"),
    "radicular": (True, False),
    "signs": (["sensory"], ["sensory", "motor", "sudomotor"]),
    "drug_failed": (True, False),
    "therapy_failed": (True, False),
    "block_failed": (True, False),
    "dose": (200, 201),
}
law = settings(max_examples=60, deadline=None)


@pytest.fixture(scope="module")
def scs(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("packs")
    write_pack(folder, "scs", FACTS, policy=POLICY, clauses=CLAUSES)
    return load_library([folder])


def line(library: Library, case: dict[str, Any]) -> Line:
    data = {"service_date": "2024-05-01", "plan": "scs-plan", "lines": [{"code": "63650"}], **case}
    return decide(library, library.cases.read(Source("case", data))).lines[0]


def met(case: dict[str, Any]) -> dict[str, bool]:
    """Each criterion, as a person reads it."""
    failed = case["drug_failed"] + case["therapy_failed"] + case["block_failed"]
    return {
        "disability": case["odi"] >= 21,
        "indication": (case["indication"] == "back" and case["radicular"])
        or (case["indication"] == "regional" and len(case["signs"]) >= 3),
        "care": failed >= 2,
        "dose": case["dose"] <= 200,
    }


def finding(case: dict[str, Any]) -> str:
    found = met(case)
    if all(found.values()):
        return "covered"
    return "not-medically-necessary" if found["dose"] else "excluded"


def flat(criteria: list[CriterionSaid]) -> dict[str, CriterionSaid]:
    return {one.criterion: one for top in criteria for one in (top, *flat(top.of).values())}


def test_every_case_is_decided_as_the_criteria_read(scs: Library) -> None:
    for values in itertools.product(*VALUES.values()):
        case = dict(zip(VALUES, values, strict=True))
        found = line(scs, case)
        assert found.finding == finding(case)
        assert {one.criterion: one.met == "yes" for one in found.criteria} == met(case)


def test_a_denial_cites_what_failed_and_not_what_was_met(scs: Library) -> None:
    case = {name: values[0] for name, values in VALUES.items()} | {"odi": 20}
    assert set(line(scs, case).clauses) == {"scs#odi", "scs#otherwise"}
    case |= {"odi": 21, "indication": "other"}
    assert set(line(scs, case).clauses) == {"scs#back", "scs#regional", "scs#otherwise"}


def test_what_is_covered_cites_what_was_met_and_not_the_other_ways(scs: Library) -> None:
    case = {"odi": 40, "indication": "back", "radicular": True, "drug_failed": True, "block_failed": True, "dose": 9}
    assert set(line(scs, case).clauses) == {"scs#odi", "scs#back", "scs#failed", "scs#dose"}
    case |= {"indication": "regional", "signs": ["sensory", "motor", "sudomotor"]}
    assert set(line(scs, case).clauses) == {"scs#odi", "scs#regional", "scs#failed", "scs#dose"}


def test_of_criteria_within_one_that_fails_those_are_cited_that_fail(tmp_path: Path) -> None:
    together = (
        "  - criterion: both\n    all:\n"
        "      - {criterion: pain, test: {odi: {at_least: 21}}, cites: [odi]}\n"
        "      - {criterion: leg, test: {radicular: true}, cites: [back]}\n"
    )
    policy = POLICY[: POLICY.index("  - {criterion: disability")] + together
    write_pack(tmp_path, "scs", FACTS, policy=policy, clauses=CLAUSES)
    library = load_library([tmp_path])
    assert set(line(library, {"odi": 20, "radicular": True}).clauses) == {"scs#odi", "scs#otherwise"}
    assert set(line(library, {"odi": 20, "radicular": False}).clauses) == {"scs#odi", "scs#back", "scs#otherwise"}
    assert set(line(library, {"odi": 21, "radicular": True}).clauses) == {"scs#odi", "scs#back"}


def test_each_criterion_tells_its_tests_with_the_values_met(scs: Library) -> None:
    case = {"odi": 40, "indication": "back", "radicular": False, "drug_failed": True}
    found = flat(line(scs, case).criteria)
    assert {name: one.met for name, one in found.items()} == {
        "disability": "yes", "indication": "no", "indication-1": "no", "indication-2": "no",
        "care": "unknown", "drug": "yes", "therapy": "unknown", "block": "unknown", "dose": "unknown",
    }  # fmt: skip
    assert [(one.fact, one.expected, one.value, one.holds) for one in found["indication-1"].tests] == [
        ("indication", "back", "back", "yes"),
        ("radicular", "yes", "no", "no"),
    ]
    assert found["indication-1"].clauses == ["scs#back"]


@law
@given(st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()}), st.data())
def test_learning_more_overturns_nothing_and_what_is_asked_settles_it(
    scs: Library, case: dict[str, Any], data: st.DataObject
) -> None:
    kept = data.draw(st.sets(st.sampled_from(sorted(VALUES))))
    part = {name: value for name, value in case.items() if name in kept}
    before = line(scs, part)
    if before.status != "open":
        assert before.finding in (finding(case), None)
        assert (before.status == "covered") == (finding(case) == "covered")
    for one in before.criteria:
        assert one.met == "unknown" or (one.met == "yes") == met(case)[one.criterion]
    for _ in VALUES:
        found = line(scs, part)
        if not found.needs:
            break
        assert found.needs[0] not in part
        part[found.needs[0]] = case[found.needs[0]]
    assert line(scs, part).finding == finding(case)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("test: {odi: {at_least: 21}}, ", ""), "criterion 'disability': it has no test"),
        (("test: {odi: {at_least: 21}}", "test: {}"), "criterion 'disability' tests nothing"),
        (("test: {odi: {at_least: 21}}", "test: {oddi: {at_least: 21}}"), "did you mean 'odi'"),
        (("n: 2", "n: 4"), "'4' of 3 cannot be met or missed"),
        (("criterion: drug", "criterion: care"), "criterion 'care' stands twice"),
        (("cites: [odi]}", "cites: []}"), "criterion 'disability' cites no clause"),
        (("cites: [odi]}", "cites: [oddi]}"), "cites"),
        (("hit: criteria", "hit: criteria\nrules: []"), "unknown key 'rules'"),
        (("met: {finding: covered}\n", ""), "`met` says what follows"),
        (("unmet: {finding: excluded}", "unmet: {finding: exclude}"), "did you mean 'excluded'"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, change: tuple[str, str], why: str) -> None:
    assert change[0] in POLICY
    write_pack(tmp_path, "scs", FACTS, policy=POLICY.replace(*change), clauses=CLAUSES)
    with pytest.raises(InvalidInput) as caught:
        load_library([tmp_path])
    assert why in str(caught.value)
    place = caught.value.problems[0].place
    assert place.file.endswith("policy.yaml")
    assert place.line


def test_where_each_criterion_has_what_follows_there_is_no_rule_for_the_rest(tmp_path: Path) -> None:
    each = POLICY.replace("cites: [odi]}", "cites: [odi], unmet: {finding: excluded}}")
    for name in ("indication", "care"):
        each = each.replace(f"criterion: {name}\n", f"criterion: {name}\n    unmet: {{finding: excluded}}\n")
    write_pack(tmp_path, "scs", FACTS, policy=each, clauses=CLAUSES)
    library = load_library([tmp_path])
    assert [one for one in findings(library, ["scs"]) if one.check == "unreachable"] == []
    assert line(library, {"odi": 20}).status == "not-covered"
