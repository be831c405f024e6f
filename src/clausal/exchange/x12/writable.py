"""What keeps a claim from being written into a remittance as it is: values that X12 cannot hold, and what is missing.

Identifiers are written exactly or not at all; names are put into plain letters and cut to their length, or told. What
is found names fields and never their content, but for codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausal.exchange.x12.characters import is_named, is_writable, words
from clausal.exchange.x12.remittance import GROUPS, Party, Person, RemittedClaim, RemittedLine
from clausal.exchange.x12.values import is_region
from clausal.exchange.x12.writing import Parties

NAME, FIRST_NAME, STREET, CITY, REFERENCE, CLAIM_NUMBER = 60, 35, 55, 30, 50, 38
"""How long names (N102, NM103, NM104), streets (N301), cities (N401), references (REF02) and CLP01 may be."""
MOST_LINES, MOST_REMARKS = 999, 99
FILING = frozenset({"12", "13", "14", "15", "16", "17", "AM", "CH", "DS", "HM", "LM", "MA", "MB", "MC"}) | frozenset(
    {"OF", "TV", "VA", "WC", "ZZ"}
)
"""Claim filing indicators that an 835 knows (CLP06); an 837 has others besides."""
OTHER_FILING = "ZZ"
PARTY_QUALIFIERS = frozenset({"01", "14", "20", "27", "28", "29", "30", "33", "ZZ"})
"""What an identification in the ISA can be of (ISA05, ISA07)."""
_TAX_NUMBER = re.compile(r"([0-9]{2})-?([0-9]{7})", re.ASCII)
_REASON = re.compile(r"[A-Z0-9]{1,5}", re.ASCII)


def tax_number(text: str) -> str:
    """A tax number as nine digits; empty where it is none."""
    found = _TAX_NUMBER.fullmatch(text.strip())
    return found[1] + found[2] if found else ""


def unwritable(payer: Party, payee: Party, claim: RemittedClaim) -> list[str]:
    """Why a claim cannot be written as it is; empty where it can."""
    return [*_of_payer(payer), *_of_payee(payee), *_of_claim(claim)]


def parties_faults(between: Parties) -> list[str]:
    """Why an interchange between two parties cannot be written; empty where it can."""
    found: list[str] = []
    sides = (
        ("sender", between.sender, between.sender_qualifier, between.in_group[0]),
        ("receiver", between.receiver, between.receiver_qualifier, between.in_group[1]),
    )
    for what, number, qualifier, in_group in sides:
        found += _of_number(f"the number of the remittance's {what}", number, 1, 15)
        found += _of_number(f"the number of the remittance's {what} in its group", in_group, 2, 15)
        if qualifier not in PARTY_QUALIFIERS:
            found.append(f"the number of the remittance's {what} has '{qualifier}', which ISA05 and ISA07 do not know")
    return list(dict.fromkeys(found))


def address_faults(address: tuple[str, ...]) -> list[str]:
    """What is wrong with an address (street lines, city, state, zip); empty where it can be written."""
    if len(address) < 4 or not any(words(one) for one in address[:-3]):
        return ["it has no street, city, state and ZIP code"]
    *street, city, state, code = address
    found = [] if len(words(city)) >= 2 else ["it has no city"]
    found += [] if is_region(state) else ["its state is not known"]
    found += [] if 3 <= len(code) <= 15 and is_writable(code) else ["its ZIP code is none"]
    found += [] if all(is_named(one) for one in (*street, city)) else ["it holds characters that X12 does not have"]
    return found


def _of_payer(payer: Party) -> Iterator[str]:
    yield from _of_name("the payer's name", payer.name, required=True)
    yield from _of_number("the payer's number", payer.id, 1, REFERENCE)
    if not tax_number(payer.tax_id):
        yield (
            "the payer's tax number (nine digits) is not known"
            if not payer.tax_id
            else ("the payer's tax number has not nine digits")
        )
    if wrong := address_faults(payer.address):
        yield (
            f"the payer's address cannot be written: {wrong[0]}"
            if payer.address
            else ("the payer's address is not known")
        )


def _of_payee(payee: Party) -> Iterator[str]:
    yield from _of_name("the payee's name", payee.name, required=True)
    if not (payee.id or payee.tax_id):
        yield "the payee has no identification"
    yield from _of_number("the payee's number", payee.id, 2, 80)
    yield from _of_number("the payee's tax number", payee.tax_id, 2, REFERENCE)


def _of_claim(claim: RemittedClaim) -> Iterator[str]:
    if not claim.control_number:
        yield "the claim has no control number"
    yield from _of_number("the claim's number", claim.control_number, 1, CLAIM_NUMBER)
    yield from _of_number("the payer's number of the claim", claim.payer_control_number, 1, REFERENCE)
    yield from _of_person("the patient", claim.patient)
    if claim.subscriber:
        yield from _of_person("the subscriber", claim.subscriber)
    if len(claim.lines) > MOST_LINES:
        yield f"more than {MOST_LINES} lines"
    for number, line in enumerate(claim.lines, 1):
        yield from (f"line {number}: {one}" for one in _of_line(line))
    for one in (*claim.adjustments, *(one for line in claim.lines for one in line.adjustments)):
        if one.group not in GROUPS or not _REASON.fullmatch(one.carc):
            yield f"'{one.group}-{one.carc}' is no adjustment: expected a group of {', '.join(GROUPS)}, a CARC"


def _of_line(line: RemittedLine) -> Iterator[str]:
    if not line.code and not line.revenue_code:
        yield "neither code nor revenue code"
    yield from _of_number("the code", line.code or "", 1, 48)
    yield from _of_number("the revenue code", line.revenue_code or "", 1, 48)
    if len(line.modifiers) > 4 or any(len(one) != 2 or not is_writable(one) for one in line.modifiers):
        yield "more than four modifiers, or one that has not two characters"
    yield from _of_number("its control number", line.control_number, 1, REFERENCE)
    if len(line.remarks) > MOST_REMARKS or any(not one or not is_writable(one) for one in line.remarks):
        yield "a remark code that cannot be written"


def _of_person(who: str, person: Person) -> Iterator[str]:
    yield from _of_name(f"{who}'s name", person.last_name, required=True)
    yield from _of_name(f"{who}'s first name", person.first_name)
    yield from _of_number(f"{who}'s member number", person.id, 2, 80)


def _of_name(what: str, text: str, *, required: bool = False) -> Iterator[str]:
    if required and not words(text):
        yield f"{what} is missing"
    elif not is_named(text):
        yield f"{what} holds characters that X12 does not have, and that have no plain letter"


def _of_number(what: str, text: str, least: int, most: int) -> Iterator[str]:
    """An identifier, which is written exactly; one that is empty is not written."""
    if not text:
        return
    if not is_writable(text):
        yield f"{what} holds a separator (* : ^ ~), a blank at an end, or a character that X12 does not have"
    elif not least <= len(text) <= most:
        yield f"{what} has {len(text)} characters, where {least} to {most} can be written"
