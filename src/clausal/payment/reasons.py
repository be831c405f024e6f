"""Why an amount is none, zero, or other than the plain fee: each reason is one bit, and one sentence."""

from __future__ import annotations

from enum import IntFlag


class Reason(IntFlag):
    """Reasons of a line; several can hold. Those that are met often come first (columns/prices: OFTEN)."""

    NO_TABLE = 1 << 0
    NOT_LISTED = 1 << 1
    NOT_HELD = 1 << 2
    CONTRACTOR_PRICED = 1 << 3
    NO_LOCALITY = 1 << 4
    STATUS = 1 << 5
    BY_REPORT = 1 << 6
    REDUCED = 1 << 7
    ASSISTANT_NOT_PAID = 1 << 8
    COSURGEON_NOT_PAID = 1 << 9
    TEAM = 1 << 10
    PACKAGED = 1 << 11
    COST_BASED = 1 << 12
    NOT_OPPS = 1 << 13
    CARRIED = 1 << 14
    CHARGE = 1 << 15
    SPLIT_NOT_PAID = 1 << 16
    NA_SETTING = 1 << 17
    COMPONENT = 1 << 18
    TECHNICAL = 1 << 19
    LOWER_FACTOR = 1 << 20
    ASSUMED_OFFICE = 1 << 21
    ASSUMED_UNIT = 1 << 22
    INCREASED = 1 << 23
    EXCLUDED = 1 << 24
    NOT_NECESSARY = 1 << 25
    WRONG_SURGERY = 1 << 26
    ANESTHESIA = 1 << 27
    BEFORE_ADMISSION = 1 << 28
    CRITICAL_ACCESS = 1 << 29
    DEVICE_CREDIT = 1 << 30
    EMERGENCY = 1 << 31
    PREVENTIVE = 1 << 32
    SCREENING = 1 << 33
    BASE_ENDOSCOPY = 1 << 34
    NO_BASE = 1 << 35
    COMPOSITE = 1 << 36
    OBSERVATION = 1 << 37
    COMPLEXITY = 1 << 38
    ONE_UNIT = 1 << 39
    LABORATORY = 1 << 40
    NO_COMPONENTS = 1 << 41
    DISCOUNTED_DRUG = 1 << 42
    OTHER_RULE = 1 << 43
    NO_RATE = 1 << 44
    DOUBTED = 1 << 45
    SPAN = 1 << 46
    BUNDLED = 1 << 47
    OTHER_PLACE = 1 << 48


WORDS: dict[Reason, str] = {
    Reason.NO_TABLE: "no table for this date of service is held",
    Reason.NOT_LISTED: "no published fee: the code is not in the table for this date",
    Reason.NOT_HELD: (
        "not known: of the table that would list the code no rows are held, or those of the codes that packs name; "
        "clausal fees import loads the full table"
    ),
    Reason.CONTRACTOR_PRICED: (
        "no published fee: the Medicare contractor sets the price (status C, no relative values)"
    ),
    Reason.NO_LOCALITY: (
        "no index of the locality or the wage area is held for this date, or two places share its number in the table"
    ),
    Reason.STATUS: "not payable under the physician fee schedule by its status",
    Reason.BY_REPORT: "units beyond the fifth procedure of the day are priced by report and not counted here",
    Reason.REDUCED: "reduced or discontinued (52, 53): the contractor sets the reduction, the full amount is shown",
    Reason.ASSISTANT_NOT_PAID: "an assistant at surgery is not paid for this code, or only with documentation",
    Reason.COSURGEON_NOT_PAID: "two surgeons are not paid for this code",
    Reason.TEAM: "team surgery is priced by report",
    Reason.PACKAGED: "packaged: paid as part of another service of the claim",
    Reason.COST_BASED: "no published fee: paid from the hospital's charges, adjusted to cost and limited",
    Reason.NOT_OPPS: "not paid under the outpatient prospective payment system by its status",
    Reason.CARRIED: "the table was published for other dates of the same year and is applied to this one",
    Reason.CHARGE: "the charge is lower than the fee and is what counts",
    Reason.SPLIT_NOT_PAID: "the code has no global period to split",
    Reason.COMPONENT: "in a facility the practitioner is paid the professional component (26) alone",
    Reason.TECHNICAL: (
        "not paid to the practitioner: in a facility the technical component, or what staff does, is the facility's"
    ),
    Reason.LOWER_FACTOR: (
        "two conversion factors are in force: the lower one counts, as it is not told that the practitioner "
        "is a qualifying participant of an advanced payment model"
    ),
    Reason.ASSUMED_OFFICE: "no place of service is given: priced as in an office",
    Reason.ASSUMED_UNIT: "no units are given: priced as one",
    Reason.INCREASED: "modifier 22: the contractor may pay more, the plain amount is shown",
    Reason.EXCLUDED: "modifier GY: the claim says that Medicare does not cover the item; nothing is paid",
    Reason.NOT_NECESSARY: "modifier GZ: the claim expects a denial as not reasonable and necessary; nothing is paid",
    Reason.WRONG_SURGERY: "modifiers PA, PB, PC: surgery that was wrong is not covered; nothing is paid",
    Reason.ANESTHESIA: (
        "no amount: anesthesia modifiers (AA, AD, QK, QX, QY, QZ, 47) have payment rules that are not applied here"
    ),
    Reason.BEFORE_ADMISSION: (
        "no amount: modifier PD (services before an admission) has a payment rule that is not applied here"
    ),
    Reason.CRITICAL_ACCESS: (
        "no amount: modifier GF (critical access hospital) has a payment rule that is not applied here"
    ),
    Reason.DEVICE_CREDIT: (
        "no amount: modifiers FB, FC (device without cost) have a payment rule that is not applied here"
    ),
    Reason.EMERGENCY: (
        "no amount: modifier CA (inpatient-only in an emergency) has a payment rule that is not applied here"
    ),
    Reason.DISCOUNTED_DRUG: "no amount: modifier JG (340B) had a payment rule to 2022-09-27 that is not applied here",
    Reason.NO_RATE: "no published fee: the table lists the code without a rate",
    Reason.DOUBTED: (
        "the indices of the locality are of a copy that contradicts CMS's numbering of localities: hold the amount "
        "against CMS's Addendum E"
    ),
    Reason.SPAN: (
        "no amount: the line spans days, and how its units fall on them decides what the rule of multiple procedures "
        "leaves; that is not applied here: bill a line a day"
    ),
    Reason.OTHER_PLACE: "the place of service is not one of this type of claim: the claim's type counts",
    Reason.BUNDLED: "status T: paid only if nothing else of the practitioner is payable that day; bundled into what is",
    Reason.OTHER_RULE: "no amount: the multiple-procedure rule of indicator 1 is not applied here",
    Reason.PREVENTIVE: "a preventive service: no deductible and no coinsurance",
    Reason.SCREENING: "modifier PT, a screening that became a treatment: no deductible, and less coinsurance",
    Reason.BASE_ENDOSCOPY: "the base endoscopy is paid as part of the other endoscopies of its family",
    Reason.NO_BASE: (
        "no amount: the base endoscopy of its family is not in the rows held, so further ones cannot be priced"
    ),
    Reason.COMPOSITE: (
        "no amount: with the other services of the day that can be paid through a composite APC (status Q3) "
        "it may be paid as one; that rule is not applied here"
    ),
    Reason.OBSERVATION: (
        "no amount: with eight hours of observation or more the claim may be paid as comprehensive "
        "observation (APC 8011, status J2); that rule is not applied here"
    ),
    Reason.COMPLEXITY: (
        "no amount: with another comprehensive service of the claim it may move up to a higher APC (Addendum "
        "J), and the pairs held do not tell"
    ),
    Reason.ONE_UNIT: "of services that are packaged unless alone, one unit is paid",
    Reason.LABORATORY: "no amount: paid under the clinical laboratory fee schedule, which is not held",
    Reason.NO_COMPONENTS: (
        "no amount: its technical and professional components are not in the rows held, so the reduction of "
        "the day cannot be worked out"
    ),
    Reason.NA_SETTING: "the service is rarely done in this setting: the file marks its value there as not applicable",
}


STATUS_WORDS = {
    "B": "always bundled into other services",
    "E": "excluded from this fee schedule by regulation; another one may pay it",
    "I": "not valid for Medicare, which uses another code",
    "J": "an anesthesia service, priced by other rules",
    "M": "a measure for reporting",
    "N": "not covered by Medicare",
    "P": "bundled or excluded",
    "R": "restricted coverage",
    "T": "paid only if nothing else of the practitioner is payable that day",
    "X": "outside this fee schedule by statute; another one may pay it (laboratory, ambulance, drugs)",
}
"""Status indicators of the physician fee schedule, in our words."""
_BITS = tuple((int(reason), text) for reason, text in WORDS.items())


def words(reasons: int) -> list[str]:
    """The sentences of a mask."""
    return [text for bit, text in _BITS if reasons & bit] if reasons else []
