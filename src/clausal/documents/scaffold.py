"""Start a pack for a new document: its passages as clause entries, fingerprinted, classified where that is plain."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence

from clausal.documents.fingerprint import fingerprint
from clausal.documents.pack import TODO
from clausal.documents.segments import Passage
from clausal.documents.templates import templates

MOST_NAMED = 4
"""Words of a heading that name a place in the document: too few to repeat it."""
UNCLASSIFIED = TODO
_DATE = r"\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}"
_EFFECTIVE = re.compile(rf"effective(?: date)?[^0-9\n]{{0,20}}({_DATE})", re.I)
_TITLE = re.compile(r"^\W*(?:policy )?title\W+(.+)$", re.I | re.M)
_PLAIN: Sequence[tuple[str, re.Pattern[str]]] = (
    ("evidence", re.compile(r"\bet al\b|\bNCT\d{8}\b|\bp\s*[=<>]\s*0?\.\d|\brandomi[sz]ed\b|\bretrospective\b", re.I)),
    ("history", re.compile(rf"^\W*(?:{_DATE})(?:\s|\t|\|)", re.I)),
    (
        "administrative",
        re.compile(
            r"\b(?:no|nor|not|cannot)\b[^.;]{0,40}\bguarantee|guarantees? of (?:payment|coverage|benefit)|"
            r"subject to change|(?:not|no) (?:legal|medical) advice|copay|certificate(?! of (?:medical|need))",
            re.I,
        ),
    ),
    ("catalogue", re.compile(r"\$\s?\d|^\W*[A-Z]{2,4}\d{3,}[-\d]*\s")),
    (
        "normative",
        re.compile(
            r"\b(?:is|are|be) (?:considered |not )*(?:\W*experimental|investigational|(?:not )?medically necessary|"
            r"covered|contraindicated|excluded|eligible|indicated)|\bmust\b|\brequire[sd]?\b",
            re.I,
        ),
    ),
)
_DECIDING = (
    ("normative", re.compile(r"\b(?:covered|excluded|not covered|medically necessary|investigational)\b", re.I)),
)
"""Words with which a line that looks like a heading may well decide something."""
_SAYS = re.compile(rf":\s*\Z|:.*\d|{_DATE}")
"""A line that opens something, gives a number or a day: it may look like a heading, and says more than one."""
_SECTIONS: Sequence[tuple[str, re.Pattern[str]]] = (
    (
        "evidence",
        re.compile(r"reference|bibliograph|rationale|evidence|trial|practice guideline|position statement", re.I),
    ),
    ("history", re.compile(r"history|revision", re.I)),
    ("normative", re.compile(r"statement|criteria|coverage determination|limitations?$|exclusion", re.I)),
    ("administrative", re.compile(r"administrative|disclaimer", re.I)),
    ("definition", re.compile(r"definition|description|background", re.I)),
)


def classified(passage: Passage) -> str:
    """The kind of a passage where its words or its heading make it plain, else UNCLASSIFIED: a person has to say."""
    if passage.form == "heading":
        decides = _SAYS.search(passage.text) or any(words.search(passage.text) for _, words in _DECIDING)
        return UNCLASSIFIED if decides else "heading"
    if passage.form == "reference":
        return "evidence"
    for kind, words in _PLAIN:
        if words.search(passage.text):
            return kind
    for kind, words in _SECTIONS:
        if any(words.search(title) for title in passage.under):
            return kind
    return UNCLASSIFIED


def _line(line: int) -> str:
    return f"line {line}"


def skeleton(name: str, text: str, found: Iterable[Passage], told: Callable[[int], str] = _line) -> Mapping[str, str]:
    """The files of a new pack, by name, given the document's text and its passages.

    What a person has to fill in is `todo`, which `clausal check` lists. `told` says where a line of the text is, in the
    document's own terms.
    """
    return {"pack.yaml": _pack(name, text), "clauses.yaml": clauses(found, told), **templates(name)}


def clauses(found: Iterable[Passage], told: Callable[[int], str] = _line) -> str:
    """Clause entries for passages, without paraphrases: their text stays where it is, its place is given instead."""
    entries: list[str] = []
    section = number = 0
    ids: set[str] = set()
    for passage in found:
        mark = fingerprint(passage.text)
        if passage.form == "heading":
            section, number = section + 1, 0
            at, says = f"section {section}, heading", "A heading."
        else:
            number += 1
            at, says = f"{_section(section, passage)}, {passage.form} {number}", TODO
        kind = classified(passage)
        entries.append(
            f"- clause: {_id(passage, number, ids)}\n  kind: {kind}\n  at: {_quoted(at)}\n"
            f"  text: {{sha256: {mark.sha256}, length: {mark.length}}}  # {told(passage.line)}\n"
            f"  says: {TODO if kind == TODO else says}\n"
        )
    return "".join(entries)


def _section(number: int, passage: Passage) -> str:
    """A section by its number and a few words of its heading."""
    if not passage.under:
        return "before the first heading"
    title = " ".join(passage.under[-1].split()[:MOST_NAMED])
    return f"section {number} ({title})"


def _id(passage: Passage, number: int, ids: set[str]) -> str:
    """A short name: of a heading its own words, else those it stands under and a number."""
    words = passage.text if passage.form == "heading" else passage.under[-1] if passage.under else "start"
    short = "-".join(_slug(words).split("-")[:4]) or "passage"
    name = f"heading-{short}" if passage.form == "heading" else f"{short}-{number}"
    unique, again = name, 1
    while unique in ids:
        again += 1
        unique = f"{name}-{again}"
    ids.add(unique)
    return unique


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', "'") + '"'


def _pack(name: str, text: str) -> str:
    title, effective = _TITLE.search(text), _EFFECTIVE.search(text)
    day = _day(effective[1]) if effective else None
    lines = [
        f"pack: {name}",
        f"title: {_quoted(' '.join(title[1].split())) if title else TODO}",
        f"publisher: {TODO}",
        "# one of coverage-policy, national-determination, local-determination, coding-notice, reimbursement-guide",
        "kind: coverage-policy",
        "# one of in-force, superseded, proposed",
        "status: in-force",
        "held: true",
        "# what this edition is, and what is not known of it",
        f"about: {TODO}",
        "versions:",
        "# published: the day it was published or signed; until it stands here the pack answers nothing",
        f'  - {{version: "{day.year if day else TODO}", effective: {day or TODO}, published: {TODO}}}',
    ]
    return "\n".join(lines) + "\n"


def _day(text: str) -> dt.date | None:
    """A date as the document writes it; month first, as in the United States."""
    try:
        if "-" in text:
            return dt.date.fromisoformat(text)
        month, day, year = (int(part) for part in text.split("/"))
        return dt.date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None
