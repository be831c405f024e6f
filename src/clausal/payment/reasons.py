"""Why an amount is none, zero, or other than the plain fee: each reason is one bit, and one sentence."""

from __future__ import annotations

from enum import IntFlag


class Reason(IntFlag):
    """Reasons of a line; several can hold."""

    NO_TABLE = 1 << 0
    NOT_LISTED = 1 << 1
    CONTRACTOR_PRICED = 1 << 2
    NO_LOCALITY = 1 << 3
    STATUS = 1 << 4
    BY_REPORT = 1 << 5
    REDUCED = 1 << 6
    ASSISTANT_NOT_PAID = 1 << 7
    COSURGEON_NOT_PAID = 1 << 8
    TEAM = 1 << 9
    PACKAGED = 1 << 10
    COST_BASED = 1 << 11
    NOT_OPPS = 1 << 12
    OTHER_RULE = 1 << 13
    CARRIED = 1 << 14
    CHARGE = 1 << 15
    SPLIT_NOT_PAID = 1 << 16
    NA_SETTING = 1 << 17
    COMPONENT = 1 << 18
    TECHNICAL = 1 << 19
    NOT_HELD = 1 << 20


WORDS: dict[Reason, str] = {
    Reason.NO_TABLE: "no table for this date of service is held",
    Reason.NOT_LISTED: "no published fee: the code is not in the table for this date",
    Reason.NOT_HELD: "not known: of the table that would list the code no rows are held, or those of the codes that "
    "packs name; clausal fees import loads the full table",
    Reason.CONTRACTOR_PRICED: "no published fee: the Medicare contractor sets the price (status C, no relative values)",
    Reason.NO_LOCALITY: "no index of the locality is held for this date, or two places share its number in the table",
    Reason.STATUS: "not payable under the physician fee schedule by its status",
    Reason.BY_REPORT: "units beyond the fifth procedure of the day are priced by report and not counted here",
    Reason.REDUCED: "reduced or discontinued (52, 53): the contractor sets the reduction, the full amount is shown",
    Reason.ASSISTANT_NOT_PAID: "an assistant at surgery is not paid for this code, or only with documentation",
    Reason.COSURGEON_NOT_PAID: "two surgeons are not paid for this code",
    Reason.TEAM: "team surgery is priced by report",
    Reason.PACKAGED: "packaged: paid as part of another service of the claim",
    Reason.COST_BASED: "no published fee: paid from the hospital's charges, adjusted to cost and limited",
    Reason.NOT_OPPS: "not paid under the outpatient prospective payment system by its status",
    Reason.OTHER_RULE: "its own multiple-procedure rule is not applied here",
    Reason.CARRIED: "the table was published for other dates of the same year and is applied to this one",
    Reason.CHARGE: "the charge is lower than the fee and is what counts",
    Reason.SPLIT_NOT_PAID: "the code has no global period to split",
    Reason.COMPONENT: "in a facility the practitioner is paid the professional component (26) alone",
    Reason.TECHNICAL: "in a facility the technical component is paid to the facility, not to the practitioner",
    Reason.NA_SETTING: "the service is rarely done in this setting: the file marks its value there as not applicable",
}


STATUS_WORDS = {
    "B": "always bundled into other services",
    "E": "excluded by regulation",
    "I": "not valid for Medicare, which uses another code",
    "J": "an anesthesia service, priced by other rules",
    "M": "a measure for reporting",
    "N": "not covered by Medicare",
    "P": "bundled or excluded",
    "R": "restricted coverage",
    "T": "paid only if nothing else of the practitioner is payable that day",
    "X": "outside the benefit by statute",
}
"""Status indicators of the physician fee schedule, in our words."""
_BITS = tuple((int(reason), text) for reason, text in WORDS.items())


def words(reasons: int) -> list[str]:
    """The sentences of a mask."""
    return [text for bit, text in _BITS if reasons & bit] if reasons else []
