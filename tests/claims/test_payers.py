"""A payer file: tax numbers and addresses of payers, for the 835."""

from __future__ import annotations

import pytest

from clausal.claims.payers import Payer, lacking, named, read_payers
from clausal.exchange.x12.remittance import Party
from clausal.facts.source import parse_source
from clausal.problems import InvalidInput

GIVEN = """
about: The payers that we are.
payers:
  "00710": {tax_id: 38-0000009, address: [9 High St, Detroit, MI, "48226"]}
"""


def test_a_payer_file_is_read() -> None:
    assert read_payers(parse_source(GIVEN, "p.yaml")) == {
        "00710": Payer("", "380000009", ("9 High St", "Detroit", "MI", "48226"))
    }


def test_it_goes_before_what_claims_say() -> None:
    payers = {"00710": Payer("", "380000009")}
    said = Party("SOME PLAN", "00710", tax_id="1", address=("9 HIGH ST", "DETROIT", "MI", "48226"))
    assert named(said, payers) == Party("SOME PLAN", "00710", tax_id="380000009", address=said.address)
    assert named(Party("OTHER", "1"), payers) == Party("OTHER", "1")


def test_what_is_missing_is_told() -> None:
    assert lacking(Party("P", "1")) == "the payer's tax number and address are not known: give a payer file (--payers)"
    assert lacking(Party("P", "1", tax_id="380000009")) == (
        "the payer's address is not known: give a payer file (--payers)"
    )
    assert lacking(Party("P", "1", tax_id="380000009", address=("S", "C", "MI", "48226"))) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("payers: []", "p.yaml:1:1: a payer file has one key, `payers`"),
        ("payers: {A: 1}", "p.yaml:1:10: this says nothing of a payer (payers.A)"),
        ("payers: {A: {tax_id: 12}}", "p.yaml:1:14: this is no tax number (payers.A.tax_id); nine digits"),
        ("payers: {A: {tax: '380000009'}}", "unknown key 'tax' (payers.A.tax); did you mean 'tax_id'?"),
        (
            "payers: {A: {address: Detroit}}",
            "not an address: it has no street, city, state and ZIP code (payers.A.address)",
        ),
        ("payers: {A: {address: [9 High St, Detroit, M1, '48226']}}", "not an address: its state is not known"),
    ],
)
def test_what_is_wrong_with_a_payer_file_is_told_where_it_stands(text: str, message: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        read_payers(parse_source(text, "p.yaml"))
    assert message in str(raised.value)
