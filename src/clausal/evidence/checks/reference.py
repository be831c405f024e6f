"""`reference`: an entry that nothing cites, a citation without an entry, a name that differs."""

from __future__ import annotations

from collections.abc import Iterable

from clausal.evidence.model import Evidence, Reference, Study
from clausal.problems import Place
from clausal.rules.finding import Finding

NAME = "reference"


def check(evidence: Evidence) -> Iterable[Finding]:
    """References against the places that cite them."""
    by_number = {one.number: one for one in evidence.references}
    cited: dict[str, list[Place]] = {}
    by_name_only: dict[str, Study] = {}
    for study in evidence.studies:
        for number in study.references:
            if study.numbered:
                cited.setdefault(number, []).append(study.place)
            else:
                by_name_only[number] = study
        yield from _named(study, by_number)
        if not study.references and evidence.references:
            yield Finding(NAME, "warning", study.place, f"{study.name} is described without a reference")
    for guideline in evidence.guidelines:
        for number in guideline.references:
            cited.setdefault(number, []).append(guideline.place)
        if not guideline.references and evidence.references:
            name = f"{guideline.publisher} {guideline.year or ''}".strip()
            yield Finding(NAME, "warning", guideline.place, f"guideline of {name} is named without a reference")
    for citation in evidence.citations:
        cited.setdefault(citation.reference, []).append(citation.place)
    for number, places in cited.items():
        if number not in by_number:
            yield Finding(NAME, "warning", places[0], f"reference {number} is cited, and the list has no such entry")
    for number, reference in by_number.items():
        if number in by_name_only and number not in cited:
            study = by_name_only[number]
            message = f"reference {number} ({reference.name}) is named in the text without its number"
            yield Finding(NAME, "note", reference.place, message, "", ((study.name, study.place),))
        elif number not in cited:
            yield Finding(NAME, "warning", reference.place, f"reference {number} ({reference.name}) is cited nowhere")


def _named(study: Study, by_number: dict[str, Reference]) -> Iterable[Finding]:
    """A study and its reference should have one name."""
    for number in study.references:
        reference = by_number.get(number)
        if reference is not None and reference.name and _plain(reference.name) != _plain(study.name):
            message = f"the text says {study.name}, its reference {number} {reference.name}"
            yield Finding(NAME, "note", study.place, message, "", (("the reference", reference.place),))


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("-", " ").split())
