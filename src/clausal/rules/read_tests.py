"""Read what a rule tests of a fact: values, bounds, sets, lists; and refuse what is no test of it."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from clausal.facts.code_range import codes_of_range, is_range
from clausal.facts.source import Path_, Source
from clausal.facts.value_set import BUT, OF, ValueSet, is_less, refusal
from clausal.facts.vocabulary import ICD10CM, IDENTIFIER, TAXONOMY, UNASSIGNED, Fact, Vocabulary, is_taxonomy
from clausal.problems import InvalidInput, unknown_name
from clausal.rules.meet import Apart, met
from clausal.rules.model import Between, Holds, Test, Within

AT_LEAST = "at_least"
MOST_UNIONS = 1_000
"""Into how many sets, of each of which a code is wanted, a test of n of m is laid out."""
NONE = "none"
"""Stands in `{not: none}` for no number at all, of what tells one from another."""
BOUNDS = ("at_least", "at_most", "above", "below")


class Refused(Exception):
    """Something that is no test, value or date: where, why, and what to do."""

    def __init__(self, path: Path_, message: str, hint: str = "") -> None:
        self.problem = (path, message, hint)


class TestReader:
    """Reads values and tests of facts; raises Refused for the first thing that is wrong."""

    __test__ = False

    def __init__(self, source: Source, vocabulary: Vocabulary) -> None:
        self.source, self.vocabulary = source, vocabulary

    def date(self, path: Path_, value: Any) -> dt.date:
        try:
            return dt.date.fromisoformat(value)
        except (TypeError, ValueError):
            raise Refused(path, f"'{value}' is not a date", "write it as year-month-day") from None

    def value(self, path: Path_, fact: Fact, value: Any) -> Any:
        """One value as the fact's type has it."""
        if fact.type == "flag":
            if not isinstance(value, bool):
                raise Refused(path, f"'{value}' is not true or false")
            return value
        if fact.type == "date":
            return self.date(path, value)
        if fact.type == "number":
            if not isinstance(value, int | Decimal) or isinstance(value, bool):
                raise Refused(path, f"'{value}' is not a number")
            if fact.whole and value != int(value):
                raise Refused(path, f"'{value}' is not whole, as '{fact.name}' is")
            if (fact.at_least is not None and value < fact.at_least) or (
                fact.at_most is not None and value > fact.at_most
            ):
                low, high = (fact.at_least, fact.at_most)
                raise Refused(path, f"'{fact.name}' is never {value}", f"it is from {low} to {high}")
            return value
        text = str(value)
        if fact.values and text not in fact.values:
            raise Refused(path, *unknown_name(fact.name.replace("_", " "), text, fact.values))
        if fact.system == "icd-10-cm" and not ICD10CM.match(text):
            raise Refused(
                path, f"'{text}' is not an ICD-10-CM code", "in capitals and with its dot, as in M17.11 or M17.-"
            )
        if fact.system == TAXONOMY and not is_taxonomy(text):
            raise Refused(path, f"'{text}' is no code of the provider taxonomy", "as in 207RC0000X")
        if fact.system == "hcpcs" and text != UNASSIGNED and text not in self.vocabulary.codes:
            raise Refused(path, *unknown_name("procedure code", text, self.vocabulary.codes))
        return text

    def entries(self, path: Path_, fact: Fact | None, spec: Any) -> ValueSet:
        """A value set from a value, a list, or `@name`."""
        found: list[ValueSet] = []
        if spec in ([], None):
            raise Refused(path, "an empty list holds for no case", "name at least one value")
        if is_less(spec):
            return self._less(path, fact, spec)
        for entry in spec if isinstance(spec, list) else [spec]:
            if is_less(entry):
                found.append(self._less(path, fact, entry))
            elif isinstance(entry, str) and entry.startswith("@"):
                named = self.vocabulary.value_sets.get(entry[1:])
                if named is None:
                    raise Refused(path, *unknown_name("value set", entry[1:], self.vocabulary.value_sets))
                for value in named.exact if fact else ():
                    self.value(path, fact, value)  # type: ignore[arg-type]
                found.append(named)
            elif isinstance(entry, str) and entry.endswith("-") and fact and fact.system:
                found.append(ValueSet.of([entry]))
            elif is_range(entry) and fact and fact.system:
                found.append(self._range(path, fact, entry))
            elif fact is None:
                raise Refused(path, f"'{entry}' is not the name of a value set", "as in @anterior-knee-nerves")
            else:
                found.append(ValueSet(frozenset([self.value(path, fact, entry)])))
        return ValueSet.joined(found)

    def _less(self, path: Path_, fact: Fact | None, spec: Mapping[str, Any]) -> ValueSet:
        """`{of: ..., but: ...}`: what is in a set and not in another."""
        of, but = (self.entries((*path, key), fact, spec[key]) for key in (OF, BUT))
        found = of.less(but)
        if why := refusal(of, found):
            raise Refused((*path, BUT), *why)
        return found

    def _range(self, path: Path_, fact: Fact, entry: str) -> ValueSet:
        """The codes of a range; of procedure codes some pack has to name one of them."""
        try:
            codes = codes_of_range(entry, self.source.place(path))
        except InvalidInput as refused:
            problem = refused.problems[0]
            raise Refused(path, problem.message, problem.hint) from None
        is_known = any(code in self.vocabulary.codes for code in codes)
        if (fact.system == "hcpcs" and not is_known) or (fact.system != "hcpcs" and not ICD10CM.match(codes[0])):
            what = "procedure code that a pack names" if fact.system == "hcpcs" else "diagnosis code"
            hint = "declare codes under `codes` in facts.yaml" if fact.system == "hcpcs" else "as in M15-M19, with dots"
            raise Refused(path, f"no {what} is in '{entry}'", hint)
        return ValueSet(frozenset(), tuple(codes))

    def test(self, path: Path_, fact: Fact, spec: Any) -> Test:
        if fact.type == "codes":
            return self._holds(path, fact, spec)
        written = _written(spec["not"] if isinstance(spec, dict) and "not" in spec else spec)
        if fact.system == IDENTIFIER and spec != {"not": NONE}:
            hint = "{not: none}, that there is one; that there is none is told by a flag"
            raise Refused(path, f"'{fact.name}' tells one from another, and rules test only whether there is one", hint)
        if not isinstance(spec, dict) or is_less(spec):
            return Within(self.entries(path, fact, spec), written=written)
        if set(spec) == {"not"}:
            return Within(self.entries(path, fact, spec["not"]), negated=True, written=written)
        is_ordered = fact.type in ("number", "date")
        if is_ordered and spec:
            if set(spec) == {"between"} and isinstance(spec["between"], list) and len(spec["between"]) == 2:
                return _ordered(path, Between(*(self.value(path, fact, value) for value in spec["between"])))
            return self._bounded(path, fact, spec)
        raise Refused(
            path,
            f"no test of this form for {fact.type} '{fact.name}'",
            "a value, a list, or {not: ...}" + (", at_least, at_most, above, below, between" if is_ordered else ""),
        )

    def _bounded(self, path: Path_, fact: Fact, spec: Mapping[str, Any]) -> Between:
        """A test with bounds; above and below a whole number, or a day, is from or to the one beside it."""
        for key in spec:
            if key not in BOUNDS:
                raise Refused((*path, key), *unknown_name("test", key, (*BOUNDS, "between", "not")))
        for one, other in (("at_least", "above"), ("at_most", "below")):
            if one in spec and other in spec:
                raise Refused(path, f"`{one}` and `{other}` are two bounds on one side", "write one of them")
        found = {key: self.value((*path, key), fact, value) for key, value in spec.items()}
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
            raise Refused(path, f"'{fact.name}' is a list of codes: test it with {', '.join((*keys, AT_LEAST))}")
        sets = {key: self.entries((*path, key), fact, spec[key]) if key in spec else None for key in keys}
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
                raise Refused((*path, index), str(error), "put both into one") from None
            assert isinstance(both, Holds)
            found = both
        return found

    def _several(self, path: Path_, fact: Fact, spec: Any) -> tuple[tuple[ValueSet, ...], str]:
        """`{n: 3, of: [...]}`: at least n of the entries, each a code or a set, are met by some code of the list."""
        if not isinstance(spec, dict) or set(spec) != {"n", "of"}:
            raise Refused(path, "`at_least` of a list has `n` and `of`", "as in {n: 2, of: [a, b, c]}")
        number, of = spec["n"], spec["of"]
        if not isinstance(of, list) or not of:
            raise Refused((*path, "of"), "a list of codes and sets belongs here", "as in [a, b, '@set']")
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= len(of):
            hint = f"a whole number from 1 to {len(of)}: so many are listed"
            raise Refused((*path, "n"), f"'{number}' of {len(of)} cannot be met or missed", hint)
        sets = [self.entries((*path, "of", index), fact, entry) for index, entry in enumerate(of)]
        if math.comb(len(sets), number - 1) > MOST_UNIONS:
            hint = "derive facts for groups of them, and count those"
            raise Refused(path, f"{number} of {len(sets)} is more than can be followed", hint)
        unions = itertools.combinations(sets, len(sets) - number + 1)
        return tuple(ValueSet.joined(one) for one in unions), f"at least {number} of {_written(of)}"


def _ordered(path: Path_, test: Between) -> Between:
    is_empty = test.low is not None and test.high is not None and not (test.accepts(test.low) or test.low < test.high)
    if is_empty:
        raise Refused(path, f"no value is from {test.low} to {test.high}", "write the smaller bound first")
    return test


def _written(spec: Any) -> str:
    if is_less(spec):
        return f"{_written(spec[OF])} but {_written(spec[BUT])}"
    if isinstance(spec, list):
        return ", ".join(map(_written, spec))
    return {True: "yes", False: "no"}[spec] if isinstance(spec, bool) else str(spec)
