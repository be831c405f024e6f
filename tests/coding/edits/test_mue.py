"""NCCI medically unlikely edits."""

from __future__ import annotations

from clausal.schedules.tables import Schedules
from tests.coding.edits.claims import found


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
