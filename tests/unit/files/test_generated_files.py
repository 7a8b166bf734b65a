"""A made-up organisation as files: complete, the same each time, and clean."""

import gzip
from pathlib import Path

import pytest

from mentormatch.errors import InputError
from mentormatch.files.folder import read_round
from mentormatch.files.generated_files import write_enrolled, write_generated
from mentormatch.files.outcome_files import write_organisation
from tests.unit.files.folders import codes_of, lines, round_of

DIRTY = lines(
    "person_id,name,manager_id,level,grade",
    "A,Ann,,5,x",
    *(f"P{k},Person {k},A,{1 + k % 4},y" for k in range(60)),
    "P1,Twin,A,2,y",
    "S,Self,S,3,y",
    "U,Uma,nobody,3,y",
    "L,Lee,A,,y",
)


def test_a_generated_organisation_is_a_round_without_a_problem(tmp_path: Path) -> None:
    write_organisation(tmp_path / "org", write_generated(120, 3))
    folder = read_round(tmp_path / "org")
    assert folder.problems == ()
    found = round_of(folder)
    assert len(found.people) == 120
    assert any(enrolment.is_mentor for enrolment in found.enrolments)
    assert any(enrolment.is_mentee for enrolment in found.enrolments)


def test_the_same_seed_makes_the_same_files_and_another_seed_others() -> None:
    assert write_generated(50, 1) == write_generated(50, 1)
    assert write_generated(50, 1)["people.csv"] != write_generated(50, 2)["people.csv"]


def test_a_generated_organisation_says_that_it_is_made_up() -> None:
    text = write_generated(20, 9)["generated.txt"].decode()
    assert text.startswith("Made up by mentormatch generate --people 20 --seed 9;")


@pytest.mark.parametrize("packed", [False, True])
def test_a_given_hierarchy_is_kept_byte_by_byte_and_enrolled(tmp_path: Path, packed: bool) -> None:
    source = tmp_path / "staff.csv"
    source.write_bytes(gzip.compress(DIRTY) if packed else DIRTY)
    files = write_enrolled(source, 5)
    assert files["people.csv"] == DIRTY
    assert files["history.csv"].decode() == "mentor_id,mentee_id,direction,round,started,ended,end_reason\n"
    assert "--hierarchy staff.csv --seed 5" in files["generated.txt"].decode()


def test_the_dirt_of_a_given_hierarchy_is_the_only_thing_wrong_afterwards(tmp_path: Path) -> None:
    source = tmp_path / "staff.csv"
    source.write_bytes(DIRTY)
    write_organisation(tmp_path / "org", write_enrolled(source, 5))
    folder = read_round(tmp_path / "org", quarantine=True)
    assert sorted(codes_of(folder)) == ["blank-level", "own-manager", "repeated-id", "unknown-person"]
    assert round_of(folder).enrolments


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"name,manager_id\nAnn,\n", "the column is missing"),
        (b"\xff\xfe", "not UTF-8"),
        (b"\x1f\x8bnot really", "cannot be unpacked"),
        (gzip.compress(DIRTY)[:-20], "cannot be unpacked"),
    ],
)
def test_a_hierarchy_that_cannot_be_read_is_refused_with_a_sentence(tmp_path: Path, data: bytes, words: str) -> None:
    source = tmp_path / "staff.csv"
    source.write_bytes(data)
    with pytest.raises(InputError) as caught:
        write_enrolled(source, 5)
    assert words in caught.value.sentence
    assert str(source) in caught.value.sentence


def test_a_hierarchy_that_is_not_there_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: no such file or directory"):
        write_enrolled(tmp_path / "missing.csv", 5)
