"""Read a decision table from a file, and refuse what is not one."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from clausal.facts.code_range import codes_of_range, is_range
from clausal.facts.source import Path_, Source
from clausal.facts.value_set import BUT, OF, ValueSet, is_less, refusal
from clausal.facts.vocabulary import ICD10CM, UNASSIGNED, Fact, Vocabulary
from clausal.problems import InvalidInput, Problem, unknown_name
from clausal.rules.conclusions import ANSWERS, refusals, with_parts
from clausal.rules.meet import Apart, met
from clausal.rules.model import (
    HIT_POLICIES,
    SERVICE_DATE,
    Between,
    Force,
    Holds,
    Interpretation,
    Rule,
    Table,
    Test,
    Within,
)

_TABLE_KEYS = ("table", "about", "answers", "hit", "complete", "each_fits", "when", "rules")
_RULE_KEYS = ("rule", "about", "in_force", "when", "then", "cites", "reading")
GATHERED, COUNTS = "gathered", "counts"
"""What a table answers whose one rule tells the lines that count for a fact, and the name of the rule."""
AT_LEAST = "at_least"
MOST_UNIONS = 1_000
"""Into how many sets, of each of which a code is wanted, a test of n of m is laid out."""
BOUNDS = ("at_least", "at_most", "above", "below")


class _Refused(Exception):
    def __init__(self, path: Path_, message: str, hint: str = "") -> None:
        self.problem = (path, message, hint)


class TableReader:
    """Reads one table; collects every problem before it gives up."""

    def __init__(self, source: Source, pack: str, vocabulary: Vocabulary) -> None:
        self.source, self.pack, self.vocabulary = source, pack, vocabulary
        self.problems: list[Problem] = []

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
        hit = data.get("hit", "first")
        if hit not in HIT_POLICIES:
            self._report(("hit",), *unknown_name("hit policy", str(hit), HIT_POLICIES))
        answers = self._answers(data.get("answers"))
        derived = self.vocabulary.facts[answers[1]] if answers[0] == "fact" else None
        if derived and derived.type == "codes" and hit != "collect":
            message = f"'{derived.name}' is a list: what it holds is collected"
            self._report(("hit",), message, "write `hit: collect`; what every rule that holds names is on the list")
        try:
            shared = self._tests((), data.get("when"))
        except _Refused as refused:
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
        except _Refused as refused:
            self._report(*refused.problem)
        if self.problems:
            raise InvalidInput(self.problems)
        place = self.source.place(path)
        rule = Rule(COUNTS, when, {}, (), Force(), place)
        return Table(fact.name, self.pack, "first", (GATHERED, fact.name), (rule,), place)

    def _tests(self, path: Path_, tests: Any, key: str = "when") -> dict[str, Test]:
        """The tests under a key, of a rule or of the whole table; raises _Refused for the first that is none."""
        if tests is not None and not isinstance(tests, dict):
            self._report((*path, key), f"`{key}` is a mapping of facts to tests")
            return {}
        found: dict[str, Test] = {}
        for name, spec in (tests or {}).items():
            at = (*path, key, name)
            fact = self.vocabulary.facts.get(name)
            if fact is None:
                self._report(at, *unknown_name("fact", name, self.vocabulary.facts))
            else:
                found[name] = self._test(at, fact, spec)
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
                raise _Refused((*path, "when", SERVICE_DATE), "dates of force are a test of service_date already", hint)
        except _Refused as refused:
            self._report(*refused.problem)
            return None
        then = self._then((*path, "then"), entry.get("then"), answers)
        cites = entry.get("cites")
        if not isinstance(cites, list) or not cites:
            self._report((*path, "cites"), f"rule '{entry['rule']}' cites no clause", "every rule rests on a clause")
            cites = []
        place, about = self.source.place(path), str(entry.get("about", ""))
        reading = self._reading((*path, "reading"), entry.get("reading"))
        return Rule(entry["rule"], when, then, tuple(map(str, cites)), force, place, about, reading)

    def _met(self, path: Path_, name: str, shared: Test, own: Test) -> Test:
        """The test of a rule together with that of the whole table."""
        try:
            return met(self.vocabulary.facts[name], shared, own)
        except Apart as error:
            message = f"the table tests '{name}' already ({shared}): {error}"
            raise _Refused(path, message, "test the fact in one of them") from None

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
                return {"value": frozenset(self._value((*path, "value"), fact, value) for value in values)}
            except _Refused as refused:
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
                self._value((*path, "code"), self.vocabulary.facts["code"], code)
            if "count" in then and (counted is None or counted.type != "codes"):
                raise _Refused((*path, "count"), *unknown_name("list fact", str(then["count"]), self.vocabulary.facts))
            if "count" in then:
                return {**then, "of": self._entries((*path, "of"), counted, then.get("of"))}
        except _Refused as refused:
            self._report(*refused.problem)
        return then

    def _force(self, path: Path_, spec: Any) -> Force:
        if spec is None:
            return Force()
        if not isinstance(spec, dict) or set(spec) - {"from", "to"}:
            raise _Refused(path, "`in_force` has `from` and `to`", "as in {from: 2023-01-01, to: 2024-12-31}")
        start, end = (self._date((*path, key), spec[key]) if key in spec else None for key in ("from", "to"))
        if start and end and start > end:
            raise _Refused(path, f"in force from {start} to {end}: it ends before it begins")
        return Force(start, end)

    def _date(self, path: Path_, value: Any) -> dt.date:
        try:
            return dt.date.fromisoformat(value)
        except (TypeError, ValueError):
            raise _Refused(path, f"'{value}' is not a date", "write it as year-month-day") from None

    def _value(self, path: Path_, fact: Fact, value: Any) -> Any:
        """One value as the fact's type has it."""
        if fact.type == "flag":
            if not isinstance(value, bool):
                raise _Refused(path, f"'{value}' is not true or false")
            return value
        if fact.type == "date":
            return self._date(path, value)
        if fact.type == "number":
            if not isinstance(value, int | Decimal) or isinstance(value, bool):
                raise _Refused(path, f"'{value}' is not a number")
            if fact.whole and value != int(value):
                raise _Refused(path, f"'{value}' is not whole, as '{fact.name}' is")
            if (fact.at_least is not None and value < fact.at_least) or (
                fact.at_most is not None and value > fact.at_most
            ):
                low, high = (fact.at_least, fact.at_most)
                raise _Refused(path, f"'{fact.name}' is never {value}", f"it is from {low} to {high}")
            return value
        text = str(value)
        if fact.values and text not in fact.values:
            raise _Refused(path, *unknown_name(fact.name.replace("_", " "), text, fact.values))
        if fact.system == "icd-10-cm" and not ICD10CM.match(text):
            raise _Refused(
                path, f"'{text}' is not an ICD-10-CM code", "in capitals and with its dot, as in M17.11 or M17.-"
            )
        if fact.system == "hcpcs" and text != UNASSIGNED and text not in self.vocabulary.codes:
            raise _Refused(path, *unknown_name("procedure code", text, self.vocabulary.codes))
        return text

    def _entries(self, path: Path_, fact: Fact | None, spec: Any) -> ValueSet:
        """A value set from a value, a list, or `@name`."""
        found: list[ValueSet] = []
        if spec in ([], None):
            raise _Refused(path, "an empty list holds for no case", "name at least one value")
        if is_less(spec):
            return self._less(path, fact, spec)
        for entry in spec if isinstance(spec, list) else [spec]:
            if is_less(entry):
                found.append(self._less(path, fact, entry))
            elif isinstance(entry, str) and entry.startswith("@"):
                named = self.vocabulary.value_sets.get(entry[1:])
                if named is None:
                    raise _Refused(path, *unknown_name("value set", entry[1:], self.vocabulary.value_sets))
                for value in named.exact if fact else ():
                    self._value(path, fact, value)  # type: ignore[arg-type]
                found.append(named)
            elif isinstance(entry, str) and entry.endswith("-") and fact and fact.system:
                found.append(ValueSet.of([entry]))
            elif is_range(entry) and fact and fact.system:
                found.append(self._range(path, fact, entry))
            elif fact is None:
                raise _Refused(path, f"'{entry}' is not the name of a value set", "as in @anterior-knee-nerves")
            else:
                found.append(ValueSet(frozenset([self._value(path, fact, entry)])))
        return ValueSet.joined(found)

    def _less(self, path: Path_, fact: Fact | None, spec: Mapping[str, Any]) -> ValueSet:
        """`{of: ..., but: ...}`: what is in a set and not in another."""
        of, but = (self._entries((*path, key), fact, spec[key]) for key in (OF, BUT))
        found = of.less(but)
        if why := refusal(of, found):
            raise _Refused((*path, BUT), *why)
        return found

    def _range(self, path: Path_, fact: Fact, entry: str) -> ValueSet:
        """The codes of a range; of procedure codes some pack has to name one of them."""
        try:
            codes = codes_of_range(entry, self.source.place(path))
        except InvalidInput as refused:
            problem = refused.problems[0]
            raise _Refused(path, problem.message, problem.hint) from None
        is_known = any(code in self.vocabulary.codes for code in codes)
        if (fact.system == "hcpcs" and not is_known) or (fact.system != "hcpcs" and not ICD10CM.match(codes[0])):
            what = "procedure code that a pack names" if fact.system == "hcpcs" else "diagnosis code"
            hint = "declare codes under `codes` in facts.yaml" if fact.system == "hcpcs" else "as in M15-M19, with dots"
            raise _Refused(path, f"no {what} is in '{entry}'", hint)
        return ValueSet(frozenset(), tuple(codes))

    def _test(self, path: Path_, fact: Fact, spec: Any) -> Test:
        if fact.type == "codes":
            return self._holds(path, fact, spec)
        written = _written(spec["not"] if isinstance(spec, dict) and "not" in spec else spec)
        if not isinstance(spec, dict) or is_less(spec):
            return Within(self._entries(path, fact, spec), written=written)
        if set(spec) == {"not"}:
            return Within(self._entries(path, fact, spec["not"]), negated=True, written=written)
        is_ordered = fact.type in ("number", "date")
        if is_ordered and spec:
            if set(spec) == {"between"} and isinstance(spec["between"], list) and len(spec["between"]) == 2:
                return _ordered(path, Between(*(self._value(path, fact, value) for value in spec["between"])))
            return self._bounded(path, fact, spec)
        raise _Refused(
            path,
            f"no test of this form for {fact.type} '{fact.name}'",
            "a value, a list, or {not: ...}" + (", at_least, at_most, above, below, between" if is_ordered else ""),
        )

    def _bounded(self, path: Path_, fact: Fact, spec: Mapping[str, Any]) -> Between:
        """A test with bounds; above and below a whole number, or a day, is from or to the one beside it."""
        for key in spec:
            if key not in BOUNDS:
                raise _Refused((*path, key), *unknown_name("test", key, (*BOUNDS, "between", "not")))
        for one, other in (("at_least", "above"), ("at_most", "below")):
            if one in spec and other in spec:
                raise _Refused(path, f"`{one}` and `{other}` are two bounds on one side", "write one of them")
        found = {key: self._value((*path, key), fact, value) for key, value in spec.items()}
        low, high = found.get("at_least", found.get("above")), found.get("at_most", found.get("below"))
        above, below = "above" in found, "below" in found
        if fact.whole or fact.type == "date":
            step: Any = dt.timedelta(days=1) if fact.type == "date" else 1
            low, high = (low + step if above else low), (high - step if below else high)
            above = below = False
        return _ordered(path, Between(low, high, above, below))

    def _holds(self, path: Path_, fact: Fact, spec: Any) -> Holds:
        if isinstance(spec, list) and spec and all(isinstance(one, dict) for one in spec):
            return self._together(path, fact, spec)
        keys = ("any_of", "all_of", "none_of", "any_other_than")
        if not isinstance(spec, dict) or not spec or set(spec) - {*keys, AT_LEAST}:
            raise _Refused(path, f"'{fact.name}' is a list of codes: test it with {', '.join((*keys, AT_LEAST))}")
        sets = {key: self._entries((*path, key), fact, spec[key]) if key in spec else None for key in keys}
        parts = [f"{key.replace('_', ' ')} {_written(spec[key])}" for key in keys if key in spec]
        each: tuple[ValueSet, ...] = ()
        if AT_LEAST in spec:
            each, text = self._several((*path, AT_LEAST), fact, spec[AT_LEAST])
            parts.append(text)
        return Holds(**sets, written=" and ".join(parts), each_of=each)

    def _together(self, path: Path_, fact: Fact, specs: Sequence[Any]) -> Holds:
        """Several tests of one list, all of which must be true: a code of one set and a code of another."""
        found = self._holds((*path, 0), fact, specs[0])
        for index, spec in enumerate(specs[1:], 1):
            try:
                both = met(fact, found, self._holds((*path, index), fact, spec))
            except Apart as error:
                raise _Refused((*path, index), str(error), "put both into one") from None
            assert isinstance(both, Holds)
            found = both
        return found

    def _several(self, path: Path_, fact: Fact, spec: Any) -> tuple[tuple[ValueSet, ...], str]:
        """`{n: 3, of: [...]}`: at least n of the entries, each a code or a set, are met by some code of the list."""
        if not isinstance(spec, dict) or set(spec) != {"n", "of"}:
            raise _Refused(path, "`at_least` of a list has `n` and `of`", "as in {n: 2, of: [a, b, c]}")
        number, of = spec["n"], spec["of"]
        if not isinstance(of, list) or not of:
            raise _Refused((*path, "of"), "a list of codes and sets belongs here", "as in [a, b, '@set']")
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= len(of):
            hint = f"a whole number from 1 to {len(of)}: so many are listed"
            raise _Refused((*path, "n"), f"'{number}' of {len(of)} cannot be met or missed", hint)
        sets = [self._entries((*path, "of", index), fact, entry) for index, entry in enumerate(of)]
        if math.comb(len(sets), number - 1) > MOST_UNIONS:
            hint = "derive facts for groups of them, and count those"
            raise _Refused(path, f"{number} of {len(sets)} is more than can be followed", hint)
        unions = itertools.combinations(sets, len(sets) - number + 1)
        return tuple(ValueSet.joined(one) for one in unions), f"at least {number} of {_written(of)}"


def _ordered(path: Path_, test: Between) -> Between:
    is_empty = test.low is not None and test.high is not None and not (test.accepts(test.low) or test.low < test.high)
    if is_empty:
        raise _Refused(path, f"no value is from {test.low} to {test.high}", "write the smaller bound first")
    return test


def _written(spec: Any) -> str:
    if is_less(spec):
        return f"{_written(spec[OF])} but {_written(spec[BUT])}"
    if isinstance(spec, list):
        return ", ".join(map(_written, spec))
    return {True: "yes", False: "no"}[spec] if isinstance(spec, bool) else str(spec)


def read_table(source: Source, pack: str, vocabulary: Vocabulary) -> Table:
    """Read the one table in a file; raises InvalidInput with every problem found."""
    return TableReader(source, pack, vocabulary).read()


def read_where(source: Source, pack: str, vocabulary: Vocabulary, fact: Fact) -> Table:
    """Read which lines count for a fact that is gathered; raises InvalidInput with every problem found."""
    return TableReader(source, pack, vocabulary).read_gathered(fact)
