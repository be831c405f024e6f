"""Evidence in words: what a study measured, found and tested, and what else a document says."""

from __future__ import annotations

from decimal import Decimal

from clausal.evidence.model import Evidence, Found, Measure, Study, Tested, Trial, Value
from clausal.evidence.statements import Clearance


def statements(evidence: Evidence) -> list[tuple[str, list[str]]]:
    """What the document says beside its studies, under headings; abbreviations are told by their check only."""
    said = evidence.statements
    editions = [f"{one.document}: {str(one.cited) or 'no edition said'}" for one in said.editions]
    durations = [
        f"{one.duration}: {one.what} {one.lasts or one.rate}{f' ({one.source})' if one.source else ''}"
        for one in said.durations
    ]
    found = [
        ("Editions of other documents", editions),
        ("Clearances and indications", [_clearance(one) for one in said.clearances]),
        ("How long it lasts", durations),
    ]
    return [(heading, lines) for heading, lines in found if lines]


def _clearance(one: Clearance) -> str:
    number = " ".join(str(part) for part in (one.number, one.year) if part)
    uses = f": {', '.join(one.indications)}" if one.indications else ""
    excluded = f"; not for {', '.join(one.not_for)}" if one.not_for else ""
    return f"{one.device}{f' ({number})' if number else ''}{uses}{excluded}"


def blinding(study: Study) -> str:
    """How a study is blinded, against what, and who paid."""
    parts = [f"{study.blinded}-blind" if study.blinded not in ("", "none") else "not blinded" if study.blinded else ""]
    parts.append(f"against {study.comparison.replace('-', ' ')}" if study.comparison not in ("", "none") else "")
    if study.funding:
        parts.append(f"funded by {study.funding}")
    return ", ".join(part for part in parts if part)


def sizes(study: Study) -> str:
    """How many are in a study, by unit and arm; a line each."""
    sizes = [f"{n} {unit}" for unit, n in study.sizes.items()]
    arms = [f"  {n} {arm}" for arm, n in study.arms.items()] if len(study.arms) > 1 else []
    return "\n".join([*sizes, *arms]) or "-"


def results(study: Study) -> str:
    """What a study measured and found; a line each."""
    lines = [_series(measure) for measure in study.measures if any(v.mean or v.percent for v in measure.values)]
    for share in study.shares:
        if share.percent is not None or share.count is not None:
            figures = [f"{share.percent} percent"] if share.percent else []
            figures += [str(share.count)] if share.count is not None else []
            of = f" of {share.of}" if share.of else ""
            lines.append(f"{share.what}: {', '.join(figures)}{of}")
    for average in study.averages:
        if average.total is not None:
            parts = "; ".join(f"{name} {figure}" for name, figure in average.parts.items())
            lines.append(f"{average.what}: {average.total}{f' ({parts})' if parts else ''}")
    lines.extend(_finding(one) for one in study.findings)
    if study.concludes:
        lines.append(f"concludes: {study.concludes}")
    return "\n".join(lines) or "-"


def _series(measure: Measure) -> str:
    shown = [f"{_when(value)} {_figure(value)}" for value in measure.values if value.mean or value.percent]
    return f"{measure.what or measure.name}: {'; '.join(shown)}"


def _figure(value: Value) -> str:
    if value.mean is not None:
        return f"{value.mean} ± {value.sd}" if value.sd else str(value.mean)
    return f"{value.percent} percent"


def _when(value: Value) -> str:
    """The time of a value; months where they are whole."""
    if value.days is None:
        return ""
    if value.days == 0:
        return "before"
    months = value.days / Decimal("30.4375")
    return f"month {months:.0f}" if months == months.to_integral_value() else f"day {value.days:.0f}"


def _finding(one: Found) -> str:
    days = f" at {', '.join(f'{when:.0f}' for when in one.days)} days" if one.days else ""
    significant = {True: ", significant", False: ", not significant", None: ""}[one.significant]
    side = "no difference" if one.favours == "none" else f"for the {one.favours}"
    return f"{one.measure}{days}: {side}{significant}"


def tests(study: Study) -> str:
    """The statistical tests of a study; a line each."""
    return "\n".join(_test(test) for test in study.tests) or "-"


def _test(test: Tested) -> str:
    parts = [str(test.p) if test.p else "", test.test.replace("-", " "), test.called.replace("-", " ")]
    return f"{test.what}: {', '.join(part for part in parts if part)}"


def known_of(trial: Trial) -> str:
    """What is known of a trial since."""
    return " ".join(
        str(trial.known[key]).replace("-", " ") if key == "status" else str(trial.known[key])
        for key in ("status", "date")
        if trial.known.get(key)
    )
