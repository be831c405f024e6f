"""The library: all packs, one vocabulary, and the view of it on a given day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from clausal.documents.pack import UNDATED_KINDS, Clause, Denial, Pack, Plan
from clausal.documents.read import PackFiles
from clausal.facts.case import CaseReader
from clausal.facts.gathered import HISTORY
from clausal.facts.knowledge import State, known, only
from clausal.facts.vocabulary import Vocabulary
from clausal.rules.compile import CompiledTable
from clausal.rules.computation import Computation, computation
from clausal.rules.derive import Derivation
from clausal.rules.gathering import Gathering, gathering
from clausal.rules.infer import in_order
from clausal.rules.judging import Judging, judged_together
from clausal.rules.model import Criterion, Force, Rule, Table

CODE = "code"
"""The fact that tells the procedure code of a line."""
MOST_SPEAKING = 20_000
"""For how many codes it is kept which documents may speak of them."""
INFORMING = ("authority", "notice")
"""What a proposed document may answer: it is shown beside the others and changes nothing."""
BOUND_BY_EDITION = ("authority", "benefit", "administrative")
"""What a document answers only for services from the day its first edition took effect."""


@dataclass(frozen=True)
class Document:
    """A table of a pack, ready to be asked."""

    pack: Pack
    compiled: CompiledTable


@dataclass(frozen=True)
class Staged:
    """What is derived of a case, in order.

    First what holds for the `whole` case, then what a line's own facts bear on; then what is `gathered` over all lines
    and earlier services, and `last` what is derived from that.
    """

    whole: Sequence[Derivation]
    of_line: Sequence[Derivation]
    gathered: Sequence[Gathering]
    last: Sequence[Derivation]


@dataclass(frozen=True)
class Steps:
    """The same for one case, with the criteria of a table judged together."""

    whole: Sequence[Derivation | Judging]
    of_line: Sequence[Derivation | Judging]
    gathered: Sequence[Gathering]
    last: Sequence[Derivation | Judging]

    @cached_property
    def of_history(self) -> Steps:
        """The same without what is gathered over the lines of the claim."""
        return replace(self, gathered=[one for one in self.gathered if one.gathered.over == HISTORY])


class View:
    """The library as it could be known on a day: only what was published by then."""

    def __init__(self, library: Library, as_of: dt.date) -> None:
        self.library = library
        self.as_of = as_of
        """A day of those between two publications, which all see the same."""
        self.facts = library.vocabulary.facts
        self.packs = {p.name: p for p in library.packs.values() if not p.versions or p.versions[0].published <= as_of}
        self._by_answer: dict[tuple[str, str], list[Document]] = {}
        self._by_kind: dict[str, list[Document]] = {}
        self._speaking: dict[tuple[str, str | None, str], tuple[Document, ...]] = {}
        self._bearing: dict[tuple[str, str | None], frozenset[str]] = {}
        self._steps_for: dict[frozenset[str], Steps] = {}
        self._steps: dict[tuple[str, tuple[str | None, ...]], Steps] = {}
        self._silent: dict[tuple[str, str], int] = {}
        self._sources: dict[str, tuple[str, ...]] = {}
        self._parts: dict[tuple[str, frozenset[str]], Document] = {}
        for pack in self.packs.values():
            for table in pack.tables:
                if not pack.decides and table.answers[0] not in INFORMING:
                    continue
                seen = published_by(pack, table, as_of)
                if seen.rules:
                    document = Document(pack, CompiledTable(seen, self.facts))
                    self._by_answer.setdefault(table.answers, []).append(document)
                    self._by_kind.setdefault(table.answers[0], []).append(document)

    def answering(self, kind: str, name: str | None = None, code: str | None = None) -> Sequence[Document]:
        """The documents whose table answers `kind` (for one name, or all), and may speak of a procedure code.

        Which documents may is worked out once for each code: the cost of an answer does not grow with those that are
        about other services.
        """
        documents = self._by_kind.get(kind, ()) if name is None else self._by_answer.get((kind, name), ())
        if code is None or not documents:
            return documents
        found = self._speaking.get((kind, name, code))
        if found is None:
            found = tuple(one for one in documents if _speaks(one, code))
            if len(self._speaking) < MOST_SPEAKING:
                self._speaking[kind, name, code] = found
        return found

    def silent(self, plan: Plan | None, code: str | None) -> int:
        """How many documents of a plan's authorities cannot speak of a procedure code, and so are not asked."""
        if plan is None or code is None:
            return 0
        found = self._silent.get((plan.name, code))
        if found is None:
            every, speaking = (
                {(name, one.pack.name) for name in plan.authorities for one in self.answering("authority", name, asked)}
                for asked in (None, code)
            )
            found = len(every - speaking)
            if len(self._silent) < MOST_SPEAKING:
                self._silent[plan.name, code] = found
        return found

    def part(self, document: Document, names: frozenset[str]) -> Document:
        """A table with some of its rules alone."""
        key = document.compiled.table.id, names
        if key not in self._parts:
            rules = tuple(rule for rule in document.compiled.rules if rule.name in names)
            table = replace(document.compiled.table, rules=rules)
            self._parts[key] = Document(document.pack, CompiledTable(table, self.facts))
        return self._parts[key]

    @cached_property
    def gatherings(self) -> dict[str, Gathering]:
        """How facts are gathered over the lines of a claim and over earlier services, by fact."""
        tables = (table for pack in self.packs.values() for table in pack.gathering)
        return {table.answers[1]: gathering(table, self.facts) for table in tables}

    @cached_property
    def staged(self) -> Staged:
        """The derivations in the order in which a case is read."""
        of_line = {name for name, fact in self.facts.items() if fact.varies_by_line}
        gathered = set(self.gatherings)
        whole: list[Derivation] = []
        lines: list[Derivation] = []
        last: list[Derivation] = []
        for one in self.derivations:
            if gathered & {one.fact, *one.disputed_with, *one.tests}:
                last.append(one)
                gathered.add(one.fact)
                continue
            own = {one.fact} if isinstance(one, Computation) and self.facts[one.fact].varies_by_line else set[str]()
            if of_line & {*one.disputed_with, *one.tests, *own}:
                lines.append(one)
                of_line.add(one.fact)
            else:
                whole.append(one)
        return Staged(whole, lines, list(self.gatherings.values()), last)

    @cached_property
    def derivations(self) -> list[Derivation]:
        """The tables that derive facts and the computations of facts, each after those it depends on."""
        tables = {d.compiled.table.id: d.compiled for d in self.answering("fact")}
        computed = (computation(fact, self.facts) for fact in self.facts.values() if fact.computed)
        return in_order([*tables.values(), *computed], self.facts)

    @cached_property
    def _deriving(self) -> dict[str, list[Derivation]]:
        found: dict[str, list[Derivation]] = {}
        for one in self.derivations:
            found.setdefault(one.fact, []).append(one)
        return found

    @cached_property
    def criteria(self) -> dict[str, Criterion]:
        """Every criterion of a table of criteria, by its flag."""
        found: dict[str, Criterion] = {}
        tables = (one.compiled.table for of_kind in self._by_kind.values() for one in of_kind)
        waiting = [one for table in tables for one in table.criteria]
        for one in waiting:
            found[one.fact] = one
            waiting.extend(one.of)
        return found

    @cached_property
    def judged(self) -> dict[str, Sequence[Criterion]]:
        """The facts that a table of criteria tells, each with its criteria."""
        tables = (one.compiled.table for one in self.answering("fact"))
        return {table.answers[1]: table.criteria for table in tables if table.criteria}

    @cached_property
    def _table_of_criterion(self) -> dict[str, str]:
        """The table that each criterion is of, by its flag."""
        found: dict[str, str] = {}
        for table in (one.compiled.table for of_kind in self._by_kind.values() for one in of_kind):
            waiting = list(table.criteria)
            for one in waiting:
                found[one.fact] = table.id
                waiting.extend(one.of)
        return found

    def deriving(self, fact: str) -> Sequence[Derivation]:
        """The tables that derive a fact, and its computation."""
        return self._deriving.get(fact, ())

    def sources(self, fact: str) -> Sequence[str]:
        """The facts from which a fact is derived, computed or gathered."""
        found = self._sources.get(fact)
        if found is None:
            gathered = self.gatherings.get(fact)
            own = gathered.tests if gathered else ()
            names = (*(name for one in self.deriving(fact) for name in one.tests), *own)
            found = self._sources[fact] = tuple(dict.fromkeys(names))
        return found

    def bearing(self, plan: Plan | None, code: str | None = None) -> frozenset[str]:
        """The facts that bear on a plan's answers: those that its tables test, and those that these are derived from.

        What a document of another payer derives for its own criteria is none of them; nor, of one procedure code, what
        a document derives that is not about it. What tells which codes to bill counts for every code.
        """
        key = plan.name if plan else "", code
        if key not in self._bearing:
            asked = (
                document
                for kind in self._by_kind
                for document in self.answering(kind, code=None if kind == "coding" else code)
            )
            tables = [document.compiled for document in asked if _is_asked(document, plan)]
            found: set[str] = set()
            waiting = [column.fact for table in tables for column in table.columns]
            while waiting:
                fact = waiting.pop()
                if fact not in found:
                    found.add(fact)
                    waiting.extend(self.facts[fact].disputed_with)
                    waiting.extend(self.sources(fact))
            if len(self._bearing) >= MOST_SPEAKING:
                return frozenset(found)
            self._bearing[key] = frozenset(found)
        return self._bearing[key]

    def steps(self, plan: Plan | None, codes: Sequence[str | None]) -> Steps:
        """How a case of some plan is read whose lines have some codes, or none."""
        key = plan.name if plan else "", tuple(codes)
        found = self._steps.get(key)
        if found is None:
            found = self.steps_for(frozenset[str]().union(*(self.bearing(plan, code) for code in codes)))
            if len(self._steps) < MOST_SPEAKING:
                self._steps[key] = found
        return found

    def steps_for(self, needed: frozenset[str]) -> Steps:
        """How one case is read of which only some facts are needed, and those that these are derived from."""
        found = self._steps_for.get(needed)
        if found is None:
            staged, of = self.staged, self._table_of_criterion
            whole, of_line, last = (
                judged_together((one for one in derivations if one.fact in needed), of, self.facts)
                for derivations in (staged.whole, staged.of_line, staged.last)
            )
            found = Steps(whole, of_line, [one for one in staged.gathered if one.fact in needed], last)
            if len(self._steps_for) < MOST_SPEAKING:
                self._steps_for[needed] = found
        return found

    def rules(self) -> Iterable[tuple[Document, Rule]]:
        """Every rule of the view with the document it stands in."""
        for documents in self._by_answer.values():
            for document in documents:
                for rule in document.compiled.rules:
                    yield document, rule


def code_of(state: State) -> str | None:
    """The procedure code of a line, where it is known."""
    code = only(state, CODE)
    return code if isinstance(code, str) else None


def _speaks(document: Document, code: str) -> bool:
    """Whether some rule of a table can hold of a procedure code."""
    column = document.compiled.column.get(CODE)
    return column is None or column.masks(known(code))[0] != 0


def _is_asked(document: Document, plan: Plan | None) -> bool:
    """Whether a table is asked for a plan; those that belong to no plan are asked for every one."""
    kind, name = document.compiled.table.answers
    if kind == "fact":
        return False
    if kind not in ("authority", "benefit", "administrative", "coding"):
        return True
    if plan is None:
        return False
    return name in (plan.coding if kind == "coding" else plan.authorities) or document.pack.name == plan.pack


def published_by(pack: Pack, table: Table, as_of: dt.date) -> Table:
    """The table with the rules published by a day; a rule whose end was not yet published has none."""
    if all(version.published <= as_of for version in pack.versions):
        return table
    kept = []
    for rule in table.rules:
        start = pack.version_on(rule.force.start) if rule.force.start else None
        if (start or pack.versions[0]).published > as_of:
            continue
        ended_by = pack.version_on(rule.force.end + dt.timedelta(days=1)) if rule.force.end else None
        if ended_by and ended_by.published > as_of:
            rule = replace(rule, force=Force(rule.force.start, None))
        kept.append(rule)
    return replace(table, rules=tuple(kept))


class Library:
    """All packs, one vocabulary, one fingerprint. Load it once and pass it on."""

    def __init__(
        self, packs: Mapping[str, Pack], vocabulary: Vocabulary, fingerprint: str, files: Sequence[PackFiles] = ()
    ) -> None:
        self.packs = packs
        self.files = {one.name: one for one in files}
        """The files that the packs were read from."""
        self.vocabulary = vocabulary
        self.fingerprint = fingerprint
        self.plans: dict[str, Plan] = {name: plan for pack in packs.values() for name, plan in pack.plans.items()}
        self.denials: dict[str, Denial] = {n: d for pack in packs.values() for n, d in pack.denials.items()}
        published = {v.published for pack in packs.values() for v in pack.versions}
        self._days = sorted(published | {pack.replaced_by.published for pack in packs.values() if pack.replaced_by})
        self._views: dict[int, View] = {}
        self._denying: dict[tuple[str, str], Sequence[Denial]] = {}

    def denying(self, finding: str, pack: str) -> Sequence[Denial]:
        """The reasons for denial that a finding of a document gives: its own, if it has any, else those of every pack.

        What another document declares for itself is none of them.
        """
        found = self._denying.get((finding, pack))
        if found is None:
            own = self.packs[pack].denials.values() if pack in self.packs else ()
            shared = (d for one in self.packs.values() if one.kind in UNDATED_KINDS for d in one.denials.values())
            of_finding = [[one for one in denials if one.finding == finding] for denials in (own, shared)]
            found = self._denying[finding, pack] = next(filter(None, of_finding), [])
        return found

    def view(self, as_of: dt.date) -> View:
        """What was published by a day; the same view serves all days between two publications."""
        epoch = sum(1 for day in self._days if day <= as_of)
        if epoch not in self._views:
            self._views[epoch] = View(self, as_of)
        return self._views[epoch]

    @cached_property
    def cases(self) -> CaseReader:
        return CaseReader(self.vocabulary)

    def __getstate__(self) -> dict[str, object]:
        """What goes to another process: all but the reader of cases, whose model is made of functions."""
        return {name: value for name, value in vars(self).items() if name != "cases"}

    def clause(self, ref: str) -> Clause | None:
        """The clause of `pack#clause`."""
        pack, _, name = ref.partition("#")
        return self.packs[pack].clauses.get(name) if pack in self.packs else None
