"""Guesses which columns of a file are which: suggestions, to be shown and confirmed, and never used unseen.

A guess rests on the name of a column, by the words of the field (`HCPCS_CD`, `DOS`, `DX1`), and on what its values look
like: dates, diagnosis and procedure codes, names of plans. Values that do not look like what a name says stand against
it; who the patient is no values tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import pyarrow as pa

from clausal.claims.guessed_names import ordinal, phrases_of, words_of
from clausal.claims.guessed_values import amount_form, date_form_of, looks_like
from clausal.columns.schema import MONEY, Column
from clausal.facts.vocabulary import Vocabulary

ALIKE = 0.86
"""How alike two names are, of 1, that one is taken for the other."""
SURE = 0.5
"""The share of values that look like what a name says, below which it is not believed."""
MOST_IN_LIST = 25
_TELLING = {"service_date", "service_date_end", "date_of_birth", "code", "diagnoses", "problem_list", "charge", "plan"}
"""Columns whose values speak for the name; of others any number or word would do."""
_LABEL_ENDS = re.compile(r"\s*[(,;]")
QUANTITY = "quantity"
"""The published column of amounts that are no whole number of units."""
_BY_VALUES = ("diagnoses", "code", "plan", "service_date")
"""Columns that values alone can tell."""


@dataclass(frozen=True)
class Guess:
    """Columns of the file that may be a published one, how its values are written, and what the guess rests on."""

    columns: tuple[str, ...]
    because: str
    format: str | None = None


@dataclass(frozen=True)
class Known:
    """Words by which values are told: the plans of a library with their labels, and the procedure codes it names."""

    plans: Mapping[str, str]
    codes: frozenset[str] = frozenset()

    @classmethod
    def of(cls, vocabulary: Vocabulary, plans: Mapping[str, str]) -> Known:
        return cls(plans, frozenset(vocabulary.codes))


Samples = Mapping[str, Sequence[str]]
"""Some values of each column of a file, in the order of its columns."""


def guessed(samples: Samples, columns: Sequence[Column], known: Known) -> dict[str, Guess]:
    """What each published column may be taken from; no column of the file is taken twice."""
    own = {name: column for column in columns for name in (column.name, *column.also)}
    found = {own[name].name: Guess((name,), "its own name") for name in samples if name in own}
    if QUANTITY in found and "units" not in found and "units" in own and all(map(_is_whole, samples[QUANTITY])):
        found["units"] = Guess(found.pop(QUANTITY).columns, "its name, and whole numbers")
    taken = {name for one in found.values() for name in one.columns}
    left = [one for one in columns if one.name not in found]
    ranked = sorted(_by_name(samples, left, taken, known), key=lambda one: -one[0])
    for _, column, name in ranked:
        if name not in taken and column.name not in found:
            names = _series(samples, column, name, taken, known) if _is_list(column) else (name,)
            found[column.name] = _guess(samples, column, names, known)
            taken.update(names)
    by_values = {one.name: one for one in left if one.name in _BY_VALUES and one.name not in found}
    for name in _BY_VALUES:
        if name in by_values and (names := _told_by_values(samples, (column := by_values[name]), taken, known)):
            found[name] = _with_form(samples, column, Guess(names, "its values"))
            taken.update(names)
    return {one.name: _with_form(samples, one, found[one.name]) for one in columns if one.name in found}


def _is_whole(value: str) -> bool:
    return value.strip().removesuffix(".0").isdecimal()


def nearest_columns(name: str, columns: Sequence[Column], most: int = 2) -> list[str]:
    """The published columns whose names are nearest to one of the file, the nearest first; often none."""
    ranked = [(_alike(name, phrase), one.name) for one in columns for phrase in phrases_of(one)]
    best: dict[str, float] = {}
    for score, of in ranked:
        best[of] = max(best.get(of, 0.0), score)
    near = sorted((of for of, score in best.items() if score >= 0.6), key=lambda of: (-best[of], of))
    return near[:most]


def guessed_plans(values: Iterable[str], plans: Mapping[str, str]) -> dict[str, str]:
    """The plan that each value may mean, by its name or label; a value that may mean several, or none, has none."""
    found = {}
    for value in values:
        words = {name: [words_of(one) for one in (name, _LABEL_ENDS.split(label)[0])] for name, label in plans.items()}
        near = [name for name, each in words.items() if any(words_of(value) == one for one in each)]
        near = near or [name for name, each in words.items() if any(_is_part(words_of(value), one) for one in each)]
        if len(near) == 1:
            found[value] = near[0]
    return found


def _is_part(some: frozenset[str], words: frozenset[str]) -> bool:
    """Whether a name says a good part of another, and nothing else."""
    return len(some) > 1 and some <= words and len(some) * 2 >= len(words)


def _by_name(
    samples: Samples, columns: Sequence[Column], taken: set[str], known: Known
) -> Iterable[tuple[float, Column, str]]:
    for column in columns:
        if column.name == QUANTITY:
            continue  # what is called so are units, unless its values say otherwise
        for name in samples:
            score = max(_alike(name, phrase) for phrase in phrases_of(column))
            if score >= ALIKE and name not in taken and not _is_against(samples, column, name, known):
                yield score, column, name


def _is_against(samples: Samples, column: Column, name: str, known: Known) -> bool:
    """Whether the values of a column of the file are not such as the published one has."""
    values = samples[name]
    return column.name != "plan" and bool(values) and _share(values, _test(column, known)) < SURE


def _test(column: Column, known: Known) -> Callable[[str], bool]:
    return looks_like(column, known.plans)


def _series(samples: Samples, column: Column, first: str, taken: set[str], known: Known) -> tuple[str, ...]:
    """All columns that are named as one is but for a number, `DX1`, `DX2`, in the order of their numbers."""
    stem = words_of(first)
    same = [name for name in samples if name not in taken and words_of(name) == stem]
    same = [name for name in same if not _is_against(samples, column, name, known)]
    return tuple(sorted(same, key=lambda name: (ordinal(name), list(samples).index(name)))[:MOST_IN_LIST])


def _told_by_values(samples: Samples, column: Column, taken: set[str], known: Known) -> tuple[str, ...]:
    """Columns whose values are of a kind that can be told; of what has one column, where a single one is such."""
    test = _test(column, known)
    if column.name == "code":
        test = lambda value: value.strip().upper() in known.codes  # noqa: E731 - five figures may be a ZIP code too
    found = [name for name, values in samples.items() if name not in taken and values and _share(values, test) >= 0.9]
    if column.name == "diagnoses":
        found = [name for name in found if any("." in value for value in samples[name])]
    if column.name == "service_date":
        found = [name for name in found if not words_of(name) & {"birth", "born", "paid", "received", "entry"}]
    return tuple(found[:MOST_IN_LIST]) if _is_list(column) or len(found) == 1 else ()


def _guess(samples: Samples, column: Column, names: tuple[str, ...], known: Known) -> Guess:
    values = [value for name in names for value in samples[name]]
    by_values = column.name in _TELLING and bool(values) and _share(values, _test(column, known)) >= 0.9
    return Guess(names, "its name and values" if by_values else "its name")


def _with_form(samples: Samples, column: Column, guess: Guess) -> Guess:
    """The guess with how its dates or amounts are written, where that is not the plain way."""
    values = [value for name in guess.columns for value in samples[name]]
    if pa.types.is_date(column.type):
        return Guess(guess.columns, guess.because, date_form_of(values))
    if column.name in MONEY:
        return Guess(guess.columns, guess.because, amount_form(values))
    return guess


def _share(values: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, values)) / len(values)


def _is_list(column: Column) -> bool:
    return bool(pa.types.is_list(column.type))


def _alike(name: str, phrase: str) -> float:
    """How alike two names are: the same words, or each word nearly the letters of one of the other."""
    one, other = words_of(name), words_of(phrase)
    if one and one == other:
        return 1.0
    if not one or len(one) != len(other):
        return 0.0
    nearest = [max(_letters(word, against) for against in other) for word in one]
    return 0.99 * min(nearest)


def _letters(one: str, other: str) -> float:
    """How alike two words are by their letters; short ones are the same or are not."""
    if one == other:
        return 1.0
    return SequenceMatcher(None, one, other).ratio() if min(len(one), len(other)) >= 4 else 0.0
