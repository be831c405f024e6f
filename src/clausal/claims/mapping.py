"""A mapping file: which columns of a claim file are which, how the file is laid out, and which of its rows count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from clausal.claims.constants import Allowed, constant
from clausal.columns.schema import MONEY, Column
from clausal.exchange.tabular.dates import AS_IN, date_form
from clausal.exchange.tabular.opened import PLAIN, Form
from clausal.exchange.tabular.text import known_encoding
from clausal.exchange.tabular.values import FORMS_OF_AMOUNTS, text_of
from clausal.facts.source import Path_, Source
from clausal.problems import InvalidInput, Place, Problem, unknown_name

KEYS = ("about", "header", "encoding", "delimiter", "sheet", "rows", "columns")
AS = "as in `columns: {code: HCPCS_CD, diagnoses: [DX1, DX2], plan: {column: PAYER, values: {A1: bcn65}}}`"


@dataclass(frozen=True)
class Condition:
    """What columns of a row must hold, all of them: one of some words each; the empty word is no value."""

    words: Mapping[str, tuple[str, ...]]
    place: Place = field(default=Place("mapping"), compare=False, repr=False)

    def __str__(self) -> str:
        return ", ".join(
            f"{name}: {' or '.join(word or 'empty' for word in words)}" for name, words in self.words.items()
        )


@dataclass(frozen=True)
class Rows:
    """Which rows of a file count: those of which one of `keep` holds, if there are any, and none of `drop`."""

    keep: tuple[Condition, ...] = ()
    drop: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class From:
    """Where a published column comes from: columns of the file, words changed; or a value for all or some lines."""

    columns: tuple[str, ...] = ()
    """Several make a list, or are `joined` to one text."""
    value: Any = None
    """Of a constant what all lines have; else what those have that are given nothing otherwise."""
    values: Mapping[str, str] = field(default_factory=dict)
    format: str | None = None
    joined: str | None = None
    """What stands between columns that are joined."""
    first: tuple[tuple[Condition, Any], ...] = ()
    """The first condition that holds gives the value."""
    places: tuple[Place, ...] = field(default=(), compare=False, repr=False)
    """Where each of `columns` is named."""

    @property
    def read(self) -> dict[str, Place]:
        """Every column of the file that is read for it, and where it is named."""
        named = dict(zip(self.columns, self.places or [Place("mapping")] * len(self.columns), strict=True))
        return named | {name: one.place for one, _ in self.first for name in one.words}


@dataclass(frozen=True)
class FileMapping:
    """What a mapping file says."""

    columns: Mapping[str, From] = field(default_factory=dict)
    rows: Rows = Rows()
    form: Form = PLAIN
    places: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)
    """Where each part of `form` is said."""

    def __str__(self) -> str:
        """All of it, the same for the same mapping."""
        return f"{sorted(self.columns.items())} {self.rows} {self.form}"


NONE = FileMapping()


def read_mapping(source: Source, columns: Sequence[Column], allowed: Allowed | None = None) -> FileMapping:
    """Read a mapping file; raises InvalidInput with all that is wrong in it.

    `allowed` tells whether a column can have a value: words that a mapping puts in are checked once, here.
    """
    data = source.data
    if not isinstance(data, dict) or not {"columns", "rows", "header", "encoding", "delimiter", "sheet"} & set(data):
        raise InvalidInput.at(source.place(), "a mapping file has the key `columns`", AS)
    reading = _Mapping(source, columns, allowed)
    for key in data:
        if key not in KEYS:
            reading.problem((key,), *unknown_name("key", str(key), KEYS))
    places = {key: source.place((key,)) for key in ("header", "encoding", "delimiter", "sheet") if key in data}
    found = FileMapping(reading.columns(), reading.rows(), reading.form(), places)
    if reading.problems:
        raise InvalidInput(sorted(reading.problems, key=lambda one: (one.place.line or 0, one.place.column or 0)))
    return found


class _Mapping:
    """A mapping file while it is read: what is wrong is gathered."""

    def __init__(self, source: Source, columns: Sequence[Column], allowed: Allowed | None) -> None:
        self.problems: list[Problem] = []
        self._source = source
        self._columns = {column.name: column for column in columns}
        self._also = {other: column.name for column in columns for other in column.also}
        self._allowed = allowed

    def problem(self, path: Path_, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self._source.place(path), message, hint))

    def form(self) -> Form:
        data = self._source.data
        header, encoding, delimiter, sheet = (data.get(key) for key in ("header", "encoding", "delimiter", "sheet"))
        if "header" in data and (isinstance(header, bool) or not isinstance(header, int) or not 1 <= header <= 10_000):
            self.problem(
                ("header",), "`header` is the line that names the columns", "a number from 1, as in `header: 3`"
            )
        if "encoding" in data and not (isinstance(encoding, str) and known_encoding(encoding)):
            self.problem(("encoding",), f"unknown encoding '{encoding}'", "as in utf-8, cp1252, latin-1, utf-16")
        if "delimiter" in data and (not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '"\r\n'):
            self.problem(("delimiter",), "`delimiter` is one character", 'as in ";" or "\\t"')
        if "sheet" in data and not (isinstance(sheet, str) and sheet):
            self.problem(("sheet",), "`sheet` is the name of a sheet", "as in `sheet: Claims`; quote a number")
        return Form(header, encoding, delimiter, sheet) if not self.problems else PLAIN

    def rows(self) -> Rows:
        spec = self._source.data.get("rows")
        if "rows" not in self._source.data:
            return Rows()
        if not isinstance(spec, dict) or not spec or set(spec) - {"keep", "drop"}:
            self.problem(
                ("rows",), "`rows` has `keep`, `drop` or both", "as in `rows: {drop: {STATUS: [deleted, void]}}`"
            )
            return Rows()
        return Rows(
            *(self._conditions(("rows", key), spec.get(key)) if key in spec else () for key in ("keep", "drop"))
        )

    def _conditions(self, path: Path_, spec: Any) -> tuple[Condition, ...]:
        several = spec if isinstance(spec, list) else [spec]
        paths = [(*path, index) for index in range(len(several))] if isinstance(spec, list) else [path]
        found = [self._condition(one, of) for one, of in zip(paths, several, strict=True)]
        return tuple(one for one in found if one is not None)

    def _condition(self, path: Path_, spec: Any) -> Condition | None:
        if isinstance(spec, dict) and spec:
            words = {name: _words(one) for name, one in spec.items()}
            if all(words.values()):
                return Condition({name: one or () for name, one in words.items()}, self._source.place(path))
        self.problem(path, "a condition names columns and their words", 'as in {STATUS: [final, paid]}; "" is no value')
        return None

    def columns(self) -> dict[str, From]:
        found: dict[str, From] = {}
        specs = self._source.data.get("columns", {})
        if not isinstance(specs, dict):
            self.problem(("columns",), "`columns` names columns and where they come from", AS)
            return found
        for given, spec in specs.items():
            path: Path_ = ("columns", given)
            name = self._also.get(given, given)
            if name not in self._columns:
                self.problem(path, *unknown_name("column", str(given), [*self._columns, *self._also]))
            elif name in found:
                self.problem(path, f"'{given}' is '{name}', which stands here already", "map it once")
            elif (one := self._from(self._columns[name], spec, path)) is not None:
                found[name] = one
        return found

    def _from(self, column: Column, spec: Any, path: Path_) -> From | None:
        before = len(self.problems)
        one = self._read(column, spec, path)
        if one is None:
            if len(self.problems) == before:
                hint = "a column's name, a list of names, or {column, values, format, default}, {join, with}, {first, "
                self.problem(path, f"'{column.name}' is not mapped to anything", hint + "default} or {value}")
            return None
        if column.name in ("claim_id", "claim_key") and (len(one.columns) != 1 or one.first or one.value is not None):
            what = "is one value for all lines" if not one.columns else "is not one column as it is"
            self.problem(path, f"'{column.name}' {what}", "name a column")
        elif len(one.columns) > 1 and one.joined is None and not pa.types.is_list(column.type):
            self.problem(path, f"'{column.name}' is no list", "name one column, or {join: [A, B], with: '-'}")
        return one if len(self.problems) == before else None

    def _read(self, column: Column, spec: Any, path: Path_) -> From | None:
        if isinstance(spec, str):
            return From((spec,), places=(self._source.place(path),))
        if _names(spec):
            return From(tuple(spec), places=self._places(path, spec))
        if not isinstance(spec, dict):
            return None
        keys = set(spec)
        if keys == {"value"}:
            return From(value=self._constant(column, spec["value"], (*path, "value")))
        default = self._constant(column, spec["default"], (*path, "default")) if "default" in spec else None
        if "first" in keys and keys <= {"first", "default"} and isinstance(spec["first"], list) and spec["first"]:
            return From(value=default, first=self._first(column, spec["first"], (*path, "first")))
        if "join" in keys and keys <= {"join", "with", "values", "default"} and _names(spec["join"]):
            between = spec.get("with", "")
            if not isinstance(between, str):
                self.problem((*path, "with"), "`with` is what stands between the parts", "quote it, as in '-'")
                return None
            names, at = tuple(spec["join"]), self._places((*path, "join"), spec["join"])
            return From(names, default, self._values(column, spec, path), joined=between, places=at)
        if keys <= {"column", "values", "format", "default"} and isinstance(spec.get("column"), str):
            at = (self._source.place((*path, "column")),)
            values, form = self._values(column, spec, path), self._format(column, spec, path)
            return From((spec["column"],), default, values, form, places=at)
        return None

    def _places(self, path: Path_, names: Sequence[str]) -> tuple[Place, ...]:
        return tuple(self._source.place((*path, index)) for index in range(len(names)))

    def _first(self, column: Column, spec: Sequence[Any], path: Path_) -> tuple[tuple[Condition, Any], ...]:
        found = []
        for index, one in enumerate(spec):
            here = (*path, index)
            if not isinstance(one, dict) or set(one) != {"where", "value"}:
                self.problem(here, "each of `first` has `where` and `value`", "as in {where: {LOB: MA}, value: bcn65}")
                continue
            condition = self._condition((*here, "where"), one["where"])
            value = self._constant(column, one["value"], (*here, "value"))
            if condition is not None:
                found.append((condition, value))
        return tuple(found)

    def _values(self, column: Column, spec: Mapping[str, Any], path: Path_) -> dict[str, str]:
        values = spec.get("values", {})
        if not isinstance(values, dict) or any(isinstance(one, dict | list) for one in values.values()):
            self.problem((*path, "values"), "`values` changes words", "as in {A1: bcn65}")
            return {}
        found: dict[str, str] = {}
        for given, value in values.items():
            here = (*path, "values", given)
            if text_of(given) in found:
                self.problem(here, f"'{text_of(given)}' stands twice, but for blanks", "write it once")
            # Empty or null: such a word tells nothing.
            found[text_of(given)] = "" if value is None else text_of(value)
            if found[text_of(given)]:
                self._constant(column, found[text_of(given)], here)
        return found

    def _format(self, column: Column, spec: Mapping[str, Any], path: Path_) -> str | None:
        if "format" not in spec:
            return None
        form = spec["format"]
        if pa.types.is_date(column.type):
            try:
                date_form(form if isinstance(form, str) else "")
            except ValueError:
                self.problem((*path, "format"), f"'{form}' is not how a date is written", AS_IN)
            return str(form)
        if column.name in MONEY and form in FORMS_OF_AMOUNTS:
            return str(form)
        hint = f"{' or '.join(FORMS_OF_AMOUNTS)} for amounts; {AS_IN} for dates"
        self.problem((*path, "format"), f"'{form}' is no format of '{column.name}'", hint)
        return None

    def _constant(self, column: Column, value: Any, path: Path_) -> Any:
        """A value that the mapping puts in, as its column has it."""
        try:
            return constant(column, value, self._allowed)
        except ValueError as error:
            message, _, hint = str(error).partition("\n")
            self.problem(path, message, hint)
            return None


def _names(spec: Any) -> bool:
    return isinstance(spec, list) and bool(spec) and all(isinstance(one, str) for one in spec)


def _words(spec: Any) -> tuple[str, ...] | None:
    """The words of a condition; None where there are none."""
    several = spec if isinstance(spec, list) else [spec]
    if not several or any(isinstance(one, dict | list) for one in several):
        return None
    return tuple("" if one is None else text_of(one) for one in several)
