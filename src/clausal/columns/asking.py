"""What a line needs, in the facts that a person can be asked for."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from clausal.columns.conclusion import ALL, FIRST, WAITS, Conclusion, Conclusions
from clausal.columns.deriving import Derives
from clausal.columns.encode import Ids
from clausal.columns.ground import Ground
from clausal.columns.numbering import Joint, Told
from clausal.columns.standing import Known
from clausal.columns.states import States
from clausal.coverage.line import askable
from clausal.facts.knowledge import Knowledge
from clausal.rules.moves import Grown, Numbers


class Asking:
    """What a line needs, as a person can be asked: for a fact that is derived, those that it is derived from.

    That depends on more than the conclusion does, so only lines that need something are told apart by it.
    """

    def __init__(self, ground: Ground, inferences: Sequence[Derives], conclusions: Conclusions) -> None:
        self._ground = ground
        self._inferences = inferences
        self._conclusions = conclusions
        self._said: list[tuple[Conclusion, tuple[str, ...], tuple[str, ...]]] = []
        self._index: dict[Hashable, int] = {}
        self._inputs: dict[frozenset[str | int], int] = {frozenset(): 0}
        self._of_said = np.zeros(0, dtype=np.int32)
        self._told: dict[int, tuple[Joint, Told]] = {}
        self._plain = Grown()
        """For what is said the index of its conclusion, where questions depend on nothing else."""

    def number(self, conclusion: Conclusion, first: tuple[str, ...], missing: tuple[str, ...]) -> int:
        key = conclusion, first, missing
        found = self._index.get(key)
        if found is None:
            self._said.append(key)
            found = self._index[key] = len(self._said) - 1
        return found

    def of(self, said: Numbers, known: Known, ends: Sequence[Numbers], state: States) -> Ids:
        """The index of each line's conclusion, with what it needs."""
        lines = np.broadcast_to(np.asarray(said, dtype=np.int32), state.count) if isinstance(said, int) else said
        if len(lines) != state.count:
            assert state.spread is not None
            lines = lines[state.spread]
        self._prepare()
        group = self._of_said[lines]
        found = np.zeros(state.count, dtype=np.int32)
        for inputs, number in list(self._inputs.items()):
            if not inputs:
                plain = np.flatnonzero(group == 0)
                found[plain] = self._plain.at(lines[plain])
                continue
            which = np.flatnonzero(group == number)
            if len(which):
                found[which] = self._expanded(number, inputs, which, lines, known, ends, state)
        return found

    def _expanded(
        self,
        number: int,
        inputs: frozenset[str | int],
        which: npt.NDArray[np.intp],
        said: Ids,
        known: Known,
        ends: Sequence[Numbers],
        state: States,
    ) -> Ids:
        with self._ground.lock:
            lock = self._ground.lock
            joint, told = self._told.setdefault(number, (Joint(lock), Told(lock)))
        parts: list[Numbers] = [said[which]]
        for name in sorted(inputs, key=str):
            if isinstance(name, int):
                parts.append(_some(ends[name], which, state))
            else:
                parts.append(np.minimum(_some(known.get(name, 0), which, state), 1))
        keys = joint.of(parts, None)
        keys = np.full(len(which), keys, dtype=np.int32) if isinstance(keys, int) else keys

        def tell(position: int) -> int:
            line = int(which[position])
            return self._expand(self._said[int(said[line])], state.of(line)[0])

        return np.asarray(told.of(keys, tell), dtype=np.int32)

    def _expand(self, said: tuple[Conclusion, tuple[str, ...], tuple[str, ...]], state: dict[str, Knowledge]) -> int:
        """The index of a conclusion with what it needs in the words in which it is asked."""
        conclusion, first, missing = said
        asked = {name: askable(self._ground.view, name, state) for name in missing}
        needs = dict.fromkeys((*first, *(one for names in asked.values() for one in names)))
        # A table's outcome hangs on the facts it tests and on nothing else: if each of them is asked for, that is all.
        # The plan, what is in dispute, and what is asked in place of a tested fact can leave other questions.
        are_all = not first and all(name in names for name, names in asked.items())
        waits = bool(needs) and conclusion.status in WAITS
        needs_are = (ALL if are_all else FIRST) if waits else ""
        return self._conclusions.number(replace(conclusion, needs=" ".join(needs), needs_are=needs_are))

    def _prepare(self) -> None:
        """Know for each thing said on what its questions depend."""
        if len(self._of_said) < len(self._said):
            with self._ground.lock:
                groups = self._of_said.tolist()
                for said in self._said[len(groups) :]:
                    groups.append(self._inputs.setdefault(self._bears(said[2]), len(self._inputs)))
                    self._plain.append(0 if groups[-1] else self._expand(said, {}))
                self._of_said = np.array(groups, dtype=np.int32)

    def _bears(self, missing: Iterable[str]) -> frozenset[str | int]:
        """Facts of which it counts whether they are given, and inferences (by index), that the questions depend on."""
        found: set[str | int] = set()
        for name in missing:
            fact = self._ground.view.facts[name]
            if fact.can_be_asked:
                found.update((*fact.ask_first, *fact.ask_after))
            if fact.gathered:
                found.update(self._ground.view.gatherings[name].tests)
            if fact.can_be_asked and not fact.computed:
                continue
            for index, inference in enumerate(self._inferences):
                if inference.fact == name:
                    found.add(index)
                    found |= self._bears(inference.tests)
        return frozenset(found)


def _some(numbers: Numbers, lines: npt.NDArray[np.intp], state: States) -> Numbers:
    """A column's numbers for some lines."""
    if isinstance(numbers, int):
        return numbers
    if len(numbers) == state.count:
        return numbers[lines]
    assert state.spread is not None
    return numbers[state.spread[lines]]
