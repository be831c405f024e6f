"""Read the evidence file of a pack; every error names file, line and column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from clausal.documents.pack import Pack
from clausal.evidence.checks.test_design import INDEPENDENT, PAIRED, plain
from clausal.evidence.model import (
    DAYS,
    DESIGNS,
    Average,
    Citation,
    Difference,
    Evidence,
    Found,
    Group,
    Guideline,
    Measure,
    Partition,
    Reference,
    Share,
    Split,
    Study,
    Summary,
    Tested,
    Trial,
    Value,
)
from clausal.evidence.read_statements import StatementFields
from clausal.facts.source import Path_, Source
from clausal.problems import InvalidInput, nearest, unknown_name

FILE = "evidence"
_MONTH = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?\Z")
FIRST_YEAR, LAST_YEAR = 1900, 2200
KNOWN_TESTS = (*INDEPENDENT, *PAIRED)
LISTED = ("ongoing", "unpublished", "absent")


def evidence_of(pack: Pack) -> Evidence | None:
    """The evidence that a pack holds; None if it has no evidence file. Raises InvalidInput."""
    source = pack.files.get(FILE)
    return None if source is None else _Reader(source, pack.name).read()


def _is_month(text: str) -> bool:
    """Whether a text is a year, a month or a day."""
    if not _MONTH.match(text):
        return False
    parts = [int(part) for part in text.split("-")]
    try:
        dt.date(*parts, *[1] * (3 - len(parts)))
    except ValueError:
        return False
    return FIRST_YEAR <= parts[0] <= LAST_YEAR


class _Reader(StatementFields):
    def __init__(self, source: Source, pack: str) -> None:
        super().__init__(source)
        self.pack = pack

    def read(self) -> Evidence:
        data = self.source.data
        if not isinstance(data, dict):
            raise InvalidInput.at(self.source.place(), "evidence is a mapping", "references, studies, trials, ...")
        self.known_keys("", (), data)
        found = Evidence(
            pack=self.pack,
            references=self.entries((), "references", self._reference),
            studies=self.entries((), "studies", self._study),
            summaries=self.entries((), "summaries", self._summary),
            trials=self.entries((), "trials", self._trial),
            guidelines=self.entries((), "guidelines", self._guideline),
            citations=self.entries((), "citations", self._citation),
            open_questions=self._questions(data.get("open_questions") or []),
            statements=self.statements(),
        )
        self.distinct("references", [one.number for one in found.references])
        self.distinct("studies", [one.id for one in found.studies])
        if self.problems:
            raise InvalidInput(self.problems)
        return found

    def _questions(self, listed: Any) -> tuple[str, ...]:
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            self.report(("open_questions",), "open questions are a list of mappings", "as in {says: ..., cites: [...]}")
            return ()
        return tuple(str(one.get("says", "")) for one in listed)

    def _reference(self, path: Path_, entry: dict[str, Any]) -> Reference:
        number = str(entry.get("reference", ""))
        if not number:
            self.report(path, "a reference needs its number, under `reference`")
        return Reference(
            *self.common(path, entry),
            number=number,
            name=str(entry.get("name", "")),
            year=self.count((*path, "year"), entry.get("year")),
            journal=str(entry.get("journal", "")),
            volume=str(entry.get("volume", "")),
            issue=str(entry.get("issue", "")),
            pages=str(entry.get("pages", "")),
            publisher=str(entry.get("publisher", "")),
            publishers_beside=self.name_or_names((*path, "with"), entry.get("with")),
        )

    def _study(self, path: Path_, entry: dict[str, Any]) -> Study:
        identity = str(entry.get("study", ""))
        if not identity:
            self.report(path, "a study needs an id, under `study`")
        sizes = self.counts((*path, "sizes"), entry.get("sizes"))
        arms: dict[str, int] = {}
        listed = entry.get("arms") or []
        for at, arm in enumerate(listed if isinstance(listed, list) else [listed]):
            where: Path_ = (*path, "arms", at)
            n = self.count((*where, "n"), arm.get("n")) if isinstance(arm, dict) else None
            if n is None:
                self.report(where, "an arm has a name and an n", "as in {arm: treated, n: 24}")
            else:
                arms[str(arm.get("arm", "all"))] = n
        base = {**arms, **sizes}
        return Study(
            *self.common(path, entry),
            id=identity,
            name=str(entry.get("name", identity)),
            references=self.names((*path, "references"), entry.get("references")),
            numbered=entry.get("numbered", True) is not False,
            topic=str(entry.get("topic", "")),
            design=self.one_of((*path, "design"), "design", str(entry.get("design", "")), DESIGNS),
            blinded=str(entry.get("blinded", "")),
            comparison=str(entry.get("comparison", "")),
            sizes=sizes,
            arms=arms,
            follow_up=self._follow_up((*path, "follow_up"), entry.get("follow_up")),
            treatment=str(entry.get("treatment", "")),
            funding=str(entry.get("funding") or ""),
            concludes=str(entry.get("concludes", "")),
            partitions=self._partitions((*path, "partitions"), entry.get("partitions")),
            shares=self.entries(path, "shares", lambda at, one: self._share(at, one, base)),
            splits=self.entries(path, "splits", lambda at, one: self._split(at, one, base)),
            averages=self.entries(path, "averages", lambda at, one: self._average(at, one, base)),
            changes=self.entries(path, "changes", self._change),
            measures=self.entries(path, "measures", self._measure),
            tests=self.entries(path, "tests", self._test),
            findings=self.entries(path, "findings", self._finding),
        )

    def _follow_up(self, path: Path_, value: Any) -> str:
        if value is not None and not isinstance(value, dict):
            self.report(path, f"'{value}' is no length of time", "as in {months: 6}")
            return ""
        return ", ".join(f"{number} {unit}" for unit, number in (value or {}).items())

    def _partitions(self, path: Path_, value: Any) -> tuple[Partition, ...]:
        if value is not None and not isinstance(value, dict):
            self.report(path, "expected partitions by name", 'as in {age: {young: {below: "40"}, old: {from: "40"}}}')
            return ()
        found = []
        for name, groups in (value or {}).items():
            where: Path_ = (*path, name)
            if isinstance(groups, list):  # groups in words: nothing bounds them
                groups = dict.fromkeys(map(str, groups))
            if not isinstance(groups, dict):
                self.report(
                    where, f"expected the groups of '{name}'", 'as in {young: {below: "40"}, old: {from: "40"}}'
                )
                continue
            read = tuple(self._group((*where, group), str(group), spec) for group, spec in groups.items())
            found.append(Partition(str(name), self.source.place(where), read))
        return tuple(found)

    def _group(self, path: Path_, name: str, spec: Any) -> Group:
        place = self.source.place(path)
        if not isinstance(spec, dict):
            return Group(name, place)
        self.known_keys("group", path, spec)
        bounds = self.bounds(path, spec)
        listed = spec.get("elsewhere") or []
        elsewhere = []
        for at, other in enumerate(listed if isinstance(listed, list) else [listed]):
            where: Path_ = (*path, "elsewhere", at) if isinstance(listed, list) else (*path, "elsewhere")
            if not isinstance(other, dict):
                self.report(where, "bounds are a mapping", 'as in {from: "75"}')
                continue
            self.known_keys("bounds", where, other)
            elsewhere.append(self.bounds(where, {"unit": spec.get("unit", ""), **other}))
        return Group(
            name,
            place,
            bounds,
            self.count((*path, "n"), spec.get("n")),
            tuple(one for one in elsewhere if one is not None),
        )

    def _base(self, path: Path_, entry: Mapping[str, Any], sizes: Mapping[str, int]) -> tuple[str, int | None]:
        """The unit that a sentence speaks of, and how many there are."""
        base = str(entry.get("of", ""))
        if base and base not in sizes:
            self.report((*path, "of"), *unknown_name("size or arm of this study", base, sizes))
        stated = self.count((*path, "of_n"), entry.get("of_n"))
        return base, stated if stated is not None else sizes.get(base)

    def _share(self, path: Path_, entry: dict[str, Any], sizes: Mapping[str, int]) -> Share:
        base, of = self._base(path, entry, sizes)
        percent = self.figure((*path, "percent"), entry.get("percent"))
        count = self.count((*path, "count"), entry.get("count"))
        return Share(
            *self.common(path, entry),
            what=str(entry.get("what", "")),
            percent=percent,
            count=count,
            base=base,
            of=of,
            stated_of=of if entry.get("of_n") is not None else None,
            group=str(entry.get("group", "")),
            measure=str(entry.get("measure", "")),
            days=self.days(path, entry),
        )

    def _split(self, path: Path_, entry: dict[str, Any], sizes: Mapping[str, int]) -> Split:
        base, of = self._base(path, entry, sizes)
        parts = self.counts((*path, "parts"), entry.get("parts"))
        percents = self.figures((*path, "percents"), entry.get("percents"))
        stated = of if entry.get("of_n") is not None else None
        return Split(*self.common(path, entry), str(entry.get("what", "")), base, of, parts, percents, stated)

    def _average(self, path: Path_, entry: dict[str, Any], sizes: Mapping[str, int]) -> Average:
        _, of = self._base(path, entry, sizes)
        total = self.figure((*path, "total"), entry.get("total"))
        parts = self.figures((*path, "parts"), entry.get("parts"))
        what, partition = str(entry.get("what", "")), str(entry.get("partition", ""))
        return Average(*self.common(path, entry), what, partition, of, total, parts)

    def _change(self, path: Path_, entry: dict[str, Any]) -> Difference:
        before, after, change = (self.figure((*path, key), entry.get(key)) for key in ("before", "after", "change"))
        what, measure = str(entry.get("what", "")), str(entry.get("measure", ""))
        return Difference(*self.common(path, entry), what, before, after, change, measure, self.days(path, entry))

    def _measure(self, path: Path_, entry: dict[str, Any]) -> Measure:
        scale = entry.get("scale")
        bounds = None
        if isinstance(scale, list) and len(scale) == 2:
            low, high = (self.decimal((*path, "scale", at), one) for at, one in enumerate(scale))
            bounds = (low, high) if low is not None and high is not None else None
            if bounds and bounds[0] >= bounds[1]:
                self.report((*path, "scale"), "a scale goes from its lowest to its highest value", "as in [0, 10]")
        elif scale is not None:
            self.report((*path, "scale"), "a scale has its lowest and its highest value", "as in [0, 10]")
        values = self.entries(path, "values", self._value)
        name, what, better = (str(entry.get(key, "")) for key in ("measure", "what", "better"))
        measured = entry.get("measured") or {}
        if not isinstance(measured, dict):
            self.report((*path, "measured"), f"'{measured}' are no times", "as in {months: [0, 1, 3]}")
            measured = {}
        for unit in measured:
            self.one_of((*path, "measured", unit), "unit of time", str(unit), DAYS)
        times = tuple(sorted(self.days((*path, "measured"), measured)))
        return Measure(*self.common(path, entry), name, what, bounds, better, values, times)

    def _value(self, path: Path_, entry: dict[str, Any]) -> Value:
        days = self.days(path, entry)
        mean = self.figure((*path, "mean"), entry.get("mean"))
        sd, percent = (self.not_negative((*path, key), entry.get(key)) for key in ("sd", "percent"))
        arm, stated = str(entry.get("arm", "all")), str(entry.get("stated", ""))
        return Value(*self.common(path, entry), arm, days[0] if days else None, mean, sd, percent, stated)

    def _test(self, path: Path_, entry: dict[str, Any]) -> Tested:
        probability = self.probability((*path, "p"), entry.get("p"))
        called = self.one_of(
            (*path, "called"), "outcome", str(entry.get("called", "")), ("significant", "not-significant")
        )
        compares = self.one_of(
            (*path, "compares"), "comparison", str(entry.get("compares", "")), ("before-after", "groups")
        )
        what = str(entry.get("what") or entry.get("measure") or "")
        test = str(entry.get("test", ""))
        if test and plain(test) not in KNOWN_TESTS and (close := nearest(plain(test), KNOWN_TESTS, cutoff=0.75)):
            self.report((*path, "test"), f"unknown test '{test}'", close)
        common = self.common(path, entry)
        analysis, measure = str(entry.get("analysis", "")), str(entry.get("measure", ""))
        return Tested(*common, what, test, compares, probability, called, analysis, measure, self.days(path, entry))

    def _finding(self, path: Path_, entry: dict[str, Any]) -> Found:
        significant = entry.get("significant")
        if significant not in (None, True, False):
            self.report((*path, "significant"), f"'{significant}' is not true or false")
        measure, favours = str(entry.get("measure", "")), str(entry.get("favours", ""))
        return Found(*self.common(path, entry), measure, self.days(path, entry), favours, significant)

    def _summary(self, path: Path_, entry: dict[str, Any]) -> Summary:
        topics = self.names((*path, "topics"), entry.get("topics")) or (entry.get("topic"),)
        counts = self.counts((*path, "counts"), entry.get("counts"))
        designs = self.counts((*path, "designs"), entry.get("designs"))
        for design in designs:
            self.one_of((*path, "designs", design), "design", design, DESIGNS)
        return Summary(
            *self.common(path, entry),
            id=str(entry.get("summary", "")),
            topics=tuple(str(topic) for topic in topics if topic),
            designs=designs,
            only=entry.get("only", False) is True,
            studies=counts.get("studies"),
            sizes=self.counts((*path, "sizes"), entry.get("sizes")),
            claims=self.entries(path, "claims", self._finding),
            says=str(entry.get("says", "")),
        )

    def _trial(self, path: Path_, entry: dict[str, Any]) -> Trial:
        completion = str(entry.get("completion", ""))
        if completion and not _is_month(completion):
            self.report((*path, "completion"), f"'{completion}' is not a month", "as in 2023-03")
            completion = ""
        listed = self.one_of((*path, "listed"), "state of a trial", str(entry.get("listed", "")), LISTED)
        known = entry.get("known") or {}
        if not isinstance(known, dict):
            self.report((*path, "known"), "what is known is a mapping", "status, date, enrolled, says, source")
            known = {}
        tests: tuple[Tested, ...] = ()
        if known.get("tests"):
            tests = self.entries((*path, "known"), "tests", self._test)
        return Trial(
            *self.common(path, entry),
            number=str(entry.get("trial", "")),
            listed=listed,
            about=str(entry.get("about", "")),
            enrollment=self.count((*path, "enrollment"), entry.get("enrollment")),
            completion=completion,
            known=known,
            tests=(*tests, *self.entries(path, "tests", self._test)),
        )

    def _guideline(self, path: Path_, entry: dict[str, Any]) -> Guideline:
        return Guideline(
            *self.common(path, entry),
            id=str(entry.get("guideline", "")),
            publisher=str(entry.get("publisher", "")),
            publishers_beside=self.name_or_names((*path, "with"), entry.get("with")),
            year=self.count((*path, "year"), entry.get("year")),
            references=self.names((*path, "references"), entry.get("references")),
            on_treatment=str(entry.get("on_treatment", entry.get("on_cold", ""))),
            says=str(entry.get("says", "")),
        )

    def _citation(self, path: Path_, entry: dict[str, Any]) -> Citation:
        return Citation(*self.common(path, entry), str(entry.get("reference", "")))
