"""Place of service: inpatient-only codes for outpatients, codes that are not payable in a surgical centre."""

from __future__ import annotations

import numpy as np

from clausal.coding.edits.finding import Context, Edit, Hits, Said, applied, hits, joined
from clausal.schedules.lines import ASC, Bools, Ints
from clausal.schedules.tables import Table

INPATIENT_ONLY, NOT_IN_A_CENTRE = 0, 1


def _inpatient_only(table: Table) -> Bools:
    found: Bools = np.asarray(table.columns["si"] == "C", dtype=bool)
    return found


def _rows(context: Context, kind: str) -> tuple[Ints, Ints]:
    """The row of each line's code in a table (-1: none), and the release."""
    lines, table = context.lines, context.schedules.table(kind)
    release, _ = table.on(lines.date)
    matrix = table.of_codes(lines.codes)
    return np.where(release < 0, -1, matrix[np.maximum(release, 0), lines.code]), release


def _is_held(context: Context) -> Bools:
    """Lines whose code some fee table lists: of others it cannot be told whether a list lacks them, or we lack it."""
    codes = context.lines.codes
    matrices = context.schedules.table("pfs").of_codes(codes, ("",)), context.schedules.table("opps").of_codes(codes)
    held = [np.asarray((matrix >= 0).any(axis=0))[context.lines.code] for matrix in matrices]
    return held[0] | held[1]


def _is_surgical(context: Context) -> Bools:
    """Lines whose code is a surgical procedure: of CPT's surgery section, or of Category III.

    Addendum AA lists surgical procedures; drugs, devices and imaging stand in Addendum BB, of which AA tells nothing.
    """
    of_code = np.array([code[:1] in set("123456") or code[4:] == "T" for code in context.lines.codes], dtype=bool)
    found: Bools = of_code[context.lines.code] if len(of_code) else np.zeros(len(context.lines.code), dtype=bool)
    return found


def find(context: Context) -> Hits:
    lines = context.lines
    found = []
    hospital, surgical = lines.outpatient, lines.place == ASC
    if hospital.any() and len(context.schedules.table("opps")):
        row, _ = _rows(context, "opps")
        only = context.schedules.table("opps").derived("inpatient only", _inpatient_only)
        found.append(hits(hospital & (row >= 0) & only[np.maximum(row, 0)], INPATIENT_ONLY))
    if surgical.any():
        row, release = _rows(context, "asc")
        found.append(
            hits(surgical & (release >= 0) & (row < 0) & _is_held(context) & _is_surgical(context), NOT_IN_A_CENTRE)
        )
    return joined(found)


def say(context: Context, line: int, how: int) -> Said:
    code = context.lines.code_at(line)
    if how == INPATIENT_ONLY:
        rests = f"{applied(context, 'opps', line)}: {code}, status C"
        return Said(f"{code} is paid for inpatients only", "admit the patient, or bill another code", rests)
    says = f"{code} is not among the covered procedures of a surgical centre"
    resolve = "the centre is not paid for it: another site, or another code"
    return Said(says, resolve, f"{applied(context, 'asc', line)}: {code} is not listed")


EDIT = Edit("place-of-service", "5", ("M77",), find, say)
