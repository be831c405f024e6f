"""`unreachable`: a rule that can never decide: its tests exclude one another, or earlier rules always come first."""

from __future__ import annotations

from collections.abc import Iterable

from clausal.rules.analysis.checks.subject import Subject, words
from clausal.rules.analysis.diff import says_of
from clausal.rules.finding import Finding, Removal
from clausal.rules.masks import bits

NAME = "unreachable"


def check(subject: Subject) -> Iterable[Finding]:
    """Rules that no case reaches, with the rules that stand before them."""
    first = subject.table.hit == "first"
    for at, rule in enumerate(subject.rules):
        earlier = subject.near[at] & ((1 << at) - 1) if first else 0
        if subject.case(at, earlier, lambda alive, bit=1 << at: alive == bit, earlier) is not None:  # type: ignore[misc]
            continue
        held = subject.case(at, 0, lambda _: True)
        if held is None:
            message = f"rule '{rule.name}' can never hold: no case meets all its tests"
            yield Finding(NAME, "error", rule.place, message, "look for tests that exclude one another")
            continue
        before = _standing_before(subject, at, earlier)
        others = subject.named(before)
        mine = says_of(rule), rule.cites
        verb = "decides" if len(others) == 1 else "decide"
        same = all((says_of(subject.rules[one]), subject.rules[one].cites) == mine for one in bits(before))
        yield Finding(
            NAME,
            "error",
            rule.place,
            f"rule '{rule.name}' can never decide: wherever it holds, {words(others)} {verb} before it",
            "move it up, or take it out",
            others,
            subject.shown(held),
            Removal(rule.place.file, ("rules", at)) if same else None,
        )


def _standing_before(subject: Subject, rule: int, earlier: int) -> int:
    """Few of the earlier rules that suffice to cover the rule."""
    needed = earlier
    for one in bits(earlier):
        fewer = needed & ~(1 << one)
        if subject.case(rule, fewer, lambda alive, bit=1 << rule: alive == bit, fewer) is None:  # type: ignore[misc]
            needed = fewer
    return needed
