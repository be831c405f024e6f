"""The columns of a claim file and of its results: names, types and meanings, as published by `clausal schema`."""

from __future__ import annotations

import collections
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from clausal.columns.encode import arrow_type
from clausal.facts.vocabulary import Vocabulary, case_path
from clausal.schedules.lines import ClaimType

DOLLARS = pa.decimal128(12, 2)
PROFESSIONAL: ClaimType = "professional"
OUTPATIENT: ClaimType = "outpatient"
ASC: ClaimType = "asc"
OTHER: ClaimType = "institutional"
CLAIM_TYPES: tuple[ClaimType, ...] = (PROFESSIONAL, OUTPATIENT, ASC, OTHER)


@dataclass(frozen=True)
class Column:
    """A column of a claim file or of the results."""

    name: str
    type: pa.DataType
    about: str
    required: bool = False
    also: tuple[str, ...] = ()
    """Other names that a claim file may give it: those of the case file."""
    is_personal: bool = False
    """Whether it tells of the patient alone: no message repeats what stands there."""


OF_CLAIM = (
    Column(
        "claim_id",
        pa.string(),
        "Identifies the claim; its lines share it, and are decided together.",
        required=True,
    ),
    Column("line", pa.int64(), "Number of the line in its claim; counted from 1 if it is not there."),
    Column(
        "practitioner", pa.string(), "Who rendered the service; a practitioner's lines of one day are ranked together."
    ),
    Column(
        "quantity", pa.string(), "A quantity that is no whole number of units (21.5 UN, 61 MJ): the line has no amount."
    ),
    Column(
        "charge", DOLLARS, "Charge of the line in dollars; the lesser of it and the fee is allowed (not a hospital's)."
    ),
    Column("place", pa.string(), "Where the service is rendered: Detroit; Portland, OR; Wayne County, MI."),
    Column("locality", pa.string(), "Medicare locality as CMS writes it (10112-00), for physician fees."),
    Column("zip", pa.string(), "ZIP code of the place; gives the locality if the table of ZIP codes is imported."),
    Column("county", pa.string(), "County of the place, with its state (Wayne, MI) or `state`; gives the locality."),
    Column("cbsa", pa.string(), "Area of the wage index, for facilities. What no column of a place tells is national."),
    Column("deductible_left", DOLLARS, "Part B deductible still owed at the claim, in dollars; none if not there."),
    Column("primary_coinsurance", DOLLARS, "Coinsurance and copayment that the earlier payer left, in dollars."),
    Column("primary_deductible", DOLLARS, "Deductible that the earlier payer left, in dollars."),
)
"""Columns that are no fact of the vocabulary."""

KEY = Column("claim_key", pa.string(), "Tells claims of an X12 file apart.")
COMPLEMENTS = "covered-if-primary-covers"
"""The finding of a plan that pays what a primary payer leaves."""
MONEY = ("charge", "deductible_left", "primary_coinsurance", "primary_deductible")
"""Columns in dollars; once read they are whole cents."""

RESULTS = (
    Column("claim_id", pa.string(), "The claim, as in the input."),
    Column("claim_key", pa.string(), "Of an X12 file what tells claims of one number apart."),
    Column("line", pa.int64(), "The line, as in the input."),
    Column(
        "status",
        pa.string(),
        "covered, not-covered, conditional, refer, not-addressed, open; or rejected: the line could not be read.",
    ),
    Column("finding", pa.string(), "What the deciding policy finds; null while it is open."),
    Column("rule", pa.string(), "The rule that decides."),
    Column("clauses", pa.string(), "The clauses it rests on, as pack#clause, separated by blanks."),
    Column("denial", pa.string(), "The first reason for denial, by the name that packs give it."),
    Column("denial_kind", pa.string(), "coverage, administrative or coding."),
    Column("group_code", pa.string(), "X12 claim adjustment group of that reason: CO, PR, PI, OA."),
    Column("carc", pa.string(), "X12 claim adjustment reason code."),
    Column("rarc", pa.string(), "X12 remittance advice remark codes, separated by blanks."),
    Column(
        "needs",
        pa.string(),
        "Facts that can change the answer, the first to ask first, separated by blanks. Of a denied line: what can "
        "still change the reason that is given first, with its group and codes; such a line is not remitted.",
    ),
    Column(
        "needs_are",
        pa.string(),
        "Of a line that waits (open, conditional): `all`, it is decided once all that `needs` names is known; `first`, "
        "the answers can raise other questions, as the plan does.",
    ),
    Column("warnings", pa.string(), "What limits the worth of the answer, as pack#warning, separated by blanks."),
    Column("readings", pa.string(), "Rules and reasons of the answer that are our reading, separated by blanks."),
    Column(
        "authorization",
        pa.string(),
        "Prior authorization: required, not-required, open (it hangs on what is not known), or not-said: no document "
        "held says that it is required, which is not not-required.",
    ),
    Column("decided_by", pa.string(), "Who decides on an authorization, as far as a document held says."),
    Column("documents", pa.string(), "Documents that are to be sent, separated by blanks."),
    Column("approved", pa.string(), "What the rule approves of a line that is covered: for how long, how much."),
    Column(
        "invalid_codes",
        pa.string(),
        "Codes of the line that do not exist on its date of service, that nothing held tells of, or that are headings, "
        "separated by blanks; but for headings they count as unknown.",
    ),
    Column("edits", pa.string(), "Claim edits that the line fails, separated by blanks."),
    Column(
        "edits_passed", pa.string(), "Claim edits that it passes by a modifier alone: only for another site or service."
    ),
    Column(
        "edit_details",
        pa.string(),
        "What tells these edits apart, separated by semicolons: `ptp 64624 indicator 1` is the code that the line is "
        "bundled into and the modifier indicator of their pair (0: no modifier separates them, 1: one can), `mue 5 of "
        "4 units MAI 3` the units that are counted, the limit and its adjudication indicator, `unit-cap 5 of 4 units` "
        "a coding guide's; `passed` stands behind what passes by a modifier alone.",
    ),
    Column("edit_carc", pa.string(), "Reason code of the first of them."),
    Column("edit_rarc", pa.string(), "Remark codes of the first of them."),
    Column("charge", DOLLARS, "The charge, as in the input."),
    Column("allowed", DOLLARS, "What Medicare's tables allow; a rate is not coverage. Null: no published fee."),
    Column("payer", DOLLARS, "Medicare's part of it."),
    Column("patient", DOLLARS, "The patient's part of it: deductible, coinsurance or copayment."),
    Column("deductible", DOLLARS, "The deductible within the patient's part."),
    Column("withheld", DOLLARS, "Sequestration within Medicare's part."),
    Column(
        "paid",
        DOLLARS,
        "What the plan pays by this determination; null where nothing is decided, or there is no published fee.",
    ),
    Column("price_note", pa.string(), "Why there is no fee, or another than the plain one."),
    Column("release", pa.string(), "The edition of the fee table that was applied."),
    Column(
        "priced_at",
        pa.string(),
        "Of where the amount is: the locality (physician fee), the wage area (facility), or national; null: no amount.",
    ),
    Column("problem", pa.string(), "Why a rejected line could not be decided."),
)
DERIVATION = Column("derivation", pa.string(), "How the allowed amount comes about; on request.")
REJECTED = "rejected"


def schema_of(columns: Iterable[Column]) -> pa.Schema:
    """The Arrow schema of columns; text of results is dictionary-encoded, but for what identifies a line."""
    fields = []
    for column in columns:
        plain = column.type != pa.string() or column.name in ("claim_id", "claim_key", "problem", DERIVATION.name)
        fields.append((column.name, column.type if plain else pa.dictionary(pa.int32(), pa.string())))
    return pa.schema(fields)


def input_columns(vocabulary: Vocabulary) -> list[Column]:
    """Every column that a claim file can have: those of the claim, and each fact of a case."""
    facts = [fact for fact in vocabulary.facts.values() if fact.case]
    taken = {*(column.name for column in OF_CLAIM), *(fact.name for fact in facts)}
    last = collections.Counter(fact.case[-1] for fact in facts if fact.case)
    also = {
        fact.name: tuple(
            name
            for name in dict.fromkeys((fact.case[-1], case_path(fact).replace("[]", "")))
            if name not in taken and (name != fact.case[-1] or last[name] == 1)
        )
        for fact in facts
        if fact.case
    }
    return [
        *OF_CLAIM,
        *(
            Column(fact.name, arrow_type(fact), fact.about, fact.required, also[fact.name], fact.is_personal)
            for fact in facts
        ),
    ]


def published(vocabulary: Vocabulary, of_remittance: Iterable[Column]) -> dict[str, Any]:
    """The columns as JSON: what a claim file can have, also for an 835, and what its results have."""

    def described(columns: Iterable[Column]) -> list[dict[str, Any]]:
        return [
            {"name": one.name, "type": str(one.type), "required": one.required, "about": one.about} for one in columns
        ]

    of_case = {fact.name: case_path(fact) for fact in vocabulary.facts.values() if fact.case}
    claims = [
        {
            **described([one])[0],
            "values": list(vocabulary.facts[one.name].values) if one.name in of_case else [],
            "also": list(one.also),
        }
        for one in input_columns(vocabulary)
    ]
    results = [column for column in RESULTS if column.name != "problem"]
    return {"claims": claims, "remittance": described(of_remittance), "results": described([*results, DERIVATION])}
