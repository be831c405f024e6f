"""What changes between two readings of the library, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clausal.documents.diff import Side, TableDiff, compared, files_that_differ, other_changes
from clausal.rules.analysis.diff import Change, Said
from clausal.rules.analysis.space import Space
from clausal.rules.analysis.wording import as_data, but_data, example, exceptions, in_common, in_words


def diff_data(before: Side, after: Side, names: Sequence[str], title: str) -> dict[str, Any]:
    """Everything that changes in the packs named, every region of cases by itself; `title` says what is compared."""
    return {
        "compared": title,
        "others": other_changes(before.library, after.library),
        "files": files_that_differ(before.library, after.library),
        "tables": [_table_data(one) for one in compared(before, after, names)],
    }


def _table_data(one: TableDiff) -> dict[str, Any]:
    told: dict[str, Any] = {
        "table": one.table,
        "answers": dict([one.answers]),
        "written_out": list(one.expanded),
        "derived_otherwise": list(one.unexpanded),
        "complete": one.difference is not None and not one.unexpanded,
        "too_large": one.too_large,
        "changes": [],
        "other_clauses": [],
        "in_all": {},
        "in_all_other_clauses": {},
    }
    if one.difference is not None:
        for change in one.difference.changes:
            kind = "other_clauses" if change.rests else "changes"
            told[kind].append(_change_data(one.difference.space, change))
        for kind, regions in (("in_all", told["changes"]), ("in_all_other_clauses", told["other_clauses"])):
            told[kind] = in_common([region["words"] for region in regions])
    return told


def _change_data(space: Space, change: Change) -> dict[str, Any]:
    data: dict[str, Any] = {"where": as_data(space, change.box), "words": in_words(space, change.box)}
    if change.box.but:
        data["but_not"] = but_data(space, change.box)
        data["but_not_words"] = exceptions(space, change.box)
    return data | {
        "before": _said_data(change.before),
        "after": _said_data(change.after),
        "example": example(space, change.box),
    }


def _said_data(said: Said) -> dict[str, Any]:
    return {"conclusion": said.conclusion, "clauses": list(said.clauses), "rules": list(said.rules)}
