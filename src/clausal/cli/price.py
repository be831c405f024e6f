"""`clausal price`: what Medicare pays for codes at a site, how that comes about, and what edits say."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from clausal.amounts import Sum, told
from clausal.cli.common import JsonOption, PacksOption, console, day, load
from clausal.cli.priced import amount_of, total_of, why_none
from clausal.problems import InvalidInput, Place, expected_one_of, nearest

if TYPE_CHECKING:
    from clausal.coding.edits import Finding
    from clausal.payment.model import Quote, QuotedLine
    from clausal.schedules.lines import Lines
    from clausal.schedules.places import Place as At
    from clausal.schedules.tables import Schedules

SITES = {"office": 11, "asc": 24, "hospital-outpatient": 22}
OPTIONS = {
    "name": "--where",
    "zip": "--zip",
    "county": "--county",
    "locality": "--locality",
    "cbsa": "--cbsa",
}
"""The option of each part of a place."""
NOT_COVERAGE = "what Medicare pays: a rate is not coverage"


def register(app: typer.Typer) -> None:
    app.command("price")(price)


def price(
    codes: Annotated[list[str], typer.Argument(metavar="CODE...", help="Procedure codes, each a line of one claim.")],
    units: Annotated[str | None, typer.Option("--units", help="Units of each code, as in 5 or 1,2.")] = None,
    modifiers: Annotated[
        str | None, typer.Option("--modifiers", help="Modifiers of each code: RT, or RT-59,LT for two codes.")
    ] = None,
    date: Annotated[str | None, typer.Option("--date", help="Date of service (default: today).")] = None,
    place: Annotated[
        str, typer.Option("--place", help="Place of service code, or office, asc, hospital-outpatient.")
    ] = "office",
    where: Annotated[
        str | None, typer.Option("--where", help="Where it is: Detroit; Portland, OR; Wayne County, MI; or a number.")
    ] = None,
    zip_code: Annotated[
        str | None, typer.Option("--zip", help="ZIP code of the place; needs the imported ZIP table.")
    ] = None,
    county: Annotated[str | None, typer.Option("--county", help="County and state: Wayne, MI.")] = None,
    locality: Annotated[str | None, typer.Option("--locality", help="Locality as CMS writes it: 10112-00.")] = None,
    cbsa: Annotated[str | None, typer.Option("--cbsa", help="Area of the wage index, for facilities.")] = None,
    charge: Annotated[str | None, typer.Option("--charge", help="Charge of each code in dollars.")] = None,
    deductible: Annotated[
        str, typer.Option("--deductible-left", help="Part B deductible still owed, in dollars.")
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
    from clausal.schedules.tables import Schedules

    service_date = day(date, "--date") or dt.date.today()
    library: Library = load(packs)
    asked = [code.strip().upper() for code in codes]
    schedules = Schedules(codes=[*asked, *library.vocabulary.codes])
    for code in asked:
        if code not in library.vocabulary.codes and not schedules.has_code(code):
            hint = nearest(code, library.vocabulary.codes, cutoff=0.75) or expected_one_of(library.vocabulary.codes)
            raise InvalidInput.at(
                Place("CODE"),
                f"code '{code}' is in no table held",
                f"{hint}; or import the full tables: clausal fees import",
            )
    written = _modifiers(modifiers, len(asked))
    sites = list(SITES.values()) if compare_sites else [_place(place)]
    at = _where(
        schedules,
        service_date,
        {"name": where, "zip": zip_code, "county": county, "locality": locality, "cbsa": cbsa},
    )
    options: dict[str, Any] = {
        "day": service_date,
        "units": _numbers("--units", units, len(asked), 1, 9999),
        "written": written,
        "locality": at.locality.number,
        "wage": at.index,
        "charge": [int(cents) for cents in _dollars("--charge", charge, len(asked))] if charge else None,
    }
    left = _dollars("--deductible-left", deductible, 1)[0]
    quotes = []
    for site in sites:
        from clausal.payment.quote import quote

        lines = _lines(asked, site, options)
        found = _edits(library, lines, schedules, site)
        quotes.append((quote(lines, written, schedules, deductible_left=left, at=at), found))
    if plot and not compare_sites:
        raise InvalidInput.at(Place("--plot"), "a chart compares sites", "add --compare-sites")
    if plot:
        from clausal.cli.plot import plot_sites

        plot_sites(plot, [(_site_name(one.place), one) for one, _ in quotes], asked, service_date)
    absent = _not_held(schedules, [one for one, _ in quotes], service_date)
    if json:
        _print_json(quotes, compare_sites, absent)
    elif compare_sites:
        _print_comparison([one for one, _ in quotes])
    else:
        _print_quote(*quotes[0])
    if absent and not json:
        print("\n" + "\n".join(absent))
    if plot and not json:
        print(f"chart written to {plot}")


def _lines(codes: list[str], place: int, options: dict[str, Any]) -> Lines:
    import numpy as np

    from clausal.schedules.lines import make_lines

    return make_lines(
        codes,
        day=np.datetime64(options["day"]),
        units=options["units"],
        modifiers=options["written"],
        place=place,
        locality=options["locality"],
        wage=options["wage"],
        charge=options["charge"],
    )


def _edits(library: Any, lines: Lines, schedules: Schedules, place: int) -> dict[str, list[Finding]]:
    """Edits of the practitioner's claim, and of the hospital's or the surgical centre's."""
    from clausal.determination.payment import edits, limits
    from clausal.schedules.lines import ASC, OUTPATIENT_DEPARTMENTS

    daily = limits(library.view(dt.date.today()))
    found = {"professional": edits(lines, schedules, "professional", daily)}
    if place in OUTPATIENT_DEPARTMENTS:
        found["facility"] = edits(lines, schedules, "outpatient", daily)
    elif place == ASC:
        found["facility"] = edits(lines, schedules, "asc", daily)
    return found


def _place(text: str) -> int:
    if text in SITES:
        return SITES[text]
    if text.isdigit() and 1 <= int(text) <= 99:
        return int(text)
    hint = f"a code, or one of {', '.join(SITES)}; a town or county is --where"
    raise InvalidInput.at(Place("--place"), f"'{text}' is not a place of service", hint)


def _numbers(option: str, text: str | None, count: int, low: int, high: int) -> list[int]:
    """One whole number for each code; a single one counts for all."""
    parts = (text or "1").split(",")
    if len(parts) not in (1, count):
        raise InvalidInput.at(Place(option), f"{len(parts)} values for {count} codes", "one for all, or one for each")
    for part in parts:
        if not part.strip().isdigit() or not low <= int(part) <= high:
            raise InvalidInput.at(Place(option), f"'{part}' is not a whole number from {low} to {high:,}")
    numbers = [int(part) for part in parts]
    return numbers * count if len(numbers) == 1 else numbers


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
        if cents < 0 or cents != cents.to_integral_value() or cents > 10**11:
            raise InvalidInput.at(Place(option), f"'{part}' is not an amount in dollars", "as in 248.32")
        found.append(int(cents))
    return found * count if len(found) == 1 else found


def _where(schedules: Schedules, date: dt.date, parts: dict[str, str | None]) -> At:
    """The place that the options tell; each part that is at fault is told by its option."""
    from clausal.facts.given_place import GivenPlace
    from clausal.schedules.gazetteer import gazetteers
    from clausal.schedules.meant import NoPlace
    from clausal.schedules.places import NO_ZIPS, resolve

    given = GivenPlace(**{part: text.strip() for part, text in parts.items() if text})
    try:
        found = resolve(given, gazetteers(schedules).on(date))
    except NoPlace as error:
        option = OPTIONS[error.part if parts.get(error.part) else "name" if given.name else "county"]
        raise InvalidInput.at(Place(option), error.message, error.hint) from None
    if found.locality.note == NO_ZIPS:
        hint = "import CMS's ZIP5 table (clausal fees import), or give --locality or --county"
        raise InvalidInput.at(Place("--zip" if given.zip else "--where"), NO_ZIPS, hint)
    return found


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


def _site_name(place: int) -> str:
    return next((name for name, number in SITES.items() if number == place), f"place {place:02}")


def _as_json(quote: Quote, found: dict[str, list[Finding]]) -> dict[str, Any]:
    from dataclasses import asdict

    from clausal.determination.payment import said

    lines = [
        {
            **asdict(line),
            "edits": [asdict(said(one)) for one in found.get(line.component, ()) if one.line == line.line],
        }
        for line in quote.lines
    ]
    return {
        "label": NOT_COVERAGE,
        "site": _site_name(quote.place),
        "place_of_service": f"{quote.place:02}",
        "service_date": quote.service_date,
        "where": quote.where or None,
        "locality": quote.locality,
        "lines": lines,
        "total": quote.total,
        "total_lines": Sum.of(line.allowed for line in quote.lines).lines,
        "payer": quote.payer,
        "patient": quote.patient,
        "complete": quote.complete,
    }


def _print_json(quotes: list[tuple[Quote, dict[str, list[Finding]]]], compare: bool, absent: list[str]) -> None:
    from clausal.determination.model import to_json

    found = [_as_json(*one) for one in quotes]
    answer = {"label": NOT_COVERAGE, "sites": found} if compare else found[0]
    print(to_json({**answer, "not_held": absent}))


def _print_quote(quote: Quote, found: dict[str, list[Finding]]) -> None:
    out = console()
    where = _rates([quote])
    out.print(Text(f"{_site_name(quote.place)}, {quote.service_date}, {where}: {NOT_COVERAGE}", style="bold"))
    for line in quote.lines:
        modifiers = f" {'-'.join(line.modifiers)}" if line.modifiers else ""
        out.print()
        applied = f"  ({line.place})" if line.allowed is not None else ""
        what = f"{line.code} x{line.units}{modifiers}  {line.component}  {amount_of(line)}{applied}"
        out.print(Text(what, style="bold"))
        for step in line.derivation:
            out.print(Text(f"    {step}"))
        if quote.where:
            out.print(Text(f"    {line.place}: {line.place_found}", style="dim"))
        out.print(Text(f"    {line.table}, release {line.release or 'none'}", style="dim"))
        if line.why:
            out.print(Text(f"    {line.why}"))
        if line.allowed is not None:
            withheld = f"of which {line.sequestration} withheld by sequestration"
            out.print(Text(f"    payer {line.payer} ({withheld}), patient {line.patient}"))
    out.print()
    shares = f"  payer {told(quote.payer)}, patient {told(quote.patient)}"
    out.print(Text(f"total  {total_of(quote.lines, quote.total)}{shares}", style="bold"))
    if any(not one.passes for edits in found.values() for one in edits):
        out.print(Text("the edits below are not taken off the total"))
    _print_edits(out, found)


def _print_edits(out: Any, found: dict[str, list[Finding]]) -> None:
    for component, edits in found.items():
        if not edits:
            continue
        out.print()
        out.print(Text("Claim edits" + (f" ({component} claim)" if len(found) > 1 else ""), style="bold underline"))
        for one in edits:
            rarc = f", RARC {' '.join(one.rarc)}" if one.rarc else ""
            codes = "passed" if one.passes else f"CARC {one.carc}{rarc}"
            out.print(Text(f"  {one.edit}: {one.says} ({codes})"))
            out.print(Text(f"      {one.resolve}"))
            out.print(Text(f"      [{one.table}]", style="dim"))


def _print_comparison(quotes: list[Quote]) -> None:
    out = console()
    first = quotes[0]
    out.print(Text(f"{first.service_date}, {_rates(quotes)}: {NOT_COVERAGE}", style="bold"))
    out.print()
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for column in ("site", "facility", "professional", "total", "payer", "patient", ""):
        is_amount = column not in ("site", "")
        table.add_column(column, justify="right" if is_amount else "left", no_wrap=is_amount)
    for one in quotes:
        sums = [_sum([line for line in one.lines if line.component == of]) for of in ("facility", "professional")]
        total = Sum.of(line.allowed for line in one.lines)
        note = ", ".join(filter(None, (total.share(len(one.lines)), why_none(one.lines))))
        table.add_row(_site_name(one.place), *sums, *map(told, (one.total, one.payer, one.patient)), note)
    out.print(table)
    out.print()
    for component in ("facility", "professional"):
        lines = [line for one in quotes for line in one.lines if line.component == component]
        for applied, found in dict.fromkeys((line.place, line.place_found) for line in lines):
            out.print(Text(f"{component}: {applied} ({found})", style="dim"))


def _rates(quotes: list[Quote]) -> str:
    """Of where the amounts are, for a heading: never a place alone where some of them are national."""
    where = quotes[0].where
    national = [line.place == "national" for one in quotes for line in one.lines]
    if all(national) or not where:
        return f"{where} (national rates)" if where else "national"
    return f"{where} (in part national rates)" if any(national) else where


def _sum(lines: list[QuotedLine]) -> str:
    """The sum of one component, and of how many of its lines it is where not of all."""
    found = Sum.of(line.allowed for line in lines)
    share = f" ({found.lines} of {len(lines)})" if found.share(len(lines)) else ""
    return f"{found.dollars(grouped=False)}{share}"
