"""`clausal evidence`: the evidence that a document quotes, as a table, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausal.cli.common import PLAIN_WIDTH, AsOfOption, JsonOption, PacksOption, console, day, load
from clausal.problems import InvalidInput, Place

if TYPE_CHECKING:
    from rich.console import Console

    from clausal.evidence.as_data import Quoted
    from clausal.evidence.model import Evidence, Found, Measure, Study, Tested, Value
    from clausal.evidence.statements import Clearance

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
    for heading, lines in _statements(evidence):
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


def _statements(evidence: Evidence) -> list[tuple[str, list[str]]]:
    """What the document says beside its studies, under headings; abbreviations are told by their check only."""
    said = evidence.statements
    editions = [f"{one.document}: {str(one.cited) or 'no edition said'}" for one in said.editions]
    durations = [
        f"{one.duration}: {one.what} {one.lasts or one.rate}{f' ({one.source})' if one.source else ''}"
        for one in said.durations
    ]
    found = [
        ("Editions of other documents", editions),
        ("Clearances and indications", [_clearance(one) for one in said.clearances]),
        ("How long it lasts", durations),
    ]
    return [(heading, lines) for heading, lines in found if lines]


def _clearance(one: Clearance) -> str:
    number = " ".join(str(part) for part in (one.number, one.year) if part)
    uses = f": {', '.join(one.indications)}" if one.indications else ""
    excluded = f"; not for {', '.join(one.not_for)}" if one.not_for else ""
    return f"{one.device}{f' ({number})' if number else ''}{uses}{excluded}"


def _print_studies(out: Console, evidence: Evidence) -> None:
    from rich.table import Table

    table = Table(title="Studies", title_justify="left", title_style="bold", show_lines=True, expand=False)
    for heading, width in (("study", 16), ("design", 18), ("n", 16), ("measured and found", 62), ("tests", 44)):
        table.add_column(heading, max_width=width, vertical="top")
    for study in evidence.studies:
        design = "\n".join(part for part in (study.design, _blinding(study), study.follow_up) if part)
        table.add_row(f"{study.name}\n{study.topic}", design, _sizes(study), _results(study), _tests(study))
    out.print(table)


def _blinding(study: Study) -> str:
    parts = [f"{study.blinded}-blind" if study.blinded not in ("", "none") else "not blinded" if study.blinded else ""]
    parts.append(f"against {study.comparison.replace('-', ' ')}" if study.comparison not in ("", "none") else "")
    if study.funding:
        parts.append(f"funded by {study.funding}")
    return ", ".join(part for part in parts if part)


def _sizes(study: Study) -> str:
    sizes = [f"{n} {unit}" for unit, n in study.sizes.items()]
    arms = [f"  {n} {arm}" for arm, n in study.arms.items()] if len(study.arms) > 1 else []
    return "\n".join([*sizes, *arms]) or "-"


def _results(study: Study) -> str:
    lines = [_series(measure) for measure in study.measures if any(v.mean or v.percent for v in measure.values)]
    for share in study.shares:
        if share.percent is not None or share.count is not None:
            figures = [f"{share.percent} percent"] if share.percent else []
            figures += [str(share.count)] if share.count is not None else []
            of = f" of {share.of}" if share.of else ""
            lines.append(f"{share.what}: {', '.join(figures)}{of}")
    for average in study.averages:
        if average.total is not None:
            parts = "; ".join(f"{name} {figure}" for name, figure in average.parts.items())
            lines.append(f"{average.what}: {average.total}{f' ({parts})' if parts else ''}")
    lines.extend(_finding(one) for one in study.findings)
    if study.concludes:
        lines.append(f"concludes: {study.concludes}")
    return "\n".join(lines) or "-"


def _series(measure: Measure) -> str:
    shown = [f"{_when(value)} {_figure(value)}" for value in measure.values if value.mean or value.percent]
    return f"{measure.what or measure.name}: {'; '.join(shown)}"


def _figure(value: Value) -> str:
    if value.mean is not None:
        return f"{value.mean} ± {value.sd}" if value.sd else str(value.mean)
    return f"{value.percent} percent"


def _when(value: Value) -> str:
    """The time of a value; months where they are whole."""
    if value.days is None:
        return ""
    if value.days == 0:
        return "before"
    months = value.days / Decimal("30.4375")
    return f"month {months:.0f}" if months == months.to_integral_value() else f"day {value.days:.0f}"


def _finding(one: Found) -> str:
    days = f" at {', '.join(f'{when:.0f}' for when in one.days)} days" if one.days else ""
    significant = {True: ", significant", False: ", not significant", None: ""}[one.significant]
    side = "no difference" if one.favours == "none" else f"for the {one.favours}"
    return f"{one.measure}{days}: {side}{significant}"


def _tests(study: Study) -> str:
    return "\n".join(_test(test) for test in study.tests) or "-"


def _test(test: Tested) -> str:
    parts = [str(test.p) if test.p else "", test.test.replace("-", " "), test.called.replace("-", " ")]
    return f"{test.what}: {', '.join(part for part in parts if part)}"


def _print_trials(out: Console, evidence: Evidence) -> None:
    from rich.table import Table

    table = Table(title="Trials", title_justify="left", title_style="bold", expand=False)
    for heading in ("trial", "about", "listed", "planned", "due", "known since"):
        table.add_column(heading, justify="right" if heading == "planned" else "left")
    for trial in evidence.trials:
        known = " ".join(
            str(trial.known[key]).replace("-", " ") if key == "status" else str(trial.known[key])
            for key in ("status", "date")
            if trial.known.get(key)
        )
        listed = "not listed" if trial.listed == "absent" else trial.listed
        table.add_row(trial.number, trial.about, listed, str(trial.enrollment or ""), trial.completion, known)
    out.print(table)
