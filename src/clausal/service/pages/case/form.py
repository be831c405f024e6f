"""What a form or an address of the case page asks: the fields of the case, and how it is to be shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from clausal.service.pages.case import query
from clausal.service.problems import FieldProblem

CONTROLS = ("as_of", "ask", "show", "mode", "csrf_token", "set", "clear", "not_known", "add", "why")
"""Names of the form that are no facts of the case."""


@dataclass
class Form:
    """What the page was asked: the fields of the case, and how it is to be shown."""

    pairs: list[query.Pair] = field(default_factory=list)
    controls: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, items: Iterable[tuple[str, Any]]) -> Form:
        """Of the names and texts of a query or a form."""
        found = cls()
        for name, text in items:
            if name in CONTROLS:
                found.controls.setdefault(name, []).append(str(text))
            elif isinstance(text, str) and text.strip():
                found.pairs.append((name, text))
        return found

    def one(self, name: str) -> str:
        """The last text of a control; empty where it is not there."""
        return self.controls.get(name, [""])[-1].strip()

    @property
    def shown(self) -> list[str]:
        """Fields that are shown although nothing stands in them."""
        return list(dict.fromkeys([*self.controls.get("show", ()), *filter(None, self.controls.get("add", ()))]))

    def act(self) -> bool:
        """Do what a button of the form says; whether one was used."""
        for text in self.controls.get("set", ()):
            name, _, value = text.partition("=")
            self._put(name, value)
        for name in self.controls.get("clear", ()):
            self._put(name, "")
        for name in self.controls.get("not_known", ()):
            self._put(query.LINE if name == "code" else name, "")
            self.pairs.append((query.UNKNOWN, name))
        return any(self.controls.get(name) for name in ("set", "clear", "not_known", "add", "why"))

    def _put(self, name: str, value: str) -> None:
        """Give a field another value; a fact that is answered, or cleared, is no longer noted as not known."""
        self.pairs = [one for one in self.pairs if one[0] != name and one != (query.UNKNOWN, name)]
        if value:
            self.pairs.append((name, value))

    def as_of(self) -> tuple[dt.date | None, list[FieldProblem]]:
        """The as-of day; None where it is not given."""
        text = self.one("as_of")
        try:
            day = dt.date.fromisoformat(text) if text else None
            if day and day.isoformat() != text:
                raise ValueError
            return day, []
        except ValueError:
            hint = "write it as year-month-day, as in 2024-10-15"
            return None, [FieldProblem(path="as_of", message=f"'{text[:40]}' is not a date", hint=hint)]
