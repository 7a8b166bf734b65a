"""enrolments.csv: what a row may say, and what is told of rows that cannot be."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from mentormatch.domain.direction import Direction
from mentormatch.domain.enrolment import Enrolment, Rhythm
from mentormatch.domain.policy import CapacityPolicy
from mentormatch.files.enrolments_file import ENROLMENT_COLUMNS, read_enrolments
from mentormatch.files.problems import Findings, Problem
from tests.unit.files.folders import ENROLMENTS, codes_of, lines, notice_codes, only_problem, read_folder, round_of

REQUIRED = {"person_id": "A", "as_mentee": "", "as_mentor": ""}


def enrolment_with(**cells: str) -> tuple[Enrolment, list[Problem]]:
    """Read one enrolment whose row says just this, under the default policy."""
    return read_under(CapacityPolicy(), cells)


def read_under(capacity: CapacityPolicy, cells: Mapping[str, str]) -> tuple[Enrolment, list[Problem]]:
    """Read one enrolment whose row says just this."""
    row = REQUIRED | dict(cells)
    findings = Findings()
    text = lines(",".join(row), ",".join(f'"{value}"' for value in row.values()))
    sheet = read_enrolments(text, capacity, findings)
    return sheet.enrolments[0], findings.problems


def test_a_full_row_becomes_an_enrolment() -> None:
    cells = (
        "A", "upward:1; forward:2", "Downward : 3;peer:0", "2", "3", "SQL;Python", "French", "Finance", "chess;running",
        "B;C", "D", "E;F", "G", "2.5", "Fortnightly", "Yes", "4",
    )  # fmt: skip
    findings = Findings()
    sheet = read_enrolments(lines(",".join(ENROLMENT_COLUMNS), ",".join(cells)), CapacityPolicy(), findings)
    assert findings.problems == []
    assert sheet.enrolments == (
        Enrolment(
            person_id="A",
            as_mentee={Direction.UPWARD: 1, Direction.FORWARD: 2},
            as_mentor={Direction.DOWNWARD: 3, Direction.PEER: 0},
            max_mentors=2,
            max_mentees=3,
            skills_wanted=("SQL", "Python"),
            skills_offered=("French",),
            target_area="Finance",
            interests=("chess", "running"),
            prefers=("B", "C"),
            rather_not=("D",),
            avoids=("E", "F"),
            conflicts=("G",),
            hours_per_month=2.5,
            meeting_rhythm=Rhythm.FORTNIGHTLY,
            trained=True,
            waiting_rounds=4,
        ),
    )


def test_what_is_left_blank_has_the_default() -> None:
    assert enrolment_with() == (Enrolment("A"), [])


def test_the_default_of_a_limit_is_never_more_than_the_policy_allows() -> None:
    enrolment, problems = read_under(CapacityPolicy(mentor_limit=1, mentee_limit=0), {})
    assert (enrolment.max_mentees, enrolment.max_mentors, problems) == (1, 0, [])


@pytest.mark.parametrize("column", ["person_id", "as_mentee", "as_mentor"])
def test_a_file_without_a_required_column_is_refused(tmp_path: Path, column: str) -> None:
    header = ",".join(name for name in REQUIRED if name != column)
    folder = read_folder(tmp_path, enrolments=(header, "A,"), quarantine=True)
    assert folder.round is None
    assert ("missing-column", column) in {(problem.code, problem.column) for problem in folder.problems}


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("as_mentee", "sideways:1", "unknown-direction"),
        ("as_mentee", "upward:1;Upward:2", "repeated-direction"),
        ("as_mentee", "upward", "no-places"),
        ("as_mentee", "upward:", "not-a-whole-number"),
        ("as_mentee", "upward:3", "not-a-whole-number"),
        ("as_mentor", "upward:4", "not-a-whole-number"),
        ("as_mentor", "upward:-1", "not-a-whole-number"),
        ("as_mentor", "upward:1.5", "not-a-whole-number"),
        ("as_mentor", "upward:two", "not-a-whole-number"),
        ("as_mentor", "upward:1:1", "not-a-whole-number"),
        ("as_mentor", ":1", "unknown-direction"),
        ("max_mentors", "3", "not-a-whole-number"),
        ("max_mentees", "4", "not-a-whole-number"),
        ("max_mentees", "-1", "not-a-whole-number"),
        ("max_mentees", "1e9", "not-a-whole-number"),
        ("skills_wanted", "SQL;sql", "repeated-entry"),
        ("skills_offered", "ＳＱＬ;SQL", "repeated-entry"),
        ("interests", ";".join(f"interest {k}" for k in range(21)), "list-too-long"),
        ("skills_wanted", ";".join(f"skill {k}" for k in range(21)), "list-too-long"),
        ("prefers", "B;C;B", "repeated-entry"),
        ("prefers", "A", "names-self"),
        ("rather_not", "A", "names-self"),
        ("avoids", "A", "names-self"),
        ("conflicts", "A", "names-self"),
        ("hours_per_month", "NaN", "not-a-number"),
        ("hours_per_month", "inf", "not-a-number"),
        ("hours_per_month", "-1", "not-a-number"),
        ("hours_per_month", "745", "not-a-number"),
        ("hours_per_month", "1e2", "not-a-number"),
        ("hours_per_month", "two", "not-a-number"),
        ("hours_per_month", "1,5", "not-a-number"),
        ("meeting_rhythm", "daily", "unknown-word"),
        ("trained", "maybe", "not-yes-or-no"),
        ("trained", "1", "not-yes-or-no"),
        ("waiting_rounds", "100", "not-a-whole-number"),
        ("waiting_rounds", "-1", "not-a-whole-number"),
    ],
)
def test_a_cell_that_cannot_be_read_is_a_problem_of_its_person(column: str, value: str, code: str) -> None:
    _, problems = enrolment_with(**{column: value})
    assert [(problem.code, problem.column, problem.row) for problem in problems] == [(code, column, 2)]
    assert problems[0].person_ids == ("A",)


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({"prefers": "B;C", "avoids": "C"}, "avoids"),
        ({"prefers": "B;C", "rather_not": "B"}, "rather_not"),
    ],
)
def test_wishing_for_and_refusing_one_person_is_a_contradiction(cells: dict[str, str], wrong: str) -> None:
    _, problems = enrolment_with(**cells)
    assert [(problem.code, problem.column) for problem in problems] == [("wish-and-refusal", wrong)]


def test_a_wish_for_somebody_with_a_declared_conflict_is_left_to_the_rules() -> None:
    assert enrolment_with(prefers="B", conflicts="B")[1] == []


def test_the_remedy_for_a_decimal_comma_is_a_point() -> None:
    assert enrolment_with(hours_per_month="1,5")[1][0].remedy == "write a point before the decimals"


@pytest.mark.parametrize(
    ("capacity", "cells", "accepted"),
    [
        (CapacityPolicy(mentor_limit=5), {"as_mentor": "upward:5", "max_mentees": "5"}, True),
        (CapacityPolicy(mentor_limit=5), {"as_mentor": "upward:6"}, False),
        (CapacityPolicy(mentee_limit=1), {"as_mentee": "upward:1", "max_mentors": "1"}, True),
        (CapacityPolicy(mentee_limit=1), {"max_mentors": "2"}, False),
        (CapacityPolicy(mentee_limit=0), {"as_mentee": "upward:1"}, False),
    ],
)
def test_places_are_held_against_the_limits_of_the_policy(
    capacity: CapacityPolicy, cells: dict[str, str], accepted: bool
) -> None:
    assert (read_under(capacity, cells)[1] == []) is accepted


def test_twenty_skills_are_not_too_many() -> None:
    skills = tuple(f"skill {k}" for k in range(20))
    enrolment, problems = enrolment_with(skills_wanted=";".join(skills))
    assert (enrolment.skills_wanted, problems) == (skills, [])


@pytest.mark.parametrize(("cell", "answer"), [("yes", True), ("NO", False), ("", None)])
def test_the_training_question_may_stay_unanswered(cell: str, answer: bool | None) -> None:
    assert enrolment_with(trained=cell) == (Enrolment("A", trained=answer), [])


def test_a_person_may_be_mentor_and_mentee_and_offer_nothing_in_a_direction() -> None:
    enrolment, problems = enrolment_with(as_mentee="upward:0", as_mentor="peer:0", max_mentors="0", max_mentees="0")
    assert problems == []
    assert not enrolment.is_mentee
    assert not enrolment.is_mentor


def test_forward_without_an_area_is_noticed_and_stops_nothing(tmp_path: Path) -> None:
    header = "person_id,as_mentee,as_mentor,target_area"
    folder = read_folder(tmp_path, enrolments=(header, "A,forward:1,,", "B,forward:1,,Finance", "C,forward:0,,"))
    assert notice_codes(folder) == ["no-target-area"]
    assert folder.notices[0].text.endswith("nobody can be found for it: rows 2.")
    assert folder.problems == ()


def test_a_round_in_which_nobody_is_enrolled_can_be_read_and_says_so(tmp_path: Path) -> None:
    folder = read_folder(tmp_path, enrolments=ENROLMENTS[:1])
    assert notice_codes(folder) == ["nobody-enrolled"]
    assert round_of(folder).enrolments == ()


def test_somebody_unknown_cannot_enrol(tmp_path: Path) -> None:
    folder = read_folder(tmp_path, enrolments=(*ENROLMENTS, "0A,upward:1,"))
    assert only_problem(folder).sentence == (
        'enrolments.csv, row 4, person_id "0A": nobody in people.csv has this id; did you mean A?'
    )
    kept = round_of(read_folder(tmp_path, enrolments=(*ENROLMENTS, "0A,upward:1,"), quarantine=True))
    assert [enrolment.person_id for enrolment in kept.enrolments] == ["A", "C"]
    assert kept.quarantined == frozenset()


@pytest.mark.parametrize("status", ["leave", "left"])
def test_somebody_who_is_not_active_cannot_enrol(tmp_path: Path, status: str) -> None:
    people = ("person_id,name,manager_id,level,status", "A,Ann,,4,", "B,Bob,A,3,", f"C,Cem,B,2,{status}")
    folder = read_folder(tmp_path, people=people)
    assert (only_problem(folder).code, only_problem(folder).person_ids) == ("inactive-person", ("C",))
    assert f"status is {status}" in only_problem(folder).wrong


def test_nobody_can_enrol_twice(tmp_path: Path) -> None:
    enrolments = (*ENROLMENTS, "C,upward:1,")
    folder = read_folder(tmp_path, enrolments=enrolments)
    assert (only_problem(folder).code, only_problem(folder).row) == ("repeated-id", 4)
    kept = round_of(read_folder(tmp_path, enrolments=enrolments, quarantine=True))
    assert [enrolment.person_id for enrolment in kept.enrolments] == ["A"]
    assert kept.quarantined == {"C"}


@pytest.mark.parametrize("column", ["prefers", "rather_not", "avoids", "conflicts"])
def test_somebody_unknown_in_a_list_is_a_problem_of_the_one_who_lists_them(tmp_path: Path, column: str) -> None:
    enrolments = (f"person_id,as_mentee,as_mentor,{column}", "A,,upward:1,", "C,upward:1,,B;nobody")
    folder = read_folder(tmp_path, enrolments=enrolments)
    problem = only_problem(folder)
    assert (problem.code, problem.column, problem.value, problem.person_ids) == (
        "unknown-person",
        column,
        "nobody",
        ("C",),
    )


def test_a_problem_in_an_enrolment_sets_its_person_aside(tmp_path: Path) -> None:
    enrolments = (*ENROLMENTS, "B,upward:9,")
    kept = round_of(read_folder(tmp_path, enrolments=enrolments, quarantine=True))
    assert kept.quarantined == {"B"}
    assert [enrolment.person_id for enrolment in kept.enrolments] == ["A", "C"]


def test_all_problems_of_a_row_are_told_at_once(tmp_path: Path) -> None:
    header = "person_id,as_mentee,as_mentor,trained,meeting_rhythm,waiting_rounds"
    folder = read_folder(tmp_path, enrolments=(header, "A,upward:9,north:1,perhaps,daily,x"))
    assert codes_of(folder) == [
        "not-a-whole-number",
        "unknown-direction",
        "unknown-word",
        "not-yes-or-no",
        "not-a-whole-number",
    ]


def test_a_blank_id_sets_its_row_aside(tmp_path: Path) -> None:
    enrolments = (*ENROLMENTS, ",upward:1,")
    assert only_problem(read_folder(tmp_path, enrolments=enrolments)).code == "blank"
    assert len(round_of(read_folder(tmp_path, enrolments=enrolments, quarantine=True)).enrolments) == 2


def test_a_row_with_a_wrong_number_of_cells_sets_its_person_aside(tmp_path: Path) -> None:
    enrolments = (*ENROLMENTS, "B,upward:1,,,surplus")
    assert codes_of(read_folder(tmp_path, enrolments=enrolments)) == ["cell-count"]
    assert round_of(read_folder(tmp_path, enrolments=enrolments, quarantine=True)).quarantined == {"B"}
