"""A fact: one thing that can be known of a case, as a pack declares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from clausal.facts.computed import Computed
from clausal.facts.gathered import Gathered

FactType = Literal["choice", "code", "codes", "flag", "number", "date"]
FACT_TYPES = ("choice", "code", "codes", "flag", "number", "date")
NOT = "not "
"""Before a value of a choice: any other one."""
_TELLING_APART = ("type", "system", "whole", "complete", "combines", "computed", "gathered", "by_line", "required")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that can be known of a case.

    `values` are the closed list of a choice (or of a `codes` fact that has one) with a label each, `aliases` other
    names for them; `case` is the path in a case file, None for a fact that is only ever derived; `ask_first` names
    facts to ask before this one, `ask_after` facts without which it is not asked at all. A fact `by_line` may be given
    for the whole case, and otherwise for single lines.
    """

    name: str
    type: FactType
    about: str
    question: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    system: str = ""
    at_least: int | Decimal | None = None
    at_most: int | Decimal | None = None
    whole: bool = False
    complete: bool = True
    combines: tuple[str, ...] = ()
    disputed_with: tuple[str, ...] = ()
    """Facts of which a contradiction leaves this one unknown too."""
    ask_first: tuple[str, ...] = ()
    ask_after: tuple[str, ...] = ()
    ask_whether: str = ""
    """How a person is asked whether it is one value or any other, as in `Is it {}?`."""
    what_is_done: bool = False
    """Whether it tells what is to be done: a person is asked for it before all on which coverage hangs."""
    yes: str = ""
    no: str = ""
    """Of a choice whose question can be answered by yes or no, the values that these mean."""
    computed: Computed | None = None
    """How it is computed from other facts, if it is."""
    gathered: Gathered | None = None
    """How it is gathered over the lines of the claim or over earlier services, if it is."""
    case: tuple[str, ...] | None = None
    required: bool = False
    by_line: bool = False
    x12: str = ""
    fhir: str = ""

    def is_the_same(self, other: Fact) -> bool:
        """Whether two packs declare one fact: alike in all but words, and not at two places of a case."""
        alike = all(getattr(self, key) == getattr(other, key) for key in _TELLING_APART)
        values = self.values.keys() == other.values.keys() and self.aliases == other.aliases
        return alike and values and (self.case is None or other.case is None or self.case == other.case)

    @property
    def of_line(self) -> bool:
        """Whether each service line has its own value."""
        return bool(self.case) and self.case is not None and self.case[0] == "lines"

    @property
    def is_personal(self) -> bool:
        """Whether it tells who the patient is (`patient.` in a case): no message repeats what is given for it."""
        return self.case is not None and self.case[0] == "patient"

    @property
    def line_key(self) -> str | None:
        """The key under which a service line of a case file can hold the fact, if it can."""
        return self.case[-1] if self.case and (self.of_line or self.by_line) else None

    @property
    def varies_by_line(self) -> bool:
        """Whether the lines of a case can differ in it."""
        return self.line_key is not None

    @property
    def names(self) -> tuple[str, ...]:
        """What a case may say of a closed list: its values, other names for them, and of some `not` a value."""
        denied = tuple(f"{NOT}{value}" for value in self.values) if self.ask_whether else ()
        return (*self.values, *self.aliases, *denied)

    def possible(self, value: Any) -> frozenset[Any]:
        """The values that are left by what a case says."""
        if self.ask_whether and isinstance(value, str) and value.startswith(NOT):
            return frozenset(self.values) - {value.removeprefix(NOT)}
        return frozenset([value])

    @property
    def can_be_asked(self) -> bool:
        return self.case is not None and bool(self.question)
