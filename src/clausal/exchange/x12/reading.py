"""Reading a transaction segment by segment: where one is, and what is refused when it is not as it should be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol

from clausal.exchange.x12.claim import Address, Billing, Claim, Line, OtherPayer, Patient, Rendering, Subscriber
from clausal.exchange.x12.columns import Row
from clausal.exchange.x12.heard import Correspondent
from clausal.exchange.x12.loops import KINDS, MOST_ELEMENTS, names
from clausal.exchange.x12.problem import Fatal

Elements = list[str]
Handler = Callable[[Any, Elements], None]
Table = dict[str, tuple[Handler | None, int]]
"""For each segment that may come: what reads it, if anything, and how many parts it may have, its tag counted."""


DAMAGED = "was a segment end or a tag damaged?"
OPENED = {"CLM": "2300", "HL": "2000", "LX": "2400", "LIN": "2410", "SVD": "2430", "LQ": "2440"}
"""The loop that a segment opens whatever stood before it."""


class Report(Protocol):
    """Takes a problem of the segment that is being read (or of another, by its tag and number)."""

    def __call__(
        self,
        message: str,
        hint: str = "",
        *,
        fatal: Fatal | None = None,
        tag: str | None = None,
        number: int | None = None,
        loop: str = "",
        element: int | None = None,
        claim_id: str | None = None,
        segment_code: str = "",
        element_code: str = "",
        component: int | None = None,
        sound: bool = False,
    ) -> None: ...


class Reading:
    """Where one is in a transaction. `table` has, for each segment that may come now, what reads it.

    `report` takes problems, `emit` a claim with its lines as rows, `position` tells the number of the segment at hand.
    What a lost or unknown segment leaves in doubt is refused: `lost` names the level (A billing provider, B subscriber,
    C patient) under which no claim is trusted.
    """

    tables: ClassVar[Mapping[str, Table]]
    """The table of each kind of loop."""
    skipping: ClassVar[Table]
    """The table while what is read is not trusted: only what starts something new."""
    names_read: ClassVar[Mapping[tuple[str, str], Handler]]
    """What reads a name, by the kind of loop it opens and its NM101."""

    def __init__(
        self,
        form: str,
        component: str,
        prefix: str,
        controls: Row,
        report: Report,
        emit: Callable[[Row, tuple[Row, ...]], None],
        position: Callable[[], int],
    ) -> None:
        self.form = form
        self.component = component
        self.prefix = prefix
        self.controls = controls
        self.report = report
        self.emit = emit
        self.position = position
        self.tell: Callable[[Claim, bool], None] | None = None
        """Hears of each claim at its end, and whether it is accepted."""
        self.submitter = self.receiver = Correspondent()
        self.reference = ""
        self.names = names(form)
        self.claims = 0
        self.refused = 0
        self.ordinal = 0
        self.lost = ""
        self.billing_id = ""
        self.subscriber_id = ""
        self.billing = Billing()
        self.subscriber: Subscriber | None = None
        self.patient: Patient | None = None
        self.claim: Claim | None = None
        self.line: Line | None = None
        self.other: OtherPayer | None = None
        self.address: Address | None = None
        self.rendering: Rendering | None = None
        self.loop = "header"
        self.table = self.tables["header"]

    def enter(self, loop: str) -> None:
        self.loop = loop
        self.table = self.tables[KINDS[loop]]

    def level(self) -> str:
        """The level the current loop is at; empty within a claim."""
        return self.loop[4:5] if self.loop[:4] in ("2000", "2010") else ""

    def unexpected(self, elements: Elements) -> None:
        """A segment that may not come here: something was lost, or is not understood."""
        if self.table is self.skipping:
            return
        known = elements[0] in MOST_ELEMENTS or elements[0] in ("CLM", "HL")
        message = f"'{elements[0][:3]}' may not stand here" if known else f"'{elements[0][:3]}' is no segment of an 837"
        self._lose(message, "2" if known else "1")
        if elements[0] in ("SBR", "PAT"):
            self.lost = self.lost or "B"

    def overlong(self, elements: Elements, most: int) -> bool:
        """Whether a segment has more elements than it can have, empty ones at its end aside."""
        if not any(elements[most + 1 :]):
            del elements[most + 1 :]
            return False
        self._lose(f"'{elements[0]}' has more than {most} elements", "8", "3", most + 1, OPENED.get(elements[0]))
        return True

    def _lose(
        self,
        message: str,
        segment_code: str,
        element_code: str = "",
        element: int | None = None,
        loop: str | None = None,
        hint: str = DAMAGED,
    ) -> None:
        """Trust nothing more of the claim, or of the level, that this segment stands in (or that `loop` it opens)."""
        level = self.level()
        refused = "the claim is refused" if self.claim else "the claims below are refused" if level else "it is skipped"
        hint = f"{hint}{'' if hint.endswith('?') else ';'} {refused}"
        fatal: Fatal | None = "claim" if self.claim or level else None
        self._report(message, hint, segment_code, element_code, element, fatal=fatal, loop=loop)
        if self.claim:
            self._close_refused()
        self.lost = self.lost or level
        self.table = self.skipping

    def _report(
        self,
        message: str,
        hint: str = "",
        segment_code: str = "8",
        element_code: str = "",
        element: int | None = None,
        *,
        fatal: Fatal | None = None,
        loop: str | None = None,
        component: int | None = None,
        sound: bool = False,
    ) -> None:
        self.report(
            message,
            hint,
            fatal=fatal,
            loop=loop or self.loop,
            element=element,
            claim_id=self.claim.id if self.claim else None,
            segment_code=segment_code,
            element_code=element_code,
            component=component,
            sound=sound,
        )

    def refuse(
        self,
        message: str,
        hint: str = "",
        element: int | None = None,
        element_code: str = "",
        segment_code: str = "8",
        component: int | None = None,
    ) -> None:
        """Refuse the current claim and go on reading it, to find all that is wrong with it."""
        self._report(message, hint, segment_code, element_code, element, fatal="claim", component=component)
        if self.claim:
            self.claim.refused = True

    def note(self, message: str, hint: str = "", element: int | None = None, element_code: str = "") -> None:
        """Report something that the claim goes on with."""
        self._report(message, hint, "8", element_code, element)

    def limit(self, message: str, hint: str, element: int) -> None:
        """Report what the guide allows, and what is not decided here: no error of the sender."""
        self._report(message, hint, "", "", element, sound=True)

    def _close_refused(self) -> None:
        self.refused += 1
        if self.tell and self.claim:
            self.tell(self.claim, False)
        self.claim = self.line = None

    def bound(self, most: int) -> None:
        """Refuse a claim of more segments than that, so that none fills the memory."""
        if self.claim and self.position() - self.claim.at > most:
            self._lose(f"a claim of more than {most} segments", "5")


def padded(elements: Elements, length: int) -> Elements:
    """Elements up to a length at least; those not sent are empty."""
    missing = length - len(elements)
    return elements + [""] * missing if missing > 0 else elements


def is_place(text: str) -> bool:
    """Whether a text has the form of a place of service: two digits."""
    return len(text) == 2 and text.isdecimal() and text.isascii()
