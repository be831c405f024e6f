"""The body of one 837: which segment of which loop is read by what."""

from __future__ import annotations

from clausal.exchange.x12.levels import Levels
from clausal.exchange.x12.loops import MOST_ELEMENTS, SEGMENTS
from clausal.exchange.x12.reading import Handler, Table


class Body(Levels):
    """Follows the loops of one transaction."""


Body.names_read = {
    ("2010A", "85"): Body.name_billing,
    ("2010A", "87"): Body.name_pay_to,
    ("2010B", "IL"): Body.name_subscriber,
    ("2010B", "PR"): Body.name_payer,
    ("2010C", "QC"): Body.name_patient,
    ("2310", "82"): Body.name_rendering,
    ("2310", "77"): Body.name_facility,
    ("2330", "PR"): Body.name_other_payer,
    ("2420", "82"): Body.name_line_rendering,
    ("2420", "77"): Body.name_line_facility,
}

_EVERYWHERE: dict[str, Handler] = {"HL": Body.hl, "CLM": Body.clm, "NM1": Body.nm1, "LX": Body.lx, "SVD": Body.svd}
_EVERYWHERE |= {"LIN": Body.lin, "LQ": Body.lq, "N3": Body.n3, "N4": Body.n4}
_HERE: dict[str, dict[str, Handler]] = {
    "header": {"BHT": Body.bht},
    "2000A": {"CUR": Body.cur, "PRV": Body.specialty},
    "2010A": {"REF": Body.billing_reference},
    "2000B": {"SBR": Body.sbr},
    "2010B": {"DMG": Body.demographics, "REF": Body.payer_reference},
    "2010C": {"DMG": Body.demographics},
    "2300": {
        "DTP": Body.claim_date,
        "REF": Body.claim_reference,
        "HI": Body.diagnoses,
        "PWK": Body.attachment,
        "NTE": Body.remark,
        "K3": Body.remark,
    },
    "2310": {"PRV": Body.specialty},
    "2320": {"CAS": Body.claim_adjustments, "AMT": Body.other_amount},
    "2400": {
        "SV1": Body.sv1,
        "SV2": Body.sv2,
        "DTP": Body.line_date,
        "REF": Body.line_reference,
        "PWK": Body.attachment,
        "NTE": Body.remark,
        "K3": Body.remark,
    },
    "2420": {"PRV": Body.specialty},
    "2430": {"CAS": Body.line_adjustments},
}


def _table(loop: str) -> Table:
    handlers = _EVERYWHERE | _HERE.get(loop, {})
    if loop != "header" and loop >= "2300":
        handlers = handlers | {"SBR": Body.other_payer}
    return {tag: (handlers.get(tag), MOST_ELEMENTS[tag] + 1) for tag in SEGMENTS[loop].split()}


Body.tables = {loop: _table(loop) for loop in SEGMENTS}
Body.skipping = {
    "HL": (Body.hl, MOST_ELEMENTS["HL"] + 1),
    "CLM": (Body.clm, MOST_ELEMENTS["CLM"] + 1),
    "SBR": (Body.lost_level, MOST_ELEMENTS["SBR"] + 1),
    "PAT": (Body.lost_level, MOST_ELEMENTS["PAT"] + 1),
    "NM1": (Body.lost_name, MOST_ELEMENTS["NM1"] + 1),
}
