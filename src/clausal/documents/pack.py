"""A pack as a value: what one published document says, with its versions, clauses, tables and plans."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clausal.documents.fingerprint import Fingerprint
from clausal.facts.source import Source
from clausal.problems import Place
from clausal.rules.model import Table

DOCUMENT_KINDS = (
    "coverage-policy",
    "national-determination",
    "local-determination",
    "coding-notice",
    "reimbursement-guide",
    "program",
    "terminology",
)
ADJUSTMENT_GROUPS = ("CO", "PR", "PI", "OA")
CLAUSE_KINDS = (
    "normative",
    "definition",
    "evidence",
    "history",
    "administrative",
    "notice",
    "catalogue",
    "heading",
)
TODO = "todo"
"""Stands where somebody has still to say something: a clause's kind, its paraphrase, a publisher, a date."""
NOT_YET = dt.date.max
"""The day that stands for a date that is still to be given: until then the document says nothing."""
STATUSES = ("in-force", "superseded", "proposed")
UNDATED_KINDS = ("terminology", "program")
"""Packs that are no published document: what they declare is there for every other."""


@dataclass(frozen=True, slots=True)
class Version:
    """One edition of a document: when it took effect and when it was published (or signed)."""

    name: str
    effective: dt.date
    published: dt.date
    says: str = ""
    cites: tuple[str, ...] = ()
    held: bool = True
    """Whether anything that it said is known to us; of some editions no more than their date is."""


@dataclass(frozen=True, slots=True)
class Successor:
    """The document that replaces this one."""

    title: str
    effective: dt.date
    published: dt.date
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the document: where it stands, what it says in our words, and its text's fingerprint if held.

    `not_carried` says why no rule and no data rest on it.
    """

    id: str
    pack: str
    kind: str
    locator: str
    says: str
    text: Fingerprint | None
    place: Place
    not_carried: str = ""

    @property
    def ref(self) -> str:
        return f"{self.pack}#{self.id}"


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan: the authorities it asks, in order, and whose coding advice it follows, in order."""

    name: str
    label: str
    pack: str
    authorities: tuple[str, ...]
    coding: tuple[str, ...]
    cites: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class Denial:
    """A reason for denial: claim adjustment reason code and remark codes, and our words for it.

    `group` is who bears the amount: CO the provider by contract, PR the patient, PI the payer itself, OA other.
    """

    name: str
    carc: str
    rarc: tuple[str, ...]
    says: str
    finding: str = ""
    group: str = "CO"
    reading: str = ""
    """That group or codes are our reading, and on what it rests."""


@dataclass(frozen=True)
class Pack:
    """What one published document says."""

    name: str
    title: str
    publisher: str
    kind: str
    status: str
    about: str
    held: bool
    versions: tuple[Version, ...]
    replaced_by: Successor | None
    clauses: Mapping[str, Clause]
    tables: tuple[Table, ...]
    plans: Mapping[str, Plan]
    denials: Mapping[str, Denial]
    files: Mapping[str, Source]
    """Files of plain data (catalogue, fees, discrepancies, evidence), as they were read."""
    folder: str
    gathering: tuple[Table, ...] = ()
    """For each fact that is gathered over lines the table that tells which lines count."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The plain data by file."""
        return {name: source.data for name, source in self.files.items()}

    def version_on(self, day: dt.date) -> Version | None:
        """The version in effect on a day."""
        return max((v for v in self.versions if v.effective <= day), key=lambda v: v.effective, default=None)

    @property
    def decides(self) -> bool:
        """Whether the document can settle a case: a proposed one informs and never decides."""
        return self.status != "proposed"
