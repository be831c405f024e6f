"""What a practitioner is paid in a facility, of services that have a technical component or are done by staff."""

from __future__ import annotations

import pytest

from tests.payment.claims import HOSPITAL, OFFICE, amounts, paid
from tests.payment.made import Made, fee, split


def test_the_professional_component_whether_or_not_the_file_marks_the_setting() -> None:
    made = Made(pfs=split("70450", "69", "40"))
    assert amounts(paid(made, ("70450", 1, ()), place=HOSPITAL)) == ["40.00"]
    assert amounts(paid(made, ("70450", 1, ()), place=OFFICE)) == ["109.00"]


@pytest.mark.parametrize(("pctc", "is_paid"), [("3", False), ("4", False), ("5", False), ("0", True), ("2", True)])
def test_a_technical_component_or_the_service_of_staff_is_the_facilitys(pctc: str, is_paid: bool) -> None:
    (line,) = paid(Made(pfs=[fee("93005", "0", "6.32", pctc=pctc)]), ("93005", 1, ()), place=HOSPITAL).lines[:1]
    assert (line.allowed is not None) == is_paid
    assert is_paid or "not paid to the practitioner" in (line.why or "")


def test_a_service_of_status_t_is_bundled_into_what_else_is_payable_that_day() -> None:
    made = Made(pfs=[fee("94760", "2.66", status="T"), fee("93000", "14.31"), fee("0441T", status="C")])
    found = paid(made, ("94760", 1, ()), ("93000", 1, ()))
    assert amounts(found) == ["0.00", "14.31"]
    assert "bundled" in (found.lines[0].why or "")
    assert amounts(paid(made, ("94760", 1, ()))) == ["2.66"]
    assert amounts(paid(made, ("94760", 1, ()), ("0441T", 1, ()))) == ["2.66", None]
