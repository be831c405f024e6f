"""The claim (2300): its own segments, its other payers, and the checks when all of it is read."""

from __future__ import annotations

from clausal.exchange.x12.claim import (
    SEQUENCE,
    Claim,
    OtherPayer,
    claim_row,
    earlier_payers,
    institutional_kind,
    line_rows,
)
from clausal.exchange.x12.lines import Lines
from clausal.exchange.x12.reading import Elements, is_place, padded
from clausal.exchange.x12.values import cents, days, icd_10, is_qualifier

DIAGNOSES = frozenset({"ABK", "ABF"})
FURTHER_DIAGNOSES = frozenset({"ABJ", "APR", "ABN"})
ICD_9 = frozenset({"BK", "BF", "BJ", "PR", "BN"})
OTHER_HEALTH_CODES = frozenset({"BBR", "BBQ", "BR", "BQ", "BI", "BH", "BE", "BG", "BO", "BP", "CAH", "DR", "TC"})
"""Procedures, occurrences, values, conditions and groups: known, and not read."""
ICD_9_HINT = "services before 2015-10-01 carry ICD-9 and are not decided here; later ones carry ICD-10 (ABK, ABF)"
OTHER_COMPONENTS = ">:<|\\^!"
"""What often divides the parts of an element."""
SEQUENCES = frozenset(SEQUENCE)


class Claims(Lines):
    """Reads claims, and hands each on or refuses it when it ends."""

    def clm(self, e: Elements) -> None:
        self.end_claim()
        self.ordinal += 1
        e = padded(e, 6)
        self.claim = claim = Claim(e[1], self.ordinal, self.position())
        self.line = self.other = self.address = None
        self.loop = "2300"
        charge = cents(e[2])
        claim.charge = max(charge or 0, 0)
        if self._doubtful():
            self._close_refused()
            self.table = self.skipping
            return
        self.enter("2300")
        if not e[1]:
            self.refuse("the claim has no identifier", "", 1, "1")
        if charge is None or charge < 0:
            self.refuse(f"'{e[2]}' is no charge", "expected an amount such as 120 or 79.04", 2, "6" if e[2] else "1")
        self._place(claim, e[5])
        if self.subscriber and not self.subscriber.payer_id:
            self.note("the payer is not named (NM1*PR)", "the claim goes on without a payer")

    def _doubtful(self) -> bool:
        """Whether the levels above the claim leave in doubt who it is for; reported."""
        why = ""
        if self.lost:
            why = "the levels above it are damaged"
        elif not self.billing.named:
            why = "it has no billing provider (NM1*85)"
        elif self.subscriber is None or self.subscriber.sequence is None or not self.subscriber.named:
            why = "it has no subscriber (HL 22, SBR, NM1*IL)"
        elif self.patient and not self.patient.named:
            why = "its patient is not named (NM1*QC)"
        if why:
            self.refuse(f"the claim is refused: {why}", "mend what was reported above", segment_code="3")
        return bool(why)

    def _place(self, claim: Claim, composite: str) -> None:
        if self.component not in composite and (other := next(filter(composite.count, OTHER_COMPONENTS), "")):
            hint = f"the interchange says in ISA16 that '{self.component}' does, and the claim has '{other}'"
            self.refuse(f"'{composite}' is not divided by '{self.component}'", hint, 5, "6")
            return
        place, _, frequency = padded(composite.split(self.component), 3)[:3]
        if len(frequency) != 1 or not frequency.isalnum():
            code = "7" if frequency else "1"
            self.refuse(f"'{composite}' has no claim frequency", "expected such as 11:B:1", 5, code, component=3)
        claim.frequency = frequency
        if self.form == "professional":
            if not is_place(place):
                self.refuse(
                    f"'{place}' is no place of service", "expected two digits", 5, "7" if place else "1", component=1
                )
            claim.place = place
            return
        bill = place[1:] if len(place) == 3 and place[0] == "0" else place
        if not is_place(bill):
            code = "7" if place else "1"
            self.refuse(f"'{place}' is no type of bill", "expected its first two digits", 5, code, component=1)
        claim.bill_type = bill + frequency
        claim.kind = institutional_kind(claim.bill_type)

    def claim_date(self, e: Elements) -> None:
        qualifier, form, text = padded(e, 4)[1:4]
        if qualifier not in ("434", "435") or self.claim is None:
            return
        found = days(form, text)
        if found is None:
            self.refuse(f"'{text}' is no date of form '{form}'", "expected YYYYMMDD as D8, two as RD8", 3, "8")
        elif qualifier == "434":
            self.claim.first_day, self.claim.last_day = found

    def claim_reference(self, e: Elements) -> None:
        qualifier, number = padded(e, 3)[1:3]
        if not is_qualifier(qualifier):
            self.refuse(f"'{qualifier}' is no kind of reference", "expected such as G1", 1, "7")
        elif self.claim and number:
            self.claim.references.setdefault(qualifier, number)

    def diagnoses(self, e: Elements) -> None:
        """Up to twelve health codes; an empty one between others would shift what lines point to."""
        for position, composite in enumerate(e):
            if position and any(e[position:]):
                self._health_code(composite, position)

    def _health_code(self, composite: str, position: int) -> None:
        parts = composite.split(self.component)
        qualifier = parts[0]
        if self.claim is None or (qualifier in OTHER_HEALTH_CODES and len(parts) > 1):
            return
        if qualifier in ICD_9:
            self.refuse(f"'{qualifier}' is a diagnosis of ICD-9", ICD_9_HINT, position, "7")
        elif qualifier not in DIAGNOSES and qualifier not in FURTHER_DIAGNOSES:
            self.refuse(f"'{composite}' is no health code", "expected a qualifier and a code", position, "7")
        elif len(parts) < 2 or len(parts) > 9 or any(parts[2:8]) or not (code := icd_10(parts[1])):
            self.refuse(f"'{composite}' is no diagnosis of ICD-10", "expected such as ABK:M1711", position, "6")
        elif qualifier in DIAGNOSES:
            self.claim.diagnoses.append(code)
        else:
            self.claim.further.append(code)

    def other_payer(self, e: Elements) -> None:
        if self.claim is None:
            return
        e = padded(e, 10)
        self.enter("2320")
        if e[1] not in SEQUENCES:
            self.refuse(f"'{e[1]}' is no place among the payers", "expected such as P, S or T", 1, "7")
        self.other = OtherPayer(e[1], e[9])
        self.claim.others.append(self.other)

    def claim_adjustments(self, e: Elements) -> None:
        if self.other:
            self.other.adjustments += [one.text for one in self._adjustments(e)]

    def other_amount(self, e: Elements) -> None:
        kind, text = padded(e, 3)[1:3]
        amount = cents(text)
        if self.other is None or (kind != "D" and is_qualifier(kind)):
            return
        if kind != "D" or amount is None or self.other.paid is not None:
            self.refuse("what another payer paid is malformed or said twice", "expected AMT*D and an amount", 2, "6")
        else:
            self.other.paid = amount

    def end_claim(self) -> None:
        """The claim's last segment was read: hand it on, or refuse it."""
        claim = self.claim
        if claim is None:
            return
        self._check(claim)
        if claim.refused:
            self._close_refused()
            return
        if self.tell:
            self.tell(claim, True)
        self.claim = self.line = None
        self.claims += 1
        patient, subscriber = self.patient or self.subscriber, self.subscriber
        if subscriber and patient:
            key = f"{self.prefix}.{claim.ordinal}"
            row = claim_row(claim, key, self.billing, subscriber, patient, self.controls)
            self.emit(row, line_rows(claim, self.billing))

    def cut(self, why: str) -> None:
        """The file or transaction breaks off: what is read of the claim is not trusted."""
        if self.claim:
            self.refuse(f"the claim is cut off: {why}", "send the file again, whole", segment_code="3")
            self._close_refused()
        self.table = self.skipping

    def _check(self, claim: Claim) -> None:
        """What can only be said once all of a claim is read."""
        if not claim.lines:
            self._about(claim, "CLM", claim.at, "2300", "the claim has no service line", fatal=True)
        dated = claim.first_day is not None and self.form == "institutional"
        total = 0
        for line in claim.lines:
            if line.charge is None:
                self._about(claim, "LX", line.at, "2400", f"line {line.number} has no service (SV1, SV2)", fatal=True)
            elif line.first_day is None and not dated:
                self._about(claim, "LX", line.at, "2400", f"line {line.number} has no service date", fatal=True)
            total += line.charge or 0
        if claim.refused:
            return
        if total != claim.charge:
            message = f"its lines come to {_money(total)}, the claim says {_money(claim.charge)}"
            self._about(claim, "CLM", claim.at, "2300", message, element=2)
        if any(line.paid for line in claim.lines):
            self._check_payers(claim)

    def _check_payers(self, claim: Claim) -> None:
        """What earlier payers did with each line: they must be named, and account for all of its charge."""
        known = {other.payer_id for other in earlier_payers(claim, self._sequence())}
        for line in claim.lines:
            for payment in line.paid:
                if payment.payer not in known:
                    message = f"'{payment.payer}' paid for line {line.number}, and is no earlier payer of the claim"
                    self._about(claim, "LX", line.at, "2400", message)
                if (explained := payment.amount + payment.adjusted) != line.charge:
                    message = f"'{payment.payer}' accounts for {_money(explained)} of line {line.number}"
                    self._about(claim, "LX", line.at, "2400", f"{message}, not for {_money(line.charge or 0)}")

    def _sequence(self) -> str | None:
        return self.subscriber.sequence if self.subscriber else None

    def _about(
        self,
        claim: Claim,
        tag: str,
        number: int,
        loop: str,
        message: str,
        *,
        element: int | None = None,
        fatal: bool = False,
    ) -> None:
        claim.refused = claim.refused or fatal
        self.report(
            message,
            fatal="claim" if fatal else None,
            tag=tag,
            number=number,
            loop=loop,
            element=element,
            claim_id=claim.id,
            segment_code="3" if fatal else "8",
            element_code="I12" if element else "",
        )


def _money(amount: int) -> str:
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02}"
