"""Read a case: check it against the vocabulary, and turn it into what is known of each fact.

The case file's shape is not written here: it follows from the `case` path of each declared fact, so a pack that
declares a fact adds a key to the case file and to the published schema.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, Optional, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    TypeAdapter,
    ValidationError,
    create_model,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from clausal.facts.knowledge import Knowledge, Listed, Origin, Possible
from clausal.facts.source import Path_, Source, dotted
from clausal.facts.vocabulary import HCPCS, ICD10CM, Fact, Vocabulary, normal_icd
from clausal.problems import InvalidInput, Problem, expected_one_of, nearest, unknown_name

Check = Callable[[object], str]
MOST_LINES = 999
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
MOST_CODES = 99


@dataclass(frozen=True)
class ServiceLine:
    """One service line: where it stands in the case (None: proposed by the product), and its facts."""

    index: int | None
    facts: Mapping[str, Knowledge]


@dataclass(frozen=True)
class Case:
    """A case as it was read: the facts that hold for all of it, and its service lines."""

    name: str
    service_date: dt.date
    facts: Mapping[str, Knowledge]
    lines: tuple[ServiceLine, ...]

    def text(self, fact: str) -> str | None:
        """The known value of a choice, or None."""
        found = self.facts.get(fact)
        value = found.only() if isinstance(found, Possible) else None
        return str(value) if value is not None else None


class CaseReader:
    """Reads cases against one vocabulary; building it makes the pydantic model once.

    `also_known` tells of procedure codes that no pack names but an imported table does.
    """

    def __init__(self, vocabulary: Vocabulary, also_known: Callable[[str], bool] | None = None) -> None:
        self.vocabulary = vocabulary
        self.by_path = {fact.case: fact for fact in vocabulary.facts.values() if fact.case}
        self._checks = _code_checks(vocabulary, also_known or (lambda _: False))
        self._adapters: dict[str, TypeAdapter[Any]] = {}
        self.model = _model(vocabulary, self._checks)

    def schema(self) -> dict[str, Any]:
        """JSON schema of the case file."""
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **self.model.model_json_schema()}

    def read(self, source: Source, at: Path_ = ()) -> Case:
        """Read the case at path `at` of a source; raises InvalidInput with every problem found."""
        data = source.data
        for step in at:
            data = data[step]
        if not isinstance(data, dict):
            raise InvalidInput.at(
                source.place(at), "a case is a mapping of keys to values", "see `clausal schema case`"
            )
        try:
            model = self.model.model_validate(data)
        except ValidationError as error:
            problems = [self._problem(source, at, detail) for detail in error.errors()]
            problems.sort(key=lambda problem: (problem.place.line or 0, problem.place.column or 0))
            raise InvalidInput(problems) from None
        return self._case(model, source.name)

    def value(self, fact: Fact, raw: object) -> Any:
        """One fact's value as the vocabulary has it; raises InvalidInput, with the message that a case file would get.

        A list fact takes a list, and gives one.
        """
        assert fact.case is not None
        adapter = self._adapters.get(fact.name)
        if adapter is None:
            adapter = self._adapters[fact.name] = TypeAdapter(_type(fact, self._checks))
        try:
            return adapter.validate_python(raw)
        except ValidationError as error:
            source = Source(fact.name, {})
            details = ({**detail, "loc": (*fact.case, *detail["loc"])} for detail in error.errors())
            raise InvalidInput([self._problem(source, (), cast("ErrorDetails", one)) for one in details]) from None

    def _case(self, model: BaseModel, name: str) -> Case:
        facts: dict[str, Knowledge] = {}
        for path, fact in self.by_path.items():
            if fact.of_line:
                continue
            value: Any = model
            for step in path:
                value = getattr(value, step, None)
            if value is not None:
                facts[fact.name] = _knowledge(fact, value, dotted(path))
        for fact in self.vocabulary.facts.values():
            if fact.combines:
                facts.update(combined(fact, facts))
        lines = []
        for index, line in enumerate(getattr(model, "lines", None) or []):
            of_line: dict[str, Knowledge] = {}
            for path, fact in self.by_path.items():
                value = getattr(line, path[1], None) if fact.of_line else None
                if value is not None:
                    of_line[fact.name] = _knowledge(fact, value, f"lines[{index}].{path[1]}")
            lines.append(ServiceLine(index, of_line))
        return Case(name, getattr(model, "service_date"), facts, tuple(lines))  # noqa: B009

    def _problem(self, source: Source, at: Path_, detail: ErrorDetails) -> Problem:
        """A pydantic error in our words, at its place in the file."""
        loc = tuple(step for step in detail["loc"] if not _is_union_step(step))
        kind, given = detail["type"], detail["input"]
        path = tuple(step for step in loc if isinstance(step, str))
        fact = self.by_path.get(path)
        place = source.place((*at, *loc))
        shown = _shown(given)
        if kind == "extra_forbidden":
            known = [
                known_path[len(path) - 1] for known_path in self.by_path if known_path[: len(path) - 1] == path[:-1]
            ]
            message, hint = unknown_name("key", str(loc[-1]), known)
            elsewhere = [dotted(known_path) for known_path in self.by_path if known_path[-1] == loc[-1]]
            return Problem(place, message, f"it belongs under {elsewhere[0]}" if elsewhere else hint)
        if kind == "missing":
            return Problem(source.place((*at, *loc[:-1])), f"'{dotted(loc)}' is missing", "every case needs it")
        if kind == "clausal":
            context = detail.get("ctx", {})
            return Problem(place, str(context["message"]), str(context["hint"]))
        if kind in ("list_type", "model_type", "model_attributes_type"):
            keys = [
                known_path[len(path)] for known_path in self.by_path if known_path[: len(path)] == path and not fact
            ]
            wanted = (
                "a list, as in [a, b]," if kind == "list_type" else f"a mapping with {', '.join(dict.fromkeys(keys))}"
            )
            return Problem(place, f"{shown} stands where {wanted} belongs")
        if fact and fact.values and kind == "literal_error":
            name = fact.name.removesuffix("s") if fact.type == "codes" else fact.name
            return Problem(place, *unknown_name(name.replace("_", " "), str(given), [*fact.values, *fact.aliases]))
        if fact and fact.type == "number":
            return Problem(place, f"{shown} is not {_number_in_words(fact)}")
        if fact and fact.type == "flag":
            return Problem(place, f"{shown} is not true or false", "write true or false, without quotes")
        if kind == "too_long":
            return Problem(place, f"the list has more than {detail['ctx']['max_length']} entries")
        return Problem(place, f"{shown}: {detail['msg'].lower()}")


def _shown(given: object) -> str:
    """An input as a person wrote it."""
    if isinstance(given, bool) or given is None:
        return {True: "true", False: "false", None: "null"}[given]
    if isinstance(given, str):
        return f"'{given[:60]}'"
    if isinstance(given, int | float | Decimal):
        return str(given)
    return "a mapping" if isinstance(given, dict) else "a list"


def _is_union_step(step: str | int) -> bool:
    return isinstance(step, str) and ("[" in step or step in ("none", "list", "str"))


def _number_in_words(fact: Fact) -> str:
    kind = "a whole number" if fact.whole else "a number"
    if fact.at_least is not None and fact.at_most is not None:
        return f"{kind} from {fact.at_least} to {fact.at_most:,}"
    return kind + (f" of at least {fact.at_least}" if fact.at_least is not None else "")


def _knowledge(fact: Fact, value: Any, path: str) -> Knowledge:
    origin = Origin(path)
    if fact.type == "codes":
        return Listed(frozenset(value), fact.complete, origin)
    return Possible(frozenset([value]), origin)


def combined(fact: Fact, facts: Mapping[str, Knowledge]) -> dict[str, Knowledge]:
    """A list put together from others; complete only if every one of them is given and complete."""
    parts = [part for name in fact.combines if isinstance(part := facts.get(name), Listed)]
    if not parts:
        return {}
    complete = len(parts) == len(fact.combines) and all(part.complete for part in parts)
    codes = frozenset[str]().union(*(part.codes for part in parts))
    return {fact.name: Listed(codes, complete, Origin(", ".join(part.origin.text for part in parts)))}


def _model(vocabulary: Vocabulary, checks: Mapping[str, Check]) -> type[BaseModel]:
    tree: dict[str, Any] = {}
    for fact in vocabulary.facts.values():
        if fact.case:
            branch = tree
            for step in fact.case[:-1]:
                branch = branch.setdefault(step, {})
            branch[fact.case[-1]] = fact
    return _section("Case", tree, checks)


def _section(name: str, tree: Mapping[str, Any], checks: Mapping[str, Check]) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for key, entry in tree.items():
        if isinstance(entry, Fact):
            kind = _type(entry, checks)
            about = Field(... if entry.required else None, description=entry.about)
            fields[key] = (kind if entry.required else Optional[kind], about)  # noqa: UP045
        else:
            section = _section(key.title(), entry, checks)
            kind = Annotated[list[section], Field(max_length=MOST_LINES)] if key == "lines" else section  # type: ignore[valid-type]
            fields[key] = (Optional[kind], None)  # noqa: UP045
    config = ConfigDict(extra="forbid", frozen=True)
    return create_model(name, __config__=config, **fields)


def _type(fact: Fact, checks: Mapping[str, Check]) -> Any:
    """The annotation that checks one fact's value."""
    if fact.type == "flag":
        return StrictBool
    if fact.type == "date":
        return Annotated[dt.date, BeforeValidator(_date)]
    if fact.type == "number":
        bounds = Field(ge=fact.at_least, le=fact.at_most)
        if fact.whole:
            return Annotated[int, bounds, Field(strict=True)]
        return Annotated[Decimal, bounds, BeforeValidator(_decimal)]
    one: Any
    if fact.values:
        named = AfterValidator(lambda name: fact.aliases.get(name, name))
        one = Annotated[Literal[(*fact.values, *fact.aliases)], BeforeValidator(_of(fact)), named]
    else:
        about = Field(description=f"{fact.system} code")
        one = Annotated[str, BeforeValidator(checks[fact.system]), about]
    if fact.type == "codes":
        return Annotated[list[one], Field(max_length=MOST_CODES), AfterValidator(_distinct)]
    return one


def _error(message: str, hint: str = "") -> PydanticCustomError:
    return PydanticCustomError("clausal", "{message}", {"message": message, "hint": hint})


def _distinct(values: list[str]) -> list[str]:
    for index, value in enumerate(values):
        if value in values[:index]:
            raise _error(f"'{value}' stands twice in the list", "name each once")
    return values


def _text(value: object) -> object:
    """Codes of digits may stand without quotes."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _of(fact: Fact) -> Callable[[object], object]:
    """A name of the fact's list: in any case, with its leading zero or without."""
    folded = {name.lower(): name for name in (*fact.aliases, *fact.values)}

    def read(value: object) -> object:
        text = _text(value)
        if not isinstance(text, str):
            return text
        return folded.get(text.lower(), folded.get(text.zfill(2), text))

    return read


def _decimal(value: object) -> Decimal:
    """A number, whole or with decimals, exactly as it is written."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, float) and math.isfinite(value):
        return Decimal(repr(value))
    raise _error(f"'{value}' is not a number", "write digits, as in 5 or 49.5, without quotes")


def _date(value: object) -> dt.date:
    hint = "write it as year-month-day, as in 2024-10-15"
    if isinstance(value, str) and _DAY.match(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise _error(f"'{value}' is not a date", hint)


def _code_checks(vocabulary: Vocabulary, also_known: Callable[[str], bool]) -> Mapping[str, Check]:
    """The check of each code system."""

    def icd(value: object) -> str:
        code = normal_icd(str(_text(value)))
        if not ICD10CM.match(code):
            raise _error(
                f"'{value}' is not an ICD-10-CM code", "expected a letter, two characters, and up to four more"
            )
        return code

    def hcpcs(value: object) -> str:
        code = str(_text(value)).strip().upper()
        if code in vocabulary.codes or (HCPCS.match(code) and also_known(code)):
            return code
        message = f"unknown procedure code '{value}'"
        if HCPCS.match(code):
            message = f"procedure code '{code}' is named by no document in the library"
        close = nearest(code, vocabulary.codes, cutoff=0.75) or expected_one_of(vocabulary.codes)
        link = " Else" if close.endswith("?") else "; or"
        raise _error(message, f"{close}{link} leave the line out, or import fee tables that have it")

    return {"icd-10-cm": icd, "hcpcs": hcpcs}
