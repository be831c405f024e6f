"""Identifiers, times and digests, as the store writes them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from typing import Any

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_LENGTH = 26


def new_id() -> str:
    """A random identifier: 26 letters and digits (130 bits), none that is easily taken for another."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def new_secret() -> str:
    """A random secret (256 bits) that may stand in an address or a header."""
    return secrets.token_urlsafe(32)


def now() -> str:
    """The time as the store writes it: UTC, ISO 8601, microseconds."""
    return written(dt.datetime.now(dt.UTC))


def written(moment: dt.datetime) -> str:
    """A moment as the store writes it."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def canonical(value: Any) -> str:
    """JSON of which there is one for a value: keys in order, no blanks, all in ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)


def digest(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
