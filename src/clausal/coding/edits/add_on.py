"""Add-on codes: each needs its primary procedure on the same claim and day."""

from __future__ import annotations

from clausal.coding.edits.finding import Context, Edit, Finding, applied

NAME = "add-on"
CONTRACTOR_DEFINED = "CCCCC"
"""Stands for a primary code that the contractor names."""


def find(context: Context) -> list[Finding]:
    lines, columns = context.lines, context.schedules.table("addon").columns
    present = set(lines.codes)
    primaries: dict[str, set[str]] = {}
    for primary, add_on in zip(columns["primary_code"], columns["add_on"], strict=True):
        if add_on in present:
            primaries.setdefault(add_on, set()).add(primary)
    if not primaries:
        return []
    by_group: dict[int, set[str]] = {}
    for line in range(len(lines)):
        by_group.setdefault(int(lines.group[line]), set()).add(lines.code_at(line))
    found = []
    for line in range(len(lines)):
        code = lines.code_at(line)
        wanted = primaries.get(code, set())
        if wanted and CONTRACTOR_DEFINED not in wanted and not wanted & by_group[int(lines.group[line])]:
            shown = ", ".join(sorted(wanted)[:6]) + (" ..." if len(wanted) > 6 else "")
            rests = f"{applied(context, 'addon', line)}: {code}"
            resolve = f"bill its primary procedure on the same day: {shown}"
            found.append(
                Finding(NAME, line, f"{code} is an add-on code without its primary", resolve, "107", (), rests)
            )
    return found


EDIT = Edit(NAME, find)
