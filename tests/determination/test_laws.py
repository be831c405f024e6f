"""Laws of a whole determination, over cases made of the bundled vocabulary."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clausal.determination.decide import decide
from clausal.determination.model import Line
from clausal.documents.library import Library
from clausal.facts.source import Source

CONDITIONS = (
    "knee-osteoarthritis-pain",
    "facet-joint-pain",
    "peripheral-neuropathy",
    "migraine",
    "chronic-headache",
    "intercostal-neuralgia",
    "other",
)
VALUES: dict[str, tuple[Any, ...]] = {
    "service_date": ("2017-05-01", "2019-05-01", "2022-05-01", "2024-05-01", "2025-05-01"),
    "plan": ("bcn-commercial-hmo", "bcn-advantage", "bcn65", "medicare-part-b", "bcbsm-ppo", "medicare-plus-blue"),
    "state": ("MI", "KY", "VA"),
    "northern_virginia": (True, False),
    "modality": ("cryoneurolysis", "radiofrequency", "chemical"),
    "purpose": ("pain", "spasticity", "other"),
    "condition": CONDITIONS,
    "primary_medicare_covers": (True, False),
    "successor_agrees": (True, False),
    "contract_active": (True, False),
    "contract_not_begun": (True, False),
    "pcp_authorized": (True, False),
    "self_referral_option": (True, False),
    "tier": (1, 2),
    "network": ("contracted", "not-contracted"),
    "contracted_available": (True, False),
}
PATHS = {
    "contract_active": "member",
    "contract_not_begun": "member",
    "pcp_authorized": "member",
    "self_referral_option": "member",
    "tier": "member",
    "network": "provider",
    "contracted_available": "provider",
}
law = settings(max_examples=150, deadline=None)
complete = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()}).map(
    # What contradicts itself is a case of its own: it settles nothing.
    lambda facts: facts | {"contract_not_begun": facts["contract_not_begun"] and not facts["contract_active"]}
)
kept = st.sets(st.sampled_from(sorted(VALUES)))
codes = st.sampled_from(("64640", "64624", "76942"))


def line(library: Library, facts: dict[str, Any], code: str) -> Line:
    assume(code != "64624" or facts["service_date"] >= "2020-01-01")  # the day on which it begins
    data: dict[str, Any] = {"lines": [{"code": code, "units": 1}]}
    for name, value in facts.items():
        (data.setdefault(PATHS[name], {}) if name in PATHS else data)[name] = value
    return decide(library, library.cases.read(Source("case", data))).lines[0]


def outcome(found: Line) -> object:
    """The status, who decides instead, the reason for denial that comes first, and whether the code would be denied."""
    first = found.denial.reason if found.denial else None
    return found.status, found.refer_to, first, any(denial.kind == "coding" for denial in found.denials)


def settled(found: Line) -> bool:
    return found.status != "open" and not found.needs


@law
@given(complete, kept, codes)
def test_learning_more_never_overturns_a_settled_answer(
    library: Library, facts: dict[str, Any], kept: set[str], code: str
) -> None:
    part = {name: facts[name] for name in facts if name in kept or name == "service_date"}
    before = line(library, part, code)
    after = line(library, facts, code)
    if settled(before):
        assert after.status == before.status
        assert before.finding in (after.finding, None)
        assert after.denial == before.denial, "the reason, its group and its codes are settled too"
        assert set((after.rule or "").split(" or ")) <= set((before.rule or "").split(" or "))
        assert set(after.clauses) <= set(before.clauses)
        assert not after.needs
    assert settled(after)


@law
@given(complete, kept, codes)
def test_answering_what_is_asked_settles_the_case(
    library: Library, facts: dict[str, Any], kept: set[str], code: str
) -> None:
    part = {name: facts[name] for name in facts if name in kept or name == "service_date"}
    for _ in VALUES:
        found = line(library, part, code)
        if settled(found):
            break
        asked = next(name for name in found.needs if name in VALUES)
        assert asked not in part, "what is known is not asked again"
        part[asked] = facts[asked]
    assert settled(line(library, part, code))


@law
@given(complete, kept, codes)
def test_a_fact_that_cannot_change_the_answer_is_never_asked(
    library: Library, facts: dict[str, Any], kept: set[str], code: str
) -> None:
    part = {name: facts[name] for name in facts if name in kept or name in ("service_date", "plan", "state")}
    needed = [name for name in line(library, part, code).needs if name in VALUES]
    unknown = [name for name in VALUES if name not in part]
    others = [name for name in unknown if name in needed]
    for name in needed[:3]:
        rest = [other for other in others if other != name]
        changes = False
        for values in itertools.islice(itertools.product(*(VALUES[other] for other in rest)), 400):
            fixed = part | dict(zip(rest, values, strict=True))
            if len({outcome(line(library, fixed | {name: value}, code)) for value in VALUES[name]}) > 1:
                changes = True
                break
        assert changes, f"{name} was asked and changes nothing"


@given(st.permutations(["64640", "64624", "76942", "0441T"]))
@settings(max_examples=24, deadline=None)
def test_the_order_of_lines_does_not_matter(library: Library, codes: list[str]) -> None:
    case = {"service_date": "2024-05-01", "plan": "bcn-commercial-hmo", "modality": "cryoneurolysis", "purpose": "pain"}
    data = case | {"condition": "migraine", "lines": [{"code": code, "units": 1} for code in codes]}
    found = decide(library, library.cases.read(Source("case", data))).lines
    assert {one.code: one.status for one in found} == {
        "64640": "not-covered",
        "64624": "not-covered",
        "76942": "not-addressed",
        "0441T": "not-covered",
    }
