"""The levels above a claim (billing provider, subscriber, patient), and the names and addresses of all loops."""

from __future__ import annotations

from clausal.exchange.x12.claim import Address, Billing, Claim, Patient, Rendering, Subscriber
from clausal.exchange.x12.claims import SEQUENCES, Claims
from clausal.exchange.x12.heard import Correspondent
from clausal.exchange.x12.loops import KINDS
from clausal.exchange.x12.reading import DAMAGED, Elements, padded
from clausal.exchange.x12.values import cents, days, is_npi, is_qualifier, is_state, is_taxonomy, is_zip

SEXES = {"F": "female", "M": "male", "U": None, "": None}
"""What DMG03 says of the patient; of U nothing is known."""


class Levels(Claims):
    """Reads who bills, who is insured, who was treated, and where."""

    def hl(self, e: Elements) -> None:
        self.end_claim()
        number, parent, level = padded(e, 4)[1:4]
        if level == "20":
            self._billing_level(number)
        elif level == "22":
            self._subscriber_level(number, parent)
        elif level == "23":
            self._patient_level(parent)
        else:
            self.loop = "2000"
            self._lost_level("A", f"'{level}' is no level of a claim file", 3)

    def _billing_level(self, number: str) -> None:
        self.lost, self.billing_id, self.subscriber_id = "", number, ""
        self.billing, self.subscriber, self.patient = Billing(), None, None
        self.enter("2000A")

    def _subscriber_level(self, number: str, parent: str) -> None:
        self.lost = self.lost if self.lost == "A" else ""
        self.subscriber, self.patient, self.subscriber_id = Subscriber(), None, number
        self.enter("2000B")
        if self.lost:
            self.table = self.skipping
        elif not self.billing_id or parent != self.billing_id:
            self._lost_level("B", f"'{parent}' is not the billing provider above", 2)

    def _patient_level(self, parent: str) -> None:
        self.lost = self.lost if self.lost in ("A", "B") else ""
        self.patient = Patient()
        self.enter("2000C")
        if self.lost:
            self.table = self.skipping
        elif not self.subscriber_id or parent != self.subscriber_id:
            self._lost_level("C", f"'{parent}' is not the subscriber above", 2)

    def _lost_level(self, level: str, message: str, element: int) -> None:
        self._report(message, "the claims below are refused", "8", "7", element, fatal="claim")
        self.lost = level
        self.table = self.skipping

    def lost_level(self, _: Elements) -> None:
        """A subscriber or patient without an HL, while skipping: an HL may have been lost."""
        self.lost = self.lost or "B"

    def lost_name(self, e: Elements) -> None:
        """The name of a subscriber, patient or billing provider without an HL: the same."""
        if e[1:2] in (["IL"], ["QC"], ["85"]):
            self.lost = self.lost or "B"

    def overlong(self, elements: Elements, most: int) -> bool:
        """The same of a segment that opens a claim or a level: the claim before it is whole, and its own refused."""
        if elements[0] not in ("CLM", "HL") or not any(elements[most + 1 :]):
            return super().overlong(elements, most)
        self._broken(elements, f"'{elements[0]}' has more than {most} elements", DAMAGED, most + 1, "3")
        return True

    def unreadable(self, elements: Elements, message: str, hint: str, element: int | None) -> None:
        """A segment that cannot be read: its claim is refused, or what is below its level.

        `elements` are its own as far as they can be read, empty where they cannot.
        """
        tag = elements[0]
        if tag in ("CLM", "HL"):
            self._broken(elements, message, hint, element, "6")
        elif self.table is not self.skipping:
            self._lose(message, "8", "6", element, hint=hint)
            self.lost = self.lost or ("B" if tag in ("SBR", "PAT") else "")
        elif tag in ("SBR", "PAT", "NM1"):
            self.lost = self.lost or "B"

    def _broken(self, e: Elements, message: str, hint: str, element: int | None, code: str) -> None:
        """A segment that opens a claim or a level, of which no more can be trusted than what an answer has to name."""
        self.end_claim()
        if e[0] == "HL":
            self.loop = "2000"
            hint = f"{hint}{'' if hint.endswith('?') else ';'} the claims below are refused"
            self._report(message, hint, "8", code, element, fatal="claim")
            self.lost = "A"
        else:
            self.ordinal += 1
            identifier, charge = padded(e, 3)[1:3]
            self.loop, self.claim = "2300", Claim(identifier, self.ordinal, self.position())
            self.claim.charge = max(cents(charge) or 0, 0)
            self.refuse(message, hint, element, code)
            self._close_refused()
        self.table = self.skipping

    def cur(self, e: Elements) -> None:
        if e[2:3] != ["USD"]:
            self._lose("amounts in another currency than dollars", "8", "7", 2)

    def sbr(self, e: Elements) -> None:
        subscriber = self.subscriber
        if subscriber is None:
            return
        if subscriber.sequence is not None:
            self._lose("'SBR' stands twice", "5")
            return
        e = padded(e, 10)
        subscriber.sequence, subscriber.group_number, subscriber.filing = e[1], e[3] or None, e[9] or None
        if e[1] not in SEQUENCES or e[2] not in ("", "18"):
            self._lose("who is responsible when, or the subscriber's relation, is not told", "8", "7", 1)

    def nm1(self, e: Elements) -> None:
        """Enter the loop that a name opens."""
        qualifier = e[1] if len(e) > 1 else ""
        loop = self.names.get(KINDS[self.loop], {}).get(qualifier)
        if loop is None:
            self._lose(f"a name of kind '{qualifier}' may not stand here", "8", "7", 1)
            self.lost_name(e)
            return
        kind = KINDS[loop]
        self.loop, self.table, self.address, self.rendering = loop, self.tables[kind], None, None
        if loop == "header":
            self._correspondent(qualifier, padded(e, 10))
            return
        reads = self.names_read.get((kind, qualifier))
        if reads is None:
            return
        e = padded(e, 10)
        if e[2] not in ("1", "2") or bool(e[8]) != bool(e[9]) or (e[8] and not is_qualifier(e[8])):
            self._lose("a name that is neither a person's nor an organization's, or is half identified", "8", "7", 2)
        elif e[8] == "XX" and not is_npi(e[9]):
            self.note(f"'{e[9]}' is no NPI", "it is read nevertheless", 9, "6")
            reads(self, e)
        else:
            reads(self, e)

    def bht(self, e: Elements) -> None:
        self.reference = e[3] if len(e) > 3 else ""

    def _correspondent(self, qualifier: str, e: Elements) -> None:
        """Who sends, or receives, the transaction."""
        found = Correspondent(e[3], e[4] if e[2] == "1" else "", e[9])
        if qualifier == "41":
            self.submitter = found
        else:
            self.receiver = found

    def name_billing(self, e: Elements) -> None:
        if self.billing.named:
            self._lose("a second billing provider at one level", "5")
            return
        self.billing.named = True
        self.billing.name = " ".join(filter(None, (e[4], e[3]))) or None
        self.billing.npi = _npi(e)
        self.address = self.billing.address

    def name_pay_to(self, _: Elements) -> None:
        self.address = self.billing.pay_to = Address()

    def name_subscriber(self, e: Elements) -> None:
        if self.subscriber is None or self.subscriber.named:
            self._lose("a second subscriber at one level", "5")
            return
        self.subscriber.named = True
        self.subscriber.last_name, self.subscriber.first_name = e[3] or None, e[4] or None
        self.subscriber.member_id = e[9] or None

    def name_payer(self, e: Elements) -> None:
        if self.subscriber:
            self.subscriber.payer_name, self.subscriber.payer_id = e[3] or None, e[9] or None
            self.address = self.subscriber.payer_address = Address()

    def name_patient(self, e: Elements) -> None:
        if self.patient is None or self.patient.named:
            self._lose("a second patient at one level", "5")
            return
        self.patient.named = True
        self.patient.last_name, self.patient.first_name = e[3] or None, e[4] or None

    def demographics(self, e: Elements) -> None:
        """Birth date and sex of the person just named; what is wrong is told without what stands there."""
        person = self.patient if self.loop == "2010CA" else self.subscriber if self.loop == "2010BA" else None
        if person is None:
            return
        form, born, sex = padded(e, 4)[1:4]
        found = days(form, born) if form == "D8" else None
        if found is None and (form or born):
            hint = "expected D8 and YYYYMMDD; the claim goes on without it"
            self.note("the birth date is malformed", hint, 2, "8")
        elif found:
            person.date_of_birth = found[0]
        if sex not in SEXES:
            self.note("the sex is none of F, M and U", "the claim goes on without it", 3, "7")
        person.sex = SEXES.get(sex)

    def name_rendering(self, e: Elements) -> None:
        if self.claim:
            self.claim.rendering = self.rendering = _rendering(e)

    def name_facility(self, _: Elements) -> None:
        if self.claim:
            self.address = self.claim.facility = Address()

    def name_line_rendering(self, e: Elements) -> None:
        if self.line:
            self.line.rendering = self.rendering = _rendering(e)

    def specialty(self, e: Elements) -> None:
        """The specialty of who bills, or of who renders the service, if that is whom a name before it is of."""
        qualifier, code = padded(e, 4)[2:4]
        of = self.billing if self.loop == "2000A" else self.rendering
        if of is None or qualifier != "PXC":
            return
        if is_taxonomy(code):
            of.specialty = code
        else:
            self.note(f"'{code}' is no code of a specialty", "the claim goes on without it", 3, "7")

    def name_line_facility(self, _: Elements) -> None:
        if self.line:
            self.address = self.line.facility = Address()

    def name_other_payer(self, e: Elements) -> None:
        if self.other:
            self.other.payer_id = e[9] or None

    def n3(self, e: Elements) -> None:
        if self.address:
            self.address.street = [text for text in e[1:3] if text]

    def n4(self, e: Elements) -> None:
        address = self.address
        if address is None:
            return
        address.city, address.state, address.zip, country = padded(e, 5)[1:5]
        if (address.state and not is_state(address.state)) or (country and not is_qualifier(country)):
            message = f"'{address.state}' is no state, or '{country}' no country"
            if self.subscriber and address is self.subscriber.payer_address:
                self.note(message, "the payer is read without an address", 2, "7")
                self.subscriber.payer_address = self.address = None
            else:
                self._lose(message, "8", "7", 2)
        elif address.zip and not country and not is_zip(address.zip):
            self.note(f"'{address.zip}' is no zip code", "it is read nevertheless", 3, "6")

    def billing_reference(self, e: Elements) -> None:
        qualifier, number = padded(e, 3)[1:3]
        if not is_qualifier(qualifier):
            self._lose(f"'{qualifier}' is no kind of reference", "8", "7", 1)
        elif self.loop == "2010AA" and qualifier in ("EI", "SY"):
            self.billing.tax_id = number or None

    def payer_reference(self, e: Elements) -> None:
        qualifier, number = padded(e, 3)[1:3]
        if self.subscriber and self.loop == "2010BB" and qualifier == "EI":
            self.subscriber.payer_tax_id = number or None


def _rendering(e: Elements) -> Rendering:
    found = Rendering()
    found.npi = _npi(e)
    return found


def _npi(e: Elements) -> str | None:
    return e[9] or None if e[8] == "XX" else None
