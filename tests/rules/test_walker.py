"""The walker by column against the single-case reading: many lines at once are told what each is told alone."""

from __future__ import annotations

import threading

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clausal.facts.knowledge import Knowledge
from clausal.facts.numbered import Numbered
from clausal.rules.compile import CompiledTable
from clausal.rules.evaluate import collect, evaluate
from clausal.rules.model import Table
from clausal.rules.moves import Moves
from clausal.rules.needs import needs
from clausal.rules.walker import Walker
from tests.rules.generated import FACTS, states, tables

law = settings(max_examples=120, deadline=None)


def walk(compiled: CompiledTable, lines: list[dict[str, Knowledge]]) -> tuple[Walker, list[int]]:
    """Each line's standing, walked together; facts are numbered by what the table makes of them."""
    numbered = {
        column.fact: Numbered(column.fact, lambda one, of=column: (of.masks(one), of.options(one)))  # type: ignore[misc]
        for column in compiled.columns
    }
    walker = Walker(compiled, numbered, threading.RLock())

    def numbers(fact: str) -> np.ndarray:
        return np.array([numbered[fact].number(state.get(fact)) for state in lines], dtype=np.int32)

    found = walker.walk(numbers)
    return walker, [found] * len(lines) if isinstance(found, int) else found.tolist()


@law
@given(tables(), st.lists(states(), min_size=1, max_size=8))
def test_a_line_is_told_the_same_among_many_as_alone(table: Table, lines: list[dict[str, Knowledge]]) -> None:
    compiled = CompiledTable(table, FACTS)
    walker, standings = walk(compiled, lines)
    for state, standing in zip(lines, standings, strict=True):
        sample = walker.sample(standing)
        assert evaluate(compiled, sample) == evaluate(compiled, state)
        if not evaluate(compiled, state).settled:
            assert needs(compiled, sample) == needs(compiled, state)


@law
@given(tables("collect"), st.lists(states(), min_size=1, max_size=8))
def test_so_it_is_where_all_rules_that_hold_are_collected(table: Table, lines: list[dict[str, Knowledge]]) -> None:
    compiled = CompiledTable(table, FACTS)
    walker, standings = walk(compiled, lines)
    for state, standing in zip(lines, standings, strict=True):
        sample = walker.sample(standing)
        assert collect(compiled, sample) == collect(compiled, state)
        assert {need.fact for need in needs(compiled, sample)} == {need.fact for need in needs(compiled, state)}


@given(st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 9000)), min_size=1, max_size=50))
@settings(max_examples=60, deadline=None)
def test_pairs_are_told_apart_however_large_their_numbers(pairs: list[tuple[int, int]]) -> None:
    met: dict[tuple[int, int], int] = {}
    moves = Moves(lambda left, right: met.setdefault((left, right), len(met)), threading.RLock())
    left, right = (np.array(column, dtype=np.int32) for column in zip(*pairs, strict=True))
    found = moves(left, right)
    assert not isinstance(found, int)
    assert [met[pair] for pair in pairs] == found.tolist()
    assert moves(int(left[0]), int(right[0])) == found[0]
