"""Generated tables over lists of codes, and a reading of every list there can be, one at a time."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from clausal.facts.knowledge import Knowledge, Listed, Origin, Possible
from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact
from clausal.problems import Place
from clausal.rules.model import Force, HitPolicy, Holds, Rule, Table, Test, Within

NERVES = ("ulnar", "median", "radial", "sural")
STEPS = tuple(f"step-{at}" for at in range(12))
CODES = ("A10", "A20", "A20.1", "A20.2", "B1", "C1")
"""Codes that tests name, one of them a heading over others."""
UNNAMED = ("A19", "A20.9", "A3", "C9", "Z9")
"""Codes that none does: under each prefix and heading, and elsewhere."""
HEADINGS = ("A", "A1", "C")
PREFIXES = ("A-", "A1-", "A20.-", "C-")
LEFT_OUT = ("A20", "A1-", "A20.-", "C-")
"""What sets leave out: nothing under which there is a kind of code that none of these codes has."""
EVERY: Mapping[str, tuple[str, ...]] = {"diagnoses": (*CODES, *UNNAMED), "nerves": NERVES, "steps": STEPS}
FACTS: Mapping[str, Fact] = {
    "diagnoses": Fact("diagnoses", "codes", "", system="icd-10-cm"),
    "nerves": Fact("nerves", "codes", "", values=dict.fromkeys(NERVES, "")),
    "steps": Fact("steps", "codes", "", values=dict.fromkeys(STEPS, "")),
    "shape": Fact("shape", "choice", "", values=dict.fromkeys(("round", "square", "flat"), "")),
    "wet": Fact("wet", "flag", ""),
}
SINGLE: Mapping[str, tuple[Any, ...]] = {"shape": ("round", "square", "flat"), "wet": (True, False)}
CONCLUSIONS = ("yes", "no", "perhaps")


def _within(values: Sequence[Any]) -> st.SearchStrategy[Test]:
    chosen = st.frozensets(st.sampled_from(values), min_size=1, max_size=len(values) - 1)
    return chosen.map(lambda one: Within(ValueSet(one)))


def _holds(entries: Sequence[str]) -> st.SearchStrategy[Test]:
    plain = st.sets(st.sampled_from(entries), min_size=1, max_size=4).map(ValueSet.of)
    some = [entry for entry in LEFT_OUT if entry in entries] or list(entries)
    left_out = st.sets(st.sampled_from(some), min_size=1, max_size=2).map(ValueSet.of)
    sets = st.none() | plain | st.builds(ValueSet.less, plain, left_out).filter(bool)
    each = st.just(()) | st.lists(sets.filter(bool), max_size=2).map(tuple)
    test = st.builds(
        Holds, any_of=sets, all_of=sets, none_of=sets, any_other_than=sets, written=st.just("list"), each_of=each
    )
    return test.filter(lambda one: one != Holds(written="list"))


_TESTS: Mapping[str, st.SearchStrategy[Test]] = {
    "diagnoses": _holds((*CODES, *PREFIXES)),
    "nerves": _holds(NERVES),
    "steps": _holds(STEPS),
    **{name: _within(values) for name, values in SINGLE.items()},
}


@st.composite
def tables(draw: st.DrawFn, hit: HitPolicy = "first", lists: Sequence[str] = ("diagnoses", "nerves")) -> Table:
    rules = []
    for index in range(draw(st.integers(1, 8))):
        names = {*draw(st.sets(st.sampled_from(lists))), *draw(st.sets(st.sampled_from(sorted(SINGLE)), max_size=1))}
        when = {name: draw(_TESTS[name]) for name in sorted(names)}
        rules.append(rule(index, when, draw(st.sampled_from(CONCLUSIONS))))
    return table(rules, hit)


def rule(index: int, when: Mapping[str, Test], finding: str) -> Rule:
    return Rule(f"r{index}", when, {"finding": finding}, ("c",), Force(), Place("generated"))


def table(rules: Iterable[Rule], hit: HitPolicy = "first") -> Table:
    return Table("generated", "pack", hit, ("authority", "x"), tuple(rules), Place("generated"))


@st.composite
def states(draw: st.DrawFn) -> dict[str, Knowledge]:
    state: dict[str, Knowledge] = {}
    for name, values in SINGLE.items():
        if draw(st.booleans()):
            state[name] = Possible(draw(st.frozensets(st.sampled_from(values), min_size=1)), Origin("case"))
    for name, codes in (("diagnoses", (*EVERY["diagnoses"], *HEADINGS)), ("nerves", NERVES), ("steps", STEPS)):
        if draw(st.booleans()):
            listed = draw(st.frozensets(st.sampled_from(codes), max_size=4))
            state[name] = Listed(listed, draw(st.booleans()), Origin("case"))
    return state


def read(of: Table, name: str, knowledge: Knowledge | None) -> Iterator[Any]:
    """The values, or the lists, that a fact can still have."""
    if name in SINGLE:
        assert knowledge is None or isinstance(knowledge, Possible)
        yield from (value for value in SINGLE[name] if knowledge is None or value in knowledge.values)
        return
    assert knowledge is None or isinstance(knowledge, Listed)
    listed = knowledge.codes if knowledge else frozenset()
    headings = {code for code in listed if name == "diagnoses" and _is_vague(of, code)}
    codes = dict.fromkeys((*EVERY[name], *sorted(listed)))
    meant = [{code for code in codes if code.startswith(heading)} for heading in headings]
    sure = listed - headings
    open_ = set().union(*meant) if knowledge and knowledge.complete else set(codes)
    free = [code for code in codes if code in open_ and code not in sure]
    for size in range(len(free) + 1):
        for more in itertools.combinations(free, size):
            found = sure.union(more)
            if all(found & of_heading for of_heading in meant):
                yield found


def _is_vague(of: Table, code: str) -> bool:
    """Whether some test tells codes under a code from it."""
    return any(values.is_vague(code) for one in of.rules for values in sets_of(one.when.get("diagnoses")))


def sets_of(test: Test | None) -> Iterator[ValueSet]:
    if isinstance(test, Holds):
        yield from (values for values in (test.any_of, test.none_of, test.any_other_than) if values)
        for entry in test.all_of.entries() if test.all_of else ():
            yield ValueSet.of([entry])


Ways = dict[str, set[frozenset[int]]]


def ways(of: Table, state: Mapping[str, Knowledge]) -> Ways:
    """For each fact the sets of rules that accept a value, or a list, it can still have."""
    found: Ways = {}
    for name in dict.fromkeys(name for one in of.rules for name in one.when):
        tests = [(index, one.when[name]) for index, one in enumerate(of.rules) if name in one.when]
        rest = frozenset(index for index, one in enumerate(of.rules) if name not in one.when)
        found[name] = {
            rest.union(index for index, test in tests if test.accepts(value))
            for value in read(of, name, state.get(name))
        }
    return found


def completions(of: Table, found: Ways) -> Iterator[tuple[tuple[frozenset[int], ...], frozenset[int]]]:
    """Every completion of a case, each fact told by the rules that accept it, and the rules that hold there."""
    everything = frozenset(range(len(of.rules)))
    for chosen in itertools.product(*found.values()):
        yield chosen, everything.intersection(*chosen)


def concludes(of: Table, holding: frozenset[int]) -> object:
    """What a table concludes where some rules hold."""
    if of.hit == "collect":
        return frozenset(of.rules[index].then["finding"] for index in holding)
    return of.rules[min(holding)].then["finding"] if holding else None


def relevant(of: Table, found: Ways) -> set[str]:
    """The facts that can change what a table concludes."""
    names = list(found)
    every = {chosen: concludes(of, holding) for chosen, holding in completions(of, found)}
    changing = set()
    for at, name in enumerate(names):
        by_rest: dict[object, object] = {}
        for chosen, conclusion in every.items():
            if by_rest.setdefault((*chosen[:at], *chosen[at + 1 :]), conclusion) != conclusion:
                changing.add(name)
                break
    return changing
