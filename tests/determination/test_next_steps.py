"""What to do next follows from the answer alone: no deadline, no address, nothing that is not held."""

from __future__ import annotations

import re

import pytest

from clausal.determination.decide import decide
from clausal.determination.model import Determination
from clausal.determination.next_steps import next_steps
from clausal.determination.worked import worked_cases
from clausal.documents.library import Library
from clausal.facts.source import Source

KNEE = {
    "service_date": "2024-10-15", "plan": "bcn-commercial-hmo", "device": "iovera", "purpose": "pain",
    "diagnoses": ["M17.11"], "member": {"contract_active": True}, "lines": [{"code": "64640"}],
}  # fmt: skip


def decided(library: Library, **changed: object) -> Determination:
    data = {name: value for name, value in {**KNEE, **changed}.items() if value is not None}
    return decide(library, library.cases.read(Source("case", data)))


def said(library: Library, **changed: object) -> list[str]:
    return [step.says for step in next_steps(library, decided(library, **changed))]


def test_a_denial_of_coverage_says_to_ask_first_and_that_it_can_be_appealed(library: Library) -> None:
    first, last = said(library)
    assert first.startswith("before the service, ask the payer of BCN Commercial HMO whether")
    assert last.startswith("a claim that is denied can be appealed: the notice of the denial says how and by when")


def test_an_administrative_denial_says_what_to_put_right(library: Library) -> None:
    first, *_ = said(library, member={"contract_active": False, "contract_not_begun": False})
    assert first.startswith(
        "see with the payer of BCN Commercial HMO whether this can be put right before the service: "
    )


def test_what_is_not_addressed_says_whom_to_ask(library: Library) -> None:
    (only,) = said(library, plan="medicare-part-b", state="MI")
    assert only.startswith(
        "ask the payer of Medicare Part B before the service which policy or determination it goes by"
    )


def test_a_code_that_would_be_denied_is_not_to_be_billed(library: Library) -> None:
    found = next_steps(library, decided(library, plan="medicare-part-b", state="KY"))
    coding = next(step for step in found if step.says.startswith("do not bill 64640 as it stands"))
    assert "cgs-cryoneurolysis-coding#not-64640" in coding.clauses


def test_a_referral_says_to_get_the_other_policy(library: Library) -> None:
    (only,) = said(library, diagnoses=["M47.816"])
    assert only.startswith("get the policy that it is left to")


def test_an_open_case_says_to_find_out_what_is_missing(library: Library) -> None:
    assert said(library, device=None, diagnoses=None) == [
        "find out what is missing and decide again: the first that is named settles most"
    ]


def test_safety_comes_first(library: Library) -> None:
    first, *_ = said(library, problem_list=["I73.00"])
    assert first == "settle the contraindication with the treating clinician before anything else"


def test_a_line_that_is_no_concern_of_the_documents_says_nothing(library: Library) -> None:
    assert said(library, lines=[{"code": "99213"}]) == []


@pytest.mark.parametrize("status", ["open", "not-covered", "not-addressed", "refer", "conditional"])
def test_every_worked_case_that_is_not_covered_says_what_to_do_and_no_day_or_address(
    library: Library, status: str
) -> None:
    for one in worked_cases(library):
        determination = decide(library, one.case, one.as_of)
        lines = [line for line in determination.lines if line.status == status and (line.authorities or line.needs)]
        steps = next_steps(library, determination)
        assert steps or not lines, one.name
        assert len({step.says for step in steps}) == len(steps)
        for step in steps:
            assert not re.search(r"[0-9]+ (days|months)|https?:|@", step.says)
