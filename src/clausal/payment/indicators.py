"""What the indicators of the physician fee schedule mean, in our words.

Source: Medicare Claims Processing Manual, chapter 23, addendum (record layout of the MPFSDB).
"""

from __future__ import annotations

from collections.abc import Mapping

from clausal.payment.reasons import STATUS_WORDS

CONCEPT = "the concept does not apply"
INDICATORS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "status": (
        "status",
        {"A": "payable under this fee schedule", "C": "priced by the contractor", **STATUS_WORDS},
    ),
    "pctc": (
        "professional and technical component",
        {
            "0": "a practitioner's service, not split",
            "1": "a diagnostic test with both components",
            "2": "professional component alone",
            "3": "technical component alone",
            "4": "a test as a whole, whose components have codes of their own",
            "5": "incident to a practitioner's service",
            "6": "a laboratory test that a physician interprets",
            "7": "therapy that is not paid to practitioners in some settings",
            "8": "a physician's interpretation",
            "9": CONCEPT,
        },
    ),
    "glob": (
        "global days",
        {
            "000": "the day of the procedure alone",
            "010": "10 days after it",
            "090": "the day before and 90 days after it",
            "MMM": "maternity",
            "XXX": CONCEPT,
            "YYY": "set by the contractor",
            "ZZZ": "an add-on, within another service's global period",
        },
    ),
    "mult": (
        "multiple procedures",
        {
            "0": "no reduction",
            "1": "ranked by the rule before 1995",
            "2": "ranked: 100, 50, 50, 50, 50 percent, then by report",
            "3": "endoscopy: of a family the base is paid once",
            "4": "diagnostic imaging: less for further images of a session",
            "5": "therapy: half of the practice expense after the first unit",
            "6": "diagnostic cardiovascular: less for further technical components",
            "7": "diagnostic ophthalmology: less for further technical components",
            "9": CONCEPT,
        },
    ),
    "bilat": (
        "bilateral",
        {
            "0": "no 150 percent for both sides",
            "1": "150 percent for both sides",
            "2": "the fee is for both sides already",
            "3": "each side in full",
            "9": CONCEPT,
        },
    ),
    "asst": (
        "assistant at surgery",
        {"0": "with documents of necessity", "1": "not payable", "2": "payable", "9": CONCEPT},
    ),
    "co": (
        "two surgeons",
        {"0": "not permitted", "1": "with documents of necessity", "2": "permitted of two specialties", "9": CONCEPT},
    ),
    "team": (
        "team of surgeons",
        {"0": "not permitted", "1": "with documents, by report", "2": "permitted, by report", "9": CONCEPT},
    ),
    "endo": ("base of endoscopies", {}),
    "family": ("imaging family", {"99": "of none"}),
}
"""By column of the table: what the column is, and what its values mean."""


def meaning(column: str, value: str) -> str:
    """What a value of a column means; empty where it is not known."""
    return INDICATORS[column][1].get(value, "")
