"""Problems as sentences, in order, and as JSON."""

import json
import random

import pytest

from mentormatch.files.problems import (
    VALUE_LENGTH,
    Notice,
    Problem,
    join_briefly,
    order_problems,
    shorten,
    write_findings,
)


def a_problem(row: int | None = 2, column: str = "level", file: str = "people.csv", value: str = "x") -> Problem:
    return Problem(file, row, column, value, "some-code", "not a number", "write one", ("A",))


def test_a_problem_says_where_what_and_what_to_do_in_one_line() -> None:
    assert a_problem().sentence == 'people.csv, row 2, level "x": not a number; write one.'


def test_a_problem_of_a_whole_file_names_neither_row_nor_column() -> None:
    problem = Problem("people.csv", None, "", "", "empty-file", "the file is empty", "add a header")
    assert problem.sentence == "people.csv: the file is empty; add a header."


def test_a_remedy_that_asks_ends_with_its_question_mark() -> None:
    problem = Problem("people.csv", 2, "manager_id", "0012", "unknown-person", "nobody has this id", "did you mean 12?")
    assert problem.sentence.endswith("; did you mean 12?")


def test_only_a_problem_about_people_or_one_row_can_be_quarantined() -> None:
    about_nobody = Problem("people.csv", None, "name", "", "missing-column", "the column is missing", "add it")
    about_a_row = Problem("people.csv", 3, "person_id", "", "blank", "blank", "fill it in", (), sets_row_aside=True)
    assert a_problem().can_be_quarantined
    assert about_a_row.can_be_quarantined
    assert not about_nobody.can_be_quarantined


def test_problems_stand_in_the_order_of_file_row_and_column_whoever_found_them_first() -> None:
    ordered = [
        a_problem(5, "email", "enrolments.csv"),
        a_problem(None, "", "people.csv"),
        a_problem(2, "email"),
        a_problem(2, "level"),
        a_problem(10, "email"),
    ]
    for seed in range(20):
        shuffled = random.Random(seed).sample(ordered, len(ordered))
        assert list(order_problems(shuffled)) == ordered


def test_the_same_problem_is_told_once() -> None:
    assert order_problems([a_problem(), a_problem()]) == (a_problem(),)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("short", "short"),
        ("Zoë 李", "Zoë 李"),
        ("a\x00b", "a\\x00b"),
        ("line\nbreak\ttab", "line\\nbreak\\ttab"),
        ("\u202eabc", "\\u202eabc"),
        ("x" * VALUE_LENGTH, "x" * VALUE_LENGTH),
        ("x" * (VALUE_LENGTH + 1), "x" * (VALUE_LENGTH - 1) + "…"),
    ],
)
def test_a_value_is_shown_short_and_with_its_control_characters_visible(value: str, shown: str) -> None:
    assert shorten(value) == shown


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([], ""),
        ([3], "3"),
        ([3, 9], "3 and 9"),
        ([3, 9, 12], "3, 9 and 12"),
        (range(1, 6), "1, 2, 3, 4 and 5"),
        (range(1, 7), "1, 2, 3, 4, 5 and 1 more"),
        (range(1, 2006), "1, 2, 3, 4, 5 and 2,000 more"),
    ],
)
def test_a_long_list_is_cut_and_says_how_much_is_missing(words: list[int], text: str) -> None:
    assert join_briefly(words) == text


def test_findings_are_written_as_json_with_every_field() -> None:
    found = json.loads(write_findings([a_problem(value="Zoë")], [Notice("people.csv", "tops", "2 tops.")]))
    assert found == {
        "problems": [
            {
                "file": "people.csv",
                "row": 2,
                "column": "level",
                "value": "Zoë",
                "code": "some-code",
                "wrong": "not a number",
                "remedy": "write one",
                "person_ids": ["A"],
                "can_be_quarantined": True,
            }
        ],
        "notices": [{"file": "people.csv", "code": "tops", "text": "2 tops."}],
    }


def test_nothing_found_is_written_as_two_empty_lists() -> None:
    assert json.loads(write_findings([], [])) == {"problems": [], "notices": []}
