"""`todo`: what is still to be filled in of a pack: paraphrases, kinds, a publisher, dates, facts and tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clausal.documents.library import Library
from clausal.documents.pack import NOT_YET, TODO, Pack
from clausal.documents.read import PackFiles
from clausal.documents.templates import MARK
from clausal.facts.source import Source
from clausal.problems import Place
from clausal.rules.finding import Finding

NAME = "todo"
_FIELDS = {
    "title": "what the document is called",
    "publisher": "who published it",
    "about": "what this edition is, and what is not known of it",
}


def check(library: Library) -> Iterable[Finding]:
    """For each pack what it still has to say, clauses of a kind of gap together, at the first of them."""
    for name, pack in library.packs.items():
        source = library.files[name].sources["pack"] if name in library.files else None
        if source is not None:
            yield from _fields(source, pack)
            yield from _files(library.files[name])
        yield from _clauses(pack)


def _fields(source: Source, pack: Pack) -> Iterator[Finding]:
    for key, what in _FIELDS.items():
        if str(source.data.get(key) or "").strip() == TODO:
            yield _told(source.place((key,)), f"the pack does not say {what}", f"write it under `{key}`")
    for at, version in enumerate(pack.versions):
        for key, day in (("effective", version.effective), ("published", version.published)):
            if day == NOT_YET:
                message = f"version '{version.name}' has no day `{key}`, and the pack answers nothing until it has"
                yield _told(source.place(("versions", at, key)), message, "write it as year-month-day")


def _files(files: PackFiles) -> Iterator[Finding]:
    for name, source in sorted(files.empty.items()):
        hint = f"write what the document says, by one of the examples after `{MARK}`, or remove the file"
        yield _told(source.place(), f"nothing stands in {name}.yaml yet", hint)


def _clauses(pack: Pack) -> Iterator[Finding]:
    clauses = list(pack.clauses.values())
    for what, open_ in (
        ("kind", [one for one in clauses if one.kind == TODO]),
        ("paraphrase", [one for one in clauses if one.says == TODO]),
    ):
        if open_:
            message = f"{len(open_)} of {len(clauses)} clauses have no {what} yet, the first is '{open_[0].id}'"
            hint = "look for `kind: todo`" if what == "kind" else "look for `says: todo`"
            yield _told(open_[0].place, message, hint)


def _told(place: Place, message: str, hint: str) -> Finding:
    return Finding(NAME, "warning", place, message, hint)
