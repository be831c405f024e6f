"""Read what a document says beside its studies: editions, clearances, durations, publishers, abbreviations."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from clausal.evidence.fields import Fields
from clausal.evidence.model import DAYS
from clausal.evidence.statements import (
    Abbreviation,
    BenefitRow,
    Clearance,
    Duration,
    EditionOf,
    Publisher,
    Relied,
    Statements,
)
from clausal.facts.source import Path_

_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?\Z")


class StatementFields(Fields):
    """Reads the statements of an evidence file; collects every problem."""

    def statements(self) -> Statements:
        return Statements(
            editions=self.entries((), "editions", self._relied),
            clearances=self.entries((), "clearances", self._clearance),
            durations=self.entries((), "durations", self._duration),
            publishers=self.entries((), "publishers", self._publisher),
            benefits=self.entries((), "benefits", self._benefit),
            abbreviations=self.entries((), "abbreviations", self._abbreviation),
        )

    def _needed(self, path: Path_, entry: Mapping[str, Any], key: str, kind: str) -> str:
        name = str(entry.get(key) or "")
        if not name:
            self.report(path, f"{kind} needs its name, under `{key}`")
        return name

    def _relied(self, path: Path_, entry: dict[str, Any]) -> Relied:
        cited = entry.get("cited") or {}
        if not isinstance(cited, dict):
            self.report((*path, "cited"), "an edition is a mapping", "as in {effective: 2023-04-27, version: 71}")
            cited = {}
        known = entry.get("known") or []
        if not isinstance(known, list) or not all(isinstance(one, dict) for one in known):
            self.report((*path, "known"), "known editions are a list of mappings", "as in [{effective: 2024-11-17}]")
            known = []
        return Relied(
            *self.common(path, entry),
            document=self._needed(path, entry, "document", "an edition of a document"),
            cited=self._edition((*path, "cited"), cited),
            known=tuple(self._edition((*path, "known", at), one) for at, one in enumerate(known)),
        )

    def _edition(self, path: Path_, spec: Mapping[str, Any]) -> EditionOf:
        self.known_keys("edition", path, spec)
        effective = str(spec.get("effective") or "")
        first, last = self._span((*path, "effective"), effective) if effective else (None, None)
        return EditionOf(first, last, str(spec.get("version") or ""), str(spec.get("source") or ""), effective)

    def _span(self, path: Path_, written: str) -> tuple[dt.date | None, dt.date | None]:
        """The first and the last day that a year, month or day can mean."""
        found = _DATE.match(written)
        try:
            year, month, day = (
                int(part) if part else None for part in (found.groups() if found else ("0", None, None))
            )
            first = dt.date(year or 0, month or 1, day or 1)
        except ValueError:
            self.report(path, f"'{written}' is not a date", "as in 2023, 2023-04 or 2023-04-27")
            return None, None
        if day:
            return first, first
        # The day before the next year or month; year 9999 has no next one.
        after = (first.year + 1, 1) if not month or month == 12 else (first.year, month + 1)
        return first, dt.date(*after, 1) - dt.timedelta(days=1) if after[0] <= dt.MAXYEAR else dt.date.max

    def _clearance(self, path: Path_, entry: dict[str, Any]) -> Clearance:
        known = entry.get("known") or []
        if not isinstance(known, list) or not all(isinstance(one, dict) for one in known):
            hint = "as in [{number: K123456, adds: [knee-pain], source: the database}]"
            self.report((*path, "known"), "what is known is a list of mappings", hint)
            known = []
        for at, one in enumerate(known):
            self.names((*path, "known", at, "adds"), one.get("adds"))
        return Clearance(
            *self.common(path, entry),
            device=self._needed(path, entry, "device", "a clearance"),
            also=self.name_or_names((*path, "also"), entry.get("also")),
            number=str(entry.get("number") or ""),
            year=self.count((*path, "year"), entry.get("year")),
            indications=self.names((*path, "indications"), entry.get("indications")),
            not_for=self.names((*path, "not_for"), entry.get("not_for")),
            partial=entry.get("partial", False) is True,
            known=tuple(known),
        )

    def _duration(self, path: Path_, entry: dict[str, Any]) -> Duration:
        given = [unit for unit in DAYS if entry.get(unit) is not None]
        if len(given) > 1:
            self.report((*path, given[1]), f"`{given[0]}` and `{given[1]}` say one duration", "give one of them")
        lasts = None
        for unit in given[:1]:
            spec = entry[unit]
            if isinstance(spec, dict):
                self.known_keys("bounds", (*path, unit), spec)
            lasts = self.bounds((*path, unit), spec if isinstance(spec, dict) else {"from": spec, "to": spec}, unit)
        if lasts is None and not entry.get("rate"):
            self.report(path, "a duration says how long", "as in months: {from: 3, to: 5}, days: {to: 90}, or a rate")
        return Duration(
            *self.common(path, entry),
            duration=self._needed(path, entry, "duration", "a duration"),
            what=str(entry.get("what") or ""),
            lasts=lasts,
            rate=str(entry.get("rate") or ""),
            source=str(entry.get("source") or ""),
        )

    def _publisher(self, path: Path_, entry: dict[str, Any]) -> Publisher:
        name = self._needed(path, entry, "publisher", "a publisher")
        return Publisher(*self.common(path, entry), name, str(entry.get("abbreviated") or ""))

    def _benefit(self, path: Path_, entry: dict[str, Any]) -> BenefitRow:
        publishers = self.name_or_names((*path, "publisher"), entry.get("publisher"))
        return BenefitRow(*self.common(path, entry), self._needed(path, entry, "row", "a benefit"), publishers)

    def _abbreviation(self, path: Path_, entry: dict[str, Any]) -> Abbreviation:
        return Abbreviation(
            *self.common(path, entry),
            short=self._needed(path, entry, "abbreviation", "an abbreviation"),
            means=self.name_or_names((*path, "means"), entry.get("means")),
            defined=self.name_or_names((*path, "defined"), entry.get("defined")),
            used=self.name_or_names((*path, "used"), entry.get("used")),
            plain=str(entry.get("plain") or ""),
        )
