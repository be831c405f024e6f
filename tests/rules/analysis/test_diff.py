"""A case's conclusion differs exactly if the case lies in a region that is told."""

from __future__ import annotations

import itertools
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact
from clausal.rules.analysis import diff
from clausal.rules.analysis.diff import difference, says_of, stated
from clausal.rules.analysis.expand import WritingOut
from clausal.rules.analysis.wording import as_data, but_data
from clausal.rules.model import Force, Holds, Rule, Table, Within
from clausal.rules.walk import TooLarge
from tests.rules.generated import FACTS, NOWHERE, TESTS, VALUES, completions, first, holds, tables

law = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
FIRST, COLLECT = ("first", "first"), ("collect", "collect")


def said(rule: Rule | None) -> object:
    return rule and says_of(rule)


@law
@given(tables(), tables())
def test_the_first_rule_concludes_otherwise_exactly_in_the_regions(before: Table, after: Table) -> None:
    found = difference(FACTS, stated(before.rules), stated(after.rules), FIRST)  # type: ignore[arg-type]
    for values in completions({}):
        differs = said(first(before, values)) != said(first(after, values))
        assert found.changes_conclusion(values) == differs
        assert any(inside(found, change, values) for change in found.changes if not change.rests) == differs


@law
@given(tables("collect"), tables("collect"))
def test_collected_rules_conclude_otherwise_exactly_in_the_regions(before: Table, after: Table) -> None:
    found = difference(FACTS, stated(before.rules), stated(after.rules), COLLECT)  # type: ignore[arg-type]
    for values in completions({}):
        one, other = ({says_of(rule) for rule in table.rules if holds(rule, values)} for table in (before, after))
        assert found.changes_conclusion(values) == (one != other)


@law
@given(tables(), tables())
def test_the_same_holds_where_regions_are_told_as_pairs_of_rules(before: Table, after: Table) -> None:
    with patch.object(diff._Comparison, "_regions", side_effect=TooLarge):
        found = difference(FACTS, stated(before.rules), stated(after.rules), FIRST)  # type: ignore[arg-type]
    for values in completions({}):
        differs = said(first(before, values)) != said(first(after, values))
        assert found.changes_conclusion(values) == differs
        assert any(inside(found, change, values) for change in found.changes if not change.rests) == differs


@law
@given(tables())
def test_a_table_does_not_differ_from_itself(table: Table) -> None:
    assert difference(FACTS, stated(table.rules), stated(table.rules), FIRST).changes == ()  # type: ignore[arg-type]


@law
@given(tables(), tables())
def test_no_region_can_be_left_out(before: Table, after: Table) -> None:
    """Minimal: each region has a case that no other has; told of regions that ask nothing of a list."""
    found = difference(FACTS, stated(before.rules), stated(after.rules), FIRST)  # type: ignore[arg-type]
    plain = [change for change in found.changes if "list" not in as_data(found.space, change.box)]
    alone: set[int] = set()
    for values in completions({}):
        within = [at for at, change in enumerate(plain) if inside(found, change, values)]
        if len(within) == 1:
            alone.add(within[0])
    assert alone == set(range(len(plain)))


BASE = [name for name in FACTS if name != "shape"]


@st.composite
def deriving(draw: st.DrawFn) -> Table:
    """A table that derives `shape` from the other facts, for every case."""
    rules = []
    for index in range(draw(st.integers(1, 4))):
        names = draw(st.sets(st.sampled_from(BASE), max_size=2))
        when = {name: draw(TESTS[name]) for name in sorted(names)}
        value = frozenset([draw(st.sampled_from(("round", "square")))])
        rules.append(Rule(f"i{index}", when, {"value": value}, ("d",), Force(), NOWHERE))
    rules.append(Rule("else", {}, {"value": frozenset(["round"])}, ("d",), Force(), NOWHERE))
    return Table("inner", "pack", "first", ("fact", "shape"), tuple(rules), NOWHERE)


@law
@given(tables(), tables(), deriving(), deriving())
def test_derived_facts_are_written_out_exactly(before: Table, after: Table, old: Table, new: Table) -> None:
    shape = frozenset(["shape"])
    opened = [
        WritingOut({"shape": [inner]}, FACTS).expanded(stated(table.rules), shape)[0]
        for table, inner in ((before, old), (after, new))
    ]
    found = difference(FACTS, opened[0], opened[1], FIRST)  # type: ignore[arg-type]
    for chosen in itertools.product(*(VALUES[name] for name in BASE)):
        values = dict(zip(BASE, chosen, strict=True))
        one, other = (concluded(table, inner, values) for table, inner in ((before, old), (after, new)))
        assert found.changes_conclusion(values) == (one != other)


def concluded(table: Table, inner: Table, values: dict[str, Any]) -> object:
    rule = first(inner, values)
    assert rule is not None
    (shape,) = rule.then["value"]
    return said(first(table, {**values, "shape": shape}))


def inside(found: diff.Difference, change: diff.Change, values: dict[str, Any]) -> bool:
    """Whether a case lies in a region, read from its plain data alone."""
    if not _meets(as_data(found.space, change.box), values):
        return False
    return not any(_meets(one, values) for one in but_data(found.space, change.box))


def _meets(where: dict[str, Any], values: dict[str, Any]) -> bool:
    return all(_side(side, values[name]) for name, side in where.items())


def _side(side: dict[str, Any], value: Any) -> bool:
    if "in" in side:
        return value in side["in"]
    if "not_in" in side:
        return value not in side["not_in"]
    if "codes" in side:
        return any(_is(entry, value) for entry in side["codes"])
    if "between" in side:
        return any(
            (one["from"] is None or one["from"] <= value) and (one["to"] is None or value <= one["to"])
            for one in side["between"]
        )
    return any(
        all(any(_is(entry, code) for entry in entries for code in value) for entries in one["holds"])
        and not any(_is(entry, code) for entry in one["lacks"] for code in value)
        for one in side["any"]
    )


def _is(entry: dict[str, Any], code: str) -> bool:
    """Whether a code is one of those that an entry tells."""

    def among(texts: list[str]) -> bool:
        return any(code.startswith(text[:-1]) if text.endswith("-") else code == text for text in texts)

    if "code" in entry:
        return bool(code == entry["code"])
    if "under" in entry:
        return code.startswith(entry["under"]) and not among(entry["but"])
    return not among(entry["other_than"])


CODED = {
    "code": Fact("code", "code", "", system="icd-10-cm"),
    "had": Fact("had", "codes", "", system="icd-10-cm"),
    "derived": Fact("derived", "choice", "", values={"one": "", "two": ""}),
}
CODES = ("M17", "M17.1", "M17.11", "M17.12", "M17.9", "M16.0", "E11")
LISTS = [frozenset(one) for size in range(3) for one in itertools.combinations(CODES, size)]
_SET = st.sets(st.sampled_from(("M17", "M17.-", "M17.1-", "M17.11", "M16.-", "E11")), min_size=1, max_size=3).map(
    ValueSet.of
)
_CODED_TESTS: dict[str, st.SearchStrategy[Any]] = {
    "code": st.builds(Within, _SET, st.booleans()),
    "had": st.builds(Holds, st.none() | _SET, st.none() | _SET, st.none() | _SET, st.none() | _SET).filter(
        lambda test: test != Holds()
    ),
    "derived": st.builds(Within, st.sampled_from(("one", "two")).map(lambda value: ValueSet.of([value]))),
}


@st.composite
def coded(draw: st.DrawFn, names: tuple[str, ...] = ("code", "had"), key: str = "finding") -> Table:
    rules = []
    for index in range(draw(st.integers(1, 4))):
        chosen = draw(st.sets(st.sampled_from(names), max_size=2))
        when = {name: draw(_CODED_TESTS[name]) for name in sorted(chosen)}
        word = draw(st.sampled_from(("one", "two")))
        rules.append(
            Rule(f"r{index}", when, {key: frozenset([word]) if key == "value" else word}, ("c",), Force(), NOWHERE)
        )
    if key == "value":
        rules.append(Rule("else", {}, {key: frozenset(["one"])}, ("c",), Force(), NOWHERE))
    return Table("coded", "pack", "first", ("authority", "x"), tuple(rules), NOWHERE)


@law
@given(coded(), coded())
def test_codes_under_prefixes_and_headings_are_told_exactly_as_data_too(before: Table, after: Table) -> None:
    found = difference(CODED, stated(before.rules), stated(after.rules), FIRST)  # type: ignore[arg-type]
    for code, had in itertools.product(CODES, LISTS):
        values = {"code": code, "had": had}
        differs = said(first(before, values)) != said(first(after, values))
        assert found.changes_conclusion(values) == differs
        assert any(inside(found, change, values) for change in found.changes if not change.rests) == differs


@law
@given(coded(("code", "had", "derived")), coded(("code", "had", "derived")), coded(key="value"), coded(key="value"))
def test_facts_derived_from_codes_are_written_out_exactly(before: Table, after: Table, old: Table, new: Table) -> None:
    opened = [
        WritingOut({"derived": [inner]}, CODED).expanded(stated(table.rules), frozenset(["derived"]))[0]
        for table, inner in ((before, old), (after, new))
    ]
    found = difference(CODED, opened[0], opened[1], FIRST)  # type: ignore[arg-type]
    for code, had in itertools.product(CODES, LISTS):
        values: dict[str, Any] = {"code": code, "had": had}
        told = []
        for table, inner in ((before, old), (after, new)):
            rule = first(inner, values)
            assert rule is not None
            (value,) = rule.then["value"]
            told.append(said(first(table, {**values, "derived": value})))
        assert found.changes_conclusion(values) == (told[0] != told[1])
