"""`publisher`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausal.evidence.publishers import same_publisher
from tests.evidence.made import found

REFERENCE = 'references: [{{reference: "1", name: "{name}", publisher: "{publisher}"{rest}}}]\n'
GUIDELINE = 'guidelines: [{{guideline: g, publisher: "{publisher}", year: 2020, references: ["1"]{rest}}}]\n'


def told(text: str, reference: str, beside: str = "", reference_beside: str = "") -> list[str]:
    with_text = f", with: [{beside}]" if beside else ""
    with_reference = f", with: [{reference_beside}]" if reference_beside else ""
    data = REFERENCE.format(name=f"{reference} 2020", publisher=reference, rest=with_reference)
    return [one.message for one in found(data + GUIDELINE.format(publisher=text, rest=with_text), "publisher")]


def test_fail_publisher_of_another_name() -> None:
    (message,) = told("Institute for Clinical Measurement", "Institute for Common Measurement")
    assert message.startswith("the text says Institute for Clinical Measurement, its reference 1 Institute for Common")


def test_fail_publisher_with_others_in_the_text_only() -> None:
    (message,) = told("Society of Knees", "Society of Knees", beside="College of Hips, Board of Toes")
    assert "the text names College of Hips and Board of Toes beside it, its reference 1 does not" in message


def test_fail_publisher_with_others_in_the_reference_only() -> None:
    (message,) = told("Society of Knees", "Society of Knees", reference_beside="College of Hips")
    assert "its reference 1 names College of Hips beside it, the text does not" in message


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("American Academy of Neurology", "AAN"),
        ("American Academy of Neurology", "The American Academy of Neurology, Inc."),
        ("American Academy of Neurology (AAN)", "AAN"),
        ("American Academy of Neurology", "Am Acad Neurol"),
        ("Centers for Medicare & Medicaid Services", "CMS"),
        ("Centers for Medicare and Medicaid", "Centers for Medicare & Medicaid Services"),
        ("Centre for Paediatrics Research", "Center for Pediatrics Research"),
        ("U.S. Preventive Services Task Force", "USPSTF"),
        ("Neurology, American Academy of", "American Academy of Neurology"),
    ],
)
def test_success_one_publisher_in_another_form(one: str, other: str) -> None:
    assert not told(one, other)
    assert not told(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("American Academy of Neurology", "American Academy of Pediatrics"),
        ("American College of Cardiology", "American College of Radiology"),
        ("AAN", "American Association of Neuromuscular and Electrodiagnostic Medicine"),
        ("AAN", "AAP"),
        ("Blue Cross", "Blue Care Network"),
    ],
)
def test_fail_publisher_that_only_sounds_alike(one: str, other: str) -> None:
    assert not same_publisher(one, other)
    assert told(one, other)


def test_success_the_same_publishers_in_another_order() -> None:
    assert not told(
        "Society of Knees", "College of Hips", beside="College of Hips", reference_beside="Society of Knees"
    )


def test_success_a_paper_or_a_printing_house() -> None:
    paper = REFERENCE.format(name="One 2020", publisher="A House", rest=", journal: Knee")
    house = REFERENCE.format(name="Society of Knees 2020", publisher="A House", rest="")
    guideline = GUIDELINE.format(publisher="Society of Knees", rest="")
    assert not found(paper + guideline, "publisher")
    assert not found(house + guideline, "publisher")


names = st.lists(st.sampled_from(["Royal", "College", "Knee", "Society", "of", "the", "for"]), min_size=1, max_size=5)


@given(names, names)
def test_a_publisher_is_itself_and_sameness_goes_both_ways(one: list[str], other: list[str]) -> None:
    assert same_publisher(" ".join(one), " ".join(one))
    assert same_publisher(" ".join(one), " ".join(other)) == same_publisher(" ".join(other), " ".join(one))
