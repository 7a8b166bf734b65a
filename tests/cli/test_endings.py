"""However the program ends, it is one sentence and an exit code: signals, closed pipes, a full disk, no memory."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

import pytest

from mentormatch.cli import main
from mentormatch.errors import RefusedError, SolverError
from mentormatch.files import folder as folder_module
from mentormatch.files import outcome_files
from tests.cli.command import PROGRAM, ROOT, names_in, run, start
from tests.unit.files.folders import write_folder

FAULT = "This is a fault of the program"


@pytest.fixture(scope="module")
def long_round(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a round that takes some seconds to match."""
    place = tmp_path_factory.mktemp("endings") / "organisation"
    assert run("generate", place, "--people", "900", "--seed", "2").exit_code == 0
    return place


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_during_the_match_ends_it_at_once_with_one_sentence_and_nothing_half_written(
    long_round: Path, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    process = start("match", long_round, "--out", tmp_path / "out")
    assert process.stderr is not None
    first = process.stderr.readline()
    assert first.startswith("pass 1"), first
    process.send_signal(number)
    sent = time.monotonic()
    stdout, stderr = process.communicate(timeout=60)
    assert time.monotonic() - sent < 20
    assert process.returncode == code, stderr
    assert stdout == ""
    assert stderr.splitlines()[-1] == "Stopped on request; nothing was left half-written."
    assert "Traceback" not in stderr
    assert names_in(tmp_path) == set()


def test_a_signal_leaves_an_earlier_outcome_as_it_was(long_round: Path, outcome: Path) -> None:
    before = {path.name: path.read_bytes() for path in outcome.iterdir()}
    process = start("match", long_round, "--out", outcome)
    assert process.stderr is not None
    process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert {path.name: path.read_bytes() for path in outcome.iterdir()} == before
    assert names_in(outcome.parent) == {"outcome"}


def test_a_reader_who_turns_away_is_met_with_silence() -> None:
    process = start("policy", "--show")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(timeout=60) in (0, 1)


@pytest.mark.parametrize("word", ["--help", "-h"])
def test_help_is_quick_and_loads_neither_solver_nor_tables(word: str) -> None:
    code = f"import sys\n{PROGRAM.replace('main()', 'None')}\nmain.main([{word!r}], standalone_mode=False)\n"
    code += "print(sorted({'numpy', 'pulp', 'rich', 'pydantic', 'scipy'} & set(sys.modules)))"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert result.stdout.endswith("[]\n")


def test_help_names_every_command_in_one_line_each() -> None:
    result = run("--help")
    assert result.exit_code == 0
    for name in ("check", "match", "verify", "generate", "policy", "demo"):
        assert name in main.commands
        assert f"\n  {name} " in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_without_a_command_the_help_is_shown() -> None:
    result = run()
    assert result.exit_code == 2
    assert "Usage: mentormatch" in result.output


@pytest.mark.parametrize("words", [("mach",), ("--colour",), ("check",), ("verify",), ("generate",)])
def test_wrong_usage_gets_the_usage_and_two(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: mentormatch")


def failing(error: BaseException) -> object:
    """Return a function that only fails."""

    def fail(*_args: object, **_words: object) -> NoReturn:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (OSError(28, "No space left on device", "/data/out"), 2, "/data/out cannot be used: no space left on device."),
        (PermissionError(13, "Permission denied", "/data/x"), 2, "/data/x cannot be used: permission denied."),
        (OSError("something odd"), 2, "A file cannot be used: something odd."),
        (
            OSError(16, "Device or resource busy", "/data/new", None, "/data/out"),
            2,
            "/data/out cannot be used: device or resource busy.",
        ),
        (MemoryError(), 3, "There is not enough memory for this round; run it on a machine with more."),
        (SolverError("The solver gave no answer."), 3, "The solver gave no answer."),
        (RefusedError("It is not so."), 1, "It is not so."),
        (
            ValueError("odd\nvalue"),
            3,
            f"{FAULT} (ValueError: odd value); set MENTORMATCH_TRACEBACK=1 and run it again to see where.",
        ),
    ],
)
def test_whatever_goes_wrong_is_one_sentence(
    organisation: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, sentence: str
) -> None:
    monkeypatch.setattr(folder_module, "read_round", failing(error))
    result = run("check", organisation)
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", f"{sentence}\n")


def test_a_fault_of_the_program_shows_where_it_is_when_asked(
    organisation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_module, "read_round", failing(ValueError("odd")))
    monkeypatch.setenv("MENTORMATCH_TRACEBACK", "1")
    assert isinstance(run("check", organisation).exception, ValueError)


def test_a_process_that_is_killed_leaves_no_outcome_under_its_name(long_round: Path, tmp_path: Path) -> None:
    process = start("match", long_round, "--out", tmp_path / "out")
    assert process.stderr is not None
    process.stderr.readline()
    process.kill()
    process.communicate(timeout=60)
    assert not (tmp_path / "out").exists()


def test_a_disk_that_fills_up_leaves_nothing_half_written(
    organisation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcome_files, "_take_place", failing(OSError(28, "No space left on device", "out")))
    result = run("match", organisation, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == "out cannot be used: no space left on device."
    assert names_in(tmp_path) == {"organisation"}


def test_a_terminal_that_cannot_show_a_character_shows_its_code(tmp_path: Path) -> None:
    people = ("person_id,name,manager_id,level", "A,Ann,Zoë,4", "C,Cem,A,2")
    process = start("check", write_folder(tmp_path, people=people), PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (2, "")
    assert 'manager_id "Zo\\xeb"' in stdout
