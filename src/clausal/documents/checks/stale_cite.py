"""`stale-cite`: a rule rests on a document that is superseded while the rule is in force, or is only proposed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from clausal.documents.library import Library
from clausal.documents.pack import Pack
from clausal.problems import Place
from clausal.rules.finding import Finding
from clausal.rules.model import SERVICE_DATE, Between

NAME = "stale-cite"


def check(library: Library) -> Iterable[Finding]:
    """Citations of other documents that no longer, or do not yet, speak. A document may cite itself."""
    for pack in library.packs.values():
        for table in pack.tables:
            for rule in table.rules:
                for ref in rule.cites:
                    cited = library.packs.get(ref.partition("#")[0])
                    if cited is None or cited is pack:
                        continue
                    tested = rule.when.get(SERVICE_DATE)
                    why = _stale(pack, cited, tested.high if isinstance(tested, Between) else rule.force.end)
                    if why:
                        message = f"rule '{rule.name}' rests on {ref}, and {why}"
                        hint = "date the rule, or cite the document that holds now"
                        clause = library.clause(ref)
                        others = (("the clause", clause.place),) if clause else ()
                        yield Finding(NAME, "warning", rule.place, message, hint, others)
        for plan in pack.plans.values():
            for ref in plan.cites:
                cited = library.packs.get(ref.partition("#")[0])
                if cited is not None and cited is not pack and (why := _stale(pack, cited, None)):
                    place = Place(f"{pack.folder}/pack.yaml")
                    yield Finding(NAME, "warning", place, f"plan '{plan.name}' rests on {ref}, and {why}")


def _stale(pack: Pack, cited: Pack, end: dt.date | None) -> str:
    """Why a document cannot carry a rule that is in force until a day (None: without end)."""
    if cited.status == "proposed" and pack.decides:
        return "that document is only proposed: it informs and never decides"
    if cited.status != "superseded":
        return ""
    if cited.replaced_by is None:
        return "that document is superseded"
    if end is None or end >= cited.replaced_by.effective:
        return f"that document is superseded from {cited.replaced_by.effective} on, by '{cited.replaced_by.title}'"
    return ""
