"""Words and signs of pages: a status is a sign and a word, never a colour alone; what is not known is said to be so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from clausal.service.rendering.addresses import line_text

SIGNS = {
    "covered": "✓",
    "not-covered": "✗",
    "conditional": "◐",
    "refer": "→",
    "not-addressed": "–",
    "open": "?",
    "yes": "✓",
    "no": "✗",
    "unknown": "?",
    "block": "⛔",
    "confirm": "⚠",
    "caution": "!",
}
STATUSES = {
    "covered": "covered",
    "not-covered": "not covered",
    "conditional": "conditional",
    "refer": "left to another policy",
    "not-addressed": "not addressed",
    "open": "open",
}


def status(value: str) -> str:
    """A status as people read it."""
    return STATUSES.get(value, value)


def sign(value: str) -> str:
    """The sign of a status, of whether a test holds, of a severity."""
    return SIGNS.get(value, "")


def plain(value: str) -> str:
    """A name of the packs as words: `knee_pain_months`, `bcn-commercial-hmo`."""
    return value.replace("_", " ").replace("-", " ")


def fact(value: str) -> str:
    """The name of a fact as words."""
    return value.replace("_", " ")


def rule(value: str) -> str:
    """The name of a rule as words: of `pack/table#name` the last."""
    return ", ".join(plain(one.rpartition("#")[2]) for one in value.split(", "))


def origin(value: str) -> str:
    """Where a value comes from: what was given, or the facts and the rule that it is derived from."""
    sources, _, by = value.partition(" (rule ")
    if not by:
        return "given"
    return f"from {sources.replace('_', ' ')}, by rule {rule(by.removesuffix(')'))}"


def line(one: Any) -> str:
    """A service line as it is typed."""
    return line_text(one)


def with_mode(at: str) -> str:
    """The address of a case that asks one question at a time."""
    return f"{at}{'&' if '?' in at else '?'}mode=question" if at else "/case?mode=question"


def money(value: Any) -> str:
    """An amount in dollars; what is not known is never blank and never zero."""
    if value in (None, ""):
        return "not known"
    try:
        return f"${Decimal(str(value)):,.2f}"
    except InvalidOperation:
        return str(value)


def number(value: Any) -> str:
    """A count, with commas."""
    return f"{value:,}" if isinstance(value, int) else str(value)


def many(count: int, one: str, several: str = "") -> str:
    """`1 line`, `2 lines`."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


KINDS = ("normative", "administrative", "definition", "notice", "history", "evidence", "heading")


def kinds(clauses: Sequence[Mapping[str, Any]]) -> list[str]:
    """The kinds of clauses that there are, what decides first."""
    found = dict.fromkeys(str(one["kind"]) for one in clauses)
    return sorted(found, key=lambda kind: KINDS.index(kind) if kind in KINDS else len(KINDS))


def listed(values: Sequence[Any]) -> str:
    """Values with commas between."""
    return ", ".join(map(str, values))


def short(fingerprint: str) -> str:
    """The first letters of a fingerprint."""
    return fingerprint.partition(":")[2][:8] or fingerprint[:8]


FILTERS: dict[str, Callable[..., Any]] = {
    "status": status,
    "sign": sign,
    "plain": plain,
    "fact": fact,
    "money": money,
    "rule": rule,
    "origin": origin,
    "number": number,
    "listed": listed,
    "short": short,
}
