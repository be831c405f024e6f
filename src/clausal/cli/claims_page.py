"""The summary of a claim file in words and tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from clausal.claims.counted import Counted
from clausal.claims.summary import AMOUNTS, NONE
from clausal.cli.counted_table import fill
from clausal.payment.reasons import WORDS, Reason

if TYPE_CHECKING:
    from clausal.claims.run import Done, Job

MOST_ROWS = 10
NOT_LISTED = WORDS[Reason.NOT_LISTED]
TITLES = {
    "status": "status",
    "finding": "finding",
    "rule": "deciding rule",
    "denial": "reason for denial",
    "edits": "claim edits",
}


def print_done(out: Console, done: Done, job: Job, report: Path | None) -> None:
    """Lines and dollars by status, finding, rule, edit and need; where everything was written."""
    summary = done.summary
    rate = summary.lines / done.seconds if done.seconds else 0.0
    out.print(f"{summary.lines:,} lines of {summary.claims:,} claims in {done.seconds:.1f} s ({rate:,.0f} lines/s)")
    if done.resumed_from:
        out.print(f"continued from line {done.resumed_from:,}")
    for why, rows in done.left.items():
        out.print(f"{rows:,} rows of the file left out by the mapping: {escape(why)}")
    if done.order == "sorted":
        out.print("lines of one claim lay apart in the file: it was sorted by claim first")
    for name, title in TITLES.items():
        _print(out, title, summary.by[name], amounts=name == "status")
    _print_each(out, summary.needs(), "what is missing", "lines that need it")
    _print_each(out, summary.invalid_codes(), "codes not billable on the date of service", "lines that have them")
    _print_caveats(out, "what limits the answers", summary.warnings(), done.caveats)
    _print_caveats(out, "our readings, on which answers rest", summary.readings(), done.caveats)
    if job.remittance:
        out.print(f"{summary.remitted_claims:,} claims in the remittance, {summary.pending_claims:,} pending")
    if summary.rejected or summary.refused_claims:
        claims = f", and {summary.refused_claims:,} claims not readable" if summary.refused_claims else ""
        out.print(f"{summary.rejected:,} lines rejected{claims}; the reasons: {job.rejects_path}")
    if summary.envelope_problems:
        out.print(f"claims may be missing: the file is not whole around its transactions; why: {job.rejects_path}")
    unlisted = sum(one.lines for note, one in summary.by["price_note"].items() if NOT_LISTED in note)
    if unlisted:
        out.print(f"{unlisted:,} lines have a code that no fee table held lists: clausal fees import loads CMS's files")
    if done.unused:
        shown = ", ".join(done.unused[:8]) + (" ..." if len(done.unused) > 8 else "")
        out.print(f"columns of the file that were not used: {shown}")
    out.print("allowed is what Medicare's tables make of a line: a rate is not coverage")
    out.print(f"written: {job.output}" + (f", {report}" if report else ""))


def _print(out: Console, title: str, found: Mapping[str, Counted], *, amounts: bool) -> None:
    rows = sorted(found.items(), key=lambda one: -one[1].lines)
    if not [value for value, _ in rows if value != NONE]:
        return
    table = Table(title=None, box=None, pad_edge=False, show_header=True, header_style="bold")
    table.add_column(title)
    fill(table, rows[:MOST_ROWS], {name: name for name in (AMOUNTS if amounts else AMOUNTS[:1])})
    if len(rows) > MOST_ROWS:
        table.add_row(f"{len(rows) - MOST_ROWS} more", f"{sum(one.lines for _, one in rows[MOST_ROWS:]):,}")
    out.print()
    out.print(table)


def _print_each(out: Console, found: Mapping[str, int], what: str, whose: str) -> None:
    if not found:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(what)
    table.add_column(whose, justify="right")
    for name, lines in list(found.items())[:MOST_ROWS]:
        table.add_row(name, f"{lines:,}")
    out.print()
    out.print(table)
    out.print()


def _print_caveats(out: Console, title: str, lines: Mapping[str, int], caveats: Mapping[str, str]) -> None:
    if not lines:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(title)
    table.add_column("lines", justify="right")
    table.add_column("")
    for name, count in lines.items():
        table.add_row(name, f"{count:,}", caveats.get(name, ""))
    out.print(table)
    out.print()
