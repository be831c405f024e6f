"""How much of an input is read at most: each limit has a name in the environment by which it is set."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from clausal.problems import InvalidInput, Place

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_AMOUNT = re.compile(r"([0-9]+)\s*([KMGT]?)(?:I?B)?\Z")


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of bytes that is not passed, and the environment variable that sets another."""

    variable: str
    default: int

    @property
    def bytes(self) -> int:
        """The limit that holds; raises InvalidInput where the variable is no number of bytes."""
        given = os.environ.get(self.variable, "").strip()
        if not given:
            return self.default
        amount = _AMOUNT.match(given.upper())
        if amount is None or not int(amount[1]):
            hint = "write a number of bytes, or one with K, M, G or T, as in 512M"
            raise InvalidInput.at(Place(self.variable), f"'{given}' is not a number of bytes", hint)
        return int(amount[1]) * _UNITS[amount[2]]

    def passed(self, place: Place, what: str) -> InvalidInput:
        """The problem of an input with more of `what` than this allows."""
        hint = f"at most {told(self.bytes)} are read; set {self.variable} to read more"
        return InvalidInput.at(place, f"{what}: too large", hint)


def told(count: int) -> str:
    """A number of bytes in the largest unit that has no fraction: `64 MiB`."""
    for unit in ("T", "G", "M", "K"):
        if count >= _UNITS[unit] and count % _UNITS[unit] == 0:
            return f"{count // _UNITS[unit]:,} {unit}iB"
    return f"{count:,} bytes"


DOCUMENT = Limit("CLAUSAL_MAX_DOCUMENT", 4_000_000)
"""Of a case, a mapping, or one YAML file of a pack."""
UNPACKED = Limit("CLAUSAL_MAX_UNPACKED", 256 << 20)
"""Of a fee table's file, packed and unpacked; CMS's largest, the NCCI pairs, have some 170 MiB."""
ROW = Limit("CLAUSAL_MAX_ROW", 64 << 10)
"""Of one row of a fee table."""
HELD = Limit("CLAUSAL_MAX_HELD", 64 << 20)
"""Of the file of a document that clauses are looked for in: text, PDF or Word."""
HELD_UNPACKED = Limit("CLAUSAL_MAX_HELD_UNPACKED", 256 << 20)
"""Of what a Word file holds when unpacked."""
LINE = Limit("CLAUSAL_MAX_LINE", 16 << 20)
"""Of one line of a claim file, or one segment of X12."""
