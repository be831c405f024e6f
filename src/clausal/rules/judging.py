"""Criteria judged together: what their tests come to is looked up in one pass, and what follows of it is kept.

Whether a criterion is met depends on nothing but which of its tests may hold and which surely do, or on the criteria
that it is made of. These are bits; a case in which they are as in an earlier one is told the same.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field

from clausal.facts.knowledge import Knowledge, Possible, only
from clausal.facts.vocabulary import Fact
from clausal.rules.compile import MOST_REMEMBERED, CompiledTable
from clausal.rules.computation import Computation
from clausal.rules.criteria import MET
from clausal.rules.derive import Derivation, derive, told_by
from clausal.rules.model import Table


@dataclass(frozen=True)
class _Test:
    """A criterion that is a test: its bit, its flag, and what is known of that where it is met and where it fails."""

    bit: int
    flag: str
    met: Possible
    failed: Possible


@dataclass(frozen=True)
class _Made:
    """A step of which other criteria decide: their bits, its own (0: it counts them), and what it told for these."""

    step: Derivation
    of: int
    bit: int
    told: dict[tuple[int, int], Knowledge | None] = field(default_factory=dict)


class Judging:
    """The steps that tell whether some criteria are met, counts of criteria among them, as one step of inference."""

    def __init__(self, steps: Sequence[Derivation], flags: Container[str], facts: Mapping[str, Fact]) -> None:
        """`flags` are those of all criteria, be they judged here or before."""
        tests = [
            one for one in steps if isinstance(one, CompiledTable) and not any(name in flags for name in one.tests)
        ]
        first = tests[0].table if tests else None
        rules = tuple(one.rules[one.bit[MET].bit_length() - 1] for one in tests)
        self._all = (
            CompiledTable(Table(first.name, first.pack, "collect", ("", ""), rules, first.place), facts)
            if first
            else None
        )
        self._tests = [
            _Test(1 << at, one.fact, told_by(one, one.bit[MET]), told_by(one, one.everything & ~one.bit[MET]))
            for at, one in enumerate(tests)
        ]
        bits = {one.flag: one.bit for one in self._tests}
        made = [one for one in steps if one not in tests]
        told = {one.fact for one in steps}
        before = dict.fromkeys(name for one in made for name in one.tests if name not in told)
        self._before = {name: 1 << len(tests) + at for at, name in enumerate(before)}
        """The criteria that were judged before, each with its bit."""
        bits |= self._before
        self._made: list[_Made] = []
        for at, one in enumerate(made):
            of = 0
            for name in one.tests:
                of |= bits[name]
            own = 1 << len(tests) + len(before) + at
            # What tests a count of criteria depends on those that are counted.
            bits[one.fact] = of if isinstance(one, Computation) else own
            self._made.append(_Made(one, of, 0 if isinstance(one, Computation) else own))
        self._judged: dict[tuple[int, int], Mapping[str, Knowledge]] = {}

    def judge(self, known: MutableMapping[str, Knowledge]) -> None:
        """Add to what is known of a case the flags of the criteria that it settles."""
        may, met = self._all.masks(known) if self._all else (0, 0)
        for name, bit in self._before.items():
            value = only(known, name)
            may |= bit if value is not False else 0
            met |= bit if value is True else 0
        found = self._judged.get((may, met))
        if found is None:
            found = self._told(known, may, met)
            if len(self._judged) < MOST_REMEMBERED:
                self._judged[may, met] = found
        known.update(found)

    def _told(self, known: Mapping[str, Knowledge], may: int, met: int) -> Mapping[str, Knowledge]:
        """The flags that are settled, given which criteria may be met and which surely are."""
        found: dict[str, Knowledge] = {}
        for test in self._tests:
            if met & test.bit:
                found[test.flag] = test.met
            elif not may & test.bit:
                found[test.flag] = test.failed
        for one in self._made:
            key = may & one.of, met & one.of
            if key in one.told:
                told = one.told[key]
            else:
                told, _ = derive(one.step, {**known, **found}, None)
                if len(one.told) < MOST_REMEMBERED:
                    one.told[key] = told
            if told is not None:
                found[one.step.fact] = told
            value = told.only() if isinstance(told, Possible) and one.bit else None
            may |= one.bit if value is not False else 0
            met |= one.bit if value is True else 0
        return found


def judged_together(
    derivations: Iterable[Derivation], of: Mapping[str, str], facts: Mapping[str, Fact]
) -> list[Derivation | Judging]:
    """Derivations in order, those of the criteria of one table as one step, where its last one stood.

    `of` names the table of each criterion by its flag. Nothing but criteria of the same table may test them.
    """
    derivations = list(derivations)

    def table_of(one: Derivation) -> str | None:
        """The table whose criteria a step tells, or counts."""
        return of.get(one.fact) or (of.get(one.tests[0]) if isinstance(one, Computation) else None)

    last = {table_of(one): at for at, one in enumerate(derivations)}
    steps: list[Derivation | Judging] = []
    waiting: dict[str, list[Derivation]] = {}
    for at, one in enumerate(derivations):
        table = table_of(one)
        if table is None:
            steps.append(one)
            continue
        waiting.setdefault(table, []).append(one)
        if last[table] == at:
            steps.append(Judging(waiting[table], of, facts))
    return steps
