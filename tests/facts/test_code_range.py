"""Ranges of codes in sets and tests: what is in them, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from clausal.facts.code_range import codes_of_range, is_range
from clausal.facts.read_vocabulary import VocabularyReader
from clausal.facts.source import Source
from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact, Vocabulary
from clausal.problems import InvalidInput, Place
from clausal.rules.model import Holds, Within
from clausal.rules.read import read_table

FACTS = {
    "diagnoses": Fact("diagnoses", "codes", "", system="icd-10-cm"),
    "code": Fact("code", "code", "", system="hcpcs"),
}
HERE = Place("t.yaml")


def read(fact: str, spec: Any, codes: tuple[str, ...] = ("64491",)) -> Any:
    rule = {"rule": "r", "when": {fact: spec}, "then": {"finding": "covered"}, "cites": ["c"]}
    data = {"table": "t", "answers": {"authority": "x"}, "rules": [rule]}
    vocabulary = Vocabulary(FACTS, {}, dict.fromkeys(codes, ""))
    return read_table(Source("t.yaml", data), "p", vocabulary).rules[0].when[fact]


@pytest.mark.parametrize(
    ("entry", "inside", "outside"),
    [
        ("M15-M19", ["M15.0", "M17.11", "M19", "M19.90", "M16"], ["M14.9", "M20.0", "M1A.0", "N15"]),
        ("M17.0-M17.3", ["M17.0", "M17.11", "M17.30"], ["M17", "M17.4", "M17.9", "M16.9"]),
        ("C49-C50", ["C49.A0", "C4A.9", "C50.1"], ["C48.9", "C51.0", "C5A"]),
        ("C00-C99", ["C7A.1", "C4A", "C99"], ["D00.1", "B99"]),
        ("A99-B01", ["A99", "A9A", "A9Z.1", "B00.0", "B01.9"], ["A98.5", "B02"]),
        ("64490-64495", ["64490", "64493", "64495"], ["64489", "64496", "6449A"]),
        ("0213T-0218T", ["0213T", "0218T"], ["0212T", "02130", "0219T"]),
        ("J0585-J0589", ["J0585", "J0587"], ["J0590", "K0586"]),
    ],
)
def test_a_range_has_both_ends_and_what_is_between(entry: str, inside: list[str], outside: list[str]) -> None:
    found = ValueSet(frozenset(), tuple(codes_of_range(entry, HERE)))
    assert all(code in found for code in inside)
    assert [code for code in outside if code in found] == []


def test_tests_and_value_sets_have_ranges() -> None:
    holds, within = read("diagnoses", {"any_of": ["M15-M19"]}), read("code", ["64490-64495"])
    assert isinstance(holds, Holds)
    assert isinstance(within, Within)
    assert holds.accepts(frozenset(["M17.11"]))
    assert not holds.accepts(frozenset(["M20.1"]))
    assert within.accepts("64491")
    assert not within.accepts("64496")
    reader = VocabularyReader({})
    reader.take(Source("f.yaml", {"value_sets": {"knee": ["S83.2-S83.5", "Z96.651"]}}))
    knee = reader.result().value_sets["knee"]
    assert [code in knee for code in ("S83.2", "S83.511A", "S83.6", "Z96.651")] == [True, True, False, True]


def test_words_with_a_hyphen_are_no_range() -> None:
    assert not any(map(is_range, ("knee-pain", "M17.-", "@M15-M19", "10112-00", "m15-m19", "not-covered")))


BAD = [
    ("diagnoses", "M19-M15", "range 'M19-M15' ends before it begins", "M15-M19"),
    ("diagnoses", "M15-M19.1", "'M15' and 'M19.1' are not codes of one length and kind", "as in M15-M19"),
    ("code", "64495-64490", "range '64495-64490' ends before it begins", "64490-64495"),
    ("code", "64490-0218T", "'64490' and '0218T' differ in more than their digits", "as in"),
    ("code", "J0585-K0589", "'J0585' and 'K0589' differ in more than their digits", "as in"),
    ("code", "99212-99215", "no procedure code that a pack names is in '99212-99215'", "codes"),
    ("diagnoses", "64490-64495", "no diagnosis code is in '64490-64495'", ""),
    ("diagnoses", "M17.0000-M17.9999", "entries, and 10,000 is the most", "shorter"),
]


@pytest.mark.parametrize(("fact", "entry", "why", "hint"), BAD)
def test_a_range_that_is_none_is_told_with_its_place(fact: str, entry: str, why: str, hint: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(fact, {"any_of": [entry]} if fact == "diagnoses" else [entry])
    assert why in str(caught.value)
    assert hint in str(caught.value)
    assert f"rules[0].when.{fact}" in str(caught.value)


def test_a_value_set_tells_the_same_of_its_entry() -> None:
    reader = VocabularyReader({})
    reader.take(Source("f.yaml", {"value_sets": {"knee": ["M17.11", "M19-M15"]}}))
    with pytest.raises(InvalidInput, match=r"value_sets.knee\[1\].*ends before it begins"):
        reader.result()
