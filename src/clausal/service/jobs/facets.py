"""The columns of results by which lines are found and counted."""

from __future__ import annotations

SEVERAL = ("clauses", "rarc", "needs", "warnings", "readings", "documents", "edits", "edits_passed", "invalid_codes")
"""Columns that hold several words, with blanks between them; each counts by itself."""
CARRIED = ("service_date", "plan", "code")
"""Columns of the claims that the results of a job have too, to be counted by."""
MONTH = "month"
"""The month of the date of service, which no column has."""
FACETS = (
    "status", "finding", "rule", "clauses", "denial", "denial_kind", "group_code", "carc", "rarc", "needs", "edits",
    "warnings", "readings", "authorization", "decided_by", "documents", "invalid_codes", "release", "priced_at",
    "plan", "code", MONTH,
)  # fmt: skip
"""Columns by which results are filtered and counted."""
