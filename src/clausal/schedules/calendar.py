"""Which release of a table applies on each day: the one published for it, or else the nearest, told as carried."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clausal.schedules.kinds import Release
from clausal.schedules.lines import Bools, Ints

EPOCH = dt.date(1970, 1, 1)
FIRST_DAY, LAST_DAY = 0, 47_846
"""1970-01-01 and 2100-12-31 in days: no table was published for a day outside."""


@dataclass(frozen=True)
class Calendar:
    """Releases in order of their first day; of two that begin on one day the later in the order counts.

    Where an imported release was published for the day it applies, whatever is shipped; then a shipped one that was.
    Otherwise one of the same year is carried to the day, an imported one before a shipped one: the last that began
    before, or else the first that began after. With `any_year` (NCCI, of which one quarter may be all there is) other
    years' are carried where that year has none.
    """

    releases: Sequence[Release]
    imported: Sequence[bool]
    any_year: bool = False
    without_shipped: bool = False
    """Whether imported releases alone are looked at."""

    def on(self, days: Ints) -> tuple[Ints, Bools]:
        """For each day the index of the release that applies (-1: none), and whether it was published for others."""
        if not self.releases:
            return np.full(len(days), -1, dtype=np.int64), np.zeros(len(days), dtype=bool)
        release, is_carried = self._by_day
        if len(days) and (days == days[0]).all():
            day = int(np.clip(days[0], FIRST_DAY, LAST_DAY)) - FIRST_DAY
            return np.full(len(days), release[day]), np.full(len(days), is_carried[day])
        place = np.clip(days, FIRST_DAY, LAST_DAY) - FIRST_DAY
        return release[place], is_carried[place]

    @cached_property
    def _by_day(self) -> tuple[Ints, Bools]:
        """The answer for each day of the calendar; it changes only where a release or a year begins or ends."""
        years = {year for one in self.releases for year in range(one.start.year, one.end.year + 2)}
        turns = {dt.date(year, 1, 1) for year in years} | {one.start for one in self.releases}
        turns |= {one.end + dt.timedelta(days=1) for one in self.releases}
        days = sorted({FIRST_DAY, *(min(max((day - EPOCH).days, FIRST_DAY), LAST_DAY) for day in turns)})
        found = [self._find(EPOCH + dt.timedelta(days=day)) for day in days]
        lengths = np.diff([*days, LAST_DAY + 1])
        release = np.repeat(np.array([one for one, _ in found], dtype=np.int64), lengths)
        return release, np.repeat(np.array([carried for _, carried in found], dtype=bool), lengths)

    def _find(self, day: dt.date) -> tuple[int, bool]:
        held = [index for index in range(len(self.releases)) if self.imported[index] or not self.without_shipped]
        imported = [index for index in held if self.imported[index]]
        for some in (imported, held):
            covering = [index for index in some if self.releases[index].start <= day <= self.releases[index].end]
            if covering:
                return covering[-1], False
        for some in (imported, held):
            near = self._nearest([index for index in some if self.releases[index].start.year == day.year], day)
            if near >= 0:
                return near, True
        near = self._nearest(held, day) if self.any_year else -1
        return near, near >= 0

    def _nearest(self, some: Sequence[int], day: dt.date) -> int:
        before = [index for index in some if self.releases[index].start <= day]
        after = [index for index in some if self.releases[index].start > day]
        return before[-1] if before else after[0] if after else -1
