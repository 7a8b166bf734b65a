"""history.csv and locks.csv: past pairings and what HR fixes by hand."""

from datetime import date
from pathlib import Path

import pytest

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import PastPairing
from mentormatch.domain.round import Lock, LockKind
from tests.unit.files.folders import codes_of, notice_codes, only_problem, read_folder, round_of, write_folder

HISTORY = "mentor_id,mentee_id,direction,round,started,ended,end_reason"
LOCKS = "kind,mentor_id,mentee_id,reason"


def test_a_past_pairing_is_read_with_its_dates(tmp_path: Path) -> None:
    folder = read_folder(tmp_path, history=(HISTORY, "A,C,upward,2025,2025-01-10,2025-07-10,done"))
    assert round_of(folder).history == (
        PastPairing("A", "C", Direction.UPWARD, "2025", date(2025, 1, 10), date(2025, 7, 10), "done"),
    )


def test_history_may_name_people_who_have_left(tmp_path: Path) -> None:
    folder = read_folder(tmp_path, history=(HISTORY, "gone,C,upward,2025,,,"))
    assert round_of(folder).history == (PastPairing("gone", "C", Direction.UPWARD, "2025"),)


def test_history_is_optional_and_may_be_empty(tmp_path: Path) -> None:
    assert round_of(read_folder(tmp_path / "one")).history == ()
    assert round_of(read_folder(tmp_path / "two", history=(HISTORY,))).history == ()


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (",C,upward,2025,,,", "mentor_id", "blank"),
        ("A,,upward,2025,,,", "mentee_id", "blank"),
        ("A,C,,2025,,,", "direction", "blank"),
        ("A,C,upward,,,,", "round", "blank"),
        ("A,C,sideways,2025,,,", "direction", "unknown-word"),
        ("A,A,upward,2025,,,", "mentee_id", "paired-with-self"),
        ("A,C,upward,2025,last spring,,", "started", "not-a-date"),
        ("A,C,upward,2025,,2025-13-01,", "ended", "not-a-date"),
        ("A,C,upward,2025,2025-07-10,2025-01-10,", "ended", "ended-before-started"),
    ],
)
def test_a_past_pairing_that_cannot_be_is_a_problem_of_both(tmp_path: Path, row: str, column: str, code: str) -> None:
    problem = only_problem(read_folder(tmp_path, history=(HISTORY, row)))
    assert (problem.code, problem.column, problem.row) == (code, column, 2)
    assert set(problem.person_ids) == set(row.split(",")[:2]) - {""}


def test_a_pairing_that_began_and_ended_on_one_day_is_no_problem(tmp_path: Path) -> None:
    assert read_folder(tmp_path, history=(HISTORY, "A,C,peer,1,2025-07-10,2025-07-10,")).problems == ()


def test_a_bad_past_pairing_sets_both_aside_and_is_left_out(tmp_path: Path) -> None:
    kept = round_of(read_folder(tmp_path, history=(HISTORY, "A,C,sideways,2025,,,"), quarantine=True))
    assert kept.quarantined == {"A", "C"}
    assert (kept.history, kept.enrolments) == ((), ())


def test_a_bad_past_pairing_of_leavers_sets_nobody_aside(tmp_path: Path) -> None:
    kept = round_of(read_folder(tmp_path, history=(HISTORY, "X,Y,sideways,2025,,,"), quarantine=True))
    assert kept.quarantined == frozenset()


def test_locks_are_read_with_their_reasons(tmp_path: Path) -> None:
    folder = read_folder(tmp_path, locks=(LOCKS, "must,A,C,promised", "Must-Not,B,C,", "must-not,A,B,"))
    assert round_of(folder).locks == (
        Lock(LockKind.MUST, "A", "C", "promised"),
        Lock(LockKind.MUST_NOT, "B", "C"),
        Lock(LockKind.MUST_NOT, "A", "B"),
    )


def test_a_pairing_can_be_kept_from_an_earlier_draft(tmp_path: Path) -> None:
    folder = read_folder(tmp_path, locks=(LOCKS, "keep,A,C,"))
    assert round_of(folder).locks == (Lock(LockKind.KEEP, "A", "C"),)


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("must,A,C,", "it breaks the rule reporting-line: One is in the chain of command of the other"),
        ("must,B,C,", "B is not enrolled as a mentor"),
        ("keep,A,B,", "B is not enrolled as a mentee"),
    ],
)
def test_a_lock_that_breaks_a_rule_is_a_problem(tmp_path: Path, row: str, wrong: str) -> None:
    folder = read_folder(tmp_path, locks=(LOCKS, "must-not,C,B,", row), policy=(), quarantine=True)
    problem = only_problem(folder)
    assert (folder.round, problem.row, problem.column, problem.code) == (None, 3, "mentee_id", "lock-breaks-rule")
    assert problem.wrong.startswith(wrong)


def test_a_lock_needs_a_direction_that_both_are_enrolled_in(tmp_path: Path) -> None:
    enrolments = ("person_id,as_mentee,as_mentor", "A,,downward:2", "C,upward:1,")
    folder = read_folder(tmp_path, locks=(LOCKS, "must,A,C,"), enrolments=enrolments)
    assert only_problem(folder).wrong == "the two are not enrolled in one direction"


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (",A,C,", "kind", "blank"),
        ("must,,C,", "mentor_id", "blank"),
        ("must,A,,", "mentee_id", "blank"),
        ("perhaps,A,C,", "kind", "unknown-word"),
        ("must,A,nobody,", "mentee_id", "unknown-person"),
        ("must,0A,C,", "mentor_id", "unknown-person"),
        ("must,A,A,", "mentee_id", "paired-with-self"),
        ("must,A", "", "cell-count"),
    ],
)
def test_a_lock_that_cannot_be_is_a_slip_of_hr_and_sets_nobody_aside(
    tmp_path: Path, row: str, column: str, code: str
) -> None:
    folder = read_folder(tmp_path, locks=(LOCKS, row), quarantine=True)
    assert (only_problem(folder).code, only_problem(folder).column) == (code, column)
    assert folder.round is None


def test_the_near_miss_of_an_unknown_person_in_a_lock_is_guessed(tmp_path: Path) -> None:
    assert only_problem(read_folder(tmp_path, locks=(LOCKS, "must,0A,C,"))).remedy == "did you mean A?"


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("must", "must", "repeated-lock"),
        ("must", "keep", "repeated-lock"),
        ("must-not", "must-not", "repeated-lock"),
        ("must", "must-not", "contradictory-locks"),
        ("must-not", "keep", "contradictory-locks"),
    ],
)
def test_two_locks_of_one_pair_repeat_or_contradict_each_other(
    tmp_path: Path, first: str, second: str, code: str
) -> None:
    folder = read_folder(tmp_path, locks=(LOCKS, f"{first},A,C,", "must,A,B,", f"{second},A,C,"))
    assert (only_problem(folder).code, only_problem(folder).row) == (code, 4)
    assert "row 2" in only_problem(folder).wrong


def test_locks_of_the_two_ways_round_are_two_pairs(tmp_path: Path) -> None:
    assert read_folder(tmp_path, locks=(LOCKS, "must,A,C,", "must-not,C,A,")).problems == ()


def test_a_lock_on_somebody_who_is_set_aside_is_left_out_and_said_to_be(tmp_path: Path) -> None:
    people = ("person_id,name,manager_id,level", "A,Ann,,4", "B,Bob,A,", "C,Cem,A,2")
    locks = (LOCKS, "must,B,C,", "must,A,C,")
    folder = read_folder(tmp_path, people=people, locks=locks, quarantine=True)
    assert round_of(folder).locks == (Lock(LockKind.MUST, "A", "C"),)
    assert notice_codes(folder) == ["locks-left-out"]
    assert "B and C" in folder.notices[0].text


def test_a_file_of_locks_that_nobody_named_is_noticed(tmp_path: Path) -> None:
    from mentormatch.files.folder import read_round

    folder = read_round(write_folder(tmp_path, locks=(LOCKS, "must,A,C,")))
    assert notice_codes(folder) == ["locks-not-read"]
    assert round_of(folder).locks == ()
    assert "locks.csv" not in folder.inputs


def test_a_file_of_locks_without_rows_locks_nothing(tmp_path: Path) -> None:
    assert round_of(read_folder(tmp_path, locks=(LOCKS,))).locks == ()


def test_locks_are_not_held_against_people_who_could_not_be_read(tmp_path: Path) -> None:
    people = ("person_id,name,manager_id,level", "A,Ann,,4", 'B,"Bob,A,3', "C,Cem,A,2")
    assert codes_of(read_folder(tmp_path, people=people, locks=(LOCKS, "must,A,B,"))) == ["unclosed-quote"]


def test_locks_that_cannot_stand_together_are_one_problem_in_the_first_of_their_rows(tmp_path: Path) -> None:
    people = ("person_id,name,manager_id,level", "A,Ann,,4", "B,Bob,,2", "C,Cem,,2")
    enrolments = ("person_id,as_mentee,as_mentor,max_mentees", "A,,upward:2,1", "B,upward:1,,", "C,upward:1,,")
    locks = (LOCKS, "must-not,C,B,", "must,A,C,", "keep,A,B,")
    folder = read_folder(tmp_path, people=people, enrolments=enrolments, locks=locks, quarantine=True)
    problem = only_problem(folder)
    assert (folder.round, problem.row, problem.column, problem.code) == (None, 3, "mentor_id", "locks-conflict")
    assert problem.sentence == (
        'locks.csv, row 3, mentor_id "A": these 2 locks ask for 2 places of A, who has 1 (max_mentees): A mentors B, '
        "A mentors C; 1 place is short; delete one of them or give A one more place (max_mentees)."
    )
