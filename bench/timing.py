"""Time a call many times over, and print its median beside what was asked for."""

from __future__ import annotations

import gc
import os
import platform
import statistics
import time
from collections.abc import Callable


def median_seconds(call: Callable[[], object], *, repeat: int, inner: int = 1) -> float:
    """Median of `repeat` timings of a call; each timing makes `inner` calls and counts one."""
    call()
    samples = []
    gc.disable()
    try:
        for _ in range(repeat):
            start = time.perf_counter()
            for _ in range(inner):
                call()
            samples.append((time.perf_counter() - start) / inner)
    finally:
        gc.enable()
    return statistics.median(samples)


def machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}"


def line(what: str, seconds: float, asked: float | None = None) -> str:
    """A row: what was measured, the median, what was asked for, and the ratio of the two."""
    unit, scale = next((u, s) for u, s in (("s ", 1.0), ("ms", 1e-3), ("µs", 1e-6)) if seconds >= s or u == "µs")
    text = f"  {what:<62} {seconds / scale:8.2f} {unit}"
    return text if asked is None else f"{text}   asked {asked / scale:8.2f} {unit}   ratio {seconds / asked:5.2f}"
