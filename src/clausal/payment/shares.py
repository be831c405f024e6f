"""Who pays: deductible, coinsurance or copayment, sequestration."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from clausal.payment.money import NONE, half_up
from clausal.payment.rules.preventive import PLAIN
from clausal.schedules.lines import Bools, Ints

SEQUESTRATION = (
    (dt.date(2013, 4, 1), 200),
    (dt.date(2020, 5, 1), 0),
    (dt.date(2022, 4, 1), 100),
    (dt.date(2022, 7, 1), 200),
)
"""From each day on, hundredths of a percent of what Medicare pays that are withheld; never of the patient's share."""


_STARTS = np.array([(day - dt.date(1970, 1, 1)).days for day, _ in SEQUESTRATION], dtype=np.int64)
_RATES = np.array([0, *(rate for _, rate in SEQUESTRATION)], dtype=np.int64)


@dataclass(frozen=True)
class Shares:
    """Parts of the allowed amount in cents: payer + patient = allowed; `withheld` is the payer's sequestration."""

    deductible: Ints
    patient: Ints
    payer: Ints
    withheld: Ints


@cache
def deductibles() -> dict[int, tuple[int, int]]:
    """Part B and inpatient deductible of each year, in cents. Source: CMS, annual notices."""
    file = resources.files("clausal.schedules") / "shipped" / "deductibles.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {int(row["year"]): (int(row["part_b"]), int(row["inpatient"])) for row in rows}


def shares(
    allowed: Ints,
    claim: Ints,
    date: Ints,
    copay: Ints,
    deductible_left: Ints | int = 0,
    coinsurance: Ints | None = None,
    exempt: Bools | None = None,
) -> Shares:
    """Split each allowed amount. The deductible that is left is taken once in a claim, from the largest amount on.

    `deductible_left` is one amount for all claims, or for each line that of its claim. `copay` is the OPPS copayment
    for the line (-1: a fifth of what is left after the deductible). `coinsurance`, in hundredths of a percent, differs
    from a fifth for preventive services; on `exempt` lines no deductible is taken (`rules/preventive`).
    """
    base = np.maximum(allowed, 0)
    plain = np.full(len(allowed), PLAIN) if coinsurance is None else coinsurance
    free = np.zeros(len(allowed), dtype=bool) if exempt is None else exempt
    subject = np.where(free, 0, base)
    deductible = np.zeros(len(allowed), dtype=np.int64)
    left = np.broadcast_to(deductible_left, len(allowed))
    if left.any():
        order = np.lexsort((-subject, claim))
        running = np.cumsum(subject[order]) - subject[order]
        is_first = np.ones(len(order), dtype=bool)
        is_first[1:] = claim[order][1:] != claim[order][:-1]
        before = running - np.maximum.accumulate(np.where(is_first, running, 0))
        deductible[order] = np.clip(np.minimum(left[order] - before, subject[order]), 0, None)
    rest = base - deductible
    patient = half_up(rest * plain, 10_000)
    published = (copay >= 0) & ~free
    if published.any():
        scaled = (2 * copay * rest + np.maximum(base, 1)) // (2 * np.maximum(base, 1))
        patient = np.where(published, np.minimum(scaled, _copay_cap(date)), patient)
    patient = np.minimum(deductible + patient, base)
    payer = base - patient
    withheld = half_up(payer * _sequestration(date), 10_000)
    none = allowed == NONE
    return Shares(*(np.where(none, NONE, part) for part in (deductible, patient, payer, withheld)))


def _copay_cap(date: Ints) -> Ints:
    """The inpatient deductible of each line's year; no cap where it is not held."""
    years = date.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    cap = np.full(len(date), np.iinfo(np.int64).max)
    for year in np.unique(years):
        if int(year) in deductibles():
            cap[years == year] = deductibles()[int(year)][1]
    return cap


def _sequestration(date: Ints) -> Ints:
    found: Ints = _RATES[np.searchsorted(_STARTS, date, side="right")]
    return found
