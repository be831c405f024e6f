"""Which regions are shown: of one pair of conclusions, one plan, one code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from clausal.documents.library import CODE, Library
from clausal.documents.pack import Plan
from clausal.problems import expected_one_of, nearest
from clausal.service.problems import FieldProblem

FIELDS = ("pair", "plan", "code")
OF_PLAN = ("benefit", "administrative", "authorization", "documents")
"""Tables that bear on a plan where they are of its own document, or answer an authority that it asks."""
NOTHING = "nothing is said"


@dataclass(frozen=True)
class Wanted:
    """What is to be shown; empty is all."""

    pair: str = ""
    plan: str = ""
    code: str = ""

    def __bool__(self) -> bool:
        return bool(self.pair or self.plan or self.code)


def read(texts: Mapping[str, str], library: Library, pairs: Iterable[str]) -> tuple[Wanted, list[FieldProblem]]:
    """The filters of an address, with what is wrong with them."""
    given = {name: texts.get(name, "").strip() for name in FIELDS}
    problems = []
    known: dict[str, Iterable[str]] = {"pair": list(pairs), "plan": library.plans}
    for name, values in known.items():
        if given[name] and given[name] not in values:
            hint = nearest(given[name], values) or expected_one_of(values)
            problems.append(FieldProblem(path=name, message=f"there is no {name} '{given[name][:80]}'", hint=hint))
    if given["code"] and not (len(given["code"]) == 5 and given["code"].isalnum()):
        expected = "five letters or digits, as in 64640"
        problems.append(FieldProblem(path="code", message=f"'{given['code'][:40]}' is no code", expected=expected))
    return Wanted(given["pair"], given["plan"], given["code"].upper()), problems


def pair_of(region: Mapping[str, Any]) -> str:
    """The conclusions before and after, each in short."""
    both = (region[side]["conclusion"] or NOTHING for side in ("before", "after"))
    return " → ".join(one.partition(";")[0] if one.startswith("finding") else one[:60] for one in both)


def pairs_of(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The pairs that there are, with how many regions have each."""
    counts = Counter(pair_of(region) for table in told["tables"] for region in table["changes"])
    return [{"pair": pair, "regions": count} for pair, count in counts.most_common()]


def is_wanted(wanted: Wanted, table: Mapping[str, Any], region: Mapping[str, Any], library: Library) -> bool:
    """Whether a region is shown."""
    if wanted.pair and pair_of(region) != wanted.pair:
        return False
    if wanted.plan:
        plan = library.plans[wanted.plan]
        if not is_asked(table, plan) or not _may_be(region["where"].get("plan"), wanted.plan):
            return False
    return not wanted.code or _may_be(region["where"].get(CODE), wanted.code)


def is_asked(table: Mapping[str, Any], plan: Plan) -> bool:
    """Whether a table can bear on what becomes of a plan's lines."""
    ((kind, name),) = table["answers"].items()
    if kind == "authority":
        return name in plan.authorities
    if kind in OF_PLAN:
        return name in plan.authorities or plan.pack == table["table"].partition("/")[0]
    return True


def _may_be(side: Mapping[str, Any] | None, value: str) -> bool:
    """Whether a value lies in a side of a region (None: the fact does not matter)."""
    if side is None:
        return True
    if "in" in side:
        return value in side["in"]
    if "not_in" in side:
        return value not in side["not_in"]
    return any(_is_entry(one, value) for one in side.get("codes", ()))


def _is_entry(entry: Mapping[str, Any], code: str) -> bool:
    if "code" in entry:
        return bool(entry["code"] == code)
    if "under" in entry:
        return code.startswith(entry["under"].rstrip("-")) and not _is_named(entry.get("but", ()), code)
    return not _is_named(entry["other_than"], code)


def _is_named(texts: Iterable[str], code: str) -> bool:
    return any(code.startswith(one[:-1].rstrip(".")) if one.endswith("-") else code == one for one in texts)
