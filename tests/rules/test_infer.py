"""Facts from facts: what two sources leave, and what a contradiction leaves."""

from __future__ import annotations

from collections.abc import Mapping

from clausal.facts.knowledge import Listed, Origin, Possible, State, known
from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact
from clausal.problems import Place
from clausal.rules.compile import CompiledTable
from clausal.rules.infer import infer
from clausal.rules.model import Force, HitPolicy, Holds, Rule, Table, Test, Within

FACTS: Mapping[str, Fact] = {
    "colour": Fact("colour", "choice", "", values=dict.fromkeys(("red", "green", "blue"), "")),
    "paint": Fact("paint", "choice", "", values=dict.fromkeys(("ruby", "emerald"), "")),
    "label": Fact("label", "choice", "", values=dict.fromkeys(("r", "g"), "")),
    "tins": Fact("tins", "codes", "", values=dict.fromkeys(("ruby", "emerald", "any"), "")),
}
NOWHERE = Place("made")


def table(
    name: str, rules: Mapping[str, tuple[Mapping[str, Test], set[str]]], *, each_fits: bool = False
) -> CompiledTable:
    made = tuple(
        Rule(rule, when, {"value": frozenset(values)}, (f"made#{rule}",), Force(), NOWHERE)
        for rule, (when, values) in rules.items()
    )
    hit: HitPolicy = "collect" if each_fits else "unique"
    return CompiledTable(Table(name, "made", hit, ("fact", "colour"), made, NOWHERE, each_fits=each_fits), FACTS)


def within(*values: str) -> Within:
    return Within(ValueSet(frozenset(values)))


BY_PAINT = table(
    "by-paint", {"ruby": ({"paint": within("ruby")}, {"red"}), "emerald": ({"paint": within("emerald")}, {"green"})}
)
BY_LABEL = table("by-label", {"r": ({"label": within("r")}, {"red"}), "g": ({"label": within("g")}, {"green"})})
BY_TINS = table(
    "by-tins",
    {
        "ruby": ({"tins": Holds(any_of=ValueSet.of(["ruby"]))}, {"red"}),
        "emerald": ({"tins": Holds(any_of=ValueSet.of(["emerald"]))}, {"green"}),
        "any": ({"tins": Holds(any_of=ValueSet.of(["any"]))}, {"red", "green", "blue"}),
    },
    each_fits=True,
)


def of(state: State) -> tuple[set[object], int]:
    """The values left of the colour (none: unknown), and how many contradictions there are."""
    found, contradictions = infer([BY_PAINT, BY_LABEL, BY_TINS], state)
    colour = found.get("colour")
    return set(colour.values) if isinstance(colour, Possible) else set(), len(contradictions)


def tins(*names: str) -> Listed:
    return Listed(frozenset(names), True, Origin("tins"))


def test_two_sources_that_agree_are_one() -> None:
    assert of({"paint": known("ruby"), "label": known("r")}) == ({"red"}, 0)


def test_two_sources_that_differ_leave_the_fact_unknown() -> None:
    assert of({"paint": known("ruby"), "label": known("g")}) == (set(), 1)


def test_a_third_source_does_not_settle_what_two_differ_on() -> None:
    assert of({"paint": known("ruby"), "label": known("g"), "tins": tins("ruby")}) == (set(), 1)


def test_what_is_stated_and_contradicted_is_not_derived_again() -> None:
    assert of({"colour": known("blue"), "paint": known("ruby"), "label": known("r")}) == (set(), 1)


def test_a_contradiction_of_the_whole_case_holds_for_each_line() -> None:
    found, contradictions = infer([BY_LABEL], {"label": known("r")}, ["colour"])
    assert "colour" not in found
    assert not contradictions


def test_each_rule_that_holds_has_to_fit() -> None:
    assert of({"paint": known("ruby"), "tins": tins("ruby", "any")}) == ({"red"}, 0)
    assert of({"paint": known("ruby"), "tins": tins("ruby", "emerald")}) == (set(), 1)


def test_rules_that_hold_leave_what_each_of_them_leaves_where_nothing_else_is_known() -> None:
    assert of({"tins": tins("ruby", "emerald")}) == ({"red", "green"}, 0)
