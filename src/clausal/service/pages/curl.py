"""The line for a shell that fetches what a page shows, good as it is copied."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

from fastapi import Request

from clausal.service.api.common import parts_of
from clausal.service.configuration import Configuration

HEADER = "token.header"
"""The file in the data folder that has the single user's token as a header, while the service runs."""


def header_file(configuration: Configuration) -> Path:
    """Where that file is."""
    return configuration.data / HEADER


def curl_of(request: Request, path: str, method: str = "GET", body: Any = None) -> str:
    """A line for a shell that makes a call.

    The single user's token is read from a file that nobody else may read; others put theirs in CLAUSAL_TOKEN.
    """
    configuration = parts_of(request).configuration
    base = configuration.public_url or str(request.base_url).rstrip("/")
    found = header_file(configuration)
    token = shlex.quote(f"@{found}") if configuration.is_single_user else '"Authorization: Bearer $CLAUSAL_TOKEN"'
    parts = ["curl -s -H", token]
    if method != "GET":
        parts += ["-X", method]
    if body is not None:
        parts += ["-H 'Content-Type: application/json' -d", shlex.quote(json.dumps(body))]
    return " ".join([*parts, shlex.quote(f"{base}{path}")])
