"""What is held: the packs with their fee tables, loaded once, exchanged as a whole.

A request takes what is held at its start and keeps to it, so that an answer is of one library and never of two.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clausal import __version__
from clausal.coding.pairs import tables_about
from clausal.documents.library import Library
from clausal.documents.load import load_library
from clausal.facts.case import Case, CaseReader
from clausal.facts.knowledge import Possible
from clausal.facts.source import Path_, Source
from clausal.problems import InvalidInput, Place
from clausal.schedules.bundled import shipped_releases
from clausal.schedules.listings import Listings
from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules

MOST_OTHERS = 32
"""How many sets of codes that no pack names have their tables kept."""


@dataclass(frozen=True)
class Held:
    """One library with the fee tables of the codes that its packs name; `tables` is their fingerprint."""

    library: Library
    schedules: Schedules
    tables: str
    _others: dict[tuple[frozenset[str], str], Schedules] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        """What changes when an answer may: packs, fee tables, version."""
        whole = f"{self.library.fingerprint} {self.tables} {__version__}"
        return hashlib.sha256(whole.encode()).hexdigest()[:32]

    def read(self, source: Source, at: Path_ = ()) -> Case:
        """The case of a request; raises InvalidInput."""
        return self.library.cases.read(source, at)

    def schedules_of(self, cases: Collection[Case]) -> Schedules:
        """The fee tables of cases: with the rows of codes that no pack names, where the user imported tables."""
        codes = {code for case in cases for code in _codes(case)} - set(self.library.vocabulary.codes)
        return self.with_codes(codes)

    def with_codes(self, codes: Collection[str]) -> Schedules:
        """The fee tables with the rows of more codes."""
        if not codes or not self.schedules.store.exists:
            return self.schedules
        key = frozenset(codes), "with"
        return self._kept(key, lambda: Schedules(self.schedules.store, [*self.library.vocabulary.codes, *codes]))

    def about(self, codes: Collection[str]) -> Schedules:
        """The fee tables with all code pairs of some codes."""
        written = [code.strip().upper() for code in codes]
        return self._kept((frozenset(written), "about"), lambda: tables_about(written, self.schedules.store))

    def _kept(self, key: tuple[frozenset[str], str], make: Callable[[], Schedules]) -> Schedules:
        found = self._others.get(key)
        if found is None:
            found = make()
            found.load()
            if fingerprint_of(found) != self.tables:
                hint = "the operator is to read them anew: POST /api/v1/library/reload"
                raise InvalidInput.at(Place("fee tables"), "the fee tables were changed since they were read", hint)
            if len(self._others) >= MOST_OTHERS:
                self._others.clear()
            self._others[key] = found
        return found


class Holder:
    """Holds what is held now; reloading exchanges it when the new is whole, and keeps the old where it is not."""

    def __init__(self, packs: Sequence[Path], data: Path) -> None:
        self._packs = list(packs)
        self._data = data
        self._loading = threading.Lock()
        self.current = self._load()

    def reload(self) -> bool:
        """Load packs and tables anew; whether they are others now. Raises InvalidInput, and holds what it held."""
        with self._loading:
            found = self._load()
            is_other = found.etag != self.current.etag
            self.current = found
            return is_other

    def _load(self) -> Held:
        library = load_library(self._packs)
        schedules = Schedules(Store(self._data), library.vocabulary.codes)
        library.cases = CaseReader(library.vocabulary, tables=Listings(schedules))
        return Held(library, schedules, fingerprint_of(schedules))


def fingerprint_of(schedules: Schedules) -> str:
    """A fingerprint of the fee tables that are held: every release with its days and rows."""
    told = [*shipped_releases(), *schedules.store.digests()]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _codes(case: Case) -> list[str]:
    """The procedure codes that a case bills."""
    found: list[str] = []
    for line in case.lines:
        known = line.facts.get("code")
        if isinstance(known, Possible):
            found.extend(map(str, known.values))
    return found
