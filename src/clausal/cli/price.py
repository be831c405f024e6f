"""`clausal price`: what Medicare pays for codes at a site, how that comes about, and what edits say."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from clausal.cli.common import JsonOption, PacksOption, day, load
from clausal.cli.price_page import SITES, print_comparison, print_json, print_quote, site_name
from clausal.problems import InvalidInput, Place, expected_one_of, nearest

if TYPE_CHECKING:
    from clausal.coding.edits import Finding
    from clausal.payment.model import Quote
    from clausal.schedules.lines import ClaimType, Lines
    from clausal.schedules.places import Place as At
    from clausal.schedules.tables import Schedules

SITE_OF = {"professional": "office", "outpatient": "hospital-outpatient", "asc": "asc"}
"""The site of a type of claim, where no place of service is given."""
OPTIONS = {
    "name": "--where",
    "zip": "--zip",
    "county": "--county",
    "locality": "--locality",
    "cbsa": "--cbsa",
}
"""The option of each part of a place."""


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
    from clausal.documents.library import Library
    from clausal.payment.quote import quote
    from clausal.schedules.tables import Schedules

    days = _days("--date", date, len(codes)) or [dt.date.today()] * len(codes)
    service_date = days[0]
    kind = _claim_type(claim_type, compare_sites)
    library: Library = load(packs)
    asked = [code.strip().upper() for code in codes]
    schedules = Schedules(codes=[*asked, *library.vocabulary.codes])
    for code in asked:
        if code not in library.vocabulary.codes and not schedules.has_code(code):
            known = library.vocabulary.codes
            hint = nearest(code, known, cutoff=0.75) or ("" if schedules.store.exists else expected_one_of(known))
            told = "import the table that lists it: clausal fees import"
            message = f"code '{code}' is in no table held"
            raise InvalidInput.at(Place("CODE"), message, f"{hint}; or {told}" if hint else told)
    written = _modifiers(modifiers, len(asked))
    if place and compare_sites:
        raise InvalidInput.at(Place("--place"), "sites are compared, whatever the place", "leave out one of the two")
    sites = list(SITES.values()) if compare_sites else [_place(place or SITE_OF.get(kind or "", "office"))]
    at = _where(
        schedules,
        service_date,
        {"name": where, "zip": zip_code, "county": county, "locality": locality, "cbsa": cbsa},
    )
    options: dict[str, Any] = {
        "day": days,
        "through": _spans(days, _days("--through", through, len(asked))),
        "qualifying": -1 if qualifying is None else int(qualifying),
        "units": _numbers("--units", units, len(asked), 1, 9999),
        "written": written,
        "locality": at.locality.number,
        "wage": at.index,
        "charge": [int(cents) for cents in _dollars("--charge", charge, len(asked))] if charge else None,
    }
    left = _dollars("--deductible-left", deductible, 1)[0]
    quotes = []
    for site in sites:
        lines = _lines(asked, site, options)
        found = _edits(library, lines, schedules, site, kind)
        quotes.append((quote(lines, written, schedules, deductible_left=left, at=at, claim_type=kind), found))
    if plot and not compare_sites:
        raise InvalidInput.at(Place("--plot"), "a chart compares sites", "add --compare-sites")
    if plot:
        from clausal.cli.plot import plot_sites

        plot_sites(plot, [(site_name(one.place), one) for one, _ in quotes], service_date)
    absent = _not_held(schedules, [one for one, _ in quotes], service_date)
    if json:
        print_json(quotes, compare_sites, absent)
    elif compare_sites:
        print_comparison(quotes)
    else:
        print_quote(*quotes[0])
    if absent and not json:
        print("\n" + "\n".join(absent))
    if plot and not json:
        print(f"chart written to {plot}")


def _lines(codes: list[str], place: int, options: dict[str, Any]) -> Lines:
    import numpy as np

    from clausal.schedules.lines import make_lines

    return make_lines(
        codes,
        day=[np.datetime64(one) for one in options["day"]],
        days=options["through"],
        qualifying=options["qualifying"],
        units=options["units"],
        modifiers=options["written"],
        place=place,
        locality=options["locality"],
        wage=options["wage"],
        charge=options["charge"],
    )


def _edits(
    library: Any, lines: Lines, schedules: Schedules, place: int, kind: ClaimType | None
) -> dict[str, list[Finding]]:
    """Edits of the practitioner's claim and of the hospital's or surgical centre's; or of the claim that is told."""
    from clausal.determination.payment import edits, limits
    from clausal.schedules.lines import ASC, OUTPATIENT_DEPARTMENTS

    daily = limits(library.view(dt.date.today()))
    if kind:
        return {"professional" if kind == "professional" else "facility": edits(lines, schedules, kind, daily)}
    found = {"professional": edits(lines, schedules, "professional", daily)}
    if place in OUTPATIENT_DEPARTMENTS:
        found["facility"] = edits(lines, schedules, "outpatient", daily)
    elif place == ASC:
        found["facility"] = edits(lines, schedules, "asc", daily)
    return found


def _days(option: str, text: str | None, count: int) -> list[dt.date] | None:
    """A day for each code; a single one counts for all."""
    if text is None:
        return None
    parts = text.split(",")
    if len(parts) not in (1, count):
        raise InvalidInput.at(Place(option), f"{len(parts)} values for {count} codes", "one for all, or one for each")
    found = [one for part in parts if (one := day(part.strip(), option))]
    return found * count if len(found) == 1 else found


def _spans(first: list[dt.date], last: list[dt.date] | None) -> list[int]:
    """How many days each code spans."""
    for one, other in zip(first, last or first, strict=True):
        if other < one:
            raise InvalidInput.at(Place("--through"), f"{other} is before the date of service {one}", "the last day")
    return [(other - one).days + 1 for one, other in zip(first, last or first, strict=True)]


def _claim_type(text: str | None, compare_sites: bool) -> ClaimType | None:
    """The type of claim to price, if one is told."""
    if text is None:
        return None
    if compare_sites:
        hint = "leave out one of the two"
        raise InvalidInput.at(Place("--claim-type"), "sites are compared over both claims of an encounter", hint)
    if text not in SITE_OF:
        hint = nearest(text, SITE_OF) or expected_one_of(SITE_OF)
        raise InvalidInput.at(Place("--claim-type"), f"unknown claim type '{text}'", hint)
    return cast("ClaimType", text)


def _place(text: str) -> int:
    if text in SITES:
        return SITES[text]
    if _is_whole(text) and 1 <= int(text) <= 99:
        return int(text)
    hint = f"a code, or one of {', '.join(SITES)}; a town or county is --where"
    raise InvalidInput.at(Place("--place"), f"'{text}' is not a place of service", hint)


def _numbers(option: str, text: str | None, count: int, low: int, high: int) -> list[int]:
    """One whole number for each code; a single one counts for all."""
    parts = (text or "1").split(",")
    if len(parts) not in (1, count):
        raise InvalidInput.at(Place(option), f"{len(parts)} values for {count} codes", "one for all, or one for each")
    for part in parts:
        if not _is_whole(part.strip()) or not low <= int(part) <= high:
            raise InvalidInput.at(Place(option), f"'{part}' is not a whole number from {low} to {high:,}")
    numbers = [int(part) for part in parts]
    return numbers * count if len(numbers) == 1 else numbers


def _is_whole(text: str) -> bool:
    """Whether a text is a whole number in digits."""
    return text.isascii() and text.isdecimal()


def _modifiers(text: str | None, count: int) -> list[list[str]]:
    """Modifiers of each code, joined by hyphens; codes are separated by commas."""
    from clausal.schedules.modifiers import KNOWN, exists

    parts = text.split(",") if text else [""]
    if len(parts) not in (1, count):
        raise InvalidInput.at(
            Place("--modifiers"), f"{len(parts)} values for {count} codes", "one for all, or one for each"
        )
    found = [[one.strip().upper() for one in part.replace(" ", "-").split("-") if one.strip()] for part in parts]
    for modifier in (one for of_code in found for one in of_code):
        if not exists(modifier):
            hint = nearest(modifier, KNOWN, cutoff=0.5) or "two letters or digits, as in RT or 59"
            raise InvalidInput.at(Place("--modifiers"), f"'{modifier}' is not a modifier", hint)
    return found * count if len(found) == 1 else found


def _dollars(option: str, text: str | None, count: int) -> list[int]:
    """Cents of each amount in dollars."""
    from decimal import Decimal, InvalidOperation

    parts = (text or "0").split(",")
    if len(parts) not in (1, count):
        raise InvalidInput.at(Place(option), f"{len(parts)} values for {count} codes", "one for all, or one for each")
    found = []
    for part in parts:
        try:
            cents = Decimal(part.strip().replace("$", "")) * 100
        except InvalidOperation:
            cents = Decimal(-1)
        if not cents.is_finite() or cents < 0 or cents != cents.to_integral_value() or cents > 10**11:
            raise InvalidInput.at(Place(option), f"'{part}' is not an amount in dollars", "as in 248.32")
        found.append(int(cents))
    return found * count if len(found) == 1 else found


def _where(schedules: Schedules, date: dt.date, parts: dict[str, str | None]) -> At:
    """The place that the options tell; each part that is at fault is told by its option."""
    from clausal.facts.given_place import GivenPlace
    from clausal.schedules.gazetteer import gazetteers
    from clausal.schedules.meant import NoPlace
    from clausal.schedules.places import resolve_written

    for part, text in parts.items():
        if text is not None and not text.strip():
            raise InvalidInput.at(Place(OPTIONS[part]), "the place is empty", "write it, or leave the option out")
    given = GivenPlace(**{part: text.strip() for part, text in parts.items() if text})
    try:
        return resolve_written(given, gazetteers(schedules).on(date))
    except NoPlace as error:
        option = OPTIONS[error.part if parts.get(error.part) else "name" if given.name else "county"]
        raise InvalidInput.at(Place(option), error.message, error.hint) from None


def _not_held(schedules: Schedules, quotes: list[Quote], date: dt.date) -> list[str]:
    """For each kind of table that was needed and is not held for the day: what is held, and how to get the rest."""
    import numpy as np

    from clausal.payment.quote import TITLES
    from clausal.schedules.holdings import missing

    used = {line.table for one in quotes for line in one.lines if line.release is None}
    kinds = [kind for kind, title in TITLES.items() if title in used]
    release, _ = schedules.table("gpci").on(np.array([np.datetime64(date).astype(np.int64)]))
    if release[0] < 0 and any(one.locality for one in quotes):
        kinds.append("gpci")
    release, _ = schedules.table("wage").on(np.array([np.datetime64(date).astype(np.int64)]))
    if release[0] < 0 and any(one.where and line.component == "facility" for one in quotes for line in one.lines):
        kinds.append("wage")
    return [missing(schedules.store, kind, date) for kind in kinds]
