"""The Dockerfile as a test can follow it: its instructions, and its build steps in a folder in place of an image."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.architecture.source import ROOT

SOURCE = "/source"


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its name in capitals and the rest of its lines as one."""

    name: str
    rest: str

    @property
    def words(self) -> list[str]:
        """Return the words of an instruction that is written as a list, or between blanks."""
        start = self.rest.find("[")
        return list(json.loads(self.rest[start:])) if self.rest.endswith("]") else self.rest.split()


def read_stages() -> list[list[Instruction]]:
    """Return the instructions of each stage, the one that begins it first."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    instructions = [
        Instruction(name, " ".join(rest.split())) for name, _, rest in (line.partition(" ") for line in lines)
    ]
    starts = [place for place, one in enumerate(instructions) if one.name == "FROM"]
    return [instructions[start:end] for start, end in zip(starts, [*starts[1:], len(instructions)], strict=True)]


def find_uv() -> str:
    """Return the installer that the Makefile uses as well."""
    command = ["sh", "requirements/install.sh", "uv"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    return found if found == "uv" else str(ROOT / found)


@dataclass(slots=True)
class Image:
    """A folder in place of an image: what the Dockerfile puts at ``/opt`` lies in its ``opt``."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    def inside(self, text: str) -> str:
        """Return a text in which the places of the image are those of the folder."""
        return re.sub(r"(?<![\w.*])/(opt|source|tmp/wheel|data)\b", rf"{self.root}/\1", text)

    def build(self, stage: list[Instruction]) -> None:
        """Follow the instructions of a stage, except those that need to be the system's administrator."""
        for one in stage:
            if one.name == "ENV":
                self.environment |= dict(pair.split("=", 1) for pair in one.words)
            elif one.name == "COPY":
                *sources, target = one.words
                self._copy(sources, target)
            elif one.name == "RUN":
                self._run(one.rest)

    def _copy(self, sources: list[str], target: str) -> None:
        """Copy what the image is built from; whatever .dockerignore keeps out is not there."""
        let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
        place = self.root / SOURCE[1:] / target
        for source in sources:
            assert source.partition("/")[0] in let_in, f".dockerignore keeps {source} out"
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / source, place)

    def _run(self, command: str) -> None:
        """Run a step with uv in the place of pip: it has the packages of the lock in its cache."""
        uv = find_uv()
        command = self.inside(command).replace("PIP_REQUIRE_HASHES=", "UV_REQUIRE_HASHES=")
        command = re.sub(
            r"python3 -m venv (\S+)", rf"{uv} venv --quiet --no-project --python {sys.executable} \1", command
        )
        command = re.sub(r"(\S+) -m pip install", rf"{uv} pip install --python \1", command)
        command = re.sub(r"\S+ -m pip uninstall \S+ --yes pip", "true", command)
        environment = os.environ | {"UV_REQUIRE_HASHES": self.environment["PIP_REQUIRE_HASHES"]}
        done = subprocess.run(
            ["sh", "-ec", command],
            cwd=self.root / SOURCE[1:],
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
