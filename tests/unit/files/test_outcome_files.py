"""Folders appear whole or not at all, and never in place of anything that was not written here."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from mentormatch.errors import InputError
from mentormatch.files.outcome_files import (
    check_organisation_place,
    check_outcome_place,
    write_organisation,
    write_outcome,
)

FIRST = {"summary.json": b"1", "certificate.json": b"1", "pairings.csv": b"1"}
SECOND = {"summary.json": b"2", "certificate.json": b"2"}


def content_of(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def names_in(folder: Path) -> set[str]:
    """Return the names of everything in a folder, hidden ones too."""
    return {path.name for path in folder.iterdir()}


def test_an_outcome_is_written_to_a_new_folder_and_those_above_it(tmp_path: Path) -> None:
    write_outcome(tmp_path / "a" / "b" / "out", FIRST)
    assert content_of(tmp_path / "a" / "b" / "out") == FIRST
    assert names_in(tmp_path / "a" / "b") == {"out"}


def test_an_outcome_is_written_to_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write_outcome(tmp_path / "out", FIRST)
    assert content_of(tmp_path / "out") == FIRST
    assert names_in(tmp_path) == {"out"}


def test_an_earlier_outcome_is_replaced_whole(tmp_path: Path) -> None:
    write_outcome(tmp_path / "out", FIRST)
    write_outcome(tmp_path / "out", SECOND)
    assert content_of(tmp_path / "out") == SECOND
    assert names_in(tmp_path) == {"out"}


def test_the_folder_can_be_read_by_the_same_people_as_any_other(tmp_path: Path) -> None:
    write_outcome(tmp_path / "out", FIRST)
    (tmp_path / "plain").mkdir()
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize(
    ("held", "named"),
    [
        ({"notes.txt"}, "notes.txt"),
        ({"pairings.csv"}, "pairings.csv"),
        ({"summary.json"}, "summary.json"),
        ({"summary.json", "certificate.json", "notes.txt"}, "(notes.txt)"),
        ({"people.csv", "enrolments.csv"}, "enrolments.csv and people.csv"),
    ],
)
def test_a_folder_with_files_that_were_not_written_here_is_left_alone(
    tmp_path: Path, held: set[str], named: str
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name in held:
        (out / name).write_bytes(b"precious")
    with pytest.raises(InputError) as caught:
        write_outcome(out, FIRST)
    assert named in caught.value.sentence
    assert content_of(out) == dict.fromkeys(held, b"precious")


def test_a_file_in_place_of_the_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"precious")
    with pytest.raises(InputError, match="is a file"):
        write_outcome(tmp_path / "out", FIRST)
    assert (tmp_path / "out").read_bytes() == b"precious"


def test_a_link_that_leads_nowhere_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(tmp_path / "missing")
    with pytest.raises(InputError, match="is a file"):
        write_outcome(tmp_path / "out", FIRST)


def test_a_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    write_outcome(tmp_path / "out", FIRST)
    assert content_of(tmp_path / "real") == FIRST
    assert (tmp_path / "out").is_symlink()


@pytest.mark.parametrize(
    ("out", "source"), [("in", "in"), ("in/out", "in"), ("a", "a/in"), ("in/../in", "in"), ("./in/deep/out", "in")]
)
def test_an_outcome_never_lies_in_its_own_input_nor_the_input_in_it(tmp_path: Path, out: str, source: str) -> None:
    with pytest.raises(InputError, match="lie one in the other"):
        check_outcome_place(tmp_path / out, tmp_path / source)


def test_an_outcome_may_lie_beside_its_input(tmp_path: Path) -> None:
    check_outcome_place(tmp_path / "in-out", tmp_path / "in")


def test_a_generated_organisation_replaces_only_a_generated_one(tmp_path: Path) -> None:
    files = {"people.csv": b"1", "enrolments.csv": b"1", "history.csv": b"1", "generated.txt": b"1"}
    write_organisation(tmp_path / "org", files)
    write_organisation(tmp_path / "org", files | {"people.csv": b"2"})
    assert (tmp_path / "org" / "people.csv").read_bytes() == b"2"
    (tmp_path / "org" / "generated.txt").unlink()
    with pytest.raises(InputError, match="were not written here"):
        check_organisation_place(tmp_path / "org")


def break_at(monkeypatch: pytest.MonkeyPatch, name: str, call: int, error: BaseException) -> None:
    """Let the given call of a method of ``Path`` fail."""
    original: Callable[..., Any] = getattr(Path, name)
    calls = 0

    def fail_once(self: Path, *args: Any) -> Any:
        """Count the calls and fail at the right one."""
        nonlocal calls
        calls += 1
        if calls == call:
            raise error
        return original(self, *args)

    monkeypatch.setattr(Path, name, fail_once)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(143), OSError(28, "No space left on device")])
@pytest.mark.parametrize(("method", "call"), [("write_bytes", 1), ("write_bytes", 2), ("rename", 1), ("rename", 2)])
def test_an_interruption_at_any_moment_leaves_the_earlier_outcome_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, call: int, error: BaseException
) -> None:
    write_outcome(tmp_path / "out", FIRST)
    with monkeypatch.context() as patch:
        break_at(patch, method, call, error)
        with pytest.raises(type(error)):
            write_outcome(tmp_path / "out", SECOND)
    assert content_of(tmp_path / "out") == FIRST
    assert names_in(tmp_path) == {"out"}


@pytest.mark.parametrize(("method", "call"), [("write_bytes", 1), ("write_bytes", 3), ("rename", 1)])
def test_an_interruption_of_a_first_outcome_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, call: int
) -> None:
    break_at(monkeypatch, method, call, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        write_outcome(tmp_path / "out", FIRST)
    assert names_in(tmp_path) == set()


def test_of_many_who_write_one_outcome_at_once_one_is_there_whole(tmp_path: Path) -> None:
    outcomes = [{name: bytes([65 + k]) * 50_000 for name in FIRST} for k in range(8)]

    def write(files: dict[str, bytes]) -> None:
        """Write an outcome, or be told by the system that another one was quicker."""
        with suppress(OSError, InputError):
            write_outcome(tmp_path / "out", files)

    for _ in range(5):
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(write, outcomes))
        assert content_of(tmp_path / "out") in outcomes
        assert names_in(tmp_path) == {"out"}


@pytest.mark.parametrize("deeper", ["out", "a/b/out"])
def test_a_place_below_a_file_is_refused_before_any_work(tmp_path: Path, deeper: str) -> None:
    (tmp_path / "file").write_text("kept")
    with pytest.raises(InputError, match=r"cannot be made, as .*file is a file"):
        check_outcome_place(tmp_path / "file" / deeper, tmp_path / "in")
    assert (tmp_path / "file").read_text() == "kept"
