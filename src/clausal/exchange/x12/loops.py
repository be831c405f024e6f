"""The loops of an 837: which segments may stand in each, which names open which, and how long a segment may be."""

from __future__ import annotations

_NEXT_OF_CLAIM = "NM1 SBR LX CLM HL"
_NEXT_OF_LINE = "LIN NM1 SVD LQ LX CLM HL"
_PARTY = "PRV N2 N3 N4 REF PER"

SEGMENTS = {
    "header": "BHT REF NM1 N2 N3 N4 PER HL CLM",
    "2000A": "PRV CUR NM1 HL CLM",
    "2010A": "N2 N3 N4 REF PER NM1 HL CLM",
    "2000B": "SBR PAT NM1 HL CLM",
    "2010B": "N2 N3 N4 DMG REF PER NM1 HL CLM",
    "2000C": "PAT NM1 HL CLM",
    "2010C": "N2 N3 N4 DMG REF PER NM1 HL CLM",
    "2300": f"DTP CL1 PWK CN1 AMT REF K3 NTE CR1 CR2 CR3 CRC HI QTY HCP {_NEXT_OF_CLAIM}",
    "2310": f"{_PARTY} {_NEXT_OF_CLAIM}",
    "2320": f"CAS AMT DMG OI MIA MOA {_NEXT_OF_CLAIM}",
    "2330": f"N2 N3 N4 REF PER DTP {_NEXT_OF_CLAIM}",
    "2400": f"SV1 SV2 SV5 PWK CR1 CR2 CR3 CRC DTP QTY MEA CN1 REF AMT K3 NTE PS1 HCP {_NEXT_OF_LINE}",
    "2410": f"CTP REF {_NEXT_OF_LINE}",
    "2420": f"{_PARTY} {_NEXT_OF_LINE}",
    "2430": f"CAS DTP AMT {_NEXT_OF_LINE}",
    "2440": "FRM LQ LX CLM HL",
}
"""The segments that may come after one has entered a loop, those that open the next loop among them."""

MOST_ELEMENTS = {
    "AMT": 3, "BHT": 6, "CAS": 19, "CL1": 4, "CLM": 20, "CN1": 6, "CR1": 10, "CR2": 12, "CR3": 5, "CRC": 7, "CTP": 11,
    "CUR": 21, "DMG": 11, "DTP": 3, "FRM": 5, "HCP": 15, "HI": 12, "HL": 4, "K3": 3, "LIN": 31, "LQ": 2, "LX": 1,
    "MEA": 12, "MIA": 24, "MOA": 9, "N2": 2, "N3": 2, "N4": 7, "NM1": 12, "NTE": 2, "OI": 6, "PAT": 9, "PER": 9,
    "PRV": 6, "PS1": 3, "PWK": 9, "QTY": 4, "REF": 4, "SBR": 9, "SV1": 21, "SV2": 10, "SV5": 7, "SVD": 7,
}  # fmt: skip
"""A longer segment has swallowed the next one, or is something else."""

_BILLING = {"85": "2010AA", "87": "2010AB", "PE": "2010AC"}
_SUBSCRIBER = {"IL": "2010BA", "PR": "2010BB"}
_PATIENT = {"QC": "2010CA"}
_CLAIM = {
    "professional": {"DN": "2310A", "P3": "2310A", "82": "2310B", "77": "2310C", "DQ": "2310D", "PW": "2310E",
                     "45": "2310F"},
    "institutional": {"71": "2310A", "72": "2310B", "ZZ": "2310C", "82": "2310D", "77": "2310E", "DN": "2310F"},
}  # fmt: skip
_OTHER = {
    "professional": {"IL": "2330A", "PR": "2330B", "DN": "2330C", "P3": "2330C", "82": "2330D", "77": "2330E",
                     "DQ": "2330F", "85": "2330G"},
    "institutional": {"IL": "2330A", "PR": "2330B", "71": "2330C", "72": "2330D", "ZZ": "2330E", "77": "2330F",
                      "82": "2330G", "DN": "2330H", "85": "2330I"},
}  # fmt: skip
_LINE = {
    "professional": {"82": "2420A", "QB": "2420B", "77": "2420C", "DQ": "2420D", "DK": "2420E", "DN": "2420F",
                     "P3": "2420F", "PW": "2420G", "45": "2420H"},
    "institutional": {"72": "2420A", "ZZ": "2420B", "82": "2420C", "DN": "2420D"},
}  # fmt: skip

FORMS = ("professional", "institutional")


def names(form: str) -> dict[str, dict[str, str]]:
    """For each loop (its first four characters, five at the levels), the loop that a name opens, by its NM101."""
    return {
        "header": {"41": "header", "40": "header"},
        **dict.fromkeys(("2000A", "2010A"), _BILLING),
        **dict.fromkeys(("2000B", "2010B"), _SUBSCRIBER),
        **dict.fromkeys(("2000C", "2010C"), _PATIENT),
        **dict.fromkeys(("2300", "2310"), _CLAIM[form]),
        **dict.fromkeys(("2320", "2330"), _OTHER[form]),
        **dict.fromkeys(("2400", "2410", "2420", "2430"), _LINE[form]),
    }


def kind(loop: str) -> str:
    """The entry of SEGMENTS that a loop has: `2310B` has that of `2310`, `2010BA` that of `2010B`."""
    return loop if loop in SEGMENTS else loop[:5] if loop[:5] in SEGMENTS else loop[:4]


KINDS = {loop: kind(loop) for form in FORMS for opened in names(form).values() for loop in opened.values()} | {
    loop: loop for loop in SEGMENTS
}
"""For each loop by its full name its entry of SEGMENTS."""
