"""Read a decision table from a file, and refuse what is not one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clausal.facts.source import Path_, Source
from clausal.facts.vocabulary import Fact, Vocabulary
from clausal.problems import InvalidInput, Problem, unknown_name
from clausal.rules.conclusions import ANSWERS, COLLECTED, DECIDED, refusals, with_parts
from clausal.rules.criteria import MARK, Moved
from clausal.rules.meet import Apart, met
from clausal.rules.model import (
    HIT_POLICIES,
    SERVICE_DATE,
    Force,
    Interpretation,
    Rule,
    Table,
    Test,
)
from clausal.rules.read_tests import Refused, TestReader

_TABLE_KEYS = ("table", "about", "answers", "hit", "complete", "each_fits", "when", "rules")
_RULE_KEYS = ("rule", "about", "in_force", "when", "then", "cites", "reading")
READ = ("authority", "benefit")
"""Kinds of answer with which it is told what a rule reads into the document."""
GATHERED, COUNTS = "gathered", "counts"
"""What a table answers whose one rule tells the lines that count for a fact, and the name of the rule."""


class TableReader:
    """Reads one table; collects every problem before it gives up."""

    def __init__(self, source: Source, pack: str, vocabulary: Vocabulary) -> None:
        self.source, self.pack, self.vocabulary = source, pack, vocabulary
        self.problems: list[Problem] = []
        self._of = TestReader(source, vocabulary)

    def _report(self, path: Path_, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.source.place(path), message, hint))

    def _keys(self, path: Path_, data: Mapping[str, Any], known: Iterable[str]) -> None:
        for key in data:
            if key not in known:
                self._report((*path, key), *unknown_name("key", key, known))

    def read(self) -> Table:
        data = self.source.data
        if not isinstance(data, dict) or not isinstance(data.get("rules"), list) or not data["rules"]:
            raise InvalidInput.at(
                self.source.place(), "a table is a mapping with table, answers, hit and at least one rule"
            )
        self._keys((), data, _TABLE_KEYS)
        answers = self._answers(data.get("answers"))
        hit = data.get("hit", "collect" if answers[0] in COLLECTED else "first")
        if hit not in HIT_POLICIES:
            self._report(("hit",), *unknown_name("hit policy", str(hit), HIT_POLICIES))
        elif answers[0] in COLLECTED and hit != "collect":
            self._report(("hit",), f"every rule of '{answers[0]}' that holds is told", "write `hit: collect`")
        elif answers[0] in DECIDED and hit == "collect":
            self._report(("hit",), f"one rule of '{answers[0]}' decides", "write `hit: first` or `hit: unique`")
        derived = self.vocabulary.facts[answers[1]] if answers[0] == "fact" else None
        if derived and derived.type == "codes" and hit != "collect":
            message = f"'{derived.name}' is a list: what it holds is collected"
            self._report(("hit",), message, "write `hit: collect`; what every rule that holds names is on the list")
        try:
            shared = self._tests((), data.get("when"))
        except Refused as refused:
            self._report(*refused.problem)
            shared = {}
        rules = [self._rule(index, entry, answers, shared) for index, entry in enumerate(data["rules"])]
        seen: dict[str, int] = {}
        for index, rule in enumerate(rules):
            if rule and rule.name in seen:
                self._report(("rules", index, "rule"), f"rule '{rule.name}' stands twice in this table")
            if rule:
                seen[rule.name] = index
        if self.problems:
            raise InvalidInput(self.problems)
        read = tuple(rule for rule in rules if rule)
        name, about = str(data.get("table", "")), str(data.get("about", ""))
        complete = data.get("complete", False) is True
        each_fits = data.get("each_fits", False) is True
        if each_fits and ((hit, answers[0]) != ("collect", "fact") or (derived and derived.type == "codes")):
            hint = "take it out, or write `hit: collect`"
            message = "only a table that collects a fact, not a list, has `each_fits`"
            raise InvalidInput.at(self.source.place(("each_fits",)), message, hint)
        return Table(name, self.pack, hit, answers, read, self.source.place(), about, complete, each_fits)

    def _answers(self, entry: Any) -> tuple[str, str]:
        if not isinstance(entry, dict) or len(entry) != 1:
            self._report(
                ("answers",), "`answers` names one thing, as in {fact: modality}", f"kinds: {', '.join(ANSWERS)}"
            )
            return ("", "")
        kind, name = next(iter(entry.items()))
        if kind not in ANSWERS:
            self._report(("answers", kind), *unknown_name("kind of answer", kind, ANSWERS))
        if not isinstance(name, str):
            self._report(("answers", kind), f"'{name}' is not a name", "as in {fact: modality}")
            return ("", "")
        if kind == "fact" and name not in self.vocabulary.facts:
            self._report(("answers", kind), *unknown_name("fact", str(name), self.vocabulary.facts))
            return ("", "")
        return kind, str(name)

    def read_gathered(self, fact: Fact) -> Table:
        """What tells the lines that count for a fact, as a table of one rule; raises InvalidInput."""
        gathered = fact.gathered
        assert gathered is not None
        path: Path_ = ("facts", fact.name, gathered.over)
        key = "where" if "where" in self.source.data["facts"][fact.name][gathered.over] else gathered.function
        try:
            when = self._tests(path, gathered.where, key)
        except Refused as refused:
            self._report(*refused.problem)
        if self.problems:
            raise InvalidInput(self.problems)
        place = self.source.place(path)
        rule = Rule(COUNTS, when, {}, (), Force(), place)
        return Table(fact.name, self.pack, "first", (GATHERED, fact.name), (rule,), place)

    def _tests(self, path: Path_, tests: Any, key: str = "when") -> dict[str, Test]:
        """The tests under a key, of a rule or of the whole table; raises Refused for the first that is none."""
        if tests is not None and not isinstance(tests, dict):
            self._report((*path, key), f"`{key}` is a mapping of facts to tests")
            return {}
        found: dict[str, Test] = {}
        for name, spec in (tests or {}).items():
            at = (*path, key, name)
            fact = self.vocabulary.facts.get(name)
            if MARK in str(name) and not isinstance(self.source, Moved):
                hint = "let a table with `hit: criteria` answer a fact, and test that fact here and there"
                self._report(at, f"'{name}' is a criterion of another table, which no rule tests", hint)
            elif fact is None:
                self._report(at, *unknown_name("fact", name, self.vocabulary.facts))
            else:
                found[name] = self._of.test(at, fact, spec)
        return found

    def _rule(self, index: int, entry: Any, answers: tuple[str, str], shared: Mapping[str, Test]) -> Rule | None:
        path: Path_ = ("rules", index)
        if not isinstance(entry, dict) or not isinstance(entry.get("rule"), str):
            self._report(path, "a rule is a mapping that starts with its name", "- rule: name-of-the-rule")
            return None
        self._keys(path, entry, _RULE_KEYS)
        try:
            own = self._tests(path, entry.get("when"))
            when = {**shared, **own}
            for name in own.keys() & shared.keys():
                when[name] = self._met((*path, "when", name), name, shared[name], own[name])
            force = self._force((*path, "in_force"), entry.get("in_force"))
            if force != Force() and SERVICE_DATE in when:
                hint = "write the narrower of both under `in_force`"
                raise Refused((*path, "when", SERVICE_DATE), "dates of force are a test of service_date already", hint)
        except Refused as refused:
            self._report(*refused.problem)
            return None
        then = self._then((*path, "then"), entry.get("then"), answers)
        cites = entry.get("cites")
        if not isinstance(cites, list) or not cites:
            self._report((*path, "cites"), f"rule '{entry['rule']}' cites no clause", "every rule rests on a clause")
            cites = []
        place, about = self.source.place(path), str(entry.get("about", ""))
        reading = self._reading((*path, "reading"), entry.get("reading"))
        if reading and answers[0] not in READ:
            hint = "say in `about` what is read into the document, or in a rule of an authority or a benefit"
            self._report((*path, "reading"), f"a reading is not shown with a rule of '{answers[0]}'", hint)
        return Rule(entry["rule"], when, then, tuple(map(str, cites)), force, place, about, reading)

    def _met(self, path: Path_, name: str, shared: Test, own: Test) -> Test:
        """The test of a rule together with that of the whole table."""
        try:
            return met(self.vocabulary.facts[name], shared, own)
        except Apart as error:
            message = f"the table tests '{name}' already ({shared}): {error}"
            raise Refused(path, message, "test the fact in one of them") from None

    def _reading(self, path: Path_, spec: Any) -> Interpretation | None:
        if spec is None:
            return None
        if (
            not isinstance(spec, dict)
            or not isinstance(spec.get("says"), str)
            or not isinstance(spec.get("cites"), list)
        ):
            self._report(
                path, "`reading` tells what is read into the document, and its support", "{says: ..., cites: [...]}"
            )
            return None
        self._keys(path, spec, ("says", "cites"))
        return Interpretation(spec["says"].strip(), tuple(map(str, spec["cites"])))

    def _then(self, path: Path_, then: Any, answers: tuple[str, str]) -> Mapping[str, Any]:
        if not isinstance(then, dict) or not then:
            self._report(path, "`then` says what follows, as in {finding: investigational}")
            return {}
        kind, name = answers
        for at, message, hint in refusals(kind, then) if kind in ANSWERS else ():
            self._report((*path, *at), message, hint)
        if kind == "fact":
            values = then.get("value")
            values = values if isinstance(values, list) else [values]
            if not values:
                self._report((*path, "value"), "an empty list leaves the fact no value", "name at least one")
                return {}
            fact = self.vocabulary.facts[name]
            try:
                return {"value": frozenset(self._of.value((*path, "value"), fact, value) for value in values)}
            except Refused as refused:
                self._report(*refused.problem)
        if kind == "coding":
            return self._coding(path, then)
        return then if self.problems else with_parts(then)

    def _coding(self, path: Path_, then: dict[str, Any]) -> Mapping[str, Any]:
        """A proposal of a code: its units are a number, or the count of what a list fact names of a value set."""
        counted = self.vocabulary.facts.get(str(then.get("count")))
        for key in ("units", "at_most"):
            if key in then and (not isinstance(then[key], int) or isinstance(then[key], bool) or then[key] < 1):
                self._report((*path, key), f"'{then[key]}' is not a number of units", "a whole number of at least 1")
        try:
            if code := then.get("code"):
                self._of.value((*path, "code"), self.vocabulary.facts["code"], code)
            if "count" in then and (counted is None or counted.type != "codes"):
                raise Refused((*path, "count"), *unknown_name("list fact", str(then["count"]), self.vocabulary.facts))
            if "count" in then:
                return {**then, "of": self._of.entries((*path, "of"), counted, then.get("of"))}
        except Refused as refused:
            self._report(*refused.problem)
        return then

    def _force(self, path: Path_, spec: Any) -> Force:
        if spec is None:
            return Force()
        if not isinstance(spec, dict) or set(spec) - {"from", "to"}:
            raise Refused(path, "`in_force` has `from` and `to`", "as in {from: 2023-01-01, to: 2024-12-31}")
        start, end = (self._of.date((*path, key), spec[key]) if key in spec else None for key in ("from", "to"))
        if start and end and start > end:
            raise Refused(path, f"in force from {start} to {end}: it ends before it begins")
        return Force(start, end)


def read_table(source: Source, pack: str, vocabulary: Vocabulary) -> Table:
    """Read the one table in a file; raises InvalidInput with every problem found."""
    return TableReader(source, pack, vocabulary).read()


def read_where(source: Source, pack: str, vocabulary: Vocabulary, fact: Fact) -> Table:
    """Read which lines count for a fact that is gathered; raises InvalidInput with every problem found."""
    return TableReader(source, pack, vocabulary).read_gathered(fact)
