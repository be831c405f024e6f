"""A table of counted lines in a page: sums of their amounts, and of how many of the lines each sum is."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from clausal.claims.counted import SIGNED, Counted


def table(heading: str, rows: Sequence[tuple[str, Counted]], amounts: Mapping[str, str], rest: str = "") -> str:
    """The table as HTML; `amounts` are headings by name, `rest` a last row. Each sum has a cell beside it, which tells
    of how many of the row's lines it is where not of all."""
    head = "".join(f"<th class=n>{title}<th>" for title in amounts.values())
    body = []
    for word, one in rows:
        cells = [f"<tr><td>{html.escape(word)}<td class=n>{one.lines:,}"]
        for name in amounts:
            share = one.sum(name).share(one.lines)
            cells.append(f"<td class=n>{one.sum(name).dollars(sign=name in SIGNED)}")
            cells.append(f"<td class=of>({share})" if share else "<td>")
        body.append("".join(cells))
    if rest:
        body.append(f"<tr><td>{rest}")
    return f"<table><tr><th>{heading}<th class=n>lines{head}{''.join(body)}</table>"
