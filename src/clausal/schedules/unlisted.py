"""A code that stands in no table held and that no pack names: what is said of it, and what to do."""

from __future__ import annotations

from collections.abc import Collection

from clausal.problems import brief, expected_one_of, nearest
from clausal.schedules.tables import Schedules

IMPORT = "import the table that lists it: clausal fees import"


def unlisted(code: str, known: Collection[str], schedules: Schedules) -> tuple[str, str] | None:
    """Message and hint for a code that is not among the known ones and that no imported table has; else None."""
    if code in known or schedules.has_code(code):
        return None
    hint = nearest(code, known, cutoff=0.75) or ("" if schedules.store.exists else expected_one_of(known))
    return f"code '{brief(code)}' is in no table held", f"{hint}; or {IMPORT}" if hint else IMPORT
