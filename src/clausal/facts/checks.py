"""The checks of single values of a case file: each gives the value as facts have it, or an error in our words."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

from pydantic import ValidationInfo
from pydantic_core import PydanticCustomError

from clausal.facts.standing import Standings, existing
from clausal.facts.vocabulary import (
    DIAGNOSIS,
    HCPCS,
    ICD10CM,
    IDENTIFIER,
    PROCEDURE,
    TAXONOMY,
    Fact,
    Vocabulary,
    is_taxonomy,
    normal_icd,
)
from clausal.problems import brief, expected_one_of, nearest

Check = Callable[[object, ValidationInfo], str]
_BETWEEN = re.compile(r"[\s_-]+")
NO_IDENTIFIER = ("none", "no", "yes", "n/a", "na", "missing", "unknown", "pending", "true", "false", "null")
"""What is written where there is no number: it is none that tells one from another."""
MOST_OF_IDENTIFIER = 80
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def error(message: str, hint: str = "") -> PydanticCustomError:
    return PydanticCustomError("clausal", "{message}", {"message": message, "hint": hint})


def distinct(values: list[str]) -> list[str]:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise error(f"'{brief(value)}' stands twice in the list", "name each once")
        seen.add(value)
    return values


def text(value: object) -> object:
    """Codes of digits may stand without quotes."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def named(fact: Fact) -> Callable[[object], object]:
    """A name of the fact's list: in any case, its words joined in any way, with its leading zero or without."""
    folded = {_folded(name): name for name in reversed(fact.names)}

    def read(value: object) -> object:
        shown = text(value)
        if not isinstance(shown, str):
            return shown
        return folded.get(_folded(shown), folded.get(shown.zfill(2), shown))

    return read


def _folded(name: str) -> str:
    """A name as it is compared: `IceRod CX` and `icerod-cx` are one."""
    return _BETWEEN.sub("-", name.strip().lower())


def decimal(value: object) -> Decimal:
    """A number, whole or with decimals, exactly as it is written."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, float) and math.isfinite(value):
        return Decimal(repr(value))
    raise error(f"'{brief(value)}' is not a number", "write digits, as in 5 or 49.5, without quotes")


def date(value: object) -> dt.date:
    hint = "write it as year-month-day, as in 2024-10-15"
    if isinstance(value, str) and _DAY.match(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise error(f"'{brief(value)}' is not a date", hint)


def day_of(data: Mapping[str, Any]) -> dt.date | None:
    """The day of service of a case that is not read yet; None where it has none, which is told by itself."""
    try:
        return date(data.get("service_date"))
    except PydanticCustomError:
        return None


def code_checks(vocabulary: Vocabulary, standings: Standings) -> Mapping[str, Check]:
    """The check of each code system; where the day of service is given as context, a code must exist on it."""

    def icd(value: object, info: ValidationInfo) -> str:
        code = normal_icd(str(text(value)))
        if not ICD10CM.match(code):
            raise error(
                f"'{brief(value)}' is not an ICD-10-CM code", "expected a letter, two characters, and up to four more"
            )
        if isinstance(info.context, dt.date):
            standing = standings.of(DIAGNOSIS, code, info.context)
            if standing.kind == "absent":
                message = f"diagnosis code '{code}' does not exist on {info.context}: {standing.why}"
                raise error(message, existing(code, info.context))
        return code

    def hcpcs(value: object, info: ValidationInfo) -> str:
        code = str(text(value)).strip().upper()
        if not HCPCS.match(code):
            close = nearest(code, vocabulary.codes, cutoff=0.75)
            if not close and code.isdigit() and len(code) < 5:
                close = f"a code has five characters; were zeros in front lost, as in '{code.zfill(5)}'?"
            close = close or expected_one_of(vocabulary.codes)
            link = " Else" if close.endswith("?") else "; or"
            raise error(f"unknown procedure code '{brief(value)}'", f"{close}{link} leave the line out")
        if isinstance(info.context, dt.date):
            standing = standings.of(PROCEDURE, code, info.context)
            if standing.kind == "absent":
                message = f"procedure code '{code}' does not exist on {info.context}: {standing.why}"
                raise error(message, "bill a code that exists on that day")
        return code

    def identifier(value: object, _: ValidationInfo) -> str:
        found = text(value)
        hint = f"1 to {MOST_OF_IDENTIFIER} characters; where there is none, leave it out"
        if not isinstance(found, str) or not 1 <= len(found.strip()) <= MOST_OF_IDENTIFIER:
            raise error("no number or name that tells one from another", hint)
        if found.strip().lower() in NO_IDENTIFIER:
            raise error("a word stands where a number or name belongs that tells one from another", hint)
        return found.strip()

    def taxonomy(value: object, _: ValidationInfo) -> str:
        code = str(text(value)).strip().upper()
        if not is_taxonomy(code):
            raise error(f"'{brief(value)}' is not a taxonomy code", "ten letters and digits, as in 207RC0000X")
        return code

    return {DIAGNOSIS: icd, PROCEDURE: hcpcs, IDENTIFIER: identifier, TAXONOMY: taxonomy}


def undated(checks: Mapping[str, Check]) -> Mapping[str, Check]:
    """The same for codes of another day than that of the case: whether they existed on it is asked apart."""

    def of(check: Check) -> Check:
        return lambda value, _: check(value, cast("ValidationInfo", SimpleNamespace(context=None)))

    return {system: of(check) for system, check in checks.items()}
