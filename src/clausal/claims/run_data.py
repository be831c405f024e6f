"""What a run over a claim file came to, as plain data; money is in cents."""

from __future__ import annotations

from typing import Any

from clausal.claims.job import Done
from clausal.claims.settling import settling


def run_data(done: Done) -> dict[str, Any]:
    """All that is counted, what waits and what would settle it, warnings and readings in words."""
    summary = done.summary
    told = {**summary.as_json(), "needed": summary.needs(), "unused_columns": done.unused}
    told["waiting"] = settling(summary.waiting).as_json()
    told["edits"] = {name: one.as_json() for name, one in summary.edits().items()}
    told |= {
        kind: [{"name": name, "lines": count, "says": done.worded.caveats.get(name, "")} for name, count in of.items()]
        for kind, of in (("warnings", summary.warnings()), ("readings", summary.readings()))
    }
    return told | {
        "invalid_codes": summary.invalid_codes(),
        "money": "cents",
        "rows_left_out": done.left,
        "seconds": round(done.seconds, 3),
        "order": done.order,
    }
