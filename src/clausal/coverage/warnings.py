"""What limits the worth of an answer: a replaced policy, an edition published later, a notice that warns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clausal.coverage.benefits import replaced
from clausal.coverage.line import Coverage
from clausal.documents.library import View
from clausal.documents.pack import Pack, Plan
from clausal.facts.knowledge import State
from clausal.rules.evaluate import collect


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning by name (`pack#what`), in words, with the clauses it rests on."""

    name: str
    says: str
    clauses: tuple[str, ...]


def warnings(view: View, plan: Plan | None, coverage: Coverage, state: State) -> tuple[Warned, ...]:
    """The warnings that surely belong to the answer for a line, each once."""
    found = [one for pack in _carrying(view, plan, coverage) for one in _of_edition(view, pack, state)]
    for document in view.warning:
        for rule in collect(document.compiled, state).holding:
            found.append(Warned(f"{document.pack.name}#{rule.name}", str(rule.then["says"]), rule.cites))
    return tuple(dict.fromkeys(found))


def _of_edition(view: View, pack: Pack, state: State) -> Iterator[Warned]:
    successor = replaced(view, pack.name, state)
    if successor:
        text = (
            f"from {successor.effective} the policy '{pack.title}' is replaced by '{successor.title}', which the "
            "library does not hold: this is the answer of the last edition held, so check the successor"
        )
        yield Warned(f"{pack.name}#replaced", text, successor.cites)
    if pack.held and pack.versions and view.as_of < pack.versions[-1].published:
        text = (
            f"{pack.name} is known from its edition of {pack.versions[-1].effective}, published after the as-of "
            "day; what it said before is taken from its history, and its clauses are cited as they stand now"
        )
        yield Warned(f"{pack.name}#published-later", text, ())


def _carrying(view: View, plan: Plan | None, coverage: Coverage) -> list[Pack]:
    """The packs on which the answer rests: the one that decides, and the one that the plan belongs to."""
    names = [plan.pack] if plan else []
    if coverage.chosen and coverage.chosen.reading.document:
        names.append(coverage.chosen.reading.document.pack.name)
    return [view.packs[name] for name in dict.fromkeys(names) if name in view.packs]
