"""Criteria: a table that is met if every criterion is, laid out as tables that derive a flag for each and one of all.

A criterion is a test of facts, or several criteria of which all, any, or at least n hold. What is laid out is plain
tables, so that they are decided, analysed and compared as any others.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from clausal.facts.computed import COUNT, Computed
from clausal.facts.source import Path_, Source
from clausal.facts.vocabulary import Fact
from clausal.problems import InvalidInput, Place, Problem, unknown_name
from clausal.rules.model import Criterion, Form

HIT = "criteria"
MET, UNMET, FAILED = "met", "unmet", "failed"
TEST: Form = "test"
ALL: Form = "all"
ANY: Form = "any"
AT_LEAST: Form = "at_least"
MARK = "#"
"""Between a table and a criterion of it, in the name of the criterion's flag."""
MOST_WAYS = 100
"""In how many ways n of m criteria can be met, for each to be written out; else they are counted."""
_FORMS: tuple[Form, ...] = (TEST, ALL, ANY, AT_LEAST)
_KEYS = ("criterion", "about", "cites", "unmet", *_FORMS)
_TABLE_KEYS = ("table", "about", "answers", "hit", "when", "in_force", "met", "unmet", "criteria", "complete")
_CONCLUSION = ("cites", "reading", "rule")
EXAMPLE = "as in {criterion: age, test: {age: {at_least: 50}}, cites: [age]}"


@dataclass(frozen=True)
class LaidOut:
    """A table of criteria as plain tables: that of all criteria last. Its flags and counts are facts of their own."""

    tables: tuple[Source, ...]
    facts: tuple[Fact, ...]
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Moved(Source):
    """A text made from another: what stands at a path here is told with the place where it was written."""

    origins: Mapping[Path_, Path_] = field(default_factory=dict)
    written: Source | None = None

    def place(self, path: Path_ = ()) -> Place:
        """Where the value at `path` was written."""
        assert self.written is not None
        for length in range(len(path), -1, -1):
            if (origin := self.origins.get(path[:length])) is not None:
                return self.written.place((*origin, *path[length:]))
        return self.written.place(())


def is_criteria(source: Source) -> bool:
    """Whether a table is one of criteria."""
    return isinstance(source.data, dict) and source.data.get("hit") == HIT


def lay_out(source: Source, pack: str) -> LaidOut:
    """A table of criteria as plain tables; raises InvalidInput with every problem of its form."""
    return _Layout(source, pack).read()


class _Layout:
    def __init__(self, source: Source, pack: str) -> None:
        self.source = source
        self.data: dict[str, Any] = source.data
        self.name = str(self.data.get("table", ""))
        self.id = f"{pack}/{self.name}"
        self.problems: list[Problem] = []
        self.tables: list[Source] = []
        self.facts: list[Fact] = []
        self.names: set[str] = set()

    def read(self) -> LaidOut:
        self._keys((), self.data, _TABLE_KEYS)
        for key in (MET, UNMET):
            if not isinstance(self.data.get(key), dict):
                hint = (
                    "as in {finding: covered}"
                    if key == MET
                    else "as in {finding: not-medically-necessary, cites: [...]}"
                )
                self._report((key,), f"`{key}` says what follows", hint)
        entries = self.data.get("criteria")
        if not isinstance(entries, list) or not entries:
            self._report(("criteria",), "`criteria` is a list with one criterion at least", EXAMPLE)
            entries = []
        criteria = [self._criterion(("criteria", at), entry, f"{at + 1}") for at, entry in enumerate(entries)]
        if self.problems:
            raise InvalidInput(self.problems)
        found = tuple(one for one in criteria if one)
        self._main(found)
        return LaidOut(tuple(self.tables), tuple(self.facts), found)

    def _report(self, path: Path_, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.source.place(path), message, hint))

    def _keys(self, path: Path_, data: Mapping[str, Any], known: Iterable[str]) -> None:
        for key in data:
            if key not in known:
                self._report((*path, key), *unknown_name("key", str(key), known))

    def _criterion(self, path: Path_, entry: Any, number: str) -> Criterion | None:
        """One criterion, with the table that derives its flag."""
        if not isinstance(entry, dict):
            self._report(path, "a criterion is a mapping", EXAMPLE)
            return None
        self._keys(path, entry, _KEYS)
        name = str(entry.get("criterion", number))
        if UNMET in entry and len(path) > 2:
            message = f"criterion '{name}' is part of another: what follows if it fails is not its own to say"
            self._report((*path, UNMET), message, "write `unmet` with the criterion of the first level")
        if name in self.names:
            self._report((*path, "criterion"), f"criterion '{name}' stands twice in this table")
        self.names.add(name)
        forms = [key for key in _FORMS if key in entry]
        if len(forms) != 1:
            given = f"{' and '.join(forms)} stand together" if forms else "it has no test"
            self._report(path, f"criterion '{name}': {given}", f"one of {', '.join(_FORMS)}")
            return None
        (form,) = forms
        cites = entry.get("cites")
        if form == TEST:
            if not isinstance(cites, list) or not cites:
                self._report(
                    (*path, "cites"), f"criterion '{name}' cites no clause", "every criterion rests on a clause"
                )
                return None
            if not isinstance(entry[TEST], dict) or not entry[TEST]:
                self._report((*path, TEST), f"criterion '{name}' tests nothing", EXAMPLE)
                return None
            return self._leaf(path, entry, name, cites)
        return self._group(path, entry, name, form)

    def _leaf(self, path: Path_, entry: Mapping[str, Any], name: str, cites: list[Any]) -> Criterion:
        rules = [(MET, entry[TEST], True, cites, (*path, TEST))]
        fact = self._flag(path, name, entry, rules, cites)
        return Criterion(name, fact, TEST, tuple(map(str, cites)), str(entry.get("about", "")))

    def _group(self, path: Path_, entry: Mapping[str, Any], name: str, form: Form) -> Criterion | None:
        spec, at = entry[form], (*path, form)
        number = 0
        if form == AT_LEAST:
            if not isinstance(spec, dict) or set(spec) != {"n", "of"}:
                self._report(at, "`at_least` of criteria has `n` and `of`", "as in {n: 2, of: [...]}")
                return None
            number, spec, at = spec["n"], spec["of"], (*at, "of")
        if not isinstance(spec, list) or not spec:
            self._report(at, f"criterion '{name}' has no criteria under it", "name one at least")
            return None
        if form == AT_LEAST and (
            not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= len(spec)
        ):
            hint = f"a whole number from 1 to {len(spec)}"
            self._report((*path, form, "n"), f"'{number}' of {len(spec)} cannot be met or missed", hint)
            return None
        of = [self._criterion((*at, index), one, f"{name}-{index + 1}") for index, one in enumerate(spec)]
        if None in of:
            return None
        inner = tuple(one for one in of if one)
        own = entry.get("cites")
        cites = list(own) if isinstance(own, list) else list(dict.fromkeys(c for one in inner for c in one.cites))
        fact = self._flag(path, name, entry, list(self._ways(path, name, form, number, inner, cites)), cites)
        return Criterion(name, fact, form, tuple(map(str, cites)), str(entry.get("about", "")), inner, number)

    def _ways(
        self, path: Path_, name: str, form: Form, number: int, of: tuple[Criterion, ...], cites: list[Any]
    ) -> Iterator[tuple[str, dict[str, Any], bool, list[Any], Path_]]:
        """The rules by which a criterion made of others is met."""
        if form == ANY:
            for one in of:
                yield f"{MET}-{one.name}", {one.fact: True}, True, cites, path
        elif form == ALL:
            yield MET, {one.fact: True for one in of}, True, cites, path
        elif math.comb(len(of), number) <= MOST_WAYS:
            # Written out, it is compared and told as any other table.
            for some in itertools.combinations(of, number):
                names = "-".join(one.name for one in some)
                yield f"{MET}-{names}", {one.fact: True for one in some}, True, cites, path
        else:
            count = f"{self.id}{MARK}{name}:count"
            computed = Computed(COUNT, tuple(one.fact for one in of))
            about = f"How many criteria of '{name}' are met."
            self.facts.append(Fact(count, "number", about, whole=True, at_least=0, at_most=len(of), computed=computed))
            yield MET, {count: {"at_least": number}}, True, cites, path

    def _flag(
        self,
        path: Path_,
        name: str,
        entry: Mapping[str, Any],
        ways: list[tuple[str, dict[str, Any], bool, list[Any], Path_]],
        cites: list[Any],
    ) -> str:
        """Declare the flag of a criterion, and the table that derives it; the name of the flag."""
        fact = f"{self.id}{MARK}{name}"
        about = str(entry.get("about", "")) or f"Whether criterion '{name}' of {self.id} is met."
        self.facts.append(Fact(fact, "flag", about))
        ways = [*ways, (FAILED, {}, False, cites, path)]
        rules: list[dict[str, Any]] = []
        origins: dict[Path_, Path_] = {(): path}
        for index, (rule, when, value, of, origin) in enumerate(ways):
            rules.append({"rule": rule, "when": when, "then": {"value": value}, "cites": of})
            origins[("rules", index)] = path
            origins[("rules", index, "when")] = origin
            origins[("rules", index, "cites")] = (*path, "cites")
        data = {"table": f"{self.name}{MARK}{name}", "answers": {"fact": fact}, "hit": "first", "rules": rules}
        self.tables.append(Moved(self.source.name, data, {}, origins, self.source))
        return fact

    def _main(self, criteria: tuple[Criterion, ...]) -> None:
        """The table of all criteria: met, or not, with what follows from a criterion of its own first."""
        rules: list[dict[str, Any]] = []
        origins: dict[Path_, Path_] = {(): ()}
        every = list(dict.fromkeys(cite for one in criteria for cite in one.cites))

        def add(name: str, when: Mapping[str, Any], then: Mapping[str, Any], cites: Iterable[Any], path: Path_) -> None:
            index = len(rules)
            rule = {
                "rule": str(then.get("rule", name)),
                "when": dict(when),
                "then": {key: value for key, value in then.items() if key not in _CONCLUSION},
                "cites": list(then.get("cites") or cites),
            }
            rule |= {key: self.data[key] for key in ("in_force",) if key in self.data}
            rule |= {"reading": then["reading"]} if "reading" in then else {}
            rules.append(rule)
            origins[("rules", index)] = path
            origins[("rules", index, "then")] = path
            origins[("rules", index, "in_force")] = ("in_force",)

        # By which of several ways a criterion is met depends on the case, so clauses of those are told with its flag.
        surely = list(dict.fromkeys(cite for one in criteria for cite in one.surely)) or every
        add(MET, {one.fact: True for one in criteria}, self.data[MET], surely, (MET,))
        for at, (one, entry) in enumerate(zip(criteria, self.data["criteria"], strict=True)):
            if isinstance(entry.get(UNMET), dict):
                then = {**self.data[UNMET], "cites": None, "rule": None, **entry[UNMET]}
                then = {key: value for key, value in then.items() if value is not None}
                add(f"{one.name}-{FAILED}", {one.fact: False}, then, one.cites, ("criteria", at, UNMET))
        # Where each criterion has what follows from it, nothing is left to say if none is met.
        if not all(isinstance(entry.get(UNMET), dict) for entry in self.data["criteria"]):
            add(UNMET, {}, self.data[UNMET], every, (UNMET,))
        data = {key: self.data[key] for key in ("table", "about", "answers", "when", "complete") if key in self.data}
        self.tables.append(Moved(self.source.name, {**data, "hit": "first", "rules": rules}, {}, origins, self.source))
