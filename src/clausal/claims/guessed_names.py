"""Names that files give to columns: their words, and the phrases by which the field calls each published column."""

from __future__ import annotations

import re
from functools import lru_cache

from clausal.columns.schema import Column

_SHORT = {
    "cd": "code", "cde": "code", "dt": "date", "dte": "date", "svc": "service", "srvc": "service", "serv": "service",
    "dx": "diagnosis", "diag": "diagnosis", "dgns": "diagnosis", "icd": "diagnosis", "icd10": "diagnosis",
    "diagnoses": "diagnosis", "proc": "procedure", "prcdr": "procedure", "prcdre": "procedure", "cpt4": "cpt",
    "amt": "amount", "chg": "charge", "chrg": "charge", "charges": "charge", "chrgs": "charge", "qty": "quantity",
    "mod": "modifier", "mdfr": "modifier", "modifiers": "modifier", "pt": "patient", "pat": "patient",
    "mbr": "member", "mem": "member", "bene": "beneficiary", "clm": "claim", "ln": "line", "lne": "line",
    "no": "number", "num": "number", "nbr": "number", "nmbr": "number", "prov": "provider", "prvdr": "provider",
    "rend": "rendering", "rndrng": "rendering", "perf": "rendering", "performing": "rendering", "cnt": "count",
    "unit": "units", "ident": "id", "identifier": "id", "stt": "state", "st": "state", "thru": "through",
    "beg": "start", "begin": "start", "pln": "plan", "lob": "business", "bth": "birth", "brth": "birth",
    "gndr": "gender", "plc": "place", "zipcode": "zip", "postal": "zip", "txnmy": "taxonomy", "ins": "insurance",
    "sbmt": "submitted", "submtd": "submitted", "bld": "billed", "hcpc": "hcpcs", "dob": "birth", "dos": "dos",
}  # fmt: skip
_IDLE = frozenset(("of", "the", "and", "10", "cm"))
_PIECES = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LAST = re.compile(r"(\d+)\D*\Z")
PHRASES: dict[str, tuple[str, ...]] = {
    "claim_id": ("claim id", "claim number", "claim", "icn", "dcn", "claim control number", "internal control number",
                 "document control number", "claim reference number"),
    "line": ("line", "line number", "line id", "claim line number", "claim line", "service line number", "service line",
             "sequence number", "line sequence number"),
    "service_date": ("dos", "service date", "from date", "service from date", "dos from", "date from", "start date",
                     "service start date", "claim line start date", "claim start date", "claim from date",
                     "line from date", "first service date", "visit date"),
    "service_date_end": ("dos through", "through date", "service through date", "service to date", "to date", "dos to",
                         "end date", "service end date", "claim line end date", "claim through date", "dos end",
                         "last service date"),
    "code": ("hcpcs", "hcpcs code", "cpt", "cpt code", "cpt hcpcs", "cpt hcpcs code", "procedure code", "procedure",
             "line hcpcs code", "service code", "billed code", "billing code"),
    "units": ("units", "service units", "units billed", "billed units", "quantity", "units quantity", "units count",
              "service units quantity", "service quantity", "service count", "line service count", "number units"),
    "modifiers": ("modifier", "modifier code", "hcpcs modifier", "hcpcs modifier code", "procedure modifier",
                  "cpt modifier", "line modifier"),
    "diagnoses": ("diagnosis", "diagnosis code", "claim diagnosis code", "diagnosis diagnosis code",
                  "line diagnosis code", "line diagnosis", "principal diagnosis", "primary diagnosis"),
    "problem_list": ("problem list", "problem"),
    "plan": ("plan", "member plan", "plan name", "plan code", "plan id", "health plan", "benefit plan", "payer",
             "payer name", "payer plan", "payer id", "business", "product", "insurance", "insurance plan",
             "product name", "coverage plan"),
    "charge": ("charge", "charge amount", "line charge", "line charge amount", "billed amount", "billed charge",
               "billed", "submitted charge", "submitted charge amount", "line submitted charge amount", "total charge",
               "amount billed", "amount charge"),
    "place_of_service": ("pos", "pos code", "place service", "place service code", "line place service code"),
    "state": ("state", "state code", "provider state", "service state", "rendering state", "provider state code"),
    "zip": ("zip", "zip code", "provider zip", "service zip", "facility zip", "rendering zip", "provider zip code"),
    "county": ("county", "provider county"),
    "practitioner": ("npi", "rendering npi", "provider npi", "rendering provider npi", "rendering provider id",
                     "rendering provider", "rendering physician npi", "practitioner"),
    "specialty": ("taxonomy", "taxonomy code", "provider taxonomy", "specialty", "provider specialty"),
    "patient": ("patient id", "patient number", "member id", "member number", "mrn", "medical record number",
                "subscriber id", "person id", "beneficiary id", "patient", "member"),
    "date_of_birth": ("birth", "birth date", "member birth date", "patient birth date", "patient birth",
                      "member birth"),
    "sex": ("sex", "gender", "patient sex", "patient gender", "member gender", "sex code", "gender code"),
    "age": ("age", "patient age", "member age"),
    "side": ("side", "laterality", "body side"),
    "claim_type": ("claim type", "claim type code", "type claim"),
    "prior_authorization": ("prior authorization", "prior authorization number", "authorization number", "auth number",
                            "pa number"),
    "purpose": ("purpose", "purpose treatment", "indication"),
    "device": ("device", "device name", "device used", "system used"),
}  # fmt: skip
"""What the field calls columns, in plain words; of other columns their own names alone."""


@lru_cache(maxsize=4096)
def words_of(name: str) -> frozenset[str]:
    """The words of a name, abbreviations written out and numbers at the end of words left out."""
    pieces = [piece.lower() for piece in _PIECES.findall(name)]
    found = []
    for at, piece in enumerate(pieces):
        with_number = piece + pieces[at + 1] if at + 1 < len(pieces) and pieces[at + 1].isdigit() else piece
        found.append(_SHORT.get(with_number) or _SHORT.get(piece) or piece)
    return frozenset(word for word in found if word not in _IDLE and not word.isdigit())


def ordinal(name: str) -> int:
    """The number at the end of a name, `2` of `DX2`; 0 where there is none."""
    found = _LAST.search(name)
    return int(found[1][:9]) if found else 0


def phrases_of(column: Column) -> tuple[str, ...]:
    """How a published column may be called."""
    return (column.name, *column.also, *PHRASES.get(column.name, ()))
