"""`clausal price`: what Medicare pays for codes at a site, how that comes about, and what edits say."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from clausal.cli.common import JsonOption, PacksOption, console, day, load
from clausal.problems import InvalidInput, Place, expected_one_of, nearest

if TYPE_CHECKING:
    from clausal.coding.edits import Finding
    from clausal.payment.model import Quote, QuotedLine
    from clausal.schedules.lines import Lines
    from clausal.schedules.tables import Schedules

SITES = {"office": 11, "asc": 24, "hospital-outpatient": 22}
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
    zip_code: Annotated[
        str | None, typer.Option("--zip", help="ZIP code of the place; needs the imported ZIP table.")
    ] = None,
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
    options: dict[str, Any] = {
        "day": service_date,
        "units": _numbers("--units", units, len(asked), 1, 9999),
        "written": written,
        "locality": _locality(schedules, locality, zip_code),
        "wage": _wage(schedules, cbsa, service_date, sites),
        "charge": [int(cents) for cents in _dollars("--charge", charge, len(asked))] if charge else None,
    }
    left = _dollars("--deductible-left", deductible, 1)[0]
    quotes = []
    for site in sites:
        from clausal.payment.quote import quote

        lines = _lines(asked, site, options)
        found = _edits(library, lines, schedules, site)
        quotes.append((quote(lines, written, schedules, deductible_left=left), found))
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
    """Edits of the practitioner's claim, and for an outpatient department of the hospital's."""
    from clausal.determination.payment import edits, limits
    from clausal.schedules.lines import OUTPATIENT_DEPARTMENTS

    daily = limits(library.view(dt.date.today()))
    found = {"professional": edits(lines, schedules, "practitioner", daily)}
    hospital = place in OUTPATIENT_DEPARTMENTS
    found["facility"] = edits(lines, schedules, "outpatient", daily) if hospital else found["professional"]
    return found


def _place(text: str) -> int:
    if text in SITES:
        return SITES[text]
    if text.isdigit() and 1 <= int(text) <= 99:
        return int(text)
    raise InvalidInput.at(
        Place("--place"), f"'{text}' is not a place of service", f"a code, or one of {', '.join(SITES)}"
    )


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
    from clausal.schedules.lines import BIT

    parts = text.split(",") if text else [""]
    if len(parts) not in (1, count):
        raise InvalidInput.at(
            Place("--modifiers"), f"{len(parts)} values for {count} codes", "one for all, or one for each"
        )
    found = [[one.strip().upper() for one in part.replace(" ", "-").split("-") if one.strip()] for part in parts]
    for modifier in (one for of_code in found for one in of_code):
        if modifier not in BIT and not (len(modifier) == 2 and modifier.isalnum()):
            raise InvalidInput.at(Place("--modifiers"), f"'{modifier}' is not a modifier", "two letters or digits")
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


def _locality(schedules: Schedules, locality: str | None, zip_code: str | None) -> str | None:
    if locality and zip_code:
        raise InvalidInput.at(Place("--zip"), "give a ZIP code or a locality, not both")
    places = schedules.table("gpci")
    if zip_code:
        rows = schedules.table("zips").columns
        found = dict(zip(rows.get("zip", ()), rows.get("locality", ()), strict=True))
        if not found:
            hint = "import CMS's ZIP5 table (clausal fees import), or give --locality"
            raise InvalidInput.at(Place("--zip"), "no table of ZIP codes is held", hint)
        if zip_code not in found:
            raise InvalidInput.at(Place("--zip"), f"ZIP code '{zip_code}' is not in the table held", "five digits")
        return str(found[zip_code])
    if locality and locality not in set(places.columns["locality"]):
        hint = nearest(locality, set(places.columns["locality"])) or "as CMS writes it: contractor-number, 10112-00"
        raise InvalidInput.at(Place("--locality"), f"unknown locality '{locality}'", hint)
    return locality


def _wage(schedules: Schedules, cbsa: str | None, date: dt.date, sites: list[int]) -> int:
    """The wage index of an area in ten-thousandths; national without one. Only facilities are paid by it."""
    if cbsa is None:
        return 10_000
    import numpy as np

    from clausal.schedules.holdings import missing
    from clausal.schedules.lines import ASC, OUTPATIENT_DEPARTMENTS

    table = schedules.table("wage")
    if cbsa not in set(table.columns["cbsa"].tolist()):
        message = f"no wage index for area '{cbsa}' in any table held"
        raise InvalidInput.at(Place("--cbsa"), message, "a CBSA number, or a state's")
    release, _ = table.on(np.array([np.datetime64(date).astype(np.int64)]))
    if release[0] < 0:
        if not {ASC, *OUTPATIENT_DEPARTMENTS} & set(sites):
            return 10_000
        raise InvalidInput.at(Place("--cbsa"), missing(schedules.store, "wage", date), "without --cbsa: national rates")
    matches = (table.columns["cbsa"] == cbsa) & (table.release == release[0])
    values = sorted(set(table.columns["index"][matches].tolist()))
    if not values:
        raise InvalidInput.at(
            Place("--cbsa"), f"no wage index for area '{cbsa}' in {date.year}", "a CBSA number, or a state's"
        )
    if len(values) > 1:
        both = " and ".join(f"{value / 10_000:.4f}" for value in values)
        raise InvalidInput.at(Place("--cbsa"), f"the table has {both} for area '{cbsa}'", "the file is ambiguous there")
    return int(values[0])


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
    return [missing(schedules.store, kind, date) for kind in kinds]


def _site_name(place: int) -> str:
    return next((name for name, number in SITES.items() if number == place), f"place {place:02}")


def _as_json(quote: Quote, found: dict[str, list[Finding]]) -> dict[str, Any]:
    from dataclasses import asdict

    from clausal.determination.payment import said

    lines = [
        {
            **asdict(line),
            "edits": [asdict(said(one)) for one in found[line.component] if one.line == line.line],
        }
        for line in quote.lines
    ]
    return {
        "label": NOT_COVERAGE,
        "site": _site_name(quote.place),
        "place_of_service": f"{quote.place:02}",
        "service_date": quote.service_date,
        "locality": quote.locality,
        "lines": lines,
        "total": quote.total,
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
    where = quote.locality or "national"
    out.print(Text(f"{_site_name(quote.place)}, {quote.service_date}, {where}: {NOT_COVERAGE}", style="bold"))
    for line in quote.lines:
        modifiers = f" {'-'.join(line.modifiers)}" if line.modifiers else ""
        amount = line.allowed or _without_amount(line)
        out.print()
        out.print(Text(f"{line.code} x{line.units}{modifiers}  {line.component}  {amount}", style="bold"))
        for step in line.derivation:
            out.print(Text(f"    {step}"))
        out.print(Text(f"    {line.table}, release {line.release or 'none'}", style="dim"))
        if line.why:
            out.print(Text(f"    {line.why}"))
        if line.allowed is not None:
            withheld = f"of which {line.sequestration} withheld by sequestration"
            out.print(Text(f"    payer {line.payer} ({withheld}), patient {line.patient}"))
    out.print()
    partial = "" if quote.complete else " of what has a price"
    total = f"total{partial}  {quote.total}  (payer {quote.payer}, patient {quote.patient})"
    out.print(Text(total if quote.total else "nothing here has a price", style="bold"))
    if any(found.values()):
        out.print(Text("the edits below are not taken off the total"))
    _print_edits(out, found)


def _without_amount(line: QuotedLine) -> str:
    """What stands in the place of an amount."""
    if line.release is None:
        return "no table held"
    return "not known" if (line.why or "").startswith("not known") else "no published fee"


def _print_edits(out: Any, found: dict[str, list[Finding]]) -> None:
    hospital = found["facility"] is not found["professional"]
    for component, edits in found.items():
        if not edits or (component == "facility" and not hospital):
            continue
        out.print()
        out.print(Text("Claim edits" + (f" ({component} claim)" if hospital else ""), style="bold underline"))
        for one in edits:
            rarc = f", RARC {' '.join(one.rarc)}" if one.rarc else ""
            out.print(Text(f"  {one.edit}: {one.says} (CARC {one.carc}{rarc})"))
            out.print(Text(f"      {one.resolve}"))
            out.print(Text(f"      [{one.table}]", style="dim"))


def _print_comparison(quotes: list[Quote]) -> None:
    out = console()
    first = quotes[0]
    out.print(Text(f"{first.service_date}, {first.locality or 'national'}: {NOT_COVERAGE}", style="bold"))
    out.print()
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for column in ("site", "facility", "professional", "total", "payer", "patient", ""):
        table.add_column(column, justify="left" if column in ("site", "") else "right")
    for one in quotes:
        parts = {component: _sum(one, component) for component in ("facility", "professional")}
        held = any(line.release for line in one.lines)
        note = "" if one.complete else "no published fee for some" if held else "no table held"
        row = (parts["facility"], parts["professional"], one.total, one.payer, one.patient, note)
        table.add_row(_site_name(one.place), *(cell or "none" for cell in row[:-1]), row[-1])
    out.print(table)


def _sum(quote: Quote, component: str) -> str:
    amounts = [line.allowed for line in quote.lines if line.component == component]
    if not amounts:
        return ""
    cents = sum(int(amount.replace(".", "")) for amount in amounts if amount)
    return f"{cents // 100}.{cents % 100:02}" if any(amounts) else "none"
