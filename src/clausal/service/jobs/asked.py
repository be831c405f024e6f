"""What is asked of the results of a job, and a page of them: plain values, without what reads the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ROW = "row"
"""Under which name rows have their number in the file of results, where that is asked for."""


@dataclass(frozen=True)
class Asked:
    """Which rows: those with these values, from an offset on; and by which columns all of them are counted."""

    where: Mapping[str, str]
    facets: Sequence[str] = ()
    size: int = 100
    offset: int = 0
    numbered: bool = False


@dataclass(frozen=True)
class Page:
    """Rows with how many there are in all; for each facet its values with lines and sums (None: no line has any)."""

    rows: list[dict[str, Any]]
    total: int
    facets: dict[str, list[dict[str, Any]]]
