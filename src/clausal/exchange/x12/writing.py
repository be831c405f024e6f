"""X12 text written: segments of elements that are of the character set, and the envelope around them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from clausal.exchange.x12.block import Delimiters
from clausal.exchange.x12.characters import words
from clausal.exchange.x12.problem import Group

WRITTEN = Delimiters("*", ":", "^", "~")

Element = str | tuple[str, ...]
"""The text of an element, or the parts of a composite."""


def clean(text: str) -> str:
    """A text that breaks no segment: plain letters, without what divides X12 and without line ends."""
    return words(text)


def segment(*elements: Element) -> bytes:
    """One segment with its terminator and a line end; empty elements at its end are left out.

    Nothing but ASCII is written: what has no plain letter becomes `?`. Whoever writes names or identifiers asks before
    whether they can be written, and tells what cannot.
    """
    texts = [_joined(element) for element in elements]
    while texts and not texts[-1]:
        texts.pop()
    return ("*".join(texts) + "~\n").encode("ascii", "replace")


def _joined(element: Element) -> str:
    if isinstance(element, str):
        return clean(element)
    return ":".join(clean(part) for part in element).rstrip(":")


@dataclass(frozen=True, slots=True)
class Parties:
    """From whom and to whom an interchange goes, for the ISA and for the GS; whether it is a test (`T`)."""

    sender: str
    receiver: str
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    group_sender: str = ""
    """In GS02; the sender of the interchange where it is empty."""
    group_receiver: str = ""
    usage: str = "P"

    @property
    def in_group(self) -> tuple[str, str]:
        """Sender and receiver as the GS names them."""
        return self.group_sender or self.sender, self.group_receiver or self.receiver


def answering(group: Group) -> Parties:
    """The parties of an answer to a group that was received: its receiver answers its sender, a test by a test."""
    received = group.interchange
    return Parties(
        received.receiver,
        received.sender,
        received.receiver_qualifier,
        received.sender_qualifier,
        group.receiver,
        group.sender,
        received.usage,
    )


def isa(parties: Parties, when: dt.datetime, control: int) -> bytes:
    """The start of an interchange, each field of its fixed width."""
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
    """A text of a fixed width; a character without a plain letter, which would be wider in bytes, becomes `?`."""
    return clean(text).encode("ascii", "replace").decode()[:width].ljust(width)


def gs(kind: str, parties: Parties, when: dt.datetime, control: int, version: str) -> bytes:
    """The start of a functional group of a kind (GS01) and version."""
    sender, receiver = parties.in_group
    day, time = f"{when:%Y%m%d}", f"{when:%H%M}"
    return segment("GS", kind, sender[:15], receiver[:15], day, time, str(control), "X", version)
