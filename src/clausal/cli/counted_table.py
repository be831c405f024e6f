"""Counted lines on the screen: sums of their amounts, and of how many of the lines each sum is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console

from clausal.claims.counted import SIGNED, Counted
from clausal.cli.rows import Head, print_rows


def print_counted(
    out: Console, title: str, rows: Sequence[tuple[str, Counted]], amounts: Mapping[str, str], rest: str = ""
) -> None:
    """Print a row for each word that lines are counted by; `amounts` are titles by name, `rest` stands below.

    A sum that is not of all lines of its row is followed by how many it is of.
    """
    heads = [Head(title), Head("lines", figures=True)]
    for name in amounts.values():
        heads += [Head(name, figures=True), Head("", beside=True)]
    print_rows(out, heads, [[word, f"{one.lines:,}", *cells(one, amounts)] for word, one in rows])
    if rest:
        out.print(rest)


def cells(one: Counted, amounts: Mapping[str, str]) -> list[str]:
    """Each sum, and beside it of how many of the lines it is where not of all."""
    found = []
    for name in amounts:
        share = one.sum(name).share(one.lines)
        found += [one.sum(name).dollars(sign=name in SIGNED), f"({share})" if share else ""]
    return found
