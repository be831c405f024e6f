"""What takes files: by path, with what it needs and how much it may take; and how a form that sends one proves itself.

A form with a file cannot bring its session's secret as a field, since nothing of its body is read before the secret is
known; without JavaScript it can bring no header. So its address has a secret of its own, made of the session's and the
path: it is good for that form alone, and the session's cannot be told from it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qs, unquote

from clausal.service.roles import Permission

FORM_SECRET = "form"
"""The parameter of an address that brings the secret of a form."""
MULTIPART = "multipart/form-data"


@dataclass(frozen=True)
class Upload:
    """A path that takes files; `{name}` in it is any one step. `most` are MiB, where less than others may take."""

    path: str
    permission: Permission
    most: int | None = None
    instead: str = ""
    """What to do with a file that is too large."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What an address of it looks like."""
        return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(self.path)))


_CLAIMS = "a larger claim file goes by `clausal adjudicate`, or is named in the operator's folder (`claims_path`)"
_DOCUMENT = "is it one document? cut it into its parts"
UPLOADS = (
    Upload("/api/v1/adjudications", "claims", instead=_CLAIMS),
    Upload("/api/v1/impacts", "impact", instead=_CLAIMS),
    Upload("/policies/{pack}/{day}/text", "read", 32, _DOCUMENT),
    Upload("/policies/{pack}/{day}/newer", "read", 32, _DOCUMENT),
    Upload("/policies/{pack}/{day}/newer.json", "read", 32, _DOCUMENT),
    Upload("/claims", "claims", instead=_CLAIMS),
    Upload("/claims/{run}/answers", "claims", instead="answer a part of the lines at a time"),
)


def upload_of(path: str) -> Upload | None:
    """What takes files at a path, if anything does."""
    return next((one for one in UPLOADS if one.pattern.fullmatch(path)), None)


def form_secret(csrf: str, path: str) -> str:
    """The secret of the form that sends to a path, in a session with this secret; empty where there is no session."""
    if not csrf:
        return ""
    return hmac.new(csrf.encode(), f"form {unquote(path)}".encode(), hashlib.sha256).hexdigest()


def is_of_form(csrf: str, path: str, query: bytes) -> bool:
    """Whether an address brings the secret of the form that sends there."""
    sent = (parse_qs(query.decode("latin-1")).get(FORM_SECRET) or [""])[0]
    return bool(csrf) and hmac.compare_digest(sent.encode(), form_secret(csrf, path).encode())
