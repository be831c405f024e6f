"""Changed lines by the region of cases in which they lie: of what changes in a document between two days of service.

A changed line belongs to one region at most: of the tables that the line's plan asks, in their order, the first region
in which it lies and by whose rules it is decided; where not all of its facts are known, the first in which it may lie.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from clausal.claims.as_case import case_of
from clausal.claims.changed import OTHER, OfRegion
from clausal.columns.conclusion import Conclusion
from clausal.determination.decide import line_states, plan_of
from clausal.documents.diff import Side, compared
from clausal.documents.library import Library
from clausal.documents.pack import Plan
from clausal.facts.case import CaseReader
from clausal.facts.knowledge import State
from clausal.facts.source import Source
from clausal.problems import InvalidInput
from clausal.rules.analysis.diff import Change
from clausal.rules.analysis.lies import lies
from clausal.rules.analysis.space import Space
from clausal.rules.model import SERVICE_DATE
from clausal.schedules.listings import Listings
from clausal.schedules.tables import Schedules

MOST_KEPT = 100_000
DECIDING = ("authority", "benefit", "administrative", "fact", "authorization", "documents")
"""Tables by which what is decided of a line can change."""


@dataclass(frozen=True)
class _Region:
    number: int
    pack: str
    answers: tuple[str, str]
    space: Space
    change: Change

    def is_asked(self, plan: Plan | None) -> bool:
        kind, name = self.answers
        if kind not in DECIDING:
            return False
        if kind == "fact":
            return True
        if plan is None:
            return False
        return name in plan.authorities or (kind != "authority" and plan.pack == self.pack)

    def decides(self, before: Conclusion, after: Conclusion) -> bool:
        """Whether a line that is decided so can have been by this region: by its rules, or by no rule at all."""
        if self.answers[0] != "authority" or (before.rule is None and after.rule is None):
            return True
        rules = ((before.rule, self.change.before.rules), (after.rule, self.change.after.rules))
        return any(rule in of for decided, of in rules if decided for rule in decided.split(" or "))


class Regions:
    """The regions of a document between two days, and in which of them lines lie. Threads may share it."""

    def __init__(
        self, library: Library, as_of: dt.date, pack: str, days: tuple[dt.date, dt.date], schedules: Schedules
    ) -> None:
        self.library, self.days = library, days
        self._view = library.view(as_of)
        self._reader = CaseReader(library.vocabulary, tables=Listings(schedules))
        self._regions = _regions(library, pack, days)
        self._lock = threading.Lock()
        self._states: dict[str, tuple[Plan | None, Sequence[State]]] = {}

    @property
    def numbers(self) -> list[int]:
        """The numbers of the regions, from 1 through all tables, as `documents.diff_data` orders them."""
        return [one.number for one in self._regions]

    def of(
        self, claim: pa.RecordBatch, lines: Mapping[int, tuple[Conclusion, Conclusion]]
    ) -> dict[int, tuple[int, bool]]:
        """For changed lines of a claim, by position: the region's number, or OTHER, and whether that is sure."""
        try:
            plan, states = self._of_claim(claim)
        except InvalidInput:
            return dict.fromkeys(lines, (OTHER, True))
        return {at: self._one(plan, states[at], *both) for at, both in lines.items()}

    def _of_claim(self, claim: pa.RecordBatch) -> tuple[Plan | None, Sequence[State]]:
        """What is known of each line, as of a service on the second day; claims of the same facts are read once."""
        data = case_of(claim, (self.library,)) | {SERVICE_DATE: self.days[1].isoformat()}
        key = json.dumps(data, sort_keys=True, default=str)
        found = self._states.get(key)
        if found is None:
            case = self._reader.read(Source("claim", data), typed=True)
            plan = plan_of(self._view, case)
            states, _ = line_states(self._view, plan, case)
            found = plan, [state for _, state, _ in states]
            with self._lock:
                if len(self._states) < MOST_KEPT:
                    self._states[key] = found
        return found

    def _one(self, plan: Plan | None, state: State, before: Conclusion, after: Conclusion) -> tuple[int, bool]:
        perhaps = OTHER
        for one in self._regions:
            if not one.is_asked(plan) or not one.decides(before, after):
                continue
            how = lies(one.space, one.change.box, state)
            if how == "surely":
                return one.number, True
            if how == "perhaps" and perhaps == OTHER:
                perhaps = one.number
        return perhaps, perhaps == OTHER


def _regions(library: Library, pack: str, days: tuple[dt.date, dt.date]) -> list[_Region]:
    found: list[_Region] = []
    for one in compared(Side(library, days[0]), Side(library, days[1]), [pack]):
        if one.difference is not None:
            for change in one.difference.changes:
                if not change.rests:
                    found.append(_Region(len(found) + 1, pack, one.answers, one.difference.space, change))
    return found


def by_region_data(found: Mapping[int, OfRegion]) -> dict[str, Any]:
    """What is counted of each region as plain data, by number as text; money in cents."""
    return {
        str(number): {
            **one.counted.as_json(),
            "claims": one.claims,
            "unsure": one.unsure,
            **{
                f"by_{name}": {word: alike.as_json() for word, alike in sorted(words.items())}
                for name, words in one.by.items()
            },
        }
        for number, one in sorted(found.items())
    }
