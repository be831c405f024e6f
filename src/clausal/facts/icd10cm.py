"""The codes of ICD-10-CM, edition by edition: whether a code is in one, and whether it can be billed."""

from __future__ import annotations

import datetime as dt
import gzip
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from importlib import resources

from clausal.facts.vocabulary import normal_icd

FILE = "icd10cm.txt.gz"
"""The first line has the days of the editions; each other one a code without its dot, and a character an edition."""
WIDTH = 7
BILLABLE, HEADING, ABSENT = "1", "0", "-"
MOST_SHOWN = 5


class Editions:
    """The editions held, oldest first. What lies between two of them is known only as far as both agree."""

    def __init__(self, text: bytes) -> None:
        first, _, self._records = text.partition(b"\n")
        self.days = tuple(dt.date.fromisoformat(day) for day in first.decode("ascii").split())
        self._step = WIDTH + len(self.days) + 1
        self._places = range(len(self._records) // self._step)

    @property
    def last_day(self) -> dt.date:
        """The end of the fiscal year of the last edition: from the day after it on there may be codes not held."""
        last = self.days[-1]
        return dt.date(last.year + (last.month >= 10), 9, 30)

    def flags(self, code: str) -> str:
        """For each edition whether a code is BILLABLE in it, a HEADING, or ABSENT."""
        plain = code.replace(".", "")
        place = self._place(plain)
        if place < len(self._places) and self._plain(place) == plain:
            start = place * self._step + WIDTH
            return self._records[start : start + len(self.days)].decode("ascii")
        return ABSENT * len(self.days)

    def bearing(self, day: dt.date) -> tuple[int, ...]:
        """The editions that tell of a day: its own, or those before and after it, or the one at the end of all held."""
        after = bisect_left(self.days, day)
        if after < len(self.days) and self.days[after] == day:
            return (after,)
        return tuple(index for index in (after - 1, after) if 0 <= index < len(self.days))

    def turns(self) -> list[dt.date]:
        """The days on which other editions bear than on the day before."""
        one = dt.timedelta(days=1)
        return [*(turn for day in self.days for turn in (day, day + one)), self.last_day + one]

    def complete_parent(self, code: str, day: dt.date) -> str | None:
        """The code above one that is itself billable in every edition that bears on a day: it has nothing under it."""
        plain = code.replace(".", "")
        for length in range(len(plain) - 1, 2, -1):
            flags = self.flags(plain[:length])
            if all(flags[index] == BILLABLE for index in self.bearing(day)):
                return normal_icd(plain[:length])
        return None

    def nearest(self, code: str, day: dt.date) -> list[str]:
        """A few other codes, billable on a day, that share with one as many of its first characters as any does."""
        plain = code.replace(".", "")
        bearing = self.bearing(day)
        for length in range(len(plain), 0, -1):
            found = []
            for other, flags in self._under(plain[:length]):
                if other != plain and any(flags[index] == BILLABLE for index in bearing):
                    found.append(normal_icd(other))
                    if len(found) == MOST_SHOWN:
                        break
            if found:
                return found
        return []

    def codes(self) -> Iterator[tuple[str, str]]:
        """Every code of any edition, with its flags."""
        for plain, flags in self._under(""):
            yield normal_icd(plain), flags

    def _under(self, prefix: str) -> Iterator[tuple[str, str]]:
        for place in range(self._place(prefix), len(self._places)):
            plain = self._plain(place)
            if not plain.startswith(prefix):
                return
            start = place * self._step + WIDTH
            yield plain, self._records[start : start + len(self.days)].decode("ascii")

    def _place(self, plain: str) -> int:
        return bisect_left(self._places, plain, key=self._plain)

    def _plain(self, place: int) -> str:
        start = place * self._step
        return self._records[start : start + WIDTH].decode("ascii").rstrip()


@cache
def editions() -> Editions:
    """The editions that come with the project, read when they are first asked for."""
    return Editions(gzip.decompress((resources.files("clausal.facts") / FILE).read_bytes()))
