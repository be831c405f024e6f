"""How an amount comes about: the formula with its numbers, read off the columns at one line."""

from __future__ import annotations

from decimal import Decimal

from clausal.payment.facility import WHOLE, FacilityPriced
from clausal.payment.fees import SCALE
from clausal.payment.money import dollars
from clausal.payment.parts import in_words
from clausal.payment.pfs import FULL, Priced
from clausal.payment.reasons import Reason
from clausal.payment.rules import equipment, therapy_assistant
from clausal.schedules.lines import Lines
from clausal.schedules.tables import Schedules


def _decimals(value: int, places: int) -> str:
    return f"{value // 10**places}.{value % 10**places:0{places}}"


def _percent(value: int, whole: int) -> str:
    """A part of a whole in percent, without zeros at its end."""
    return (
        f"{Decimal(value) * 100 / whole:f}".rstrip("0").rstrip(".")
        if value * 100 % whole
        else str(value * 100 // whole)
    )


def _together(lines: Lines, priced: Priced | FacilityPriced, line: int) -> list[str]:
    """How units come together to the amount, and that the charge is less where it is."""
    if priced.amount[line] < 0:
        return []
    amount, units, unit = int(priced.amount[line]), int(lines.units[line]), int(priced.unit[line])
    steps = []
    terms = in_words(priced.parts, line)
    if not terms and unit >= 0 and units * unit == amount and units > 1:
        terms = f"{units} x {dollars(unit)}"
    if terms:
        steps.append(f"{terms} = {dollars(amount)}")
    charge, allowed = int(lines.charge[line]), int(priced.allowed[line])
    if isinstance(priced, FacilityPriced) and priced.table == "opps":
        return steps
    limited = bool(int(priced.reasons[line]) & Reason.CHARGE)
    if limited:
        both = ", over both sides" if charge >= amount else ""
        steps.append(f"the lesser of {dollars(amount)} and the charge{both} = {dollars(charge)}")
    if isinstance(priced, Priced) and priced.assisted[line]:
        steps.append(f"rendered in part by an assistant: {therapy_assistant.PERCENT} percent = {dollars(allowed)}")
    return steps


def of_pfs(lines: Lines, priced: Priced, schedules: Schedules, line: int) -> list[str]:
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
    factor = int(priced.factor[line])
    setting = "facility" if priced.is_facility[line] else "non-facility"
    if priced.fee[line] < 0:
        return [f"status {columns['status'][row]}, relative values {', '.join(_decimals(v, 2) for v in values)}"]
    exact = sum(v * g for v, g in zip(values, gpci, strict=True)) * factor
    uncapped = (2 * exact + SCALE // 100) // (2 * (SCALE // 100))
    steps.append(f"(work, PE {setting}, MP) ({terms}) x {_decimals(factor, 4)} = {dollars(uncapped)}")
    if uncapped != priced.fee[line]:
        steps.append(f"limited by the OPPS cap on imaging to {dollars(int(priced.fee[line]))}")
    if priced.percent[line] != FULL:
        percent = _percent(int(priced.percent[line]), FULL)
        steps.append(f"modifiers: {percent} percent = {dollars(int(priced.unit[line]))}")
    left = int(equipment.percent(lines)[line])
    if left != 100:
        steps.append(f"old equipment: {left} percent of the technical component")
    return steps + _together(lines, priced, line)


def of_facility(lines: Lines, priced: FacilityPriced, schedules: Schedules, line: int) -> list[str]:
    """The steps of a facility payment."""
    row = int(priced.row[line])
    if row < 0:
        return []
    columns = schedules.table(priced.table_of(line)).columns
    if priced.table == "opps":
        what = f"status {columns['si'][row]}, APC {columns['apc'][row] or 'none'}"
    else:
        what = f"payment indicator {columns['indicator'][row]}"
    if priced.raised[line] >= 0:
        row = int(priced.raised[line])
        what += f", moved up to APC {columns['apc'][row]} by a pair of Addendum J"
    rate = int(columns["rate"][row])
    if rate < 0:
        return [what]
    steps = [
        f"{what}, published rate {_decimals(rate, 4).rstrip('0').rstrip('.') if rate % 100 else dollars(rate // 100)}"
    ]
    if priced.unit[line] < 0:
        return steps
    unit = dollars(int(priced.unit[line]))
    reduced = int(priced.percent[line])
    if lines.wage[line] != 10_000 and priced.local[line]:
        tenths = 6 if priced.table == "opps" else 5
        wage = _decimals(int(lines.wage[line]), 4)
        kind = " (the surgical centres' index; a hospital's own may differ)" if priced.table == "opps" else ""
        made = f" = {unit}" if reduced == WHOLE else ""
        steps.append(f"{tenths}0 percent x wage index {wage}{kind} + {10 - tenths}0 percent{made}")
    if reduced != WHOLE:
        whys = (("reduced or discontinued", ("52", "73")), ("off the hospital's campus", ("PN", "PO")))
        told = [
            why for why, modifiers in (*whys, ("by old equipment", equipment.MODIFIERS)) if lines.has(*modifiers)[line]
        ]
        steps.append(f"{', '.join(told)}: {_percent(reduced, WHOLE)} percent = {unit}")
    return steps + _together(lines, priced, line)
