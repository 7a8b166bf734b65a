"""The command line as its users meet it: words in; exit code, stdout and stderr out."""

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from mentormatch.cli import main

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "import sys; sys.argv[0] = 'mentormatch'; from mentormatch.cli import main; main()"


def run(*words: str | Path) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="mentormatch")


def start(*words: str | Path, stderr: int = subprocess.PIPE, **environment: str) -> subprocess.Popen[str]:
    """Start a command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
    )


def names_in(folder: Path) -> set[str]:
    """Return the names of everything in a folder, hidden ones too."""
    return {path.name for path in folder.iterdir()}
