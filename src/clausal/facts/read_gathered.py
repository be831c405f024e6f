"""Read how a fact is gathered over lines, as its declaration has it under `of_claim` or `of_history`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from clausal.facts.fact import Fact
from clausal.facts.gathered import CLAIM, HISTORY, PATIENT, SINCE, Function, Gathered, Over, Unit, Window
from clausal.facts.source import Path_
from clausal.problems import unknown_name

KEYS: tuple[Over, ...] = (CLAIM, HISTORY)
EXAMPLE = "as in {count: days, where: {code: 64633}, same: [patient], within: {months: 12, before: service_date}}"
_COUNTED = ("lines", "days")
_OTHERS = ("where", "same", "within")
_FUNCTIONS = ("count", "sum", "any", *SINCE)
_UNITS = ("days", "weeks", "months", "years")
_CALENDAR = ("year", "month")
_BEFORE = "service_date"
Refusal = tuple[Path_, str, str]
"""Where under `of_claim` or `of_history`, what is wrong, and a hint."""


class _Refused(Exception):
    def __init__(self, path: Path_, message: str, hint: str = "") -> None:
        self.refusal: Refusal = (path, message, hint)


def read_gathered(over: Over, spec: Any) -> Gathered | Refusal:
    """What a declaration gathers, as far as that can be told without the facts that it names."""
    try:
        return _read(over, spec)
    except _Refused as refused:
        return refused.refusal


def _read(over: Over, spec: Any) -> Gathered:
    functions = [key for key in spec if key in _FUNCTIONS] if isinstance(spec, dict) else []
    for key in spec if isinstance(spec, dict) else ():
        if key not in (*_FUNCTIONS, *_OTHERS):
            raise _Refused((key,), *unknown_name("key", str(key), (*_FUNCTIONS, *_OTHERS)))
    if len(functions) != 1:
        raise _Refused((), f"`{over}` has one of {', '.join(_FUNCTIONS)}", EXAMPLE)
    (key,) = functions
    if over == CLAIM and key in SINCE:
        raise _Refused((key,), f"`{key}` looks back at earlier services", "write it under `of_history`")
    where, function, of = spec.get("where"), key, ""
    if key == "count":
        if spec[key] not in _COUNTED:
            raise _Refused((key,), f"'{spec[key]}' cannot be counted", "count: lines, or count: days")
        function = f"count {spec[key]}"
    elif key == "sum":
        of = str(spec[key])
    else:
        where = _either(key, spec[key], where)
    return Gathered(
        over, cast("Function", function), of, _where(key, where), _same(spec.get("same")), _within(over, key, spec)
    )


def _either(key: str, tests: Any, where: Any) -> Any:
    """The tests of a line, which stand behind the function or under `where`."""
    if tests in (None, True):
        return where
    if where is not None:
        raise _Refused(("where",), f"`{key}` has tests of its own", f"write them under `{key}` or under `where`")
    return tests


def _where(key: str, tests: Any) -> Mapping[str, Any]:
    if not isinstance(tests, dict) or not tests:
        hint = "as in {code: 64633}"
        raise _Refused(("where",) if tests is not None else (), f"`{key}` needs tests of the lines that count", hint)
    return {str(name): test for name, test in tests.items()}


def _same(names: Any) -> tuple[str, ...]:
    if names is None:
        return ()
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _Refused(("same",), "`same` is a list of facts", "as in [patient, side]")
    return tuple(dict.fromkeys(names))


def _within(over: Over, key: str, spec: Mapping[str, Any]) -> Window | None:
    if (within := spec.get("within")) is None:
        return None
    if over == CLAIM:
        hint = "take it out, or write `same: [service_date]`"
        raise _Refused(("within",), "the lines of a claim are all there: they have no window", hint)
    if key in SINCE:
        raise _Refused(("within",), f"`{key}` looks back as far as services are listed", "take it out")
    hint = "as in {months: 12, before: service_date} or {calendar: year}"
    if not isinstance(within, dict):
        raise _Refused(("within",), "`within` tells the days that count", hint)
    for name in within:
        if name not in (*_UNITS, "calendar", "before"):
            raise _Refused(("within", name), *unknown_name("key", str(name), (*_UNITS, "calendar", "before")))
    if within.get("before", _BEFORE) != _BEFORE:
        raise _Refused(("within", "before"), f"a window ends at the service, not at '{within['before']}'", hint)
    lengths = [name for name in within if name != "before"]
    if len(lengths) != 1:
        raise _Refused(("within",), "a window has one length", hint)
    (unit,) = lengths
    number = within[unit]
    if unit == "calendar":
        if number not in _CALENDAR:
            raise _Refused(("within", unit), f"'{number}' is no part of the calendar", f"one of {', '.join(_CALENDAR)}")
        return Window(cast("Unit", f"calendar {number}"))
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= 100_000:
        raise _Refused(("within", unit), f"a window of {number} {unit} has no length", "a whole number of at least 1")
    return Window(cast("Unit", unit), number)


def gathered_refusals(fact: Fact, facts: Mapping[str, Fact]) -> Iterable[Refusal]:
    """What is wrong in what is gathered, now that all facts are known: other types than it takes, a circle."""
    gathered = fact.gathered
    assert gathered is not None
    wanted = "flag" if gathered.function == "any" else "number"
    if fact.type != wanted:
        yield (), f"'{fact.name}' is a {fact.type}: what is gathered is a {wanted}", f"type: {wanted}"
    if (gathered.over == HISTORY or PATIENT in gathered.same) and PATIENT not in facts:
        yield (), f"no pack declares '{PATIENT}', by which earlier services are found", "declare it"
    for name in gathered.names:
        path: Path_ = ("same",) if name in gathered.same else ("sum",) if name == gathered.of else ("where", name)
        other = facts.get(name)
        if other is None:
            message, hint = unknown_name("fact", name, facts)
            yield path, message, hint
        elif other.type == "codes" and name in gathered.same:
            yield path, f"'{name}' is a list: lines agree in single values only", ""
        elif through := _gathered_behind(name, facts):
            message = f"'{name}' is gathered itself" if through == name else f"'{name}' rests on '{through}'"
            yield path, f"{message}: what is gathered is not gathered over", "test facts of the lines"
    summed = facts.get(gathered.of)
    if summed is not None and (
        summed.type != "number" or not summed.whole or not summed.of_line or summed.at_least is None
        or summed.at_least < 0
    ):  # fmt: skip
        message = f"'{gathered.of}' cannot be summed: it is no whole number of a line, from nothing up"
        yield ("sum",), message, "as units are"


def _gathered_behind(name: str, facts: Mapping[str, Fact]) -> str:
    """The gathered fact that a fact is, or is computed from; empty if there is none."""
    waiting, seen = [name], set[str]()
    while waiting:
        one = waiting.pop()
        fact = facts.get(one)
        if one in seen or fact is None:
            continue
        seen.add(one)
        if fact.gathered:
            return one
        waiting.extend(fact.computed.of if fact.computed else ())
    return ""
