"""Run a command as a user does, in this process: exit status, what is printed where, or the exception that escapes."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from typer.main import get_command

from clausal.cli import app
from clausal.cli.ending import run as run_whole


@dataclass(frozen=True)
class Ended:
    """How a command ended; `escaped` is the traceback of what nobody caught, which a user must never see."""

    status: int
    out: str
    err: str
    escaped: str = ""


@contextlib.contextmanager
def _as_before() -> Iterator[None]:
    """What a command changes in its process is changed back: the mask of modes, streams, signals."""
    mask, streams = os.umask(0), (sys.stdout, sys.stderr)
    os.umask(mask)
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = [signal.getsignal(one) for one in numbers]
    try:
        yield
    finally:
        os.umask(mask)
        sys.stdout, sys.stderr = streams
        for one, handler in zip(numbers, handlers, strict=True):
            signal.signal(one, handler)


@cache
def _command() -> Callable[[], Any]:
    return get_command(app)


def run(*arguments: str | Path) -> Ended:
    """Run `clausal` with these arguments."""
    out, err = io.BytesIO(), io.BytesIO()
    escaped, status = "", -1
    with _as_before(), patch.object(sys, "argv", ["clausal", *map(str, arguments)]):
        sys.stdout, sys.stderr = (io.TextIOWrapper(one, "utf-8", write_through=True) for one in (out, err))
        kept = sys.stdout, sys.stderr
        try:
            status = run_whole(_command())
        except Exception:
            escaped = traceback.format_exc()
        del kept
        return Ended(status, out.getvalue().decode(), err.getvalue().decode(), escaped)
