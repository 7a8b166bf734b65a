"""An outcome read back from its folder: whole, or refused with the first thing that is not as match wrote it."""

import shutil
from pathlib import Path

import pytest

from mentormatch.errors import RefusedError
from mentormatch.files.outcome_folder import OutcomeFolder, read_outcome
from mentormatch.files.result_tables import read_unpaired, write_unpaired
from mentormatch.matching.engine import match
from tests.cli.command import run


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("outcomes")
    assert run("generate", place / "in", "--people", "40", "--seed", "2").exit_code == 0
    assert run("match", place / "in", "--out", place / "out", "--seed", "s").exit_code == 0
    return place / "out"


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "out"))


def read(out: Path) -> OutcomeFolder:
    return read_outcome(out)


def refused(out: Path) -> str:
    with pytest.raises(RefusedError) as caught:
        read_outcome(out)
    return caught.value.sentence


def test_what_is_read_back_is_what_was_matched(out: Path) -> None:
    outcome = read(out)
    again = match(outcome.round, digests={}).outcome
    assert (outcome.pairings, outcome.round.seed) == (again.pairings, "s")
    assert [(one.person_id, one.role, one.reason, one.detail) for one in outcome.unpaired] == [
        (one.person_id, one.role, one.reason, one.detail)
        for one in sorted(again.unpaired, key=lambda one: (one.person_id, one.role))
    ]


def test_people_left_out_are_written_and_read_without_loss(out: Path) -> None:
    unpaired = read(out).unpaired
    assert unpaired
    assert read_unpaired(write_unpaired(unpaired)) == unpaired


@pytest.mark.parametrize("name", ["certificate.json", "pairings.csv", "unpaired.csv"])
def test_a_missing_file_is_named(out: Path, name: str) -> None:
    (out / name).unlink()
    assert refused(out) == f"{out} holds no {name}; name a directory that match has written."


@pytest.mark.parametrize("name", ["people.csv", "enrolments.csv", "history.csv"])
def test_input_that_is_not_what_was_matched_is_refused(out: Path, name: str) -> None:
    (out / name).write_bytes((out / name).read_bytes() + b"\n")
    assert refused(out) == f"{out} holds another {name} than the one that was matched; match the round again."


def test_a_policy_in_other_words_is_refused_too(out: Path) -> None:
    policy = out / "policy.toml"
    policy.write_text(policy.read_text().replace("department_share = 0.5", "department_share = 0.9"))
    assert "holds another policy" in refused(out)


def test_results_about_somebody_who_is_not_there_are_refused(out: Path) -> None:
    table = out / "unpaired.csv"
    table.write_text(table.read_text() + "Stranger,mentee,crowded-out,Wait.\n")
    assert refused(out) == f"{out} has results about Stranger, who is not in people.csv; match the round again."


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("P0001,guest,crowded-out,Wait.", "role"),
        (",mentee,crowded-out,Wait.", "person_id"),
        ("P0001,mentee,,", "reason"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(out: Path, row: str, wrong: str) -> None:
    table = out / "unpaired.csv"
    table.write_text(table.read_text() + row + "\n")
    assert "unpaired.csv" in refused(out)
    assert wrong in refused(out)


def test_locks_are_read_back_with_the_round(made: Path, tmp_path: Path) -> None:
    chosen = read(made).pairings[0]
    locks = tmp_path / "locks.csv"
    locks.write_text(f"kind,mentor_id,mentee_id,reason\nmust,{chosen.mentor_id},{chosen.mentee_id},promised\n")
    assert run("match", made.parent / "in", "--out", tmp_path / "out", "--locks", locks).exit_code == 0
    assert [(lock.mentor_id, lock.reason) for lock in read(tmp_path / "out").round.locks] == [
        (chosen.mentor_id, "promised")
    ]
