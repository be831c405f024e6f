"""Read the evidence file of a pack; every error names file, line and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from clausal.documents.pack import Pack
from clausal.evidence.model import (
    DAYS,
    DESIGNS,
    Average,
    Citation,
    Difference,
    Evidence,
    Figure,
    Found,
    Guideline,
    Measure,
    Probability,
    Reference,
    Share,
    Split,
    Study,
    Summary,
    Tested,
    Trial,
    Value,
)
from clausal.facts.source import Path_, Source
from clausal.problems import InvalidInput, Place, Problem, unknown_name

T = TypeVar("T")
FILE = "evidence"
_TIME = (*DAYS,)
_KEYS: Mapping[str, tuple[str, ...]] = {
    "": (
        "searched", "references", "studies", "summaries", "trials", "trials_about", "guidelines", "citations",
        "open_questions", "about",
    ),
    "references": (
        "reference", "name", "year", "month", "journal", "volume", "issue", "pages", "publisher", "published",
        "accessed", "document", "note", "cites",
    ),
    "studies": (
        "study", "name", "references", "numbered", "topic", "design", "blinded", "comparison", "multicenter",
        "population", "hypothesis", "selection", "sizes", "arms", "recruited", "follow_up", "treatment", "funding",
        "partitions", "shares", "splits", "averages", "changes", "measures", "tests", "findings", "adverse",
        "concludes", "limits", "on_cold", "known", "cites",
    ),
    "shares": ("what", "percent", "percent_below", "count", "of", "of_n", "stated", "group", "cites"),
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
}  # fmt: skip
"""The keys of each kind of entry."""
_NUMBER = r"(?:\d*\.\d+|\d+)"
_P = re.compile(
    rf"\s*(?:(?P<above>{_NUMBER})\s*<\s*)?(?:[Pp]\s*)?(?:<\s*(?P<below>{_NUMBER})|=?\s*(?P<is>{_NUMBER}))\s*\Z"
    rf"|\s*[Pp]?\s*>\s*(?P<over>{_NUMBER})\s*\Z"
)
_MONTH = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?\Z")
LISTED = ("ongoing", "unpublished", "absent")


def evidence_of(pack: Pack) -> Evidence | None:
    """The evidence that a pack holds; None if it has no evidence file. Raises InvalidInput."""
    source = pack.files.get(FILE)
    return None if source is None else _Reader(source, pack.name).read()


class _Reader:
    def __init__(self, source: Source, pack: str) -> None:
        self.source, self.pack = source, pack
        self.problems: list[Problem] = []

    def read(self) -> Evidence:
        data = self.source.data
        if not isinstance(data, dict):
            raise InvalidInput.at(self.source.place(), "evidence is a mapping", "references, studies, trials, ...")
        self._known_keys("", (), data)
        found = Evidence(
            pack=self.pack,
            references=self._entries((), "references", self._reference),
            studies=self._entries((), "studies", self._study),
            summaries=self._entries((), "summaries", self._summary),
            trials=self._entries((), "trials", self._trial),
            guidelines=self._entries((), "guidelines", self._guideline),
            citations=self._entries((), "citations", self._citation),
            open_questions=tuple(str(one.get("says", "")) for one in data.get("open_questions") or ()),
        )
        self._distinct("references", [one.number for one in found.references])
        self._distinct("studies", [one.id for one in found.studies])
        if self.problems:
            raise InvalidInput(self.problems)
        return found

    def _report(self, path: Path_, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.source.place(path), message, hint))

    def _known_keys(self, section: str, path: Path_, data: Mapping[str, Any]) -> None:
        for key in data:
            if key not in _KEYS[section]:
                self._report((*path, key), *unknown_name("key", key, _KEYS[section]))

    def _distinct(self, section: str, names: list[str]) -> None:
        for at, name in enumerate(names):
            if name in names[:at]:
                self._report((section, at), f"'{name}' stands twice among {section}")

    def _entries(
        self, path: Path_, section: str, read: Callable[[Path_, dict[str, Any]], T], keys: str = ""
    ) -> tuple[T, ...]:
        data = self.source.data
        for step in path:
            data = data[step]
        listed = data.get(section) or []
        if not isinstance(listed, list):
            self._report((*path, section), f"`{section}` is a list")
            return ()
        found = []
        for at, entry in enumerate(listed):
            where: Path_ = (*path, section, at)
            if not isinstance(entry, dict):
                self._report(
                    where, f"an entry of `{section}` is a mapping", f"keys: {', '.join(_KEYS[keys or section])}"
                )
                continue
            self._known_keys(keys or section, where, entry)
            found.append(read(where, entry))
        return tuple(found)

    def _common(self, path: Path_, entry: Mapping[str, Any]) -> tuple[Place, tuple[str, ...]]:
        return self.source.place(path), tuple(map(str, entry.get("cites") or ()))

    def _figure(self, path: Path_, value: Any) -> Figure | None:
        if value is None:
            return None
        try:
            if isinstance(value, bool):
                raise InvalidOperation
            number = Decimal(str(value))
            exponent = number.as_tuple().exponent
            if not isinstance(exponent, int):
                raise InvalidOperation
            return Figure(number, max(0, -exponent))
        except InvalidOperation:
            self._report(path, f"'{value}' is not a number", 'as printed, decimals in quotes: "38.7"')
            return None

    def _decimal(self, path: Path_, value: Any) -> Decimal | None:
        found = self._figure(path, value)
        return found.value if found else None

    def _count(self, path: Path_, value: Any) -> int | None:
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        self._report(path, f"'{value}' is not a count", "a whole number")
        return None

    def _counts(self, path: Path_, value: Any) -> dict[str, int]:
        if not isinstance(value, dict):
            if value is not None:
                self._report(path, "expected names with counts", "as in {patients: 22}")
            return {}
        counted = {str(key): self._count((*path, key), one) for key, one in value.items()}
        return {key: one for key, one in counted.items() if one is not None}

    def _figures(self, path: Path_, value: Any) -> dict[str, Figure]:
        if not isinstance(value, dict):
            if value is not None:
                self._report(path, "expected names with numbers", 'as in {group-1: "58.3"}')
            return {}
        read = {str(key): self._figure((*path, key), one) for key, one in value.items()}
        return {key: one for key, one in read.items() if one is not None}

    def _days(self, path: Path_, entry: Mapping[str, Any]) -> tuple[Decimal, ...]:
        """Every time that an entry names, in days."""
        found = []
        for unit, length in DAYS.items():
            value = entry.get(unit)
            for one in value if isinstance(value, list) else [value]:
                number = self._decimal((*path, unit), one)
                if number is not None:
                    found.append(number * length)
        return tuple(found)

    def _one_of(self, path: Path_, kind: str, value: str, known: Iterable[str]) -> str:
        if value and value not in known:
            self._report(path, *unknown_name(kind, value, known))
        return value

    def _reference(self, path: Path_, entry: dict[str, Any]) -> Reference:
        number = str(entry.get("reference", ""))
        if not number:
            self._report(path, "a reference needs its number, under `reference`")
        return Reference(
            *self._common(path, entry),
            number=number,
            name=str(entry.get("name", "")),
            year=self._count((*path, "year"), entry.get("year")),
            journal=str(entry.get("journal", "")),
            volume=str(entry.get("volume", "")),
            issue=str(entry.get("issue", "")),
            pages=str(entry.get("pages", "")),
            publisher=str(entry.get("publisher", "")),
        )

    def _study(self, path: Path_, entry: dict[str, Any]) -> Study:
        identity = str(entry.get("study", ""))
        if not identity:
            self._report(path, "a study needs an id, under `study`")
        sizes = self._counts((*path, "sizes"), entry.get("sizes"))
        arms: dict[str, int] = {}
        for at, arm in enumerate(entry.get("arms") or ()):
            where: Path_ = (*path, "arms", at)
            n = self._count((*where, "n"), arm.get("n")) if isinstance(arm, dict) else None
            if n is None:
                self._report(where, "an arm has a name and an n", "as in {arm: treated, n: 24}")
            else:
                arms[str(arm.get("arm", "all"))] = n
        base = {**arms, **sizes}
        partitions = entry.get("partitions") or {}
        return Study(
            *self._common(path, entry),
            id=identity,
            name=str(entry.get("name", identity)),
            references=tuple(map(str, entry.get("references") or ())),
            numbered=entry.get("numbered", True) is not False,
            topic=str(entry.get("topic", "")),
            design=self._one_of((*path, "design"), "design", str(entry.get("design", "")), DESIGNS),
            blinded=str(entry.get("blinded", "")),
            comparison=str(entry.get("comparison", "")),
            sizes=sizes,
            arms=arms,
            follow_up=", ".join(f"{value} {unit}" for unit, value in (entry.get("follow_up") or {}).items()),
            treatment=str(entry.get("treatment", "")),
            funding=str(entry.get("funding") or ""),
            concludes=str(entry.get("concludes", "")),
            partitions=frozenset(partitions) if isinstance(partitions, dict) else frozenset(),
            shares=self._entries(path, "shares", lambda at, one: self._share(at, one, base)),
            splits=self._entries(path, "splits", lambda at, one: self._split(at, one, base)),
            averages=self._entries(path, "averages", lambda at, one: self._average(at, one, base)),
            changes=self._entries(path, "changes", self._change),
            measures=self._entries(path, "measures", self._measure),
            tests=self._entries(path, "tests", self._test),
            findings=self._entries(path, "findings", self._finding),
        )

    def _base(self, path: Path_, entry: Mapping[str, Any], sizes: Mapping[str, int]) -> tuple[str, int | None]:
        """The unit that a sentence speaks of, and how many there are."""
        base = str(entry.get("of", ""))
        if base and base not in sizes:
            self._report((*path, "of"), *unknown_name("size or arm of this study", base, sizes))
        stated = self._count((*path, "of_n"), entry.get("of_n"))
        return base, stated if stated is not None else sizes.get(base)

    def _share(self, path: Path_, entry: dict[str, Any], sizes: Mapping[str, int]) -> Share:
        base, of = self._base(path, entry, sizes)
        percent = self._figure((*path, "percent"), entry.get("percent"))
        count = self._count((*path, "count"), entry.get("count"))
        return Share(*self._common(path, entry), str(entry.get("what", "")), percent, count, base, of)

    def _split(self, path: Path_, entry: dict[str, Any], sizes: Mapping[str, int]) -> Split:
        base, of = self._base(path, entry, sizes)
        parts = self._counts((*path, "parts"), entry.get("parts"))
        percents = self._figures((*path, "percents"), entry.get("percents"))
        return Split(*self._common(path, entry), str(entry.get("what", "")), base, of, parts, percents)

    def _average(self, path: Path_, entry: dict[str, Any], sizes: Mapping[str, int]) -> Average:
        _, of = self._base(path, entry, sizes)
        total = self._figure((*path, "total"), entry.get("total"))
        parts = self._figures((*path, "parts"), entry.get("parts"))
        what, partition = str(entry.get("what", "")), str(entry.get("partition", ""))
        return Average(*self._common(path, entry), what, partition, of, total, parts)

    def _change(self, path: Path_, entry: dict[str, Any]) -> Difference:
        figures = [self._figure((*path, key), entry.get(key)) for key in ("before", "after", "change")]
        return Difference(*self._common(path, entry), str(entry.get("what", "")), *figures)

    def _measure(self, path: Path_, entry: dict[str, Any]) -> Measure:
        scale = entry.get("scale")
        bounds = None
        if isinstance(scale, list) and len(scale) == 2:
            low, high = (self._decimal((*path, "scale", at), one) for at, one in enumerate(scale))
            bounds = (low, high) if low is not None and high is not None else None
        elif scale is not None:
            self._report((*path, "scale"), "a scale has its lowest and its highest value", "as in [0, 10]")
        values = self._entries(path, "values", self._value)
        name, what, better = (str(entry.get(key, "")) for key in ("measure", "what", "better"))
        return Measure(*self._common(path, entry), name, what, bounds, better, values)

    def _value(self, path: Path_, entry: dict[str, Any]) -> Value:
        days = self._days(path, entry)
        figures = [self._figure((*path, key), entry.get(key)) for key in ("mean", "sd", "percent")]
        return Value(*self._common(path, entry), str(entry.get("arm", "all")), days[0] if days else None, *figures)

    def _test(self, path: Path_, entry: dict[str, Any]) -> Tested:
        probability = self._probability((*path, "p"), entry.get("p"))
        called = self._one_of(
            (*path, "called"), "outcome", str(entry.get("called", "")), ("significant", "not-significant")
        )
        compares = self._one_of(
            (*path, "compares"), "comparison", str(entry.get("compares", "")), ("before-after", "groups")
        )
        what = str(entry.get("what") or entry.get("measure") or "")
        common = self._common(path, entry)
        return Tested(
            *common, what, str(entry.get("test", "")), compares, probability, called, str(entry.get("analysis", ""))
        )

    def _probability(self, path: Path_, p: Any) -> Probability | None:
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
            self._report(path, f"'{p}' is not a P value", 'as in {is: "0.03"}, {below: "0.05"}, {above: "0.05"}')
            return None
        return Probability(*(self._decimal((*path, key), bounds.get(key)) for key in ("is", "above", "below")))

    def _finding(self, path: Path_, entry: dict[str, Any]) -> Found:
        significant = entry.get("significant")
        if significant not in (None, True, False):
            self._report((*path, "significant"), f"'{significant}' is not true or false")
        measure, favours = str(entry.get("measure", "")), str(entry.get("favours", ""))
        return Found(*self._common(path, entry), measure, self._days(path, entry), favours, significant)

    def _summary(self, path: Path_, entry: dict[str, Any]) -> Summary:
        topics = entry.get("topics") or [entry.get("topic")]
        counts = self._counts((*path, "counts"), entry.get("counts"))
        designs = self._counts((*path, "designs"), entry.get("designs"))
        for design in designs:
            self._one_of((*path, "designs", design), "design", design, DESIGNS)
        return Summary(
            *self._common(path, entry),
            id=str(entry.get("summary", "")),
            topics=tuple(str(topic) for topic in topics if topic),
            designs=designs,
            only=entry.get("only", False) is True,
            studies=counts.get("studies"),
            sizes=self._counts((*path, "sizes"), entry.get("sizes")),
            claims=self._entries(path, "claims", self._finding),
            says=str(entry.get("says", "")),
        )

    def _trial(self, path: Path_, entry: dict[str, Any]) -> Trial:
        completion = str(entry.get("completion", ""))
        if completion and not _MONTH.match(completion):
            self._report((*path, "completion"), f"'{completion}' is not a month", "as in 2023-03")
            completion = ""
        listed = self._one_of((*path, "listed"), "state of a trial", str(entry.get("listed", "")), LISTED)
        known = entry.get("known") or {}
        if not isinstance(known, dict):
            self._report((*path, "known"), "what is known is a mapping", "status, date, enrolled, says, source")
            known = {}
        tests: tuple[Tested, ...] = ()
        if known.get("tests"):
            tests = self._entries((*path, "known"), "tests", self._test)
        return Trial(
            *self._common(path, entry),
            number=str(entry.get("trial", "")),
            listed=listed,
            about=str(entry.get("about", "")),
            enrollment=self._count((*path, "enrollment"), entry.get("enrollment")),
            completion=completion,
            known=known,
            tests=(*tests, *self._entries(path, "tests", self._test)),
        )

    def _guideline(self, path: Path_, entry: dict[str, Any]) -> Guideline:
        return Guideline(
            *self._common(path, entry),
            id=str(entry.get("guideline", "")),
            publisher=str(entry.get("publisher", "")),
            year=self._count((*path, "year"), entry.get("year")),
            references=tuple(map(str, entry.get("references") or ())),
            on_treatment=str(entry.get("on_treatment", entry.get("on_cold", ""))),
            says=str(entry.get("says", "")),
        )

    def _citation(self, path: Path_, entry: dict[str, Any]) -> Citation:
        return Citation(*self._common(path, entry), str(entry.get("reference", "")))
