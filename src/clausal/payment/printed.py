"""Figures that a guide prints, recomputed: do its values make its fees, and to which dates does each number belong?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from clausal.schedules.kinds import MONEY, Release
from clausal.schedules.tables import Schedules

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    """One printed figure: whether it stands up, and what the published tables say of it."""

    code: str
    figure: str
    printed: str
    agrees: bool
    says: str


def check_printed(fees: Mapping[str, Any], schedules: Schedules) -> list[PrintedFigure]:
    """Every figure of a pack's `fees` data, checked by the rows of the tables held."""
    factor = Decimal(str(fees["conversion_factor"]))
    as_of = str(fees["as_of"])
    found: list[PrintedFigure] = []
    for code, row in fees["codes"].items():
        found.extend(_relative_values(code, row, factor, as_of, schedules))
        found.extend(_facility(code, row, as_of, schedules))
    return found


def _relative_values(
    code: str, row: Mapping[str, Any], factor: Decimal, as_of: str, schedules: Schedules
) -> Iterable[PrintedFigure]:
    table = schedules.table("pfs")
    rows = [r for r in range(len(table)) if table.columns["code"][r] == code and not table.columns["mod"][r]]
    for setting, pe in (("non_facility", "pe_nf"), ("facility", "pe_f")):
        total = Decimal(str(row[f"rvu_{setting}"]))
        fee = Decimal(str(row["office" if setting == "non_facility" else "facility"]))
        by_row = {r: sum(int(table.columns[name][r]) for name in ("work", pe, "mp")) for r in rows}
        with_total = [table.releases[int(table.release[r])] for r in rows if by_row[r] == total * 100]
        yield PrintedFigure(
            code,
            f"relative values, {setting.replace('_', '-')}",
            str(total),
            _covers(with_total, as_of),
            f"the published total {_when(with_total)}",
        )
        with_fee = [table.releases[int(table.release[r])] for r in rows if _fee(by_row[r], table, r) == fee]
        yield PrintedFigure(
            code,
            f"fee, {setting.replace('_', '-')}",
            str(fee),
            _covers(with_fee, as_of),
            f"the published national fee {_when(with_fee)}",
        )
        product = (total * factor).quantize(CENT, ROUND_HALF_UP)
        yield PrintedFigure(
            code,
            f"printed value times printed factor, {setting.replace('_', '-')}",
            f"{total} x {factor}",
            product == fee,
            f"makes {product}, the page prints {fee}",
        )
    with_factor = [table.releases[int(table.release[r])] for r in rows if table.columns["cf"][r] == factor * 10_000]
    yield PrintedFigure(
        code, "conversion factor", str(factor), _covers(with_factor, as_of), f"in force {_when(with_factor)}"
    )


def _fee(hundredths: int, table: Any, row: int) -> Decimal:
    value = Decimal(hundredths) / 100 * Decimal(int(table.columns["cf"][row])) / 10_000
    return value.quantize(CENT, ROUND_HALF_UP)


def _facility(code: str, row: Mapping[str, Any], as_of: str, schedules: Schedules) -> Iterable[PrintedFigure]:
    for kind, key, label in (("asc", "asc", "ASC rate"), ("opps", "hopd", "hospital outpatient rate")):
        table = schedules.table(kind)
        printed = Decimal(str(row[key]))
        same = [
            table.releases[int(table.release[r])]
            for r in range(len(table))
            if table.columns["code"][r] == code and table.columns["rate"][r] == printed * MONEY
        ]
        yield PrintedFigure(code, label, str(printed), _covers(same, as_of), f"the published rate {_when(same)}")
    opps = schedules.table("opps")
    classes = {str(opps.columns["apc"][r]) for r in range(len(opps)) if opps.columns["code"][r] == code}
    yield PrintedFigure(
        code, "APC", str(row["apc"]), str(row["apc"]) in classes, f"published: {', '.join(sorted(classes))}"
    )


def _covers(releases: Iterable[Release], as_of: str) -> bool:
    """Whether one of the releases is that of the day, or of its year where no release was published for the day."""
    return any(str(one.start) <= as_of and as_of[:4] == str(one.start.year) for one in releases)


def _when(releases: Iterable[Release]) -> str:
    spans: list[list[Any]] = []
    for one in sorted(set(releases), key=lambda release: release.start):
        if spans and (one.start - spans[-1][1]).days <= 1:
            spans[-1][1] = max(spans[-1][1], one.end)
        else:
            spans.append([one.start, one.end])
    return "of " + ", ".join(f"{start} to {end}" for start, end in spans) if spans else "of no date held"
