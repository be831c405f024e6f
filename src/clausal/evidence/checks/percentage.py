"""`percentage`: a percentage that no whole number of the stated base can give, or another than the count beside it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from clausal.evidence.model import Evidence, Figure
from clausal.evidence.percentages import other_base, stated
from clausal.evidence.whole import counts_for, cut_off_to, nearest, rounds_to, smaller_base
from clausal.rules.finding import Finding, Severity

NAME = "percentage"


def check(evidence: Evidence) -> Iterable[Finding]:
    """Percentages of all studies; what another base of the study explains is told by `denominator`."""
    for study in evidence.studies:
        seen: set[tuple[str, int]] = set()
        for one in stated(study):
            what, base, percent, of, count, place = one
            key = str(percent), of
            if count is None and key in seen:
                continue
            seen.add(key)
            message = _wrong(percent, of, count)
            if not message or (count is None and other_base(study, percent, of) is not None):
                continue
            cut = next((one for one in range(of + 1) if cut_off_to(one, of, percent)), None) if count is None else None
            if cut is not None:
                message = f"only {cut} of {of} can give it, with further decimals cut off instead of rounded"
            figure = f"{percent} percent of {of} {base}".strip()
            severity: Severity = "warning" if cut is None else "note"
            yield Finding(NAME, severity, place, f"{study.name}: {what}: {figure}: {message}")


def _wrong(percent: Figure, of: int, count: int | None) -> str:
    if percent.value < 0 or percent.value > 100:
        return "no share is less than nothing or more than all"
    if count is not None:
        if rounds_to(count, of, percent):
            return ""
        exact = Decimal(count) * 100 / of
        if cut_off_to(count, of, percent):
            return f"{count} of {of} are {exact:.{percent.decimals + 1}f} percent; the figure is cut off, not rounded"
        return f"{count} of {of} are {exact:.{percent.decimals + 1}f} percent"
    if counts_for(percent, of):
        return ""
    text = f"no whole number gives it ({nearest(percent, of)})"
    if smaller := smaller_base(percent, of):
        text += f"; {smaller[0]} of {smaller[1]} would"
    return text
