"""Checks of the evidence that a document quotes, one module each; every check has a page in `docs/checks/`.

They work on the numbers in the data and know nothing of any document. What they find is the document's, not the pack's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from clausal.evidence.checks import (
    abbreviation,
    average,
    benefit_row,
    change,
    denominator,
    duration,
    edition,
    group_range,
    indication,
    name,
    p_value,
    percentage,
    publisher,
    reference,
    scale,
    share_base,
    summary,
    test_design,
    time_point,
    trial,
)
from clausal.evidence.model import Evidence
from clausal.rules.finding import Finding

OF_DOCUMENT: tuple[tuple[str, Callable[[Evidence], Iterable[Finding]]], ...] = (
    (percentage.NAME, percentage.check),
    (denominator.NAME, denominator.check),
    (share_base.NAME, share_base.check),
    (group_range.NAME, group_range.check),
    (average.NAME, average.check),
    (change.NAME, change.check),
    (time_point.NAME, time_point.check),
    (scale.NAME, scale.check),
    (test_design.NAME, test_design.check),
    (p_value.NAME, p_value.check),
    (summary.NAME, summary.check),
    (reference.NAME, reference.check),
    (publisher.NAME, publisher.check),
    (benefit_row.NAME, benefit_row.check),
    (abbreviation.NAME, abbreviation.check),
)
OF_ALL: tuple[tuple[str, Callable[[Iterable[Evidence]], Iterable[Finding]]], ...] = (
    (name.NAME, name.check),
    (indication.NAME, indication.check),
    (duration.NAME, duration.check),
)
"""The checks that compare documents."""
NAMES = (*(name for name, _ in OF_DOCUMENT), trial.NAME, edition.NAME, *(name for name, _ in OF_ALL))


def findings(of_packs: Mapping[str, Evidence], pack: str, in_force: dt.date | None, today: dt.date) -> list[Finding]:
    """What all checks find in the evidence of a pack (its edition in force since a day), and between it and others."""
    evidence = of_packs[pack]
    found = [one for _, check in OF_DOCUMENT for one in check(evidence)]
    found.extend(trial.check(evidence, in_force, today))
    found.extend(edition.check(evidence, of_packs.values(), in_force, today))
    places = evidence.files
    for _, check_all in OF_ALL:
        for one in check_all(of_packs.values()):
            if one.place.file in places or any(place.file in places for _, place in one.others):
                found.append(one)
    return found
