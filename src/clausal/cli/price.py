"""`clausal price`: what Medicare pays for codes at a site, how that comes about, and what edits say."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausal.cli.common import JsonOption, PacksOption, day, load
from clausal.cli.price_page import print_comparison, print_json, print_quote
from clausal.payment.sites import SITES, site_name
from clausal.problems import InvalidInput, Place, Problem

if TYPE_CHECKING:
    from clausal.facts.given_place import GivenPlace

OPTIONS = {
    "codes": "CODE",
    "days": "--date",
    "through": "--through",
    "units": "--units",
    "modifiers": "--modifiers",
    "charges": "--charge",
    "places": "--place",
    "claim_type": "--claim-type",
    "where.name": "--where",
    "where.zip": "--zip",
    "where.county": "--county",
    "where.locality": "--locality",
    "where.cbsa": "--cbsa",
    "deductible_left": "--deductible-left",
}
"""The option that gives each field of what is asked."""


def register(app: typer.Typer) -> None:
    app.command("price")(price)


def price(
    codes: Annotated[list[str], typer.Argument(metavar="CODE...", help="Procedure codes, each a line of one claim.")],
    units: Annotated[
        str | None, typer.Option("--units", metavar="UNITS", help="Units of each code, as in 5 or 1,2.")
    ] = None,
    modifiers: Annotated[
        str | None,
        typer.Option("--modifiers", metavar="MODIFIERS", help="Modifiers of each code: RT, or RT-59,LT for two codes."),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help="Date of service (default: today); or one for each code."),
    ] = None,
    through: Annotated[
        str | None,
        typer.Option("--through", metavar="DATE", help="Last day of a service that spans days; or one for each code."),
    ] = None,
    claim_type: Annotated[
        str | None,
        typer.Option(
            "--claim-type", metavar="TYPE", help="professional, outpatient or asc: only what that claim is paid."
        ),
    ] = None,
    place: Annotated[
        str | None,
        typer.Option("--place", metavar="PLACE", help="Place of service code, or office, asc, hospital-outpatient."),
    ] = None,
    qualifying: Annotated[
        bool | None,
        typer.Option("--qualifying/--not-qualifying", help="Whether the practitioner is a qualifying participant."),
    ] = None,
    where: Annotated[
        str | None,
        typer.Option(
            "--where", metavar="PLACE", help="Where it is: Detroit; Portland, OR; Wayne County, MI; or a locality."
        ),
    ] = None,
    zip_code: Annotated[
        str | None, typer.Option("--zip", metavar="ZIP", help="ZIP code of the place; needs the imported ZIP table.")
    ] = None,
    county: Annotated[
        str | None, typer.Option("--county", metavar="COUNTY", help="County and state: Wayne, MI.")
    ] = None,
    locality: Annotated[
        str | None, typer.Option("--locality", metavar="LOCALITY", help="Locality as CMS writes it: 10112-00.")
    ] = None,
    cbsa: Annotated[
        str | None, typer.Option("--cbsa", metavar="AREA", help="Area of the wage index, for facilities.")
    ] = None,
    charge: Annotated[
        str | None, typer.Option("--charge", metavar="DOLLARS", help="Charge of each code in dollars.")
    ] = None,
    deductible: Annotated[
        str, typer.Option("--deductible-left", metavar="DOLLARS", help="Part B deductible still owed, in dollars.")
    ] = "0",
    compare_sites: Annotated[
        bool, typer.Option("--compare-sites", help="Office, surgical centre, hospital outpatient.")
    ] = False,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="With --compare-sites: write a chart (png, svg, pdf).")
    ] = None,
    json: JsonOption = False,
    packs: PacksOption = None,
) -> None:
    """Price a claim from Medicare's published tables; each amount with its formula, table and release."""
    from clausal.determination.pricing import Asked, tables_for
    from clausal.determination.pricing import price as priced_of

    if place and compare_sites:
        raise InvalidInput.at(Place("--place"), "sites are compared, whatever the place", "leave out one of the two")
    if plot and not compare_sites:
        raise InvalidInput.at(Place("--plot"), "a chart compares sites", "add --compare-sites")
    asked = Asked(
        codes=codes,
        days=_days("--date", date) or [dt.date.today()],
        through=_days("--through", through),
        units=_numbers("--units", units),
        modifiers=_modifiers(modifiers),
        charges=_dollars("--charge", charge) if charge else None,
        places=list(SITES.values()) if compare_sites else [_place(place)] if place else (),
        claim_type=claim_type,
        qualifying=qualifying,
        where=_where({"name": where, "zip": zip_code, "county": county, "locality": locality, "cbsa": cbsa}),
        deductible_left=_deductible(deductible),
    )
    library = load(packs)
    try:
        priced = priced_of(library, tables_for(library, codes), asked)
    except InvalidInput as error:
        raise InvalidInput(map(_by_option, error.problems)) from None
    if plot:
        from clausal.cli.plot import plot_sites

        plot_sites(plot, [(site_name(one.place), one) for one, _ in priced.quotes], asked.days[0])
    if json:
        print_json(priced, compare_sites)
        return
    if compare_sites:
        print_comparison(priced.quotes)
    else:
        print_quote(*priced.quotes[0])
    if priced.not_held:
        print("\n" + "\n".join(priced.not_held))
    if plot:
        print(f"chart written to {plot}")


def _by_option(problem: Problem) -> Problem:
    """What is wrong with what is asked, told by the option that gives it."""
    from clausal.determination.asked import ASKED

    where = problem.place
    if where.file != ASKED or not where.path:
        return problem
    field = where.path.partition("[")[0]
    return replace(problem, place=Place(OPTIONS[field]))


def _days(option: str, text: str | None) -> list[dt.date] | None:
    """The days that an option tells."""
    if text is None:
        return None
    return [one for part in text.split(",") if (one := day(part.strip(), option))]


def _place(text: str) -> int:
    if text in SITES:
        return SITES[text]
    if _is_whole(text) and 1 <= int(text) <= 99:
        return int(text)
    hint = f"a code, or one of {', '.join(SITES)}; a town or county is --where"
    raise InvalidInput.at(Place("--place"), f"'{text}' is not a place of service", hint)


def _numbers(option: str, text: str | None) -> list[int]:
    """The units that an option tells."""
    from clausal.determination.asked import MOST_UNITS

    parts = text.split(",") if text else []
    for part in parts:
        if not _is_whole(part.strip()) or not 1 <= int(part) <= MOST_UNITS:
            raise InvalidInput.at(Place(option), f"'{part}' is not a whole number from 1 to {MOST_UNITS:,}")
    return [int(part) for part in parts]


def _is_whole(text: str) -> bool:
    """Whether a text is a whole number in digits."""
    return text.isascii() and text.isdecimal()


def _modifiers(text: str | None) -> list[list[str]]:
    """Modifiers of each code, joined by hyphens; codes are separated by commas."""
    parts = text.split(",") if text else []
    return [[one for one in part.replace(" ", "-").split("-") if one.strip()] for part in parts]


def _dollars(option: str, text: str) -> list[int]:
    """Cents of each amount in dollars."""
    from clausal.determination.asked import cents_of

    found = []
    for part in text.split(","):
        cents = cents_of(part)
        if cents is None:
            raise InvalidInput.at(Place(option), f"'{part}' is not an amount in dollars", "as in 248.32")
        found.append(cents)
    return found


def _deductible(text: str) -> int:
    """Cents of the deductible that is left."""
    option = "--deductible-left"
    found = _dollars(option, text or "0")
    if len(found) > 1:
        raise InvalidInput.at(Place(option), f"{len(found)} values for 1 codes", "one for all, or one for each")
    return found[0]


def _where(parts: dict[str, str | None]) -> GivenPlace:
    """The place that the options tell."""
    from clausal.facts.given_place import GivenPlace

    for part, text in parts.items():
        if text is not None and not text.strip():
            option = OPTIONS[f"where.{part}"]
            raise InvalidInput.at(Place(option), "the place is empty", "write it, or leave the option out")
    return GivenPlace(**{part: text.strip() for part, text in parts.items() if text})
