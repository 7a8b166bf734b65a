"""mentormatch demo: from a made-up organisation to a verified outcome in one command."""

import tempfile
from pathlib import Path

import pytest

from tests.cli.command import names_in, run


def test_the_demonstration_ends_verified_and_says_where_the_files_are(tmp_path: Path) -> None:
    result = run("demo", "--people", "40", tmp_path / "demo")
    assert result.exit_code == 0, result.output
    assert "mentees served" in result.stdout
    assert "\nverified\n" in result.stdout
    assert f"Input in {tmp_path}/demo/organisation, outcome in {tmp_path}/demo/outcome." in result.stdout
    assert names_in(tmp_path / "demo") == {"organisation", "outcome"}


def test_the_demonstration_works_again_in_the_same_folder(tmp_path: Path) -> None:
    for people in ("40", "30"):
        assert run("demo", "--people", people, tmp_path / "demo").exit_code == 0
    assert names_in(tmp_path / "demo") == {"organisation", "outcome"}


def test_without_a_folder_the_files_lie_in_a_temporary_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert run("demo", "--people", "40").exit_code == 0
    (place,) = tmp_path.iterdir()
    assert names_in(place) == {"organisation", "outcome"}


def test_a_demonstration_that_fails_leaves_no_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert run("demo", "--people", "999999999").exit_code == 2
    assert names_in(tmp_path) == set()


def test_a_folder_that_holds_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "organisation").mkdir()
    (tmp_path / "organisation" / "notes.txt").write_text("precious")
    result = run("demo", "--people", "40", tmp_path)
    assert result.exit_code == 2
    assert "notes.txt" in result.stderr
    assert names_in(tmp_path) == {"organisation"}
