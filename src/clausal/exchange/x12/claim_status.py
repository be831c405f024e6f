"""Why a claim is refused, in the codes of a claim acknowledgment: category (code source 507) and status (508)."""

from __future__ import annotations

from typing import NamedTuple

from clausal.exchange.x12.envelope import form_of
from clausal.exchange.x12.problem import ClaimProblem


class Status(NamedTuple):
    """A category (A2 accepted, A3 not processed, A6 something is missing, A7 something is wrong) and a status."""

    category: str
    code: str


ACCEPTED = Status("A2", "20")
RECEIVED = Status("A1", "19")
VOIDED = Status("A3", "535")
"""A void of an earlier claim: there is nothing to decide."""
SYNTAX = "684"
"""Where nothing more exact is to be said: the 999 has the details."""
_OF_ELEMENT = {
    ("CLM", 1): "478",
    ("CLM", 2): "178",
    ("CLM", 5): "249",
    ("SV1", 1): "454",
    ("SV1", 2): "583",
    ("SV1", 3): "659",
    ("SV1", 4): "476",
    ("SV1", 5): "249",
    ("SV1", 7): "477",
    ("SV2", 1): "455",
    ("SV2", 2): "454",
    ("SV2", 3): "583",
    ("SV2", 4): "659",
    ("SV2", 5): "476",
    ("CAS", 1): "696",
    ("DTP", 3): "187",
}
_OF_COMPONENT = {("CLM", 5, 3): "535"}
_OF_COMPONENT |= {(tag, at, part): "453" for tag, at in (("SV1", 1), ("SV2", 2)) for part in (3, 4, 5, 6)}
"""Of parts of a composite that have a status of their own: the claim's frequency, a procedure's modifiers."""
PLACE, TYPE_OF_BILL = 5, "228"
"""CLM05 begins with the place of service, of an institutional claim with its type of bill."""
_OF_SEGMENT = {"HI": "255", "LX": "247", "DTP": "187", "SVD": "643", "CAS": "519", "AMT": "286", "SBR": "550"}
_OF_SEGMENT |= {"CUR": "681", "SV1": "247", "SV2": "247"}
_OF_COLUMN = {"code": "454", "modifiers": "453", "place_of_service": "249", "diagnoses": "255", "problem_list": "255"}
_OF_COLUMN |= {"service_date": "187", "service_date_end": "187", "units": "476", "charge": "583"}
MISSING = "1"
"""Of an element (IK403) that is missing."""
MISSING_SEGMENT = "3"


def of_problem(problem: ClaimProblem) -> Status:
    """The status of a claim that is refused for a problem of one of its segments."""
    element = problem.element or 0
    if problem.tag == "CLM" and element == PLACE and problem.component == 1 and _is_institutional(problem):
        return _refused(problem, TYPE_OF_BILL)
    code = _OF_COMPONENT.get((problem.tag, element, problem.component or 0))
    code = code or _OF_ELEMENT.get((problem.tag, element)) or _OF_SEGMENT.get(problem.tag)
    if code is None or (problem.tag == "CLM" and not problem.element):
        return Status("A3", SYNTAX)
    if code == "187" and problem.loop[:4] == "2300":
        code = "188"
    return _refused(problem, code)


def _refused(problem: ClaimProblem, code: str) -> Status:
    is_missing = problem.element_code == MISSING or problem.segment_code == MISSING_SEGMENT
    return Status("A6" if is_missing else "A7", code)


def _is_institutional(problem: ClaimProblem) -> bool:
    return problem.header is not None and form_of(problem.header.version) == "institutional"


def of_column(problem: str) -> Status:
    """The status of a claim of which a line's value is none (`modifiers: unknown modifier 'ZZ'`)."""
    return Status("A7", _OF_COLUMN.get(problem.partition(":")[0], "247"))
