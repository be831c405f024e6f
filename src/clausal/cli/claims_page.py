"""The summary of a claim file in words and tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from clausal.claims.counted import Counted
from clausal.claims.reasons import Reasons
from clausal.claims.settling import settling
from clausal.claims.summary import AMOUNTS, NONE, Summary
from clausal.claims.worded import in_words
from clausal.cli.counted_table import cells, print_counted
from clausal.cli.rows import Head, print_rows
from clausal.columns.prices import NOT_WHOLE
from clausal.payment.reasons import WORDS, Reason

if TYPE_CHECKING:
    from clausal.claims.job import Done, Job
    from clausal.claims.worded import Worded

MOST_ROWS = 10
NOT_LISTED = WORDS[Reason.NOT_LISTED]
CHARGE = {"charge": "charge"}


def print_done(out: Console, done: Done, job: Job, report: Path | None) -> None:
    """Lines and dollars by status, finding, rule and edit; what would settle the others; where all was written."""
    summary, words = done.summary, done.worded
    rate = summary.lines / done.seconds if done.seconds else 0.0
    counted = f"{_many(summary.lines, 'line')} of {_many(summary.claims, 'claim')}"
    out.print(f"{counted} in {done.seconds:.1f} s ({rate:,.0f} lines/s)")
    if done.resumed_from:
        out.print(f"continued from line {done.resumed_from:,}")
    for why, rows in done.left.items():
        out.print(f"{_many(rows, 'row')} of the file left out by the mapping: {why}")
    if done.order == "sorted":
        out.print("lines of one claim lay apart in the file: it was sorted by claim first")
    _print(out, "status", summary.by["status"], amounts=AMOUNTS)
    _print(out, "finding", _named(summary.by["finding"], words.findings))
    _print(out, "deciding rule", summary.by["rule"])
    _print(out, "reason for denial", _named(summary.by["denial"], words.denials))
    _print(out, "claim edits (a line with two counts under each)", _named(summary.edits(), words.edits))
    _print_settling(out, summary, words)
    _print_each(out, summary.invalid_codes(), "codes not billable on the date of service", "lines that have them")
    _print_caveats(out, "what limits the answers", summary.warnings(), words.caveats)
    _print_caveats(out, "our readings, on which answers rest", summary.readings(), words.caveats)
    _print_refused(out, summary, job)
    out.print()
    if job.remittance:
        out.print(f"{summary.remitted_claims:,} claims in the remittance, {summary.pending_claims:,} pending")
    unlisted = sum(one.lines for note, one in summary.by["price_note"].items() if NOT_LISTED in note)
    if unlisted:
        out.print(f"{unlisted:,} lines have a code that no fee table held lists: clausal fees import loads CMS's files")
    fractions = sum(one.lines for note, one in summary.by["price_note"].items() if NOT_WHOLE in note)
    if fractions:
        have = "line has" if fractions == 1 else "lines have"
        out.print(f"{fractions:,} {have} minutes or a fraction of a unit: no amount; what is not denied waits")
    if done.unused:
        shown = ", ".join(done.unused[:8]) + (" ..." if len(done.unused) > 8 else "")
        out.print(f"columns of the file that were not used: {shown}")
    out.print("allowed is what Medicare's tables make of a line: a rate is not coverage")
    answers = [job.acknowledgment, job.claim_acknowledgment, report]
    written = [str(path) + _if_empty(path) for path in (job.output, *answers) if path]
    out.print(f"written: {', '.join(written)}", soft_wrap=True)


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _if_empty(path: Path) -> str:
    """That a file has nothing in it, as where no claim of it is decided or answered for."""
    return " (empty: there is nothing to tell)" if path.is_file() and not path.stat().st_size else ""


def _named(found: Mapping[str, Counted], words: Mapping[str, str]) -> dict[str, Counted]:
    """The same by words, each with its name behind it."""
    return {in_words(name, words): one for name, one in found.items()}


def _print(out: Console, title: str, found: Mapping[str, Counted], amounts: tuple[str, ...] = ("charge",)) -> None:
    rows = sorted(found.items(), key=lambda one: (-one[1].lines, one[0]))
    if not [value for value, _ in rows if value != NONE]:
        return
    left = rows[MOST_ROWS:]
    rest = f"and {len(left)} more, on {sum(one.lines for _, one in left):,} lines" if left else ""
    out.print()
    print_counted(out, title, rows[:MOST_ROWS], {name: name for name in amounts}, rest)


def _print_settling(out: Console, summary: Summary, words: Worded) -> None:
    """The facts that lines wait for, and in which order they settle most."""
    found = settling(summary.waiting)
    if not found.waiting.lines:
        return
    out.print()
    out.print(Text("What would settle the lines that wait", style="bold"))
    _say(out, found.said())
    out.print()
    heads = [Head("fact (its column)")]
    for of in ("alone settles", "needed by"):
        heads += [Head(f"{of} lines", figures=True), Head("charge", figures=True), Head("", beside=True)]
    rows = [
        [
            in_words(one.name, words.facts),
            *(cell for counted in (one.alone, one.among) for cell in (f"{counted.lines:,}", *cells(counted, CHARGE))),
        ]
        for one in found.facts[:MOST_ROWS]
    ]
    print_rows(out, heads, rows)
    if len(found.facts) > MOST_ROWS:
        out.print(f"and {len(found.facts) - MOST_ROWS} more")
    if found.steps:
        out.print()
        print_counted(
            out,
            "asked in this order, settled at least",
            [
                (f"{number}. {'; '.join(in_words(name, words.facts) for name in step.asks)}", step.settled)
                for number, step in enumerate(found.steps, 1)
            ],
            {"charge": "charge", "allowed": "allowed"},
        )


def _say(out: Console, text: str) -> None:
    out.print(Padding(Text(text), (0, 0, 0, 2), expand=False))


def _print_each(out: Console, found: Mapping[str, int], what: str, whose: str) -> None:
    if not found:
        return
    out.print()
    rows = [[name, f"{lines:,}"] for name, lines in list(found.items())[:MOST_ROWS]]
    print_rows(out, [Head(what), Head(whose, figures=True)], rows)
    if len(found) > MOST_ROWS:
        out.print(f"and {len(found) - MOST_ROWS} more")


def _print_caveats(out: Console, title: str, lines: Mapping[str, int], caveats: Mapping[str, str]) -> None:
    if not lines:
        return
    out.print()
    rows = [[caveats.get(name, ""), f"{count:,}", name] for name, count in lines.items()]
    print_rows(out, [Head(title), Head("lines", figures=True), Head("name")], rows)


def _print_refused(out: Console, summary: Summary, job: Job) -> None:
    """Why lines are rejected, and claims of an X12 file refused."""
    _print_reasons(out, "why lines are rejected", "lines", summary.rejects)
    _print_reasons(out, "what is wrong in the X12 file", "times", summary.refusals)
    if summary.rejected or summary.refused_claims:
        claims = f", and {_many(summary.refused_claims, 'claim')} not readable" if summary.refused_claims else ""
        out.print()
        out.print(
            f"{_many(summary.rejected, 'line')} rejected{claims}; each told in {job.rejects_path}", soft_wrap=True
        )
    if summary.envelope_problems:
        out.print(
            f"claims may be missing: the file is not whole around its transactions; why: {job.rejects_path}",
            soft_wrap=True,
        )


def _print_reasons(out: Console, title: str, counts: str, reasons: Reasons) -> None:
    """Reasons with how often each was met, and where one is."""
    found = list(reasons)
    if not found:
        return
    out.print()
    rows = [[reason, f"{one.count:,}", one.example] for reason, one in found[:MOST_ROWS]]
    print_rows(out, [Head(title), Head(counts, figures=True), Head("one of them")], rows)
    if len(found) > MOST_ROWS:
        left = sum(one.count for _, one in found[MOST_ROWS:])
        out.print(f"and {len(found) - MOST_ROWS} more reasons, {left:,} {counts}")
