"""Place of service: inpatient-only codes for outpatients, codes that are not payable in a surgical centre."""

from __future__ import annotations

from clausal.coding.edits.finding import Context, Edit, Finding, applied
from clausal.schedules.lines import ASC

NAME = "place-of-service"


def find(context: Context) -> list[Finding]:
    lines = context.lines
    found = []
    hospital = lines.outpatient
    if hospital.any():
        table = context.schedules.table("opps")
        release, _ = table.on(lines.date)
        matrix = table.rows([(code,) for code in lines.codes], ("code",))
        for line in hospital.nonzero()[0]:
            row = int(matrix[max(int(release[line]), 0), lines.code[line]]) if release[line] >= 0 else -1
            if row >= 0 and table.columns["si"][row] == "C":
                code = lines.code_at(int(line))
                rests = f"{applied(context, 'opps', int(line))}: {code}, status C"
                says = f"{code} is paid for inpatients only"
                found.append(
                    Finding(NAME, int(line), says, "admit the patient, or bill another code", "5", ("M77",), rests)
                )
    surgical = lines.place == ASC
    if surgical.any():
        table = context.schedules.table("asc")
        release, _ = table.on(lines.date)
        matrix = table.rows([(code,) for code in lines.codes], ("code",))
        for line in surgical.nonzero()[0]:
            if release[line] >= 0 and matrix[int(release[line]), lines.code[line]] < 0:
                code = lines.code_at(int(line))
                rests = f"{applied(context, 'asc', int(line))}: {code} is not listed"
                says = f"{code} is not among the covered procedures of a surgical centre"
                resolve = "the centre is not paid for it: another site, or another code"
                found.append(Finding(NAME, int(line), says, resolve, "5", ("M77",), rests))
    return found


EDIT = Edit(NAME, find)
