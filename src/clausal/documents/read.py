"""Read a pack from its folder."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clausal.documents import plain
from clausal.documents.fingerprint import Fingerprint
from clausal.documents.pack import (
    ADJUSTMENT_GROUPS,
    CLAUSE_KINDS,
    DOCUMENT_KINDS,
    NOT_YET,
    STATUSES,
    TODO,
    UNDATED_KINDS,
    Clause,
    Denial,
    Pack,
    Plan,
    Successor,
    Version,
)
from clausal.facts.source import Path_, Source, decode, parse_source
from clausal.facts.vocabulary import Fact, Vocabulary
from clausal.files import below, read
from clausal.limits import DOCUMENT
from clausal.problems import InvalidInput, Place, Problem, unknown_name
from clausal.rules.conclusions import FINDINGS
from clausal.rules.criteria import is_criteria, lay_out
from clausal.rules.model import Table
from clausal.rules.read import read_table, read_where

PACK = "pack.yaml"
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*\Z")
_PACK_KEYS = (
    "pack", "title", "publisher", "kind", "status", "about", "held", "versions", "replaced_by", "plans"
)  # fmt: skip
_CLAUSE_KEYS = ("clause", "kind", "at", "text", "says", "not_carried")
_PLAN_KEYS = ("name", "about", "authorities", "coding", "cites")
_FILES = ("pack", "facts", "clauses", "denials", "catalogue", "fees", "discrepancies", "evidence")
DATA_FILES = ("catalogue", "fees", "discrepancies", "evidence")
"""Files of a pack that are plain data, read as they stand."""


@dataclass
class PackFiles:
    """The files of a pack folder, parsed; `tables` in order of name."""

    name: str
    folder: Path
    sources: dict[str, Source] = field(default_factory=dict)
    empty: dict[str, Source] = field(default_factory=dict)
    """Files in which nothing stands yet, but for comments."""
    raw: dict[str, bytes] = field(default_factory=dict)

    def tables(self) -> list[Source]:
        return [source for name, source in sorted(self.sources.items()) if name.startswith("tables/")]


def read_files(folder: Path) -> PackFiles:
    """Parse every YAML file of a pack folder but its worked cases."""
    files = PackFiles(folder.name, folder)
    problems: list[Problem] = []
    for path in below(folder, (".yaml",)):
        name = path.relative_to(folder).as_posix()
        try:
            files.raw[name] = read(path, DOCUMENT)
            if not name.startswith("cases"):
                text = decode(files.raw[name], Place(str(path)))
                source = parse_source(text, str(path))
                of = files.sources if source.data is not None or name == PACK else files.empty
                of[name.removesuffix(".yaml")] = source
        except InvalidInput as error:
            problems.extend(error.problems)
    if "pack" not in files.sources and not problems:
        problems.append(Problem(Place(str(folder)), "no pack.yaml in this folder", "every pack starts with one"))
    if problems:
        raise InvalidInput(problems)
    return files


class PackReader:
    """Reads one pack; collects every problem before it gives up."""

    def __init__(self, files: PackFiles) -> None:
        self.files = files
        self.problems: list[Problem] = []

    def _report(self, source: Source, path: Path_, message: str, hint: str = "") -> None:
        self.problems.append(Problem(source.place(path), message, hint))

    def _keys(self, source: Source, path: Path_, data: Mapping[str, Any], known: Iterable[str]) -> None:
        for key in data:
            if key not in known:
                self._report(source, (*path, key), *unknown_name("key", key, known))

    def _texts(self, source: Source, path: Path_, value: Any) -> tuple[str, ...]:
        found, wrong = plain.texts(source, path, value)
        self.problems.extend(wrong)
        return found

    def _date(self, source: Source, path: Path_, value: Any) -> dt.date:
        try:
            return dt.date.fromisoformat(value)
        except (TypeError, ValueError):
            self._report(source, path, f"'{value}' is not a date", "write it as year-month-day")
            return dt.date.min

    def plans(self) -> dict[str, Plan]:
        source = self.files.sources["pack"]
        plans: dict[str, Plan] = {}
        for name, spec in self._mapping(source, ("plans",)).items():
            path: Path_ = ("plans", name)
            if not isinstance(spec, dict) or not isinstance(spec.get("authorities"), list):
                self._report(source, path, f"plan '{name}' must list its authorities, in order")
                continue
            self._keys(source, path, spec, _PLAN_KEYS)
            plans[name] = Plan(
                name=name,
                label=str(spec.get("name", name)),
                pack=self.files.name,
                authorities=self._texts(source, (*path, "authorities"), spec["authorities"]),
                coding=self._texts(source, (*path, "coding"), spec.get("coding")),
                cites=self._texts(source, (*path, "cites"), spec.get("cites")),
                place=source.place(path),
            )
        return plans

    def read(self, vocabulary: Vocabulary) -> Pack:
        """The pack; raises InvalidInput with every problem found in its files."""
        source = self.files.sources["pack"]
        data = source.data
        if not isinstance(data, dict):
            raise InvalidInput.at(
                source.place(), "pack.yaml is a mapping", "pack, title, publisher, kind, status, versions"
            )
        self._keys(source, (), data, _PACK_KEYS)
        for name in self.files.sources:
            if name not in _FILES and not name.startswith("tables/"):
                self._report(self.files.sources[name], (), *unknown_name("file of a pack", f"{name}.yaml", _FILES))
        if data.get("kind") not in UNDATED_KINDS and not data.get("versions"):
            self._report(
                source, (), "a published document has versions", "{version: name, effective: date, published: date}"
            )
        if data.get("pack") != self.files.name:
            self._report(
                source, ("pack",), f"pack '{data.get('pack')}' stands in folder '{self.files.name}'", "same name"
            )
        for key, known in (("kind", DOCUMENT_KINDS), ("status", STATUSES)):
            if data.get(key) not in known:
                self._report(source, (key,), *unknown_name(key, str(data.get(key)), known))
        for name in DATA_FILES:
            if name in self.files.sources:
                self.problems.extend(plain.problems(name, self.files.sources[name]))
        held = bool(data.get("held", False))
        pack = Pack(
            name=self.files.name,
            title=str(data.get("title", "")),
            publisher=str(data.get("publisher", "")),
            kind=str(data.get("kind")),
            status=str(data.get("status")),
            about=str(data.get("about", "")),
            held=held,
            versions=self._versions(source),
            replaced_by=self._successor(source),
            clauses=self._clauses(held),
            tables=tuple(self._tables(vocabulary)),
            gathering=tuple(self._gathering(vocabulary)),
            plans=self.plans(),
            denials=self._denials(),
            files={name: self.files.sources[name] for name in DATA_FILES if name in self.files.sources},
            folder=str(self.files.folder),
        )
        if self.problems:
            raise InvalidInput(self.problems)
        return pack

    def _mapping(self, source: Source, path: Path_) -> Mapping[str, Any]:
        value = source.data
        for step in path:
            value = (value.get(step) if isinstance(value, dict) else None) or {}
        if not isinstance(value, dict):
            self._report(source, path, "expected a mapping")
            return {}
        return value

    def _list(self, source: Source, entries: Any, path: Path_, kind: str) -> list[tuple[Path_, dict[str, Any]]]:
        if entries is None:
            return []
        if not isinstance(entries, list):
            self._report(source, path, f"expected a list of {kind}")
            return []
        found = []
        for index, entry in enumerate(entries):
            if isinstance(entry, dict):
                found.append(((*path, index), entry))
            else:
                self._report(source, (*path, index), f"expected a mapping for each of the {kind}")
        return found

    def _versions(self, source: Source) -> tuple[Version, ...]:
        versions = []
        for path, entry in self._list(source, source.data.get("versions"), ("versions",), "versions"):
            self._keys(source, path, entry, ("version", "effective", "published", "says", "cites", "held"))
            effective, published = (
                NOT_YET if entry.get(key) == TODO else self._date(source, (*path, key), entry.get(key))
                for key in ("effective", "published")
            )
            name = str(entry.get("version", effective))
            cites = self._texts(source, (*path, "cites"), entry.get("cites"))
            held = entry.get("held", True) is not False
            versions.append(Version(name, effective, published, str(entry.get("says", "")), cites, held))
        return tuple(sorted(versions, key=lambda version: version.effective))

    def _successor(self, source: Source) -> Successor | None:
        spec = source.data.get("replaced_by")
        path: Path_ = ("replaced_by",)
        if spec is None:
            return None
        if not isinstance(spec, dict):
            self._report(source, path, "`replaced_by` is a mapping with title, effective, published and cites")
            return None
        self._keys(source, path, spec, ("title", "effective", "published", "cites"))
        effective = self._date(source, (*path, "effective"), spec.get("effective"))
        published = self._date(source, (*path, "published"), spec.get("published"))
        cites = self._texts(source, (*path, "cites"), spec.get("cites"))
        return Successor(str(spec.get("title", "")), effective, published, cites)

    def _clauses(self, held: bool) -> dict[str, Clause]:
        source = self.files.sources.get("clauses")
        clauses: dict[str, Clause] = {}
        for path, entry in self._list(source, source.data, (), "clauses") if source else []:
            assert source is not None
            self._keys(source, path, entry, _CLAUSE_KEYS)
            name = str(entry.get("clause", ""))
            if not _NAME.match(name):
                self._report(source, path, f"'{name}' is not a clause id", "lower-case letters, digits and hyphens")
            if name in clauses:
                self._report(source, (*path, "clause"), f"clause '{name}' stands twice", "give each clause its own id")
            if entry.get("kind") not in (*CLAUSE_KINDS, TODO):
                self._report(source, (*path, "kind"), *unknown_name("kind", str(entry.get("kind")), CLAUSE_KINDS))
            if not entry.get("says"):
                self._report(source, path, f"clause '{name}' has no paraphrase", "say under `says` what it means")
            clauses[name] = Clause(
                id=name,
                pack=self.files.name,
                kind=str(entry.get("kind")),
                locator=str(entry.get("at", "")),
                says=str(entry.get("says", "")),
                text=self._fingerprint(source, path, entry.get("text"), held, name),
                place=source.place(path),
                not_carried=str(entry.get("not_carried") or ""),
            )
        return clauses

    def _fingerprint(self, source: Source, path: Path_, spec: Any, held: bool, name: str) -> Fingerprint | None:
        if spec is None:
            if held:
                hint = "`clausal fingerprint` prints it"
                self._report(source, path, f"clause '{name}' of a held document has no fingerprint", hint)
            return None
        sha256, length = (spec.get("sha256"), spec.get("length")) if isinstance(spec, dict) else (None, None)
        if not isinstance(sha256, str) or not re.fullmatch(r"[0-9a-f]{64}", sha256) or not isinstance(length, int):
            self._report(source, (*path, "text"), "a fingerprint is {sha256: 64 hex digits, length: characters}")
            return None
        return Fingerprint(sha256, length)

    def _tables(self, vocabulary: Vocabulary) -> Iterable[Table]:
        names: dict[str, str] = {}
        for source in self.files.tables():
            try:
                *flags, table = self._read(source, vocabulary)
            except InvalidInput as error:
                self.problems.extend(error.problems)
                continue
            yield from flags
            if table.name in names:
                self._report(source, ("table",), f"table '{table.name}' stands in {names[table.name]} too")
            names[table.name] = source.name
            yield table

    def _read(self, source: Source, vocabulary: Vocabulary) -> list[Table]:
        """The table in a file, after those that derive its criteria."""
        if not is_criteria(source):
            return [read_table(source, self.files.name, vocabulary)]
        found = lay_out(source, self.files.name)
        *flags, table = (read_table(one, self.files.name, vocabulary) for one in found.tables)
        return [*flags, replace(table, criteria=found.criteria)]

    def _gathering(self, vocabulary: Vocabulary) -> Iterable[Table]:
        """For each fact that is gathered over lines the table that tells which lines count."""
        source = self.files.sources.get("facts")
        for name in self._mapping(source, ("facts",)) if source else {}:
            fact = vocabulary.facts.get(name)
            if source is not None and fact is not None and fact.gathered:
                try:
                    yield read_where(source, self.files.name, vocabulary, fact)
                except InvalidInput as error:
                    self.problems.extend(error.problems)

    def criteria_facts(self) -> Iterable[Fact]:
        """The flags of the criteria of its tables, of those that can be read: what is wrong is told with the tables."""
        for source in self.files.tables():
            if is_criteria(source):
                with suppress(InvalidInput):
                    yield from lay_out(source, self.files.name).facts

    def _denials(self) -> dict[str, Denial]:
        source = self.files.sources.get("denials")
        denials = {}
        for name, spec in (self._mapping(source, ()) if source else {}).items():
            assert source is not None
            if not isinstance(spec, dict) or "carc" not in spec:
                self._report(source, (name,), f"denial '{name}' is a mapping with carc, rarc, finding and says")
                continue
            rarc = self._texts(source, (name, "rarc"), spec.get("rarc"))
            finding = str(spec.get("finding", ""))
            if finding and finding not in FINDINGS:
                self._report(source, (name, "finding"), *unknown_name("finding", finding, FINDINGS))
            group = str(spec.get("group", "CO"))
            if group not in ADJUSTMENT_GROUPS:
                self._report(source, (name, "group"), *unknown_name("group", group, ADJUSTMENT_GROUPS))
            says, reading = str(spec.get("says", "")), str(spec.get("reading", ""))
            denials[name] = Denial(name, str(spec.get("carc")), rarc, says, finding, group, reading)
        return denials
