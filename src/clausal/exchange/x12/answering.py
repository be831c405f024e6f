"""The envelope of an answer to a claim file: each interchange and group received is answered by one of its own."""

from __future__ import annotations

import datetime as dt
from typing import BinaryIO

from clausal.exchange.x12.problem import Group, Interchange
from clausal.exchange.x12.writing import answering, gs, isa, segment


class Answers:
    """Writes interchanges and groups in return, from the receiver to the sender; the last of each is kept open.

    `kind` and `version` are GS01 and GS08. `when` is the time of writing, `control` the first ISA13, counted up from
    there. A file of which nothing is answered stays empty.
    """

    def __init__(self, out: BinaryIO, kind: str, version: str, when: dt.datetime, control: int = 1) -> None:
        self.out = out
        self._kind = kind
        self._version = version
        self._when = when
        self._control = control - 1
        self._interchange: Interchange | None = None
        self._group: Group | None = None
        self._groups = 0
        self._transactions = 0

    def enter(self, group: Group) -> bool:
        """Begin the answer to a group, if it is not the one that is open; whether it was begun."""
        if self._group is group:
            return False
        self.end_group()
        if self._interchange is not group.interchange:
            self.close()
            self._control += 1
            self._groups = 0
            self._interchange = group.interchange
            self.out.write(isa(answering(group), self._when, self._control))
        self._group = group
        self._groups += 1
        self._transactions = 0
        self.out.write(gs(self._kind, answering(group), self._when, self._groups, self._version))
        return True

    def begin(self) -> str:
        """Count a transaction of the open group; its control number."""
        self._transactions += 1
        return f"{self._transactions:04}"

    def end_group(self) -> None:
        """End the group that is open, if one is."""
        if self._group is not None:
            self.out.write(segment("GE", str(self._transactions), str(self._groups)))
        self._group = None

    def close(self) -> None:
        """End the interchange that is open, if one is."""
        self.end_group()
        if self._interchange is not None:
            self.out.write(segment("IEA", str(self._groups), f"{self._control:09}"))
        self._interchange = None
