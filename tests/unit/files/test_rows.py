"""Cells as words: numbers, dates, choices and lists, each with the sentence for one that cannot be read."""

from datetime import date

import pytest

from mentormatch.domain.enrolment import Rhythm
from mentormatch.files.problems import Problem
from mentormatch.files.rows import Row, each_row
from tests.unit.files.folders import table_of


def row_with(cell: str) -> Row:
    """Return a row of person P whose column b holds a cell."""
    quoted = cell.replace('"', '""')
    table, findings = table_of(f'a,b\nP,"{quoted}"\n')
    return next(each_row(table, findings))


def problem_of(row: Row) -> Problem:
    """Return the one problem that reading a cell has left."""
    (problem,) = row.findings.problems
    return problem


def test_a_row_knows_its_line_its_people_and_its_cells() -> None:
    table, findings = table_of('a,b\n1,"x\ny"\n2,z\n', keys=("a", "b"))
    first, second = each_row(table, findings)
    assert (first.line, second.line) == (2, 4)
    assert (first.person_ids, second.person_ids) == (("1", "x y"), ("2", "z"))
    assert first.text("c") == ""


def test_a_problem_shows_the_cell_the_line_and_the_person() -> None:
    row = row_with("odd")
    row.problem("b", "some-code", "it is odd", "make it even")
    assert problem_of(row) == Problem("file.csv", 2, "b", "odd", "some-code", "it is odd", "make it even", ("P",), True)


@pytest.mark.parametrize(("cell", "number"), [("0", 0), ("7", 7), ("10", 10), ("007", 7), ("", -5)])
def test_a_whole_number_within_its_bounds_is_read(cell: str, number: int) -> None:
    row = row_with(cell)
    assert row.whole("b", 0, 10, blank=-5) == number
    assert row.findings.problems == []


@pytest.mark.parametrize("cell", ["11", "-1", "1.0", "1,0", "+1", "1e1", "0x1", "1_0", "٣", "²", "one", "9" * 400])
def test_anything_else_is_not_a_whole_number(cell: str) -> None:
    row = row_with(cell)
    assert row.whole("b", 0, 10, blank=-5) == -5
    assert problem_of(row).wrong == "not a whole number from 0 to 10"


def test_the_number_in_the_remedy_lies_within_the_bounds() -> None:
    row = row_with("x")
    row.whole("b", 5, 10, blank=0)
    assert problem_of(row).remedy == "write a number such as 5"


@pytest.mark.parametrize(("cell", "number"), [("0", 0.0), ("2.5", 2.5), ("10", 10.0), ("10.0", 10.0), ("", None)])
def test_a_number_within_its_bounds_is_read(cell: str, number: float | None) -> None:
    row = row_with(cell)
    assert row.number("b", 10) == number
    assert row.findings.problems == []


@pytest.mark.parametrize("cell", ["10.1", "-0", "nan", "inf", "1e1", "1.", ".5", "1.5.0", "1,5", "1.000,5", "٣", "two"])
def test_anything_else_is_not_a_number(cell: str) -> None:
    row = row_with(cell)
    assert row.number("b", 10) is None
    assert problem_of(row).wrong == "not a number from 0 to 10"


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-11-24", date(2026, 11, 24)),
        ("1900-01-01", date(1900, 1, 1)),
        ("2000-02-29", date(2000, 2, 29)),
        ("", None),
    ],
)
def test_a_date_of_the_calendar_is_read(cell: str, day: date) -> None:
    row = row_with(cell)
    assert row.day("b") == day
    assert row.findings.problems == []


@pytest.mark.parametrize(
    "cell",
    ["24.11.2026", "2026-11-31", "2026-W10-1", "1899-12-31", "2200-01-01", "２０２６-01-01", "today"],
)
def test_anything_else_is_not_a_date(cell: str) -> None:
    row = row_with(cell)
    assert row.day("b") is None
    assert problem_of(row).remedy == "write year, month and day as in 2026-04-03"


def test_a_choice_is_read_whatever_its_case_and_refused_with_all_choices() -> None:
    assert row_with("WEEKLY").choice("b", Rhythm) is Rhythm.WEEKLY
    assert row_with("").choice("b", Rhythm) is None
    row = row_with("daily")
    assert row.choice("b", Rhythm) is None
    assert problem_of(row).remedy == "write weekly or fortnightly or monthly"


@pytest.mark.parametrize(
    ("cell", "entries"),
    [
        ("", ()),
        (";", ()),
        ("one", ("one",)),
        ("one;two", ("one", "two")),
        (" one ; two words ;; three; ", ("one", "two words", "three")),
        ("a,b;c", ("a,b", "c")),
        ("one\ntwo;three", ("one two", "three")),
    ],
)
def test_a_list_is_split_at_its_semicolons(cell: str, entries: tuple[str, ...]) -> None:
    row = row_with(cell)
    assert row.ranked("b") == row.words("b") == row.ids("b") == entries
    assert row.findings.problems == []


def test_names_are_one_whatever_their_spelling_and_ids_are_not() -> None:
    row = row_with("SQL;sql;Ｓql;R")
    assert row.words("b") == ("SQL", "R")
    assert row.ids("b") == ("SQL", "sql", "Ｓql", "R")


def test_every_repetition_in_a_ranked_list_is_told_and_the_first_mention_counts() -> None:
    row = row_with("SQL;R;sql;r")
    assert row.ranked("b") == ("SQL", "R")
    assert [(p.code, p.value) for p in row.findings.problems] == [("repeated-entry", "sql"), ("repeated-entry", "r")]


def test_a_list_is_too_long_from_one_entry_above_its_limit() -> None:
    row = row_with("a;b;c")
    assert row.ranked("b", limit=3) == ("a", "b", "c")
    assert row.findings.problems == []
    row.ranked("b", limit=2)
    assert problem_of(row).wrong == "a list of 3 entries, more than 2"


@pytest.mark.parametrize(("cell", "answer"), [("yes", True), ("Yes", True), ("NO", False), ("", None)])
def test_a_question_is_answered_with_yes_or_no_or_not_at_all(cell: str, answer: bool | None) -> None:
    row = row_with(cell)
    assert row.yes_or_no("b") is answer
    assert row.findings.problems == []


@pytest.mark.parametrize("cell", ["y", "true", "1", "maybe"])
def test_any_other_answer_is_none(cell: str) -> None:
    row = row_with(cell)
    assert row.yes_or_no("b") is None
    assert problem_of(row).wrong == "neither yes nor no"


def test_a_cell_that_must_not_be_blank_is_told_when_it_is() -> None:
    row = row_with("")
    assert row.required("b") == ""
    assert problem_of(row).sentence == "file.csv, row 2, b: the b is blank; fill it in."
