"""What Medicare would pay for a case's lines, and what its claim edits say of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from clausal.amounts import Sum
from clausal.coding.edits import Context, Finding, run
from clausal.coding.propose import daily_limits
from clausal.determination.model import EditSaid, Line, Payment
from clausal.documents.library import View
from clausal.facts.case import Case
from clausal.facts.knowledge import Possible
from clausal.payment.model import Quote
from clausal.payment.quote import quote
from clausal.problems import InvalidInput
from clausal.problems import Place as At
from clausal.schedules.gazetteer import gazetteers
from clausal.schedules.lines import NO_PLACE, OFFICE, ClaimType, Lines, make_lines
from clausal.schedules.meant import NoPlace
from clausal.schedules.names import state_of
from clausal.schedules.places import NOWHERE, Place, resolve_written
from clausal.schedules.tables import Schedules

A_RATE_IS_NOT_COVERAGE = "what Medicare would pay{}: a rate is not coverage"


def with_payment(
    view: View, case: Case, lines: Sequence[Line], schedules: Schedules
) -> tuple[list[Line], Payment | None]:
    """The lines with their edits, and the payment of those that have a code; units not given count as one.

    Raises InvalidInput where the case's place is none, several, or contradicts itself.
    """
    at = place_of(case, schedules)
    coded = [index for index, line in enumerate(lines) if line.code]
    if not coded:
        return list(lines), None
    place = case.text("place_of_service")
    written = [lines[index].modifiers for index in coded]
    claim_type = cast("ClaimType | None", case.text("claim_type"))
    qualifying = case.text("qualifying_participant")
    claim = make_lines(
        [str(lines[index].code) for index in coded],
        day=np.datetime64(case.service_date),
        days=[_days(case, index) for index in coded],
        qualifying=-1 if qualifying is None else int(qualifying == "True"),
        units=[lines[index].units for index in coded],
        modifiers=written,
        place=int(place) if place else NO_PLACE,
        locality=at.locality.number,
        wage=at.index,
    )
    of_practitioner = claim_type in (None, "professional")
    result = list(lines)
    for finding in edits(claim, schedules, claim_type or "professional", limits(view)):
        index = coded[finding.line]
        result[index] = replace(result[index], edits=[*result[index].edits, said(finding)])
    quoted = quote(claim, written, schedules, at=at, claim_type=claim_type)
    payment = Payment(
        label=A_RATE_IS_NOT_COVERAGE.format(_rates(quoted)),
        place_of_service=f"{quoted.place or OFFICE:02}" if quoted.place or of_practitioner else None,
        assumed_place=place is None and of_practitioner,
        claim_type=claim_type,
        lines=quoted.lines,
        total=quoted.total,
        payer=quoted.payer,
        patient=quoted.patient,
        total_lines=Sum.of(line.allowed for line in quoted.lines).lines,
        complete=quoted.complete,
        where=quoted.where or None,
    )
    return result, payment


def _days(case: Case, index: int) -> int:
    """How many days a line spans, as it or its case tells; raises InvalidInput for a last day before the first."""
    facts = {**case.facts, **(case.lines[index].facts if index < len(case.lines) else {})}
    known = facts.get("service_date_end")
    last = known.only() if isinstance(known, Possible) else None
    if not isinstance(last, dt.date):
        return 1
    if last < case.service_date:
        at = At(case.name, path="service_date_end")
        raise InvalidInput.at(
            at, f"{last} is before the date of service {case.service_date}", "the last day of the service"
        )
    return (last - case.service_date).days + 1


def place_of(case: Case, schedules: Schedules) -> Place:
    """The place of a case, on its day; the state that the case tells limits it."""
    if not case.place:
        return NOWHERE
    given, state = case.place, case.text("state") or ""
    try:
        if given.state and state and state_of(given.state) != state:
            raise NoPlace("state", f"the case is of {state}, its place of {given.state}", "give one of the two")
        given = replace(given, state=given.state or state)
        return resolve_written(given, gazetteers(schedules).on(case.service_date))
    except NoPlace as error:
        raise InvalidInput.at(case.place_at, error.message, error.hint) from None


def _rates(quoted: Quote) -> str:
    """Of where the amounts are, as the label has it."""
    national = {line.component for line in quoted.lines if line.place == "national"}
    if all(line.place == "national" for line in quoted.lines):
        return f", national rates (for {quoted.where} none are known)" if quoted.where else ", national rates"
    return f" in {quoted.where}" + (f", {' and '.join(sorted(national))} part at national rates" if national else "")


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
        finding.detail,
    )
