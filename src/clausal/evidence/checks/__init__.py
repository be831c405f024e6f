"""Checks of the evidence that a document quotes, one module each; every check has a page in `docs/checks/`.

They work on the numbers in the data and know nothing of any document. What they find is the document's, not the pack's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from clausal.evidence.checks import (
    average,
    change,
    denominator,
    name,
    p_value,
    percentage,
    reference,
    scale,
    summary,
    test_design,
    trial,
)
from clausal.evidence.model import Evidence
from clausal.rules.finding import Finding

OF_DOCUMENT: tuple[tuple[str, Callable[[Evidence], Iterable[Finding]]], ...] = (
    (percentage.NAME, percentage.check),
    (denominator.NAME, denominator.check),
    (average.NAME, average.check),
    (change.NAME, change.check),
    (scale.NAME, scale.check),
    (test_design.NAME, test_design.check),
    (p_value.NAME, p_value.check),
    (summary.NAME, summary.check),
    (reference.NAME, reference.check),
)
NAMES = (*(name for name, _ in OF_DOCUMENT), trial.NAME, name.NAME)


def findings(of_packs: Mapping[str, Evidence], pack: str, edition: dt.date | None, today: dt.date) -> list[Finding]:
    """What all checks find in the evidence of a pack; names are compared with all documents."""
    evidence = of_packs[pack]
    found = [one for _, check in OF_DOCUMENT for one in check(evidence)]
    found.extend(trial.check(evidence, edition, today))
    places = {one.place.file for one in (*evidence.references, *evidence.studies)}
    for one in name.check(of_packs.values()):
        if one.place.file in places or any(place.file in places for _, place in one.others):
            found.append(one)
    return found
