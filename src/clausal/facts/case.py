"""Read a case: check it against the vocabulary, and turn it into what is known of each fact.

The case file's shape is not written here: it follows from the `case` path of each declared fact, so a pack that
declares a fact adds a key to the case file and to the published schema.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, Optional, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StrictBool,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
    create_model,
)
from pydantic_core import ErrorDetails

from clausal.facts.checks import Check, code_checks, date, day_of, decimal, distinct, named, undated
from clausal.facts.gathered import HISTORY_FROM, PATIENT
from clausal.facts.given_place import SCHEMA, GivenPlace, read_place
from clausal.facts.knowledge import Knowledge, Listed, Origin, Possible
from clausal.facts.source import Path_, Source, dotted
from clausal.facts.standing import Doubt, Standings, Tables, one_edit_away
from clausal.facts.vocabulary import PROCEDURE, SYSTEMS, Fact, Vocabulary
from clausal.problems import InvalidInput, Place, Problem, expected_one_of, unknown_name

MOST_LINES = 999
MOST_CODES = 99
MOST_TOLD = 100
"""Of how much that is wrong with a case each is told."""
PLACE = "place"
"""The key of a case that is no fact: where the service is rendered, which prices alone depend on."""
NO_FILE = Place("case", path=PLACE)
LINES, EARLIER, PAID, DAY = "lines", "history", "paid", "service_date"
"""The keys of a case under which its service lines and earlier services stand, and two that an earlier one has."""
MOST_EARLIER = 9_999


@dataclass(frozen=True)
class ServiceLine:
    """One service line: where it stands in the case (None: proposed by the product), and its facts.

    `billed` is a procedure code that does not exist on the day of service: the line has it, and it is no fact.
    """

    index: int | None
    facts: Mapping[str, Knowledge]
    billed: str | None = None


@dataclass(frozen=True)
class Case:
    """A case as it was read: the facts that hold for all of it, its service lines, and its doubtful codes."""

    name: str
    service_date: dt.date
    facts: Mapping[str, Knowledge]
    lines: tuple[ServiceLine, ...]
    doubts: tuple[Doubt, ...] = ()
    place: GivenPlace | None = None
    """Where the service is rendered, for the rates of the place."""
    place_at: Place = NO_FILE
    """Where the case says so."""
    history: tuple[Mapping[str, Knowledge], ...] = ()
    """What is known of each earlier service of the patient that was not denied, its day among it."""

    def text(self, fact: str) -> str | None:
        """The known value of a choice, or None."""
        found = self.facts.get(fact)
        value = found.only() if isinstance(found, Possible) else None
        return str(value) if value is not None else None


class CaseReader:
    """Reads cases against one vocabulary; building it makes the pydantic model once.

    `tables` are fee tables, which can show that a procedure code does not exist on a day. `also_known` tells of
    procedure codes that no pack names and that are no slip of the pen: those that the tables list, if it is not given.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        also_known: Callable[[str], bool] | None = None,
        tables: Tables | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self.standings = Standings(vocabulary.dates, tables)
        self.by_path = {fact.case: fact for fact in vocabulary.facts.values() if fact.case}
        self.by_path |= {
            ("lines", fact.case[-1]): fact for fact in vocabulary.facts.values() if fact.case and fact.by_line
        }
        self._of_earlier = of_earlier(vocabulary)
        self.by_path |= {(EARLIER, key): fact for key, fact in self._of_earlier.items()}
        self._also_known = also_known or self.standings.lists
        self._checks = code_checks(vocabulary, self.standings)
        self._adapters: dict[str, TypeAdapter[Any]] = {}
        self.model = _model(vocabulary, self._checks)

    def schema(self) -> dict[str, Any]:
        """JSON schema of the case file."""
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **self.model.model_json_schema()}

    def read(self, source: Source, at: Path_ = (), *, typed: bool = False) -> Case:
        """Read the case at path `at` of a source; raises InvalidInput with every problem found.

        A code that does not exist on the day of service is a problem; in a case that is still `typed`, or was read from
        a claim, it is an unknown code instead, and the case's `doubts` tell of it.
        """
        data = source.data
        for step in at:
            data = data[step]
        if not isinstance(data, dict):
            raise InvalidInput.at(
                source.place(at), "a case is a mapping of keys to values", "see `clausal schema case`"
            )
        try:
            model = self.model.model_validate(data, context=None if typed else day_of(data))
        except ValidationError as error:
            found = error.errors()
            problems = [self._problem(source, at, detail) for detail in found[:MOST_TOLD]]
            if len(found) > MOST_TOLD:
                more = f"{len(found) - MOST_TOLD:,} more things are wrong"
                problems.append(Problem(source.place(at), more, "mend these first"))
        else:
            problems = list(self._misplaced(source, at, model))
        if problems:
            problems.sort(key=lambda problem: (problem.place.line or 0, problem.place.column or 0))
            raise InvalidInput(problems) from None
        return self._case(model, source.name, source.place((*at, PLACE)))

    def _misplaced(self, source: Source, at: Path_, model: BaseModel) -> Iterator[Problem]:
        """Earlier services that are none: on the day of service or after it, or of another patient."""
        day = getattr(model, DAY)
        patient = self.vocabulary.facts.get(PATIENT)
        own: Any = model
        for step in patient.case or () if patient else ():
            own = getattr(own, step, None)
        for index, one in enumerate(getattr(model, EARLIER) or []):
            path: Path_ = (*at, EARLIER, index)
            if getattr(one, DAY) >= day:
                message = f"an earlier service of {getattr(one, DAY)} is not before the day of service, {day}"
                yield Problem(source.place((*path, DAY)), message, "bill what is of the same claim under `lines`")
            yield from (Problem(source.place((*path, key)), *why) for key, why in self._absent(one))
            whose = getattr(one, PATIENT, None)
            if whose is not None and whose != own:
                hint = "list the services of the case's own patient" if own else "give the case's own patient too"
                yield Problem(source.place((*path, PATIENT)), "an earlier service of another patient", hint)

    def _absent(self, earlier: BaseModel) -> Iterator[tuple[str, tuple[str, str]]]:
        """The codes of an earlier service that did not exist on its day."""
        day: dt.date = getattr(earlier, DAY)
        for key, fact in self._of_earlier.items():
            code = getattr(earlier, key)
            if fact.type == "code" and fact.system in SYSTEMS and code is not None:
                standing = self.standings.of(fact.system, code, day)
                if standing.kind == "absent":
                    yield key, (f"code '{code}' does not exist on {day}: {standing.why}", "the code of that day")

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

    def _case(self, model: BaseModel, name: str, place_at: Place) -> Case:
        day: dt.date = getattr(model, "service_date")  # noqa: B009
        facts: dict[str, Knowledge] = {}
        doubts: list[Doubt] = []
        for fact in self.vocabulary.facts.values():
            value: Any = model
            for step in fact.case or ():
                value = getattr(value, step, None)
            if fact.case and not fact.of_line and value is not None:
                known, doubted = self._known(fact, value, dotted(fact.case), day)
                facts |= {fact.name: known} if known else {}
                doubts.extend(doubted)
        for fact in self.vocabulary.facts.values():
            if fact.combines:
                facts.update(combined(fact, facts))
        lines = []
        for index, line in enumerate(getattr(model, "lines", None) or []):
            of_line: dict[str, Knowledge] = {}
            billed: str | None = None
            for fact in self.vocabulary.facts.values():
                value = getattr(line, fact.line_key, None) if fact.line_key else None
                if value is not None:
                    known, doubted = self._known(fact, value, f"lines[{index}].{fact.line_key}", day)
                    of_line |= {fact.name: known} if known else {}
                    doubts.extend(doubted)
                    billed = str(value) if fact.type == "code" and known is None else billed
            lines.append(ServiceLine(index, of_line, billed))
        place: GivenPlace | None = getattr(model, PLACE)
        history = tuple(self._earlier(model))
        return Case(name, day, facts, tuple(lines), tuple(doubts), place, place_at, history)

    def _earlier(self, model: BaseModel) -> Iterator[dict[str, Knowledge]]:
        """What is known of each earlier service that counts: one that was denied, `paid: false`, does not."""
        for index, one in enumerate(getattr(model, EARLIER) or []):
            if getattr(one, PAID) is False:
                continue
            day: dt.date = getattr(one, DAY)
            found: dict[str, Knowledge] = {}
            for name, fact in self._of_earlier.items():
                if (value := getattr(one, name)) is not None:
                    known, _ = self._known(fact, value, f"{EARLIER}[{index}].{name}", day)
                    found |= {fact.name: known} if known else {}
            yield found

    def _known(self, fact: Fact, value: Any, path: str, day: dt.date) -> tuple[Knowledge | None, list[Doubt]]:
        """What a value lets one know, and which of its codes are in doubt: one that is not known is left out.

        A list from which a code is left out is not complete: there is something there, and it is not known what.
        """
        if fact.system not in SYSTEMS or fact.type not in ("code", "codes"):
            return _knowledge(fact, value, path), []
        doubts = []
        for index, code in enumerate(value if fact.type == "codes" else [value]):
            standing = self.standings.of(fact.system, code, day)
            near = self._near(code) if fact.system == PROCEDURE and standing.is_known else ""
            if standing.kind != "billable" or near:
                place = f"{path}[{index}]" if fact.type == "codes" else path
                doubts.append(Doubt(fact.name, place, code, fact.system, standing, near))
        unknown = {doubt.code for doubt in doubts if not doubt.standing.is_known}
        if fact.type == "code":
            return (None if unknown else _knowledge(fact, value, path)), doubts
        codes = frozenset(value) - unknown
        return Listed(codes, fact.complete and not unknown, Origin(path)), doubts

    def _near(self, code: str) -> str:
        """The code that packs name for which this one may be a slip of the pen; empty where it is known, or none is."""
        if code in self.vocabulary.codes or self._also_known(code):
            return ""
        return one_edit_away(code, self.vocabulary.codes)

    def _problem(self, source: Source, at: Path_, detail: ErrorDetails) -> Problem:
        """A pydantic error in our words, at its place in the file."""
        loc = detail["loc"]
        kind, given = detail["type"], detail["input"]
        path = tuple(step for step in loc if isinstance(step, str))
        fact = self.by_path.get(path)
        place = source.place((*at, *loc))
        shown = _shown(given)
        if kind == "extra_forbidden":
            known = [
                known_path[len(path) - 1] for known_path in self.by_path if known_path[: len(path) - 1] == path[:-1]
            ]
            known.extend([PLACE] if len(path) == 1 else [])
            message, hint = unknown_name("key", str(loc[-1]), known)
            sections = ((known_path[0],) for known_path in (*self.by_path, (PLACE,)))
            paths = (known_path for known_path in (*self.by_path, *sections) if known_path != path)
            elsewhere = next((known_path for known_path in paths if known_path[-1] == loc[-1]), None)
            return Problem(place, message, f"it belongs {_where(elsewhere)}" if elsewhere else hint)
        if kind == "missing":
            whose = "every case" if EARLIER not in loc else "every earlier service"
            return Problem(source.place((*at, *loc[:-1])), f"'{dotted(loc)}' is missing", f"{whose} needs it")
        if fact and fact.is_personal:
            return Problem(place, f"what stands here is not {_wanted(fact)}")
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
            if isinstance(given, dict | list):
                wanted = f"{shown} stands where one {name.replace('_', ' ')} belongs"
                return Problem(place, wanted, expected_one_of([*fact.values, *fact.aliases]))
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


def _where(path: tuple[str, ...]) -> str:
    """Where in a case a key belongs."""
    if path[0] == "lines" and len(path) > 1:
        return f"in a service line: lines[0].{path[-1]}"
    return f"under {dotted(path)}" if len(path) > 1 else "at the top of the case, under no other key"


def _wanted(fact: Fact) -> str:
    """What belongs where a fact of the patient stands, of which no message repeats what is given."""
    if fact.type == "number":
        return _number_in_words(fact)
    if fact.type == "date":
        return "a date as in 2024-10-15"
    return f"one of {', '.join(fact.values)}" if fact.values else f"a {fact.type}"


def _number_in_words(fact: Fact) -> str:
    kind = "a whole number" if fact.whole else "a number"
    if fact.at_least is not None and fact.at_most is not None:
        return f"{kind} from {fact.at_least} to {fact.at_most:,}"
    return kind + (f" of at least {fact.at_least}" if fact.at_least is not None else "")


def _knowledge(fact: Fact, value: Any, path: str) -> Knowledge:
    origin = Origin(path)
    if fact.type == "codes":
        return Listed(frozenset(value), fact.complete, origin)
    return Possible(fact.possible(value), origin)


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
            if fact.by_line:
                tree.setdefault("lines", {})[fact.case[-1]] = fact
    place = Annotated[Optional[GivenPlace], PlainValidator(read_place), WithJsonSchema(SCHEMA)]  # noqa: UP045
    paid = Field(None, description="Whether the service was paid: one that was denied does not count.")
    beside = {PAID: (Optional[StrictBool], paid)}  # noqa: UP045
    earlier = _section(EARLIER.title(), of_earlier(vocabulary), undated(checks), beside, required=(DAY,))
    about = Field(None, max_length=MOST_EARLIER, description="Earlier services of the patient, on other claims.")
    history = (Optional[list[earlier]], about)  # type: ignore[valid-type]  # noqa: UP045
    return _section("Case", tree, checks, {PLACE: (place, None), EARLIER: history})


def of_earlier(vocabulary: Vocabulary) -> dict[str, Fact]:
    """The facts that an earlier service can have, each by the last word of its path in a case; a line's come first."""
    facts = [fact for fact in vocabulary.facts.values() if fact.case and fact.name != HISTORY_FROM]
    found = {fact.line_key: fact for fact in facts if fact.line_key is not None}
    for fact in facts:
        found.setdefault(PATIENT if fact.name == PATIENT else (fact.case or ("",))[-1], fact)
    return found


def _section(
    name: str,
    tree: Mapping[str, Any],
    checks: Mapping[str, Check],
    beside: Mapping[str, Any] | None = None,
    required: Container[str] = (),
) -> type[BaseModel]:
    """The model of a part of the case file; `beside` are fields that are no facts."""
    fields: dict[str, Any] = dict(beside or {})
    for key, entry in tree.items():
        if isinstance(entry, Fact):
            kind = _type(entry, checks)
            is_required = entry.required or key in required
            about = Field(... if is_required else None, description=entry.about)
            fields[key] = (kind if is_required else Optional[kind], about)  # noqa: UP045
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
        return Annotated[dt.date, BeforeValidator(date)]
    if fact.type == "number":
        bounds = Field(ge=fact.at_least, le=fact.at_most)
        if fact.whole:
            return Annotated[int, bounds, Field(strict=True)]
        return Annotated[Decimal, bounds, BeforeValidator(decimal)]
    one: Any
    if fact.values:
        full = AfterValidator(lambda name: fact.aliases.get(name, name))
        one = Annotated[Literal[fact.names], BeforeValidator(named(fact)), full]
    else:
        about = Field(description=f"{fact.system} code")
        one = Annotated[str, BeforeValidator(checks[fact.system]), about]
    if fact.type == "codes":
        return Annotated[list[one], Field(max_length=MOST_CODES), AfterValidator(distinct)]
    return one
