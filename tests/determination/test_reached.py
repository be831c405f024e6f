"""The rules that worked cases reach: exactly those that speak in their real answers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from clausal.determination.reached import reached, unreached
from clausal.determination.worked import worked_cases
from clausal.documents.library import Library
from clausal.documents.load import load_library
from clausal.facts.source import parse_source
from tests.documents.packs import write_pack

KNEE = "{service_date: 2024-10-15, plan: bcn-commercial-hmo, diagnoses: [M17.11], device: iovera, purpose: pain"


def _reached(library: Library, case: str) -> set[str]:
    read = library.cases.read(parse_source(case, "case"))
    return {f"{table}#{rule}" for table, rule in reached(library.view(dt.date(2026, 1, 1)), read)}


def test_a_case_reaches_what_decides_it_and_what_tells_its_facts(library: Library) -> None:
    found = _reached(library, f'{KNEE}, lines: [{{code: "64640"}}]}}')
    assert {
        "bcbsm-cryoneurolysis/statement#knee-osteoarthritis-or-arthroplasty",
        "bcbsm-cryoneurolysis/benefit#commercial-hmo-not-covered",
        "peripheral-nerves/modality-from-device#iovera-is-cold",
        "peripheral-nerves/condition#knee-osteoarthritis",
    } <= found
    assert not any("administrative" in one for one in found)
    assert "bcbsm-cryoneurolysis/administrative#contract-not-active" in _reached(
        library, f"{KNEE}, member: {{contract_active: false}}}}"
    )


def test_a_rule_that_may_decide_beside_others_is_not_reached(library: Library) -> None:
    open_ = _reached(library, f'{KNEE.replace(", diagnoses: [M17.11]", "")}, lines: [{{code: "64640"}}]}}')
    assert not any(one.startswith("bcbsm-cryoneurolysis/statement#") for one in open_)
    assert not any(one.startswith("bcbsm-cryoneurolysis/benefit#") for one in open_)


def test_what_another_plan_would_say_is_not_reached(library: Library) -> None:
    found = _reached(library, f'{KNEE}, lines: [{{code: "64640"}}]}}'.replace("bcn-commercial-hmo", "medicare-part-b"))
    assert not any(one.startswith(("bcbsm-cryoneurolysis/statement", "second-payer")) for one in found)


def test_a_contraindication_is_reached_where_it_is_told_or_asked_about(library: Library) -> None:
    for listed in ("I73.00", "I73.0"):
        assert "iovera-reimbursement/safety#raynaud" in _reached(library, f"{KNEE}, problem_list: [{listed}]}}")
    assert "iovera-reimbursement/safety#raynaud" not in _reached(library, f"{KNEE}, problem_list: [I10]}}")


def test_rules_without_a_worked_case_are_those_that_are_left(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    library = load_library([tmp_path])
    assert [rule.name for _, rule in unreached(library, ["example-policy"], worked_cases(library))] == [
        "not-yet",
        "now-covered",
    ]
    case = "{service_date: 2025-02-01, plan: example-plan, modality: cryoneurolysis}"
    (folder / "cases.yaml").write_text(f"cases: [{{name: a year on, case: {case}, expect: {{status: covered}}}}]\n")
    library = load_library([tmp_path])
    assert [rule.name for _, rule in unreached(library, ["example-policy"], worked_cases(library))] == ["not-yet"]


def test_worked_cases_reach_every_rule_of_the_bundled_packs(library: Library) -> None:
    left = unreached(library, library.packs, worked_cases(library))
    assert [f"{table.id}#{rule.name}" for table, rule in left] == []
