"""A folder of files as a round: inputs, digests, all problems in one pass, and people set aside."""

import hashlib
import itertools
from pathlib import Path
from typing import Any

import pytest

from mentormatch.domain.policy import Policy
from mentormatch.errors import InputError
from mentormatch.files.folder import read_round
from mentormatch.files.policy_file import canonical_policy
from mentormatch.files.policy_text import show_policy
from tests.unit.files.folders import (
    ENROLMENTS,
    PEOPLE,
    codes_of,
    lines,
    only_problem,
    read_folder,
    round_of,
    write_folder,
)

BLANK_LEVEL = ("person_id,name,manager_id,level", "A,Ann,,4", "B,Bob,A,", "C,Cem,A,2")


def test_a_folder_with_two_files_is_a_round(tmp_path: Path) -> None:
    folder = read_folder(tmp_path)
    found = round_of(folder)
    assert [person.person_id for person in found.people] == ["A", "B", "C"]
    assert [enrolment.person_id for enrolment in found.enrolments] == ["A", "C"]
    assert (found.policy, found.seed, found.history, found.locks) == (Policy(), "0", (), ())
    assert (folder.problems, folder.notices) == ((), ())


def test_the_seed_is_taken_as_given(tmp_path: Path) -> None:
    assert round_of(read_round(write_folder(tmp_path), seed="spring")).seed == "spring"


def test_the_inputs_are_the_bytes_of_the_files_and_the_policy_in_force(tmp_path: Path) -> None:
    folder = read_folder(tmp_path, history=("mentor_id,mentee_id,direction,round",))
    assert folder.inputs == {
        "people.csv": lines(*PEOPLE),
        "enrolments.csv": lines(*ENROLMENTS),
        "history.csv": lines("mentor_id,mentee_id,direction,round"),
        "policy.toml": show_policy(Policy()).encode(),
    }


def test_the_digests_are_those_of_the_inputs_and_of_the_policy(tmp_path: Path) -> None:
    folder = read_folder(tmp_path, policy=b'programme = "Trial"\n')
    expected = {name: hashlib.sha256(data).hexdigest() for name, data in folder.inputs.items()}
    expected["policy"] = hashlib.sha256(canonical_policy(Policy(programme="Trial"))).hexdigest()
    assert folder.digests == expected


def test_a_round_read_again_from_its_inputs_has_the_same_digests(tmp_path: Path) -> None:
    first = read_folder(tmp_path / "one")
    copy = tmp_path / "two"
    copy.mkdir()
    for name, data in first.inputs.items():
        (copy / name).write_bytes(data)
    assert read_round(copy).digests == first.digests


def test_the_policy_in_the_folder_counts_unless_another_one_is_named(tmp_path: Path) -> None:
    place = write_folder(tmp_path / "in", policy=b'programme = "inside"\n')
    other = tmp_path / "other.toml"
    other.write_text('programme = "outside"\n')
    assert round_of(read_round(place)).policy.programme == "inside"
    outside = read_round(place, policy_path=other)
    assert round_of(outside).policy.programme == "outside"
    assert outside.inputs["policy.toml"] == other.read_bytes()


def test_locks_are_read_from_the_file_that_was_named(tmp_path: Path) -> None:
    locks = tmp_path / "fixed.csv"
    locks.write_bytes(lines("kind,mentor_id,mentee_id", "must-not,A,C"))
    folder = read_round(write_folder(tmp_path / "in"), locks_path=locks)
    assert len(round_of(folder).locks) == 1
    assert folder.inputs["locks.csv"] == locks.read_bytes()


@pytest.mark.parametrize(
    ("held", "sentence"),
    [
        (("people.csv",), "holds no enrolments.csv;"),
        (("enrolments.csv",), "holds no people.csv;"),
        (("policy.toml",), "holds no people.csv and no enrolments.csv;"),
    ],
)
def test_a_folder_that_lacks_a_file_gets_one_sentence(tmp_path: Path, held: tuple[str, ...], sentence: str) -> None:
    for name in held:
        (tmp_path / name).write_text("x")
    with pytest.raises(InputError) as caught:
        read_round(tmp_path, quarantine=True)
    assert caught.value.sentence.startswith(f"{tmp_path} {sentence}")


def test_a_folder_that_does_not_exist_or_is_a_file_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for name, wrong in (("missing", "does not exist"), ("file", "is not a directory")):
        with pytest.raises(InputError) as caught:
            read_round(tmp_path / name)
        expected = f"{tmp_path / name} {wrong}; name a directory with people.csv and enrolments.csv."
        assert caught.value.sentence == expected


@pytest.mark.parametrize("name", ["policy_path", "locks_path"])
def test_a_file_that_was_named_and_is_not_there_gets_one_sentence(tmp_path: Path, name: str) -> None:
    missing = tmp_path / "missing"
    with pytest.raises(InputError) as caught:
        read_round(write_folder(tmp_path / "in"), **{name: missing})  # type: ignore[arg-type]
    assert caught.value.sentence == f"{missing} cannot be read: no such file or directory."


def test_a_folder_under_the_name_of_a_file_gets_one_sentence(tmp_path: Path) -> None:
    place = write_folder(tmp_path)
    (place / "people.csv").unlink()
    (place / "people.csv").mkdir()
    with pytest.raises(InputError, match=r"people\.csv cannot be read: is a directory"):
        read_round(place)


def test_every_problem_of_every_file_is_found_in_one_pass(tmp_path: Path) -> None:
    folder = read_folder(
        tmp_path,
        people=(*PEOPLE, "B,Bea,nobody,x"),
        enrolments=(*ENROLMENTS, "D,north:1,"),
        history=("mentor_id,mentee_id,direction,round", "A,,upward,1"),
        policy=b"[weights]\nneeds = -1\n",
        locks=("kind,mentor_id,mentee_id", "maybe,A,C"),
    )
    assert folder.round is None
    assert [(problem.file, problem.code) for problem in folder.problems] == [
        ("enrolments.csv", "unknown-direction"),
        ("enrolments.csv", "unknown-person"),
        ("history.csv", "blank"),
        ("locks.csv", "unknown-word"),
        ("people.csv", "not-a-whole-number"),
        ("people.csv", "unknown-person"),
        ("people.csv", "repeated-id"),
        ("policy.toml", "bad-setting"),
    ]


def test_problems_stop_a_round_unless_the_people_are_set_aside(tmp_path: Path) -> None:
    assert read_folder(tmp_path, people=BLANK_LEVEL).round is None
    folder = read_folder(tmp_path, people=BLANK_LEVEL, quarantine=True)
    assert round_of(folder).quarantined == {"B"}
    assert only_problem(folder).code == "blank-level"


def test_people_who_are_set_aside_stay_in_the_data_without_an_enrolment(tmp_path: Path) -> None:
    kept = round_of(read_folder(tmp_path, people=(*PEOPLE[:3], "C,Cem,B,"), quarantine=True))
    assert [person.person_id for person in kept.people] == ["A", "B", "C"]
    assert [enrolment.person_id for enrolment in kept.enrolments] == ["A"]


@pytest.mark.parametrize(
    "files",
    [
        {"people": b"\xff\xfe"},
        {"people": b""},
        {"people": lines("person_id,name,manager_id")},
        {"people": lines("person_id,name", "A,Ann")},
        {"people": lines("person_id,name,name,manager_id", "A,Ann,Ann,")},
        {"people": lines(*PEOPLE, 'D,"Dee,A,1')},
        {"enrolments": b""},
        {"enrolments": lines("person_id", "A")},
        {"policy": b"[weights]\nneeds = -1\n"},
        {"policy": b"not toml"},
        {"history": b"\xff"},
        {"locks": lines("kind,mentor_id,mentee_id", "must,A,nobody")},
    ],
)
def test_what_is_wrong_with_a_whole_file_can_never_be_set_aside(tmp_path: Path, files: dict[str, Any]) -> None:
    folder = read_folder(tmp_path, True, **files)
    assert folder.round is None
    assert folder.has_blocking_problems


def test_places_are_not_held_against_the_defaults_while_the_policy_cannot_be_read(tmp_path: Path) -> None:
    enrolments = ("person_id,as_mentee,as_mentor", "A,,upward:9")
    assert codes_of(read_folder(tmp_path, enrolments=enrolments, policy=b"[weights]\nneeds = -1\n")) == ["bad-setting"]


def test_a_policy_file_is_told_by_its_own_name(tmp_path: Path) -> None:
    other = tmp_path / "strict.toml"
    other.write_text("floor = 3\n")
    folder = read_round(write_folder(tmp_path / "in"), policy_path=other)
    assert only_problem(folder).file == "strict.toml"
    assert "policy" not in folder.digests


def test_rows_columns_separators_and_line_ends_do_not_change_what_is_read(tmp_path: Path) -> None:
    reference = round_of(read_folder(tmp_path / "reference"))
    changes = itertools.product((False, True), (",", ";", "\t"), ("\n", "\r\n"), ("utf-8", "utf-8-sig"))
    for k, (turned, separator, end, encoding) in enumerate(changes):
        files: dict[str, Any] = {
            name: end.join(separator.join(cells[::-1] if turned else cells) for cells in table).encode(encoding)
            for name, table in (("people", cells_of(PEOPLE)), ("enrolments", cells_of(ENROLMENTS)))
        }
        assert round_of(read_folder(tmp_path / str(k), **files)) == reference


def cells_of(rows: tuple[str, ...]) -> list[list[str]]:
    return [row.split(",") for row in rows]
