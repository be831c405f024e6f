"""Procedures of one day in a hospital or surgical centre: the costliest in full, the others at half.

Status T of OPPS, whoever of the claim rendered them; a centre's procedures where Addendum AA says Y. A bilateral one
counts twice where the physician fee schedule lets the code be billed for both sides; 52 and 73: half, once, whatever
the units. Source: Medicare Claims Processing Manual, chapter 4, sections 10.5, 20.6.2 and 20.6.4; chapter 14,
sections 40.4 and 40.5.
"""

from __future__ import annotations

import numpy as np

from clausal.payment.money import half_up
from clausal.payment.parts import Part, Parts
from clausal.payment.rules.multiple_surgery import rank
from clausal.schedules.lines import Bools, Ints, Lines


def procedures(lines: Lines, can_be_bilateral: Bools) -> Ints:
    """How many procedures each line is."""
    ended = lines.has("52", "73")
    both = lines.has("50") & can_be_bilateral & ~ended
    return np.where(ended, 1, np.where(both, lines.units * 2, lines.units))


def percent(lines: Lines) -> Ints:
    """What is paid of a procedure that was reduced or discontinued before anesthesia, in percent."""
    return np.where(lines.has("52", "73"), 50, 100)


def parts(lines: Lines, at: Ints, worth: Ints, count: Ints) -> Parts:
    """How the lines `at` are paid, of `count` procedures worth so much each."""
    ranked = rank(lines, at, lines.day[at], worth, count, limit=None)
    return Parts(at, (Part("", ranked.full, worth), Part("50 percent", ranked.half, half_up(worth, 2))))
