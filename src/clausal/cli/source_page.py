"""How a pack's clauses and the text of its document fit: what is accounted for, by kind, and what is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clausal.cli.common import place_in
from clausal.documents.accounted import Account, account, repeated
from clausal.documents.carried import Carrier, carriers
from clausal.documents.fingerprint import HeldText
from clausal.documents.library import Library
from clausal.documents.pack import CLAUSE_KINDS, TODO, Pack
from clausal.documents.read import PackFiles
from clausal.facts.source import Path_
from clausal.problems import Place, Problem


@dataclass(frozen=True)
class KindCount:
    """Clauses of one kind: how many there are, stand in the text, are carried, give a reason why not."""

    entries: int
    in_text: int
    carried: int
    by_rules: int
    reasoned: int


@dataclass(frozen=True)
class SourceReport:
    """A pack against the text of its document."""

    pack: str
    path: str
    held: HeldText
    account: Account
    by_kind: Mapping[str, KindCount]
    problems: tuple[Problem, ...]

    @property
    def percent(self) -> float:
        """Share of the text's letters and digits that clauses account for; never rounded up to 100."""
        return int(self.account.covered * 1000 / max(self.account.characters, 1)) / 10

    def show(self) -> None:
        """Print the counts."""
        found = sum(line is not None for line in self.account.lines)
        print(f"{self.pack}: {found} of {len(self.account.clauses)} clauses found, in order, in {self.path}")
        left = len(self.account.left)
        rest = f"; {left} sentence(s) are not" if left else ""
        print(f"  {self.percent:.1f} percent of the text is accounted for{rest}")
        head = ("kind", "entries", "in text", "carried", "by rules", "reason given")
        print(f"  {head[0]:<15}" + "".join(f"{one:>13}" for one in head[1:]))
        for kind, one in self.by_kind.items():
            figures = (one.entries, one.in_text, one.carried, one.by_rules, one.reasoned)
            print(f"  {kind:<15}" + "".join(f"{figure:>13}" for figure in figures))

    def as_json(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "pack": self.pack,
            "percent": self.percent,
            "kinds": {kind: vars(one) for kind, one in self.by_kind.items()},
            "unaccounted": [{**self._place(one.line), "text": one.text} for one in self.account.left],
            "missing": [clause.id for clause in self.account.missing],
        }

    def _place(self, line: int) -> dict[str, int]:
        return {"line": line} if self.held.unit == "line" else {self.held.unit: self.held.page(line) or line}


def report_of(library: Library, pack: Pack, path: Path, held: HeldText) -> SourceReport:
    """Lay a pack over the text of its document."""
    laid = account(pack.clauses.values(), held)
    carried = carriers(library.packs.values())
    problems = [*_missing(laid, path, held), *_left(laid, path, held), *_copied(library.files.get(pack.name), held)]
    return SourceReport(pack.name, str(path), held, laid, _by_kind(pack, laid, carried), tuple(problems))


def _by_kind(pack: Pack, laid: Account, carried: Mapping[str, list[Carrier]]) -> dict[str, KindCount]:
    placed = {clause.id for clause, line in zip(laid.clauses, laid.lines, strict=True) if line is not None}
    found = {}
    for kind in (*CLAUSE_KINDS, TODO):
        of_kind = [clause for clause in pack.clauses.values() if clause.kind == kind]
        by = [carried.get(clause.ref, []) for clause in of_kind]
        if of_kind:
            found[kind] = KindCount(
                entries=len(of_kind),
                in_text=sum(clause.id in placed for clause in of_kind),
                carried=sum(bool(one) for one in by),
                by_rules=sum(any(carrier.kind == "rule" for carrier in one) for one in by),
                reasoned=sum(bool(clause.not_carried) for clause in of_kind),
            )
    return found


def _missing(laid: Account, path: Path, held: HeldText) -> list[Problem]:
    problems = []
    for clause in laid.missing:
        elsewhere = laid.moved.get(clause.id)
        hint = (
            f"its words stand on {held.told(elsewhere)}, out of place" if elsewhere else "its text changed, or was cut"
        )
        problems.append(Problem(clause.place, f"clause '{clause.id}' is not in {path} where it was read", hint))
    return problems


def _left(laid: Account, path: Path, held: HeldText) -> list[Problem]:
    hint = "`clausal fingerprint` prints the entry for it"
    return [
        Problem(place_in(held, path, one.line), f"no clause accounts for: {_short(one.text)}", hint)
        for one in laid.left
    ]


def _copied(files: PackFiles | None, held: HeldText) -> list[Problem]:
    """Texts of the pack, in any of its files, that repeat a run of words of the document."""
    ours: dict[str, Place] = {}
    for source in files.sources.values() if files else ():
        for path, text in _texts(source.data):
            ours.setdefault(text, source.place(path))
    hint = "say it in other words"
    return [Problem(ours[text], f"repeats the document: '{words}'", hint) for text, words in repeated(ours, held.text)]


def _texts(data: Any, path: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    """Every text in plain data, with its place."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _texts(value, (*path, key))
    elif isinstance(data, list):
        for at, value in enumerate(data):
            yield from _texts(value, (*path, at))
    elif isinstance(data, str) and path[-1:] != ("title",):
        yield path, data


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."
