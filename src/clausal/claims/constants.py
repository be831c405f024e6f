"""Values that a mapping puts into a column: of its type, and such as it can have, told once and not line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pyarrow as pa

from clausal.columns.encode import number
from clausal.columns.schema import MONEY, Column
from clausal.exchange.tabular.values import WANTED, read_value, text_of
from clausal.facts.case import CaseReader
from clausal.problems import InvalidInput

Allowed = Callable[[str, Any], str]
"""What is wrong with a value of a column (message, line end, hint), or nothing."""


def allowed_by(readers: Iterable[CaseReader]) -> Allowed:
    """A column can have what the vocabulary of one of these says; of columns that are no facts nothing is known."""
    held = list(readers)

    def wrong(name: str, value: Any) -> str:
        told = ""
        for reader in held:
            fact = reader.vocabulary.facts.get(name)
            if fact is None or not fact.case:
                return ""
            if fact.type == "number" and isinstance(value, str):
                value = number(value)
            if fact.type in ("date", "flag"):
                return ""
            try:
                reader.value(fact, value)
            except InvalidInput as error:
                told = f"{error.problems[0].message}\n{error.problems[0].hint}"
            else:
                return ""
        return told

    return wrong


def constant(column: Column, value: Any, allowed: Allowed | None) -> Any:
    """A value as its column has it; raises ValueError (message, line end, hint) where it can have none such."""
    is_list = pa.types.is_list(column.type)
    wanted = WANTED.get(str(column.type), "a word").partition(";")[0]
    hint = f"expected {wanted}"
    if value is None or value == "" or value == []:
        raise ValueError(f"no value for '{column.name}'\n{hint}; leave the column out if it is not known")
    if isinstance(value, dict) or (isinstance(value, list) and not is_list):
        raise ValueError(f"'{column.name}' takes one value\n{hint}")
    try:
        if is_list:
            several = value if isinstance(value, list) else text_of(value).replace(",", " ").split()
            found: Any = [text_of(one) for one in several]
        else:
            found = read_value(value, column.type)
    except (ValueError, ArithmeticError):
        raise ValueError(f"{column.name}: '{text_of(value)[:60]}' is not {wanted}\n") from None
    if column.name in MONEY and found < 0:
        raise ValueError(f"{column.name}: less than nothing\n{hint}")
    wrong = allowed(column.name, found) if allowed else ""
    if wrong:
        raise ValueError(f"{column.name}: {wrong}")
    return found
