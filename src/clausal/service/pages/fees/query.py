"""What the form of the fee page says: codes as they are typed, a place, a day, and how the claim is billed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clausal.determination.asked import Asked, cents_of
from clausal.determination.interview.answers import Key
from clausal.determination.interview.days import FORM, day_meant
from clausal.determination.interview.questions import Setting, asked_for
from clausal.determination.interview.understanding import NotUnderstood, understand
from clausal.facts.given_place import MOST_LETTERS, GivenPlace
from clausal.payment.sites import SITE_OF, SITES
from clausal.problems import InvalidInput, expected_one_of, nearest
from clausal.service.problems import FieldProblem, field_problem

FIELDS = ("codes", "place", "date", "pos", "type", "charges", "deductible", "qualifying")
YES_OR_NO = {"yes": True, "no": False}
MOST_LINES = 99
_FIELD_OF = {
    "codes": "codes", "units": "codes", "modifiers": "codes", "days": "date", "charges": "charges", "places": "pos",
    "claim_type": "type", "deductible_left": "deductible", "where": "place",
}  # fmt: skip
"""The field of the form of what `determination.asked` has."""


@dataclass
class Read:
    """What the form says; `asked` is None while no code is given, or where something is wrong."""

    texts: Mapping[str, str]
    day: dt.date
    asked: Asked | None = None
    problems: list[FieldProblem] = field(default_factory=list)

    def wrong(self, path: str, message: str, hint: str = "") -> None:
        """Note what is wrong with a field."""
        self.problems.append(FieldProblem(path=path, message=message, hint=hint))


def read(texts: Mapping[str, str], setting: Setting) -> Read:
    """The fields as they were sent, read; an empty one says nothing."""
    given = {name: texts.get(name, "").strip() for name in FIELDS}
    found = Read(given, setting.today)
    for name in texts:
        if name not in FIELDS:
            found.wrong(name[:80], f"unknown name '{name[:80]}'", nearest(name, FIELDS) or expected_one_of(FIELDS))
    found.day = read_day(found, given["date"], setting.today)
    lines = _codes(found, given["codes"], setting)
    places = _place_of_service(found, given["pos"])
    charges = _charges(found, given["charges"], len(lines))
    deductible = _deductible(found, given["deductible"])
    if given["type"] and given["type"] not in SITE_OF:
        hint = nearest(given["type"], SITE_OF) or expected_one_of(SITE_OF)
        found.wrong("type", f"unknown claim type '{given['type'][:40]}'", hint)
    if given["qualifying"] and given["qualifying"] not in YES_OR_NO:
        found.wrong("qualifying", f"'{given['qualifying'][:40]}' is neither yes nor no")
    if len(given["place"]) > MOST_LETTERS:
        found.wrong("place", f"a place has at most {MOST_LETTERS} letters")
    if lines and not found.problems:
        found.asked = Asked(
            codes=[one["code"] for one in lines],
            days=[found.day],
            units=[one.get("units", 1) for one in lines],
            modifiers=[list(one.get("modifiers", ())) for one in lines],
            charges=charges or None,
            places=places,
            claim_type=given["type"] or None,
            qualifying=YES_OR_NO.get(given["qualifying"]),
            where=GivenPlace(name=given["place"]),
            deductible_left=deductible,
        )
    return found


def by_field(error: InvalidInput) -> list[FieldProblem]:
    """What the engine says is wrong with a claim, by the fields of the form."""
    told = [field_problem(one) for one in error.problems]
    for one in told:
        head = re.split(r"[.\[]", one.path)[0]
        one.path = _FIELD_OF.get(head, one.path)
    return told


def read_day(found: Read, text: str, today: dt.date) -> dt.date:
    """The day of service that is typed; today where none is."""
    if not text:
        return today
    try:
        day = day_meant(text, today)
    except ValueError:
        found.wrong("date", f"there is no such day as '{text[:40]}'")
        return today
    if day is None:
        found.wrong("date", f"'{text[:40]}' is no date that can be read", FORM)
    return day or today


def _codes(found: Read, text: str, setting: Setting) -> list[dict[str, Any]]:
    if not text:
        return []
    parts = [part.strip() for part in re.split(r"[,;\r\n]+", text) if part.strip()]
    if len(parts) > MOST_LINES:
        found.wrong("codes", f"{len(parts)} codes are more than a claim's lines", f"at most {MOST_LINES}")
        return []
    read = understand(setting, asked_for(setting, Key("code")), ", ".join(parts))
    if isinstance(read, NotUnderstood):
        found.wrong("codes", read.message.replace("; ? shows them all", ""), ", ".join({**read.near, **read.codes}))
        return []
    return list(read.value)


def _place_of_service(found: Read, text: str) -> list[int]:
    if not text:
        return []
    if text.lower() in SITES:
        return [SITES[text.lower()]]
    if text.isascii() and text.isdecimal() and len(text) <= 2 and int(text) >= 1:
        return [int(text)]
    hint = f"two digits, as in 11, or one of {', '.join(SITES)}"
    found.wrong("pos", f"'{text[:40]}' is not a place of service", hint)
    return []


def _charges(found: Read, text: str, count: int) -> list[int]:
    """Cents, one for all codes or one for each."""
    parts = [one for one in re.split(r"[;\s]+|,(?!\d{3}(?:\D|$))", text) if one]
    cents = [cents_of(one.replace(",", "")) for one in parts]
    for part, one in zip(parts, cents, strict=True):
        if one is None:
            found.wrong("charges", f"'{part[:40]}' is not an amount in dollars", "as in 248.32")
    if parts and len(parts) not in (1, count) and count:
        found.wrong("charges", f"{len(parts)} charges for {count} codes", "one for all, or one for each")
    return [one for one in cents if one is not None]


def _deductible(found: Read, text: str) -> int:
    cents = cents_of(text.replace(",", "")) if text else 0
    if cents is None:
        found.wrong("deductible", f"'{text[:40]}' is not an amount in dollars", "as in 57.00")
    return cents or 0
