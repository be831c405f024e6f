"""How an amount comes about: the formula with its numbers, read off the columns at one line."""

from __future__ import annotations

from clausal.payment.facility import ANCILLARY_ADJUSTED, FacilityPriced
from clausal.payment.money import dollars
from clausal.payment.pfs import SCALE, Priced
from clausal.payment.ranking import Ranked
from clausal.schedules.lines import Lines
from clausal.schedules.tables import Schedules


def _decimals(value: int, places: int) -> str:
    return f"{value // 10**places}.{value % 10**places:0{places}}"


def _ranks(ranked: Ranked, line: int, unit: int, total: int) -> list[str]:
    full, half, beyond = int(ranked.full[line]), int(ranked.half[line]), int(ranked.beyond[line])
    if not half and not beyond and full <= 1:
        return []
    parts = [f"{full} x {dollars(unit)}"] if full else []
    if half:
        parts.append(f"{half} x {dollars((unit + 1) // 2)} (50 percent)")
    if beyond:
        parts.append(f"{beyond} not counted")
    return [f"{' + '.join(parts)} = {dollars(max(total, 0))}"]


def of_pfs(priced: Priced, schedules: Schedules, line: int) -> list[str]:
    """The steps of a physician fee."""
    row = int(priced.row[line])
    if row < 0:
        return []
    columns = schedules.table("pfs").columns
    pe_name = "pe_f" if priced.is_facility[line] else "pe_nf"
    gpci = [1000, 1000, 1000]
    place = int(priced.gpci_row[line])
    steps: list[str] = []
    if columns["mod"][row]:
        steps.append(f"the row of modifier {columns['mod'][row]}")
    if place >= 0:
        table = schedules.table("gpci")
        gpci = [int(table.columns[name][place]) for name in ("work", "pe", "mp")]
        where = f"{table.columns['locality'][place]} {table.columns['name'][place]}"
        steps.append(f"locality {where}, {table.releases[int(table.release[place])].name}")
    values = [int(columns[name][row]) for name in ("work", pe_name, "mp")]
    terms = " + ".join(f"{_decimals(v, 2)} x {_decimals(g, 3)}" for v, g in zip(values, gpci, strict=True))
    factor = _decimals(int(columns["cf"][row]), 4)
    setting = "facility" if priced.is_facility[line] else "non-facility"
    if priced.fee[line] < 0:
        return [f"status {columns['status'][row]}, relative values {', '.join(_decimals(v, 2) for v in values)}"]
    exact = sum(v * g for v, g in zip(values, gpci, strict=True)) * int(columns["cf"][row])
    uncapped = (2 * exact + SCALE // 100) // (2 * (SCALE // 100))
    steps.append(f"(work, PE {setting}, MP) ({terms}) x {factor} = {dollars(uncapped)}")
    if uncapped != priced.fee[line]:
        steps.append(f"limited by the OPPS cap on imaging to {dollars(int(priced.fee[line]))}")
    if priced.percent[line] != 10_000:
        percent = _decimals(int(priced.percent[line]), 2)
        steps.append(f"modifiers: {percent} percent = {dollars(int(priced.unit[line]))}")
    return steps + _ranks(priced.ranked, line, int(priced.unit[line]), int(priced.allowed[line]))


def of_facility(lines: Lines, priced: FacilityPriced, schedules: Schedules, line: int) -> list[str]:
    """The steps of a facility payment."""
    row = int(priced.row[line])
    if row < 0:
        return []
    kind = priced.table_of(line)
    columns = schedules.table(kind).columns
    rate = int(columns["rate"][row])
    if priced.table == "opps":
        what = f"status {columns['si'][row]}, APC {columns['apc'][row] or 'none'}"
    else:
        what = f"payment indicator {columns['indicator'][row]}"
    if rate < 0:
        return [what]
    steps = [
        f"{what}, published rate {_decimals(rate, 4).rstrip('0').rstrip('.') if rate % 100 else dollars(rate // 100)}"
    ]
    if lines.wage[line] != 10_000 and (kind != "ascbb" or columns["indicator"][row] in ANCILLARY_ADJUSTED):
        tenths = 6 if priced.table == "opps" else 5
        wage = _decimals(int(lines.wage[line]), 4)
        note = " (the surgical centres' index; a hospital's own may differ)" if priced.table == "opps" else ""
        steps.append(
            f"{tenths}0 percent x wage index {wage}{note} + {10 - tenths}0 percent = {dollars(int(priced.unit[line]))}"
        )
    if lines.has("52", "73")[line]:
        steps.append(f"reduced or discontinued: 50 percent = {dollars(int(priced.unit[line]))}")
    return steps + _ranks(priced.ranked, line, int(priced.unit[line]), int(priced.allowed[line]))
