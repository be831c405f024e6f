"""`clausal evidence`: the evidence that a document quotes, as a table, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausal.cli.common import PLAIN_WIDTH, AsOfOption, JsonOption, PacksOption, console, day, load
from clausal.problems import InvalidInput, Place

if TYPE_CHECKING:
    from rich.console import Console

    from clausal.evidence.as_data import Quoted
    from clausal.evidence.model import Evidence

FORMATS = (".png", ".svg", ".pdf")


def register(app: typer.Typer) -> None:
    app.command("evidence")(evidence)


def evidence(
    pack: Annotated[str, typer.Argument(help="The pack whose evidence is shown.")],
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Draw pain over time and a timeline of trials: FILE.png, .svg, .pdf.")
    ] = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
    packs: PacksOption = None,
) -> None:
    """Show the studies, trials, guidelines and summaries that a document quotes, and what their numbers give away.

    What is found is wrong in the document, not in the pack: it is told, and fails nothing.
    """
    from clausal.evidence.as_data import evidence_data, quoted

    if plot is not None and (
        plot.suffix.lower() not in FORMATS or not plot.absolute().parent.is_dir() or plot.is_dir()
    ):
        hint = f"a file ending in {', '.join(FORMATS)}, in a folder that exists"
        raise InvalidInput.at(Place(str(plot)), "a picture cannot be written there", hint)
    today = day(as_of) or dt.date.today()
    found = quoted(load(packs), pack, today)
    if plot is not None:
        from clausal.evidence.plot import drawn, save

        title = f"{found.document.title} - evidence as quoted"
        try:
            save(drawn(found.evidence, title, found.edition, today), plot)
        except OSError as error:
            raise InvalidInput.at(Place(str(plot)), f"cannot be written: {error.strerror or error}") from None
    if json:
        import json as as_json

        print(as_json.dumps(evidence_data(found), indent=2))
    else:
        _print(console(wide=True), found)
        if plot is not None:
            print(f"\npicture: {plot}")


def _print(out: Console, of: Quoted) -> None:
    from rich.text import Text

    from clausal.evidence import worded

    evidence, found = of.evidence, of.findings
    out.print(Text(f"{of.document.title} - evidence as quoted", style="bold"))
    if evidence.studies:
        _print_studies(out, evidence)
    if evidence.summaries:
        out.print(Text("\nSummaries", style="bold"))
        for summary in evidence.summaries:
            _say(out, f"{' and '.join(summary.topics)}: {summary.says}")
    if evidence.trials:
        _print_trials(out, evidence)
    if evidence.guidelines:
        out.print(Text("\nGuidelines", style="bold"))
        for guideline in evidence.guidelines:
            name = f"{guideline.publisher} {guideline.year or ''}".strip()
            _say(out, f"{name}: {guideline.on_treatment}. {guideline.says}")
    for heading, lines in worded.statements(evidence):
        out.print(Text(f"\n{heading}", style="bold"))
        for line in lines:
            _say(out, line)
    out.print(Text(f"\n{len(evidence.references)} references", style="bold"))
    out.print(Text(f"\nWhat the numbers give away ({len(found)})", style="bold"))
    for one in found:
        mark = "note " if one.severity == "note" else ""
        _say(out, f"{mark}{one.check}: {one.message}")
        out.print(Text(f"      {one.place}", style="dim"), soft_wrap=True)
        for what, place in one.others:
            out.print(Text(f"      {what}: {place}", style="dim"), soft_wrap=True)
    if not found:
        out.print("  nothing found")


def _say(out: Console, text: str) -> None:
    """Print a paragraph, no wider than a page though the tables are."""
    from rich.padding import Padding
    from rich.text import Text

    out.print(Padding(Text(text), (0, 0, 0, 2), expand=False), width=min(out.width, PLAIN_WIDTH))


def _print_studies(out: Console, evidence: Evidence) -> None:
    from rich.table import Table

    from clausal.evidence import worded

    table = Table(title="Studies", title_justify="left", title_style="bold", show_lines=True, expand=False)
    for heading, width in (("study", 16), ("design", 18), ("n", 16), ("measured and found", 62), ("tests", 44)):
        table.add_column(heading, max_width=width, vertical="top")
    for study in evidence.studies:
        design = "\n".join(part for part in (study.design, worded.blinding(study), study.follow_up) if part)
        said = (worded.sizes(study), worded.results(study), worded.tests(study))
        table.add_row(f"{study.name}\n{study.topic}", design, *said)
    out.print(table)


def _print_trials(out: Console, evidence: Evidence) -> None:
    from rich.table import Table

    from clausal.evidence import worded

    table = Table(title="Trials", title_justify="left", title_style="bold", expand=False)
    for heading in ("trial", "about", "listed", "planned", "due", "known since"):
        table.add_column(heading, justify="right" if heading == "planned" else "left")
    for trial in evidence.trials:
        known = worded.known_of(trial)
        listed = "not listed" if trial.listed == "absent" else trial.listed
        table.add_row(trial.number, trial.about, listed, str(trial.enrollment or ""), trial.completion, known)
    out.print(table)
