"""What is wrong with people taken together: repeated ids, shared addresses, reporting lines."""

import time
from pathlib import Path

import pytest

from mentormatch.domain.hierarchy import build_hierarchy
from tests.unit.files.folders import codes_of, lines, notice_codes, only_problem, read_folder, round_of

HEADER = "person_id,name,manager_id,level"
TOP = (HEADER, "A,Ann,,4", "C,Cem,A,2")


@pytest.mark.parametrize("spelling", ["B", " B ", "b", "Ｂ"])
def test_an_id_that_stands_twice_is_a_problem_in_any_spelling(tmp_path: Path, spelling: str) -> None:
    folder = read_folder(tmp_path, people=(*TOP, "B,Bob,A,3", f"{spelling},Bea,A,3"))
    problem = only_problem(folder)
    assert (problem.code, problem.row, problem.column) == ("repeated-id", 5, "person_id")
    assert "stands in row 4 already" in problem.wrong
    assert set(problem.person_ids) == {"B", spelling.strip()}


def test_of_an_id_that_stands_twice_the_first_row_stays_in_the_data_set_aside(tmp_path: Path) -> None:
    kept = round_of(read_folder(tmp_path, people=(*TOP, "B,Bob,A,3", "B,Bea,A,3"), quarantine=True))
    assert [(p.person_id, p.name) for p in kept.people] == [("A", "Ann"), ("C", "Cem"), ("B", "Bob")]
    assert kept.quarantined == {"B"}


def test_two_spellings_of_an_id_both_stay_in_the_data_set_aside(tmp_path: Path) -> None:
    kept = round_of(read_folder(tmp_path, people=(*TOP, "dfe-1,Bob,A,3", "DfE-1,Bea,A,3"), quarantine=True))
    assert kept.quarantined == {"dfe-1", "DfE-1"} <= {person.person_id for person in kept.people}


def test_each_further_row_of_an_id_is_told(tmp_path: Path) -> None:
    folder = read_folder(tmp_path, people=(*TOP, "B,Bob,A,3", "B,Bea,A,3", "B,Ben,A,3"))
    assert [(p.code, p.row) for p in folder.problems] == [("repeated-id", 5), ("repeated-id", 6)]


def test_a_shared_address_is_told_once_and_concerns_all_who_share_it(tmp_path: Path) -> None:
    people = (
        "person_id,name,manager_id,level,email",
        "A,Ann,,4,team@x.org",
        "C,Cem,A,2,Team@X.org",
        "B,Bob,A,3,bob@x.org",
        "D,Dee,A,3,ｔeam@x.org",
        "E,Eve,A,3,",
        "F,Fay,A,3,",
    )
    folder = read_folder(tmp_path, people=people)
    problem = only_problem(folder)
    assert (problem.code, problem.row, problem.person_ids) == ("shared-email", 2, ("A", "C", "D"))
    assert problem.wrong == "3 people share the address: rows 2, 3 and 5"
    assert round_of(read_folder(tmp_path, people=people, quarantine=True)).quarantined == {"A", "C", "D"}


def test_the_same_person_twice_does_not_share_an_address_with_anybody(tmp_path: Path) -> None:
    people = ("person_id,name,manager_id,level,email", "A,Ann,,4,", "C,Cem,A,2,c@x.org", "C,Cem,A,2,c@x.org")
    assert codes_of(read_folder(tmp_path, people=people)) == ["repeated-id"]


def test_an_unknown_manager_is_told_with_the_near_miss(tmp_path: Path) -> None:
    people = (HEADER, "170311,Ann,,4", "C,Cem,00170311,2", "A,Abe,170311,3")
    folder = read_folder(tmp_path, people=people)
    assert only_problem(folder).sentence == (
        'people.csv, row 3, manager_id "00170311": nobody in people.csv has this id; did you mean 170311?'
    )
    assert only_problem(folder).person_ids == ("C",)


def test_an_unknown_manager_stays_in_the_data_so_that_the_line_counts_as_unknown(tmp_path: Path) -> None:
    people = (HEADER, "A,Ann,,4", "B,Bob,zz9,3", "C,Cem,B,2", "D,Dee,A,2")
    kept = round_of(read_folder(tmp_path, people=people, quarantine=True))
    assert kept.quarantined == {"B"}
    assert kept.people[1].manager_id == "zz9"
    assert build_hierarchy(kept.people, kept.doubtful_lines).unknown == {"B", "C"}


def test_nobody_can_be_their_own_manager(tmp_path: Path) -> None:
    folder = read_folder(tmp_path, people=(*TOP, "B,Bob,B,3"))
    assert (only_problem(folder).code, only_problem(folder).remedy) == ("own-manager", "leave it blank at the top")
    kept = round_of(read_folder(tmp_path, people=(*TOP, "B,Bob,B,3"), quarantine=True))
    assert "B" in build_hierarchy(kept.people, kept.doubtful_lines).unknown


@pytest.mark.parametrize("column", ["dotted_manager_ids", "evaluator_ids", "previous_manager_ids"])
def test_people_over_somebody_must_exist_and_be_somebody_else(tmp_path: Path, column: str) -> None:
    people = (f"{HEADER},{column}", "A,Ann,,4,", "B,Bob,A,3,A;nobody", "C,Cem,A,2,C")
    folder = read_folder(tmp_path, people=people)
    assert [(p.code, p.column, p.value, p.person_ids) for p in folder.problems] == [
        ("unknown-person", column, "nobody", ("B",)),
        ("names-self", column, "C", ("C",)),
    ]


def test_a_reporting_loop_is_told_once_by_name_with_its_rows(tmp_path: Path) -> None:
    people = (HEADER, "A,Ann,,4", "C,Cem,D,2", "D,Dee,E,2", "E,Eve,C,2", "F,Fay,E,2")
    folder = read_folder(tmp_path, people=people)
    problem = only_problem(folder)
    assert (problem.row, problem.column, problem.person_ids) == (3, "manager_id", ("C", "D", "E"))
    assert problem.wrong == "reporting loop Cem -> Dee -> Eve -> Cem"
    assert problem.remedy == "correct a manager in one of rows 3, 4 and 5"
    assert round_of(read_folder(tmp_path, people=people, quarantine=True)).quarantined == {"C", "D", "E"}


def test_a_loop_over_a_dotted_line_is_a_loop(tmp_path: Path) -> None:
    people = (f"{HEADER},dotted_manager_ids", "A,Ann,,4,", "B,Bob,A,3,C", "C,Cem,B,2,")
    assert only_problem(read_folder(tmp_path, people=people)).wrong == "reporting loop Bob -> Cem -> Bob"


def test_each_loop_is_told(tmp_path: Path) -> None:
    people = (HEADER, "A,Ann,,4", "B,Bob,C,3", "C,Cem,B,2", "D,Dee,E,1", "E,Eve,D,1")
    assert [p.wrong for p in read_folder(tmp_path, people=people).problems] == [
        "reporting loop Bob -> Cem -> Bob",
        "reporting loop Dee -> Eve -> Dee",
    ]


def test_a_long_loop_is_told_in_a_short_line(tmp_path: Path) -> None:
    chain = [f"P{k},Person {k},P{(k + 1) % 30},2" for k in range(30)]
    folder = read_folder(tmp_path, people=(*TOP, *chain))
    problem = only_problem(folder)
    assert problem.wrong.startswith("reporting loop Person 0 -> Person 1 -> ")
    assert problem.wrong.endswith("Person 6 -> (23 more) -> Person 0")
    assert len(problem.person_ids) == 30


def test_people_in_further_loops_of_a_tangle_are_concerned_too(tmp_path: Path) -> None:
    everybody = [f"P{k}" for k in range(40)]
    rows = [f"{p},{p},,1,{';'.join(other for other in everybody if other != p)}" for p in everybody]
    folder = read_folder(tmp_path, people=(f"{HEADER},dotted_manager_ids", "A,Ann,,4,", "C,Cem,A,2,", *rows))
    assert {p for problem in folder.problems for p in problem.person_ids} == set(everybody)
    assert any("stand in further loops with them" in problem.remedy for problem in folder.problems)


def test_several_tops_are_noticed_and_no_problem(tmp_path: Path) -> None:
    folder = read_folder(tmp_path, people=(*TOP, "B,Bob,,3"))
    assert notice_codes(folder) == ["tops"]
    assert folder.notices[0].text == "2 people have no manager and count as tops: rows 2 and 4."


def test_that_everybody_has_a_manager_is_noticed_beside_the_loop(tmp_path: Path) -> None:
    folder = read_folder(tmp_path, people=(HEADER, "A,Ann,C,4", "C,Cem,A,2"))
    assert notice_codes(folder) == ["tops"]
    assert codes_of(folder) == ["reporting-loop"]


def test_nobody_is_called_unknown_while_rows_of_the_file_are_lost(tmp_path: Path) -> None:
    people = (HEADER, "A,Ann,,4", 'B,"Bob,A,3', "C,Cem,B,2")
    folder = read_folder(tmp_path, people=people, enrolments=("person_id,as_mentee,as_mentor", "B,upward:1,"))
    assert codes_of(folder) == ["unclosed-quote"]


def test_a_large_organisation_full_of_dirt_is_checked_in_seconds(tmp_path: Path) -> None:
    people = ["person_id,name,manager_id,level,email"]
    people += [
        f"unit-of-work:{k},Person {k},{'' if k == 0 else f'unit-of-work:{k // 8}'},3,p{k % 900}@x.org"
        for k in range(20_000)
    ]
    people += [f"stray:{k},Stray {k},unit of wrok:{k},3," for k in range(1_000)]
    people += [f"loop:{k},Loop {k},loop:{k ^ 1},3," for k in range(1_000)]
    start = time.process_time()
    folder = read_folder(tmp_path, people=lines(*people), enrolments=("person_id,as_mentee,as_mentor",))
    assert time.process_time() - start < 15
    counts = {code: codes_of(folder).count(code) for code in set(codes_of(folder))}
    assert counts == {"unknown-person": 1_000, "reporting-loop": 500, "shared-email": 900}


@pytest.mark.parametrize(
    ("header", "rows", "doubtful"),
    [
        ("person_id,name,manager_id,email", ("A,Ann,,", "B,Bob,A,no-address", "C,Cem,B,"), set()),
        ("person_id,name,manager_id,level", ("A,Ann,,4", "B,Bob,A,high", "C,Cem,B,2"), set()),
        ("person_id,name,manager_id,status", ("A,Ann,,", "B,Bob,A,away", "C,Cem,B,"), set()),
        ("person_id,name,manager_id,status", ("A,Ann,,", "B,Bob,X,", "C,Cem,B,"), {"B"}),
        ("person_id,name,manager_id,status", ("A,Ann,,", "B,Bob,A,", "B,Ben,A,", "C,Cem,B,"), {"B"}),
        ("person_id,name,manager_id,dotted_manager_ids", ("A,Ann,,", "B,Bob,A,X", "C,Cem,B,"), {"B"}),
    ],
)
def test_only_problems_of_a_line_cast_doubt_on_the_lines_below(
    tmp_path: Path, header: str, rows: tuple[str, ...], doubtful: set[str]
) -> None:
    kept = round_of(read_folder(tmp_path, people=(header, *rows), quarantine=True))
    assert kept.quarantined == {"B"}
    assert kept.doubtful_lines == doubtful
    assert build_hierarchy(kept.people, kept.doubtful_lines).unknown == (doubtful | {"C"} if doubtful else set())
