"""`clausal pairs`: which codes NCCI bundles into which, what separates them, and the most units of a code."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from clausal.cli.common import JsonOption, PacksOption, console, day, load
from clausal.cli.rows import Head, indented, print_rows
from clausal.problems import InvalidInput, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from clausal.coding.pairs import Applied, OfService, Pair, Pairs

OPTIONS = {"code": "CODE", "other": "OTHER", "service": "--service"}
"""The option that gives each field of what is asked."""


def register(app: typer.Typer) -> None:
    app.command("pairs")(pairs)


def pairs(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A procedure code.")],
    other: Annotated[
        str | None, typer.Argument(metavar="OTHER", help="Another one: only the pairs between the two.")
    ] = None,
    date: Annotated[str | None, typer.Option("--date", metavar="DAY", help="Day of service (default: today).")] = None,
    service: Annotated[
        str | None,
        typer.Option("--service", metavar="SERVICE", help="practitioner or outpatient (default: both)."),
    ] = None,
    json: JsonOption = False,
    packs: PacksOption = None,
) -> None:
    """Tell NCCI's pairs of a code on a day, which modifiers separate them, and the most units (MUE)."""
    from clausal.coding.pairs import ASKED, pairs_of, tables_about

    on = day(date, "--date") or dt.date.today()
    known = load(packs).vocabulary.codes
    schedules = tables_about([code] if other is None else [code, other])
    try:
        found = pairs_of(schedules, code, other, on=on, service=service, known=known)
    except InvalidInput as error:
        raise InvalidInput(
            replace(one, place=Place(OPTIONS[one.place.path])) if one.place.file == ASKED else one
            for one in error.problems
        ) from None
    if json:
        from clausal.coding.pairs_data import pairs_data
        from clausal.determination.model import to_json

        print(to_json(pairs_data(found)))
        return
    _print(console(), found)


def _print(out: Console, found: Pairs) -> None:
    from clausal.coding.edits.ptp import SEPARATE, SITES
    from clausal.coding.pairs_data import INDICATORS, SEPARATING, STAND_ON

    what = f"{found.code} and {found.other}" if found.other else found.code
    out.print(Text(f"NCCI on {found.day}: {what}", style="bold"))
    for one in found.services:
        _print_service(out, one, found.other)
    shown = [pair for one in found.services for pair in _shown(one, found.other)]
    if shown:
        out.print(Text("\nModifier indicators", style="bold"))
    for indicator in sorted({pair.indicator for pair in shown}):
        out.print(indented(f"{indicator}: {INDICATORS[indicator]}", 2))
    if any(pair.is_separable for pair in shown):
        out.print(Text(f"\nModifiers that separate, on {STAND_ON}", style="bold"))
        out.print(indented(f"sites: {' '.join(SITES)}", 2))
        out.print(indented(f"others: {' '.join(SEPARATE)}", 2))
        out.print(indented(SEPARATING, 2))


def _print_service(out: Console, one: OfService, other: str | None) -> None:
    from clausal.coding.pairs_data import known_of, limit_of

    out.print(Text(f"\n{one.service}", style="bold underline"))
    out.print(indented(known_of(one, other), 2))
    pairs = _shown(one, other)
    if pairs:
        heads = [Head(name, whole=True) for name in ("column 1", "column 2", "indicator", "from", "to")]
        out.print()
        print_rows(out, heads, [_row(pair) for pair in pairs])
        out.print()
    if one.ended and other is None:
        out.print(indented(f"{len(one.ended)} not in force, which --json tells", 2))
    for release in one.releases:
        out.print(indented(_told(release), 2, "dim"))
    for limit in one.limits:
        out.print(indented(f"{limit.code}, most units: {limit_of(limit)}", 2))
    for release in dict.fromkeys(limit.release for limit in one.limits if limit.release):
        out.print(indented(_told(release), 2, "dim"))


def _shown(one: OfService, other: str | None) -> Sequence[Pair]:
    """The pairs that are printed: of two codes also those that are not in force."""
    return [*one.pairs, *one.ended] if other else one.pairs


def _row(pair: Pair) -> list[str]:
    end = str(pair.deleted) if pair.deleted else "no end"
    return [pair.column_1, pair.column_2, str(pair.indicator), str(pair.effective or "not told"), end]


def _told(release: Applied) -> str:
    """A release by its name, its days, and how it is held."""
    held = "in full" if release.whole else "rows of codes that packs name"
    other = ", applied to another date" if release.carried else ""
    return f"{release.name} ({release.first_day} to {release.last_day}{other}), {held}"
