"""What an installed copy carries: the package, the templates, the migrations, and a command."""

import subprocess
import sys
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import mentormatch
from tests.architecture.source import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as a release does, from what lies in the checkout and without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_every_file_of_package_templates_and_migrations(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    kept = {"mentormatch": "mentormatch", "templates": "mentormatch/templates", "migrations": "mentormatch/migrations"}
    for folder, place in kept.items():
        files = [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        assert {f"{place}/{path.relative_to(ROOT / folder).as_posix()}" for path in files} <= inside


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert tops == {"mentormatch", f"mentormatch-{mentormatch.__version__}.dist-info"}


def test_the_wheel_says_that_it_is_typed_and_names_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert "mentormatch/py.typed" in archive.namelist()
        scripts = archive.read(f"mentormatch-{mentormatch.__version__}.dist-info/entry_points.txt").decode()
    assert "mentormatch = mentormatch.cli:main" in scripts


def test_the_command_is_installed() -> None:
    assert [script.value for script in entry_points(group="console_scripts", name="mentormatch")] == [
        "mentormatch.cli:main"
    ]


def test_the_changelog_has_a_section_for_this_version() -> None:
    assert f"## {mentormatch.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
