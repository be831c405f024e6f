"""NCCI procedure-to-procedure edits."""

from __future__ import annotations

import numpy as np

from clausal.coding.edits import Context, run
from clausal.schedules.lines import make_lines
from clausal.schedules.tables import Schedules
from tests.coding.edits.claims import found, passing


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


def test_fail_ptp_the_same_side_on_both_lines_separates_nothing(schedules: Schedules) -> None:
    assert len(found(schedules, "ptp", ("64624", 1, ("RT",)), ("76942", 1, ("RT",)))) == 1
    assert found(schedules, "ptp", ("64624", 1, ("RT",)), ("76942", 1, ("LT",))) == []
    assert found(schedules, "ptp", ("64624", 1, ("RT",)), ("76942", 1, ("RT", "59"))) == []


def test_success_ptp_what_passes_by_a_modifier_is_told(schedules: Schedules) -> None:
    (told,) = passing(schedules, ("64624", 1, ("RT",)), ("76942", 1, ()))
    assert (told.line, told.carc) == (1, "")
    assert "passes by RT" in told.says
    assert told.resolve == "only for another site than the other's"
    (separate,) = passing(schedules, ("64624", 1, ()), ("76942", 1, ("59",)))
    assert "separate service" in separate.resolve
    assert passing(schedules, ("64624", 1, ()), ("76942", 1, ())) == []


def test_fail_ptp_of_a_hospital_looks_at_the_day_and_of_a_practitioner_at_their_own(schedules: Schedules) -> None:
    lines = make_lines(
        ["64624", "76942"],
        day=np.datetime64("2024-08-01"),
        units=[1, 1],
        modifiers=[(), ()],
        claim=[0, 0],
        group=[0, 1],
    )
    assert [one.edit for one in run(Context(lines, schedules, "professional"))] == []
    assert "ptp" in [one.edit for one in run(Context(lines, schedules, "outpatient"))]
