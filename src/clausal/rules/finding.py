"""What a check found: where, how grave it is, a case that shows it, and the repair where that is certain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from clausal.facts.source import Path_
from clausal.problems import Place, Problem

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Removal:
    """A repair: take the value at a path out of a file. It changes no answer."""

    file: str
    path: Path_


@dataclass(frozen=True)
class Finding:
    """One thing that a check found.

    An `error` makes answers wrong or impossible, a `warning` is very likely not meant, a `note` is something to know.
    `others` are further places that belong to it, each with what stands there.
    """

    check: str
    severity: Severity
    place: Place
    message: str
    hint: str = ""
    others: tuple[tuple[str, Place], ...] = ()
    example: Mapping[str, Any] | None = None
    repair: Removal | None = None

    @property
    def problem(self) -> Problem:
        """The finding as a problem that stops a pack from being loaded."""
        hint = f"both hold for: {in_a_line(self.example)}" if self.example is not None else self.hint
        return Problem(self.place, self.message, hint)


def in_a_line(example: Mapping[str, Any] | None) -> str:
    """An example case in words."""
    if example is None:
        return ""
    parts = []
    for name, value in example.items():
        text = ", ".join(map(str, value)) or "none of the codes named" if isinstance(value, list) else value
        parts.append(f"{name} { ({True: 'yes', False: 'no'}[text] if isinstance(text, bool) else text) }")
    return ", ".join(parts) or "any case"
