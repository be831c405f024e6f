"""NCCI medically unlikely edits."""

from __future__ import annotations

import numpy as np

from clausal.coding.edits import Context, failed, run
from clausal.schedules.lines import make_lines
from clausal.schedules.tables import Schedules
from tests.coding.edits.claims import found
from tests.payment.made import Made


def test_fail_mue_units_of_the_day_add_up(schedules: Schedules) -> None:
    findings = found(schedules, "mue", ("64640", 3, ("RT",)), ("64640", 3, ("LT",)))
    assert [finding.line for finding in findings] == [0, 1]
    assert findings[0].says == "6 units of 64640 on the day; the table allows 5"
    assert (findings[0].carc, findings[0].rarc) == ("151", ("N362",))
    assert "appealed" in findings[0].resolve


def test_fail_mue_an_absolute_limit(schedules: Schedules) -> None:
    (finding,) = found(schedules, "mue", ("64624", 2, ()))
    assert "absolute" in finding.resolve
    assert finding.table == "NCCI MUE practitioner 2024-Q3: 64624, 1 units, MAI 2"


def test_success_mue_at_the_limit(schedules: Schedules) -> None:
    assert found(schedules, "mue", ("64640", 5, ()), ("0441T", 3, ())) == []


def test_success_mue_units_of_a_line_that_spans_days_are_spread_over_them() -> None:
    """12 units from August 1 to 4 are 3 a day."""
    made = Made(mue=[{"service": "practitioner", "code": "97110", "units": 6, "mai": 3}])

    def failing(units: int, days: int) -> list[str]:
        lines = make_lines(["97110"], day=np.datetime64("2024-08-01"), units=[units], modifiers=[()], days=days)
        return [one.says for one in run(Context(lines, made))]

    assert failing(12, 4) == []
    assert failing(24, 4) == []
    assert failing(25, 4) == ["25 units of 97110 over 4 days, 6.25 a day; the table allows 6"]
    assert len(failing(12, 1)) == 1


def test_fail_mue_of_a_hospital_counts_the_day_over_all_practitioners() -> None:
    rows = [{"service": who, "code": "97110", "units": 2, "mai": 3} for who in ("practitioner", "outpatient")]
    made = Made(mue=rows)
    lines = make_lines(
        ["97110", "97110"],
        day=np.datetime64("2024-08-01"),
        units=[2, 2],
        modifiers=[(), ()],
        claim=[0, 0],
        group=[0, 1],
    )
    assert failed(Context(lines, made, "professional")).tolist() == [0, 0]
    assert (failed(Context(lines, made, "outpatient")) > 0).all()
