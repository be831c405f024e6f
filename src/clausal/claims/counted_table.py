"""Tables in a page: of counted lines with sums of their amounts, and of how many of the lines each sum is."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from clausal.claims.counted import SIGNED, Counted


def table(heading: str, rows: Sequence[tuple[str, Counted]], amounts: Mapping[str, str], rest: str = "") -> str:
    """Counted lines as HTML; `amounts` are headings by name, `rest` a last row. Each sum has a cell beside it, which
    tells of how many of the row's lines it is where not of all."""
    heads = [heading, "lines", *(one for title in amounts.values() for one in (title, ""))]
    body = [[word, f"{one.lines:,}", *(cell for name in amounts for cell in _sum(name, one))] for word, one in rows]
    figures = [False, True, *(one for _ in amounts for one in (True, False))]
    return table_of(heads, body, figures, rest)


def _sum(name: str, one: Counted) -> tuple[str, str]:
    share = one.sum(name).share(one.lines)
    return one.sum(name).dollars(sign=name in SIGNED), f"({share})" if share else ""


def table_of(heads: Sequence[str], rows: Sequence[Sequence[str]], figures: Sequence[bool], rest: str = "") -> str:
    """A table as HTML; `figures` tells which columns stand to the right.

    On a narrow screen each row is a paragraph, in which the heading of a column stands before its cell.
    """
    kinds = [" class=n" if of else "" if title else " class=of" for title, of in zip(heads, figures, strict=True)]
    head = "".join(f"<th{kind}>{html.escape(title)}" for title, kind in zip(heads, kinds, strict=True))
    body = [f"<tr>{''.join(map(_cell, heads, row, kinds))}" for row in rows]
    if rest:
        body.append(f"<tr><td>{html.escape(rest)}")
    return f"<table><tr>{head}{''.join(body)}</table>"


def _cell(title: str, text: str, kind: str) -> str:
    return f"<td{kind} data-of='{html.escape(title)}'>{html.escape(text)}"
