"""`edition`."""

from __future__ import annotations

import pytest

from tests.evidence.made import evidence, found

EDITIONS = "editions: [{{document: {name}, cited: {{{cited}}}, known: [{known}]}}]"


def told(cited: str, known: str, name: str = "LCD 1") -> list[tuple[str, str]]:
    data = EDITIONS.format(name=name, cited=cited, known=known)
    return [(one.severity, one.message) for one in found(data, "edition")]


def test_fail_edition_older_than_one_known_before() -> None:
    ((severity, message),) = told(
        'effective: 2023-04-27, version: "71"', "{effective: 2015-10-01}, {effective: 2024-11-17, source: the database}"
    )
    assert severity == "warning"
    assert message == (
        "LCD 1 is cited in the edition of 2023-04-27, version 71; one of 2024-11-17 is known, "
        "before the edition of 2025-01-01 took effect (the database)"
    )


def test_fail_edition_that_has_been_followed_since_is_a_note() -> None:
    ((severity, message),) = told("effective: 2023-04", "{effective: 2025-06}")
    assert severity == "note"
    assert "took effect" not in message


@pytest.mark.parametrize(
    ("cited", "known"),
    [
        ("effective: 2023", "{effective: 2024}"),
        ('version: "9"', '{version: "10"}'),
        ('version: "2.9"', '{version: "2.10"}'),
    ],
)
def test_fail_edition_of_an_earlier_year_or_version(cited: str, known: str) -> None:
    assert told(cited, known)


def test_fail_edition_older_than_the_one_that_another_document_cites() -> None:
    other = evidence(EDITIONS.format(name="lcd 1", cited="effective: 2024-01-01", known=""), "other")
    (one,) = found(EDITIONS.format(name="LCD 1", cited="effective: 2023-01-01", known=""), "edition", other)
    assert "one of 2024-01-01 is known" in one.message


@pytest.mark.parametrize(
    ("cited", "known"),
    [
        ("effective: 2023-04-27", "{effective: 2023-04-27}"),
        ("effective: 2023-04-27", "{effective: 2023-04}, {effective: 2023}"),
        ("effective: 2023", "{effective: 2023-11-01}"),
        ("effective: 2023-04-27", "{effective: 2015-10-01}"),
        ("effective: 2023-04-27", ""),
        ('effective: 2023-04-27, version: "3"', '{effective: 2022-01-01, version: "4"}'),
        ('version: "71"', '{version: "71"}'),
        ("version: R9", "{version: R10}"),
        ("effective: 2023-04-27", '{version: "72"}'),
        ("effective: 2023-04-27", "{effective: 2026-07-01}"),
        ("", "{effective: 2024-01-01}"),
    ],
)
def test_success_the_edition_is_the_newest_or_it_cannot_be_told(cited: str, known: str) -> None:
    assert not told(cited, known)


def test_success_another_document_has_a_newer_edition() -> None:
    other = evidence(EDITIONS.format(name="LCD 2", cited="effective: 2024-01-01", known=""), "other")
    assert not found(EDITIONS.format(name="LCD 1", cited="effective: 2023-01-01", known=""), "edition", other)
