"""The case depends on the answers that stand alone: not on their order, nor on what was answered, undone or changed."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from clausal.determination.interview.answers import Interview, Key, case_data, put
from clausal.determination.interview.questions import standing
from clausal.documents.library import Library
from clausal.problems import InvalidInput
from tests.determination.interview.asking import setting_of

VALUES: dict[str, tuple[Any, ...]] = {
    "service_date": ("2019-06-01", "2024-10-15"),
    "plan": ("bcn-commercial-hmo", "bcn65", "medicare-part-b", None),
    "code": ([{"code": "64640"}], [{"code": "0441T", "units": 2}, {"code": "99213"}], None),
    "device": ("iovera", "other", None),
    "nerves": (["sural"], ["superomedial-genicular"], None),
    "diagnoses": (["M17.11"], [], None),
    "problem_list": (["I73.00"], None),
    "contract_active": (True, False, None),
    "wound_at_site": (True, None),
    "network": ("contracted", None),
}
BEGUN: tuple[dict[str, Any], ...] = (
    {},
    {"service_date": "2024-10-15", "member": None},
    {"service_date": "2024-10-15", "member": {"contract_active": True, "tier": 2}, "lines": [{"code": "64640"}]},
)
steps = st.lists(
    st.one_of(
        st.sampled_from(sorted(VALUES)).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(VALUES[name]))),
        st.tuples(st.just("units"), st.sampled_from((1, 3, None))),
    ),
    max_size=12,
)
law = settings(max_examples=150, deadline=None)


def played(begun: dict[str, Any], told: list[Any]) -> Interview:
    interview = Interview(begun)
    for step in told:
        name, value = step
        interview = put(interview, Key(name, 0 if name == "units" else None), value)
    return interview


@law
@given(begun=st.sampled_from(BEGUN), told=steps, mixed=st.randoms(use_true_random=False))
def test_the_answers_that_stand_make_the_case_whatever_came_before(
    library: Library, begun: dict[str, Any], told: list[Any], mixed: Any
) -> None:
    facts = library.vocabulary.facts
    interview = played(begun, told)
    case = case_data(interview, facts)
    straight = Interview(begun)
    # An answer for a line stands only beside the lines that it was given for, so the lines come first.
    given_ = sorted(interview.given, key=lambda one: one.key.line is not None)
    for one in given_:
        straight = put(straight, one.key, one.value)
    assert case_data(straight, facts) == case
    shuffled = list(interview.given)
    mixed.shuffle(shuffled)
    assert case_data(Interview(begun, tuple(shuffled)), facts) == case


@law
@given(begun=st.sampled_from(BEGUN), told=steps)
def test_the_question_is_one_that_was_not_asked_and_depends_on_the_answers_alone(
    library: Library, begun: dict[str, Any], told: list[Any]
) -> None:
    setting = setting_of(library)
    interview = played(begun, told)
    try:
        now = standing(setting, interview)
    except InvalidInput:
        return
    assert standing(setting, interview) == now
    if now.question is not None and not (now.question.fact.required and now.case is None):
        assert interview.answer(now.question.key) is None
    if now.case is not None:
        known = {name for name in now.case.facts if not setting.facts[name].combines}
        assert now.question is None or now.question.key.fact not in known


@law
@given(told=steps)
def test_begun_data_is_never_changed(library: Library, told: list[Any]) -> None:
    begun = {"service_date": "2024-10-15", "member": {"tier": 2}, "lines": [{"code": "64640"}]}
    before = repr(begun)
    case_data(played(begun, told), library.vocabulary.facts)
    assert repr(begun) == before
