"""`clausal places`: the localities and wage areas that amounts can be priced for on a day, and what they are called."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from clausal.cli.common import JsonOption, console, day
from clausal.cli.rows import Head, print_rows
from clausal.problems import InvalidInput, Place

if TYPE_CHECKING:
    from clausal.schedules.gazetteer import Area, Gazetteer, Locality

WIDTH = 80


def register(app: typer.Typer) -> None:
    app.command("places")(places)


def places(
    text: Annotated[
        list[str] | None,
        typer.Argument(metavar="TEXT", help="A part of a name or number, a state, a county, or a ZIP code."),
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help="Date of service (default: today).")
    ] = None,
    json: JsonOption = False,
) -> None:
    """List Medicare's localities with their counties, and the areas of the wage index, held for a day."""
    from clausal.schedules.found_places import matching, nothing_found
    from clausal.schedules.gazetteer import gazetteers
    from clausal.schedules.names import plain
    from clausal.schedules.tables import Schedules

    on = day(date, "--date") or dt.date.today()
    schedules = Schedules(codes=[])
    held = gazetteers(schedules).on(on)
    wanted = " ".join(text or []).strip()
    if text and not any(map(str.isalnum, plain(wanted))):
        hint = "a part of a name or a number, a state, or nothing for all"
        raise InvalidInput.at(Place("places"), f"'{wanted}' has no letter or digit", hint)
    localities, areas = matching(held, wanted)
    if not localities and not areas:
        raise InvalidInput.at(Place("places"), *nothing_found(schedules, held, wanted))
    if json:
        from clausal.determination.model import to_json

        print(to_json(_as_json(held, localities, areas)))
        return
    _print(held, localities, areas)


def _as_json(held: Gazetteer, localities: list[Locality], areas: list[Area]) -> dict[str, Any]:
    return {
        "date": held.day,
        "localities": [
            {
                "locality": one.number,
                "states": one.states,
                "name": one.name,
                "counties": held.counties.texts.get(one.number),
            }
            for one in localities
        ],
        "localities_told": held.cut or None,
        "counties_told": held.of_counties.told or None,
        "areas": [
            {
                "cbsa": one.number,
                "name": one.name,
                "states": one.states,
                "index": [f"{index / 10_000:.4f}" for index in one.indices],
            }
            for one in areas
        ],
    }


def _print(held: Gazetteer, localities: list[Locality], areas: list[Area]) -> None:
    out = console()
    out.width = min(out.width, WIDTH)
    if localities:
        out.print(Text(f"Localities, {held.day.year} (physician fees)", style="bold underline"))
        heads = [Head("locality", whole=True), Head("state", whole=True), Head("name"), Head("counties")]
        print_rows(
            out,
            heads,
            [
                [one.number, one.states[0], one.name, held.counties.texts.get(one.number, "not known")]
                for one in localities
            ],
        )
        for told in (held.cut, held.of_counties.told and f"counties {held.of_counties.told}"):
            if told:
                out.print(Text(told, style="dim"))
    if areas:
        out.print(Text(f"\nWage areas, {held.day.year} (facilities' rates)", style="bold underline"))
        heads = [Head("cbsa", whole=True), Head("name"), Head("index", whole=True)]
        print_rows(
            out,
            heads,
            [
                [
                    area.number,
                    f"{area.name}{' (rural)' if len(area.number) == 2 else ''}",
                    " or ".join(f"{index / 10_000:.4f}" for index in area.indices),
                ]
                for area in areas
            ],
        )
    if held.cut and not localities:
        out.print(Text(f"\n{held.cut}", style="dim"))
    if not localities and not held.holds_localities:
        out.print(Text(f"\nno table of localities is held for {held.day.year}"))
    if not held.holds_areas:
        out.print(Text(f"\nno wage index is held for {held.day.year}: facilities' rates are national"))
