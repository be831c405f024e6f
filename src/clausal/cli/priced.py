"""What the pages on payment say of an amount: dollars, or a dash and why there is none; and what a total is of."""

from __future__ import annotations

from collections.abc import Sequence

from clausal.amounts import DASH, Sum, told
from clausal.payment.model import QuotedLine

NOTHING_PRICED = "nothing here has a price"
WHY = ("no published fee", "not applied", "not payable", "nothing is paid", "not paid", "not known")
"""Words that tell in short why there is no amount; the first that stands in what is said of a line counts."""


def why_none(lines: Sequence[QuotedLine]) -> str:
    """Why lines have no amount, in a few words; empty where all have one."""
    lacking = [line for line in lines if line.allowed is None]
    if not lacking:
        return ""
    if not any(line.release for line in lacking):
        return "no table held"
    said = " ".join(line.why or "" for line in lacking)
    return next((word for word in WHY if word in said), "no amount")


def amount_of(line: QuotedLine) -> str:
    """The allowed amount of a line, or a dash and why there is none."""
    return f"{DASH} ({why_none([line])})" if line.allowed is None else line.allowed


def total_of(lines: Sequence[QuotedLine], total: str | None) -> str:
    """The total of lines, with the number of those that it is of where not all have an amount."""
    share = Sum.of(line.allowed for line in lines).share(len(lines))
    return f"{told(total)} ({share or NOTHING_PRICED})" if share or total is None else told(total)
