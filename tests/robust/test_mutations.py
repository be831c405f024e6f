"""Damaged inputs of every kind: a short run; `python -m bench.mutations` runs all."""

from __future__ import annotations

import pytest

from tests.robust import mutations
from tests.robust.inputs import KINDS

SHORT = 30
"""Inputs of each kind."""


@pytest.mark.parametrize("kind", KINDS)
def test_no_damage_ends_in_a_traceback(kind: str) -> None:
    for number in mutations.numbers(kind)[:SHORT]:
        found = mutations.one(number)
        assert not found.faults, f"python -m bench.mutations --only {number}\n" + "\n".join(found.faults)


def test_what_is_not_damaged_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("bytes_", "lines", "encoded", "tree", "columns"):
        monkeypatch.setattr(f"tests.robust.damage.{name}", lambda raw, *_: raw)
    monkeypatch.setattr("tests.robust.mutations.damage_journal", lambda *_: None)
    for kind in KINDS:
        found = mutations.one(mutations.numbers(kind)[2])
        assert not found.faults
        assert set(found.statuses) <= {0, 3} or kind == "packed", found
