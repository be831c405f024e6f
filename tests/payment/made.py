"""Tables made by hand, for worked examples of manuals: relative values are dollars, the conversion factor is 1."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from clausal.schedules.kinds import KINDS, Release
from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules, Table

NOWHERE = Store(Path("/nonexistent"))
PFS: Mapping[str, Any] = {
    "status": "A", "mod": "", "pctc": "0", "glob": "XXX", "mult": "0", "bilat": "0", "asst": "0", "co": "0",
    "team": "0", "endo": "", "family": "99", "na_nf": "", "na_f": "", "cf": 10_000, "work": 0, "pe_nf": 0, "pe_f": 0,
    "mp": 0, "pre": 0, "intra": 0, "post": 0, "opps_nf": 0, "opps_f": 0, "opps_mp": 0,
}  # fmt: skip


class Made(Schedules):
    """Tables of given rows, each a release in full for 2024 (of NCCI one by service); the other tables are empty."""

    def __init__(self, **rows: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(NOWHERE)
        for kind in KINDS:
            self._tables[kind] = _table(kind, rows.get(kind, ()))


def _table(kind: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    services = list(dict.fromkeys(row.get("service", "") for row in rows))
    releases = [Release(kind, f"made {kind}", dt.date(2024, 1, 1), dt.date(2024, 12, 31), one) for one in services]
    of_release = np.array([services.index(row.get("service", "")) for row in rows], dtype=np.int64)
    columns: dict[str, Any] = {}
    for name, of in KINDS[kind].columns.items():
        values = [row.get(name, -1 if of == "BIGINT" else None if of == "DATE" else "") for row in rows]
        columns[name] = np.array(values, dtype=np.int64 if of == "BIGINT" else object)
    return Table(kind, tuple(releases), columns, of_release, (True,) * len(releases))


def fee(code: str, work: str = "0", pe: str = "0", mp: str = "0", **more: Any) -> dict[str, Any]:
    """A row of the physician fee schedule whose parts are dollars, in an office and in a facility alike."""
    cents = [round(float(part) * 100) for part in (work, pe, mp)]
    return {**PFS, "code": code, "work": cents[0], "pe_nf": cents[1], "pe_f": cents[1], "mp": cents[2], **more}


def split(code: str, technical: str, professional: str, **more: Any) -> list[dict[str, Any]]:
    """The three rows of a code with components."""
    more = {"pctc": "1", **more}
    whole = fee(code, professional, technical, **more)
    return [whole, fee(code, "0", technical, mod="TC", **more), fee(code, professional, "0", mod="26", **more)]


def rate(code: str, si: str, dollars: str, apc: str = "5000") -> dict[str, Any]:
    """A row of Addendum B, with a fifth as copayment."""
    amount = round(float(dollars) * 10_000) if dollars else -1
    return {"code": code, "si": si, "apc": apc, "rate": amount, "copay": -1, "min_copay": amount // 5}
