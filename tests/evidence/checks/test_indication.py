"""`indication`."""

from __future__ import annotations

import pytest

from tests.evidence.made import evidence, found

CLEARED = "clearances: [{{device: {device}, {rest}}}]"


def told(one: str, other: str, device: str = "Cold-1", other_device: str = "Cold-1") -> list[str]:
    there = evidence(CLEARED.format(device=other_device, rest=other), "other")
    return [f.message for f in found(CLEARED.format(device=device, rest=one), "indication", there)]


def test_fail_indication_in_one_document_only() -> None:
    known = "known: [{number: K1, adds: [knee pain], source: the database}]"
    (message,) = told(f"year: 2014, indications: [tissue, nerves], {known}", "indications: [Tissue, nerves, knee-pain]")
    assert message == (
        "Cold-1: other names knee pain, made (clearance of 2014) does not; K1 adds knee pain (the database)"
    )


def test_fail_indication_that_each_document_has_alone() -> None:
    assert len(told("indications: [tissue, nerves]", "indications: [tissue, knees]")) == 2


def test_fail_indication_that_another_document_denies() -> None:
    (message,) = told("indications: [tissue], not_for: [brain]", "indications: [tissue, brain]")
    assert message == "Cold-1: made says that it is not for brain, other that it is"


def test_fail_one_clearance_in_two_years() -> None:
    (message,) = told("number: K123456, year: 2013", "number: k123456, year: 2014")
    assert message == "Cold-1: K123456 is of 2013 in made, of 2014 in other"


def test_fail_indication_of_a_device_under_two_names() -> None:
    assert told("also: [Old-1], indications: [tissue]", "indications: [tissue, knees]", other_device="old 1")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("indications: [tissue, nerves]", "indications: [Nerves, tissue]"),
        ("number: K1, year: 2013", "indications: [tissue]"),
        ("partial: true, indications: [tissue]", "indications: [tissue, knees]"),
        ("indications: [tissue]", "partial: true, indications: [tissue]"),
        ("indications: [tissue], not_for: [brain]", "indications: [tissue], not_for: [heart]"),
        ("number: K1, year: 2013", "number: K2, year: 2014"),
    ],
)
def test_success_documents_say_the_same_or_one_says_less(one: str, other: str) -> None:
    assert not told(one, other)


def test_success_two_devices() -> None:
    assert not told("indications: [tissue]", "indications: [knees]", other_device="Cold-2")


def test_success_later_clearances_of_one_document_add_up() -> None:
    earlier, later = "{device: Cold-1, year: 2013, indications: [tissue]}", "{device: Cold-1, indications: [knees]}"
    text = f"clearances: [{earlier}, {later}]"
    other = evidence(CLEARED.format(device="Cold-1", rest="indications: [tissue, knees]"), "other")
    assert not found(text, "indication", other)
