"""What the open case would be answered on the day of each edition: only its date of service is another."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import parse_qsl

from clausal.determination.decide import decide
from clausal.determination.interview.questions import Setting
from clausal.documents.pack import Version
from clausal.facts.source import Source
from clausal.problems import InvalidInput
from clausal.service.held import Held
from clausal.service.pages.case.query import read
from clausal.service.pages.policies.asked import Asked
from clausal.service.problems import FieldProblem, of_input

SERVICE_DATE = "service_date"


def marked(of: Asked) -> dict[str, list[str]]:
    """For each edition, by its day, the statuses of the case's lines then, each once.

    What is wrong with the case is added to the problems of what is asked.
    """
    if not of.case:
        return {}
    given = read(parse_qsl(of.case), Setting(of.held.library, of.as_of, dt.date.today()))
    problems = list(given.problems)
    found: dict[str, list[str]] = {}
    if not problems:
        try:
            days = (one.effective for one in of.pack.versions if one.published <= of.as_of)
            found = {day.isoformat(): statuses(of.held, given.data, day, of.as_of) for day in days}
        except InvalidInput as error:
            problems = list(of_input(error).errors)
    of.problems.extend(_of_case(one) for one in problems)
    return {} if problems else found


def statuses(held: Held, data: dict[str, Any], day: dt.date, as_of: dt.date) -> list[str]:
    """The statuses of a case's lines on a day of service; raises InvalidInput."""
    source = Source("case", {"case": {**data, SERVICE_DATE: day.isoformat()}})
    case = held.read(source, ("case",))
    found = decide(held.library, case, as_of, held.schedules_of([case]))
    return list(dict.fromkeys(line.status for line in found.lines))


def _of_case(problem: FieldProblem) -> FieldProblem:
    path = problem.path.removeprefix("case").lstrip(".")
    message = f"the open case: {path}: {problem.message}" if path else f"the open case: {problem.message}"
    return FieldProblem(path="case", message=message, expected=problem.expected, hint=problem.hint)


def around(versions: list[Version], day: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """The days of the editions before and after the one of a day."""
    days = sorted(one.effective for one in versions)
    past = [one for one in days if one <= day]
    return (past[-2] if len(past) > 1 else None), next((one for one in days if one > day), None)
