"""`publisher`: a guideline whose publisher in the text is another than in its reference, or has others beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clausal.evidence.model import Evidence, Guideline, Reference
from clausal.evidence.publishers import unmatched
from clausal.rules.finding import Finding

NAME = "publisher"


def check(evidence: Evidence) -> Iterable[Finding]:
    """Guidelines against those of their references that name a publisher; one that fits is enough."""
    by_number = {one.number: one for one in evidence.references}
    for guideline in evidence.guidelines:
        cited = [by_number[number] for number in guideline.references if number in by_number]
        named = [one for one in cited if one.publisher and not one.journal]
        if not guideline.publisher or not named:
            continue
        found = [list(_of(guideline, reference)) for reference in named]
        if all(found):
            yield from min(found, key=len)


def _of(guideline: Guideline, reference: Reference) -> Iterator[Finding]:
    text = [guideline.publisher, *guideline.publishers_beside]
    listed = [reference.publisher, *reference.publishers_beside]
    others = (("the reference", reference.place),)
    # A report may be listed under the body that wrote it, beside the house that prints it.
    if unmatched([guideline.publisher], [*listed, reference.name.rstrip(" 0123456789")]):
        second = "" if unmatched([reference.publisher], text) else ", which the text names beside it"
        number = reference.number
        message = f"the text says {guideline.publisher}, its reference {number} {reference.publisher}{second}"
        yield Finding(NAME, "warning", guideline.place, message, "", others)
        return
    name = f"the guideline of {guideline.publisher} {guideline.year or ''}".rstrip()
    if missing := unmatched(guideline.publishers_beside, [*listed, guideline.publisher]):
        message = f"{name}: the text names {' and '.join(missing)} beside it, its reference {reference.number} does not"
        yield Finding(NAME, "note", guideline.place, message, "", others)
    if reference.publishers_beside and (more := unmatched(listed, text)):
        message = f"{name}: its reference {reference.number} names {' and '.join(more)} beside it, the text does not"
        yield Finding(NAME, "note", guideline.place, message, "", others)
