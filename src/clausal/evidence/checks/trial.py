"""`trial`: a trial whose listing is out of date, or that is missing from the list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from clausal.evidence.model import Evidence, Trial
from clausal.rules.finding import Finding

NAME = "trial"
NO_CHANGE = {
    "ongoing": ("ongoing", "recruiting", "active", "not-yet-recruiting", "enrolling"),
    "unpublished": ("unpublished", "unknown", "completed", "ongoing", "recruiting", "active"),
}
"""States that agree with how a trial is listed."""


def check(evidence: Evidence, edition: dt.date | None, today: dt.date) -> Iterable[Finding]:
    """Trials listed as ongoing whose date has passed, whose status is known to have changed, or that are not listed."""
    for trial in evidence.trials:
        known = _known(trial)
        if trial.listed == "absent":
            why = known or "it bears on the topic"
            yield Finding(NAME, "note", trial.place, f"{trial.number} ({trial.about}) is not listed: {why}")
            continue
        passed = _passed(trial, edition, today)
        if trial.listed == "ongoing" and (passed or known):
            text = "; ".join(part for part in (passed, known) if part)
            yield Finding(NAME, "warning", trial.place, f"{trial.number} is listed as ongoing: {text}")
        elif known:
            yield Finding(NAME, "warning", trial.place, f"{trial.number} is listed as {trial.listed}: {known}")


def _passed(trial: Trial, edition: dt.date | None, today: dt.date) -> str:
    """Whether the month of completion is over, and whether it was when the edition took effect."""
    if not trial.completion:
        return ""
    ended = _month_after(trial.completion)
    if edition is not None and ended <= edition:
        return f"its completion was due in {trial.completion}, before the edition of {edition}"
    return f"its completion was due in {trial.completion}" if ended <= today else ""


def _month_after(month: str) -> dt.date:
    """The first day after a month (or year, or day) as it is written."""
    parts = [int(part) for part in month.split("-")]
    if len(parts) == 1:
        return dt.date(parts[0] + 1, 1, 1)
    if len(parts) == 3:
        return dt.date(*parts) + dt.timedelta(days=1)
    return dt.date(parts[0] + parts[1] // 12, parts[1] % 12 + 1, 1)


def _known(trial: Trial) -> str:
    """What is known of a trial, where that is another state than the one it is listed in."""
    known = trial.known
    if not known or str(known.get("status", "")) in NO_CHANGE.get(trial.listed, ()):
        return ""
    status = str(known.get("status", "")).replace("-", " ")
    date = f" ({known['date']})" if known.get("date") else ""
    text = f"known since: {status}{date}"
    if known.get("enrolled") is not None and trial.enrollment not in (None, known["enrolled"]):
        text += f", {known['enrolled']} enrolled of {trial.enrollment} planned"
    if known.get("says") and known["says"] != status:
        text += f"; {known['says']}"
    return text
