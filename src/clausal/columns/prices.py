"""Edits and prices of a batch of claims, by column, and what the plan pays by its determinations."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clausal.coding.edits import EDITS, Context, Details, detailed, failed, passed
from clausal.coding.edits.details import NOTHING
from clausal.columns.arrays import Words, decimals, distinct, indices
from clausal.columns.arrays import texts_of as _text
from clausal.columns.options import Options
from clausal.columns.placed import EVERYWHERE, Placed, Placements, Told
from clausal.columns.schema import ASC, CLAIM_TYPES, DERIVATION, OTHER, OUTPATIENT, PROFESSIONAL
from clausal.determination.payment import limits
from clausal.documents.library import View
from clausal.payment.derivation import of_facility, of_pfs
from clausal.payment.facility import FacilityPriced, price_asc, price_opps
from clausal.payment.money import NONE
from clausal.payment.pfs import Priced, price
from clausal.payment.quote import NO_TABLE
from clausal.payment.reasons import Reason, words
from clausal.payment.rules import preventive
from clausal.payment.shares import shares
from clausal.schedules.lines import NO_PLACE, Bools, ClaimType, Ints, Lines, numbered
from clausal.schedules.modifiers import WORDS, mask_of
from clausal.schedules.tables import Schedules

EDIT_WORDS = {name: Words() for name in ("edits", "edit_carc", "edit_rarc")}
"""For each mask of failed edits their names, and the codes of the first."""
for _mask in range(1 << len(EDITS)):
    _failed = [edit for i, edit in enumerate(EDITS) if _mask >> i & 1]
    EDIT_WORDS["edits"].append(" ".join(edit.name for edit in _failed))
    EDIT_WORDS["edit_carc"].append(_failed[0].carc if _failed else None)
    EDIT_WORDS["edit_rarc"].append(" ".join(_failed[0].rarc) if _failed else None)
PLACE = re.compile(r"[0-9]{1,2}\Z", re.ASCII)
OFTEN = 1 << 20
"""Masks of reasons below this are met often."""
MOST_CODES = 50_000
"""How many codes are kept from one batch to the next."""
NO_CODE = "the line has no procedure code"
NOT_WHOLE = "its quantity is no whole number of units (a fraction, or minutes): no fee is made of it"
AS_FEES = {PROFESSIONAL: "pfs", OUTPATIENT: "opps", ASC: "asc"}


@dataclass
class _Columns:
    """What is worked out of each line; money in cents, NONE where there is none."""

    failed: Ints
    passed: Ints
    details: Ints
    """Index of the details of edits."""
    allowed: Ints
    payer: Ints
    patient: Ints
    deductible: Ints
    withheld: Ints
    note: Ints
    release: Ints
    """Index of the release names."""
    priced_at: Ints
    """Index of the places that amounts are of."""


Decided: TypeAlias = tuple[Bools, Bools, Bools]
"""For each line whether the plan covers it, denies it, or covers what a primary payer leaves."""


@dataclass(frozen=True)
class Worked:
    """A batch with its edits and prices."""

    lines: Lines
    placed: Placed
    kinds: Ints | int
    found: _Columns
    derived: npt.NDArray[np.object_]
    left: Ints
    claim: npt.NDArray[np.intp]
    coinsurance: Ints
    details: Details
    """The words of details of edits: of this batch alone, as they are without number."""


class Prices:
    """Medicare's tables and edits for claim files of one view of the library."""

    def __init__(self, view: View, schedules: Schedules, options: Options) -> None:
        self._schedules = schedules
        self._derivation = options.derivation
        self._daily = self.limits = limits(view)
        self._notes: dict[tuple[str, int], int] = {}
        self._words = Words()
        self._masks: list[int] = []
        self._placed_notes: dict[tuple[Told, int], tuple[int, int]] = {}
        self._note_of = np.full(OFTEN, NONE, dtype=np.int64)
        self._number: dict[str, int] = {"": 0}
        self._met: tuple[str, ...] = ("",)
        self._lock = threading.RLock()
        self._note("", 0)
        self._placements = Placements(schedules)
        self._places = Words()
        self._places.append(None)
        self._place_number: dict[str, int] = {"": 0}
        self._releases = Words()
        self._releases.append(None)
        self._first: dict[str, int] = {}
        for kind in (*AS_FEES.values(), "ascbb"):
            self._first[kind] = len(self._releases)
            for release in schedules.table(kind).releases:
                self._releases.append(release.name)
        for kind in ("gpci", "wage", "counties", "zips", "addon"):
            schedules.table(kind)
        for kind in ("ptp", "mue"):
            for service in ("practitioner", "outpatient"):
                schedules.of_service(kind, service)

    def columns(
        self,
        batch: pa.RecordBatch,
        claim: npt.NDArray[np.intp],
        decided: Decided,
    ) -> dict[str, pa.Array]:
        """The columns of results on edits and money."""
        priced = self.priced(batch, claim)
        found = priced.found
        result = {
            **{name: words.column(found.failed) for name, words in EDIT_WORDS.items()},
            "edits_passed": EDIT_WORDS["edits"].column(found.passed),
            "edit_details": _words(priced.details, found.details),
            "charge": decimals(priced.lines.charge),
            "allowed": decimals(found.allowed),
            "payer": decimals(found.payer),
            "patient": decimals(found.patient),
            "deductible": decimals(found.deductible),
            "withheld": decimals(found.withheld),
            "paid": decimals(self.paid(priced, decided)),
            "price_note": self._words.column(found.note),
            "release": self._releases.column(found.release),
            "priced_at": self._places.column(np.where(found.allowed == NONE, 0, found.priced_at)),
        }
        if self._derivation:
            result[DERIVATION.name] = pa.array([text or None for text in priced.derived], pa.string())
        return result

    def priced(self, batch: pa.RecordBatch, claim: npt.NDArray[np.intp]) -> Worked:
        """Edits and prices of a batch, whatever the plan decides of its lines."""
        count = batch.num_rows
        lines, placed = self._lines(batch, claim)
        uncounted = _uncounted(batch)
        kinds = _claim_types(batch)
        none = np.full(count, NONE)
        zero = np.zeros(count, dtype=np.int64)
        money = {name: none.copy() for name in ("allowed", "payer", "patient", "deductible", "withheld")}
        names = ("failed", "passed", "details", "note", "release", "priced_at")
        found = _Columns(**{name: zero.copy() for name in names}, **money)
        derived = np.full(count, "", dtype=object)
        left, details = _whole(batch, "deductible_left", 0), Details()
        for number, kind in enumerate(CLAIM_TYPES):
            which = np.flatnonzero(np.broadcast_to(kinds == number, count))
            if len(which):
                whole = len(which) == count
                of_kind = lines if whole else lines.at(which)
                self._edit(found, details, of_kind, which, kind)
                self._price(found, derived, of_kind, which, kind, claim, left, placed)
        found.note[lines.code == 0] = self._note(NO_CODE, 0)
        if uncounted.any():
            for amounts in (found.allowed, found.payer, found.patient, found.deductible, found.withheld):
                amounts[uncounted] = NONE
            found.note[uncounted] = self._note(NOT_WHOLE, 0)
            self._edit_without(found, details, lines, uncounted, kinds)
        coinsurance = _whole(batch, "primary_coinsurance", NONE)
        return Worked(lines, placed, kinds, found, derived, left, claim, coinsurance, details)

    def _edit_without(
        self, found: _Columns, details: Details, lines: Lines, uncounted: Bools, kinds: Ints | int
    ) -> None:
        """Edits again, counting no unit of lines whose units are not known: none fails for a unit that was assumed."""
        counted = replace(lines, units=np.where(uncounted, 0, lines.units))
        for number, kind in enumerate(CLAIM_TYPES):
            which = np.flatnonzero(np.broadcast_to(kinds == number, len(lines)))
            if len(which):
                self._edit(found, details, counted.at(which), which, kind)

    def paid(self, priced: Worked, decided: Decided) -> Ints:
        """What the plan pays for each line, in cents, NONE where that is not known."""
        paid = _paid(priced.found, *decided, priced.coinsurance)
        self._withhold(paid, priced.found, priced.lines, priced.kinds, priced.claim, priced.left, priced.placed)
        return paid

    def _edit(self, found: _Columns, details: Details, lines: Lines, which: Ints, kind: ClaimType) -> None:
        """Edits of the claims of one type."""
        context = Context(lines, self._schedules, kind, self._daily)
        found.failed[which], found.passed[which] = failed(context), passed(context)
        found.details[which] = detailed(context, details)

    def _price(
        self,
        found: _Columns,
        derived: npt.NDArray[np.object_],
        lines: Lines,
        which: Ints,
        kind: ClaimType,
        claim: npt.NDArray[np.intp],
        left: Ints,
        placed: Placed,
    ) -> None:
        """Prices of the claims of one type."""
        if kind == OTHER:
            found.note[which] = self._note(NO_TABLE, 0)
            return
        steps: Callable[[int], list[str]]
        copay = np.full(len(lines), NONE)
        priced: Priced | FacilityPriced
        if kind == PROFESSIONAL:
            priced = of_professional = price(lines, self._schedules)
            steps = lambda line: of_pfs(lines, of_professional, self._schedules, line)  # noqa: E731
        else:
            priced = of_centre = (price_opps if kind == OUTPATIENT else price_asc)(lines, self._schedules)
            copay = of_centre.copay
            steps = lambda line: of_facility(lines, of_centre, self._schedules, line)  # noqa: E731
        patients = preventive.coinsurance(lines), preventive.is_exempt(lines)
        parts = shares(priced.allowed, claim[which], lines.date, copay, left[which], *patients)
        found.allowed[which] = priced.allowed
        found.payer[which], found.patient[which] = parts.payer, parts.patient
        found.deductible[which], found.withheld[which] = parts.deductible, parts.withheld
        found.note[which], found.priced_at[which] = self._noted(priced.reasons), self._place_words("national")
        local = priced.local if isinstance(priced, FacilityPriced) else None
        self._tell_places(found, which, kind == PROFESSIONAL, local, placed)
        first: Ints | int = self._first[AS_FEES[kind]]
        if isinstance(priced, FacilityPriced) and priced.beside is not None:
            first = np.where(priced.beside, self._first["ascbb"], first)
        found.release[which] = np.where(priced.release < 0, 0, priced.release + first)
        if self._derivation:
            derived[which] = ["; ".join(steps(line)) for line in range(len(lines))]

    def _withhold(
        self,
        paid: Ints,
        found: _Columns,
        lines: Lines,
        kinds: Ints | int,
        claim: npt.NDArray[np.intp],
        left: Ints,
        placed: Placed,
    ) -> None:
        """No amount for lines of which it would be another if the claim had only the lines that are paid.

        Lines that are denied or not decided take part in ranks and use up the deductible: what they leave to others is
        known when they are decided. The same holds for a claim that does not say one deductible for all its lines.
        """
        payable = paid > 0
        if not payable.any():
            return
        others = np.flatnonzero(~payable & np.isin(claim, claim[payable]))
        if not len(others):
            return
        mixed = np.flatnonzero(payable & np.isin(claim, claim[others]))
        alone = _Columns(*(np.full(len(lines), NONE) for _ in fields(_Columns)))
        derived = np.full(len(lines), "", dtype=object)
        of_type = np.broadcast_to(kinds, len(lines))
        for number, kind in enumerate(CLAIM_TYPES[:3]):
            which = mixed[of_type[mixed] == number]
            if len(which):
                self._price(alone, derived, lines.at(which), which, kind, claim, left, placed)
        for name in ("allowed", "patient", "deductible", "withheld"):
            paid[mixed[getattr(alone, name)[mixed] != getattr(found, name)[mixed]]] = NONE

    def _tell_places(self, found: _Columns, which: Ints, is_fee: bool, local: Bools | None, at: Placed) -> None:
        """Of where each amount is, and what is told of that beside its note. `local`: it moves with the place."""
        number, note = at.number[which], found.note[which]
        if not number.any():
            return
        of_place = at.met.professional if is_fee else at.met.facility
        notes = len(self._words)
        moves = np.ones(len(which), dtype=bool) if local is None else local
        pairs, pair_of = distinct((number * notes + note) * 2 + moves, len(of_place) * notes * 2)
        said = [self._beside(of_place[pair // 2 // notes], pair // 2 % notes, pair % 2) for pair in pairs.tolist()]
        at_words, note_of = np.array(said, dtype=np.int64).T
        found.priced_at[which], found.note[which] = at_words[pair_of], note_of[pair_of]

    def _beside(self, told: Told, note: int, moves: int) -> tuple[int, int]:
        """The words of a place, and a note of reasons with what is told of it.

        Where there is no such place, that says why nothing is priced; an amount that does not move is national.
        """
        told = told if moves or told.is_none else EVERYWHERE
        key = told, note
        if key not in self._placed_notes:
            reasons = self._masks[note]
            noted = self._note(told.note, reasons & ~int(Reason.NO_LOCALITY) if told.is_none else reasons)
            self._placed_notes[key] = self._place_words(told.priced_at), noted
        return self._placed_notes[key]

    def _place_words(self, place: str) -> int:
        """The index of a place that amounts are of."""
        with self._lock:
            number = self._place_number.setdefault(place, len(self._place_number))
            if number == len(self._places):
                self._places.append(place)
            return number

    def _noted(self, reasons: Ints) -> Ints:
        """The note of each mask of reasons; those that are met often are looked up, others one by one."""
        rare = np.flatnonzero(reasons >= len(self._note_of))
        if len(rare):
            note = self._noted(np.where(reasons >= len(self._note_of), 0, reasons))
            masks, inverse = np.unique(reasons[rare], return_inverse=True)
            note[rare] = np.array([self._note("", mask) for mask in masks.tolist()], dtype=np.int64)[inverse]
            return note
        note = self._note_of[reasons]
        if len(note) and note.min() == NONE:
            for mask in np.unique(reasons[note == NONE]).tolist():
                self._note_of[mask] = self._note("", mask)
            note = self._note_of[reasons]
        return note

    def _note(self, kind: str, reasons: int) -> int:
        with self._lock:
            number = self._notes.setdefault((kind, reasons), len(self._notes))
            if number == len(self._words):
                self._masks.append(reasons)
                self._words.append("; ".join([*([kind] if kind else []), *words(reasons)]))
            return number

    def _lines(self, batch: pa.RecordBatch, claim: npt.NDArray[np.intp]) -> tuple[Lines, Placed]:
        codes, code = self._codes(batch)
        places, place = _text(batch, "place_of_service")
        of_place = np.array([*(int(one) if PLACE.match(one) else NO_PLACE for one in places), NO_PLACE])
        of_claim = claim.astype(np.int64)
        day = batch.column("service_date").cast(pa.int32()).to_numpy(zero_copy_only=False).astype(np.int64)
        placed = self._placements.of(batch, day)
        lines = Lines(
            codes=codes,
            localities=placed.localities,
            code=code,
            date=day,
            days=_days(batch, day),
            units=_whole(batch, "units", 1),
            assumed=_is_null(batch, "units"),
            modifiers=_modifiers(batch),
            place=of_place[place],
            claim=of_claim,
            group=_group(batch, of_claim, day),
            locality=placed.locality,
            wage=placed.wage,
            charge=_whole(batch, "charge", NONE),
            qualifying=_flag(batch, "qualifying_participant"),
        )
        return lines, placed

    def _codes(self, batch: pa.RecordBatch) -> tuple[tuple[str, ...], Ints]:
        """Every code met so far, and each line's; "" where there is none."""
        texts, number = _text(batch, "code")
        with self._lock:
            if len(self._number) > MOST_CODES:
                self._number = {"": 0}
            before = len(self._number)
            of_text = [self._number.setdefault(text.strip().upper(), len(self._number)) for text in texts]
            if len(self._number) != before or before != len(self._met):
                self._met = tuple(self._number)
            met = self._met
        return met, np.array([*of_text, 0], dtype=np.int64)[number]


def _words(details: Details, number: Ints) -> pa.DictionaryArray:
    """The details of edits in words; null where there are none."""
    none = number == NOTHING
    return pa.DictionaryArray.from_arrays(pa.array(number.astype(np.int32), mask=none), pa.array(details.words))


def _paid(found: _Columns, covered: Bools, denied: Bools, complements: Bools, coinsurance: Ints) -> Ints:
    """What the plan pays: nothing where it denies, or an edit does; its part where it covers; else not decided.

    A plan that covers what a primary payer leaves pays the coinsurance, not the deductible: what that payer says it is,
    or else what Medicare's tables make it.
    """
    left = np.where(found.allowed == NONE, NONE, found.patient - found.deductible)
    left = np.where(coinsurance == NONE, left, coinsurance)
    part = np.where(complements, left, np.where(found.allowed == NONE, NONE, found.payer - found.withheld))
    part = np.where(found.failed != 0, 0, part)
    return np.where(covered, part, np.where(denied, 0, NONE))


def _whole(batch: pa.RecordBatch, name: str, missing: int) -> Ints:
    if name not in batch.schema.names:
        return np.full(batch.num_rows, missing, dtype=np.int64)
    found: Ints = pc.fill_null(batch.column(name), missing).to_numpy(zero_copy_only=False).astype(np.int64)
    return found


def _is_null(batch: pa.RecordBatch, name: str) -> Bools:
    """Whether a column tells nothing of each line."""
    if name not in batch.schema.names:
        return np.ones(batch.num_rows, dtype=bool)
    found: Bools = batch.column(name).is_null().to_numpy(zero_copy_only=False)
    return found


def _uncounted(batch: pa.RecordBatch) -> Bools:
    """Whether a line gives a quantity that is no whole number of units. One unit is taken for its rank alone."""
    given = ~_is_null(batch, "quantity")
    return given & _is_null(batch, "units") if given.any() else given


def _flag(batch: pa.RecordBatch, name: str) -> Ints:
    """A flag of each line as 1 or 0, NONE where it is not told."""
    if name not in batch.schema.names:
        return np.full(batch.num_rows, NONE, dtype=np.int64)
    found: Ints = pc.fill_null(batch.column(name).cast(pa.int64()), NONE).to_numpy(zero_copy_only=False)
    return found


def _days(batch: pa.RecordBatch, first: Ints) -> Ints:
    """How many days each line spans: to its last day of service, if it has one that is not before the first."""
    if "service_date_end" not in batch.schema.names:
        return np.ones(batch.num_rows, dtype=np.int64)
    column = batch.column("service_date_end").cast(pa.int32())
    last: Ints = pc.fill_null(column, NONE).to_numpy(zero_copy_only=False).astype(np.int64)
    days: Ints = np.maximum(last - first, 0) + 1
    return days


def _claim_types(batch: pa.RecordBatch) -> Ints | int:
    """An index of CLAIM_TYPES for each line, or one for all; a line without a type is professional."""
    texts, number = _text(batch, "claim_type")
    if not texts:
        return CLAIM_TYPES.index(PROFESSIONAL)
    kinds = [CLAIM_TYPES.index(one if one in CLAIM_TYPES else PROFESSIONAL) for one in texts]
    return np.array([*kinds, CLAIM_TYPES.index(PROFESSIONAL)])[number]


def _modifiers(batch: pa.RecordBatch) -> Ints:
    """Each line's masks of the modifiers that bear on payment or on an edit."""
    mask = np.zeros((batch.num_rows, WORDS), dtype=np.int64)
    if "modifiers" not in batch.schema.names:
        return mask
    column = batch.column("modifiers")
    starts = column.offsets.to_numpy()
    length, starts = np.diff(starts), starts[:-1]
    values = column.values
    encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    of_value = [mask_of([(one or "").strip().upper()]) for one in encoded.dictionary.to_pylist()]
    bits = np.array([*of_value, (0,) * WORDS], dtype=np.int64)[indices(encoded)]
    for step in range(int(length.max()) if len(length) else 0):
        which = np.flatnonzero(length > step)
        mask[which] |= bits[starts[which] + step]
    return mask


def _group(batch: pa.RecordBatch, claim: Ints, day: Ints) -> Ints:
    """A number for the lines of a claim that one practitioner rendered on one day."""
    group = claim
    if len(group) < 2:
        return group
    inside = group[1:] == group[:-1]
    differs = bool((inside & (day[1:] != day[:-1])).any())
    who = np.zeros_like(group)
    if "practitioner" in batch.schema.names:
        column = batch.column("practitioner")
        who = indices(column if pa.types.is_dictionary(column.type) else column.dictionary_encode()).astype(np.int64)
        differs = differs or bool((inside & (who[1:] != who[:-1])).any())
    return numbered(group, day, who) if differs else group
