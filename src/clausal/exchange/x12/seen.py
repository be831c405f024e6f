"""Which control numbers were seen, in little memory where they count upwards, as they should."""

from __future__ import annotations

from bisect import bisect_right


class Seen:
    """A set of control numbers; numbers that follow one another are kept as a run."""

    def __init__(self) -> None:
        self._runs: dict[int, list[list[int]]] = {}
        self._others: set[str] = set()

    def add(self, control: str) -> bool:
        """Whether a control number is new; it is known from now on."""
        if not (control.isdecimal() and control.isascii() and len(control) <= 18):
            new = control not in self._others
            self._others.add(control)
            return new
        return self._add_number(self._runs.setdefault(len(control), []), int(control))

    @staticmethod
    def _add_number(runs: list[list[int]], number: int) -> bool:
        place = bisect_right(runs, number, key=lambda run: run[0])
        before = runs[place - 1] if place else None
        if before and number <= before[1]:
            return False
        if before and number == before[1] + 1:
            before[1] = number
        else:
            runs.insert(place, [number, number])
        return True
