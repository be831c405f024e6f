"""What a claim tells of the patient's birth date and sex."""

from __future__ import annotations

import datetime as dt

import pytest

from .files import PROVIDER, SUBSCRIBER, claim, file_of, group, interchange, read, transaction

DEPENDENT = ["HL*3*2*23*0", "PAT*19", "NM1*QC*1*ROE*TIM", "N3*2 ELM ST", "N4*LANSING*MI*48901"]
OF_A_DEPENDENT = ["HL*2*1*22*1", "SBR*S********CI", *SUBSCRIBER[2:]]


def of_subscriber(segment: str) -> list[str]:
    about = [segment if one.startswith("DMG") else one for one in SUBSCRIBER]
    return interchange(group(transaction(PROVIDER, about, claim("A1"))))


def test_a_subscriber_who_is_the_patient_gives_both() -> None:
    (row,) = read(file_of(claim("A1"))).rows
    assert (row["date_of_birth"], row["sex"]) == (dt.date(1960, 4, 15), "female")


def test_a_dependent_has_a_birth_date_of_their_own_and_not_the_subscribers() -> None:
    told = [*DEPENDENT, "DMG*D8*20100415*M"]
    (row,) = read(interchange(group(transaction(PROVIDER, OF_A_DEPENDENT, told, claim("A1"))))).rows
    assert (row["date_of_birth"], row["sex"]) == (dt.date(2010, 4, 15), "male")
    (row,) = read(interchange(group(transaction(PROVIDER, OF_A_DEPENDENT, DEPENDENT, claim("A1"))))).rows
    assert (row["date_of_birth"], row["sex"]) == (None, None)


def test_another_payers_insured_is_not_the_patient() -> None:
    other = ["SBR*S*01*******MB", "DMG*D8*19300101*M", "OI***Y***Y", "NM1*IL*1*ROE*JOHN****MI*X1"]
    found = read(file_of(claim("A1", "350", *other, "NM1*PR*2*MEDICARE*****PI*08202")))
    assert (found.rows[0]["date_of_birth"], found.rows[0]["sex"]) == (dt.date(1960, 4, 15), "female")


def test_an_unknown_sex_is_not_known() -> None:
    found = read(of_subscriber("DMG*D8*19600415*U"))
    assert (found.rows[0]["sex"], found.problems) == (None, [])


@pytest.mark.parametrize(
    ("segment", "message", "element"),
    [
        ("DMG*D8*19601315*F", "the birth date is malformed", 2),
        ("DMG*RD8*19600101-19600102*F", "the birth date is malformed", 2),
        ("DMG*D8**F", "the birth date is malformed", 2),
        ("DMG*D8*19600415*SECRET", "the sex is none of F, M and U", 3),
    ],
)
def test_what_is_malformed_is_told_without_what_stands_there(segment: str, message: str, element: int) -> None:
    found = read(of_subscriber(segment))
    assert [(one.message, one.element) for one in found.problems] == [(message, element)]
    assert len(found.rows) == 1
    assert "1960" not in str(found.problems)
    assert "SECRET" not in str(found.problems)
