"""What Medicare would pay for a case's lines, and what its claim edits say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from clausal.amounts import Sum
from clausal.coding.edits import Context, Finding, run
from clausal.coding.edits.finding import ClaimType
from clausal.coding.propose import daily_limits
from clausal.determination.model import EditSaid, Line, Payment
from clausal.documents.library import View
from clausal.facts.case import Case
from clausal.payment.quote import quote
from clausal.schedules.lines import NO_PLACE, OFFICE, Lines, make_lines
from clausal.schedules.tables import Schedules

A_RATE_IS_NOT_COVERAGE = "what Medicare would pay, national rates: a rate is not coverage"


def with_payment(
    view: View, case: Case, lines: Sequence[Line], schedules: Schedules
) -> tuple[list[Line], Payment | None]:
    """The lines with their edits, and the payment of those that have a code; units not given count as one."""
    coded = [index for index, line in enumerate(lines) if line.code]
    if not coded:
        return list(lines), None
    place = case.text("place_of_service")
    written = [lines[index].modifiers for index in coded]
    claim = make_lines(
        [str(lines[index].code) for index in coded],
        day=np.datetime64(case.service_date),
        units=[lines[index].units for index in coded],
        modifiers=written,
        place=int(place) if place else NO_PLACE,
    )
    result = list(lines)
    for finding in edits(claim, schedules, "professional", limits(view)):
        index = coded[finding.line]
        result[index] = replace(result[index], edits=[*result[index].edits, said(finding)])
    quoted = quote(claim, written, schedules)
    payment = Payment(
        label=A_RATE_IS_NOT_COVERAGE,
        place_of_service=f"{quoted.place or OFFICE:02}",
        assumed_place=place is None,
        lines=quoted.lines,
        total=quoted.total,
        payer=quoted.payer,
        patient=quoted.patient,
        total_lines=Sum.of(line.allowed for line in quoted.lines).lines,
        complete=quoted.complete,
    )
    return result, payment


def limits(view: View) -> Mapping[str, tuple[int, tuple[str, ...]]]:
    """The units a day that documents of the library allow, by code, with the clauses."""
    return {code: (int(rule.then["at_most"]), rule.cites) for code, rule in daily_limits(view).items()}


def edits(
    lines: Lines, schedules: Schedules, claim_type: ClaimType, daily: Mapping[str, tuple[int, tuple[str, ...]]]
) -> list[Finding]:
    """What a claim scrubber would say of the lines."""
    return run(Context(lines, schedules, claim_type, daily))


def said(finding: Finding) -> EditSaid:
    """A finding as the determination tells it."""
    return EditSaid(
        finding.edit,
        finding.says,
        finding.resolve,
        finding.carc or None,
        list(finding.rarc),
        finding.table,
        finding.passes,
    )
