"""The worked cases beside the packs as a page: some in full, as the packs choose, and a table of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from clausal.cli.page import STYLE, print_page
from clausal.determination.model import Determination
from clausal.determination.worked import Worked
from clausal.documents.library import Library
from clausal.documents.load import bundled_packs

MOST_SHOWN = 3
"""So many cases are printed in full, of those that packs mark as `shown`."""
TABLE_WIDTH = 116
"""A console that is narrower gets a list in place of the table."""
Decided = tuple[Worked, Determination, bool | None]
"""A worked case, its answer, and whether that is the one expected (None: not compared)."""


def print_worked(console: Console, wide: Console, library: Library, decided: Sequence[Decided]) -> None:
    """Print the cases that packs show, and for each pack how its cases come out: a table, on the wide console."""
    chosen = [one for one in decided if one[0].shown]
    in_full = sorted(chosen, key=lambda one: _comes_with_the_project(library, one[0]))[:MOST_SHOWN]
    for _, answer, _ in in_full:
        print_page(console, library, answer)
    of_pack: dict[str, list[Decided]] = {}
    for one in decided:
        of_pack.setdefault(one[0].pack, []).append(one)
    counts = {pack: _counted(some) for pack, some in of_pack.items()}
    if len(counts) > 1:
        counts["all"] = _counted(decided)
    if wide.width < TABLE_WIDTH:
        _print_list(wide, counts)
    else:
        wide.print(_table(counts))
    console.print(Text(f"{len(in_full)} of {len(decided)} worked cases are printed in full; `--all` prints them all."))


def _comes_with_the_project(library: Library, worked: Worked) -> bool:
    """Whether a case is of a bundled pack: those that a person adds are printed before them."""
    return Path(library.packs[worked.pack].folder).is_relative_to(bundled_packs())


@dataclass(frozen=True)
class _Counted:
    """How many cases, how many of their lines by status, and how many cases come out as expected, in words."""

    cases: int
    lines: Mapping[str, int]
    expected: str


def _counted(decided: Sequence[Decided]) -> _Counted:
    lines: Counter[str] = Counter(line.status for _, answer, _ in decided for line in answer.lines)
    compared = [expected for _, _, expected in decided if expected is not None]
    expected = "all" if all(compared) else f"{sum(compared)} of {len(compared)}"
    return _Counted(len(decided), lines, expected if compared else "")


def _table(counts: Mapping[str, _Counted]) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("worked cases of", no_wrap=True)
    for column in ("cases", *STYLE, "as expected"):
        table.add_column(_words(column), justify="right")
    for pack, one in counts.items():
        lines = (str(one.lines.get(status, "")) for status in STYLE)
        table.add_row(pack, str(one.cases), *lines, one.expected, style="bold" if pack == "all" else "")
    return table


def _print_list(console: Console, counts: Mapping[str, _Counted]) -> None:
    for pack, one in counts.items():
        expected = f", {one.expected} as expected" if one.expected else ""
        console.print(Text(f"{pack}: {one.cases} worked cases{expected}", style="bold"))
        lines = ", ".join(f"{one.lines[status]} {_words(status)}" for status in STYLE if status in one.lines)
        console.print(Padding(Text(f"lines: {lines}"), (0, 0, 0, 2), expand=False))


def _words(status: str) -> str:
    return status.replace("-", " ")
