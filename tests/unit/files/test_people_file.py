"""people.csv: what a row may say, and what is told of rows that cannot be."""

from datetime import date
from pathlib import Path

import pytest

from mentormatch.domain.people import Person, Status
from mentormatch.files.people_file import PEOPLE_COLUMNS, read_people
from mentormatch.files.problems import Findings, Problem
from tests.unit.files.folders import lines, notice_codes, only_problem, read_folder, round_of

HEADER = "person_id,name,manager_id,level"


def person_with(column: str, value: str) -> tuple[Person, list[Problem]]:
    """Read one person whose row says just this beside id, name and a level."""
    cells = {"person_id": "A", "name": "Ann", "manager_id": "", "level": "3"} | {column: value}
    findings = Findings()
    sheet = read_people(lines(",".join(cells), ",".join(cells.values())), findings)
    return sheet.people[0], findings.problems


def test_a_full_row_becomes_a_person() -> None:
    row = (
        "P7,Ann Lee,ann@x.org,P1,P2;P3,5,Analyst,Products,Data,Leeds,Europe/London,English; Urdu,"
        "2019-02-28,leave,P4,P5;P6"
    )
    findings = Findings()
    sheet = read_people(lines(",".join(PEOPLE_COLUMNS), row), findings)
    assert findings.problems == []
    assert sheet.people == (
        Person(
            person_id="P7",
            name="Ann Lee",
            email="ann@x.org",
            manager_id="P1",
            dotted_manager_ids=("P2", "P3"),
            level=5,
            job_title="Analyst",
            division="Products",
            department="Data",
            location="Leeds",
            timezone="Europe/London",
            languages=("English", "Urdu"),
            start_date=date(2019, 2, 28),
            status=Status.LEAVE,
            evaluator_ids=("P4",),
            previous_manager_ids=("P5", "P6"),
        ),
    )


def test_only_id_name_and_manager_are_required() -> None:
    findings = Findings()
    sheet = read_people(lines("person_id,name,manager_id", "A,Ann,"), findings)
    assert findings.problems == []
    assert sheet.people == (Person("A", "Ann", level=0),)


@pytest.mark.parametrize("column", ["person_id", "name", "manager_id"])
def test_a_file_without_a_required_column_is_refused(tmp_path: Path, column: str) -> None:
    header = ",".join(name for name in ("person_id", "name", "manager_id", "level") if name != column)
    folder = read_folder(tmp_path, people=(header, "A,,1"), quarantine=True)
    assert folder.round is None
    assert ("missing-column", column) in {(problem.code, problem.column) for problem in folder.problems}


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("name", "", "blank"),
        ("email", "ann", "malformed-email"),
        ("email", "ann@@x.org", "malformed-email"),
        ("email", "ann@x", "malformed-email"),
        ("email", "ann@x..org", "malformed-email"),
        ("email", "ann lee@x.org", "malformed-email"),
        ("email", "ann@x.org;bob@x.org", "malformed-email"),
        ("email", "Ann <ann@x.org>", "malformed-email"),
        ("email", "n/a", "malformed-email"),
        ("email", f"{'a' * 65}@x.org", "malformed-email"),
        ("email", f"a@{'x.' * 130}org", "malformed-email"),
        ("level", "two", "not-a-whole-number"),
        ("level", "1.5", "not-a-whole-number"),
        ("level", "3.0", "not-a-whole-number"),
        ("level", "１２", "not-a-whole-number"),
        ("level", "1_0", "not-a-whole-number"),
        ("level", "1e3", "not-a-whole-number"),
        ("level", "99999", "not-a-whole-number"),
        ("level", "9" * 5000, "not-a-whole-number"),
        ("status", "gone", "unknown-word"),
        ("start_date", "03/04/2026", "not-a-date"),
        ("start_date", "2026-02-29", "not-a-date"),
        ("start_date", "20260403", "not-a-date"),
        ("start_date", "2026-04-03T10:00", "not-a-date"),
        ("start_date", "0026-04-03", "not-a-date"),
        ("start_date", "9999-12-31", "not-a-date"),
        ("timezone", "Mars/Olympus", "unknown-timezone"),
        ("timezone", "GMT+1", "unknown-timezone"),
        ("person_id", "1.2E+11", "converted-id"),
        ("person_id", "1,2E+11", "converted-id"),
        ("person_id", "A;B", "separator-in-id"),
    ],
)
def test_a_cell_that_cannot_be_read_is_a_problem_of_its_person(column: str, value: str, code: str) -> None:
    quoted = f'"{value}"' if "," in value else value
    person, problems = person_with(column, quoted)
    assert [(problem.code, problem.column, problem.row) for problem in problems] == [(code, column, 2)]
    assert problems[0].person_ids == (person.person_id,)
    assert problems[0].remedy


@pytest.mark.parametrize("column", ["email", "level", "start_date", "timezone"])
def test_a_cell_that_cannot_be_read_counts_as_blank(column: str) -> None:
    person, problems = person_with(column, "no such thing")
    assert len(problems) == 1
    assert not getattr(person, column)


def test_an_unknown_status_counts_as_active_and_is_told() -> None:
    person, problems = person_with("status", "sabbatical")
    assert person.status is Status.ACTIVE
    assert problems[0].remedy == "write active or leave or left"


@pytest.mark.parametrize(
    ("column", "value", "read"),
    [
        ("email", "o'neill+mentoring@sub.x-y.org", "o'neill+mentoring@sub.x-y.org"),
        ("email", "zoë@müller.example", "zoë@müller.example"),
        ("level", "-1", -1),
        ("level", "007", 7),
        ("level", "0", 0),
        ("status", "LEFT", Status.LEFT),
        ("status", "", Status.ACTIVE),
        ("timezone", "Asia/Kolkata", "Asia/Kolkata"),
        ("timezone", "UTC", "UTC"),
        ("start_date", "2024-02-29", date(2024, 2, 29)),
        ("name", "李", "李"),
        ("languages", "English;english; ENGLISH ;Urdu;", ("English", "Urdu")),
        ("evaluator_ids", "E1;E1;e1", ("E1", "e1")),
        ("dotted_manager_ids", " ; ", ()),
    ],
)
def test_unusual_cells_that_are_right_are_no_problem(column: str, value: str, read: object) -> None:
    person, problems = person_with(column, value)
    assert problems == []
    assert getattr(person, column) == read


def test_a_time_zone_in_the_wrong_case_is_guessed() -> None:
    assert person_with("timezone", "europe/london")[1][0].remedy == "write Europe/London"
    assert person_with("timezone", "America/New York")[1][0].remedy == "write America/New_York"


def test_a_blank_id_is_a_problem_and_its_row_can_be_set_aside(tmp_path: Path) -> None:
    people = (HEADER, "A,Ann,,4", ",Bob,A,3", "C,Cem,A,2")
    assert only_problem(read_folder(tmp_path, people=people)).sentence == (
        "people.csv, row 3, person_id: the person_id is blank; fill it in."
    )
    kept = round_of(read_folder(tmp_path, people=people, quarantine=True))
    assert [person.person_id for person in kept.people] == ["A", "C"]
    assert kept.quarantined == frozenset()


def test_a_blank_level_is_an_explained_problem(tmp_path: Path) -> None:
    folder = read_folder(tmp_path, people=(HEADER, "A,Ann,,4", "B,Bob,A,", "C,Cem,A,2"))
    assert only_problem(folder).sentence == (
        "people.csv, row 3, level: the level is blank while other people have one; write a whole number."
    )
    assert only_problem(folder).person_ids == ("B",)


@pytest.mark.parametrize("header", [HEADER, "person_id,name,manager_id,job_title"])
def test_levels_blank_everywhere_are_derived_from_the_depth_and_said_to_be(tmp_path: Path, header: str) -> None:
    people = (header, "A,Ann,,", "B,Bob,A,", "C,Cem,B,", "D,Dee,A,")
    folder = read_folder(tmp_path, people=people)
    assert "derived-levels" in notice_codes(folder)
    assert {p.person_id: p.level for p in round_of(folder).people} == {"A": 2, "B": 1, "C": 0, "D": 1}


def test_derived_levels_stay_unknown_where_the_line_to_the_top_is(tmp_path: Path) -> None:
    people = (HEADER, "A,Ann,,", "C,Cem,A,", "X,Xia,nobody,", "Y,Yan,X,", "Z,Zoe,Z,")
    levels = {p.person_id: p.level for p in round_of(read_folder(tmp_path, people=people, quarantine=True)).people}
    assert levels == {"A": 1, "C": 0, "X": None, "Y": None, "Z": None}


def test_given_levels_are_never_replaced(tmp_path: Path) -> None:
    folder = read_folder(tmp_path)
    assert "derived-levels" not in notice_codes(folder)
    assert [person.level for person in round_of(folder).people] == [4, 3, 2]


def test_a_row_with_a_wrong_number_of_cells_gives_one_problem_and_no_guesses(tmp_path: Path) -> None:
    people = (HEADER, "A,Ann,,4", "B,Bob,A", "C,Cem,B,2,extra,cells")
    folder = read_folder(tmp_path, people=people)
    assert [(p.code, p.row, p.person_ids) for p in folder.problems] == [
        ("cell-count", 3, ("B",)),
        ("cell-count", 4, ("C",)),
    ]
    kept = round_of(read_folder(tmp_path, people=people, quarantine=True))
    assert kept.people[1:] == (Person("B", "Bob"), Person("C", "Cem"))
    assert kept.quarantined == {"B", "C"}


def test_a_row_whose_id_cannot_be_shown_is_told_once_and_set_aside(tmp_path: Path) -> None:
    people = (HEADER, "A,Ann,,4", "B\x00,Bob,A,3", "C,Cem,A,2")
    assert only_problem(read_folder(tmp_path, people=people)).code == "control-character"
    kept = round_of(read_folder(tmp_path, people=people, quarantine=True))
    assert [person.person_id for person in kept.people] == ["A", "C"]
