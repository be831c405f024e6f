"""A claim as it was heard, accepted or refused, with all that an answer to it must name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from clausal.exchange.x12.claim import Billing, Claim, Patient, Subscriber
from clausal.exchange.x12.problem import Header


class Correspondent(NamedTuple):
    """Who sent a transaction (NM1*41) or is to receive it (NM1*40)."""

    name: str = ""
    first_name: str = ""
    id: str = ""


class Heard(NamedTuple):
    """A claim at its end. `key` is its `claim_key`; `reference` what the sender calls its transaction (BHT03)."""

    header: Header
    key: str
    submitter: Correspondent
    receiver: Correspondent
    reference: str
    billing: Billing
    subscriber: Subscriber | None
    patient: Subscriber | Patient | None
    claim: Claim
    accepted: bool


OnClaim = Callable[[Heard], None]
