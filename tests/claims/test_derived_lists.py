"""Lists that tables derive: as reading every completion has it, alone and by column, and what is refused."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.determination.decide import decide, line_states, plan_of
from clausal.documents.checks import findings
from clausal.documents.diff import Side, compared
from clausal.documents.library import Library
from clausal.documents.load import load_library
from clausal.facts.case import Case
from clausal.facts.knowledge import Listed
from clausal.facts.source import Source
from clausal.problems import InvalidInput
from clausal.schedules.tables import Schedules
from tests.claims.earlier import history_batch
from tests.claims.same import AS_OF
from tests.invented import write_pack

FACTS = """
codes: {64633: one}
value_sets: {risks: [smoker, obese]}
facts:
  weight_index: {type: number, whole: true, at_least: 0, about: W., question: W?, case: weight_index}
  smokes: {type: flag, about: S., question: S?, case: smokes}
  vessels: {type: choice, values: [clear, narrow, closed], about: V., question: V?, case: vessels}
  risks: {type: codes, values: [smoker, obese, vascular, old], about: What puts the patient at risk.}
  stated: {type: codes, values: [smoker, obese], about: Risks as noted., question: R?, case: stated}
"""
RISKS = """
table: risks
answers: {fact: risks}
hit: collect
rules:
  - {rule: smoker, when: {smokes: true}, then: {value: smoker}, cites: [all]}
  - {rule: obese, when: {weight_index: {at_least: 30}}, then: {value: obese}, cites: [all]}
  - {rule: vascular, when: {vessels: [narrow, closed]}, then: {value: vascular}, cites: [all]}
  - {rule: both, when: {vessels: closed, smokes: true}, then: {value: [vascular, old]}, cites: [all]}
"""
STATED = """
table: stated
answers: {fact: stated}
hit: collect
rules:
  - {rule: smoker, when: {smokes: true}, then: {value: smoker}, cites: [all]}
"""
POLICY = """
table: policy
answers: {authority: listing}
hit: first
rules:
  - {rule: old, when: {risks: {all_of: [old, smoker]}}, then: {finding: excluded}, cites: [all]}
  - {rule: two, when: {risks: {at_least: {n: 2, of: [smoker, obese, vascular]}}}, then: {finding: covered},
     cites: [all]}
  - {rule: noted, when: {stated: {any_of: [smoker]}}, then: {finding: investigational}, cites: [all]}
  - {rule: none, when: {risks: {none_of: [smoker, obese, vascular, old]}}, then: {finding: excluded}, cites: [all]}
  - {rule: one, then: {finding: covered}, cites: [all]}
"""
VALUES: Mapping[str, tuple[Any, ...]] = {
    "weight_index": (22, 30),
    "smokes": (True, False),
    "vessels": ("clear", "narrow", "closed"),
    "stated": ([], ["obese"], ["smoker", "obese"]),
}
FINDING = {"old": "excluded", "two": "covered", "noted": "investigational", "none": "excluded", "one": "covered"}
STATUS = {rule: "covered" if finding == "covered" else "not-covered" for rule, finding in FINDING.items()}
PARTS = st.fixed_dictionaries({name: st.none() | st.sampled_from(values) for name, values in VALUES.items()})
law = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def listing(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("packs")
    write_pack(folder, "listing", FACTS, policy=POLICY, risks=RISKS, stated=STATED)
    return load_library([folder])


@pytest.fixture(scope="module")
def kernel(listing: Library, schedules: Schedules) -> Kernel:
    return Kernel(listing, schedules, Options(AS_OF))


def case_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in facts.items() if value is not None}
    return {"service_date": "2024-02-29", "plan": "listing-plan", "lines": [{"code": "64633"}], **given}


def read(library: Library, facts: Mapping[str, Any]) -> Case:
    return library.cases.read(Source("case", case_of(facts)))


def risks_of(facts: Mapping[str, Any]) -> set[str]:
    """Every risk of a case of which all is known."""
    found = {"smoker"} if facts["smokes"] else set[str]()
    found |= {"obese"} if facts["weight_index"] >= 30 else set()
    found |= {"vascular"} if facts["vessels"] != "clear" else set()
    return found | ({"old"} if facts["smokes"] and facts["vessels"] == "closed" else set())


def rule_of(facts: Mapping[str, Any]) -> str | None:
    """The rule that decides a case of which all is known; None where it contradicts itself."""
    rule = rule_of_risks(risks_of(facts), frozenset(facts["stated"]))
    is_contradicted = facts["smokes"] and "smoker" not in facts["stated"]
    return None if is_contradicted and rule not in ("old", "two") else rule


def rule_of_risks(risks: set[str], stated: frozenset[str]) -> str:
    """The rule that decides, given both lists in full."""
    if {"old", "smoker"} <= risks:
        return "old"
    if len(risks & {"smoker", "obese", "vascular"}) >= 2:
        return "two"
    return "noted" if "smoker" in stated else "none" if not risks else "one"


def completions(facts: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    unknown = [name for name, value in facts.items() if value is None]
    for values in itertools.product(*(VALUES[name] for name in unknown)):
        yield {**facts, **dict(zip(unknown, values, strict=True))}


@law
@given(PARTS)
def test_what_is_settled_is_so_in_every_completion(listing: Library, facts: dict[str, Any]) -> None:
    (line,) = decide(listing, read(listing, facts), AS_OF).lines
    rules = {rule_of(whole) for whole in completions(facts)}
    statuses = {STATUS[rule] for rule in rules if rule}
    if line.status != "open":
        assert statuses <= {line.status}
    if None not in facts.values() and None not in rules:
        assert {line.status} == statuses


@law
@given(PARTS)
def test_what_is_known_of_the_list_holds_in_every_completion(listing: Library, facts: dict[str, Any]) -> None:
    view, case = listing.view(AS_OF), read(listing, facts)
    ((_, state, _),) = line_states(view, plan_of(view, case), case)[0]
    known = state.get("risks")
    every = [risks_of(whole) for whole in completions(facts)]
    surely = set.intersection(*every)
    assert known is None or isinstance(known, Listed)
    assert set(known.codes if known else ()) == surely
    if known and known.complete:
        assert all(one == surely for one in every)
    if None not in (facts["smokes"], facts["weight_index"], facts["vessels"]):
        assert known
        assert known.complete


@law
@given(st.lists(PARTS, min_size=1, max_size=6))
def test_a_line_is_told_the_same_by_column_as_alone(
    kernel: Kernel, listing: Library, parts: list[dict[str, Any]]
) -> None:
    rows = kernel(history_batch(listing, [case_of(facts) for facts in parts])).to_pylist()
    alone = [decide(listing, read(listing, facts), AS_OF).lines[0] for facts in parts]
    assert [(one["status"], one["rule"], one["needs"] or "") for one in rows] == [
        (one.status, one.rule, " ".join(one.needs)) for one in alone
    ]


def test_what_it_is_derived_from_is_asked(listing: Library) -> None:
    (line,) = decide(listing, read(listing, {"smokes": True}), AS_OF).lines
    assert (line.status, set(line.needs)) == ("open", {"vessels", "weight_index"})


def test_a_list_stated_in_full_without_what_is_derived_is_a_contradiction(listing: Library) -> None:
    facts = {"smokes": True, "weight_index": 22, "vessels": "clear", "stated": ["obese"]}
    told = decide(listing, read(listing, facts), AS_OF)
    assert told.lines[0].status == "open"
    (conflict,) = told.lines[0].conflicts
    assert conflict.says.startswith("stated is obese by stated, but smoker by smokes")


@pytest.mark.parametrize(
    ("name", "table", "message"),
    [
        ("twice", RISKS.replace("table: risks", "table: twice"), "list 'risks' is derived by table listing/risks too"),
        ("first", RISKS.replace("hit: collect", "hit: first"), "'risks' is a list: what it holds is collected"),
        ("fits", RISKS.replace("hit: collect", "hit: collect\neach_fits: true"), "that collects a fact, not a list"),
        ("none", RISKS.replace("value: obese", "value: fat"), "unknown risks 'fat'"),
    ],
)
def test_what_is_no_list_is_refused(tmp_path: Path, name: str, table: str, message: str) -> None:
    tables = {"policy": POLICY, "risks": RISKS, "stated": STATED, name: table}
    write_pack(tmp_path, "listing", FACTS, **tables)
    with pytest.raises(InvalidInput, match=message):
        load_library([tmp_path])


def test_a_difference_is_told_in_what_a_list_is_derived_from(tmp_path: Path) -> None:
    for edition, least in (("before", "30"), ("after", "35")):
        tables = {"policy": POLICY, "risks": RISKS.replace("at_least: 30", f"at_least: {least}"), "stated": STATED}
        write_pack(tmp_path / edition, "listing", FACTS, **tables)
    before, after = (load_library([tmp_path / edition]) for edition in ("before", "after"))
    told = compared(Side(before), Side(after), ["listing"])
    assert {one.table: one.expanded for one in told} == {"listing/policy": ("risks",), "listing/risks": ()}
    (policy,) = (one.difference for one in told if one.table == "listing/policy")
    assert policy
    for facts in completions(dict.fromkeys(VALUES)):
        whole = {**facts, "weight_index": 32 if facts["weight_index"] == 30 else 22, "risks": None}
        risks = {"before": risks_of(whole), "after": risks_of(whole) - {"obese"}}
        told_by = [rule_of_risks(one, frozenset(whole["stated"])) for one in risks.values()]
        values = {name: frozenset(value) if isinstance(value, list) else value for name, value in whole.items()}
        values |= {"service_date": dt.date(2024, 2, 29), "risks": frozenset()}
        assert policy.changes_conclusion(values) == (FINDING[told_by[0]] != FINDING[told_by[1]])


def test_a_list_on_which_nothing_is_is_no_gap(listing: Library) -> None:
    assert [
        one.message for one in findings(listing, ["listing"]) if one.check == "gap" and "risks" in one.message
    ] == []
