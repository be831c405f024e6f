"""How a command ends: well, with bad input, by a signal, or because nobody reads on; and what it says then."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, TextIO, cast

import typer
from typer.core import TyperGroup

from clausal.problems import InvalidInput, Place, Problem
from clausal.shown import ShownStream

BAD_INPUT, CUT_OFF = 2, 1
OWNER_ALONE = 0o077
"""What others may not do with a file that is made: anything."""
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
_AGAIN = 0.01
"""Seconds after which a signal that was lost is sent again."""


_received: list[int] = []
"""The signals that asked the process to end, as they came."""


class Signalled(KeyboardInterrupt):
    """Raised in the main thread when the process is asked to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Commands(TyperGroup):
    """Commands of which one that is stopped by a signal tells what is kept, and ends with the signal's status."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise typer.Exit(_stopped(error)) from None
        except RuntimeError as error:
            raise typer.Exit(_stopped(_signal_of(error))) from None


def run(command: Callable[[], Any]) -> int:
    """Run a command; its exit status. Problems are told on standard error.

    Files that are made meanwhile are for their owner alone, and nothing from data steers the terminal.
    """
    os.umask(OWNER_ALONE)
    _open_closed()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.stdout, sys.stderr = (cast("TextIO", ShownStream(one)) for one in (sys.stdout, sys.stderr))
    for name in _SIGNALS:
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is not signal.SIG_IGN:
            signal.signal(getattr(signal, name), _raise)
    sys.unraisablehook = _raise_later
    try:
        status = _status(command)
        sys.stdout.flush()
    except OSError as error:
        return _unwritten(error)
    return status


def _open_closed() -> None:
    """Give a command that was started without a stream one, so that no file takes its number.

    There is nothing to read, and errors go nowhere; but an answer that is lost is told, as with a disk that is full:
    what stands for standard output takes nothing.
    """
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY))
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


def _raise(number: int, _: FrameType | None) -> None:
    _received.append(number)
    raise Signalled(number)


def _raise_later(unraisable: Any) -> None:
    """Where an error cannot leave (an object that is being deleted) a signal would be lost: send it again at once."""
    if isinstance(unraisable.exc_value, Signalled):
        again = threading.Timer(_AGAIN, signal.raise_signal, (unraisable.exc_value.number,))
        again.daemon = True
        again.start()
    else:
        sys.__unraisablehook__(unraisable)


def _status(command: Callable[[], Any]) -> int:
    try:
        command()
    except InvalidInput as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return BAD_INPUT
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 0
    except KeyboardInterrupt as error:
        return _stopped(error)
    except RuntimeError as error:
        return _stopped(_signal_of(error))
    return 0


def _signal_of(error: RuntimeError) -> BaseException:
    """The signal that DuckDB took for its own in the middle of a query; raises an error that is none."""
    signalled = error.__context__ or error.__cause__
    if isinstance(signalled, KeyboardInterrupt):
        return signalled
    if _received and "interrupted" in str(error).lower():
        return Signalled(_received[-1])
    raise error


def _stopped(error: BaseException) -> int:
    """Say what a signal cut short: what runs adds a note of what is kept, and how to go on."""
    number = error.number if isinstance(error, Signalled) else signal.SIGINT
    print(f"stopped by {signal.Signals(number).name}", file=sys.stderr)
    for note in getattr(error, "__notes__", ()):
        print(note, file=sys.stderr)
    return 128 + number


def _unwritten(error: OSError) -> int:
    """A file that no reader or writer told of; or standard output takes no more: its reader is gone, its disk full."""
    if error.filename is not None:
        print(Problem(Place(str(error.filename)), f"cannot be used: {error.strerror}"), file=sys.stderr)
        return BAD_INPUT
    if not isinstance(error, BrokenPipeError):
        print(f"standard output: cannot be written: {error.strerror or error}", file=sys.stderr)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return CUT_OFF
