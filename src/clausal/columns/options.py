"""How a claim file is decided."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """How to decide: with what was published by `as_of`; with the derivation of each amount, or without."""

    as_of: dt.date
    derivation: bool = False
