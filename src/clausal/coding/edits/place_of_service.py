"""Place of service: inpatient-only codes on a hospital's claim, codes that are not payable on a surgical centre's.

The type of claim tells, not the place on the line: an institutional claim has none, and the list of covered
procedures is the centre's own, not that of a practitioner who works there. Source: 42 CFR 416.166, 419.22(n).
"""

from __future__ import annotations

import numpy as np

from clausal.coding.edits.finding import NO_HITS, Context, Edit, Hits, Said, applied, hits
from clausal.schedules.lines import Bools, Ints
from clausal.schedules.tables import Table

INPATIENT_ONLY, NOT_IN_A_CENTRE = 0, 1


def _inpatient_only(table: Table) -> Bools:
    found: Bools = np.asarray(table.columns["si"] == "C", dtype=bool)
    return found


def _rows(context: Context, kind: str) -> tuple[Ints, Ints, Bools]:
    """The row of each line's code in a table (-1: none), the release, and whether it was published for other dates."""
    lines, table = context.lines, context.schedules.table(kind)
    release, carried = table.on_codes(lines.date, lines.codes, lines.code)
    matrix = table.of_codes(lines.codes)
    return np.where(release < 0, -1, matrix[np.maximum(release, 0), lines.code]), release, carried


def _is_held(context: Context) -> Bools:
    """Lines whose code some fee table lists: of others it cannot be told whether a list lacks them, or we lack it."""
    codes = context.lines.codes
    matrices = context.schedules.table("pfs").of_codes(codes, ("",)), context.schedules.table("opps").of_codes(codes)
    held = [np.asarray((matrix >= 0).any(axis=0))[context.lines.code] for matrix in matrices]
    return held[0] | held[1]


def _is_lacking(context: Context) -> Bools:
    """Lines of surgical procedures that the surgical centres' list of their date lacks.

    Addendum AA lists surgical procedures; of drugs, devices and imaging, which stand in Addendum BB, it tells nothing.
    Nor does a list that was published for other dates, or of which the rows of other codes are held.
    """
    lines = context.lines
    row, release, carried = _rows(context, "asc")
    told = context.schedules.table("asc").tells(release, lines.codes, lines.code)
    return told & ~carried & (row < 0) & lines.surgical & _is_held(context)


def find(context: Context) -> Hits:
    if context.is_institutional and len(context.schedules.table("opps")):
        row, _, _ = _rows(context, "opps")
        only = context.schedules.table("opps").derived("inpatient only", _inpatient_only)
        return hits((row >= 0) & only[np.maximum(row, 0)] & ~context.lines.has("CA"), INPATIENT_ONLY)
    return hits(_is_lacking(context), NOT_IN_A_CENTRE) if context.claim_type == "asc" else NO_HITS


def say(context: Context, line: int, how: int) -> Said:
    code = context.lines.code_at(line)
    if how == INPATIENT_ONLY:
        rests = f"{applied(context, 'opps', line)}: {code}, status C"
        return Said(f"{code} is paid for inpatients only", "admit the patient, or bill another code", rests)
    says = f"{code} is not among the covered procedures of a surgical centre"
    resolve = "the centre is not paid for it: another site, or another code"
    return Said(says, resolve, f"{applied(context, 'asc', line)}: {code} is not listed")


EDIT = Edit("place-of-service", "a place of service that does not go with the code", "5", ("M77",), find, say)
