"""mentormatch verify: the proof holds, or one sentence says what does not."""

import json
import shutil
from pathlib import Path

import pytest

from mentormatch.domain.direction import Direction
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.people import Person
from mentormatch.files.result_tables import read_pairings
from mentormatch.files.round_tables import write_enrolments, write_people
from tests.cli.command import run
from tests.unit.files.folders import lines, write_folder


def test_a_proven_outcome_is_verified_with_a_line_for_each_stage(outcome: Path) -> None:
    result = run("verify", outcome)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[-1] == "verified"
    assert len(result.stdout.splitlines()) > 3


def test_an_outcome_can_be_verified_anywhere(outcome: Path, tmp_path: Path) -> None:
    moved = tmp_path / "somewhere" / "else"
    shutil.copytree(outcome, moved)
    shutil.rmtree(outcome)
    assert run("verify", moved).exit_code == 0


def test_an_outcome_with_people_set_aside_is_verified(tmp_path: Path) -> None:
    people = ("person_id,name,manager_id,level", "T,Top,,6", "A,Ann,T,4", "C,Cem,A,", "D,Dee,T,1")
    folder = write_folder(tmp_path / "in", people=people)
    assert run("match", folder, "--out", tmp_path / "out", "--quarantine").exit_code == 0
    assert run("verify", tmp_path / "out").exit_code == 0


@pytest.fixture
def locked_outcome(tmp_path: Path) -> Path:
    """Return the outcome of a round with a lock."""
    locks = tmp_path / "fixed.csv"
    locks.write_bytes(lines("kind,mentor_id,mentee_id", "must-not,A,C"))
    folder = write_folder(tmp_path / "in")
    assert run("match", folder, "--out", tmp_path / "out", "--locks", locks).exit_code == 0
    return tmp_path / "out"


def test_an_outcome_with_locks_is_verified(locked_outcome: Path) -> None:
    assert run("verify", locked_outcome).exit_code == 0


def test_an_outcome_that_has_lost_its_locks_is_refused(locked_outcome: Path) -> None:
    (locked_outcome / "locks.csv").unlink()
    result = run("verify", locked_outcome)
    assert result.exit_code == 1
    assert result.stderr == "The input locks.csv is missing, but it is in the certificate.\n"


def test_ids_that_are_hard_on_spreadsheets_files_and_terminals_go_all_the_way(tmp_path: Path) -> None:
    ids = ["=1+1", "@sum", "'quoted", "O'Neill, A", 'say "x"', "Zoë 李", "[red]", "00170311", "a|b", "-5"]
    policy = b"[rules]\nsame-manager = false\nmanager-peer = false\n"
    people = write_people(
        [Person("top", "Top", level=9), *(Person(i, i, "", "top", level=3 + k % 2) for k, i in enumerate(ids))]
    )
    enrolments = write_enrolments(
        Enrolment(i, {Direction.UPWARD: 1}, {Direction.UPWARD: 2}, prefers=(ids[k - 1],)) for k, i in enumerate(ids)
    )
    folder = write_folder(tmp_path / "in", people=people, enrolments=enrolments, policy=policy)
    result = run("match", folder, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    pairings = read_pairings((tmp_path / "out" / "pairings.csv").read_bytes())
    assert {pairing.mentee_id for pairing in pairings} == set(ids[::2])
    assert {pairing.mentor_id for pairing in pairings} <= set(ids[1::2])
    assert run("verify", tmp_path / "out").exit_code == 0


@pytest.mark.parametrize("name", ["people.csv", "enrolments.csv", "history.csv", "policy.toml"])
def test_a_changed_byte_in_any_input_is_found(outcome: Path, name: str) -> None:
    with (outcome / name).open("ab") as file:
        file.write(b"\n")
    result = run("verify", outcome)
    assert result.exit_code == 1
    assert name in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_pairing_that_was_left_out_is_found(outcome: Path) -> None:
    header, *rows = (outcome / "pairings.csv").read_text().splitlines()
    (outcome / "pairings.csv").write_bytes(lines(header, *rows[1:]))
    assert run("verify", outcome).exit_code == 1


@pytest.mark.parametrize("name", ["people.csv", "enrolments.csv", "pairings.csv", "certificate.json"])
def test_a_missing_file_gets_one_sentence(outcome: Path, name: str) -> None:
    (outcome / name).unlink()
    result = run("verify", outcome)
    assert (result.exit_code, result.stdout) == (1, "")
    assert name in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["people.csv", "enrolments.csv", "pairings.csv", "certificate.json", "policy.toml"])
@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"{}", b"[" * 100_000, b"a,b\n1,2\n"])
def test_a_malformed_file_gets_one_sentence(outcome: Path, name: str, data: bytes) -> None:
    (outcome / name).write_bytes(data)
    result = run("verify", outcome)
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("make", ["missing", "file", "empty"])
def test_a_folder_that_is_no_outcome_gets_one_sentence(tmp_path: Path, make: str) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    result = run("verify", tmp_path / make)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"{tmp_path / make} holds no certificate.json and no pairings.csv; name a directory that match has written.\n"
    )


def test_a_certificate_that_sets_others_aside_is_refused(outcome: Path) -> None:
    content = json.loads((outcome / "certificate.json").read_text())
    content["quarantined"] = ["somebody"]
    (outcome / "certificate.json").write_text(json.dumps(content))
    result = run("verify", outcome)
    assert result.exit_code == 1
    assert "sets other people aside" in result.stderr
