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
    from clausal.schedules.places import Place as At
    from clausal.schedules.tables import Schedules

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
    localities, areas = _matching(held, wanted)
    if not localities and not areas:
        raise InvalidInput.at(Place("places"), *_nothing(schedules, held, wanted))
    if json:
        from clausal.determination.model import to_json

        print(to_json(_as_json(held, localities, areas)))
        return
    _print(held, localities, areas)


def _matching(held: Gazetteer, wanted: str) -> tuple[list[Locality], list[Area]]:
    """The localities and areas of a state, those that a text is a part of, and those of the place that it names."""
    from clausal.schedules.names import county_key, plain, state_of

    localities = list(held.localities.values()) if held.holds_localities else []
    areas = list(held.areas.values()) if held.holds_areas else []
    if not wanted:
        return localities, areas
    head, comma, tail = wanted.rpartition(",")
    state = state_of(wanted) or (state_of(tail) if comma else "")
    if state:
        localities = [one for one in localities if state in one.states]
        areas = [one for one in areas if state in one.states]
    if state_of(wanted):
        return localities, areas
    place = _place(held, wanted)
    key = county_key(head if state else wanted)

    def matches(one: Locality | Area, *more: str) -> bool:
        parts = (one.number, plain(one.name), *map(plain, more))
        named = place and one.number in (place.locality.number, place.area.number)
        return bool(named) or any(key in part for part in parts)

    found = [one for one in localities if matches(one, held.counties.texts.get(one.number, ""))]
    return found, [one for one in areas if matches(one)]


def _place(held: Gazetteer, wanted: str) -> At | None:
    """The place that a text names, if it is one."""
    from clausal.facts.given_place import GivenPlace
    from clausal.schedules.meant import NoPlace
    from clausal.schedules.places import resolve

    try:
        return resolve(GivenPlace(name=wanted), held)
    except NoPlace:
        return None


def _nothing(schedules: Schedules, held: Gazetteer, wanted: str) -> tuple[str, str]:
    """Why nothing is listed, and what to do."""
    from clausal.schedules.meant import nearest_few
    from clausal.schedules.names import title

    if not held.holds_localities and not held.holds_areas:
        last = max((one.end for one in schedules.table("gpci").releases), default=None)
        hint = f"the last that are held: --date {last}" if last else "clausal fees import"
        return f"no table of localities or wage areas is held for {held.day.year}", hint
    shown = {*(held.localities if held.holds_localities else ()), *(held.areas if held.holds_areas else ())}
    known = [
        f"{title(name)}, {one.states[0]}"
        for name, ones in held.by_name.items()
        for one in ones
        if one.states and one.number in shown and "," not in name
    ]
    near = nearest_few(wanted, known) or "a part of a name or a number, a state, a county with its state"
    near = f"{near}; {held.cut}" if held.cut else near
    return f"no locality or wage area held for {held.day.year} has '{wanted}' in its name", near


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
