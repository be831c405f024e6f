"""`clausal impact`: what a change of policy does to a year of claims."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clausal.cli.common import DECIDED, OPEN, JsonOption, PacksOption, bar_console, console
from clausal.files import same
from clausal.problems import InvalidInput, Place

if TYPE_CHECKING:
    from rich.console import Console

    from clausal.claims.changed import Impact
    from clausal.claims.counted import Counted
    from clausal.claims.explained import Explained
    from clausal.claims.impact import Job, Side
    from clausal.claims.job import Progress as Reached

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
MOST = 12
"""Rows of each table that are printed."""


def register(app: typer.Typer) -> None:
    app.command("impact")(impact)


def impact(
    claims: Annotated[Path, typer.Argument(metavar="CLAIMS", help="A claim file, as for `adjudicate`.")],
    before: Annotated[
        str | None,
        typer.Option("--before", metavar="FOLDER|DAY", help="A version of a pack, or a day of publication."),
    ] = None,
    after: Annotated[
        str | None,
        typer.Option("--after", metavar="FOLDER|DAY", help="The other side. Left out: as it is now."),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="YAML that tells which columns of the file are which.")
    ] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Write an HTML page with charts.")] = None,
    samples: Annotated[int, typer.Option("--samples", min=0, max=200, help="Lines that are explained.")] = 12,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="Threads.")] = 2,
    force: Annotated[bool, typer.Option("--force", help="Replace a report that exists.")] = False,
    json: JsonOption = False,
    packs: PacksOption = None,
) -> None:
    """Decide a claim file by two versions of policy, and tell which lines and dollars change, and by what.

    Exit status: 0 done, 3 done with lines that could not be read, 2 bad input.
    """
    from clausal.claims.constants import allowed_by
    from clausal.claims.explained import explained
    from clausal.claims.impact import Job
    from clausal.claims.impact_report import write_report
    from clausal.claims.mapping import NONE, read_mapping
    from clausal.facts.source import read_source
    from clausal.schedules.tables import Schedules

    if before is None and after is None:
        hint = "--after FOLDER compares what holds now with a changed pack; a day stands for what was published by it"
        raise InvalidInput.at(Place("impact"), "nothing to compare: give --before or --after", hint)
    if report is not None:
        _check_report(report, [one for one in (claims, mapping) if one is not None], force=force)
    old, new = _side(before, packs, "--before"), _side(after, packs, "--after")
    from clausal.columns.schema import input_columns

    columns = {column.name: column for side in (old, new) for column in input_columns(side.library.vocabulary)}
    allowed = allowed_by(side.library.cases for side in (old, new))
    read = read_mapping(read_source(mapping), list(columns.values()), allowed) if mapping else NONE
    job = Job(claims, old, new, read, workers, samples)
    schedules = Schedules()
    try:
        found = _with_bar(job, schedules)
    except KeyboardInterrupt as error:
        error.add_note("nothing is written: this cannot be continued, run it again")
        raise
    lines = explained(found, job, schedules)
    if report is not None:
        write_report(report, found, job, lines)
    if json:
        import json as as_json

        from clausal.claims.impact_data import impact_data

        print(as_json.dumps(impact_data(found, job, lines), indent=2))
    else:
        _print(console(wide=True), found, job, lines, report)
    raise typer.Exit(OPEN if found.unreadable or found.refused_claims or found.envelope_problems else DECIDED)


def _check_report(report: Path, read: list[Path], *, force: bool) -> None:
    """Refuse a report that could not be written in the end, or would replace something unasked."""
    if any(same(report, one) for one in read):
        raise InvalidInput.at(Place(str(report)), "this would replace what is read", "name another file")
    if report.is_dir():
        raise InvalidInput.at(Place(str(report)), "is a folder", "name a file")
    if not report.absolute().parent.is_dir():
        raise InvalidInput.at(Place(str(report)), "its folder does not exist", "make the folder first")
    if report.exists() and not force:
        raise InvalidInput.at(Place(str(report)), "already exists", "name another file, or use --force to replace it")


def _side(text: str | None, packs: list[Path] | None, option: str) -> Side:
    """One side: what holds now, what was published by a day, or a version of some packs."""
    from clausal.claims.impact import Side
    from clausal.documents.load import load_library

    today = dt.date.today()
    folders = list(packs or [])
    if text is None:
        return Side(load_library(folders, replacing=True), today, "as it is now")
    if _DAY.match(text):
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            raise InvalidInput.at(Place(option), f"'{text}' is not a date", "as in 2024-10-15") from None
        return Side(load_library(folders, replacing=True), day, f"as published by {day}")
    return Side(load_library([*folders, Path(text)], replacing=True), today, text)


def _with_bar(job: Job, schedules: Any) -> Impact:
    from clausal.claims.impact import impact as compare

    if not sys.stderr.isatty():
        return compare(job, schedules)
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    text = TextColumn("{task.fields[lines]:,} lines")
    with Progress(BarColumn(), text, TimeRemainingColumn(), console=bar_console(), transient=True) as bar:
        task = bar.add_task("", total=1.0, lines=0)

        def reached(where: Reached) -> None:
            bar.update(task, completed=where.fraction, lines=where.lines)

        return compare(job, schedules, reached)


def _print(out: Console, found: Impact, job: Job, lines: list[Explained], report: Path | None) -> None:
    from clausal.claims.changed import AMOUNTS

    changed = found.changed
    out.print(f"before: {job.before.label}; after: {job.after.label}", soft_wrap=True)
    out.print(
        f"{found.lines:,} lines of {found.claims:,} claims: {changed.lines:,} change, "
        f"{found.asking.lines:,} only need other facts, {found.resting.lines:,} only rest on other rules or clauses "
        f"({found.seconds:.1f} s)"
    )
    for why, rows in found.left.items():
        out.print(f"{rows:,} rows of the file left out by the mapping: {why}")
    if found.unreadable:
        out.print(
            f"{found.unreadable:,} lines are left out: {found.unreadable_before:,} cannot be read before, "
            f"{found.unreadable_after:,} after"
        )
    if found.refused_claims:
        out.print(f"{found.refused_claims:,} claims are left out: not whole, or not readable")
    if found.envelope_problems:
        out.print("claims may be missing: the file is not whole around its transactions (adjudicate says where)")
    if changed.lines:
        charge, before, after, difference = (changed.sum(name) for name in AMOUNTS)
        out.print(
            f"charged {charge.told(changed.lines)}; paid {before.told(changed.lines)} before, "
            f"{after.told(changed.lines)} after: {difference.told(changed.lines, sign=True)}"
        )
        lacking = changed.lines - difference.lines
        if lacking:
            out.print(f"{lacking:,} of them have no payment on one side: not decided there, or no published fee")
    if changed.lines:
        _tables(out, found)
    for one in lines:
        _print_sample(out, one)
    if report is not None:
        out.print(f"\nreport: {report}", soft_wrap=True)


def _tables(out: Console, found: Impact) -> None:
    def transition(of: Callable[[Any], str]) -> dict[str, Counted]:
        pairs = found.transitions(of)
        return {f"{one} -> {other}" if one != other else one: alike for (one, other), alike in pairs.items()}

    _table(out, "status", transition(lambda one: one.status))
    _table(out, "rule", transition(lambda one: one.rule or "no rule"))
    _clauses(out, found)
    for name, words in found.by.items():
        _table(out, name, dict(sorted(words.items())) if name == "month" else words, as_is=name == "month")


def _table(out: Console, heading: str, found: Mapping[str, Counted], *, as_is: bool = False) -> None:
    from clausal.claims.impact_report import TITLES
    from clausal.cli.counted_table import print_counted

    rows = list(found.items()) if as_is else sorted(found.items(), key=lambda one: (-one[1].lines, one[0]))
    out.print()
    print_counted(out, heading, rows[:MOST], TITLES, f"and {len(rows) - MOST} more" if len(rows) > MOST else "")


def _clauses(out: Console, found: Impact) -> None:
    """Changed lines by the clauses that their answers rest on."""
    from clausal.claims.impact_report import charged
    from clausal.cli.rows import Head, print_rows

    rows = sorted(found.by_clause().items(), key=lambda one: (-max(one[1][0].lines, one[1][1].lines), one[0]))
    heads = [Head("clause"), *(Head(name, figures=True) for name in ("rest on it before", "after", "charged"))]
    out.print()
    print_rows(
        out,
        heads,
        [
            [clause, f"{before.lines:,}", f"{after.lines:,}", charged(before, after)]
            for clause, (before, after) in rows[:MOST]
        ],
    )
    if len(rows) > MOST:
        out.print(f"and {len(rows) - MOST} more")


def _print_sample(out: Console, one: Explained) -> None:
    from rich.padding import Padding
    from rich.text import Text

    out.print(Text(f"\nclaim {one.claim_id}, line {one.line}: {one.what} ({one.like.lines:,} like it)", style="bold"))
    facts = "; ".join(f"{name} {value}" for name, value in one.facts.items())
    out.print(Padding(Text(facts), (0, 0, 0, 2), expand=False))
    for label, side in (("before", one.before), ("after", one.after)):
        out.print(Padding(Text(f"{label:<8}{side.answer}"), (0, 0, 0, 2), expand=False))
        for step in side.steps:
            out.print(Padding(Text(step), (0, 0, 0, 10), expand=False))
