"""Coverage by column: the tables of a view are walked for many lines at a time, and each distinct outcome told once.

Where lines stand the same in every table that bears on them, they are concluded the same: one of them is put to the
single-case reading, and what that says holds for all.
"""

from __future__ import annotations

import bisect
import itertools
import threading
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from clausal.coding.remarks import conflicts
from clausal.columns.asking import Asking
from clausal.columns.calculated import Calculated, calculated, is_arithmetic
from clausal.columns.conclusion import Conclusion, Conclusions
from clausal.columns.deriving import Derived, Derives, Rests
from clausal.columns.encode import Ids
from clausal.columns.gathering import Around, Gatherer
from clausal.columns.given import Given
from clausal.columns.ground import PLAN, Ground
from clausal.columns.numbering import Classes, Joint, Told, distinct
from clausal.columns.settle import settle
from clausal.columns.standing import (
    ALL_BEAR,
    FAILING_BEARS,
    NOTHING_BEARS,
    PRECEDING_BEARS,
    Asked,
    Clashes,
    Combined,
    Conditions,
    Inference,
    Known,
)
from clausal.columns.states import At, States
from clausal.coverage.authorities import Read, walk
from clausal.coverage.benefits import BY_NAME, benefits
from clausal.coverage.warnings import Warned
from clausal.determination.decide import conclude
from clausal.determination.model import ReadingSaid
from clausal.documents.library import CODE, View, code_of
from clausal.facts.gathered import HISTORY_FROM
from clausal.facts.knowledge import Knowledge, Possible, values_of
from clausal.facts.numbered import Numbered
from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import DIAGNOSIS
from clausal.rules.codes import Signatures
from clausal.rules.columns import Column, NamedColumn, OrderedColumn
from clausal.rules.compile import CompiledTable
from clausal.rules.computation import Computation
from clausal.rules.derive import Derivation
from clausal.rules.evaluate import Outcome
from clausal.rules.lists import ListColumn
from clausal.rules.model import SERVICE_DATE
from clausal.rules.moves import Moves, Numbers, Spread
from clausal.rules.walker import Walker

REQUIRED = ("authorization", "documents")
ASKED = ("authority", "benefit", "administrative", "conflict", *REQUIRED)
"""Kinds of table that bear on the outcome of a line, besides those that derive facts."""
MOST_KEPT = 1_000
"""For how many sets of plans and codes it is kept which facts and tables bear on them."""


class Concluder:
    """The tables of one view of the library, ready to be walked by column. Threads may share it."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.lock = threading.RLock()
        self.conclusions = Conclusions()
        self.warned: dict[str, Warned] = {}
        """The warnings met so far, by name."""
        self.read: dict[str, ReadingSaid] = {}
        """The readings of ours met so far, by what rests on them."""
        staged = view.staged
        derivations = [*staged.whole, *staged.of_line, *staged.last]
        tables = [one for one in derivations if isinstance(one, CompiledTable)]
        documents = {kind: view.answering(kind) for kind in ASKED}
        asked = [d.compiled for kind in ASKED for d in documents[kind]]
        self._columns = _columns([*tables, *asked, *(one.counts for one in staged.gathered)])
        computed = [one for one in derivations if isinstance(one, Computation)]
        arithmetic = [one for one in computed if is_arithmetic(view, one)]
        self._combining = [fact.name for fact in view.facts.values() if fact.combines and fact.name in self._columns]
        parts = [part for name in self._combining for part in view.facts[name].combines]
        first = [name for fact in view.facts.values() for name in (*fact.ask_first, *fact.ask_after)]
        given = [name for one in arithmetic for name in (one.fact, *one.tests)]
        for gathering in staged.gathered:
            summed = (gathering.gathered.of,) if gathering.gathered.of else ()
            given += [*(name for name in (SERVICE_DATE, HISTORY_FROM) if name in view.facts), *summed]
        self.given = list(dict.fromkeys(given))
        """Facts whose values are needed as they stand in a claim file."""
        self._given_last = [name for one in arithmetic if one in staged.last for name in (one.fact, *one.tests)]
        """Those that are needed once all is gathered."""
        behind = [name for one in computed for name in (one.fact, *one.tests)]
        behind += [name for one in staged.gathered for name in (one.fact, *one.tests)]
        derived = [one.fact for one in derivations if one not in arithmetic]
        self._exact = {*derived, *(name for one in computed if one not in arithmetic for name in one.tests)}
        self._exact |= {name for one in staged.gathered for name in one.agrees_in}
        """Facts of which each value is told apart."""
        used = dict.fromkeys((*self._columns, *derived, *behind, *parts, *first, PLAN, *BY_NAME, SERVICE_DATE))
        self.numbered = {fact: Numbered(fact, self._key(fact)) for fact in used if fact in view.facts}
        self.ground = ground = Ground(view, self.numbered, self.lock)
        of_line = {name for name, fact in view.facts.items() if fact.varies_by_line}
        of_line |= {one.fact for one in view.staged.of_line}

        def walker(table: CompiledTable) -> Walker:
            return Walker(table, self.numbered, self.lock, ("finding",), of_line)

        self._combined = [Combined(ground, name) for name in self._combining]
        self._first = [self._deriving(one, walker) for one in (*staged.whole, *staged.of_line)]
        self._gatherers = [
            Gatherer(
                ground,
                one,
                walker(one.counts),
                self._columns.get(one.fact, ()),
                is_exact=one.fact in self._exact or view.facts[one.fact].type == "flag",
            )
            for one in staged.gathered
        ]
        self._last = [self._deriving(one, walker) for one in staged.last]
        self.inferences: list[Derives] = [*self._first, *self._gatherers, *self._last]
        self._authorities = [Asked(ground, document, walker(document.compiled)) for document in documents["authority"]]
        self._place_of = {one.compiled.table.id: place for place, one in enumerate(self._authorities)}
        self._benefits = [Asked(ground, document, walker(document.compiled)) for document in documents["benefit"]]
        self._conditions = [Conditions(ground, one, walker(one.compiled)) for one in documents["administrative"]]
        self._conflicts = [walker(document.compiled) for document in documents["conflict"]]
        self._required = [walker(document.compiled) for kind in REQUIRED for document in documents[kind]]
        self._dates: dict[Hashable, int] = {}
        self._turns: dict[int, list[Any]] = {}
        self._dated = Moves(self._date_class, self.lock)
        cited: dict[str, None] = {}
        for one in derivations:
            if self._cites_normative(one) if isinstance(one, CompiledTable) else cited.keys() & set(one.tests):
                cited[one.fact] = None
        self._cited = {name: Classes(self.numbered[name], self._citing(name), self.lock) for name in cited}
        named = {CODE: self._speaking} if CODE in self.numbered else {}
        self._named = {name: Classes(self.numbered[name], key, self.lock) for name, key in named.items()}
        """Which documents may speak of a line's code, and whether some pack names it: of others nothing is cited."""
        self.clashing = Clashes(self.lock)
        self._rests = Rests(self.inferences, self.clashing, self.lock)
        conditions = _columns(document.compiled for document in documents["administrative"])
        policies = _columns(document.compiled for kind in ("authority", "benefit") for document in documents[kind])
        self._administrative = set(conditions) - set(policies) - set(BY_NAME)
        self._bearing = Told(self.lock)
        self._bearing_facts: dict[tuple[tuple[int, ...], tuple[int, ...]], frozenset[str]] = {}
        self._tables_for: dict[tuple[int, ...], frozenset[str]] = {}
        self._remarks: dict[Hashable, int] = {}
        self._remarked = Told(self.lock)
        self._concluded = Told(self.lock)
        self._policy, self._conflict, self._whole = Joint(self.lock), Joint(self.lock), Joint(self.lock)
        self._asking = Asking(ground, self.inferences, self.conclusions)

    def _deriving(self, one: Derivation, walker: Callable[[CompiledTable], Walker]) -> Inference | Calculated:
        if isinstance(one, CompiledTable):
            return Inference(self.ground, one, walker(one))
        return calculated(self.ground, one, self._columns.get(one.fact, ()))

    def kind(self, fact: str, code: str) -> Hashable:
        """What tells the codes of a list apart, as far as any table does."""
        names = [fact, *(name for name in self._combining if fact in self.view.facts[name].combines)]
        columns = (column for name in names for column in self._columns.get(name, ()))
        return tuple(column.kind(code) for column in columns if isinstance(column, ListColumn))

    def gathers(self, known: Known) -> bool:
        """Whether something is gathered over lines that bears on some of these lines."""
        bearing = self._bearing_on(distinct(known.get(PLAN, 0)), distinct(known.get(CODE, 0)))
        return any(one.fact in bearing for one in self._gatherers)

    def _bearing_on(self, plans: Sequence[int], codes: Sequence[int]) -> frozenset[str]:
        """The facts that bear on lines of some plans and codes, as far as a document may speak of them."""
        key = tuple(plans), tuple(codes)
        found = self._bearing_facts.get(key)
        if found is None:
            pairs = itertools.product(map(self.ground.plan_of, plans), map(self._code_of, codes))
            found = frozenset[str]().union(*(self.view.bearing(plan, code) for plan, code in pairs))
            if len(self._bearing_facts) < MOST_KEPT:
                self._bearing_facts[key] = found
        return found

    def _code_of(self, number: int) -> str | None:
        known = self.numbered[CODE].knowledge[number] if CODE in self.numbered else None
        return code_of({CODE: known}) if known else None

    def _spoken_of(self, codes: Sequence[int]) -> frozenset[str]:
        """The tables that may speak of some codes."""
        key = tuple(codes)
        found = self._tables_for.get(key)
        if found is None:
            values = [self._code_of(one) for one in codes]
            documents = (self.view.answering(kind, code=value) for kind in ASKED for value in values)
            found = frozenset(one.compiled.table.id for several in documents for one in several)
            if len(self._tables_for) < MOST_KEPT:
                self._tables_for[key] = found
        return found

    def conclude(
        self,
        numbers: Known,
        count: int,
        spread: Spread | None = None,
        given: Given = MappingProxyType({}),
        around: Around | None = None,
    ) -> Ids:
        """For each of `count` lines the index of its conclusion, given numbers of what is known of each fact.

        Facts left out are unknown. A column may be of groups of lines (claims), `spread` telling each line its group.
        `given` are the values, by line, of the facts that others are computed from; `around` tells whose the lines are,
        where facts are gathered over them, and which of them are to be concluded (the others have 0).
        """
        if not count:
            return np.zeros(0, dtype=np.int32)
        known = dict(numbers)
        for combining in self._combined:
            known[combining.fact] = combining.of(known, spread)
        plans = distinct(known.get(PLAN, 0))
        bearing = self._bearing_on(plans, distinct(known.get(CODE, 0)))
        derived = Derived(self._rests, known, count, spread, bearing)
        derived.infer(self._first, given)
        if around is not None:

            def last(of_lines: Derived, lines: npt.NDArray[np.intp]) -> Ids:
                return self._last_of(of_lines, lines, given, plans)

            return settle(derived, self._gatherers, given, around, last, lambda one: self.conclusions.met[one].status)
        # Nothing is gathered: what is stated of such facts stands.
        derived.ends.extend(0 for _ in self._gatherers)
        derived.infer(self._last, given)
        return self._concluded_of(derived, plans)

    def _last_of(self, of_lines: Derived, lines: npt.NDArray[np.intp], given: Given, plans: Sequence[int]) -> Ids:
        """Conclude lines of which all is gathered."""
        of_lines.infer(self._last, {name: given[name].of(lines) for name in self._given_last if name in given})
        return self._concluded_of(of_lines, plans)

    def _concluded_of(self, derived: Derived, plans: Sequence[int]) -> Ids:
        """The index of each line's conclusion, of lines of which all is derived."""
        known, clashes, count, spread = derived.known, derived.clashes, derived.count, derived.spread
        plan = known.get(PLAN, 0)
        speaking = self._spoken_of(distinct(known.get(CODE, 0)))
        authorities = [asked.walk(known, plans, spread, speaking) for asked in self._authorities]
        state = States(self.ground, known, self.clashing, clashes, partial(self._outcomes, authorities), count, spread)
        parts = [plan, *(known.get(fact, 0) for fact in BY_NAME), clashes]
        parts.append(self._dated(plan, known.get(SERVICE_DATE, 0), spread))
        # A document that cannot speak of any line's code says the same of all.
        parts.extend(
            asked.of(plan, end, spread) if asked.compiled.table.id in speaking else 0
            for asked, end in zip(self._authorities, authorities, strict=True)
        )
        parts.extend(asked.of(plan, asked.walk(known, plans, spread, speaking), spread) for asked in self._benefits)
        parts.extend(classes(known.get(fact, 0)) for fact, classes in (*self._cited.items(), *self._named.items()))
        policy = self._policy.of(parts, spread)
        bearing = self._bearing.of(policy, state.reading(policy, self._what_bears))

        def walk_all(walkers: Iterable[Walker]) -> list[Numbers]:
            """Where lines stand in tables; 0 in those that cannot speak of any line's code."""
            return [
                one.walk(lambda fact: known.get(fact, 0), spread) if one.compiled.table.id in speaking else 0
                for one in walkers
            ]

        conflict = self._conflict.of(walk_all(self._conflicts), spread)
        remarked = self._remarked.of(conflict, state.reading(conflict, self._what_is_remarked))
        parts = [
            policy,
            remarked,
            *walk_all(self._required),
            *(one.of(bearing, plan, plans, known, spread) for one in self._conditions),
        ]
        joint = self._whole.of(parts, spread)
        concluded = self._concluded.of(joint, state.reading(joint, self._conclude))
        return self._asking.of(concluded, known, derived.ends, state)

    def _what_bears(self, state: dict[str, Knowledge], _: tuple[str, ...], read: Read) -> int:
        """Which administrative conditions bear on a line: it depends on what the policy makes of it."""
        plan = self.ground.plan(state)
        if plan is None or not any(one.is_asked(plan) for one in self._conditions):
            return NOTHING_BEARS
        bare = {fact: known for fact, known in state.items() if fact not in self._administrative}
        asked = walk(self.view, plan, state, read)
        found = [one for reading in asked.readings for one in benefits(self.view, plan, reading, bare)]
        statuses = {one.status for one in found}
        if any(
            one.status in ("covered", "conditional") or (one.status == "not-covered" and not one.reason)
            for one in found
        ):
            return ALL_BEAR
        return FAILING_BEARS if "not-covered" in statuses else PRECEDING_BEARS

    def _what_is_remarked(self, state: dict[str, Knowledge], _: tuple[str, ...], __: Read) -> int:
        """What conflicts between sources make of a line's code: reasons for denial, and what these hang on."""
        remarks = conflicts(self.view, state)
        key = tuple((remark.denial.name if remark.denial else "", remark.needs) for remark in remarks)
        return self._remarks.setdefault(tuple(one for one in key if one != ("", ())), len(self._remarks))

    def _conclude(self, state: dict[str, Knowledge], clashes: tuple[str, ...], read: Read) -> int:
        """Put one line to the single-case reading; what it says, but for the words in which needs are asked."""
        said = conclude(self.view, self.ground.plan(state), state, clashes, read=read)
        first = said.denials[0] if said.denials else None
        conclusion = Conclusion(
            status=said.coverage.status,
            finding=said.coverage.finding,
            rule=said.rule,
            clauses=" ".join(said.coverage.clauses),
            denial=first.reason if first else None,
            denial_kind=first.kind if first else None,
            group_code=first.group if first else None,
            carc=first.carc if first else None,
            rarc=" ".join(first.rarc) if first else "",
            needs="",
            needs_are="",
            warnings=" ".join(one.name for one in said.warnings),
            readings=" ".join(one.rests.replace(" or ", " ") for one in said.readings),
            authorization=said.authorization.requirement,
            decided_by=said.authorization.told("decided_by"),
            documents=" ".join(str(one.rule.then["document"]) for one in said.documents if not one.needs),
            approved=str(said.coverage.approval) if said.coverage.approval else None,
        )
        self.warned.update((one.name, one) for one in said.warnings)
        self.read.update((one.rests, one) for one in said.readings)
        return self._asking.number(conclusion, said.coverage.first, said.missing)

    def _outcomes(self, ends: Sequence[Numbers], at: At) -> Callable[[str], Outcome]:
        """What a table of authorities says of one line, given where the lines of a batch stand in each."""

        def outcome(table: str) -> Outcome:
            place = self._place_of[table]
            return self._authorities[place].walker.outcome(at(ends[place]))

        return outcome

    def _key(self, fact: str) -> Callable[[Knowledge], Hashable]:
        """What tells apart things known of a fact, as far as they can bear on a conclusion."""
        columns = self._columns.get(fact, [])
        if self.view.facts[fact].type in ("choice", "flag") or fact in self._exact:
            return lambda known: (values_of(known), self._normative(known))
        if any(fact in self.view.facts[name].combines for name in self._combining):
            return lambda known: (getattr(known, "codes", ()), getattr(known, "complete", False))
        if self.view.facts[fact].type == "code" and self.view.facts[fact].system != DIAGNOSIS:
            return partial(self._code_key, fact, Signatures([one for column in columns for one in _sets(column)]))
        return partial(_masks, columns)

    def _code_key(self, fact: str, sets: Signatures, known: Knowledge) -> Hashable:
        """What tells codes apart: in which of the sets that tables name they are, which is looked up in all at once."""
        code = known.only() if isinstance(known, Possible) else None
        key = sets.of(code) if isinstance(code, str) else _masks(self._columns.get(fact, []), known)
        return (key, self._is_named(known)) if fact == CODE else key

    def _speaking(self, known: Knowledge | None) -> Hashable:
        """Which documents may speak of a line's code, and whether some pack names it."""
        code = code_of({CODE: known}) if known else None
        documents = (document for kind in ASKED for document in self.view.answering(kind, code=code))
        return self._is_named(known), tuple(document.compiled.table.id for document in documents)

    def _is_named(self, known: Knowledge | None) -> bool:
        code = known.only() if isinstance(known, Possible) else None
        return code is None or code in self.view.library.vocabulary.codes

    def _cites_normative(self, table: CompiledTable) -> bool:
        clauses = (self.view.library.clause(ref) for rule in table.rules for ref in rule.cites)
        return any(clause is not None and clause.kind == "normative" for clause in clauses)

    def _normative(self, known: Knowledge | None) -> Hashable:
        """The normative clauses by which something was derived: a conclusion that rests on it cites them."""
        refs = known.origin.clauses if known else ()
        clauses = ((ref, self.view.library.clause(ref)) for ref in refs)
        return tuple(ref for ref, clause in clauses if clause and clause.kind == "normative")

    def _citing(self, fact: str) -> Callable[[Knowledge | None], Hashable]:
        """What tells apart what is cited by a derived fact; of a criterion also whether it is met, as not all count."""
        if fact not in self.view.criteria:
            return self._normative
        return lambda known: (known and values_of(known), self._normative(known))

    def _date_class(self, plan: int, day: int) -> int:
        """Which rules of the documents that a plan asks are in force, and which of these documents are replaced.

        A document that is silent is cited by the rules in force.
        """
        known = self.numbered[SERVICE_DATE].knowledge[day]
        turns = self._turns.get(plan)
        if turns is None:
            turns = self._turns[plan] = self._turning(plan)
        on = known.only() if isinstance(known, Possible) else None
        key: Hashable = None if on is None else (bisect.bisect_left(turns, on), bisect.bisect_right(turns, on))
        return self._dates.setdefault((plan, key), len(self._dates))

    def _turning(self, plan: int) -> list[Any]:
        """The days at which something turns for a plan: rules of documents it asks, documents that are replaced."""
        asked = [one for one in self._authorities if one.is_asked(plan)]
        asking = self.ground.plan_of(plan)
        columns = (one.compiled.column.get(SERVICE_DATE) for one in asked)
        days = {point for column in columns if isinstance(column, OrderedColumn) for point in column.points}
        packs = dict.fromkeys([*(one.pack for one in asked), *((asking.pack,) if asking else ())])
        successors = (self.view.packs[name].replaced_by for name in packs if name in self.view.packs)
        return sorted({*days, *(one.effective for one in successors if one)})


def _sets(column: Column) -> Sequence[ValueSet]:
    """The sets of values that a column tells apart."""
    return column.sets if isinstance(column, NamedColumn) else ()


def _masks(columns: Iterable[Column], known: Knowledge) -> Hashable:
    """What the columns of a fact tell apart in what is known of it."""
    return tuple((column.masks(known), column.options(known)) for column in columns)


def _columns(tables: Iterable[CompiledTable]) -> dict[str, list[Column]]:
    """Each fact's columns in all tables."""
    found: dict[str, list[Column]] = {}
    for table in tables:
        for column in table.columns:
            found.setdefault(column.fact, []).append(column)
    return found
