"""Runs a command in a process of its own and measures it from outside: time on the wall, peak memory (POSIX only).

The process that measures stays small: Linux counts what a parent holds at the moment of the start as the child's.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[2]
MEGABYTE = 2**20 if sys.platform == "darwin" else 2**10
"""What the system calls ``ru_maxrss``: bytes on macOS, kibibytes elsewhere."""
COMMAND_LINE = ("-c", "from mentormatch.cli import main; main()")


@dataclass(frozen=True, slots=True)
class Measurement:
    """A finished process: seconds from start to end, the most memory it held (MB), and what it printed."""

    seconds: float
    memory_mb: float
    printed: str


class FailedError(Exception):
    """A process that was to be measured did not end well; the text says which and how."""


def measure(arguments: Sequence[str], label: str) -> Measurement:
    """Run Python with the given arguments from the root of the project and wait for its end; ``label`` names the work.

    Raises ``FailedError`` when it ends with anything but 0.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        started = perf_counter()
        process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=out, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        if process.returncode != 0:
            errors.seek(0)
            last = errors.read().decode(errors="replace").strip().splitlines()[-1:]
            raise FailedError(f"{label} ended with {process.returncode}: {''.join(last)}")
        return Measurement(seconds, usage.ru_maxrss / MEGABYTE, out.read().decode())


def measure_command(*words: str) -> Measurement:
    """Run ``mentormatch`` with the given words."""
    return measure([*COMMAND_LINE, *words], " ".join(("mentormatch", *words)))
