"""One small organisation and its outcome, made once and copied by those who change it."""

import shutil
from pathlib import Path

import pytest

from tests.cli.command import run


@pytest.fixture(scope="session")
def made_organisation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a generated organisation of 60 people that nobody may change."""
    place = tmp_path_factory.mktemp("cli") / "organisation"
    assert run("generate", place, "--people", "60", "--seed", "3").exit_code == 0
    return place


@pytest.fixture(scope="session")
def made_outcome(made_organisation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return its outcome, which nobody may change either."""
    place = tmp_path_factory.mktemp("cli") / "outcome"
    result = run("match", made_organisation, "--out", place, "--candidates")
    assert result.exit_code == 0, result.output
    return place


@pytest.fixture
def organisation(made_organisation: Path, tmp_path: Path) -> Path:
    """Return a copy of the organisation."""
    return Path(shutil.copytree(made_organisation, tmp_path / "organisation"))


@pytest.fixture
def outcome(made_outcome: Path, tmp_path: Path) -> Path:
    """Return a copy of the outcome."""
    return Path(shutil.copytree(made_outcome, tmp_path / "outcome"))
