"""What a claim tells of the specialty of who renders the service."""

from __future__ import annotations

import pytest

from .files import LINE, PROVIDER, SUBSCRIBER, Read, claim, file_of, group, interchange, read, transaction

DOCTOR = "NM1*82*1*ROE*RIA****XX*1234567893"
OWN, OTHER, BILLING = "207RC0000X", "208VP0014X", "208D00000X"


def of(*of_claim: str, of_line: tuple[str, ...] = ()) -> Read:
    return read(file_of(claim("A1", "350", *of_claim, lines=[*LINE, *of_line])))


def specialties(found: Read) -> list[str | None]:
    return [row["specialty"] for row in found.rows]


def test_who_bills_renders_the_service_where_nobody_else_is_named() -> None:
    assert specialties(of()) == [BILLING]


def test_who_renders_it_has_a_specialty_of_their_own_and_not_the_billers() -> None:
    assert specialties(of(DOCTOR, f"PRV*PE*PXC*{OWN}")) == [OWN]
    assert specialties(of(DOCTOR)) == [None]


def test_a_line_may_name_another() -> None:
    assert specialties(of(DOCTOR, f"PRV*PE*PXC*{OWN}", of_line=(DOCTOR, f"PRV*PE*PXC*{OTHER}"))) == [OTHER]
    assert specialties(of(DOCTOR, f"PRV*PE*PXC*{OWN}", of_line=(DOCTOR,))) == [None]


def test_the_specialty_of_who_refers_is_not_that_of_who_renders() -> None:
    assert specialties(of("NM1*DN*1*DOE*DON****XX*1234567893", DOCTOR, f"PRV*PE*PXC*{OWN}")) == [OWN]
    assert specialties(of(DOCTOR, "NM1*77*2*CENTRE", "N3*1 MAIN ST", "N4*DETROIT*MI*48201")) == [None]


@pytest.mark.parametrize("segment", ["PRV*PE*PXC*20VP0014X", "PRV*PE*PXC*surgeon", "PRV*PE*PXC"])
def test_what_is_no_code_is_told_and_the_claim_goes_on(segment: str) -> None:
    found = of(DOCTOR, segment)
    assert specialties(found) == [None]
    assert [one.element for one in found.problems] == [3]
    assert "is no code of a specialty" in found.messages[0]


def test_each_billing_provider_has_its_own() -> None:
    second = ["HL*3**20*1", *PROVIDER[2:], "HL*4*3*22*0", *SUBSCRIBER[1:]]
    found = read(interchange(group(transaction(PROVIDER, SUBSCRIBER, claim("A1"), second, claim("B1")))))
    assert specialties(found) == [BILLING, None]
