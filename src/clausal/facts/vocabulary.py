"""The vocabulary: each fact declared once, with its type, meaning, question, and where a case file holds it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from clausal.facts.fact import NOT, Fact
from clausal.facts.source import dotted
from clausal.facts.value_set import ValueSet

__all__ = ["NOT", "Fact", "Span", "Vocabulary"]
ICD10CM = re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?\Z")
HCPCS = re.compile(r"[A-Z0-9][0-9]{3}[A-Z0-9]\Z")
_TAXONOMY = re.compile(r"[A-Z0-9]{9}X\Z")
DIAGNOSIS, PROCEDURE = "icd-10-cm", "hcpcs"
SYSTEMS = (DIAGNOSIS, PROCEDURE)
"""Systems of codes that exist on some days and not on others."""
IDENTIFIER, TAXONOMY = "identifier", "nucc-taxonomy"
UNDATED_SYSTEMS = (IDENTIFIER, TAXONOMY)
"""What tells persons and papers apart, which is never shown in a message; and the codes of specialties."""
OF_THE_ENGINE = (
    "service_date", "plan", "state", "finding", "primary_medicare_covers", "successor_agrees", "place_of_service",
    "side", "code", "units", "modifiers", "patient", "history_from",
)  # fmt: skip
"""Facts that are read by name: to choose rules and plans, to propose codes, to price and to edit claims."""
UNASSIGNED = "unassigned"
"""The code of a service for which no procedure code has been chosen yet."""


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last day on which a code exists; None where that is not known."""

    start: dt.date | None = None
    end: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All facts, value sets and codes that the loaded packs declare."""

    facts: Mapping[str, Fact]
    value_sets: Mapping[str, ValueSet]
    codes: Mapping[str, str]
    """Procedure codes that some pack names, each with a label in our own words."""
    dates: Mapping[str, Span] = field(default_factory=dict)
    """Since when and until when codes exist, procedures and diagnoses, as far as packs say."""
    diagnoses: Mapping[str, str] = field(default_factory=dict)
    """Diagnosis codes to which some pack gives a label, by which a person can find them."""


def is_taxonomy(text: str) -> bool:
    """Whether a text has the form of a code of the provider taxonomy: ten letters and digits, X at the end."""
    return bool(_TAXONOMY.match(text))


def normal_icd(text: str) -> str:
    """An ICD-10-CM code in capitals and with its dot: `m1711` becomes `M17.11`."""
    code = text.strip().upper().replace(".", "")
    return code if len(code) <= 3 else f"{code[:3]}.{code[3:]}"


def case_path(fact: Fact) -> str:
    """The fact's path in a case file, as a person writes it."""
    return dotted(fact.case or ()) if not fact.of_line else f"lines[].{fact.name}"
