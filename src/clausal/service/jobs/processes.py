"""Processes of ours beside the service: how one is begun, with the configuration, and how it is ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

from clausal.service.configuration import Configuration

CONFIGURED = "CLAUSAL_SERVICE"
"""The environment variable that hands the configuration to a process of ours."""
PARENT = "CLAUSAL_PARENT"
"""The environment variable that tells a process of ours which one began it."""
LOOKED = 1.0
"""Seconds between two looks at the process that began this one."""
ENDS = 30.0
"""Seconds that a job is given to keep what it has done when the service stops."""


def process_of(configuration: Configuration, number: str) -> subprocess.Popen[bytes]:
    """A process that works at a job, and at nothing else."""
    environment = os.environ | {CONFIGURED: configuration.model_dump_json(), PARENT: str(os.getpid())}
    command = [sys.executable, "-m", "clausal.service.jobs.work", number]
    return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to stop, and stop it where it does not."""
    process.terminate()
    try:
        process.wait(ENDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def is_left() -> bool:
    """Whether the process that began this one, as it said itself, is gone."""
    return os.getppid() != int(os.environ.get(PARENT) or os.getppid())


def follow_parent() -> None:
    """Stop this process when the one that began it is gone, however that came to its end, and however early."""

    def watch() -> None:
        while not is_left():
            time.sleep(LOOKED)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
