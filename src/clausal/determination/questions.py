"""What is missing, as questions to a person, with the answers that are still possible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clausal.coverage.line import Coverage, alike_for
from clausal.determination.model import Question
from clausal.documents.library import View
from clausal.facts.knowledge import Listed, Origin, Possible, State
from clausal.facts.vocabulary import NOT, Fact, case_path
from clausal.rules.derive import derive


@dataclass(frozen=True)
class Asking:
    """A line that needs something: what is known of it, and how its coverage hangs on what is not."""

    needs: Sequence[str]
    state: State
    coverage: Coverage


def questions(view: View, lines: Iterable[Asking]) -> list[Question]:
    """A question for each fact that a line needs, with the answers that are still possible."""
    found: dict[str, Question] = {}
    for line in lines:
        for name in line.needs:
            if name not in found:
                found[name] = _question(view, line, view.facts[name])
    return list(found.values())


def _question(view: View, line: Asking, fact: Fact) -> Question:
    choices = possible_choices(view, fact, line.state)
    groups: list[list[str]] = []
    if fact.type == "choice":
        groups = alike_for(line.coverage, line.state, fact)
    text = fact.question or fact.about
    alone = [group[0] for group in groups if len(group) == 1]
    if fact.ask_whether and len(groups) == 2 and len(alone) == 1:
        (value,) = alone
        text = fact.ask_whether.format(fact.values[value])
        choices = {value: fact.values[value], f"{NOT}{value}": "anything else"}
    return Question(fact.name, text, fact.type, choices, case_path(fact), groups)


def possible_choices(view: View, fact: Fact, state: State) -> dict[str, str]:
    """The values of a closed list that are left; of a list of them those that contradict nothing that is known."""
    if fact.type == "choice":
        left = state.get(fact.name)
        return {v: label for v, label in fact.values.items() if not isinstance(left, Possible) or v in left.values}
    if fact.type != "codes" or fact.name in state:
        return {}
    kept = {value: label for value, label in fact.values.items() if _is_possible(view, fact, value, state)}
    return kept if len(kept) < len(fact.values) else {}


def _is_possible(view: View, fact: Fact, value: str, state: State) -> bool:
    """Whether a value of a list leaves something of every fact that is derived from it."""
    supposed = {**state, fact.name: Listed(frozenset([value]), fact.complete, Origin(fact.name))}
    for derivation in view.derivations:
        if fact.name in derivation.tests:
            _, contradiction = derive(derivation, supposed, state.get(derivation.fact))
            if contradiction is not None:
                return False
    return True
