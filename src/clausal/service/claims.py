"""Which roles the claims of a sign-in provider give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clausal.service.configuration import SignIn
from clausal.service.roles import ROLES


def roles_of(claims: Mapping[str, Any], settings: SignIn) -> frozenset[str]:
    """The roles that claims give; a claim may stand within others (`realm_access.roles`)."""
    found: Any = claims
    for step in settings.roles_claim.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    values = {found} if isinstance(found, str) else set(map(str, found or ()))
    return frozenset(role for role in ROLES if values & set(settings.roles.get(role, ())))
