"""What the figures were taken on, in one line."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = ("numpy", "scipy", "pulp", "highspy", "ortools")
CPU_FILE = Path("/proc/cpuinfo")


def describe_machine() -> str:
    """Return processor, cores, Python and the versions of the libraries that compute."""
    libraries = ", ".join(f"{name} {_version(name)}" for name in LIBRARIES)
    return f"{_processor()}, {_cores()} cores, Python {platform.python_version()}, {libraries}"


def _processor() -> str:
    """Return the model of the processor as far as the system says."""
    if CPU_FILE.exists():
        lines = CPU_FILE.read_text(encoding="utf-8", errors="replace").splitlines()
        models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        if models:
            return models[0]
    return platform.processor() or platform.machine()


def _cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _version(name: str) -> str:
    """Return the installed version of a library."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"
