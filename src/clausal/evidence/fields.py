"""The fields of an evidence file: figures, counts, times and P values, each refused with its place where it is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from clausal.evidence.model import DAYS, Figure, Probability
from clausal.evidence.ranges import Range
from clausal.facts.source import Path_, Source
from clausal.problems import Place, Problem, unknown_name

T = TypeVar("T")
_TIME = (*DAYS,)
_BOUNDS = ("from", "at_least", "above", "to", "at_most", "below")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "": (
        "searched", "references", "studies", "summaries", "trials", "trials_about", "guidelines", "citations",
        "open_questions", "about", "editions", "clearances", "durations", "publishers", "benefits", "abbreviations",
    ),
    "references": (
        "reference", "name", "year", "month", "journal", "volume", "issue", "pages", "publisher", "with",
        "published", "accessed", "document", "note", "cites",
    ),
    "studies": (
        "study", "name", "references", "numbered", "topic", "design", "blinded", "comparison", "multicenter",
        "population", "hypothesis", "selection", "sizes", "arms", "recruited", "follow_up", "treatment", "funding",
        "partitions", "shares", "splits", "averages", "changes", "measures", "tests", "findings", "adverse",
        "concludes", "limits", "on_cold", "known", "cites",
    ),
    "shares": (
        "what", "percent", "percent_below", "count", "of", "of_n", "stated", "group", "measure", "cites", *_TIME,
    ),
    "splits": ("what", "of", "of_n", "parts", "percents", "cites"),
    "averages": ("what", "unit", "partition", "of", "of_n", "total", "parts", "cites"),
    "changes": ("what", "measure", "before", "after", "change", "cites", *_TIME),
    "measures": ("measure", "what", "scale", "points", "better", "measured", "values", "cites"),
    "values": ("arm", "group", "mean", "sd", "percent", "stated", "cites", *_TIME),
    "tests": (
        "what", "measure", "test", "compares", "p", "printed", "called", "analysis", "subgroup", "group", "cites",
        *_TIME,
    ),
    "findings": ("measure", "favours", "significant", "stated", "direction", "cites", *_TIME),
    "summaries": (
        "summary", "topic", "topics", "designs", "only", "counts", "sizes", "claims", "evidence", "names", "says",
        "cites",
    ),
    "claims": ("measure", "favours", "significant", "stated", "studies", "setting", "design", "cites", *_TIME),
    "trials": ("trial", "listed", "about", "enrollment", "completion", "completion_note", "known", "tests", "cites"),
    "guidelines": ("guideline", "publisher", "with", "year", "references", "on_cold", "on_treatment", "says", "cites"),
    "citations": ("reference", "cites"),
    "editions": ("document", "cited", "known", "says", "cites"),
    "edition": ("effective", "version", "source", "says"),
    "clearances": (
        "device", "also", "number", "year", "indications", "not_for", "partial", "known", "says", "cites",
    ),
    "durations": ("duration", "what", "rate", "source", "cites", *_TIME),
    "publishers": ("publisher", "abbreviated", "cites"),
    "benefits": ("row", "publisher", "cites"),
    "abbreviations": ("abbreviation", "means", "defined", "used", "plain", "cites"),
    "bounds": (*_BOUNDS, "unit"),
    "group": (*_BOUNDS, "unit", "n", "elsewhere", "says"),
}  # fmt: skip
"""The keys of each kind of entry."""
MOST_DECIMALS, LARGEST = 12, 10**12
"""Figures of evidence have no more decimals, and are no larger."""
_NUMBER = r"(?:\d*\.\d+|\d+)"
_P = re.compile(
    rf"\s*(?:(?P<above>{_NUMBER})\s*<\s*)?(?:[Pp]\s*)?(?:[<≤]=?\s*(?P<below>{_NUMBER})|=?\s*(?P<is>{_NUMBER}))\s*\Z"
    rf"|\s*[Pp]?\s*>\s*(?P<over>{_NUMBER})\s*\Z"
)


class Fields:
    """Reads the fields of entries; collects every problem."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def report(self, path: Path_, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.source.place(path), message, hint))

    def known_keys(self, section: str, path: Path_, data: Mapping[str, Any]) -> None:
        for key in data:
            if key not in _KEYS[section]:
                self.report((*path, key), *unknown_name("key", key, _KEYS[section]))

    def distinct(self, section: str, names: list[str]) -> None:
        for at, name in enumerate(names):
            if name in names[:at]:
                self.report((section, at), f"'{name}' stands twice among {section}")

    def entries(
        self, path: Path_, section: str, read: Callable[[Path_, dict[str, Any]], T], keys: str = ""
    ) -> tuple[T, ...]:
        data = self.source.data
        for step in path:
            data = data[step]
        listed = data.get(section) or []
        if not isinstance(listed, list):
            self.report((*path, section), f"`{section}` is a list")
            return ()
        found = []
        for at, entry in enumerate(listed):
            where: Path_ = (*path, section, at)
            if not isinstance(entry, dict):
                self.report(
                    where, f"an entry of `{section}` is a mapping", f"keys: {', '.join(_KEYS[keys or section])}"
                )
                continue
            self.known_keys(keys or section, where, entry)
            found.append(read(where, entry))
        return tuple(found)

    def common(self, path: Path_, entry: Mapping[str, Any]) -> tuple[Place, tuple[str, ...]]:
        cites = entry.get("cites") or []
        if not isinstance(cites, list):
            self.report((*path, "cites"), "`cites` is a list of clauses")
            cites = []
        return self.source.place(path), tuple(map(str, cites))

    def figure(self, path: Path_, value: Any) -> Figure | None:
        if value is None:
            return None
        try:
            if isinstance(value, bool):
                raise InvalidOperation
            number = Decimal(str(value))
            exponent = number.as_tuple().exponent
            if not isinstance(exponent, int) or -exponent > MOST_DECIMALS or abs(number) > LARGEST:
                raise InvalidOperation
            return Figure(number, max(0, -exponent))
        except InvalidOperation:
            self.report(path, f"'{value}' is not a number", 'as printed, decimals in quotes: "38.7"')
            return None

    def decimal(self, path: Path_, value: Any) -> Decimal | None:
        found = self.figure(path, value)
        return found.value if found else None

    def count(self, path: Path_, value: Any) -> int | None:
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        self.report(path, f"'{value}' is not a count", "a whole number")
        return None

    def counts(self, path: Path_, value: Any) -> dict[str, int]:
        if not isinstance(value, dict):
            if value is not None:
                self.report(path, "expected names with counts", "as in {patients: 22}")
            return {}
        counted = {str(key): self.count((*path, key), one) for key, one in value.items()}
        return {key: one for key, one in counted.items() if one is not None}

    def figures(self, path: Path_, value: Any) -> dict[str, Figure]:
        if not isinstance(value, dict):
            if value is not None:
                self.report(path, "expected names with numbers", 'as in {group-1: "58.3"}')
            return {}
        read = {str(key): self.figure((*path, key), one) for key, one in value.items()}
        return {key: one for key, one in read.items() if one is not None}

    def days(self, path: Path_, entry: Mapping[str, Any]) -> tuple[Decimal, ...]:
        """Every time that an entry names, in days."""
        found = []
        for unit, length in DAYS.items():
            value = entry.get(unit)
            for one in value if isinstance(value, list) else [value]:
                number = self.decimal((*path, unit), one)
                if number is not None:
                    found.append(number * length)
        return tuple(found)

    def bounds(self, path: Path_, spec: Mapping[str, Any], unit: str = "") -> Range | None:
        """A range by its bounds: `from` and `to` are included, `above` and `below` are not. None without any."""
        low, low_open = self._bound(path, spec, ("from", "at_least"), "above")
        high, high_open = self._bound(path, spec, ("to", "at_most"), "below")
        if low is None and high is None:
            return None
        return Range(low, high, low_open, high_open, unit or str(spec.get("unit", "")))

    def _bound(
        self, path: Path_, spec: Mapping[str, Any], closed: tuple[str, str], opened: str
    ) -> tuple[Figure | None, bool]:
        given = [key for key in (*closed, opened) if spec.get(key) is not None]
        if len(given) > 1:
            self.report((*path, given[1]), f"`{given[0]}` and `{given[1]}` bound one side", "give one of them")
        if not given:
            return None, False
        return self.figure((*path, given[0]), spec[given[0]]), given[0] == opened

    def names(self, path: Path_, value: Any) -> tuple[str, ...]:
        """A list of names."""
        if value is not None and not isinstance(value, list):
            self.report(path, "expected a list", 'as in ["1", "2"]')
            return ()
        return tuple(map(str, value or ()))

    def name_or_names(self, path: Path_, value: Any) -> tuple[str, ...]:
        """A list of names, or one name."""
        return (str(value),) if isinstance(value, str | int) else self.names(path, value)

    def not_negative(self, path: Path_, value: Any) -> Figure | None:
        found = self.figure(path, value)
        if found is not None and found.value < 0:
            self.report(path, f"'{value}' is less than nothing")
        return found

    def one_of(self, path: Path_, kind: str, value: str, known: Iterable[str]) -> str:
        if value and value not in known:
            self.report(path, *unknown_name(kind, value, known))
        return value

    def probability(self, path: Path_, p: Any) -> Probability | None:
        """A P value: as bounds by name, or as it is printed (`0.03`, `<0.05`, `0.05 < P < 0.1`)."""
        if p is None:
            return None
        bounds: dict[str, Any] = {}
        if isinstance(p, dict) and p and set(p) <= {"is", "above", "below"}:
            bounds = p
        elif not isinstance(p, dict | list | bool) and (printed := _P.match(str(p))):
            bounds = {key: value for key, value in printed.groupdict().items() if value is not None}
            bounds = {{"over": "above"}.get(key, key): value for key, value in bounds.items()}
        if not bounds:
            self.report(path, f"'{p}' is not a P value", 'as in {is: "0.03"}, {below: "0.05"}, {above: "0.05"}')
            return None
        return Probability(*(self.decimal((*path, key), bounds.get(key)) for key in ("is", "above", "below")))
