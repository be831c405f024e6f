"""The page and the JSON of `clausal price`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from clausal.amounts import Sum, told
from clausal.cli.common import console
from clausal.cli.priced import amount_of, total_of, why_none
from clausal.cli.rows import Head, indented, print_rows
from clausal.payment.sites import NOT_COVERAGE, site_name

if TYPE_CHECKING:
    from clausal.coding.edits import Finding
    from clausal.determination.pricing import Priced
    from clausal.payment.model import Quote, QuotedLine


def print_json(priced: Priced, compare: bool) -> None:
    """All sites as one object."""
    from clausal.determination.model import to_json
    from clausal.determination.pricing import priced_data

    print(to_json(priced_data(priced, compare)))


def print_quote(quote: Quote, found: dict[str, list[Finding]]) -> None:
    """One site, line by line, with how each amount comes about."""
    out = console()
    where = _rates([quote])
    out.print(Text(f"{site_name(quote.place)}, {_days(quote)}, {where}: {NOT_COVERAGE}", style="bold"))
    several = len({line.service_date for line in quote.lines}) > 1
    for line in quote.lines:
        modifiers = f" {'-'.join(line.modifiers)}" if line.modifiers else ""
        out.print()
        applied = f"  ({line.place})" if line.allowed is not None else ""
        on = f"  {line.service_date}" if several else ""
        what = f"{line.code} x{line.units}{modifiers}{on}  {line.component}  {amount_of(line)}{applied}"
        out.print(Text(what, style="bold"))
        for step in line.derivation:
            out.print(indented(step, 4))
        if quote.where:
            out.print(indented(f"{line.place}: {line.place_found}", 4, "dim"))
        out.print(indented(f"{line.table}, release {line.release or 'none'}", 4, "dim"))
        if line.why:
            out.print(indented(line.why, 4))
        if line.allowed is not None:
            withheld = f"of which {line.sequestration} withheld by sequestration"
            out.print(indented(f"payer {line.payer} ({withheld}), patient {line.patient}", 4))
    out.print()
    shares = f"  payer {told(quote.payer)}, patient {told(quote.patient)}"
    out.print(Text(f"total  {total_of(quote.lines, quote.total)}{shares}", style="bold"))
    if any(not one.passes for edits in found.values() for one in edits):
        out.print(Text("the edits below are not taken off the total"))
    _print_edits(out, found)


def _print_edits(out: Any, found: dict[str, list[Finding]], *, always_named: bool = False) -> None:
    for component, edits in found.items():
        if not edits:
            continue
        out.print()
        out.print(
            Text(
                "Claim edits" + (f" ({component} claim)" if always_named or len(found) > 1 else ""),
                style="bold underline",
            )
        )
        for one in edits:
            rarc = f", RARC {' '.join(one.rarc)}" if one.rarc else ""
            codes = "passed" if one.passes else f"CARC {one.carc}{rarc}"
            out.print(indented(f"{one.edit}: {one.says} ({codes})", 2))
            out.print(indented(one.resolve, 6))
            out.print(indented(f"[{one.table}]", 6, "dim"))


def _days(quote: Quote) -> str:
    """The day of service, or the first and the last."""
    days = sorted({one for line in quote.lines if (one := line.service_date)}) or [quote.service_date]
    return f"{days[0]} to {days[-1]}" if len(days) > 1 else str(days[0])


def print_comparison(priced: list[tuple[Quote, dict[str, list[Finding]]]]) -> None:
    """Several sites as a table, with the edits of each claim."""
    out = console()
    quotes = [one for one, _ in priced]
    first = quotes[0]
    out.print(Text(f"{first.service_date}, {_rates(quotes)}: {NOT_COVERAGE}", style="bold"))
    out.print()
    figures = [Head(name, figures=True) for name in ("facility", "professional", "total", "payer", "patient")]
    rows = []
    for one in quotes:
        sums = [_sum([line for line in one.lines if line.component == of]) for of in ("facility", "professional")]
        total = Sum.of(line.allowed for line in one.lines)
        note = ", ".join(filter(None, (total.share(len(one.lines)), why_none(one.lines))))
        rows.append([site_name(one.place), *sums, *map(told, (one.total, one.payer, one.patient)), note])
    print_rows(out, [Head("site", whole=True), *figures, Head("")], rows)
    out.print()
    for component in ("facility", "professional"):
        lines = [line for one in quotes for line in one.lines if line.component == component]
        for applied, found in dict.fromkeys((line.place, line.place_found) for line in lines):
            out.print(Text(f"{component}: {applied} ({found})", style="dim"))
    seen: list[list[Finding]] = []
    for one, edits in priced:
        fresh = {f"{site_name(one.place)}, {name}": some for name, some in edits.items() if some and some not in seen}
        seen.extend(fresh.values())
        _print_edits(out, fresh, always_named=True)


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
