"""Checks of long lists of codes: twice the list is twice the work, and the answer is that of short ones."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from clausal.documents.checks import findings
from clausal.documents.checks.covered_entry import held_entries
from clausal.documents.load import load_library
from clausal.facts.value_set import FEW, ValueSet
from tests.rules.analysis.checks.written import FACTS, rule, table, write
from tests.steps import steps

LIST = FACTS + "  had: {type: codes, system: icd-10-cm, about: Had., question: Which?, case: had}\n"
SHORT, LONG = 80, 320


def _codes(count: int) -> list[str]:
    return [f"{chr(65 + at // 1000)}{at // 10 % 100:02}.{at % 10}" for at in range(count)]


def _named(codes: list[str]) -> tuple[str, str]:
    return f"value_sets:\n  long: [{', '.join(codes)}]\n{LIST}", "{had: {any_of: '@long'}}"


def _work(folder: Path, facts: str, when: str) -> int:
    folder.mkdir()
    write(folder, table(rule("one", when), rule("rest", "{}")), facts=facts)
    return steps(lambda: findings(load_library([folder]), ["example"]))


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> int:
    """The work on all else; what is done once in a process is done before."""
    load_library([])
    return _work(tmp_path_factory.mktemp("around") / "0", *_named(["M17.11"]))


SHAPES = {
    "a value set": lambda n: _named(_codes(n)),
    "a list in a rule": lambda n: (LIST, f"{{had: {{any_of: [{', '.join(_codes(n))}]}}}}"),
    "codes that must not be there": lambda n: (LIST, f"{{had: {{none_of: [{', '.join(_codes(n))}]}}}}"),
    "prefixes": lambda n: _named([f"{code}-" for code in _codes(n)]),
    "codes written twice": lambda n: _named(_codes(n // 2) * 2),
    "one code again and again": lambda n: _named(["M17.11"] * n),
    "codes under prefixes that follow": lambda n: _named([*_codes(n), *(f"A{at:02}.-" for at in range(n // 10))]),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_work_of_loading_and_checking_grows_as_a_list_does(tmp_path: Path, around: int, shape: str) -> None:
    short, long = (_work(tmp_path / str(count), *SHAPES[shape](count)) - around for count in (SHORT, LONG))
    assert 0 < long < 1.5 * LONG / SHORT * short


def test_an_entry_is_held_where_any_other_that_stays_holds_it() -> None:
    rng = random.Random(12)
    sets = {"one": ValueSet.of(["A", "AB-"]), "two": ValueSet.of(["A-", "B"]), "three": ValueSet.of(["B"])}
    pool = ["A", "AB", "ABC", "B", "BA", "C", "A-", "AB-", "B-", "@one", "@two", "@three", "@none", 1, "1", None]
    for _ in range(3000):
        entries = rng.choices(pool, k=rng.randint(1, 8))
        assert list(held_entries(entries, sets, has_prefixes=True)) == _one_by_one(entries, sets)


def _one_by_one(entries: list[object], sets: dict[str, ValueSet]) -> list[tuple[int, int]]:
    read = [
        sets.get(one[1:]) if str(one).startswith("@") else None if one is None else ValueSet.of([one])  # type: ignore
        for one in entries
    ]
    found: list[tuple[int, int]] = []
    gone: set[int] = set()
    for at in reversed(range(len(entries))):
        own = read[at]
        for other, one in enumerate(read):
            if own is None or one is None or other == at or other in gone:
                continue
            if all(value in one for value in own.exact) and all(
                any(prefix.startswith(p) for p in one.prefixes) for prefix in own.prefixes
            ):
                found.append((at, other))
                gone.add(at)
                break
    return found


def test_many_prefixes_hold_what_each_of_them_holds() -> None:
    rng = random.Random(5)
    words = ["".join(rng.choices("AB1", k=rng.randint(1, 6))) for _ in range(400)]
    for _ in range(60):
        prefixes = rng.sample(words, FEW + rng.randint(1, 40))
        many = ValueSet(frozenset(), tuple(prefixes))
        for word in words:
            assert (word in many) == word.startswith(tuple(prefixes))
