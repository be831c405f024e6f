"""Which modifiers exist."""

from __future__ import annotations

import pytest

from clausal.documents.library import Library
from clausal.schedules.modifiers import AMBULANCE, KNOWN, exists


def test_a_case_and_a_claim_know_every_modifier_that_exists(library: Library) -> None:
    assert set(library.vocabulary.facts["modifiers"].values) == KNOWN | AMBULANCE


@pytest.mark.parametrize("modifier", ["RH", "HH", "SH", "NR", "JX"])
def test_origin_and_destination_of_an_ambulance_are_a_modifier(modifier: str) -> None:
    assert exists(modifier)
