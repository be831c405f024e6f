"""What can be known of one fact, each thing with a number, so that a column of numbers tells it for many lines."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from clausal.facts.knowledge import Knowledge


class Numbered:
    """Numbers for what is known of a fact: 0 is unknown. Things with the same `key` share the number of the first."""

    def __init__(self, fact: str, key: Callable[[Knowledge], Hashable]) -> None:
        self.fact = fact
        self.knowledge: list[Knowledge | None] = [None]
        self._key = key
        self._number: dict[Hashable, int] = {}

    def number(self, knowledge: Knowledge | None) -> int:
        if knowledge is None:
            return 0
        key = self._key(knowledge)
        found = self._number.get(key)
        if found is None:
            found = self._number[key] = len(self.knowledge)
            self.knowledge.append(knowledge)
        return found
