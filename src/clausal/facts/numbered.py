"""What can be known of one fact, each thing with a number, so that a column of numbers tells it for many lines."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable

from clausal.facts.knowledge import Knowledge


class Numbered:
    """Numbers for what is known of a fact: 0 is unknown. Things with the same `key` share the number of the first."""

    def __init__(self, fact: str, key: Callable[[Knowledge], Hashable]) -> None:
        self.fact = fact
        self.knowledge: list[Knowledge | None] = [None]
        self._key = key
        self._number: dict[Hashable, int] = {}
        self._lock = threading.Lock()

    def number(self, knowledge: Knowledge | None) -> int:
        if knowledge is None:
            return 0
        key = self._key(knowledge)
        with self._lock:
            found = self._number.get(key)
            if found is None:
                self.knowledge.append(knowledge)
                found = self._number[key] = len(self.knowledge) - 1
        return found
