"""What is typed becomes a value of the case, or is refused with what could be meant."""

from __future__ import annotations

from typing import Any

import pytest

from clausal.determination.interview.answers import Key
from clausal.determination.interview.questions import asked_for
from clausal.determination.interview.understanding import NotUnderstood, Reading, Understood, understand
from clausal.documents.library import Library
from tests.determination.interview.asking import setting_of


def read(library: Library, fact: str, text: str, line: int | None = None) -> Reading:
    setting = setting_of(library)
    return understand(setting, asked_for(setting, Key(fact, line)), text)


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        ("service_date", "10/15/2024", "2024-10-15"),
        ("place_of_service", "31", "31"),
        ("place_of_service", "41", "41"),
        ("plan", "BCN Commercial HMO", "bcn-commercial-hmo"),
        ("plan", "Medicare Part B", "medicare-part-b"),
        ("state", "Kentucky", "KY"),
        ("state", "ky", "KY"),
        ("network", "yes", "contracted"),
        ("network", "No", "not-contracted"),
        ("contract_active", "Y", True),
        ("tier", "2", 2),
        ("condition", "total knee replacement", "knee-arthroplasty-pain"),
        ("diagnoses", "m1711 I73.00", ["M17.11", "I73.00"]),
        ("diagnoses", "M17.11, M17.11; e11.42", ["M17.11", "E11.42"]),
        ("problem_list", "none", []),
        ("nerves", "superolateral genicular, sural", ["superolateral-genicular", "sural"]),
        ("nerves", "femoral sciatic", ["femoral", "sciatic"]),
        ("nerves", "lateral femoral cutaneous", ["lateral-femoral-cutaneous"]),
        ("code", "64640", [{"code": "64640"}]),
        ("code", "64640 x2 RT, 0441t", [{"code": "64640", "units": 2, "modifiers": ["RT"]}, {"code": "0441T"}]),
        ("code", "64640 64624", [{"code": "64640"}, {"code": "64624"}]),
        ("knee_pain_months", "1,000", 1000),
        ("specialty", "207x00000x", "207X00000X"),
        ("patient", "p-77", "p-77"),
    ],
)
def test_an_answer_is_understood(library: Library, fact: str, text: str, value: Any) -> None:
    found = read(library, fact, text)
    assert isinstance(found, Understood), found
    assert (found.value, found.sure) == (value, True)


@pytest.mark.parametrize(
    ("fact", "text", "message"),
    [
        ("service_date", "15/10/2024", "'15/10/2024' is no date that can be read"),
        ("service_date", "2/30/2024", "there is no such day as '2/30/2024'"),
        ("service_date", "10/15/24", "'10/15/24' is no date that can be read"),
        ("contract_active", "maybe", "answer yes or no"),
        ("tier", "7", "7 is not a whole number from 1 to 4"),
        ("tier", "two", "'two' is not a number"),
        ("tier", "nan", "'nan' is not a number that can be used"),
        ("tier", "1.5", "1.5 is not a whole number from 1 to 4"),
        ("place_of_service", "office", "'office' is none of the answers"),
        ("code", "knee freezing", "'knee freezing' is no procedure code"),
        ("code", "64640 x0", "0 is not a whole number"),
        ("code", "64640 ZZ", "unknown modifier 'ZZ'"),
        ("nerves", "none", "it takes at least one"),
        ("nerves", ",", "that names nothing"),
        ("problem_list", " , ; ", "that names nothing"),
        ("diagnoses", "no", "it takes at least one"),
        ("diagnoses", "bad knee", "'bad knee' is no ICD-10-CM code"),
    ],
)
def test_what_means_no_value_is_told_and_not_taken(library: Library, fact: str, text: str, message: str) -> None:
    found = read(library, fact, text)
    assert isinstance(found, NotUnderstood), found
    assert found.message.startswith(message)


def test_words_for_a_diagnosis_are_told_its_codes(library: Library) -> None:
    found = read(library, "problem_list", "Raynaud")
    assert isinstance(found, NotUnderstood)
    assert set(found.codes) == {"I73.00", "I73.01"}
    found = read(library, "diagnoses", "knee osteoarthritis")
    assert isinstance(found, NotUnderstood)
    assert found.codes["M17.-"] == "knee osteoarthritis"


def test_a_part_of_a_name_lists_the_values_that_have_it(library: Library) -> None:
    found = read(library, "nerves", "genicular")
    assert isinstance(found, NotUnderstood)
    assert list(found.near) == ["superolateral-genicular", "superomedial-genicular", "inferomedial-genicular"]


def test_a_whole_number_may_be_written_with_a_point(library: Library) -> None:
    assert read(library, "tier", "2.0") == Understood(2, "2.0")


def test_every_choice_that_is_asked_as_yes_or_no_takes_yes_and_no(library: Library) -> None:
    beginnings = ("Is ", "Are ", "Does ", "Do ", "Has ", "Have ", "Was ", "Were ", "Can ")
    for fact in library.vocabulary.facts.values():
        if fact.type == "choice" and fact.question.startswith(beginnings):
            assert "" not in (fact.yes, fact.no), fact.name


def test_a_day_far_ahead_is_asked_back(library: Library) -> None:
    for text, sure in (("2026-12-31", True), ("2099-01-01", False), ("1999-01-01", True)):
        found = read(library, "service_date", text)
        assert isinstance(found, Understood)
        assert found.sure is sure
