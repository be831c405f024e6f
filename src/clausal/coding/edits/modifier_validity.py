"""Modifiers that the fee schedule does not allow for the code: components, sides, assistants, teams, split global."""

from __future__ import annotations

from clausal.coding.edits.finding import Context, Edit, Finding, applied

NAME = "modifier-validity"
CHECKS = (
    (("26", "TC"), "pctc", ("1",), "the code has no professional and technical component"),
    (("50",), "bilat", ("1", "3"), "the code cannot be billed for both sides (bilateral indicator {value})"),
    (("80", "81", "82", "AS"), "asst", ("0", "2"), "an assistant at surgery is not allowed (indicator {value})"),
    (("62",), "co", ("1", "2"), "two surgeons are not allowed (indicator {value})"),
    (("66",), "team", ("1", "2"), "team surgery is not allowed (indicator {value})"),
    (("54", "55", "56"), "glob", ("010", "090"), "the code has no global period to split ({value})"),
)
"""Modifiers, the column of the fee schedule that speaks of them, the values that allow them, and what is wrong else."""

CHECKED = tuple(modifier for modifiers, *_ in CHECKS for modifier in modifiers)


def find(context: Context) -> list[Finding]:
    lines, table = context.lines, context.schedules.table("pfs")
    if context.service != "practitioner" or not lines.has(*CHECKED).any() or not len(table):
        return []
    release, _ = table.on(lines.date)
    matrix = table.rows([(code, "") for code in lines.codes], ("code", "mod"))
    found = []
    for modifiers, column, allowed, wrong in CHECKS:
        for line in lines.has(*modifiers).nonzero()[0]:
            row = int(matrix[max(int(release[line]), 0), lines.code[line]]) if release[line] >= 0 else -1
            if row < 0 or table.columns[column][row] in allowed:
                continue
            value = table.columns[column][row]
            carried = [modifier for modifier in modifiers if lines.has(modifier)[line]]
            says = f"modifier {', '.join(carried)} on {lines.code_at(int(line))}: {wrong.format(value=value)}"
            rests = f"{applied(context, 'pfs', int(line))}: {lines.code_at(int(line))}, {column} {value}"
            found.append(
                Finding(NAME, int(line), says, "remove the modifier, or bill the code it belongs to", "4", (), rests)
            )
    return found


EDIT = Edit(NAME, find)
