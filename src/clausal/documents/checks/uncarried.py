"""`uncarried`: a clause that nothing rests on and that does not say why."""

from __future__ import annotations

from collections.abc import Iterable

from clausal.documents.carried import carriers
from clausal.documents.library import Library
from clausal.documents.pack import TODO
from clausal.rules.finding import Finding

NAME = "uncarried"


def check(library: Library) -> Iterable[Finding]:
    """Normative clauses without a rule, others with neither rule, data nor reason, and reasons that are stale.

    Clauses that are not filled in yet are left to `todo`.
    """
    carried = carriers(library.packs.values())
    for pack in library.packs.values():
        for clause in pack.clauses.values():
            if TODO in (clause.kind, clause.says):
                continue
            by = carried.get(clause.ref, [])
            if clause.kind == "normative" and not any(one.kind == "rule" for one in by):
                message = f"clause '{clause.id}' is normative and no rule carries it"
                hint = "write the rule, or give the clause the kind that it has"
                yield Finding(NAME, "warning", clause.place, message, hint)
            elif clause.kind != "heading" and not by and not clause.not_carried:
                message = f"nothing rests on clause '{clause.id}', and it does not say why"
                yield Finding(NAME, "warning", clause.place, message, "cite it, or give the reason under `not_carried`")
            elif by and clause.not_carried:
                message = f"clause '{clause.id}' says why nothing carries it, and {by[0]} does"
                yield Finding(NAME, "warning", clause.place, message, "take `not_carried` out")
