"""Codes that a treatment may be billed by once more is known: on what each depends, and what is said of it then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from clausal.coding.propose import Possibility
from clausal.coding.remarks import conflicts
from clausal.coverage.line import askable
from clausal.determination.model import NoticeSaid
from clausal.determination.questions import possible_choices
from clausal.documents.library import View
from clausal.facts.knowledge import Listed, Origin, State, known


def fitting(view: View, state: State, found: Iterable[Possibility]) -> tuple[Possibility, ...]:
    """The possibilities that some value fits which contradicts nothing that is known of the case."""
    return tuple(one for one in found if all(_fits(view, state, one, name) for name in one.unknown))


def _fits(view: View, state: State, one: Possibility, name: str) -> bool:
    """Whether a rule can hold for what is left of a closed list."""
    left = possible_choices(view, view.facts[name], state) if view.facts[name].type == "codes" else {}
    if not left:
        return True
    compiled = one.document.compiled
    bit = compiled.bit[one.rule.name]
    lists = [frozenset([value]) for value in left] + [frozenset(left)]
    return any(compiled.column[name].masks(Listed(codes, True, Origin(name)))[0] & bit for codes in lists)


def waits_for(view: View, state: State, one: Possibility) -> tuple[str, ...]:
    """The facts that a person can be asked for to tell whether a possible code is the one."""
    asked = [fact for name in one.unknown for fact in askable(view, name, state)]
    return tuple(sorted(dict.fromkeys(asked or one.unknown)))


def depends(view: View, state: State, found: Sequence[Possibility]) -> str:
    """On what the code depends, and which it may be: `depends on nerves: 0441T or 0442T`; empty if none may be."""
    told = []
    for needs, group in groupby(found, key=lambda one: waits_for(view, state, one)):
        told.append(f"depends on {_words(needs)}: {' or '.join(dict.fromkeys(one.code for one in group))}")
    return "; ".join(told)


def possible_notes(view: View, state: State, found: Sequence[Possibility]) -> list[NoticeSaid]:
    """Each possible code with what its source says, and where sources differ over it."""
    notes = []
    for one in found:
        on = f"depends on {_words(waits_for(view, state, one))}: "
        says = str(one.rule.then.get("says", ""))
        notes.append(
            NoticeSaid(on + (says if says.startswith(one.code) else f"{one.code}: {says}"), list(one.rule.cites))
        )
    for one in found:
        on = f"depends on {_words(waits_for(view, state, one))}: "
        supposed = {**state, "code": known(str(one.rule.then["code"]), f"supposed by rule {one.rule.name}")}
        notes += [NoticeSaid(on + remark.says, list(remark.clauses)) for remark in conflicts(view, supposed)]
    return list({one.says: one for one in notes}.values())


def _words(names: Sequence[str]) -> str:
    return " and ".join(name.replace("_", " ") for name in names)
