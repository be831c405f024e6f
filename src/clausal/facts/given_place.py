"""Where a service is rendered, as it is given: a name, or a ZIP code, county and state, locality, wage area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from clausal.facts.checks import error, text
from clausal.problems import nearest

MOST_LETTERS = 100
KEYS = {
    "zip": "ZIP code, five digits.",
    "county": "County, with its state in `state` or after a comma: Wayne, MI.",
    "state": "State or territory: MI, Michigan.",
    "locality": "Medicare locality as CMS writes it: 08202-01.",
    "cbsa": "Area of the wage index, by its CBSA number: 19804.",
    "name": "A name or a locality: Detroit; Portland, OR; Wayne County, MI; Ohio; 08202-01.",
}
"""The parts of a place, and what each is; they are the keys of a case's `place`, and columns of a claim file."""
SCHEMA = {
    "description": "Where the service is rendered, for the rates of the place: national if it is not there.",
    "anyOf": [
        {"type": "string", "maxLength": MOST_LETTERS, "description": KEYS["name"]},
        {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "properties": {key: {"type": "string", "description": about} for key, about in KEYS.items()},
        },
        {"type": "null"},
    ],
}
"""JSON schema of `place` in a case file."""


@dataclass(frozen=True, slots=True)
class GivenPlace:
    """A place as it is given; a part that is not given is empty."""

    name: str = ""
    zip: str = ""
    county: str = ""
    state: str = ""
    locality: str = ""
    cbsa: str = ""

    def __bool__(self) -> bool:
        """Whether anything is given."""
        return any(getattr(self, one.name) for one in fields(self))


def read_place(value: object) -> GivenPlace | None:
    """A case's `place`: text, or a mapping of parts; numbers may stand without quotes."""
    if value is None or isinstance(value, GivenPlace):
        return value
    if not isinstance(value, Mapping):
        return GivenPlace(name=_part("place", value))
    for key in value:
        if key not in KEYS:
            raise error(f"unknown key '{key}' of a place", nearest(str(key), KEYS) or f"known: {', '.join(KEYS)}")
    found = GivenPlace(**{key: _part(key, one) for key, one in value.items() if one is not None})
    if not found:
        raise error("the place is empty", f"give one of {', '.join(KEYS)}, or leave it out")
    return found


def _part(key: str, value: object) -> str:
    shown = text(value)
    if not isinstance(shown, str) or not shown.strip() or len(shown) > MOST_LETTERS:
        about = KEYS.get(key, KEYS["name"])
        raise error(f"'{str(value)[:60]}' is not a {key if key != 'name' else 'place'}", about.rstrip("."))
    return shown.strip()
