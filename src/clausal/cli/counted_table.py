"""A table of counted lines on the screen: sums of their amounts, and of how many of the lines each sum is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table

from clausal.claims.counted import SIGNED, Counted


def fill(table: Table, rows: Sequence[tuple[str, Counted]], amounts: Mapping[str, str], above: str = "") -> None:
    """Add the columns of lines and amounts, and the rows; `amounts` are headings by name, `above` stands over each.

    A sum that is not of all lines of its row is followed by how many it is of, in a column that is there where needed.
    """
    partly = {name: any(one.sum(name).share(one.lines) for _, one in rows) for name in amounts}
    table.add_column(f"{above}lines", justify="right")
    for name, heading in amounts.items():
        table.add_column(f"{above}{heading}", justify="right")
        if partly[name]:
            table.add_column("", no_wrap=True, style="dim")
    for word, one in rows:
        cells = [word, f"{one.lines:,}"]
        for name in amounts:
            cells.append(one.sum(name).dollars(sign=name in SIGNED))
            if partly[name]:
                share = one.sum(name).share(one.lines)
                cells.append(f"({share})" if share else "")
        table.add_row(*cells)
