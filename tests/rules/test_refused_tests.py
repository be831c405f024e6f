"""What no rule can test, and what a table of its kind cannot be: told with its place and what to do."""

from __future__ import annotations

from typing import Any

import pytest

from clausal.facts.source import Source
from clausal.facts.vocabulary import Fact, Vocabulary
from clausal.problems import InvalidInput
from clausal.rules.criteria import lay_out
from clausal.rules.model import Within
from clausal.rules.read import read_table

FACTS = {
    "authorization": Fact("authorization", "code", "", system="identifier"),
    "specialty": Fact("specialty", "code", "", system="nucc-taxonomy"),
    "grade": Fact("grade", "choice", "", values={"mild": "", "severe": ""}),
    "a/policy#met": Fact("a/policy#met", "flag", ""),
}


def table(when: dict[str, Any], answers: dict[str, str], hit: str | None, then: dict[str, Any]) -> Source:
    data: dict[str, Any] = {"table": "t", "answers": answers, **({"hit": hit} if hit else {})}
    data["rules"] = [{"rule": "r", "when": when, "then": then, "cites": ["c"]}]
    return Source("t.yaml", data)


def refused(
    when: dict[str, Any],
    answers: dict[str, str] | None = None,
    hit: str | None = None,
    then: dict[str, Any] | None = None,
) -> str:
    source = table(when, answers or {"authority": "x"}, hit, then or {"finding": "covered"})
    with pytest.raises(InvalidInput) as caught:
        read_table(source, "p", Vocabulary(FACTS, {}, {}))
    return " ".join(map(str, caught.value.problems))


@pytest.mark.parametrize("test", ["A7", "none", ["A7"], {"not": "A7"}, {"not": ["A7", "B8"]}, {"at_least": 1}])
def test_of_a_number_that_tells_persons_apart_only_whether_there_is_one(test: Any) -> None:
    assert "rules test only whether there is one" in refused({"authorization": test})


def test_whether_there_is_one_can_be_tested() -> None:
    source = table({"authorization": {"not": "none"}}, {"authority": "x"}, None, {"finding": "covered"})
    test = read_table(source, "p", Vocabulary(FACTS, {}, {})).rules[0].when["authorization"]
    assert isinstance(test, Within)
    assert test.accepts("A7")


def test_a_specialty_is_a_code_of_the_taxonomy() -> None:
    assert "'neurology' is no code of the provider taxonomy" in refused({"specialty": "neurology"})


def test_a_criterion_of_another_table() -> None:
    told = refused({"a/policy#met": True})
    assert "'a/policy#met' is a criterion of another table, which no rule tests" in told


@pytest.mark.parametrize("kind", ["administrative", "notice", "safety", "conflict", "documents"])
def test_of_some_kinds_every_rule_that_holds_is_told(kind: str) -> None:
    assert f"every rule of '{kind}' that holds is told" in refused({}, {kind: "x"}, "first", {"says": "x"})


@pytest.mark.parametrize("kind", ["authority", "benefit", "authorization"])
def test_of_others_one_decides(kind: str) -> None:
    assert f"one rule of '{kind}' decides" in refused({}, {kind: "x"}, "collect", {"says": "x"})


def test_without_a_hit_policy_each_kind_has_its_own() -> None:
    for answers, then, hit in (
        ({"notice": "x"}, {"says": "A."}, "collect"),
        ({"authority": "x"}, {"finding": "covered"}, "first"),
    ):
        assert read_table(table({}, answers, None, then), "p", Vocabulary(FACTS, {}, {})).hit == hit


def test_what_follows_from_a_part_of_a_criterion_is_not_its_own_to_say() -> None:
    part = {"criterion": "two", "test": {"grade": "mild"}, "cites": ["c"], "unmet": {"finding": "excluded"}}
    data = {
        "table": "t", "answers": {"authority": "x"}, "hit": "criteria",
        "met": {"finding": "covered"}, "unmet": {"finding": "excluded"},
        "criteria": [{"criterion": "one", "all": [part]}],
    }  # fmt: skip
    with pytest.raises(InvalidInput, match="criterion 'two' is part of another"):
        lay_out(Source("t.yaml", data), "p")
