"""What all parts of a conclusion by column share: the view, the numbers of what is known of facts, plans, a lock."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from clausal.documents.library import View
from clausal.documents.pack import Plan
from clausal.facts.knowledge import Knowledge, Possible
from clausal.facts.numbered import Numbered

PLAN = "plan"


@dataclass(frozen=True)
class Ground:
    """A view of the library with, for each fact that bears on a conclusion, the numbers of what is known of it."""

    view: View
    numbered: Mapping[str, Numbered]
    lock: threading.RLock

    def plan(self, state: Mapping[str, Knowledge]) -> Plan | None:
        """The plan that a state names, if its document was published."""
        named = state.get(PLAN)
        return self.view.library.plans.get(str(named.only())) if isinstance(named, Possible) else None

    def plan_of(self, number: int) -> Plan | None:
        """The plan that a number of the plan's column stands for."""
        known = self.numbered[PLAN].knowledge[number]
        return self.plan({PLAN: known}) if known else None
