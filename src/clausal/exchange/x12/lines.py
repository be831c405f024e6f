"""The service lines of a claim (2400) and what hangs on them: dates, references, drugs, earlier payments."""

from __future__ import annotations

from clausal.exchange.x12.claim import Adjusted, Line, Payment, added
from clausal.exchange.x12.reading import Elements, Reading, is_place, padded
from clausal.exchange.x12.values import cents, days, is_qualifier, ordinal, pointers, procedure, units

MOST_LINES = 999
ADJUSTMENT_GROUPS = frozenset({"CO", "PR", "OA", "PI", "CR"})
OTHER_PROCEDURES = {"professional": ("ER", "IV", "WK"), "institutional": ("ER", "HP", "IV", "WK")}
"""Codes other than HCPCS by which the guides let a procedure be named."""
UNITS = {"professional": ("UN", "MJ"), "institutional": ("UN", "DA")}


class Lines(Reading):
    """Reads lines into the claim at hand."""

    def lx(self, e: Elements) -> None:
        claim = self.claim
        if claim is None:
            return
        text = e[1] if len(e) > 1 else ""
        number = ordinal(text)
        before = claim.lines[-1].number if claim.lines else 0
        self.enter("2400")
        if number <= before:
            self.refuse(f"line '{text}' comes after line {before}", "number the lines 1, 2, 3", 1, "7")
        elif number != before + 1:
            self.note(f"line {number} comes after line {before}", "is a line missing?", 1, "7")
        if len(claim.lines) >= MOST_LINES:
            self._lose(f"more than {MOST_LINES} lines", "4")
            return
        self.line = Line(number, self.position())
        claim.lines.append(self.line)
        self.address = None

    def sv1(self, e: Elements) -> None:
        line = self.line
        if line is None:
            return
        if self.form != "professional" or line.charge is not None:
            self._lose("'SV1' may not stand here", "5" if line.charge is not None else "2")
            return
        e = padded(e, 8)
        self._procedure(line, e[1], 1)
        self._amounts(line, e, 2)
        if e[6]:
            self.refuse("SV106 is not in use: has an element moved?", "leave it empty", 6, "I10")
        if e[5]:
            if not is_place(e[5]):
                self.refuse(f"'{e[5]}' is no place of service", "expected two digits", 5, "7")
            line.place = e[5]
        if e[7]:
            self._pointers(line, e[7])

    def sv2(self, e: Elements) -> None:
        line = self.line
        if line is None:
            return
        if self.form != "institutional" or line.charge is not None:
            self._lose("'SV2' may not stand here", "5" if line.charge is not None else "2")
            return
        e = padded(e, 6)
        if not (3 <= len(e[1]) <= 4 and e[1].isdecimal() and e[1].isascii()):
            self.refuse(f"'{e[1]}' is no revenue code", "expected four digits", 1, "7" if e[1] else "1")
        line.revenue_code = e[1]
        if e[2]:
            self._procedure(line, e[2], 2)
        self._amounts(line, e, 3)

    def _procedure(self, line: Line, composite: str, element: int) -> None:
        found = procedure(composite, self.component)
        if found.wrong:
            code = "7" if composite else "1"
            self.refuse(found.wrong, found.hint, element, code, component=found.component if composite else None)
        elif found.code is None and composite.partition(self.component)[0] in OTHER_PROCEDURES[self.form]:
            self.limit(f"'{composite}' is no HCPCS code", "the line is read without a code", element)
        elif found.code is None:
            self.note(f"'{composite}' is no HCPCS code", "the line is read without a code", element, "7")
        line.code, line.modifiers = found.code, found.modifiers

    def _amounts(self, line: Line, e: Elements, start: int) -> None:
        """Charge, unit and units, which stand in this order in SV1 and SV2."""
        charge, quantity = cents(e[start]), units(e[start + 2])
        if charge is None or charge < 0:
            message = f"'{e[start]}' is no charge"
            self.refuse(message, "expected an amount such as 120 or 79.04", start, "6" if e[start] else "1")
        line.charge = charge or 0
        if e[start + 1] not in UNITS[self.form]:
            message = f"'{e[start + 1]}' is no unit"
            self.refuse(message, f"expected {' or '.join(UNITS[self.form])}", start + 1, "7" if e[start + 1] else "1")
        if quantity is None:
            message = f"'{e[start + 2]}' is no number of units"
            self.refuse(message, "expected such as 1 or 2.5", start + 2, "6" if e[start + 2] else "1")
        elif e[start + 1] == "MJ":
            line.quantity = f"{e[start + 2]} MJ"
            self.limit(f"{e[start + 2]} minutes are not units", "the line goes on without an amount", start + 1)
        elif isinstance(quantity, int):
            line.units = quantity
        else:
            line.quantity = f"{e[start + 2]} {e[start + 1]}"
            self.limit(f"'{e[start + 2]}' units are not whole", "the line goes on without an amount", start + 2)

    def _pointers(self, line: Line, composite: str) -> None:
        found = pointers(composite, self.component)
        claim = self.claim
        if claim is None or (claim.refused and not claim.diagnoses):
            return
        if found is None:
            self.refuse(f"'{composite}' is no list of diagnosis pointers", "expected such as 1:2", 7, "7")
        elif max(found) > len(claim.diagnoses):
            message = f"'{composite}' points to a diagnosis that is not there"
            self.refuse(message, f"the claim has {len(claim.diagnoses)}", 7, "7")
        else:
            line.pointers = found

    def line_date(self, e: Elements) -> None:
        line = self.line
        if line is None or len(e) < 2 or e[1] != "472":
            return
        form, text = padded(e, 4)[2:4]
        found = days(form, text) if form != "DT" else None
        if found is None:
            self.refuse(f"'{text}' is no date of form '{form}'", "expected YYYYMMDD as D8, two as RD8", 3, "8")
        elif line.first_day is not None:
            self.refuse("a second service date for one line", "", 1, segment_code="5")
        else:
            line.first_day, line.last_day = found

    def line_reference(self, e: Elements) -> None:
        line = self.line
        if line is None:
            return
        if len(e) < 3 or not is_qualifier(e[1]):
            self.refuse("a reference without kind or number", "expected such as 6R and a number", 1, "7")
        elif e[1] == "6R":
            line.control = line.control or e[2]
        elif len(e) == 3 and e[1] == "G1":
            line.authorization = line.authorization or e[2]
        elif len(e) == 3 and e[1] == "9F":
            line.referral = line.referral or e[2]

    def attachment(self, e: Elements) -> None:
        target = self.line or self.claim
        if target:
            e = padded(e, 7)
            target.attachments = added(target.attachments, "-".join(filter(None, (e[1], e[2], e[6]))))

    def remark(self, e: Elements) -> None:
        target = self.line or self.claim
        if target and len(e) > 1 and e[-1]:
            target.notes = added(target.notes, e[-1])

    def svd(self, e: Elements) -> None:
        self.enter("2430")
        amount = cents(e[2]) if len(e) > 2 else None
        if amount is None or not e[1]:
            self.refuse("what another payer paid for the line is malformed", "expected a payer and an amount", 2, "6")
        elif self.line:
            self.line.paid = added(self.line.paid, Payment(e[1], amount))

    def line_adjustments(self, e: Elements) -> None:
        found = self._adjustments(e)
        if self.line:
            self.line.adjustments = [*self.line.adjustments, *(one.text for one in found)]
            if self.line.paid:
                self.line.paid[-1].adjusted += sum(one.amount for one in found)

    def _adjustments(self, e: Elements) -> list[Adjusted]:
        """The reasons of a CAS, up to six; the claim is refused where one is malformed."""
        group, rest = padded(e, 2)[1], e[2:]
        found = []
        if group not in ADJUSTMENT_GROUPS or not rest:
            self.refuse(f"'{group}' is no group of adjustments", "expected CO, PR, OA or PI", 1, "7")
        for start in range(0, len(rest), 3):
            reason, text = padded(rest[start : start + 2], 2)
            amount = cents(text)
            if not reason and not text:
                continue
            if amount is None or not 1 <= len(reason) <= 5 or not reason.isalnum():
                message = f"'{reason}' with '{text}' is no adjustment"
                self.refuse(message, "expected a reason and an amount", start + 3, "6")
                continue
            found.append(Adjusted(group, reason, amount))
        return found

    def lin(self, _: Elements) -> None:
        self.enter("2410")

    def lq(self, _: Elements) -> None:
        self.enter("2440")
