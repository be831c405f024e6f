"""Load packs: read all of them, check them against one another, and refuse all if any is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import clausal
from clausal.documents.carried import cited, qualified
from clausal.documents.library import BOUND_BY_EDITION, Library
from clausal.documents.pack import Pack
from clausal.documents.read import PackFiles, PackReader, read_files
from clausal.facts.read_vocabulary import VocabularyReader
from clausal.facts.source import Source
from clausal.facts.vocabulary import Vocabulary
from clausal.problems import InvalidInput, Place, Problem, unknown_name
from clausal.rules.analysis.checks import cycle
from clausal.rules.conclusions import FINDINGS
from clausal.rules.finding import Finding
from clausal.rules.model import SERVICE_DATE, Between, Criterion, Force, Rule, Table


def bundled_packs() -> Path:
    """The folder of the packs that come with the project, installed or in a checkout."""
    installed = Path(clausal.__file__).parent / "packs"
    return installed if installed.is_dir() else Path(clausal.__file__).parents[2] / "packs"


def load_library(folders: Sequence[Path] = (), *, replacing: bool = False) -> Library:
    """Load the bundled packs and those in `folders` (a folder of packs, or one pack); refuse all if any is wrong.

    A pack that stands in two folders is refused, or, `replacing`, taken from the later one.
    """
    problems: list[Problem] = []
    packs_files: list[PackFiles] = []
    for folder in _pack_folders([bundled_packs(), *folders]):
        try:
            packs_files.append(read_files(folder))
        except InvalidInput as error:
            problems.extend(error.problems)
    if problems:
        raise InvalidInput(problems)
    if replacing:
        packs_files = list({_named(files): files for files in packs_files}.values())
    folder_of: dict[str, Path] = {}
    for files in packs_files:
        if files.name in folder_of:
            problems.append(
                Problem(Place(str(files.folder)), f"pack '{files.name}' stands in {folder_of[files.name]} too")
            )
        folder_of[files.name] = files.folder
    readers = [PackReader(files) for files in packs_files]
    vocabulary = _vocabulary(readers, problems)
    packs: dict[str, Pack] = {}
    for reader in readers:
        try:
            packs[reader.files.name] = _qualified(reader.read(vocabulary))
        except InvalidInput as error:
            problems.extend(error.problems)
    problems.extend(_declared_twice(packs.values()))
    problems.extend(_unresolved(packs))
    tables = [table for pack in packs.values() for table in pack.tables]
    problems.extend(_derived_lists(tables, vocabulary))
    problems.extend(one.problem for one in (*_overlapping(tables, vocabulary), *cycle.check(tables, vocabulary.facts)))
    if problems:
        raise InvalidInput(problems)
    return Library(dict(sorted(packs.items())), vocabulary, _fingerprint(packs_files), packs_files)


def _overlapping(tables: Iterable[Table], vocabulary: Vocabulary) -> Iterable[Finding]:
    """Rules that hold together in a table that says `unique`; what finds them is loaded only if there is one."""
    unique = [table for table in tables if table.hit == "unique"]
    if not unique:
        return []
    from clausal.rules.analysis.checks import overlap
    from clausal.rules.analysis.checks.subject import Subject

    return [one for table in unique for one in overlap.check(Subject(table, vocabulary.facts))]


def _derived_lists(tables: Iterable[Table], vocabulary: Vocabulary) -> Iterable[Problem]:
    """Lists that two tables derive, or that another is put together from: nothing tells when these are complete."""
    facts = vocabulary.facts
    combined = {part: fact.name for fact in facts.values() for part in fact.combines}
    by_fact: dict[str, str] = {}
    for table in tables:
        kind, name = table.answers
        if kind != "fact" or facts[name].type != "codes":
            continue
        if name in by_fact:
            message = f"list '{name}' is derived by table {by_fact[name]} too"
            yield Problem(table.place, message, "put the rules of both into one table")
        if name in combined:
            message = f"list '{name}' is derived, and list '{combined[name]}' is put together from it"
            yield Problem(table.place, message, "derive what should be on the other list itself")
        by_fact.setdefault(name, table.id)


def _named(files: PackFiles) -> str:
    """The name that a pack gives itself: a version of it may stand in a folder of another name."""
    data = files.sources["pack"].data
    name = str(data.get("pack")) if isinstance(data, dict) else files.name
    files.name = name
    return name


def _pack_folders(folders: Iterable[Path]) -> Iterable[Path]:
    for folder in folders:
        if not folder.is_dir():
            raise InvalidInput.at(Place(str(folder)), "no such folder of packs")
        if (folder / "pack.yaml").is_file():
            yield folder
        else:
            try:
                yield from sorted(path for path in folder.iterdir() if path.is_dir() and any(path.glob("*.yaml")))
            except OSError as error:
                raise InvalidInput.at(Place(str(folder)), f"cannot be read: {error.strerror or error}") from None


def _vocabulary(readers: Sequence[PackReader], problems: list[Problem]) -> Vocabulary:
    """The declarations of all packs."""
    plans = {name: plan.label for reader in readers for name, plan in reader.plans().items()}
    declarations = VocabularyReader({"plans": plans, "findings": FINDINGS})
    source_of: dict[str, Source] = {}
    sources = [reader.files.sources["facts"] for reader in readers if "facts" in reader.files.sources]
    for source in sources:
        before = set(declarations.facts)
        declarations.take(source)
        source_of.update(dict.fromkeys(set(declarations.facts) - before, source))
    declarations.extend()
    for reader in readers:
        declarations.facts.update({fact.name: fact for fact in reader.criteria_facts()})
    declarations.check_references(source_of)
    problems.extend(declarations.problems)
    for reader in readers:
        reader.problems.clear()
    if problems:
        raise InvalidInput(problems)
    return declarations.result()


def _qualified(pack: Pack) -> Pack:
    """The pack with every citation written out as `pack#clause`."""

    def full(cites: Iterable[str]) -> tuple[str, ...]:
        return tuple(qualified(cite, pack.name) for cite in cites)

    first = pack.versions[0].effective if pack.versions else None

    def dated(table: Table, rule: Rule) -> Rule:
        """With its citations in full; a rule that the document does not date is in force from its first edition on."""
        undated = rule.force.start is None and table.answers[0] in BOUND_BY_EDITION
        tested = rule.when.get(SERVICE_DATE)
        if undated and first and isinstance(tested, Between):
            low = max(first, tested.low) if tested.low else first
            return replace(rule, cites=full(rule.cites), when={**rule.when, SERVICE_DATE: Between(low, tested.high)})
        force = Force(first, rule.force.end) if undated and tested is None else rule.force
        return replace(rule, cites=full(rule.cites), force=force)

    def read(rule: Rule) -> Rule:
        reading = replace(rule.reading, cites=full(rule.reading.cites)) if rule.reading else None
        return replace(rule, reading=reading)

    def cited(criterion: Criterion) -> Criterion:
        return replace(criterion, cites=full(criterion.cites), of=tuple(map(cited, criterion.of)))

    def whole(table: Table) -> Table:
        rules = tuple(read(dated(table, rule)) for rule in table.rules)
        return replace(table, rules=rules, criteria=tuple(map(cited, table.criteria)))

    tables = tuple(map(whole, pack.tables))
    successor = replace(pack.replaced_by, cites=full(pack.replaced_by.cites)) if pack.replaced_by else None
    plans = {name: replace(plan, cites=full(plan.cites)) for name, plan in pack.plans.items()}
    versions = tuple(replace(version, cites=full(version.cites)) for version in pack.versions)
    return replace(pack, tables=tables, replaced_by=successor, plans=plans, versions=versions)


def _declared_twice(packs: Iterable[Pack]) -> Iterable[Problem]:
    """Plans and denial reasons that two packs declare."""
    plans: dict[str, str] = {}
    denials: dict[str, str] = {}
    for pack in packs:
        for plan in pack.plans.values():
            if plan.name in plans:
                yield Problem(
                    plan.place, f"plan '{plan.name}' is declared in pack '{plans[plan.name]}' too", "rename it"
                )
            plans.setdefault(plan.name, pack.name)
        for name in pack.denials:
            if name in denials:
                place = Place(f"{pack.folder}/denials.yaml")
                yield Problem(place, f"denial '{name}' is declared in pack '{denials[name]}' too", "rename it")
            denials.setdefault(name, pack.name)


def _unresolved(packs: Mapping[str, Pack]) -> Iterable[Problem]:
    """Citations of clauses that do not exist, and denial reasons that no pack declares."""
    known = {clause.ref for pack in packs.values() for clause in pack.clauses.values()}
    denials = {name for pack in packs.values() for name in pack.denials}
    authorities = {t.answers[1] for pack in packs.values() for t in pack.tables if t.answers[0] == "authority"}
    for pack in packs.values():
        for table in pack.tables:
            for rule in table.rules:
                for cite in (*rule.cites, *(rule.reading.cites if rule.reading else ())):
                    if cite not in known:
                        yield Problem(rule.place, f"rule '{rule.name}' cites {_missing(cite, pack, known)}")
                for denial in (rule.then.get("denial"), rule.then.get("in_place_of")):
                    if denial is not None and denial not in denials:
                        message, hint = unknown_name("denial reason", str(denial), denials)
                        yield Problem(rule.place, message, hint)
        for version in pack.versions:
            for cite in version.cites:
                if cite not in known:
                    place = Place(f"{pack.folder}/pack.yaml")
                    yield Problem(place, f"version '{version.name}' cites {_missing(cite, pack, known)}")
        for plan in pack.plans.values():
            for authority in plan.authorities:
                if authority not in authorities:
                    message, hint = unknown_name("authority", authority, authorities)
                    yield Problem(plan.place, f"{message}: no document answers for it", hint)
            for cite in plan.cites:
                if cite not in known:
                    yield Problem(plan.place, f"plan '{plan.name}' cites {_missing(cite, pack, known)}")
        for cite in pack.replaced_by.cites if pack.replaced_by else ():
            if cite not in known:
                yield Problem(Place(pack.folder), f"`replaced_by` cites {_missing(cite, pack, known)}")
        for source in pack.files.values():
            for path, cite in cited(source.data):
                if qualified(cite, pack.name) not in known:
                    yield Problem(source.place(path), f"cites {_missing(qualified(cite, pack.name), pack, known)}")


def _missing(cite: str, pack: Pack, known: Iterable[str]) -> str:
    message, hint = unknown_name("clause", cite, known)
    return f"{message}; {hint}" if pack.clauses else f"{message}; this pack has no clauses.yaml"


def _fingerprint(packs: Iterable[PackFiles]) -> str:
    """SHA-256 over every file of every pack, in order of name."""
    digest = hashlib.sha256()
    for files in sorted(packs, key=lambda files: files.name):
        for name, raw in sorted(files.raw.items()):
            digest.update(f"{files.name}/{name}\n{len(raw)}\n".encode())
            digest.update(raw)
    return f"sha256:{digest.hexdigest()}"
