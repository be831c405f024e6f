"""Which value of a list a person means: an exact value first, then its label, then another name, then its place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*")
_SMALL = frozenset({"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"})
_HEAD = re.compile(r"[(,;]")
LEAST_LETTERS = 3
"""Of the beginning of a name that is taken for it."""
MOST_NEAR = 8


@dataclass(frozen=True, slots=True)
class Meant:
    """The value that some words mean, None where none is clear; `near` are those that could be meant instead.

    Where it is not `sure`, the words only describe the value: a person has to confirm it.
    """

    value: str | None = None
    sure: bool = True
    near: tuple[str, ...] = ()


def meant(
    text: str,
    choices: Mapping[str, str],
    aliases: Mapping[str, str] | None = None,
    places: Sequence[str] | None = None,
) -> Meant:
    """What some words mean among `choices` (values with their labels); `aliases` are other names of values.

    A number is a place in `places`, the list that the person sees: all choices, if it is not given.
    """
    said = words(text)
    if not said:
        return Meant()
    others = {alias: value for alias, value in (aliases or {}).items() if value in choices}
    numeric = text.strip().zfill(2)
    exact: tuple[Callable[[str, str], bool], ...] = (
        lambda value, _: words(value) == said or value == numeric,
        lambda _, label: words(label) == said,
        lambda _, label: words(_HEAD.split(label)[0]) == said,
    )
    for is_it in exact:
        found = [value for value, label in choices.items() if is_it(value, label)]
        if len(found) == 1:
            return Meant(found[0])
    found = list(dict.fromkeys(value for alias, value in others.items() if words(alias) == said))
    if len(found) == 1:
        return Meant(found[0])
    names = [*((value, value) for value in choices), *others.items()]
    if _is_number(text.strip()):
        listed = [value for value in (choices if places is None else places) if value in choices]
        place = int(text) if len(text.strip()) < 4 else 0
        is_place = is_numbered(choices, others) and 1 <= place <= len(listed)
        return Meant(listed[place - 1]) if is_place else Meant()
    return _described(said, choices, names)


def is_numbered(choices: Iterable[str], aliases: Iterable[str] = ()) -> bool:
    """Whether a list is shown with numbers that can be typed: not where its own values are numbers."""
    return not any(_is_number(name) for name in (*choices, *aliases))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def words(text: str) -> tuple[str, ...]:
    """The words of a text, in small letters."""
    return tuple(_WORD.findall(text.lower().replace("’", "'")))


def _described(said: tuple[str, ...], choices: Mapping[str, str], names: Sequence[tuple[str, str]]) -> Meant:
    """The only value that has all the words, or words that begin so, in its names and label; or those that have most.

    It is sure where the words begin a name, and so are no mere description.
    """
    telling = {_stem(word) for word in said if word not in _SMALL}
    texts: dict[str, set[str]] = {value: {_stem(word) for word in words(label)} for value, label in choices.items()}
    for name, value in names:
        texts[value] |= {_stem(word) for word in words(name)}
    shared = {value: sum(_stands_in(word, own) for word in telling) for value, own in texts.items()}
    found = [value for value, count in shared.items() if telling and count == len(telling)]
    if len(found) == 1:
        start = "-".join(said)
        begins = any(value == found[0] and "-".join(words(name)).startswith(start) for name, value in names)
        return Meant(found[0], sure=begins and len(start) >= LEAST_LETTERS, near=(found[0],))
    if not found:
        most = max(shared.values(), default=0)
        found = [value for value, count in shared.items() if count == most > 0]
    return Meant(near=tuple(found[:MOST_NEAR]) or _spelt("-".join(said), choices, names))


def _stands_in(word: str, own: set[str]) -> bool:
    """Whether a word is one of some words, or begins one."""
    return word in own or (len(word) >= LEAST_LETTERS and any(other.startswith(word) for other in own))


def _spelt(text: str, choices: Mapping[str, str], names: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The values of which some name, or a word of one, is spelt much like a text."""
    spelt: dict[str, list[str]] = {}
    for name, value in (*names, *((label, value) for value, label in choices.items())):
        for part in ("-".join(words(name)), *words(name)):
            spelt.setdefault(part, []).append(value)
    if len(text) < 4:
        return ()
    close = difflib.get_close_matches(text, spelt, n=3, cutoff=0.75)
    return tuple(dict.fromkeys(value for part in close for value in spelt[part]))[:MOST_NEAR]


def _stem(word: str) -> str:
    """A word without its possessive or plural ending: `knees` and `knee` are one."""
    plain = word.removesuffix("'s")
    return plain[:-1] if len(plain) > 3 and plain.endswith("s") and not plain.endswith(("ss", "is", "us")) else plain
