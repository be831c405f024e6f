"""What is wrong with an input: where, what was expected, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from clausal.shown import shown

MOST_REPEATED = 80
"""Letters of a value that a message repeats."""
PROBLEM = "problem"
"""The column of a batch that tells, for a line that cannot be read, why."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file: line and column count from 1; `path` is the field's path (`lines[0].units`)."""

    file: str
    line: int | None = None
    column: int | None = None
    path: str = ""

    def __str__(self) -> str:
        if self.line is None:
            return shown(f"{self.file}: {self.path}" if self.path else self.file)
        return shown(f"{self.file}:{self.line}:{self.column}")


def place_data(place: Place) -> dict[str, str | int | None]:
    """A place as plain data."""
    return {"file": place.file, "line": place.line, "column": place.column, "path": place.path}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, in words a reader can act on; told in one line, without control characters."""

    place: Place
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = f" ({self.place.path})" if self.place.path and self.place.line is not None else ""
        hint = f"; {self.hint}" if self.hint else ""
        return shown(f"{self.place}: {self.message}{where}{hint}")


class InvalidInput(Exception):
    """Raised when an input cannot be used; carries every problem that was found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    @classmethod
    def at(cls, place: Place, message: str, hint: str = "") -> InvalidInput:
        return cls([Problem(place, message, hint)])


def brief(value: object) -> str:
    """A value as a message repeats it: cut where it is long, as it may be anything at all."""
    text = str(value)
    return text if len(text) <= MOST_REPEATED else f"{text[: MOST_REPEATED - 3]}..."


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """`did you mean 'x'?` for the known name closest to `word`, or an empty string where none is close."""
    word = brief(word)
    names = sorted(set(known))
    folded = {name.lower(): name for name in reversed(names)}
    match = difflib.get_close_matches(word.lower(), folded, n=1, cutoff=cutoff)
    return f"did you mean '{folded[match[0]]}'?" if match else ""


def expected_one_of(names: Iterable[str], most: int = 12) -> str:
    """`expected one of a, b, c`, cut short where the list is long."""
    ordered = list(names)
    shown = ", ".join(ordered[:most])
    return f"expected one of {shown}" + (f" and {len(ordered) - most} more" if len(ordered) > most else "")


def unknown_name(kind: str, word: str, known: Iterable[str]) -> tuple[str, str]:
    """Message and hint for a name that is not among the known ones."""
    names = list(dict.fromkeys(known))
    return f"unknown {kind} '{brief(word)}'", nearest(word, names) or expected_one_of(names)
