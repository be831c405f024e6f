"""What tables can answer, what their conclusions may hold, and the parts of these that are more than a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from clausal.facts.source import Path_
from clausal.problems import unknown_name

ANSWERS = {
    "fact": ("value",),
    "authority": ("finding", "also", "refer_to", "says", "warning", "approve", "denial"),
    "benefit": ("benefit", "says", "warning"),
    "administrative": ("denial", "precedes", "in_place_of", "says"),
    "authorization": ("required", "decided_by", "for_whom", "valid", "says"),
    "documents": ("document", "says", "why", "when"),
    "coding": ("code", "units", "count", "of", "modifiers", "both_sides", "at_most", "says"),
    "safety": ("severity", "says", "only_certain"),
    "conflict": ("says", "denial", "binding"),
    "notice": ("says",),
}
"""What a table can answer, and what the conclusions of each kind may hold."""
FINDINGS = {
    "covered": "the policy covers it",
    "investigational": "the policy calls it experimental or investigational",
    "not-medically-necessary": "the policy calls it not medically necessary",
    "excluded": "the policy excludes it",
    "covered-if-primary-covers": "covered so far as the primary payer covers it",
    "refer": "another named authority decides",
    "not-addressed": "the policy does not speak of it",
}
DENYING = ("investigational", "not-medically-necessary", "excluded")
"""Findings by which a service is not covered."""
BENEFITS = ("as-found", "not-covered", "covered-if-primary-covers")
SEVERITIES = ("block", "confirm", "caution")
WHEN = ("with-request", "with-claim", "on-request")
"""When a document is to be sent."""
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "administrative": ("denial",),
    "safety": ("says",),
    "conflict": ("says",),
    "notice": ("says",),
    "documents": ("document", "says"),
}
"""What the conclusions of a kind cannot do without."""
CLOSED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "authority": {"finding": tuple(FINDINGS)},
    "benefit": {"benefit": BENEFITS},
    "safety": {"severity": SEVERITIES},
    "documents": {"when": WHEN},
}
"""Conclusions whose words are a closed list."""
COLLECTED = ("documents", "notice", "safety", "conflict", "administrative")
"""Kinds of answer of which every rule that holds is told."""
DECIDED = ("authority", "benefit", "authorization")
"""Kinds of answer of which one rule decides."""
Unit = Literal["days", "weeks", "months", "years"]
_UNITS: tuple[Unit, ...] = get_args(Unit)
_APPROVED = ("for", "units", "visits")
Refusal = tuple[Path_, str, str]
"""Where in a conclusion, what is wrong, and a hint."""


@dataclass(frozen=True, slots=True)
class Length:
    """How long something holds."""

    number: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.number} {self.unit if self.number > 1 else self.unit.removesuffix('s')}"


@dataclass(frozen=True, slots=True)
class Approval:
    """What is approved where a service is covered: for how long, how many units, how many visits; None: not said."""

    length: Length | None = None
    units: int | None = None
    visits: int | None = None

    def __str__(self) -> str:
        """In words: `for 6 months, 2 units`."""
        parts = [f"for {self.length}"] if self.length else []
        for count, what in ((self.units, "unit"), (self.visits, "visit")):
            parts += [f"{count} {what}{'s' if count != 1 else ''}"] if count is not None else []
        return ", ".join(parts)


def with_parts(then: Mapping[str, Any]) -> dict[str, Any]:
    """A conclusion that was found right, with its parts as values of their own."""
    found = dict(then)
    if "approve" in then:
        spec = then["approve"]
        length = _length(spec["for"]) if "for" in spec else None
        found["approve"] = Approval(length, spec.get("units"), spec.get("visits"))
    if "valid" in then:
        found["valid"] = _length(then["valid"])
    return found


def refusals(kind: str, then: Mapping[str, Any]) -> Iterator[Refusal]:
    """What is wrong with a conclusion of a kind of answer, but for values of facts and codes."""
    yield from _unknown((), then, ANSWERS[kind])
    for key in REQUIRED.get(kind, ()):
        if not isinstance(then.get(key), str):
            yield (), f"a {kind.removesuffix('s')} needs `{key}`", ""
    for key, words in CLOSED.get(kind, {}).items():
        if (word := str(then.get(key))) not in words:
            yield (key,), *unknown_name(key, word, words)
    if kind == "authority":
        yield from _of_authority(then)
    if kind == "authorization":
        yield from _of_authorization(then)


def _of_authority(then: Mapping[str, Any]) -> Iterator[Refusal]:
    if "also" in then and str(then["also"]) not in FINDINGS:
        yield ("also",), *unknown_name("finding", str(then["also"]), FINDINGS)
    finding = then.get("finding")
    if "denial" in then and finding not in DENYING:
        yield ("denial",), f"a finding of {finding} denies nothing", f"with one of {', '.join(DENYING)}"
    if "approve" not in then:
        return
    spec = then["approve"]
    if finding != "covered":
        yield ("approve",), f"a finding of {finding} approves nothing", "with `finding: covered`"
    if not isinstance(spec, dict) or not spec:
        yield ("approve",), "`approve` tells what is approved", "as in {for: {months: 6}, units: 2, visits: 10}"
        return
    yield from _unknown(("approve",), spec, _APPROVED)
    if "for" in spec:
        yield from _of_length(("approve", "for"), spec["for"])
    for key in ("units", "visits"):
        if key in spec and not _is_count(spec[key]):
            yield ("approve", key), f"'{spec[key]}' is not a number of {key}", "a whole number of at least 1"


def _of_authorization(then: Mapping[str, Any]) -> Iterator[Refusal]:
    if "required" in then and not isinstance(then["required"], bool):
        yield (
            ("required",),
            f"'{then['required']}' is not true or false",
            "leave it out where the document does not say",
        )
    if not {"required", "decided_by"} & set(then):
        yield (), "an authorization tells whether it is `required`, or who it is `decided_by`", ""
    if "valid" in then:
        yield from _of_length(("valid",), then["valid"])


def _of_length(path: Path_, spec: Any) -> Iterator[Refusal]:
    hint = "as in {months: 6}"
    if not isinstance(spec, dict) or len(spec) != 1:
        yield path, "a length of time has one unit", hint
        return
    ((unit, number),) = spec.items()
    if unit not in _UNITS:
        yield (*path, unit), *unknown_name("unit", str(unit), _UNITS)
    elif not _is_count(number):
        yield (*path, unit), f"'{number}' {unit} is no length", "a whole number of at least 1"


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _length(spec: Mapping[Unit, int]) -> Length:
    ((unit, number),) = spec.items()
    return Length(number, unit)


def _unknown(path: Path_, spec: Mapping[str, Any], known: Iterable[str]) -> Iterator[Refusal]:
    for key in spec:
        if key not in known:
            yield (*path, key), *unknown_name("key", str(key), known)
