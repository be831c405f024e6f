"""Roles, and what each may do: the one table that every route is held against.

The single user of `clausal serve` on loopback has all roles; an adverse determination needs its reviewer all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, get_args

Role = Literal["viewer", "biller", "reviewer", "physician", "analyst", "admin"]
Permission = Literal[
    "public",
    "read",
    "decide",
    "price",
    "save",
    "answers.own",
    "answers.all",
    "determinations.read",
    "determinations.work",
    "determinations.determine",
    "claims",
    "claims.all",
    "impact",
    "audit",
    "operate",
]
"""What a route may need: `public` nothing; `read` documents; `decide` what-ifs; `save` keeps an answer; `answers.own`
reads one's own, `answers.all` everybody's; `determinations.work` takes steps, `determinations.determine` also adverse
ones; `claims` and `impact` run files, `claims.all` sees everybody's;
`audit` reads the log; `operate` looks after people, packs and what is kept."""
ROLES: tuple[Role, ...] = get_args(Role)

_ALL: frozenset[Permission] = frozenset({"public", "read", "decide", "price"})
MAY: Mapping[Role, frozenset[Permission]] = {
    "viewer": _ALL,
    "biller": _ALL | {"save", "answers.own", "claims"},
    "reviewer": _ALL | {"save", "answers.own", "answers.all", "determinations.read", "determinations.work"},
    "physician": _ALL
    | {"save", "answers.own", "answers.all", "determinations.read", "determinations.work", "determinations.determine"},
    "analyst": _ALL | {"save", "answers.own", "claims", "claims.all", "impact"},
    "admin": frozenset({"public", "read", "audit", "operate"}),
}


def may(roles: Collection[str], permission: Permission) -> bool:
    """Whether somebody with some roles may do something."""
    return permission == "public" or any(permission in MAY[one] for one in ROLES if one in roles)
