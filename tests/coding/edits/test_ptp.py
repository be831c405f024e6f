"""NCCI procedure-to-procedure edits."""

from __future__ import annotations

from clausal.schedules.tables import Schedules
from tests.coding.edits.claims import found


def test_fail_ptp_guidance_is_bundled_into_64624(schedules: Schedules) -> None:
    (finding,) = found(schedules, "ptp", ("64624", 1, ()), ("76942", 1, ()))
    assert (finding.line, finding.carc) == (1, "236")
    assert finding.table == "NCCI PTP practitioner 2024-Q3: 64624, 76942, modifier indicator 1"


def test_success_ptp_a_modifier_separates_them(schedules: Schedules) -> None:
    assert found(schedules, "ptp", ("64624", 1, ()), ("76942", 1, ("59",))) == []
    assert found(schedules, "ptp", ("64624", 1, ("XS",)), ("76942", 1, ())) == []


def test_success_ptp_guidance_is_not_bundled_into_64640(schedules: Schedules) -> None:
    assert found(schedules, "ptp", ("64640", 1, ()), ("76942", 1, ())) == []


def test_fail_ptp_no_modifier_allows_64447_for_a_practitioner(schedules: Schedules) -> None:
    (finding,) = found(schedules, "ptp", ("64447", 1, ("59",)), ("64624", 1, ()))
    assert finding.line == 0
    assert "no modifier allows" in finding.resolve


def test_success_ptp_a_modifier_allows_64447_for_a_hospital(schedules: Schedules) -> None:
    assert found(schedules, "ptp", ("64624", 1, ()), ("64447", 1, ("59",)), claim_type="outpatient") == []
    assert len(found(schedules, "ptp", ("64624", 1, ()), ("64447", 1, ()), claim_type="outpatient")) == 1


def test_fail_ptp_says_which_quarter_was_applied(schedules: Schedules) -> None:
    (finding,) = found(schedules, "ptp", ("64624", 1, ()), ("76942", 1, ()), day="2025-02-01")
    assert "2024-Q3, applied to another date" in finding.table
