"""Read the declarations of packs: facts, value sets, codes; and refuse what is declared twice or cannot be."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from clausal.facts.code_range import codes_of_range, is_range
from clausal.facts.computed import Computed
from clausal.facts.fact import FACT_TYPES, Fact
from clausal.facts.gathered import Gathered
from clausal.facts.read_computed import read_computed, refusals
from clausal.facts.read_gathered import KEYS as GATHERED
from clausal.facts.read_gathered import gathered_refusals, read_gathered
from clausal.facts.source import Path_, Source
from clausal.facts.value_set import BUT, OF, ValueSet, is_less, refusal
from clausal.facts.vocabulary import HCPCS, ICD10CM, SYSTEMS, UNDATED_SYSTEMS, Span, Vocabulary
from clausal.problems import InvalidInput, Place, Problem, unknown_name

_FACT_KEYS = {
    "type", "about", "question", "values", "values_from", "aliases", "system", "at_least", "at_most", "whole",
    "complete", "combines", "disputed_with", "ask_first", "ask_after", "ask_whether", "what_is_done", "yes", "no",
    "case", "required", "by_line", "x12", "fhir",
    "from", "of_claim", "of_history",
}  # fmt: skip
_CODE_KEYS = ("says", "from", "to")
_SECTIONS = ("facts", "value_sets", "codes", "more_values", "about")

_SHAPES: tuple[tuple[str, tuple[type, ...], str], ...] = (
    ("values", (list, dict), "a list, or a mapping of values to labels"),
    ("aliases", (dict,), "a mapping of other names to values"),
    ("combines", (list,), "a list of facts"),
    ("ask_first", (list,), "a list of facts"),
    ("disputed_with", (list,), "a list of facts"),
    ("ask_after", (list,), "a list of facts"),
)
_CASE = re.compile(r"(?!model_)[a-z][a-z0-9_]*\Z|(lines\[\]|[a-z][a-z0-9]*)\.(?!model_)[a-z][a-z0-9_]*\Z")


class VocabularyReader:
    """Collects the declarations of one pack after another, and refuses what is declared twice.

    `elsewhere` holds lists of values that are declared in other places (the plans, the findings), by name.
    """

    def __init__(self, elsewhere: Mapping[str, Mapping[str, str]]) -> None:
        self.elsewhere = elsewhere
        self.facts: dict[str, Fact] = {}
        self.value_sets: dict[str, ValueSet] = {}
        self.codes: dict[str, str] = {}
        self.dates: dict[str, Span] = {}
        self.diagnoses: dict[str, str] = {}
        self.problems: list[Problem] = []
        self._declared: dict[str, Place] = {}
        self._extending: list[tuple[Source, str, Any]] = []

    def result(self) -> Vocabulary:
        if self.problems:
            raise InvalidInput(self.problems)
        return Vocabulary(self.facts, self.value_sets, self.codes, self.dates, self.diagnoses)

    def _report(self, source: Source, path: Path_, message: str, hint: str = "") -> None:
        self.problems.append(Problem(source.place(path), message, hint))

    def take(self, source: Source) -> None:
        """Read one file of declarations: `facts`, `value_sets`, `codes`, `more_values`."""
        if not isinstance(source.data, dict):
            self._report(source, (), "expected a mapping with facts, value_sets, codes or more_values")
            return
        for key in source.data:
            if key not in _SECTIONS:
                self._report(source, (key,), *unknown_name("key", key, _SECTIONS))
        for name, entries in self._section(source, "value_sets").items():
            self._take_value_set(source, name, entries)
        for name, spec in self._section(source, "facts").items():
            self._take_fact(source, name, spec)
        for code, spec in self._section(source, "codes").items():
            self._take_code(source, str(code), spec)
        self._extending.extend((source, name, values) for name, values in self._section(source, "more_values").items())

    def extend(self) -> None:
        """Add values to choices that another pack declares, once all packs are read."""
        for source, name, values in self._extending:
            path: Path_ = ("more_values", name)
            fact = self.facts.get(name)
            if fact is None:
                self._report(source, path, *unknown_name("fact", name, self.facts))
            elif not fact.values:
                what = "has no list of values to add to"
                self._report(source, path, f"'{name}' {what}", "add to a choice, or to a list of named values")
            elif not isinstance(values, dict) or not values:
                self._report(source, path, "`more_values` maps each value to its label", "as in {value: what it means}")
            else:
                self._add(source, path, fact, values)

    def _add(self, source: Source, path: Path_, fact: Fact, values: Mapping[str, Any]) -> None:
        labels = {str(value): str(label) for value, label in values.items()}
        for value, label in labels.items():
            if fact.values.get(value, label) != label or value in fact.aliases:
                message = f"'{fact.name}' has a value '{value}' already, which means something else"
                self._report(source, (*path, value), message, "choose another name for the new value")
        self.facts[fact.name] = replace(fact, values={**fact.values, **labels})

    def _take_code(self, source: Source, code: str, spec: Any) -> None:
        """A code with its label, and its dates where they are known; of a diagnosis code either will do."""
        path: Path_ = ("codes", code)
        is_diagnosis = bool(ICD10CM.match(code))
        if not is_diagnosis and not HCPCS.match(code):
            self._report(source, path, f"'{code}' is not a HCPCS or CPT code", "five characters")
        dated = spec if isinstance(spec, dict) else {"says": spec}
        for key in dated:
            if key not in _CODE_KEYS:
                self._report(source, (*path, key), *unknown_name("key", key, _CODE_KEYS))
        span = Span(*(self._day(source, (*path, key), dated[key]) if key in dated else None for key in ("from", "to")))
        if span.start and span.end and span.start > span.end:
            self._report(source, path, f"'{code}' ends before it begins")
        if span != Span():
            if self.dates.setdefault(code, span) != span:
                self._report(source, path, f"another pack dates '{code}' otherwise", "date a code in one place")
        elif is_diagnosis and not dated.get("says"):
            message = f"diagnosis code '{code}' stands here without dates or a label"
            self._report(source, path, message, "from, to, or what it says")
        labels = self.diagnoses if is_diagnosis else self.codes
        if not is_diagnosis or dated.get("says"):
            labels.setdefault(code, str(dated.get("says", "")))

    def _day(self, source: Source, path: Path_, value: Any) -> dt.date | None:
        try:
            return dt.date.fromisoformat(value)
        except (TypeError, ValueError):
            self._report(source, path, f"'{value}' is not a date", "write it as year-month-day")
            return None

    def _section(self, source: Source, key: str) -> Mapping[str, Any]:
        section = source.data.get(key) or {}
        if isinstance(section, dict):
            return section
        self._report(source, (key,), f"`{key}` is a mapping of names")
        return {}

    def _case(self, source: Source, path: Path_, case: Any, name: str) -> tuple[str, ...] | None:
        """The fact's path in a case: one word, or a section and a word, that no other fact has or lies under."""
        if case is None:
            return None
        if not isinstance(case, str) or not _CASE.match(case):
            hint = "one word, or a section and a word, as in symptom_weeks, member.tier, lines[].units"
            self._report(source, (*path, "case"), f"'{case}' is not a path in a case file", hint)
            return None
        steps = tuple(case.replace("[]", "").split("."))
        for other in self.facts.values():
            if other.name == name:
                continue
            if other.case and (other.case[: len(steps)] == steps or steps[: len(other.case)] == other.case):
                message = f"'{case}' is where the case file holds '{other.name}'"
                self._report(source, (*path, "case"), message, self._elsewhere(other.name))
                return None
            if steps[0] == "lines" and other.by_line and other.line_key == steps[-1]:
                message = f"'{case}' is where a line holds '{other.name}'"
                self._report(source, (*path, "case"), message, self._elsewhere(other.name))
                return None
        return steps

    def _elsewhere(self, name: str) -> str:
        """Where the fact stands that was declared first, and what to do."""
        where = f"'{name}' is declared at {self._declared[name]}; declare it once, and use it by that name"
        return f"{where}, or give another name to what means something else: facts of all packs have one list of names"

    def _take_value_set(self, source: Source, name: str, entries: Any) -> None:
        path: Path_ = ("value_sets", name)
        if name in self.value_sets:
            self._report(source, path, f"value set '{name}' is declared twice")
        self.value_sets[name] = self._set(source, path, name, entries)

    def _set(self, source: Source, path: Path_, name: str, entries: Any) -> ValueSet:
        """A set as it is written: a list, or `{of: ..., but: ...}`, which may stand in a list too."""
        if is_less(entries):
            written = (entries[key] for key in (OF, BUT))
            parts = ([one] if isinstance(one, str) else one for one in written)
            of, but = (self._set(source, (*path, key), name, part) for key, part in zip((OF, BUT), parts, strict=True))
            found = of.less(but)
            if why := refusal(of, found):
                self._report(source, (*path, BUT), *why)
            return found
        if not isinstance(entries, list) or not entries:
            hint = "a list, or {of: [...], but: [...]}"
            self._report(source, path, f"value set '{name}' must be a list of values", hint)
            return ValueSet(frozenset())
        values: list[str] = []
        named: list[ValueSet] = []
        for index, entry in enumerate(entries):
            at: Path_ = (*path, index)
            if isinstance(entry, dict):
                named.append(self._set(source, at, name, entry))
            elif is_range(text := str(entry)):
                try:
                    codes = codes_of_range(text, source.place(at))
                except InvalidInput as refused:
                    self.problems.extend(refused.problems)
                else:
                    named.append(ValueSet(frozenset(), tuple(codes)))
            elif not text.startswith("@"):
                values.append(text)
            elif text[1:] not in self.value_sets:
                self._report(source, at, *unknown_name("value set", text[1:], self.value_sets))
            else:
                named.append(self.value_sets[text[1:]])
        return ValueSet.joined([ValueSet.of(values), *named])

    def _take_fact(self, source: Source, name: str, spec: Any) -> None:
        path: Path_ = ("facts", name)
        if not isinstance(spec, dict):
            self._report(source, path, f"fact '{name}' must be a mapping with at least type and about")
            return
        for key in spec:
            if key not in _FACT_KEYS:
                self._report(source, (*path, key), *unknown_name("key", key, _FACT_KEYS))
        kind = spec.get("type")
        if kind not in FACT_TYPES:
            self._report(source, (*path, "type"), *unknown_name("type", str(kind), FACT_TYPES))
            return
        for key, kinds, what in _SHAPES:
            if spec.get(key) is not None and not isinstance(spec[key], kinds):
                self._report(source, (*path, key), f"`{key}` is {what}")
                return
        values = spec.get("values") or {}
        if isinstance(values, list):
            values = {str(value): str(value) for value in values}
        elsewhere = str(spec.get("values_from", ""))
        if elsewhere and elsewhere not in self.elsewhere:
            self._report(source, (*path, "values_from"), *unknown_name("list", elsewhere, self.elsewhere))
        values = values or self.elsewhere.get(elsewhere, {})
        if kind == "choice" and not values and not elsewhere:
            self._report(source, path, f"choice '{name}' has no values", "list them under `values`")
        for key in ("at_least", "at_most"):
            bound = spec.get(key)
            if bound is not None and (
                kind != "number" or not isinstance(bound, int | Decimal) or isinstance(bound, bool)
            ):
                self._report(
                    source, (*path, key), f"'{bound}' is no bound of a {kind}", "a number, of a fact of type number"
                )
                return
        low, high = spec.get("at_least"), spec.get("at_most")
        if low is not None and high is not None and low > high:
            self._report(source, path, f"no number is from {low} to {high}")
            return
        self._check_yes_and_no(source, path, spec, values)
        if spec.get("what_is_done") and not (spec.get("question") and spec.get("case")):
            hint = "it needs a `question` and a `case`"
            self._report(source, (*path, "what_is_done"), f"'{name}' cannot be asked for", hint)
        gathered = self._gathered(source, path, spec)
        system = str(spec.get("system", ""))
        if kind in ("code", "codes") and not values and system not in (*SYSTEMS, *UNDATED_SYSTEMS):
            hint = f"systems: {', '.join((*SYSTEMS, *UNDATED_SYSTEMS))}"
            self._report(source, path, f"'{name}' needs `values` or a `system`", hint)
        declared = Fact(
            name=name,
            type=kind,
            about=str(spec.get("about", "")),
            question=str(spec.get("question", "")),
            values={str(key): str(label) for key, label in values.items()},
            aliases=self._aliases(source, path, spec.get("aliases") or {}, values),
            system=system,
            at_least=0 if gathered and kind == "number" and low is None else low,
            at_most=spec.get("at_most"),
            whole=bool(spec.get("whole", gathered is not None)),
            complete=bool(spec.get("complete", True)),
            combines=tuple(map(str, spec.get("combines") or ())),
            disputed_with=tuple(map(str, spec.get("disputed_with") or ())),
            ask_first=tuple(map(str, spec.get("ask_first") or ())),
            ask_after=tuple(map(str, spec.get("ask_after") or ())),
            ask_whether=str(spec.get("ask_whether") or ""),
            what_is_done=bool(spec.get("what_is_done", False)),
            yes=str(spec.get("yes") or ""),
            no=str(spec.get("no") or ""),
            computed=self._computed(source, path, spec.get("from")),
            gathered=gathered,
            case=self._case(source, path, spec.get("case"), name),
            required=bool(spec.get("required", False)),
            by_line=self._by_line(source, path, spec),
            x12=str(spec.get("x12", "")),
            fhir=str(spec.get("fhir", "")),
        )
        before = self.facts.get(name)
        if before is None:
            self.facts[name] = declared
            self._declared[name] = source.place(path)
        elif not declared.is_the_same(before):
            message = f"fact '{name}' is declared twice"
            self._report(source, path, message, self._elsewhere(name))
        elif declared.case and not before.case:
            self.facts[name] = declared

    def _computed(self, source: Source, path: Path_, spec: Any) -> Computed | None:
        if spec is None:
            return None
        found = read_computed(spec)
        if isinstance(found, Computed):
            return found
        at, message, hint = found
        self._report(source, (*path, "from", *at), message, hint)
        return None

    def _gathered(self, source: Source, path: Path_, spec: Mapping[str, Any]) -> Gathered | None:
        over = [key for key in GATHERED if spec.get(key) is not None]
        if not over:
            return None
        if len(over) > 1 or spec.get("from") is not None:
            hint = "one of from, of_claim, of_history"
            self._report(source, path, f"'{path[-1]}' is made in two ways", hint)
            return None
        found = read_gathered(over[0], spec[over[0]])
        if isinstance(found, Gathered):
            return found
        at, message, hint = found
        self._report(source, (*path, over[0], *at), message, hint)
        return None

    def _check_yes_and_no(
        self, source: Source, path: Path_, spec: Mapping[str, Any], values: Mapping[str, str]
    ) -> None:
        """What yes and no mean to the question of a choice: two of its values."""
        given = [key for key in ("yes", "no") if spec.get(key) is not None]
        for key in given:
            if spec.get("type") != "choice":
                self._report(source, (*path, key), f"`{key}` belongs to a choice, and '{path[-1]}' is none")
            elif str(spec[key]) not in values:
                self._report(source, (*path, key), *unknown_name("value", str(spec[key]), map(str, values)))
        if len(given) == 1 or (given and spec["yes"] == spec["no"]):
            self._report(source, (*path, given[0]), "yes and no stand together, and mean two values")

    def _by_line(self, source: Source, path: Path_, spec: Mapping[str, Any]) -> bool:
        """Whether lines may have a value of their own: not under a key that a line has already."""
        if not spec.get("by_line"):
            return False
        case = str(spec.get("case") or "")
        key = case.rpartition(".")[2]
        if not case or case.startswith("lines[]") or spec.get("required"):
            hint = "it needs a `case` outside `lines[]`, and is not required"
            self._report(source, (*path, "by_line"), f"'{path[-1]}' cannot be given by line", hint)
        if any(other.line_key == key for other in self.facts.values()):
            self._report(source, (*path, "by_line"), f"a line has a key '{key}' already")
        return True

    def _aliases(self, source: Source, path: Path_, spec: Any, values: Mapping[str, str]) -> dict[str, str]:
        aliases = {}
        for alias, value in spec.items():
            if str(value) not in values:
                self._report(source, (*path, "aliases", alias), *unknown_name("value", str(value), values))
            aliases[str(alias)] = str(value)
        return aliases

    def check_references(self, source_of: Mapping[str, Source]) -> None:
        """Report facts that name facts nobody declares, and computations of what cannot be computed with."""
        for fact in self.facts.values():
            for at, message, hint in refusals(fact, self.facts) if fact.computed else ():
                self._report(source_of[fact.name], ("facts", fact.name, "from", *at), message, hint)
            if fact.gathered:
                path: Path_ = ("facts", fact.name, fact.gathered.over)
                for at, message, hint in gathered_refusals(fact, self.facts):
                    self._report(source_of[fact.name], (*path, *at), message, hint)
            for key in ("combines", "ask_first", "ask_after", "disputed_with"):
                names = getattr(fact, key)
                for index, other in enumerate(names):
                    if other not in self.facts:
                        source = source_of[fact.name]
                        place: Path_ = ("facts", fact.name, key, index)
                        self._report(source, place, *unknown_name("fact", other, self.facts))
