"""Facts computed from others: a line is told the same by column as alone, and both are right."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.documents.library import Library
from clausal.documents.load import load_library
from clausal.schedules.tables import Schedules
from tests.claims.same import AS_OF
from tests.claims.test_same_answers import compare, without_nothing
from tests.invented import write_pack

FACTS = """\
codes: {71271: a scan}
facts:
  born: {type: date, about: When., question: When?, case: born}
  given_age: {type: number, whole: true, at_least: 0, at_most: 130, about: Age., question: How old?, case: age,
    from: {full_years: [born, service_date]}}
  quit: {type: date, about: When., question: When did the patient stop?, case: quit, by_line: true}
  years_since: {type: number, whole: true, at_least: 0, about: Years., from: {full_years: [quit, service_date]}}
  months_begun: {type: number, whole: true, about: Months., from: {begun_months: [quit, service_date]}}
  pain_before: {type: number, at_least: 0, at_most: 10, about: Pain., question: Pain before?, case: before}
  pain_now: {type: number, at_least: 0, at_most: 10, about: Pain., question: Pain now?, case: now}
  relief: {type: number, about: Relief in percent., from: {percent_less: [pain_before, pain_now]}}
  difference: {type: number, about: Less pain., from: {minus: [pain_before, pain_now]}}
  rested: {type: flag, about: Rested., question: Rested?, case: rested}
  trained: {type: flag, about: Trained., question: Trained?, case: trained}
  drugged: {type: flag, about: A drug taken.}
  drug: {type: choice, values: [none, weak, strong], about: Drug., question: Which drug?, case: drug}
  failed: {type: number, whole: true, at_least: 0, about: How many failed., from: {count: [rested, trained, drugged]}}
"""
DRUGGED = """\
table: drugged
answers: {fact: drugged}
hit: first
rules:
  - {rule: no-drug, when: {drug: none}, then: {value: false}, cites: [all]}
  - {rule: some-drug, then: {value: true}, cites: [all]}
"""
POLICY = """\
table: policy
answers: {authority: computed}
hit: first
when: {code: "71271"}
rules:
  - {rule: too-young, when: {given_age: {below: 50}}, then: {finding: not-medically-necessary}, cites: [all]}
  - {rule: too-old, when: {given_age: {above: 77}}, then: {finding: excluded}, cites: [all]}
  - {rule: long-ago, when: {years_since: {above: 15}}, then: {finding: not-medically-necessary}, cites: [all]}
  - {rule: just-now, when: {months_begun: {at_most: 2}}, then: {finding: investigational}, cites: [all]}
  - {rule: relieved, when: {relief: {at_least: 50}, difference: {at_least: 2}}, then: {finding: covered}, cites: [all]}
  - {rule: failed, when: {failed: {at_least: 2}}, then: {finding: covered}, cites: [all]}
  - {rule: otherwise, then: {finding: not-medically-necessary}, cites: [all]}
"""


def _maybe(*values: Any) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from(values)


NUMBERS = tuple(map(Decimal, ("0", "8", "7.5", "0.3", "4", "3.75", "0.15", "0.16", "10")))
LINES = st.fixed_dictionaries({"code": st.just("71271"), "quit": _maybe("2009-10-15", "2024-08-15", "2024-08-16")})
CASES = st.fixed_dictionaries(
    {
        "service_date": st.sampled_from(("2024-10-15", "2024-02-28", "2024-02-29", "2023-02-28")),
        "plan": st.just("computed-plan"),
        "born": _maybe(
            "1974-10-15", "1974-10-16", "1948-02-29", "1946-10-15", "1946-10-16", "2030-01-01", "1850-01-01"
        ),
        "age": _maybe(49, 50, 51, 77, 78),
        "quit": _maybe("2009-10-14", "2009-10-15", "2008-10-15", "2024-08-31", "2025-01-01"),
        "before": _maybe(*NUMBERS),
        "now": _maybe(*NUMBERS),
        "rested": _maybe(True, False),
        "trained": _maybe(True, False),
        "drug": _maybe("none", "weak", "strong"),
        "lines": st.lists(LINES, min_size=1, max_size=3),
    }
)


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("packs")
    write_pack(folder, "computed", FACTS, policy=POLICY, drugged=DRUGGED)
    return load_library([folder])


@pytest.fixture(scope="module")
def kernel(computed: Library, schedules: Schedules) -> Kernel:
    return Kernel(computed, schedules, Options(AS_OF))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(CASES, min_size=1, max_size=6))
def test_a_line_is_told_the_same_by_column_as_alone(
    kernel: Kernel, computed: Library, schedules: Schedules, cases: list[dict[str, Any]]
) -> None:
    compare(kernel, computed, schedules, [without_nothing(case) for case in cases])
