"""Derive facts from facts: by tables whose conclusion is a value, and by computation, run in dependency order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clausal.facts.knowledge import Knowledge, State
from clausal.facts.vocabulary import Fact
from clausal.rules.contradiction import Contradiction
from clausal.rules.derive import Derivation, derive
from clausal.rules.judging import Judging


def in_order(derivations: Iterable[Derivation], facts: Mapping[str, Fact]) -> list[Derivation]:
    """Derivations, each after those whose facts it tests, or whose contradictions leave its fact unknown.

    There must be no cycle (`checks/cycle`).
    """
    by_fact: dict[str, list[Derivation]] = {}
    for one in derivations:
        by_fact.setdefault(one.fact, []).append(one)
    ordered: list[Derivation] = []
    done: set[str] = set()

    def visit(fact: str) -> None:
        if fact in done:
            return
        done.add(fact)
        for one in by_fact[fact]:
            for tested in dict.fromkeys((*facts[fact].disputed_with, *one.tests)):
                if tested in by_fact:
                    visit(tested)
        ordered.extend(by_fact[fact])

    for fact in by_fact:
        visit(fact)
    return ordered


def infer(
    derivations: Iterable[Derivation | Judging], state: State, contradicted: Iterable[str] = ()
) -> tuple[dict[str, Knowledge], list[Contradiction]]:
    """The state with all that is derived; a fact that is left no value is taken as unknown, and reported.

    Nothing more is derived of such a fact, nor of those already `contradicted`: two sources that differ are not settled
    by a third. Facts that are disputed with it count as unknown too.
    """
    known = dict(state)
    contradictions: list[Contradiction] = []
    stuck = set(contradicted)
    for one in derivations:
        if isinstance(one, Judging):
            one.judge(known)
            continue
        fact = one.fact
        if fact in stuck or not stuck.isdisjoint(one.disputed_with):
            known.pop(fact, None)
            continue
        derived, contradiction = derive(one, known, known.get(fact))
        if derived is not None:
            known[fact] = derived
        if contradiction is not None:
            contradictions.append(contradiction)
            stuck.add(fact)
            known.pop(fact, None)
    return known, contradictions
