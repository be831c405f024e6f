"""Rows of cells on the screen: a table where it is wide enough, else each row as a paragraph; nothing is cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

BETWEEN = 2
"""Blanks between two columns."""
NARROWEST, OF_SENTENCES = 24, 36
"""Letters of a column of words, and of one of sentences, below which rows become paragraphs."""
SENTENCE = 60
"""Letters from which on a cell is a sentence."""


@dataclass(frozen=True)
class Head:
    """A column: its title, and whether it has figures, which stand to the right and are never wrapped.

    A column `beside` has what belongs to the figure before it, as of how many lines a sum is; `whole` are words that
    are not wrapped, as a number with letters.
    """

    title: str
    figures: bool = False
    beside: bool = False
    whole: bool = False


def indented(text: str, by: int, style: str = "") -> RenderableType:
    """A paragraph of which each line begins `by` blanks from the left."""
    return Padding(Text(text, style=style), (0, 0, 0, by), expand=False)


def print_rows(out: Console, heads: Sequence[Head], rows: Sequence[Sequence[str]]) -> None:
    """Print rows of as many cells as there are heads; the first cell names the row."""
    empty = {at for at, head in enumerate(heads) if head.beside and not any(row[at] for row in rows)}
    heads = [head for at, head in enumerate(heads) if at not in empty]
    rows = [[cell for at, cell in enumerate(row) if at not in empty] for row in rows]
    if _width(heads, rows) <= out.width:
        out.print(_table(heads, rows))
        return
    out.print(Text(heads[0].title, style="bold"))
    for row in rows:
        out.print(indented(row[0], 2))
        said = _said(heads[1:], row[1:])
        if said:
            out.print(indented(said, 6))


def _width(heads: Sequence[Head], rows: Sequence[Sequence[str]]) -> int:
    """The least width in which the rows are a table."""
    width = BETWEEN * (len(heads) - 1)
    for at, head in enumerate(heads):
        cells = [head.title, *(row[at] for row in rows)]
        longest = max(map(len, cells))
        # A word is never broken: it may be a name to be copied.
        word = max(len(one) for cell in cells for one in cell.split(" "))
        least = OF_SENTENCES if longest > SENTENCE else NARROWEST
        width += longest if _is_whole(head) else max(min(longest, least), word)
    return width


def _is_whole(head: Head) -> bool:
    """Whether the cells of a column are never wrapped."""
    return head.figures or head.beside or head.whole


def _table(heads: Sequence[Head], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, BETWEEN, 0, 0), header_style="bold")
    for head in heads:
        table.add_column(
            Text(head.title),
            justify="right" if head.figures else "left",
            no_wrap=_is_whole(head),
            overflow="fold",
            style="dim" if head.beside else "",
            vertical="top",
        )
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _said(heads: Sequence[Head], row: Sequence[str]) -> str:
    """The cells of a row with their titles, in a sentence."""
    parts: list[str] = []
    for head, cell in zip(heads, row, strict=True):
        if head.beside and cell and parts:
            parts[-1] += f" {cell}"
        elif cell and head.figures and head.title.split()[-1:] == ["lines"]:
            parts.append(f"{head.title.removesuffix('lines')}{cell} {'line' if cell == '1' else 'lines'}")
        elif cell:
            parts.append(f"{head.title} {cell}".strip())
    return "; ".join(parts)
