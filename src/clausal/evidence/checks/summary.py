"""`summary`: a summary that contradicts what it summarises: its studies, their size, or their findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from clausal.evidence.model import Evidence, Found, Study, Summary
from clausal.problems import Place
from clausal.rules.finding import Finding

NAME = "summary"


def check(evidence: Evidence) -> Iterable[Finding]:
    """Each summary against the studies of its topics."""
    for summary in evidence.summaries:
        studies = evidence.on(summary.topics)
        yield from _designs(summary, studies)
        yield from _sizes(summary, studies)
        for claim in summary.claims:
            yield from _claim(summary, claim, studies)


def _designs(summary: Summary, described: tuple[Study, ...]) -> Iterator[Finding]:
    """The studies that a summary counts; a description of a technique is none."""
    studies = [study for study in described if study.design != "technique"]
    counted = Counter(study.design for study in studies)
    for design, count in summary.designs.items():
        if counted[design] != count:
            said = _number(count, f"{design} study")
            message = f"the summary of {_topics(summary)} counts {said}, the document describes {counted[design]} there"
            yield _found(summary, message, studies)
    others = [study for study in studies if study.design not in summary.designs]
    if summary.only and others:
        named = ", ".join(f"{study.name} ({study.design})" for study in others)
        limited = " and ".join(f"{n} ({design})" for design, n in summary.designs.items() if n) or "none"
        limits = f"the summary of {_topics(summary)} limits the evidence to studies of one kind: {limited}"
        yield _found(summary, f"{limits}; the document describes {named} too", others)
    elif summary.studies is not None and summary.studies != len(studies):
        named = ", ".join(study.name for study in studies) or "none"
        said, there = _number(summary.studies, "study"), _number(len(studies), "study")
        message = f"the summary of {_topics(summary)} speaks of {said}, the document describes {there} there ({named})"
        yield _found(summary, message, studies)


def _sizes(summary: Summary, studies: tuple[Study, ...]) -> Iterator[Finding]:
    for design, size in summary.sizes.items():
        of_design = [study for study in studies if study.design == design]
        sizes = [n for study in of_design for n in study.sizes.values()]
        if sizes and size not in sizes:
            message = f"the summary of {_topics(summary)} gives {size} for the {design} study, the document {sizes[0]}"
            yield _found(summary, message, of_design)


def _claim(summary: Summary, claim: Found, studies: tuple[Study, ...]) -> Iterator[Finding]:
    """A claim against each finding of the same measure at the same time."""
    for study in studies:
        for one in study.findings:
            if claim.measure not in ("", "any", one.measure) or not _same_time(claim, one):
                continue
            message = _contradiction(claim, one)
            if message:
                days = f" at {', '.join(f'{day:.0f}' for day in one.days)} days" if one.days else ""
                text = f"{study.name}: {one.measure}{days}: {message} (summary of {_topics(summary)})"
                yield Finding(NAME, "warning", claim.place, text, "", (("the finding", one.place),))


def _contradiction(claim: Found, one: Found) -> str:
    if claim.significant is False and one.favours in ("treatment", "control"):
        if one.significant is False:
            return ""
        how = "was significantly better" if one.significant else "was better (whether significantly is not said)"
        return f"in the study the {one.favours} {how}, the summary says that nothing significant was found"
    if claim.favours == "treatment" and one.favours == "control":
        return "the summary says that the treatment helped, the study found the control better"
    if claim.favours == "treatment" and claim.measure == one.measure and one.favours == "none":
        return "the summary says that the treatment helped, the study found no difference"
    return ""


def _same_time(claim: Found, one: Found) -> bool:
    """Whether both speak of the same time, as nearly as units of time allow; a claim without one speaks of all."""
    if not claim.days:
        return True
    return any(abs(mine - other) <= max(mine, other) / 25 for mine in claim.days for other in one.days)


def _topics(summary: Summary) -> str:
    return " and ".join(summary.topics).replace("-", " ")


def _number(count: int, what: str) -> str:
    return f"{count} {what.replace('study', 'studies') if count != 1 else what}"


def _found(summary: Summary, message: str, studies: Iterable[Study]) -> Finding:
    others: tuple[tuple[str, Place], ...] = tuple((study.name, study.place) for study in studies)
    return Finding(NAME, "warning", summary.place, message, "", others)
