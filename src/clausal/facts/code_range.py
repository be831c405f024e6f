"""Ranges of codes (`M15-M19`, `64490-64495`): every code from one to the other, with all that stand under them."""

from __future__ import annotations

import re
import string

from clausal.problems import InvalidInput, Place

_ICD = r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?"
_HCPCS = r"[A-Z0-9][0-9]{3}[A-Z0-9]"
_RANGE = re.compile(rf"({_ICD}|{_HCPCS})\s*-\s*({_ICD}|{_HCPCS})\Z")
_IS_ICD = re.compile(rf"{_ICD}\Z")
MOST = 10_000
"""How many entries a range may stand for."""
_DIGITS, _LETTERS = string.digits, string.ascii_uppercase


def is_range(entry: object) -> bool:
    """Whether an entry of a set is written as a range of codes."""
    return isinstance(entry, str) and _RANGE.match(entry) is not None


def codes_of_range(entry: str, place: Place) -> list[str]:
    """What a range stands for, each as the start of codes; raises InvalidInput where it is none.

    Characters are in the order of ICD-10-CM, digits before letters: C4A stands between C49 and C50.
    """
    found = _RANGE.match(entry)
    assert found is not None
    first, last = found.groups()
    hint = "as in M15-M19, M17.0-M17.5, 64490-64495"
    if len(first) != len(last) or bool(_IS_ICD.match(first)) != bool(_IS_ICD.match(last)):
        raise InvalidInput.at(place, f"'{first}' and '{last}' are not codes of one length and kind", hint)
    alphabets = _alphabets(first) if _IS_ICD.match(first) else _of_procedures(first, last)
    if alphabets is None:
        raise InvalidInput.at(place, f"'{first}' and '{last}' differ in more than their digits", hint)
    if first > last:
        raise InvalidInput.at(place, f"range '{entry}' ends before it begins", f"write it as {last}-{first}")
    low, high = _number(first, alphabets), _number(last, alphabets)
    if high - low >= MOST:
        message = f"range '{entry}' stands for {high - low + 1:,} entries, and {MOST:,} is the most"
        raise InvalidInput.at(place, message, "name shorter codes, whose codes below are meant too")
    return [_code(number, alphabets) for number in range(low, high + 1)]


def _alphabets(code: str) -> list[str]:
    """The characters that each place of a diagnosis code can have, in order."""
    return [_LETTERS, _DIGITS, _DIGITS + _LETTERS, *("." if one == "." else _DIGITS + _LETTERS for one in code[3:])]


def _of_procedures(first: str, last: str) -> list[str] | None:
    """The same of a procedure code: only digits run on; None where a letter differs."""
    both = list(zip(first, last, strict=True))
    if any(one != other and not (one.isdigit() and other.isdigit()) for one, other in both):
        return None
    return [_DIGITS if one.isdigit() else one for one, _ in both]


def _number(code: str, alphabets: list[str]) -> int:
    number = 0
    for one, alphabet in zip(code, alphabets, strict=True):
        number = number * len(alphabet) + alphabet.index(one)
    return number


def _code(number: int, alphabets: list[str]) -> str:
    found = ""
    for alphabet in reversed(alphabets):
        number, at = divmod(number, len(alphabet))
        found = alphabet[at] + found
    return found
