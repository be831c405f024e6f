"""`clausal adjudicate`: a claim file in, results or a remittance out."""

from __future__ import annotations

import datetime as dt
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausal.cli.common import DECIDED, OPEN, AsOfOption, JsonOption, PacksOption, bar_console, console, day, load
from clausal.problems import InvalidInput, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clausal.claims.job import Done, Job
    from clausal.claims.mapping import FileMapping
    from clausal.columns.schema import Column
    from clausal.documents.library import Library
    from clausal.schedules.tables import Schedules


class Engine(StrEnum):
    local = "local"
    spark = "spark"


def register(app: typer.Typer) -> None:
    app.command("adjudicate")(adjudicate)


def adjudicate(
    claims: Annotated[
        Path, typer.Argument(metavar="INPUT", help="Claims: Parquet, CSV, JSON lines, XLSX or X12 837 (also .gz).")
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Results: FILE.parquet, .csv, .xlsx; a remittance: FILE.835.")
    ],
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="YAML that tells which columns of the file are which.")
    ] = None,
    history: Annotated[
        Path | None, typer.Option("--history", help="Earlier services of the patients: Parquet, CSV, JSON lines, XLSX.")
    ] = None,
    history_mapping: Annotated[
        Path | None, typer.Option("--history-mapping", help="The same as --mapping, for the file of --history.")
    ] = None,
    derivation: Annotated[
        bool, typer.Option("--derivation", help="Tell how each allowed amount comes about (slow).")
    ] = False,
    report: Annotated[Path | None, typer.Option("--report", help="Write an HTML page with charts.")] = None,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="Where rejected lines go (default: beside the output).")
    ] = None,
    pending: Annotated[
        Path | None, typer.Option("--pending", help="Where claims go that an 835 cannot tell of yet.")
    ] = None,
    acknowledge: Annotated[
        Path | None, typer.Option("--acknowledge", help="Write the X12 999 of an X12 file here.")
    ] = None,
    claim_acknowledgment: Annotated[
        Path | None, typer.Option("--claim-acknowledgment", help="Write the X12 277CA of an X12 file here.")
    ] = None,
    payers: Annotated[
        Path | None, typer.Option("--payers", help="YAML with tax number and address of payers, for an 835.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue an interrupted run.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an output that exists.")] = False,
    engine: Annotated[Engine, typer.Option("--engine", help="On this machine, or on Spark.")] = Engine.local,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="Threads, or Spark partitions.")] = 2,
    part_seconds: Annotated[
        float, typer.Option("--part-seconds", min=0.0, help="How often work is kept for --resume.")
    ] = 60.0,
    as_of: AsOfOption = None,
    json: JsonOption = False,
    packs: PacksOption = None,
) -> None:
    """Decide every line of a claim file: status, rule, clauses, denial codes, edits, what is needed, what is paid.

    Exit status: 0 done, 3 done with rejected lines, 2 bad input.
    """
    from clausal.claims.constants import allowed_by
    from clausal.claims.job import Job
    from clausal.claims.mapping import NONE, read_mapping
    from clausal.claims.payers import read_payers
    from clausal.columns.options import Options
    from clausal.facts.source import read_source
    from clausal.schedules.tables import Schedules

    library = load(packs)
    remittance = _is_remittance(output)
    columns = _columns(library, remittance)
    job = Job(
        input=claims,
        output=output,
        options=Options(day(as_of) or dt.date.today(), derivation),
        remittance=remittance,
        mapping=read_mapping(read_source(mapping), columns, allowed_by([library.cases])) if mapping else NONE,
        history=history,
        history_mapping=_mapping_of_history(history_mapping, columns, library),
        rejects=rejects,
        pending=pending,
        acknowledgment=acknowledge,
        claim_acknowledgment=claim_acknowledgment,
        payers=read_payers(read_source(payers)) if payers else {},
        report=report,
        resume=resume,
        force=force,
        workers=workers,
        part_seconds=part_seconds,
    )
    schedules = Schedules()
    if engine is Engine.spark:
        from clausal.claims.spark import adjudicate as on_spark

        done = on_spark(library, schedules, job)
    else:
        done = _with_bar(library, schedules, job)
    if report is not None:
        from clausal.claims.report import write_report

        write_report(report, done, job)
    _tell(done, job, report, as_json=json)
    raise typer.Exit(DECIDED if done.summary.is_whole else OPEN)


def _mapping_of_history(path: Path | None, columns: Sequence[Column], library: Library) -> FileMapping:
    from clausal.claims.constants import allowed_by
    from clausal.claims.mapping import NONE, read_mapping
    from clausal.claims.patients import columns_of_earlier
    from clausal.facts.source import read_source

    if path is None:
        return NONE
    return read_mapping(read_source(path), columns_of_earlier(columns), allowed_by([library.cases]))


def _is_remittance(output: Path) -> bool:
    from clausal.claims.result_files import format_of_results

    kind = format_of_results(output)
    if kind is not None:
        return kind == "835"
    hint = "end it in .parquet, .csv, .csv.gz or .xlsx for results by line, in .835 for an X12 remittance"
    raise InvalidInput.at(Place(str(output)), "what to write cannot be told from its name", hint)


def _columns(library: Library, remittance: bool) -> list[Column]:
    from clausal.claims.remit import COLUMNS
    from clausal.columns.schema import input_columns

    return [*input_columns(library.vocabulary), *(COLUMNS if remittance else ())]


def _with_bar(library: Library, schedules: Schedules, job: Job) -> Done:
    """Run on this machine, with a bar on a terminal: lines, rate and time left."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from clausal.claims.job import Progress as Reached
    from clausal.claims.run import adjudicate as run

    if not sys.stderr.isatty():
        return run(library, schedules, job)
    text = TextColumn("{task.fields[lines]:,} lines, {task.fields[rate]:,.0f}/s")
    with Progress(BarColumn(), text, TimeRemainingColumn(), console=bar_console(), transient=True) as bar:
        task = bar.add_task("", total=1.0, lines=0, rate=0.0)
        started = bar.get_time()

        def reached(where: Reached) -> None:
            rate = where.lines / max(bar.get_time() - started, 1e-3)
            bar.update(task, completed=where.fraction, lines=where.lines, rate=rate)

        return run(library, schedules, job, reached)


def _tell(done: Done, job: Job, report: Path | None, *, as_json: bool) -> None:
    """What came of it."""
    if as_json:
        import json

        from clausal.claims.run_data import run_data

        print(json.dumps(run_data(done), indent=2))
        return
    from clausal.cli.claims_page import print_done

    print_done(console(wide=True), done, job, report)
