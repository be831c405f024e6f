"""What limits the worth of an answer: a replaced policy, an edition published later, a rule that warns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clausal.coverage.benefits import replaced
from clausal.coverage.line import Coverage
from clausal.documents.library import View
from clausal.documents.pack import Pack, Plan, Successor
from clausal.facts.knowledge import State
from clausal.rules.model import Rule

REPLACED, PUBLISHED_LATER = "replaced", "published-later"
"""Warnings that rest on what a pack says of its editions; others by the rule that warns."""


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning by name (`pack#what`), in words, with the clauses it rests on."""

    name: str
    says: str
    clauses: tuple[str, ...]


def warnings(view: View, plan: Plan | None, coverage: Coverage, state: State) -> tuple[Warned, ...]:
    """The warnings that surely belong to the answer for a line, each once."""
    found = [one for pack in _carrying(view, plan, coverage) for one in _of_edition(view, pack, state)]
    read = [(answer.document, answer.rule) for answer in coverage.answers]
    if coverage.chosen:
        read.append((coverage.chosen.document, coverage.chosen.rule))
    found.extend(
        _of_rule(document.pack, rule) for document, rule in read if document and rule and rule.then.get("warning")
    )
    return tuple(dict.fromkeys(found))


def in_words(view: View, name: str) -> str:
    """What a warning says, by its name."""
    pack_name, _, what = name.partition("#")
    pack = view.packs[pack_name]
    if what == REPLACED and pack.replaced_by:
        return _replaced(pack, pack.replaced_by).says
    if what == PUBLISHED_LATER:
        return _published_later(pack).says
    return next(_of_rule(pack, rule).says for table in pack.tables for rule in table.rules if rule.name == what)


def _of_rule(pack: Pack, rule: Rule) -> Warned:
    return Warned(f"{pack.name}#{rule.name}", str(rule.then["says"]), rule.cites)


def _of_edition(view: View, pack: Pack, state: State) -> Iterator[Warned]:
    successor = replaced(view, pack.name, state)
    if successor:
        yield _replaced(pack, successor)
    if pack.held and pack.versions and view.as_of < pack.versions[-1].published:
        yield _published_later(pack)


def _replaced(pack: Pack, successor: Successor) -> Warned:
    text = (
        f"from {successor.effective} the policy '{pack.title}' is replaced by '{successor.title}', which the "
        "library does not hold: this is the answer of the last edition held, so check the successor"
    )
    return Warned(f"{pack.name}#{REPLACED}", text, successor.cites)


def _published_later(pack: Pack) -> Warned:
    text = (
        f"{pack.name} is known from its edition of {pack.versions[-1].effective}, published after the as-of "
        "day; what it said before is taken from its history, and its clauses are cited as they stand now"
    )
    return Warned(f"{pack.name}#{PUBLISHED_LATER}", text, ())


def _carrying(view: View, plan: Plan | None, coverage: Coverage) -> list[Pack]:
    """The packs on which the answer rests: the one that decides, and the one that the plan belongs to."""
    names = [plan.pack] if plan else []
    if coverage.chosen and coverage.chosen.reading.document:
        names.append(coverage.chosen.reading.document.pack.name)
    return [view.packs[name] for name in dict.fromkeys(names) if name in view.packs]
