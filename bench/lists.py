"""Tables over lists of codes of many kinds, with the list unknown: what is open, and what to ask."""

from __future__ import annotations

import random
from collections.abc import Sequence

from bench.timing import line, median_seconds
from clausal.facts.knowledge import State, known
from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact
from clausal.problems import Place
from clausal.rules.compile import CompiledTable
from clausal.rules.evaluate import evaluate
from clausal.rules.model import Force, Holds, Rule, Table, Test, Within
from clausal.rules.needs import needs

FACTS = {
    "code": Fact("code", "code", "", system="hcpcs"),
    "diagnoses": Fact("diagnoses", "codes", "", system="icd-10-cm"),
}
GROUPS = 400
KINDS = 1_500
REPEAT = 11


def run() -> None:
    print(f"\nlists of codes, diagnoses unknown: {GROUPS} groups of procedures, each with its diagnoses")
    groups = _groups()
    _open(groups, {"code": known("10007")}, "code known", 0.05)
    _open(groups, {}, "code unknown", 0.05)
    _open(_overlapping(), {}, f"{KINDS:,} rules over as many kinds of diagnosis", None)


def _open(table: Table, state: State, what: str, asked: float | None) -> None:
    """Each timing has a table of its own: one that has met the situation remembers what it made of it."""
    tables = iter([CompiledTable(table, FACTS) for _ in range(REPEAT + 1)])

    def answer() -> None:
        compiled = next(tables)
        outcome, asked_for = evaluate(compiled, state), needs(compiled, state)
        if outcome.settled or "diagnoses" not in {need.fact for need in asked_for}:
            raise AssertionError("the table is open as long as the diagnoses are unknown")

    print(line(f"{what}: decide, and order what to ask", median_seconds(answer, repeat=REPEAT), asked))


def _groups() -> Table:
    """For each group of codes the diagnoses for which they are covered; groups share some of theirs."""
    rng = random.Random(1)
    tests: list[dict[str, Test]] = []
    for group in range(GROUPS):
        codes = frozenset(str(10_000 + 3 * group + at) for at in range(3))
        tests.append({"code": Within(ValueSet(codes)), "diagnoses": _any_of(rng.sample(range(1_200), 6))})
    return _table(tests)


def _overlapping() -> Table:
    """Rules over the diagnoses alone, each sharing some of its with the next, and some under one prefix."""
    return _table([{"diagnoses": _any_of([at, at + 1, at + 2], (f"Z{at % 100:02}",))} for at in range(KINDS)])


def _any_of(numbers: Sequence[int], prefixes: tuple[str, ...] = ()) -> Holds:
    codes = frozenset(f"M{number // 10:03}.{number % 10}" for number in numbers)
    return Holds(any_of=ValueSet(codes, prefixes), written="diagnoses")


def _table(tests: Sequence[dict[str, Test]]) -> Table:
    findings = ("covered", "investigational")
    rules = [_rule(f"r{at}", when, findings[at % 2]) for at, when in enumerate(tests)]
    last = _rule("all-else", {}, "not-medically-necessary")
    return Table("bench", "bench", "first", ("authority", "x"), (*rules, last), Place("bench"))


def _rule(name: str, when: dict[str, Test], finding: str) -> Rule:
    return Rule(name, when, {"finding": finding}, ("c",), Force(), Place("bench"))
