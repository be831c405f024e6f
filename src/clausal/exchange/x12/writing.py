"""X12 text written: segments with cleaned elements, and the envelope around them."""

from __future__ import annotations

import datetime as dt

from clausal.exchange.x12.problem import Interchange
from clausal.exchange.x12.syntax import Delimiters

WRITTEN = Delimiters("*", ":", "^", "~")
_CLEAN = {ord(character): " " for character in "*:^~"} | dict.fromkeys((*range(32), 127), " ")

Element = str | tuple[str, ...]
"""The text of an element, or the parts of a composite."""


def clean(text: str) -> str:
    """A text without the characters that divide X12, and without line ends."""
    return text.translate(_CLEAN).strip()


def segment(*elements: Element) -> bytes:
    """One segment with its terminator and a line end; empty elements at its end are left out."""
    texts = [_joined(element) for element in elements]
    while texts and not texts[-1]:
        texts.pop()
    return ("*".join(texts) + "~\n").encode()


def _joined(element: Element) -> str:
    if isinstance(element, str):
        return clean(element)
    return ":".join(clean(part) for part in element).rstrip(":")


def isa(parties: Interchange, when: dt.datetime, control: int) -> bytes:
    """The start of an interchange from the sender to the receiver named, each field of its fixed width."""
    fields = (
        "ISA",
        "00",
        " " * 10,
        "00",
        " " * 10,
        _fixed(parties.sender_qualifier or "ZZ", 2),
        _fixed(parties.sender, 15),
        _fixed(parties.receiver_qualifier or "ZZ", 2),
        _fixed(parties.receiver, 15),
        f"{when:%y%m%d}",
        f"{when:%H%M}",
        "^",
        "00501",
        f"{control:09}",
        "0",
        parties.usage if parties.usage in ("P", "T") else "P",
        ":",
    )
    return ("*".join(fields) + "~\n").encode()


def _fixed(text: str, width: int) -> str:
    """A text of a fixed width; a character that is not ASCII, which would be wider in bytes, becomes `?`."""
    return clean(text).encode("ascii", "replace").decode()[:width].ljust(width)


def gs(kind: str, sender: str, receiver: str, when: dt.datetime, control: int, version: str) -> bytes:
    """The start of a functional group."""
    return segment("GS", kind, sender, receiver, f"{when:%Y%m%d}", f"{when:%H%M}", str(control), "X", version)
