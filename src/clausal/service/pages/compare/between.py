"""A document compared on two days of service, as the pages show it: its regions by number and digest."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from clausal.documents.diff import Side
from clausal.documents.diff_data import diff_data
from clausal.documents.library import Library
from clausal.documents.pack import Pack
from clausal.problems import nearest
from clausal.service.held import Held
from clausal.service.problems import Refusal
from clausal.store.reviews import region_digest

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
AS_IN = "as in /compare/PACK/2022-12-31..2023-01-01"


def pack_of(held: Held, name: str) -> Pack:
    """The document of an address; Refusal where there is none."""
    packs = held.library.packs
    if name not in packs:
        near = nearest(name, packs)
        raise Refusal(404, f"no document '{name[:80]}' is held", near or "see the list at /policies", path="pack")
    return packs[name]


def day_of(text: str) -> dt.date:
    """A day of an address; Refusal where it is none."""
    try:
        if not _DAY.match(text):
            raise ValueError
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Refusal(404, f"'{text[:40]}' is no day", AS_IN) from None


def between(held: Held, pack: str, first: dt.date, second: dt.date) -> dict[str, Any]:
    """What changes, with every region numbered through all tables; those that only rest on other clauses apart.

    The value is kept: whoever adds to it makes a copy.
    """
    return _between(held.library, held.etag, pack, first, second)


@lru_cache(maxsize=32)
def _between(library: Library, _: str, pack: str, first: dt.date, second: dt.date) -> dict[str, Any]:
    title = f"{pack}, services of {first} and of {second}"
    told = diff_data(Side(library, first), Side(library, second), [pack], title)
    number = 0
    for table in told["tables"]:
        table["name"] = table["table"].partition("/")[2]
        for kind, common in (("changes", "in_all"), ("other_clauses", "in_all_other_clauses")):
            for region in table[kind]:
                number += kind == "changes"
                region["number"] = number if kind == "changes" else None
                region.setdefault("but_not_words", [])
                region["digest"] = _digest(table["table"], region)
                region["own_words"] = {
                    name: text for name, text in region["words"].items() if name not in table[common]
                }
    return told


def _digest(table: str, region: Mapping[str, Any]) -> str:
    words = {"": table, **region["words"]}
    return region_digest(words, region["but_not_words"], region["before"], region["after"])


def regions_of(told: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The regions whose conclusion changes, by digest."""
    return {region["digest"]: region for table in told["tables"] for region in table["changes"]}
