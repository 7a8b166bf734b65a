"""mentormatch demo: from a made-up organisation to a verified outcome in one command."""

import tempfile
from pathlib import Path

import pytest

from tests.architecture.test_imports import PORTAL_PARTS, run_without
from tests.cli.command import names_in, run


def test_the_demonstration_ends_verified_and_says_where_the_files_are(tmp_path: Path) -> None:
    result = run("demo", "--no-portal", "--people", "40", tmp_path / "demo")
    assert result.exit_code == 0, result.output
    assert "mentees served" in result.stdout
    assert "\nverified\n" in result.stdout
    assert f"Input in {tmp_path}/demo/organisation, outcome in {tmp_path}/demo/outcome." in result.stdout
    assert names_in(tmp_path / "demo") == {"organisation", "outcome"}


def test_the_demonstration_works_again_in_the_same_folder(tmp_path: Path) -> None:
    for people in ("40", "30"):
        assert run("demo", "--no-portal", "--people", people, tmp_path / "demo").exit_code == 0
    assert names_in(tmp_path / "demo") == {"organisation", "outcome"}


def test_without_a_folder_the_files_lie_in_a_temporary_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert run("demo", "--no-portal", "--people", "40").exit_code == 0
    (place,) = tmp_path.iterdir()
    assert names_in(place) == {"organisation", "outcome"}


def test_a_demonstration_that_fails_leaves_no_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert run("demo", "--no-portal", "--people", "999999999").exit_code == 2
    assert names_in(tmp_path) == set()


def test_a_folder_that_holds_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "organisation").mkdir()
    (tmp_path / "organisation" / "notes.txt").write_text("precious")
    result = run("demo", "--no-portal", "--people", "40", tmp_path)
    assert result.exit_code == 2
    assert "notes.txt" in result.stderr
    assert names_in(tmp_path) == {"organisation"}


def test_a_second_demonstration_of_the_same_verifies_what_the_first_has_matched(tmp_path: Path) -> None:
    first = run("demo", "--no-portal", "--people", "40", tmp_path)
    second = run("demo", "--no-portal", "--people", "40", tmp_path)
    assert "Matching it" in first.stderr
    assert "Matching it" not in second.stderr
    assert second.exit_code == 0
    assert second.stdout == first.stdout


@pytest.mark.parametrize("file", ["outcome/pairings.csv", "outcome/summary.json", "organisation/people.csv"])
def test_a_demonstration_that_was_spoilt_is_matched_again(tmp_path: Path, file: str) -> None:
    assert run("demo", "--no-portal", "--people", "40", tmp_path).exit_code == 0
    (tmp_path / file).write_bytes((tmp_path / file).read_bytes()[:-40])
    again = run("demo", "--no-portal", "--people", "40", tmp_path)
    assert again.exit_code == 0, again.stderr
    assert "Matching it" in again.stderr


def test_without_the_portal_the_demonstration_says_in_one_line_how_to_get_it(tmp_path: Path) -> None:
    code = "from mentormatch.cli import main; main()"
    done = run_without(PORTAL_PARTS, code, "demo", "--people", "40", str(tmp_path / "demo"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == (
        "The portal is not installed and so is not shown: pip install 'mentormatch[portal]' brings it."
    )
