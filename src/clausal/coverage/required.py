"""What a service needs beside coverage: a prior authorization, and documents to be sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from clausal.documents.library import Document, View, code_of
from clausal.facts.knowledge import State
from clausal.rules.evaluate import collect, evaluate
from clausal.rules.explain import holdings
from clausal.rules.model import Rule
from clausal.rules.needs import needs

Requirement = Literal["required", "not-required", "open", "not-said"]
"""Whether prior authorization is required; `not-said`: no document held says so, which is not `not-required`."""
When = Literal["with-request", "with-claim", "on-request"]


@dataclass(frozen=True)
class Authorization:
    """Whether a service needs an authorization before it is rendered, and what the documents say of it.

    `rules` are those that say it, with the document of each; `needs` are facts on which it hangs. Of documents that
    differ, `differing` are the ones that say otherwise: what requires it stands.
    """

    requirement: Requirement
    rules: tuple[tuple[Document, Rule], ...] = ()
    differing: tuple[tuple[Document, Rule], ...] = ()
    needs: tuple[str, ...] = ()

    def told(self, key: str) -> str | None:
        """What the first rule says that says it: who decides, for whom it is required, how long it is valid."""
        return next((str(rule.then[key]) for _, rule in self.rules if rule.then.get(key) is not None), None)

    @property
    def clauses(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(clause for _, rule in (*self.rules, *self.differing) for clause in rule.cites))


@dataclass(frozen=True)
class Wanted:
    """A document that is to be sent, by a rule that holds, or may (`needs` are then the facts on which it hangs)."""

    document: Document
    rule: Rule
    needs: tuple[str, ...] = ()


def authorization(view: View, state: State) -> Authorization:
    """Whether the service needs an authorization, by all documents held that speak of it."""
    said: list[tuple[Document, Rule]] = []
    missing: list[str] = []
    is_open = False
    for document in view.answering("authorization", code=code_of(state)):
        outcome = evaluate(document.compiled, state)
        if not outcome.settled:
            is_open = True
            missing.extend(need.fact for need in needs(document.compiled, state))
        elif outcome.rule:
            said.append((document, outcome.rule))
    required, not_required = (
        tuple(one for one in said if one[1].then.get("required") is word) for word in (True, False)
    )
    others = tuple(one for one in said if one[1].then.get("required") is None)
    if required:
        return Authorization("required", (*required, *others), not_required)
    if is_open:
        return Authorization("open", (*not_required, *others), (), tuple(dict.fromkeys(missing)))
    if not_required:
        return Authorization("not-required", (*not_required, *others))
    return Authorization("not-said", others)


def documents_wanted(view: View, state: State) -> list[Wanted]:
    """The documents that are to be sent, surely or if something turns out so."""
    return list(_wanted(view, state))


def _wanted(view: View, state: State) -> Iterable[Wanted]:
    for document in view.answering("documents", code=code_of(state)):
        collected = collect(document.compiled, state)
        masks = document.compiled.each(state) if collected.open else {}
        for rule in document.compiled.rules:
            if rule in collected.holding:
                yield Wanted(document, rule)
            elif rule in collected.open:
                holds = holdings(document.compiled, rule, masks)
                yield Wanted(document, rule, tuple(name for name, one in holds.items() if one == "unknown"))
