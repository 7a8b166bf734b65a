"""What an installed copy carries: the package, the templates, the migrations, and a command."""

import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from importlib.metadata import entry_points
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

import mentormatch
from tests.architecture.dockerfile import Image, read_stages
from tests.architecture.source import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as a release does, from what lies in the checkout and without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_every_file_of_package_templates_migrations_and_settings(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    kept = {"mentormatch": "mentormatch"} | {
        name: f"mentormatch/{name}" for name in ("templates", "migrations", "config")
    }
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


def test_an_installed_copy_finds_its_templates_and_draws_a_report(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    program = (
        f"import sys; sys.path.insert(0, {str(site)!r})\n"
        "import mentormatch; from mentormatch.cli import main\n"
        f"assert mentormatch.__file__.startswith({str(site)!r}), mentormatch.__file__\n"
        "main()"
    )
    out = str(tmp_path / "out")
    for words in (
        ("generate", str(tmp_path / "in"), "--people", "40"),
        ("match", str(tmp_path / "in"), "--out", out),
        ("report", out, "--no-trade-off"),
    ):
        command = [sys.executable, "-P", "-c", program, *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
    assert "</html>" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_an_installed_copy_finds_its_settings_and_migrates_a_database(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    program = (
        f"import sys; sys.path.insert(0, {str(site)!r})\n"
        "from mentormatch.files.carried_folders import find_folder\n"
        "from mentormatch.settings import load_settings\n"
        "from mentormatch.storage.engines import make_engine\n"
        "from mentormatch.storage.migrating import require_current, upgrade\n"
        f"assert str(find_folder('migrations')).startswith({str(site)!r})\n"
        "url = load_settings().database; upgrade(url)\n"
        "engine = make_engine(url); require_current(engine); engine.dispose()"
    )
    command = [sys.executable, "-P", "-c", program]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "var" / "mentormatch.sqlite").is_file()


def test_the_image_runs_the_portal_as_nobody_in_particular_and_watches_its_health() -> None:
    build, image = read_stages()
    assert any("requirements/portal.txt" in one.rest for one in build if one.name == "RUN")
    assert [one.rest for one in image if one.name == "USER"] == ["10001:10001"]
    assert [one.words for one in image if one.name in ("ENTRYPOINT", "CMD")] == [
        ["mentormatch"],
        ["serve", "--bind", "0.0.0.0:8000"],
    ]
    assert [one.words for one in image if one.name == "HEALTHCHECK"] == [
        ["python", "-m", "mentormatch.operating.health"]
    ]


def test_the_steps_of_the_image_make_a_portal_that_shows_its_log_in_page(tmp_path: Path) -> None:
    """Build as the Dockerfile says, then run what it says from a folder in which nothing else lies."""
    build, last = read_stages()
    image, data = Image(tmp_path), tmp_path / "data"
    (tmp_path / "source").mkdir()
    data.mkdir()
    image.build(build)
    settings = dict(pair.split("=", 1) for one in last if one.name == "ENV" for pair in one.words)
    path = image.inside(settings["PATH"]).replace("$PATH", os.defpath)
    clean = {"PATH": path, "MENTORMATCH_DATA_FOLDER": image.inside(settings["MENTORMATCH_DATA_FOLDER"])}
    program, python = (str(tmp_path / "opt/mentormatch/bin" / name) for name in ("mentormatch", "python"))
    shutil.rmtree(tmp_path / "source")

    asked = [python, "-c", "import mentormatch; print(mentormatch.__file__)"]
    where = subprocess.run(asked, cwd=data, env=clean, capture_output=True, text=True, check=True).stdout
    assert where.startswith(str(tmp_path / "opt"))
    subprocess.run([program, "db", "upgrade"], cwd=data, env=clean, check=True, capture_output=True, timeout=120)
    (words,) = [one.words for one in last if one.name == "CMD"]
    words = [word.replace("0.0.0.0:8000", "127.0.0.1:0") for word in words]
    with subprocess.Popen([program, *words], cwd=data, env=clean, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            address = re.search(r"listens at (127\.0\.0\.1:\d+);", line)
            assert address is not None, line + process.stderr.read()
            with build_opener(ProxyHandler({})).open(f"http://{address[1]}/log-in", timeout=60) as answer:
                assert "<input" in answer.read().decode()
            (check,) = [one.words for one in last if one.name == "HEALTHCHECK"]
            subprocess.run([python, *check[1:], address[1]], cwd=data, env=clean, check=True, timeout=60)
        finally:
            process.send_signal(signal.SIGTERM)
    assert {path.name for path in data.iterdir()} >= {"mentormatch.sqlite"}


def test_the_command_is_installed() -> None:
    assert [script.value for script in entry_points(group="console_scripts", name="mentormatch")] == [
        "mentormatch.cli:main"
    ]


def test_the_changelog_has_a_section_for_this_version() -> None:
    assert f"## {mentormatch.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
