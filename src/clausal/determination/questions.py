"""What is missing, as questions to a person, with the answers that are still possible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clausal.determination.model import Question
from clausal.documents.library import View
from clausal.facts.knowledge import Listed, Origin, Possible, State
from clausal.facts.vocabulary import Fact, case_path
from clausal.rules.infer import derive


def questions(view: View, lines: Iterable[tuple[Sequence[str], State]]) -> list[Question]:
    """A question for each fact that a line needs, given the needs of each line and what is known of it."""
    found: dict[str, Question] = {}
    for needs, state in lines:
        for name in needs:
            if name not in found:
                fact = view.facts[name]
                about = fact.question or fact.about
                found[name] = Question(name, about, fact.type, _choices(view, fact, state), case_path(fact))
    return list(found.values())


def _choices(view: View, fact: Fact, state: State) -> dict[str, str]:
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
    for table in view.inferences:
        if fact.name in table.column:
            _, contradiction = derive(table, supposed, state.get(table.table.answers[1]))
            if contradiction is not None:
                return False
    return True
