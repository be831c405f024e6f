"""Money as text: the interface has dollars as `"1234.50"`, whatever whole cents are counted in beneath it."""

from __future__ import annotations

from typing import Any

AMOUNTS = frozenset(("charge", "allowed", "payer", "patient", "paid", "paid_before", "paid_after", "difference"))
"""The names under which counts of claim files have cents."""


def in_dollars(value: Any) -> Any:
    """Counts with their sums as text."""
    if isinstance(value, dict):
        return {
            name: _amount(one) if name in AMOUNTS else in_dollars(one) for name, one in value.items() if name != "money"
        }
    return [in_dollars(one) for one in value] if isinstance(value, list) else value


def _amount(value: Any) -> Any:
    if not isinstance(value, int) or isinstance(value, bool):
        return in_dollars(value)
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100}.{abs(value) % 100:02}"
