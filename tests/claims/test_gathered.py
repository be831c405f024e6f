"""Facts gathered over lines and earlier services: as counting them one by one has it, alone and by column."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausal.claims.prepare import Layout
from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.determination.decide import decide, line_states, plan_of
from clausal.documents.library import Library
from clausal.documents.load import load_library
from clausal.facts.knowledge import Possible, Range, ends
from clausal.facts.source import Source
from clausal.schedules.tables import Schedules
from tests.claims.earlier import history_batch
from tests.claims.same import AS_OF
from tests.invented import write_pack

FACTS = """
codes: {64633: one, 64635: another, J0585: a drug}
facts:
  part: {type: choice, values: [neck, back], about: R., question: R?, case: "lines[].part"}
  sessions:
    type: number
    about: Sessions of the region in twelve months.
    of_history:
      {count: days, where: {code: [64633, 64635]}, same: [patient, part], within: {months: 12, before: service_date}}
  this_year: {type: number, about: S., of_history: {count: lines, where: {code: 64635}, within: {calendar: year}}}
  units_before: {type: number, about: U., of_history: {sum: units, where: {code: J0585}, within: {days: 90}}}
  since: {type: number, about: S., of_history: {days_since_last: {code: J0585}}}
  months_since: {type: number, about: S., of_history: {months_since_last: {code: 64633}, same: [part]}}
  had_other: {type: flag, about: O., of_history: {any: {code: 64635, side: left}, within: {years: 2}}}
  units_of_day: {type: number, about: U., of_claim: {sum: units, where: {code: J0585}, same: [service_date]}}
  lines_of_region: {type: number, about: L., of_claim: {count: lines, where: {code: [64633, 64635]}, same: [part]}}
  left: {type: number, about: L., from: {minus: [allowed_sessions, sessions]}}
  allowed_sessions: {type: number, whole: true, at_least: 0, about: A., question: A?, case: allowed_sessions}
"""
POLICY = """
table: policy
answers: {authority: gathering}
hit: first
rules:
  - {rule: dose, when: {units_of_day: {above: 200}}, then: {finding: not-medically-necessary}, cites: [all]}
  - {rule: soon, when: {code: J0585, since: {below: 84}}, then: {finding: not-medically-necessary}, cites: [all]}
  - {rule: much, when: {code: J0585, units_before: {above: 300}}, then: {finding: investigational}, cites: [all]}
  - {rule: drug, when: {code: J0585}, then: {finding: covered}, cites: [all]}
  - {rule: two-levels, when: {lines_of_region: {above: 2}}, then: {finding: not-medically-necessary}, cites: [all]}
  - {rule: early, when: {code: 64633, months_since: {below: 6}}, then: {finding: investigational}, cites: [all]}
  - {rule: other, when: {code: 64635, had_other: true}, then: {finding: investigational}, cites: [all]}
  - {rule: often, when: {code: 64635, this_year: {at_least: 2}}, then: {finding: excluded}, cites: [all]}
  - {rule: spent, when: {left: {at_most: 0}}, then: {finding: excluded}, cites: [all]}
  - {rule: few, when: {sessions: {at_most: 1}}, then: {finding: covered}, cites: [all]}
  - {rule: many, then: {finding: not-medically-necessary}, cites: [all]}
"""
Entries = Sequence[Mapping[str, Any]]
CODES = ("64633", "64635", "J0585")
DAY = dt.date(2024, 2, 29)
LINES = st.fixed_dictionaries(
    {
        "code": st.sampled_from(CODES),
        "units": st.none() | st.sampled_from([1, 100, 150]),
        "part": st.none() | st.sampled_from(["neck", "back"]),
    }
)
EARLIER = st.fixed_dictionaries(
    {
        "service_date": st.sampled_from([0, 1, 28, 59, 60, 83, 84, 89, 90, 182, 364, 365, 366, 800]).map(
            lambda days: (DAY - dt.timedelta(days=days + 1)).isoformat()
        ),
        "code": st.none() | st.sampled_from(CODES),
        "units": st.none() | st.sampled_from([1, 100, 150]),
        "part": st.none() | st.sampled_from(["neck", "back"]),
        "side": st.none() | st.sampled_from(["left", "right"]),
        "paid": st.none() | st.booleans(),
    }
)
FROM = ("2000-01-01", "2023-03-01", "2023-03-02", "2023-12-02", "2024-02-20")
CASES = st.fixed_dictionaries(
    {
        "service_date": st.just(DAY.isoformat()),
        "plan": st.just("gathering-plan"),
        "allowed_sessions": st.none() | st.sampled_from([0, 1, 3]),
        "history_from": st.none() | st.sampled_from(FROM),
        "history": st.lists(EARLIER, max_size=5),
        "lines": st.lists(LINES, min_size=1, max_size=4),
    }
)
law = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def gathering(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("packs")
    write_pack(folder, "gathering", FACTS, policy=POLICY)
    return load_library([folder])


@pytest.fixture(scope="module")
def kernel(gathering: Library, schedules: Schedules) -> Kernel:
    return Kernel(gathering, schedules, Options(AS_OF))


def _without_nothing(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nothing(one) for key, one in value.items() if one is not None}
    return [_without_nothing(one) for one in value] if isinstance(value, list) else value


@law
@given(st.lists(CASES, min_size=1, max_size=4))
def test_a_line_is_told_the_same_by_column_as_alone(
    kernel: Kernel, gathering: Library, cases: list[dict[str, Any]]
) -> None:
    cases = [_without_nothing(case) for case in cases]
    results = kernel(history_batch(gathering, cases)).to_pylist()
    alone = []
    for case in cases:
        decided = decide(gathering, gathering.cases.read(Source("case", case)), AS_OF)
        alone += [(one.status, one.rule, " ".join(one.needs)) for one in decided.lines]
    assert [(one["status"], one["rule"], one["needs"] or "") for one in results] == alone


def test_a_service_on_the_first_day_there_is_has_nothing_before_it(kernel: Kernel, gathering: Library) -> None:
    case = {"service_date": "0001-01-01", "plan": "gathering-plan", "lines": [{"code": "J0585", "units": 1}]}
    for history_from in (None, "0001-01-01", "2000-01-01"):
        whole = _without_nothing({**case, "history_from": history_from})
        (alone,) = decide(gathering, gathering.cases.read(Source("case", whole)), AS_OF).lines
        (one,) = kernel(history_batch(gathering, [whole])).to_pylist()
        assert (one["status"], one["rule"], one["needs"] or "") == (alone.status, alone.rule, " ".join(alone.needs))


def _completions(
    entries: Sequence[Mapping[str, Any]], names: Mapping[str, Sequence[Any]]
) -> Iterator[list[dict[str, Any]]]:
    """Every way in which what entries leave out can be."""
    open_ = [(at, name) for at, one in enumerate(entries) for name in names if one.get(name) is None]
    for values in itertools.product(*(names[name] for _, name in open_)):
        whole = [dict(one) for one in entries]
        for (at, name), value in zip(open_, values, strict=True):
            whole[at][name] = value
        yield whole


def _day(entry: Mapping[str, Any]) -> dt.date:
    return dt.date.fromisoformat(entry["service_date"])


def _sessions(earlier: Sequence[Mapping[str, Any]], part: str) -> int:
    counting = [
        one for one in earlier
        if one["code"] in ("64633", "64635") and one["part"] == part and _day(one) >= dt.date(2023, 3, 1)
    ]  # fmt: skip
    return len({_day(one) for one in counting})


@law
@given(
    st.lists(EARLIER, max_size=3),
    st.none() | st.sampled_from(["neck", "back"]),
    st.sampled_from(["2023-03-01", "2000-01-01", "2023-03-02", None]),
)
def test_what_is_known_is_all_that_any_completion_can_come_to_and_no_more(
    gathering: Library, history: list[dict[str, Any]], part: str | None, history_from: str | None
) -> None:
    case = _without_nothing(
        {
            "service_date": DAY.isoformat(), "plan": "gathering-plan", "history": history, "history_from": history_from,
            "lines": [{"code": "64633", "part": part}],
        }
    )  # fmt: skip
    view = gathering.view(AS_OF)
    read = gathering.cases.read(Source("case", case))
    ((_, state, _),) = line_states(view, plan_of(view, read), read)[0]
    counted = [one for one in history if one["paid"] is not False]
    possible = {"code": CODES, "part": ("neck", "back")}
    found = {
        _sessions(whole, own)
        for whole in _completions(counted, possible)
        for own in ([part] if part else ["neck", "back"])
    }
    known = state.get("sessions")
    assert known is None or isinstance(known, Possible | Range)
    low, high = ends(known)
    assert (low or 0) == min(found)
    is_listed = history_from is not None and history_from <= "2023-03-01"
    assert high == (max(found) if is_listed else None)


def test_two_lines_over_a_limit_together_are_not_both_covered(gathering: Library) -> None:
    def told(*units: int) -> list[str]:
        lines = [{"code": "J0585", "units": one} for one in units]
        case = {"service_date": "2024-02-29", "plan": "gathering-plan", "lines": lines, "history_from": "2000-01-01"}
        return [one.status for one in decide(gathering, gathering.cases.read(Source("case", case)), AS_OF).lines]

    assert told(120) == ["covered"]
    assert told(120, 120) == ["not-covered", "not-covered"]
    assert told(100, 100) == ["covered", "covered"]


@st.composite
def _year(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Claims of one patient on several days, each of a line."""
    days = draw(st.lists(st.integers(0, 500), min_size=1, max_size=8, unique=True))
    return [
        {
            "service_date": (dt.date(2023, 1, 1) + dt.timedelta(days=day)).isoformat(),
            "plan": "gathering-plan",
            "allowed_sessions": 9,
            "history_from": "2000-01-01",
            "lines": [{"code": draw(st.sampled_from(["64633", "64635"])), "part": "neck", "side": "right"}],
        }
        for day in sorted(days)
    ]


@law
@given(st.lists(_year(), min_size=1, max_size=3), st.randoms())
def test_lines_of_one_file_count_as_they_come_out_in_order_of_day(
    kernel: Kernel, gathering: Library, patients: list[list[dict[str, Any]]], random: Any
) -> None:
    told: dict[tuple[int, str], tuple[str, str | None]] = {}
    for number, claims in enumerate(patients):
        earlier: list[dict[str, Any]] = []
        for claim in claims:
            lines = [{name: value for name, value in one.items() if name != "side"} for one in claim["lines"]]
            case = {**claim, "lines": lines, "side": "right", "history": list(earlier)}
            (line,) = decide(gathering, gathering.cases.read(Source("case", case)), AS_OF).lines
            told[number, claim["service_date"]] = line.status, line.rule
            own = {"service_date": claim["service_date"], "side": "right", **lines[0]}
            earlier.append({**own, "paid": line.status != "not-covered"})
            assert line.status in ("covered", "not-covered")
    rows = [(number, claim) for number, claims in enumerate(patients) for claim in claims]
    random.shuffle(rows)
    flat = [
        {**{k: v for k, v in claim.items() if k != "lines"}, **claim["lines"][0], "patient": f"P{number}",
         "claim_id": f"C{at}", "date": claim["service_date"]}
        for at, (number, claim) in enumerate(rows)
    ]  # fmt: skip
    results = kernel(_prepared(gathering, flat)).to_pylist()
    for row, result in zip(flat, results, strict=True):
        number = int(row["patient"][1:])
        assert (result["status"], result["rule"]) == told[number, row["date"]]


def _prepared(library: Library, rows: list[dict[str, Any]]) -> Any:
    from tests.claims.earlier import table_of

    batch, columns = table_of(library, rows)
    return Layout("cases", batch.schema, columns).prepare(batch)


def test_while_no_code_is_chosen_nothing_is_known_of_the_claims_lines(gathering: Library) -> None:
    case = {"service_date": "2024-02-29", "plan": "gathering-plan", "history_from": "2000-01-01"}
    view = gathering.view(AS_OF)
    read = gathering.cases.read(Source("case", case))
    states = line_states(view, plan_of(view, read), read)[0]
    assert [state.get(name) for _, state, _ in states for name in ("units_of_day", "lines_of_region")] == [None, None]
    (line,) = decide(gathering, read, AS_OF).lines
    assert line.status == "open"
    assert "code" in line.needs
