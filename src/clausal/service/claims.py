"""Which roles the claims of a sign-in provider give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clausal.service.configuration import SignIn
from clausal.service.problems import Refusal
from clausal.service.roles import ROLES

RESERVED = ("local", "program:", "system", "operator")
"""Names under which the service itself, its single user and its programs stand in the log."""


def subject_of(claims: Mapping[str, Any]) -> str:
    """The provider's identifier of somebody; raises Refusal for one that is ours to give."""
    found = str(claims["sub"])[:255]
    if not found.isprintable() or found.lower().startswith(RESERVED):
        raise Refusal(403, "you are not let in", "the provider's `sub` is a name that the service uses itself")
    return found


def roles_of(claims: Mapping[str, Any], settings: SignIn) -> frozenset[str]:
    """The roles that claims give; a claim may stand within others (`realm_access.roles`)."""
    found: Any = claims
    for step in settings.roles_claim.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    values = {found} if isinstance(found, str) else set(map(str, found or ()))
    return frozenset(role for role in ROLES if values & set(settings.roles.get(role, ())))
