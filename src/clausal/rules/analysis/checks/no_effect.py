"""`no-effect`: a rule that never changes the answer: without it every case would be told the same."""

from __future__ import annotations

from collections.abc import Iterable

from clausal.rules.analysis.checks.subject import Subject, words
from clausal.rules.analysis.diff import says_of
from clausal.rules.analysis.regions import Box
from clausal.rules.finding import Finding
from clausal.rules.masks import bits
from clausal.rules.model import Rule

NAME = "no-effect"


def check(subject: Subject) -> Iterable[Finding]:
    """Rules without effect; of two that repeat each other the later one."""
    if subject.table.hit == "unique":
        return
    gone = 0
    for at in reversed(range(len(subject.rules))):
        first = subject.table.hit == "first"
        if first and _never_reached(subject, at):
            gone |= 1 << at
            continue
        found = _of_first(subject, at, gone) if first else _of_collect(subject, at, gone)
        if found is not None:
            gone |= 1 << at if found.severity == "warning" else 0
            yield found


def _never_reached(subject: Subject, at: int) -> bool:
    """Whether earlier rules always come first: that is for `unreachable` to tell."""
    earlier = subject.near[at] & ((1 << at) - 1)
    return subject.case(at, earlier, lambda alive: alive == 1 << at, earlier) is None


def _of_first(subject: Subject, at: int, gone: int) -> Finding | None:
    bit = 1 << at
    near = subject.near[at] & ~gone & ~bit
    earlier = near & (bit - 1)
    says = [says_of(one) for one in subject.rules]

    def differs(alive: int) -> bool:
        after = alive & ~bit
        return not alive & earlier and (not after or says[(after & -after).bit_length() - 1] != says[at])

    if subject.case(at, near, differs, earlier) is not None:
        return None
    reached = subject.case(at, near, lambda alive: not alive & earlier, earlier)
    if reached is None:
        return None
    same = sum(1 << one for one in bits(near & ~(bit - 1)) if says[one] == says[at])
    return _told(subject, at, same, reached)


def _of_collect(subject: Subject, at: int, gone: int) -> Finding | None:
    rule, bit = subject.rules[at], 1 << at
    same = sum(1 << one for one in bits(subject.near[at] & ~gone & ~bit) if _at_least_as_much(subject.rules[one], rule))
    if not same or subject.case(at, same, lambda alive: not alive & same, 0) is not None:
        return None
    held = subject.case(at, 0, lambda _: True)
    return None if held is None else _told(subject, at, same, held)


def _at_least_as_much(one: Rule, rule: Rule) -> bool:
    """Whether a rule concludes all that the other does."""
    if isinstance(one.then.get("value"), frozenset) and isinstance(rule.then.get("value"), frozenset):
        return bool(one.then["value"] >= rule.then["value"])
    return says_of(one) == says_of(rule)


def _told(subject: Subject, at: int, same: int, reached: Box) -> Finding:
    rule, others = subject.rules[at], subject.named(same)
    same_cites = all(set(rule.cites) <= set(subject.rules[one].cites) for one in bits(same))
    names = words(others)
    message = f"rule '{rule.name}' never changes the answer: {names} would conclude the same"
    if not same_cites:
        message = f"rule '{rule.name}' only changes the clause an answer rests on: {names} would conclude the same"
    return Finding(
        NAME,
        "warning" if same_cites else "note",
        rule.place,
        message,
        "take it out, or say what it is to change" if same_cites else "",
        others,
        subject.shown(reached),
    )
