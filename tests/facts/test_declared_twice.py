"""A fact that two packs declare is told, with where both stand."""

from __future__ import annotations

import pytest

from clausal.facts.read_vocabulary import VocabularyReader
from clausal.facts.source import parse_source
from clausal.problems import InvalidInput

FIRST = "facts:\n  weeks: {type: number, about: Weeks., case: symptom_weeks}\n"
ONCE = "declare it once, and use it by that name"


def problems(second: str) -> list[str]:
    reader = VocabularyReader({})
    for name, text in (("one/facts.yaml", FIRST), ("two/facts.yaml", second)):
        reader.take(parse_source(text, name))
    with pytest.raises(InvalidInput) as caught:
        reader.result()
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("declared", ["{type: number, about: Weeks., case: w}", "{type: flag, about: Other., case: w}"])
def test_under_one_name(declared: str) -> None:
    (told,) = problems(f"facts:\n  weeks: {declared}\n")
    assert told.startswith("two/facts.yaml:2:")
    assert "fact 'weeks' is declared twice (facts.weeks); 'weeks' is declared at one/facts.yaml:2:3" in told
    assert ONCE in told


def test_under_two_names_for_one_key_of_a_case() -> None:
    case = "symptom_weeks"
    (told,) = problems(f"facts:\n  duration: {{type: number, about: Weeks., case: {case}}}\n")
    assert told.startswith("two/facts.yaml:2:")
    assert f"'{case}' is where the case file holds 'weeks' (facts.duration.case)" in told
    assert "'weeks' is declared at one/facts.yaml:2:3" in told
    assert ONCE in told
