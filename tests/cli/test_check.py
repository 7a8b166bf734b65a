"""mentormatch check: every problem in one line, as a table or as JSON, and the exit code."""

import json
from pathlib import Path

import pytest

from tests.cli.command import run, start
from tests.unit.files.folders import ENROLMENTS, PEOPLE, lines, write_folder

BLANK_LEVEL = ("person_id,name,manager_id,level", "A,Ann,,4", "B,Bob,A,", "C,Cem,A,2")


def test_a_clean_round_is_counted(tmp_path: Path) -> None:
    history = ("mentor_id,mentee_id,direction,round", "A,C,upward,2025")
    result = run("check", write_folder(tmp_path, history=history))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "3 people, 2 enrolled: 1 mentee, 1 mentor.\n1 past pairing.\n"


def test_a_problem_is_one_line_and_the_exit_code_says_bad_input(tmp_path: Path) -> None:
    result = run("check", write_folder(tmp_path, people=BLANK_LEVEL))
    assert result.exit_code == 2
    assert result.stdout.splitlines() == [
        "people.csv, row 3, level: the level is blank while other people have one; write a whole number.",
        "1 problem; 1 person concerned: --quarantine sets them aside.",
    ]


def test_with_quarantine_the_same_round_can_go_on(tmp_path: Path) -> None:
    result = run("check", write_folder(tmp_path, people=BLANK_LEVEL), "--quarantine")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1:] == [
        "1 problem; 1 person is set aside.",
        "3 people, 2 enrolled: 1 mentee, 1 mentor.",
    ]


def test_quarantine_does_not_help_against_a_broken_file(tmp_path: Path) -> None:
    people = (*BLANK_LEVEL, 'D,"Dee,A,1')
    result = run("check", write_folder(tmp_path, people=people), "--quarantine")
    assert result.exit_code == 2
    assert result.stdout.splitlines()[-1] == "2 problems; 1 of them cannot be helped by --quarantine."


def test_notices_stop_nothing(tmp_path: Path) -> None:
    people = tuple(row.replace(",", ";") for row in PEOPLE)
    result = run("check", write_folder(tmp_path, people=people))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "people.csv: Read with semicolons between the cells."


def test_findings_can_be_had_as_json(tmp_path: Path) -> None:
    result = run("check", write_folder(tmp_path, people=BLANK_LEVEL), "--format", "json")
    content = json.loads(result.stdout)
    assert result.exit_code == 2
    assert [(found["file"], found["row"], found["column"]) for found in content["problems"]] == [
        ("people.csv", 3, "level")
    ]
    assert content["notices"] == []


def test_a_clean_round_is_two_empty_lists_as_json(tmp_path: Path) -> None:
    result = run("check", write_folder(tmp_path), "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"problems": [], "notices": []})


def test_policy_and_locks_are_checked_with_the_round(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in")
    policy, locks = tmp_path / "strict.toml", tmp_path / "fixed.csv"
    policy.write_text("[weights]\nneeds = nan\n")
    locks.write_bytes(lines("kind,mentor_id,mentee_id", "must,A,nobody"))
    result = run("check", folder, "--policy", policy, "--locks", locks)
    assert result.exit_code == 2
    assert 'strict.toml, weights.needs "nan": not a whole number' in result.stdout
    assert 'locks.csv, row 2, mentee_id "nobody"' in result.stdout


def test_locks_are_counted(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in")
    locks = tmp_path / "fixed.csv"
    locks.write_bytes(lines("kind,mentor_id,mentee_id", "must-not,A,C"))
    assert run("check", folder, "--locks", locks).stdout.endswith("1 lock.\n")


@pytest.mark.parametrize("extra", [(), ("--format", "json"), ("--quarantine",)])
def test_a_folder_that_is_none_gets_one_sentence_and_no_table(tmp_path: Path, extra: tuple[str, ...]) -> None:
    result = run("check", tmp_path / "missing", *extra)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"{tmp_path}/missing does not exist; name a directory with people.csv and enrolments.csv.\n"


def test_nothing_is_written(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, people=BLANK_LEVEL)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    run("check", folder)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_text_that_looks_like_markup_or_a_control_sequence_is_shown_as_it_is(tmp_path: Path) -> None:
    people = (*PEOPLE, "D,Dee,[bold red]x[/],3", "E,Eve,\x1b[31mred,3")
    result = run("check", write_folder(tmp_path, people=people))
    assert 'manager_id "[bold red]x[/]"' in result.stdout
    assert "\x1b" not in result.stdout
    assert "U+001B" in result.stdout


def test_a_thousand_problems_are_a_thousand_lines(tmp_path: Path) -> None:
    enrolments = (*ENROLMENTS, *(f"nobody-{k},upward:1," for k in range(1_000)))
    result = run("check", write_folder(tmp_path, enrolments=enrolments))
    assert len(result.stdout.splitlines()) == 1_001
    assert result.stdout.splitlines()[-1].startswith("1,000 problems; 1,000 people concerned")


def test_what_is_told_does_not_depend_on_the_hashes_of_a_process(tmp_path: Path) -> None:
    everybody = [f"P{k}" for k in range(12)]
    tangle = [f"{p},{p},,1,{';'.join(q for q in everybody if q != p)};p{k}x" for k, p in enumerate(everybody)]
    people = ("person_id,name,manager_id,level,dotted_manager_ids", "A,Ann,,4,", "C,Cem,A,2,", *tangle)
    folder = write_folder(tmp_path, people=people)
    told = set()
    for seed in ("0", "1", "2"):
        process = start("check", folder, PYTHONHASHSEED=seed)
        told.add(process.communicate(timeout=60)[0])
        assert process.returncode == 2
    assert len(told) == 1


def test_locks_that_cannot_stand_together_are_bad_input_with_a_line_for_each_smallest_set(tmp_path: Path) -> None:
    people = ("person_id,name,manager_id,level", "A,Ann,,4", "B,Bob,,2", "C,Cem,,2", "D,Dee,,2")
    rows = ("A,,upward:2,2", "B,upward:1,,", "C,upward:1,,", "D,upward:1,,")
    enrolments = ("person_id,as_mentee,as_mentor,max_mentees", *rows)
    policy = b"[capacity]\ndepartment_share = 1.0\n"
    folder = write_folder(tmp_path / "round", people=people, enrolments=enrolments, policy=policy)
    locks = tmp_path / "fixed.csv"
    locks.write_bytes(lines("kind,mentor_id,mentee_id,reason", "must,A,D,", "must,A,C,", "keep,A,B,"))
    said = (
        'locks.csv, row 2, mentor_id "A": these 3 locks ask for 3 places of A, who has 2 (max_mentees): A mentors B, '
        "A mentors C, A mentors D; 1 place is short; delete one of them or give A one more place "
        "(max_mentees, as_mentor)."
    )
    checked = run("check", folder, "--locks", locks, "--quarantine")
    matched = run("match", folder, "--locks", locks, "--out", tmp_path / "out")
    assert (checked.exit_code, matched.exit_code) == (2, 2)
    assert said in checked.stdout.splitlines()
    assert said in matched.stderr.splitlines()
    assert not (tmp_path / "out").exists()
