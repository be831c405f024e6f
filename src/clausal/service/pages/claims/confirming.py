"""A file whose columns are to be confirmed: what stands, what is suggested, what is lacking, and how it is shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cached_property
from typing import Any

import pyarrow as pa
from fastapi import Request

from clausal.claims.constants import Allowed, allowed_by
from clausal.claims.guessed import Known, guessed, guessed_plans, nearest_columns
from clausal.claims.guessed_values import FORMS, amount_form, date_form_of
from clausal.claims.mapping import NONE, FileMapping, read_mapping
from clausal.claims.mapping_text import Choice, Chosen, chosen_by, chosen_of, data_of, yaml_of
from clausal.claims.remit import COLUMNS as OF_REMITTANCE
from clausal.claims.sampled import Recognised, Sides, personal_columns, plans_named, recognised, sides
from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.columns.schema import MONEY, Column, input_columns
from clausal.exchange.tabular.opened import FORMATS, PLAIN, Form
from clausal.exchange.tabular.values import FORMS_OF_AMOUNTS
from clausal.facts.source import parse_source, read_source
from clausal.problems import InvalidInput
from clausal.service.api.common import held_of
from clausal.service.jobs.uploads import Upload
from clausal.service.problems import FieldProblem, field_problem
from clausal.service.tidying import SENT

FIRST = (
    "claim_id", "line", "service_date", "plan", "code", "units", "modifiers", "diagnoses", "charge",
    "place_of_service", "state", "zip", "practitioner", "patient", "device", "purpose",
)  # fmt: skip
"""Columns that most files have and most answers need; the others are shown below them."""
MOST_OF_LIST = 25


class Confirming:
    """An upload while it is looked at: read once for a request."""

    def __init__(self, request: Request, upload: Upload) -> None:
        self.upload = upload
        self._held = held_of(request)
        vocabulary = self._held.library.vocabulary
        more = OF_REMITTANCE if upload.asked.get("output") == "835" else ()
        self.columns: list[Column] = [*input_columns(vocabulary), *more]
        self._allowed: Allowed = allowed_by([self._held.library.cases])
        self.is_suggested = False
        self.is_changed = request.query_params.get("changed") == "yes"

    @cached_property
    def _data(self) -> dict[str, Any]:
        path = self.upload.path("mapping")
        if path is None:
            return {}
        source = read_source(path)
        read_mapping(source, self.columns, self._allowed)
        return dict(source.data)

    def stored(self) -> Chosen:
        """What stands already; raises InvalidInput where the mapping that was sent is wrong."""
        try:
            return chosen_of(self._data, self.columns)
        except InvalidInput:
            return Chosen()

    def chosen(self) -> Chosen:
        """What stands already, or, where columns are not chosen yet, what is suggested; raises InvalidInput."""
        stored = chosen_of(self._data, self.columns)
        if self._data.get("columns") or "rows" in self._data:
            return stored
        self.is_suggested = True
        found = recognised(self.upload.claims, _form(stored))
        samples = found.samples()
        return chosen_by(guessed(samples, self.columns, self._known), stored.form)

    @property
    def _known(self) -> Known:
        return Known.of(self._held.library.vocabulary, self._plans)

    @property
    def _plans(self) -> dict[str, str]:
        return {name: plan.label for name, plan in self._held.library.plans.items()}

    def has_other_form(self, chosen: Chosen) -> bool:
        """Whether the form of the file is another than stands: then its columns are others too."""
        return _form(chosen) != _form(self.stored())

    def data(self, chosen: Chosen, *, with_columns: bool) -> dict[str, Any]:
        """The mapping's data; without columns only what is said of the file's form."""
        data = data_of(chosen)
        if not with_columns:
            del data["columns"]
            data = data or {"columns": {}}
        return data

    def check(self, chosen: Chosen, *, with_columns: bool) -> None:
        """Raises InvalidInput where this is no mapping of the file."""
        mapping = self.mapping(chosen if with_columns else Chosen(form=chosen.form))
        recognised(self.upload.claims, mapping.form)

    def mapping(self, chosen: Chosen) -> FileMapping:
        """The mapping of choices, read as a mapping file is."""
        data = data_of(chosen)
        if set(data) == {"columns"} and not data["columns"]:
            return NONE
        return read_mapping(parse_source(yaml_of(data), "mapping"), self.columns, self._allowed)

    def lacking(self, chosen: Chosen) -> list[FieldProblem]:
        """What a file cannot be without, and what of it the file does not have."""
        found = recognised(self.upload.claims, _form(chosen))
        if found.format == "x12":
            return []
        there = set(found.names)
        problems = []
        for column in self.columns:
            choice = chosen.choices.get(column.name)
            is_there = bool(there & {column.name, *column.also}) or column.name in chosen.rest
            if column.required and not is_there and not (choice and choice.columns):
                hint = f"choose the column of the file that is it: {column.about}"
                problems.append(FieldProblem(path=f"c.{column.name}", message="no column is chosen", hint=hint))
            for name in choice.columns if choice else ():
                if name not in there:
                    told = f"the file has no column '{name[:80]}'"
                    problems.append(FieldProblem(path=f"c.{column.name}", message=told, hint="choose another"))
        return problems

    def with_forms(self, chosen: Chosen) -> Chosen:
        """Choices with how dates and amounts are written, where nothing is said and the plain way reads not all."""
        samples = recognised(self.upload.claims, _form(chosen)).samples()
        choices = dict(chosen.choices)
        for column in self.columns:
            choice = choices.get(column.name)
            if choice is None or choice.format or len(choice.columns) != 1:
                continue
            values = samples.get(choice.columns[0], [])
            form = date_form_of(values) if pa.types.is_date(column.type) else None
            form = amount_form(values) if column.name in MONEY else form
            choices[column.name] = replace(choice, format=form or "")
        return replace(chosen, choices=choices)

    def unseen_plans(self, chosen: Chosen, shown: set[str]) -> set[str]:
        """Words for plans that no plan has and that nobody was shown: lines with them would be rejected unseen."""
        mapping = self.mapping(chosen)
        found = recognised(self.upload.claims, mapping.form)
        return set() if found.format == "x12" else set(self._unknown_plans(mapping)[0]) - shown

    def told(self, chosen: Chosen | None) -> dict[str, Any]:
        """All that the page shows; of a file that cannot be read, what it can be told to be."""
        made = dt.datetime.fromisoformat(self.upload.made)
        asked = self.upload.asked
        data: dict[str, Any] = {
            "id": self.upload.id,
            "made": self.upload.made,
            "deleted_on": (made + SENT).strftime("%Y-%m-%d %H:%M"),
            "asked": {name: asked.get(name) for name in ("output", "as_of", "keep", "acknowledge", "derivation")},
            "has_history": "history" in asked,
            "suggested": self.is_suggested,
            "form": dict(chosen.form) if chosen else dict(self.stored().form),
            "plans": self._plans,
            "recognised": None,
        }
        try:
            found = recognised(self.upload.claims, _form(chosen or Chosen()))
        except InvalidInput as error:
            return data | {"unreadable": [field_problem(one).model_dump() for one in error.problems]}
        return data | {"unreadable": []} | self._file(found, chosen or Chosen())

    def _file(self, found: Recognised, chosen: Chosen) -> dict[str, Any]:
        form = found.form
        both, mapping = None, NONE
        why: list[dict[str, Any]] = []
        try:
            mapping = self.mapping(chosen)
            if not self.lacking(chosen):
                both = self._sides(found, mapping)
        except InvalidInput as error:
            why = [field_problem(one).model_dump() for one in error.problems]
        named, looked_at = self._unknown_plans(mapping) if both else ({}, 0)
        suggested = guessed_plans(named, self._plans)
        taken = {name for one in chosen.choices.values() for name in one.columns}
        own = {name for column in self.columns for name in (column.name, *column.also)}
        unused = [name for name in found.names if name not in taken and name not in own]
        if both:
            unused = [name for name in both.unused if name in found.names]
        return {
            "recognised": {
                "format": found.format, "label": FORMATS[found.format], "header": form.header, "sheet": form.sheet,
                "encoding": form.encoding, "delimiter": form.delimiter, "other_sheets": found.other_sheets,
                "columns": found.names,
            },
            "published": [self._published(column, found, chosen) for column in self._ordered(chosen)],
            "rest": {name: yaml_of({name: spec}).strip() for name, spec in chosen.rest.items()},
            "unused": [{"name": name, "near": nearest_columns(name, self.columns)} for name in unused],
            "rows": _rows(both),
            "raw_columns": list(both.raw[0]) if both and both.raw else [],
            "read_columns": list(both.read[0]) if both and both.read else [],
            "why": why,
            "unknown_plans": [
                {"value": value, "lines": lines, "suggested": suggested.get(value, "")}
                for value, lines in named.items()
            ],
            "looked_at": looked_at,
            "yaml": yaml_of(data_of(chosen)),
        }  # fmt: skip

    def _sides(self, found: Recognised, mapping: FileMapping) -> Sides:
        as_of = self.upload.asked.get("as_of")
        day = dt.date.fromisoformat(as_of) if as_of else dt.date.today()
        kernel = Kernel(self._held.library, self._held.schedules, Options(day))
        guesses = chosen_by(guessed(found.samples(), self.columns, self._known))
        withheld = personal_columns(found.names, self.columns, self.mapping(guesses))
        return sides(self.upload.claims, self.columns, mapping, kernel, withheld)

    def _unknown_plans(self, mapping: FileMapping) -> tuple[dict[str, int], int]:
        return plans_named(self.upload.claims, self.columns, mapping, self._allowed)

    def _ordered(self, chosen: Chosen) -> list[Column]:
        by_name = {column.name: column for column in self.columns}
        first = [by_name[name] for name in FIRST if name in by_name]
        required = [column for column in self.columns if column.required and column not in first]
        used = [one for one in self.columns if one.name in chosen.choices and one not in first and one not in required]
        return [*first, *required, *used, *(one for one in self.columns if one not in (*first, *required, *used))]

    def _published(self, column: Column, found: Recognised, chosen: Chosen) -> dict[str, Any]:
        choice = chosen.choices.get(column.name, Choice(()))
        own = next((name for name in (column.name, *column.also) if name in found.names), "")
        is_list = bool(pa.types.is_list(column.type))
        names = choice.columns or ((own,) if own else ())
        formats = FORMS if pa.types.is_date(column.type) else FORMS_OF_AMOUNTS if column.name in MONEY else ()
        return {
            "name": column.name,
            "about": column.about,
            "required": column.required,
            "list": is_list,
            "chosen": names,
            "selects": [*names, ""][:MOST_OF_LIST] if is_list else [names[0] if names else ""],
            "own": own,
            "because": choice.because or ("its own name" if own and not choice.columns else ""),
            "format": choice.format,
            "formats": formats if not choice.format or choice.format in formats else (*formats, choice.format),
            "values": dict(choice.values),
            "first": column.name in FIRST or column.required or bool(names) or column.name in chosen.rest,
        }


def _rows(both: Sides | None) -> list[dict[str, Any]]:
    if both is None:
        return []
    return [
        {"raw": raw, "read": read, "problem": problem}
        for raw, read, problem in zip(both.raw or ({},) * len(both.read), both.read, both.problems, strict=True)
    ]


def _form(chosen: Chosen) -> Form:
    """What is said of the form of the file."""
    return replace(PLAIN, **{name: value for name, value in chosen.form.items() if value not in ("", None)})
