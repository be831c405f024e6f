"""Checks of the evidence that a document quotes, one module each; every check has a page in `docs/checks.md`.

They work on the numbers in the data and know nothing of any document. What they find is the document's, not the pack's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from clausal.evidence.checks import (
    averages,
    bases,
    changes,
    names,
    p_values,
    percentages,
    references,
    scales,
    summaries,
    tests,
    trials,
)
from clausal.evidence.model import Evidence
from clausal.rules.finding import Finding

OF_DOCUMENT: tuple[tuple[str, Callable[[Evidence], Iterable[Finding]]], ...] = (
    (percentages.NAME, percentages.check),
    (bases.NAME, bases.check),
    (averages.NAME, averages.check),
    (changes.NAME, changes.check),
    (scales.NAME, scales.check),
    (tests.NAME, tests.check),
    (p_values.NAME, p_values.check),
    (summaries.NAME, summaries.check),
    (references.NAME, references.check),
)
NAMES = (*(name for name, _ in OF_DOCUMENT), trials.NAME, names.NAME)


def findings(of_packs: Mapping[str, Evidence], pack: str, edition: dt.date | None, today: dt.date) -> list[Finding]:
    """What all checks find in the evidence of a pack; names are compared with all documents."""
    evidence = of_packs[pack]
    found = [one for _, check in OF_DOCUMENT for one in check(evidence)]
    found.extend(trials.check(evidence, edition, today))
    places = {one.place.file for one in (*evidence.references, *evidence.studies)}
    for one in names.check(of_packs.values()):
        if one.place.file in places or any(place.file in places for _, place in one.others):
            found.append(one)
    return found
