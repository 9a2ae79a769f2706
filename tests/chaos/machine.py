"""The machine that figures were taken on: without it they say little."""

import os
import platform
import time
from pathlib import Path
from typing import Any

import psutil

_WRITES = 100
_BLOCK = b"x" * 4096


def describe_machine(folder: Path) -> dict[str, Any]:
    """Return cores, memory, Python, the load of the last minute, and how long the disk takes for an fsync."""
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
        "fsync_ms": measure_fsync(folder),
    }


def measure_fsync(folder: Path) -> dict[str, float]:
    """Return p50 and p95 of writing 4 KB and waiting for the disk, in milliseconds."""
    path, times = folder / ".fsync", []
    folder.mkdir(exist_ok=True)
    with path.open("wb") as file:
        for _ in range(_WRITES):
            file.write(_BLOCK)
            file.flush()
            begun = time.perf_counter()
            os.fsync(file.fileno())
            times.append((time.perf_counter() - begun) * 1000)
    path.unlink()
    return {f"p{share}": round(find_percentile(times, share), 2) for share in (50, 95)}


def find_percentile(values: list[float], share: float) -> float:
    """Return the value that `share` percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))]


def find_median(values: list[float]) -> float:
    """Return the median, to a tenth."""
    return round(find_percentile(values, 50), 1)


def find_tail(values: list[float]) -> float:
    """Return the 95th percentile, to a tenth."""
    return round(find_percentile(values, 95), 1)
