"""Coverage by column: the tables of a view are walked for many lines at a time, and each distinct outcome told once.

Where lines stand the same in every table that bears on them, they are concluded the same: one of them is put to the
single-case reading, and what that says holds for all.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from clausal.claims.encode import Ids
from clausal.coding.remarks import conflicts
from clausal.coverage.authorities import Read, walk
from clausal.coverage.benefits import PRIMARY, benefits
from clausal.coverage.line import askable
from clausal.determination.decide import conclude
from clausal.documents.library import Document, View
from clausal.documents.pack import Plan
from clausal.facts.case import combined
from clausal.facts.knowledge import Knowledge, Possible
from clausal.facts.numbered import Numbered
from clausal.rules.columns import Column, ListColumn
from clausal.rules.compile import SERVICE_DATE, CompiledTable
from clausal.rules.evaluate import Outcome, collect
from clausal.rules.infer import derive
from clausal.rules.moves import Grown, Moves, Numbers, Spread
from clausal.rules.walker import Walker

ASKED = ("authority", "benefit", "administrative", "conflict")
"""Kinds of table that bear on the outcome of a line, besides those that derive facts."""
PLAN = "plan"
Known = Mapping[str, Numbers]


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What is concluded of a line. `clauses`, `rarc` and `needs` are joined by blanks, and empty where there are none.

    `group_code`, `carc` and `rarc` are X12's codes for the first reason of denial: who bears the amount, why, remarks.
    """

    status: str
    finding: str | None
    rule: str | None
    clauses: str
    denial: str | None
    denial_kind: str | None
    group_code: str | None
    carc: str | None
    rarc: str
    needs: str


class Concluder:
    """The tables of one view of the library, ready to be walked by column. Threads may share it."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.lock = threading.RLock()
        self.conclusions: list[Conclusion] = []
        """The distinct conclusions met so far; a line's conclusion is an index of it."""
        self._index: dict[Conclusion, int] = {}
        inferences = [table for stage in view.staged for table in stage]
        documents = {kind: view.answering(kind) for kind in ASKED}
        self._columns = _columns([*inferences, *(d.compiled for kind in ASKED for d in documents[kind])])
        self._combining = [fact.name for fact in view.facts.values() if fact.combines and fact.name in self._columns]
        parts = [part for name in self._combining for part in view.facts[name].combines]
        first = [name for fact in view.facts.values() for name in fact.ask_first]
        derived = [table.table.answers[1] for table in inferences]
        used = dict.fromkeys((*self._columns, *derived, *parts, *first, PLAN, PRIMARY, SERVICE_DATE))
        self.numbered = {fact: Numbered(fact, self._key(fact)) for fact in used if fact in view.facts}
        of_line = {name for name, fact in view.facts.items() if fact.of_line}
        of_line |= {table.table.answers[1] for table in view.staged[1]}

        def walker(table: CompiledTable) -> Walker:
            return Walker(table, self.numbered, self.lock, ("finding",), of_line)

        self._combined = [_Combined(self, name) for name in self._combining]
        self.inferences = [_Inference(self, table, walker(table)) for table in inferences]
        self._authorities = [_Asked(self, document, walker(document.compiled)) for document in documents["authority"]]
        self._benefits = [_Asked(self, document, walker(document.compiled)) for document in documents["benefit"]]
        self._conditions = [_Conditions(self, one, walker(one.compiled)) for one in documents["administrative"]]
        self._conflicts = [walker(document.compiled) for document in documents["conflict"]]
        self._dates: dict[Hashable, int] = {}
        self._dated = Moves(self._date_class, self.lock)
        cited = dict.fromkeys(table.table.answers[1] for table in inferences if self._cites_normative(table))
        self._cited = {name: _Classes(self.numbered[name], self._normative) for name in cited}
        self.clashing = _Clashes(self.lock)
        conditions = _columns(document.compiled for document in documents["administrative"])
        policies = _columns(document.compiled for kind in ("authority", "benefit") for document in documents[kind])
        self._administrative = set(conditions) - set(policies) - {PRIMARY}
        self._bearing = _Told(self.lock)
        self._remarks: dict[Hashable, int] = {}
        self._remarked = _Told(self.lock)
        self._concluded = _Told(self.lock)
        self._policy, self._conflict, self._whole = _Joint(self.lock), _Joint(self.lock), _Joint(self.lock)
        self._asking = _Asking(self)

    def facts(self) -> list[str]:
        """The facts of a claim file that bear on the outcome."""
        return [name for name in self.numbered if self.view.facts[name].case]

    def kind(self, fact: str, code: str) -> Hashable:
        """What tells the codes of a list apart, as far as any table does."""
        names = [fact, *(name for name in self._combining if fact in self.view.facts[name].combines)]
        columns = (column for name in names for column in self._columns.get(name, ()))
        return tuple(column.kind(code) for column in columns if isinstance(column, ListColumn))

    def conclude(self, numbers: Known, count: int, spread: Spread | None = None) -> Ids:
        """For each of `count` lines the index of its conclusion, given numbers of what is known of each fact.

        Facts left out are unknown. A column may be of groups of lines (claims), `spread` telling each line its group.
        """
        known = dict(numbers)
        for combining in self._combined:
            known[combining.fact] = combining.of(known, spread)
        ends: list[Numbers] = []
        clashes: Numbers = 0
        for inference in self.inferences:
            end = inference.walk(known, spread)
            ends.append(end)
            known[inference.fact], clash = inference.derive(end, known.get(inference.fact, 0), spread)
            if not isinstance(clash, int) or clash:
                clashes = self.clashing.noted(clashes, inference.fact, clash, spread)
        plan = known.get(PLAN, 0)
        authorities = [asked.walk(known, spread) for asked in self._authorities]
        state = _States(self, known, clashes, authorities, count, spread)
        parts = [plan, known.get(PRIMARY, 0), clashes, self._dated(plan, known.get(SERVICE_DATE, 0), spread)]
        parts.extend(asked.of(plan, end, spread) for asked, end in zip(self._authorities, authorities, strict=True))
        parts.extend(asked.of(plan, asked.walk(known, spread), spread) for asked in self._benefits)
        parts.extend(classes(known.get(fact, 0)) for fact, classes in self._cited.items())
        policy = self._policy.of(parts, spread)
        bearing = self._bearing.of(policy, state.reading(policy, self._what_bears))
        conflict = self._conflict.of([w.walk(lambda fact: known.get(fact, 0), spread) for w in self._conflicts], spread)
        remarked = self._remarked.of(conflict, state.reading(conflict, self._what_is_remarked))
        parts = [policy, remarked, *(one.of(bearing, plan, known, spread) for one in self._conditions)]
        joint = self._whole.of(parts, spread)
        concluded = self._concluded.of(joint, state.reading(joint, self._conclude))
        return self._asking.of(concluded, known, ends, state)

    def _what_bears(self, state: dict[str, Knowledge], _: tuple[str, ...], read: Read) -> int:
        """Which administrative conditions bear on a line: it depends on what the policy makes of it."""
        plan = self._plan(state)
        if plan is None or not any(one.is_asked(plan) for one in self._conditions):
            return NOTHING_BEARS
        bare = {fact: known for fact, known in state.items() if fact not in self._administrative}
        asked = walk(self.view, plan, state, read)
        statuses = {one.status for reading in asked.readings for one in benefits(self.view, plan, reading, bare)}
        if statuses & {"covered", "conditional"}:
            return ALL_BEAR
        return FAILING_BEARS if "not-covered" in statuses else PRECEDING_BEARS

    def _what_is_remarked(self, state: dict[str, Knowledge], _: tuple[str, ...], __: Read) -> int:
        """What conflicts between sources make of a line's code: reasons for denial, and what these hang on."""
        remarks = conflicts(self.view, state)
        key = tuple((remark.denial.name if remark.denial else "", remark.needs) for remark in remarks)
        return self._remarks.setdefault(tuple(one for one in key if one != ("", ())), len(self._remarks))

    def _conclude(self, state: dict[str, Knowledge], clashes: tuple[str, ...], read: Read) -> int:
        """Put one line to the single-case reading; what it says, but for the words in which needs are asked."""
        said = conclude(self.view, self._plan(state), state, clashes, read=read)
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
        )
        return self._asking.number(conclusion, said.coverage.first, said.missing)

    def number(self, conclusion: Conclusion) -> int:
        """The index of a conclusion."""
        found = self._index.get(conclusion)
        if found is None:
            self.conclusions.append(conclusion)
            found = self._index[conclusion] = len(self.conclusions) - 1
        return found

    def outcomes(self, ends: Sequence[int]) -> dict[str, Callable[[], Outcome]]:
        """What each table of authorities says, given where a line stands in each."""
        return {
            asked.compiled.table.id: partial(asked.walker.outcome, end)
            for asked, end in zip(self._authorities, ends, strict=True)
        }

    def _plan(self, state: Mapping[str, Knowledge]) -> Plan | None:
        named = state.get(PLAN)
        return self.view.library.plans.get(str(named.only())) if isinstance(named, Possible) else None

    def plan_of(self, number: int) -> Plan | None:
        """The plan that a number of the plan's column stands for."""
        known = self.numbered[PLAN].knowledge[number]
        return self._plan({PLAN: known}) if known else None

    def _key(self, fact: str) -> Callable[[Knowledge], Hashable]:
        """What tells apart things known of a fact, as far as they can bear on a conclusion."""
        columns = self._columns.get(fact, [])
        if self.view.facts[fact].type in ("choice", "flag"):
            return lambda known: (getattr(known, "values", ()), self._normative(known))
        if any(fact in self.view.facts[name].combines for name in self._combining):
            return lambda known: getattr(known, "codes", ())
        return lambda known: tuple((column.masks(known), tuple(column.options(known))) for column in columns)

    def _cites_normative(self, table: CompiledTable) -> bool:
        clauses = (self.view.library.clause(ref) for rule in table.rules for ref in rule.cites)
        return any(clause is not None and clause.kind == "normative" for clause in clauses)

    def _normative(self, known: Knowledge | None) -> Hashable:
        """The normative clauses by which something was derived: a conclusion that rests on it cites them."""
        refs = known.origin.clauses if known else ()
        clauses = ((ref, self.view.library.clause(ref)) for ref in refs)
        return tuple(ref for ref, clause in clauses if clause and clause.kind == "normative")

    def _date_class(self, plan: int, day: int) -> int:
        """Which rules of the documents that a plan asks are in force: one that is silent is cited by those that are."""
        known = self.numbered[SERVICE_DATE].knowledge[day]
        asked = (one for one in self._authorities if one.is_asked(plan))
        dated = (one.compiled.column.get(SERVICE_DATE) for one in asked)
        key = tuple(column.masks(known) for column in dated if column)
        return self._dates.setdefault(key, len(self._dates))


NOTHING_BEARS, PRECEDING_BEARS, FAILING_BEARS, ALL_BEAR = range(4)
"""Administrative conditions that bear on a line: none; failing ones that precede policy; all that fail; open ones."""

Tell = Callable[[dict[str, Knowledge], tuple[str, ...], Read], int]


class _States:
    """What is known of single lines of a batch."""

    def __init__(
        self,
        concluder: Concluder,
        known: Known,
        clashes: Numbers,
        authorities: Sequence[Numbers],
        count: int,
        spread: Spread | None,
    ) -> None:
        self.count = count
        self.spread = spread
        self._concluder = concluder
        self._known = known
        self._clashes = clashes
        self._authorities = authorities

    def reading(self, keys: Numbers, tell: Tell) -> Callable[[int], int]:
        """`tell` for a position in a column of lines, or of groups of lines."""
        of_lines = isinstance(keys, int) or len(keys) == self.count

        def at(position: int) -> int:
            line = position
            if not of_lines:
                assert self.spread is not None
                line = int(np.flatnonzero(self.spread == position)[0])
            return tell(*self.of(line), self._read(line))

        return at

    def _read(self, line: int) -> Read:
        """How the line's tables of authorities are read: the outcome is known where it stands."""
        outcomes = self._concluder.outcomes([self._at(end, line) for end in self._authorities])
        return lambda compiled, _: outcomes[compiled.table.id]()

    def of(self, line: int) -> tuple[dict[str, Knowledge], tuple[str, ...]]:
        """One line's state, and the facts on which it contradicts itself."""
        numbers = {fact: self._at(column, line) for fact, column in self._known.items()}
        numbered = self._concluder.numbered
        state = {fact: known for fact, number in numbers.items() if (known := numbered[fact].knowledge[number])}
        return state, self._concluder.clashing.facts[self._at(self._clashes, line)]

    def _at(self, numbers: Numbers, line: int) -> int:
        if isinstance(numbers, int):
            return numbers
        if len(numbers) == self.count:
            return int(numbers[line])
        assert self.spread is not None
        return int(numbers[self.spread[line]])


UNMET = -1


class _Told:
    """What is told of each number of a column, found out when a line first has it."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._table = np.full(1024, UNMET, dtype=np.int32)

    def of(self, keys: Numbers, tell: Callable[[int], int]) -> Numbers:
        """`tell` is given the position of a line that has the number."""
        if isinstance(keys, int):
            return int(np.asarray(self.of(np.array([keys], dtype=np.int32), tell))[0])
        if not len(keys):
            return keys
        highest = int(keys.max())
        if highest >= len(self._table):
            with self._lock:
                grown = np.full(max(len(self._table), 2 << highest.bit_length()), UNMET, dtype=np.int32)
                grown[: len(self._table)] = self._table
                self._table = grown
        found: Ids = self._table[keys]
        if found.min() == UNMET:
            unmet = np.flatnonzero(found == UNMET)
            distinct, first = np.unique(keys[unmet], return_index=True)
            with self._lock:
                for key, at in zip(distinct.tolist(), first.tolist(), strict=True):
                    if self._table[key] == UNMET:
                        self._table[key] = tell(int(unmet[at]))
                found = self._table[keys]
        return found


class _Joint:
    """Several columns of numbers as one: lines get the same number where they have the same in each."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._moves: list[Moves] = []

    def of(self, parts: Iterable[Numbers], spread: Spread | None) -> Numbers:
        joint: Numbers = 0
        for index, part in enumerate(parts):
            if index == len(self._moves):
                with self._lock:
                    self._moves.append(Moves(_counted(), self._lock))
            joint = self._moves[index](joint, part, spread)
        return joint


def _counted() -> Callable[[int, int], int]:
    """A new number for each pair."""
    counter = itertools.count()
    return lambda _left, _right: next(counter)


class _Clashes:
    """On which derived facts a line contradicts itself, in the order met: a number for each such list; 0 is none."""

    def __init__(self, lock: threading.RLock) -> None:
        self.facts: list[tuple[str, ...]] = [()]
        self._moves: dict[str, Moves] = {}
        self._lock = lock

    def noted(self, before: Numbers, fact: str, clash: Numbers, spread: Spread | None) -> Numbers:
        """The lists with one more fact where `clash` is true."""
        with self._lock:
            moves = self._moves.setdefault(fact, Moves(lambda left, right: self._with(left, fact, right), self._lock))
        return moves(before, clash, spread)

    def _with(self, before: int, fact: str, clash: int) -> int:
        if not clash:
            return before
        self.facts.append((*self.facts[before], fact))
        return len(self.facts) - 1


class _Inference:
    """One table that derives a fact."""

    def __init__(self, concluder: Concluder, table: CompiledTable, walker: Walker) -> None:
        self.fact = table.table.answers[1]
        self.tests = [column.fact for column in table.columns]
        self._table = table
        self._numbered = concluder.numbered[self.fact]
        self._walker = walker
        self._can_clash = False
        self._moves = Moves(self._derive, concluder.lock)
        self._made, self._clashes = Grown(), Grown()

    def walk(self, known: Known, spread: Spread | None) -> Numbers:
        return self._walker.walk(lambda fact: known.get(fact, 0), spread)

    def derive(self, end: Numbers, stated: Numbers, spread: Spread | None) -> tuple[Numbers, Numbers]:
        """What is known of the fact after it, and where that contradicts what is stated."""
        made = self._moves(end, stated, spread)
        return self._made[made], self._clashes[made] if self._can_clash else 0

    def _derive(self, end: int, stated: int) -> int:
        derived, contradiction = derive(self._table, self._walker.sample(end), self._numbered.knowledge[stated])
        self._can_clash = self._can_clash or contradiction is not None
        self._clashes.append(int(contradiction is not None))
        self._made.append(self._numbered.number(derived))
        return len(self._made) - 1


class _Combined:
    """A list put together from others."""

    def __init__(self, concluder: Concluder, name: str) -> None:
        self.fact = name
        self._of = concluder.view.facts[name]
        self._numbered = concluder.numbered
        self._parts: list[list[tuple[int, ...]]] = [[()], *([] for _ in self._of.combines[1:])]
        self._moves = [Moves(partial(self._with, step), concluder.lock) for step in range(len(self._of.combines))]

    def of(self, known: Known, spread: Spread | None) -> Numbers:
        joint: Numbers = 0
        for moves, part in zip(self._moves, self._of.combines, strict=True):
            joint = moves(joint, known.get(part, 0), spread)
        return joint

    def _with(self, step: int, before: int, part: int) -> int:
        """The list with one more part; the last step gives its number among what is known of the fact."""
        parts = (*self._parts[step][before], part)
        if step + 1 < len(self._of.combines):
            self._parts[step + 1].append(parts)
            return len(self._parts[step + 1]) - 1
        named = zip(self._of.combines, parts, strict=True)
        given = {name: one for name, number in named if (one := self._numbered[name].knowledge[number])}
        return self._numbered[self.fact].number(combined(self._of, given).get(self.fact))


class _Asked:
    """A document that some plans ask: for the others it is as if it were not there."""

    def __init__(self, concluder: Concluder, document: Document, walker: Walker) -> None:
        self._concluder = concluder
        self._authority = document.compiled.table.answers[1]
        self.compiled = document.compiled
        self.walker = walker
        self._moves = Moves(self._of, concluder.lock)

    def walk(self, known: Known, spread: Spread | None) -> Numbers:
        """Where each line stands in its table."""
        return self.walker.walk(lambda fact: known.get(fact, 0), spread)

    def of(self, plan: Numbers, end: Numbers, spread: Spread | None) -> Numbers:
        """The same, or 0 for lines of which the plan does not ask."""
        return self._moves(plan, end, spread)

    def is_asked(self, plan: int) -> bool:
        """Whether a plan asks the document, given the plan's number."""
        asking = self._concluder.plan_of(plan)
        return asking is not None and self._authority in asking.authorities

    def _of(self, plan: int, end: int) -> int:
        return end + 1 if self.is_asked(plan) else 0


class _Conditions:
    """A table of administrative conditions: as much of where a line stands in it as bears on the line."""

    def __init__(self, concluder: Concluder, document: Document, walker: Walker) -> None:
        self._concluder = concluder
        self._document = document
        self._walker = walker
        self._asked = Moves(self._of_plan, concluder.lock)
        self._moves = Moves(self._of, concluder.lock)
        self._number: dict[Hashable, int] = {}

    def is_asked(self, plan: Plan) -> bool:
        """Whether the conditions can bear on a plan's lines."""
        answers = self._document.compiled.table.answers[1]
        return answers in plan.authorities or self._document.pack.name == plan.pack

    def of(self, bearing: Numbers, plan: Numbers, known: Known, spread: Spread | None) -> Numbers:
        end = self._walker.walk(lambda fact: known.get(fact, 0), spread)
        return self._moves(bearing, self._asked(plan, end, spread), spread)

    def _of_plan(self, plan: int, end: int) -> int:
        asking = self._concluder.plan_of(plan)
        return end + 1 if asking and self.is_asked(asking) else 0

    def _of(self, bearing: int, asked: int) -> int:
        if bearing == NOTHING_BEARS or not asked:
            return 0
        key: Hashable = asked
        if bearing != ALL_BEAR:
            holding = collect(self._document.compiled, self._walker.sample(asked - 1)).holding
            key = tuple(r.name for r in holding if bearing == FAILING_BEARS or r.then.get("precedes"))
        return self._number.setdefault(key, len(self._number) + 1)


class _Asking:
    """What a line needs, as a person can be asked: for a fact that is derived, those that it is derived from.

    That depends on more than the conclusion does, so only lines that need something are told apart by it.
    """

    def __init__(self, concluder: Concluder) -> None:
        self._concluder = concluder
        self._said: list[tuple[Conclusion, tuple[str, ...], tuple[str, ...]]] = []
        self._index: dict[Hashable, int] = {}
        self._inputs: dict[frozenset[str | int], int] = {frozenset(): 0}
        self._of_said = np.zeros(0, dtype=np.int32)
        self._told: dict[int, tuple[_Joint, _Told]] = {}
        self._plain = Grown()
        """For what is said the index of its conclusion, where questions depend on nothing else."""

    def number(self, conclusion: Conclusion, first: tuple[str, ...], missing: tuple[str, ...]) -> int:
        key = conclusion, first, missing
        found = self._index.get(key)
        if found is None:
            self._said.append(key)
            found = self._index[key] = len(self._said) - 1
        return found

    def of(self, said: Numbers, known: Known, ends: Sequence[Numbers], state: _States) -> Ids:
        """The index of each line's conclusion, with what it needs."""
        lines = np.broadcast_to(np.asarray(said, dtype=np.int32), state.count) if isinstance(said, int) else said
        if len(lines) != state.count:
            assert state.spread is not None
            lines = lines[state.spread]
        self._prepare()
        group = self._of_said[lines]
        found = np.zeros(state.count, dtype=np.int32)
        for inputs, number in list(self._inputs.items()):
            if not inputs:
                plain = np.flatnonzero(group == 0)
                found[plain] = self._plain.at(lines[plain])
                continue
            which = np.flatnonzero(group == number)
            if len(which):
                found[which] = self._expanded(number, inputs, which, lines, known, ends, state)
        return found

    def _expanded(
        self,
        number: int,
        inputs: frozenset[str | int],
        which: npt.NDArray[np.intp],
        said: Ids,
        known: Known,
        ends: Sequence[Numbers],
        state: _States,
    ) -> Ids:
        with self._concluder.lock:
            lock = self._concluder.lock
            joint, told = self._told.setdefault(number, (_Joint(lock), _Told(lock)))
        parts: list[Numbers] = [said[which]]
        for name in sorted(inputs, key=str):
            if isinstance(name, int):
                parts.append(_some(ends[name], which, state))
            else:
                parts.append(np.minimum(_some(known.get(name, 0), which, state), 1))
        keys = joint.of(parts, None)
        keys = np.full(len(which), keys, dtype=np.int32) if isinstance(keys, int) else keys

        def tell(position: int) -> int:
            line = int(which[position])
            return self._expand(self._said[int(said[line])], state.of(line)[0])

        return np.asarray(told.of(keys, tell), dtype=np.int32)

    def _expand(self, said: tuple[Conclusion, tuple[str, ...], tuple[str, ...]], state: dict[str, Knowledge]) -> int:
        """The index of a conclusion with what it needs in the words in which it is asked."""
        conclusion, first, missing = said
        asked = [one for name in missing for one in askable(self._concluder.view, name, state)]
        return self._concluder.number(replace(conclusion, needs=" ".join(dict.fromkeys((*first, *asked)))))

    def _prepare(self) -> None:
        """Know for each thing said on what its questions depend."""
        if len(self._of_said) < len(self._said):
            with self._concluder.lock:
                groups = self._of_said.tolist()
                for said in self._said[len(groups) :]:
                    groups.append(self._inputs.setdefault(self._bears(said[2]), len(self._inputs)))
                    self._plain.append(0 if groups[-1] else self._expand(said, {}))
                self._of_said = np.array(groups, dtype=np.int32)

    def _bears(self, missing: Iterable[str]) -> frozenset[str | int]:
        """Facts of which it counts whether they are given, and inferences (by index), that the questions depend on."""
        found: set[str | int] = set()
        for name in missing:
            fact = self._concluder.view.facts[name]
            if fact.can_be_asked:
                found.update(fact.ask_first)
                continue
            for index, inference in enumerate(self._concluder.inferences):
                if inference.fact == name:
                    found.add(index)
                    found |= self._bears(inference.tests)
        return frozenset(found)


class _Classes:
    """A coarser number for what is known of a fact."""

    def __init__(self, numbered: Numbered, key: Callable[[Knowledge | None], Hashable]) -> None:
        self._numbered = numbered
        self._key = key
        self._number: dict[Hashable, int] = {}
        self._of = Grown()

    def __call__(self, numbers: Numbers) -> Numbers:
        for known in self._numbered.knowledge[len(self._of) :]:
            self._of.append(self._number.setdefault(self._key(known), len(self._number)))
        return 0 if len(self._number) == 1 else self._of[numbers]


def _columns(tables: Iterable[CompiledTable]) -> dict[str, list[Column]]:
    """Each fact's columns in all tables."""
    found: dict[str, list[Column]] = {}
    for table in tables:
        for column in table.columns:
            found.setdefault(column.fact, []).append(column)
    return found


def _some(numbers: Numbers, lines: npt.NDArray[np.intp], state: _States) -> Numbers:
    """A column's numbers for some lines."""
    if isinstance(numbers, int):
        return numbers
    if len(numbers) == state.count:
        return numbers[lines]
    assert state.spread is not None
    return numbers[state.spread[lines]]
