"""What is wrong with the shape of a request, in the words of this project: pydantic's are told by their kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from clausal.problems import brief
from clausal.service.fields import WRITTEN
from clausal.service.problems import FieldProblem

_Said = tuple[str, str]
"""What is wrong, and what was expected."""
_Say = Callable[[str, Any, Mapping[str, Any], str], _Said]


def of_shape(detail: Mapping[str, Any]) -> FieldProblem:
    """A problem of pydantic by the path of its field; query and form fields by their names."""
    path = ""
    for step in detail["loc"][1:]:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
    path = path or str(detail["loc"][0])
    message, expected = said(detail, path.rpartition(".")[2])
    return FieldProblem(path=path, message=message, expected=expected)


def said(detail: Mapping[str, Any], name: str) -> _Said:
    """What pydantic found wrong with the field of a name, and what was expected."""
    say = _SAID.get(str(detail["type"]), _otherwise)
    return say(name, detail.get("input"), dict(detail.get("ctx", {})), str(detail["msg"]))


def _otherwise(name: str, given: Any, context: Mapping[str, Any], message: str) -> _Said:  # noqa: ARG001
    return f"{message[:1].lower()}{message[1:]}", str(context.get("expected", ""))


def _not(what: str, expected: str) -> _Say:
    """The given value is not what it is to be."""

    def say(_: str, given: Any, context: Mapping[str, Any], __: str) -> _Said:
        shown = f"'{brief(given)}'" if isinstance(given, str | int | float | bool) else "this"
        return f"{shown} is not {what}", expected.format(**context)

    return say


def _pattern(_: str, given: Any, context: Mapping[str, Any], __: str) -> _Said:
    pattern = str(context.get("pattern", ""))
    return f"'{brief(given)}' is not written as it is to be", WRITTEN.get(pattern, f"the form {pattern}")


def _value(name: str, given: Any, context: Mapping[str, Any], message: str) -> _Said:
    if "UploadFile" in message:
        return f"`{name}` is text and no file", f"a file, as in curl -F {name}=@FILE"
    return _otherwise(name, given, context, message.removeprefix("Value error, "))


_DAY = _not("a date", "year-month-day, as in 2024-10-15")
_NUMBER = _not("a whole number", "a whole number")
_SAID: Mapping[str, _Say] = {
    "missing": lambda name, *_: (f"`{name}` is missing", ""),
    "extra_forbidden": lambda name, *_: (
        f"unknown name '{brief(name)}'",
        "only the names that /api/v1/openapi.json has",
    ),
    "string_pattern_mismatch": _pattern,
    "value_error": _value,
    "literal_error": _not("one of the values", "{expected}"),
    "enum": _not("one of the values", "{expected}"),
    "date_from_datetime_parsing": _DAY,
    "date_parsing": _DAY,
    "date_type": _DAY,
    "date_from_datetime_inexact": _DAY,
    "int_parsing": _NUMBER,
    "int_type": _NUMBER,
    "int_from_float": _NUMBER,
    "bool_parsing": _not("true or false", "true or false"),
    "bool_type": _not("true or false", "true or false"),
    "string_type": _not("a text", "a text"),
    "greater_than_equal": _not("large enough", "a number of {ge} or more"),
    "less_than_equal": _not("small enough", "a number of {le} or less"),
    "greater_than": _not("large enough", "a number over {gt}"),
    "string_too_long": lambda *said: ("the text is too long", f"at most {said[2].get('max_length')} characters"),
    "string_too_short": lambda *said: ("the text is too short", f"{said[2].get('min_length')} characters or more"),
    "too_long": lambda *said: ("there are too many", f"at most {said[2].get('max_length')}"),
    "too_short": lambda *said: ("there are too few", f"{said[2].get('min_length')} or more"),
    "json_invalid": lambda *said: (f"not JSON: {said[2].get('error', '')}", "a JSON object"),
    "model_attributes_type": _not("an object", "an object"),
    "dict_type": _not("an object", "an object"),
    "list_type": _not("a list", "a list"),
}
