"""Suggestions of which columns are which: what the field's names and values tell, and what they must never do."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausal.claims.constants import allowed_by
from clausal.claims.guessed import Guess, Known, guessed, guessed_plans, nearest_columns
from clausal.claims.guessed_names import PHRASES
from clausal.claims.guessed_values import FORMS, date_form_of
from clausal.claims.mapping import read_mapping
from clausal.claims.mapping_text import chosen_by, chosen_of, data_of, yaml_of
from clausal.columns.schema import Column, input_columns
from clausal.documents.library import Library
from clausal.facts.source import parse_source

ODD = {
    "CLM_NO": ["A1", "B2"],
    "LN_NBR": ["1"],
    "DOS": ["10/15/2024", "03/31/2024"],
    "MEMBER_PLAN": ["BCN Commercial HMO", "Blue 7"],
    "DX2": ["M1712"],
    "DX1": ["M17.11"],
    "HCPCS_CD": ["64640"],
    "UNIT_CNT": ["2"],
    "MOD_1": ["RT"],
    "MOD_2": [],
    "CHG_AMT": ["1,200.00"],
    "MBR_DOB": ["01/02/1950"],
    "MRN": ["77"],
    "LAST_NM": ["Doe"],
    "PAID_DT": ["2024-11-01"],
}


@pytest.fixture(scope="module")
def columns(library: Library) -> list[Column]:
    return input_columns(library.vocabulary)


@pytest.fixture(scope="module")
def known(library: Library) -> Known:
    return Known.of(library.vocabulary, {name: plan.label for name, plan in library.plans.items()})


def test_odd_names_are_told_by_the_words_of_the_field(columns: list[Column], known: Known) -> None:
    found = guessed(ODD, columns, known)
    assert {name: one.columns for name, one in found.items()} == {
        "claim_id": ("CLM_NO",), "line": ("LN_NBR",), "service_date": ("DOS",), "plan": ("MEMBER_PLAN",),
        "diagnoses": ("DX1", "DX2"), "code": ("HCPCS_CD",), "units": ("UNIT_CNT",), "modifiers": ("MOD_1", "MOD_2"),
        "charge": ("CHG_AMT",), "date_of_birth": ("MBR_DOB",), "patient": ("MRN",),
    }  # fmt: skip
    assert found["service_date"] == Guess(("DOS",), "its name and values", "MM/DD/YYYY")


def test_values_alone_tell_codes_and_plans(columns: list[Column], known: Known) -> None:
    found = guessed(
        {"a": ["M17.11"], "b": ["64640", "64624"], "c": ["bcn65"], "d": ["2024-10-15"], "e": ["48201", "60601"]},
        columns,
        known,
    )
    assert {name: (one.columns, one.because) for name, one in found.items()} == {
        "diagnoses": (("a",), "its values"),
        "code": (("b",), "its values"),
        "plan": (("c",), "its values"),
        "service_date": (("d",), "its values"),
    }


def test_a_name_is_not_believed_against_its_values(columns: list[Column], known: Known) -> None:
    assert guessed({"PROC_CD": ["knee", "hip"], "DOS": ["yes"], "UNITS": ["each"]}, columns, known) == {}


def test_two_columns_of_dates_are_not_chosen_from(columns: list[Column], known: Known) -> None:
    assert "service_date" not in guessed({"x": ["2024-10-15"], "y": ["2024-10-16"]}, columns, known)


def test_a_name_that_is_published_is_taken_as_it_is(columns: list[Column], known: Known) -> None:
    found = guessed({"code": ["64640"], "HCPCS_CD": ["64624"]}, columns, known)
    assert found["code"] == Guess(("code",), "its own name")


def test_the_form_of_dates_is_that_which_reads_all_of_them() -> None:
    assert date_form_of(["13/10/2024", "01/02/2024"]) == "DD/MM/YYYY"
    assert date_form_of(["2024-10-15", "20241015"]) is None
    assert date_form_of(["15OCT24"]) == "DDMONYY"
    assert date_form_of(["soon"]) is None


def test_plans_are_suggested_where_one_is_meant(known: Known) -> None:
    values = ["BCN Commercial HMO", "Medicare Part B", "Blue 7", "HMO"]
    assert guessed_plans(values, known.plans) == {
        "BCN Commercial HMO": "bcn-commercial-hmo",
        "Medicare Part B": "medicare-part-b",
    }


def test_a_column_that_nothing_takes_is_told_its_nearest_names(columns: list[Column]) -> None:
    assert nearest_columns("Procedure Cde 2", columns)[:1] == ["code"]
    assert nearest_columns("XYZ", columns) == []


WORDS = sorted({phrase for phrases in PHRASES.values() for phrase in phrases})
NAMES = st.one_of(
    st.sampled_from(WORDS).map(lambda one: one.upper().replace(" ", "_")),
    st.sampled_from(["DX1", "DX2", "DOS", "HCPCS_CD", "code", "lines.code", "MRN", "PatientDOB", "diag_3"]),
    st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=12),
)
VALUES = st.lists(
    st.one_of(
        st.sampled_from(["M17.11", "M1711", "64640", "bcn65", "2024-10-15", "10/15/2024", "1,200.00", "RT", "2", ""]),
        st.text(max_size=8),
    ),
    max_size=5,
).map(lambda values: [one for one in values if one])
FILES = st.dictionaries(NAMES, VALUES, max_size=14)


@given(FILES)
@settings(deadline=None)
def test_no_column_is_taken_twice_and_only_lists_take_several(
    columns: list[Column], known: Known, samples: dict[str, list[str]]
) -> None:
    found = guessed(samples, columns, known)
    taken = [name for one in found.values() for name in one.columns]
    assert len(taken) == len(set(taken))
    assert set(taken) <= set(samples)
    lists = {column.name for column in columns if str(column.type).startswith("list")}
    assert all(len(one.columns) == 1 or name in lists for name, one in found.items())
    assert all(one.because for one in found.values())


@given(FILES)
@settings(deadline=None)
def test_who_the_patient_is_no_values_tell(columns: list[Column], known: Known, samples: dict[str, list[str]]) -> None:
    personal = {column.name for column in columns if column.is_personal}
    assert all("name" in one.because for name, one in guessed(samples, columns, known).items() if name in personal)


@given(FILES)
@settings(deadline=None)
def test_what_is_suggested_is_a_mapping_file_and_comes_back_from_it(
    library: Library, columns: list[Column], known: Known, samples: dict[str, list[str]]
) -> None:
    chosen = chosen_by(guessed(samples, columns, known))
    source = parse_source(yaml_of(data_of(chosen)), "m.yaml")
    if chosen.choices:
        read = read_mapping(source, columns, allowed_by([library.cases]))
        assert {name: one.columns for name, one in read.columns.items()} == {
            name: one.columns for name, one in chosen.choices.items()
        }
        again = chosen_of(source.data, columns)
        assert data_of(again) == data_of(chosen)


@given(st.dates(min_value=dt.date(1930, 1, 1)), st.sampled_from(FORMS))
def test_a_form_that_is_suggested_reads_what_it_was_suggested_for(day, form) -> None:  # type: ignore[no-untyped-def]
    from clausal.exchange.tabular.dates import date_form, dated, plain_date

    if day.year >= 2070:
        return
    written = day.strftime(
        form.replace("YYYY", "%Y").replace("YY", "%y").replace("MON", "%b").replace("MM", "%m").replace("DD", "%d")
    )
    found = date_form_of([written])
    assert found is not None or plain_date(written)
    if found is not None:
        assert dated(written, date_form(found)) is not None
