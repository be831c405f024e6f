"""Masks: whole numbers whose bits stand for rules, kinds of code, or clauses of rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def mask_of(bits: Iterable[bool]) -> int:
    """The mask with the bits that are true."""
    return sum(1 << index for index, bit in enumerate(bits) if bit)


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits of a mask, in order."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def fold(clauses: int, width: int) -> int:
    """The rules to which clauses belong: clause `at` of rule `rule` is bit `at * width + rule`."""
    found, full = 0, (1 << width) - 1
    while clauses:
        found |= clauses & full
        clauses >>= width
    return found


def repeated(rules: int, width: int, depth: int) -> int:
    """The first `depth` clauses of some rules."""
    return rules * (((1 << width * depth) - 1) // ((1 << width) - 1))
