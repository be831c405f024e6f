"""Processes of ours beside the service: how one is begun, with the configuration, and how it is ended."""

from __future__ import annotations

import os
import subprocess
import sys

from clausal.service.configuration import Configuration

CONFIGURED = "CLAUSAL_SERVICE"
"""The environment variable that hands the configuration to a process of ours."""
ENDS = 30.0
"""Seconds that a job is given to keep what it has done when the service stops."""


def process_of(configuration: Configuration, number: str) -> subprocess.Popen[bytes]:
    """A process that works at a job, and at nothing else."""
    environment = os.environ | {CONFIGURED: configuration.model_dump_json()}
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
