"""What the codes of a case do to its answer: doubts about them, the editions they are read by, codes no pack names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from clausal.coverage.authorities import NOT_ADDRESSED
from clausal.coverage.line import Coverage
from clausal.determination.model import NoticeSaid, Screening
from clausal.documents.library import CODE, View
from clausal.documents.pack import Plan
from clausal.facts.case import Case
from clausal.facts.icd10cm import editions
from clausal.facts.knowledge import Knowledge, Listed, Possible
from clausal.facts.standing import Doubt, existing
from clausal.facts.vocabulary import DIAGNOSIS, UNASSIGNED


def code_notices(case: Case) -> list[NoticeSaid]:
    """A warning for each code that is not known to be billable on the day of service, or may be a slip of the pen."""
    said = dict.fromkeys(doubt_said(doubt, case.service_date) for doubt in case.doubts)
    return [NoticeSaid(text, [], warning=True) for text in said]


def doubt_said(doubt: Doubt, day: dt.date) -> str:
    """What is doubtful of a code, and how it counts."""
    code, why = doubt.code, doubt.standing.why
    what = "diagnosis code" if doubt.system == DIAGNOSIS else "procedure code"
    if doubt.near:
        return f"no document and no fee table held names procedure code {code}: is {doubt.near} meant?"
    if doubt.standing.kind == "heading":
        return f"{what} {code} is not billable: it is a heading, and counts as one or more of the codes under it"
    if doubt.standing.kind == "unknown":
        return f"whether {what} {code} exists on {day} cannot be told ({why}): it counts as not known"
    hint = f"; {existing(code, day)}" if doubt.system == DIAGNOSIS else ""
    return f"{what} {code} does not exist on {day} ({why}): it counts as not known{hint}"


def code_editions(view: View, case: Case) -> list[dt.date]:
    """The editions of ICD-10-CM by which the diagnosis codes of a case were read; none where it has no such code."""
    named = (one for name, one in case.facts.items() if view.facts[name].system == DIAGNOSIS)
    has_codes = any(isinstance(one, Listed) and one.codes for one in named)
    if not has_codes and not any(doubt.system == DIAGNOSIS for doubt in case.doubts):
        return []
    held = editions()
    return [held.days[index] for index in held.bearing(case.service_date)]


def unscreened(view: View, case: Case, missing: Sequence[str], screening: Screening) -> tuple[list[str], Screening]:
    """What is still to be known for safety, and how far it was screened, given that codes of a list are not known.

    The unknown code may be a contraindication: a list that holds one is not screened to its end.
    """
    if screening not in ("done", "incomplete"):
        return list(missing), screening
    unknown = [doubt.fact for doubt in case.doubts if not doubt.standing.is_known and doubt.fact != CODE]
    if not unknown:
        return list(missing), screening
    tested = {column.fact for document in view.answering("safety") for column in document.compiled.columns}
    tested |= {part for name in tested for part in view.facts[name].combines}
    lists = [name for name in unknown if name in tested]
    if not lists:
        return list(missing), screening
    return list(dict.fromkeys((*missing, *lists))), "incomplete"


def is_beside(view: View, plan: Plan | None, code: Knowledge | None) -> bool:
    """Whether a procedure code is none that a pack names, and no policy of the plan speaks of codes that none names.

    Such a line stands on a claim beside those that the documents are about.
    """
    value = code.only() if isinstance(code, Possible) else None
    if value is None or value == UNASSIGNED or value in view.library.vocabulary.codes:
        return False
    names: Iterable[str | None] = plan.authorities if plan else (None,)
    for name in names:
        for document in view.answering("authority", name, str(value)):
            column = document.compiled.column.get("code")
            may = column.masks(code)[0] if column else document.compiled.everything
            rules = (rule for index, rule in enumerate(document.compiled.rules) if may >> index & 1)
            if any(rule.then["finding"] != NOT_ADDRESSED for rule in rules):
                return False
    return True


def beside(found: Coverage) -> Coverage:
    """The coverage of a line beside those that documents are about: nothing is cited, denied or asked for it."""
    return replace(
        found,
        status="not-addressed",
        finding=NOT_ADDRESSED,
        chosen=None,
        clauses=(),
        first=(),
        tested=(),
        denials=(),
        reason_tested=(),
        answers=(),
        disagreements=(),
    )
