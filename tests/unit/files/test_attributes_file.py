"""The file of protected attributes: any columns, only what people consented to, and every problem at once."""

from pathlib import Path

import pytest

from mentormatch.errors import InputError
from mentormatch.files.attributes_file import AttributeSheet, read_attributes
from mentormatch.files.problems import Problem
from tests.unit.files.folders import lines

PEOPLE = ("P1", "P2", "P3", "P4")


def sheet_of(place: Path, *rows: str | bytes) -> AttributeSheet:
    """Write a file of attributes and read it against four people."""
    path = place / "attributes.csv"
    path.write_bytes(b"".join(row if isinstance(row, bytes) else lines(row) for row in rows))
    return read_attributes(path, PEOPLE)


def problem_of(sheet: AttributeSheet) -> Problem:
    """Return the one problem of a file."""
    assert len(sheet.problems) == 1, [problem.sentence for problem in sheet.problems]
    return sheet.problems[0]


def test_every_column_is_an_attribute_whatever_its_name(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, "person_id,gender,Age band", "P1,woman,30-39", "P2,man,40-49")
    assert sheet.values == {"gender": {"P1": "woman", "P2": "man"}, "age band": {"P1": "30-39", "P2": "40-49"}}
    assert (sheet.problems, sheet.notices) == ((), ())


def test_a_blank_is_not_stated(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, "person_id,gender,ethnicity", "P1,,A", "P2, ,", "P3,woman,")
    assert sheet.values == {"gender": {"P3": "woman"}, "ethnicity": {"P1": "A"}}


def test_an_attribute_that_nobody_states_is_there_and_empty(tmp_path: Path) -> None:
    assert sheet_of(tmp_path, "person_id,gender", "P1,").values == {"gender": {}}


def test_values_are_trimmed_and_one_value_has_one_spelling(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, "person_id,gender", "P1,  Woman ", "P2,WOMAN", "P3,ｗｏｍａｎ", "P4,man")
    assert sheet.values["gender"] == {"P1": "Woman", "P2": "Woman", "P3": "Woman", "P4": "man"}


@pytest.mark.parametrize("answer", ["", "no", "No"])
def test_without_a_yes_in_the_column_of_consent_nothing_counts_as_stated(tmp_path: Path, answer: str) -> None:
    sheet = sheet_of(tmp_path, "person_id,consent,gender", "P1,Yes,woman", f"P2,{answer},man")
    assert sheet.values == {"gender": {"P1": "woman"}}
    assert sheet.problems == ()


def test_consent_is_no_attribute(tmp_path: Path) -> None:
    assert "consent" not in sheet_of(tmp_path, "consent,person_id,gender", "yes,P1,woman").values


def test_consent_that_is_neither_yes_nor_no_is_a_problem(tmp_path: Path) -> None:
    problem = problem_of(sheet_of(tmp_path, "person_id,consent,gender", "P1,perhaps,woman"))
    assert (problem.code, problem.row, problem.column) == ("not-yes-or-no", 2, "consent")


def test_people_who_are_not_in_the_file_have_stated_nothing(tmp_path: Path) -> None:
    assert set(sheet_of(tmp_path, "person_id,gender", "P1,woman").values["gender"]) == {"P1"}


def test_columns_of_people_csv_are_no_attributes_and_are_said_to_be_kept_out(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, "person_id,Name,gender,department", "P1,Ann,woman,Sales")
    assert sheet.values == {"gender": {"P1": "woman"}}
    assert [notice.code for notice in sheet.notices] == ["unknown-columns"]
    assert "Name" in sheet.notices[0].text
    assert "department" in sheet.notices[0].text


def test_a_column_without_a_name_is_kept_out(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, "person_id,gender,", "P1,woman,x")
    assert sheet.values == {"gender": {"P1": "woman"}}
    assert [notice.code for notice in sheet.notices] == ["unknown-columns"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_of_a_spreadsheet_is_found(tmp_path: Path, separator: str) -> None:
    rows = [row.replace(",", separator) for row in ("person_id,consent,gender,ethnicity", "P1,yes,woman,A")]
    assert sheet_of(tmp_path, *rows).values == {"gender": {"P1": "woman"}, "ethnicity": {"P1": "A"}}


def test_a_separator_may_be_named_in_the_first_line(tmp_path: Path) -> None:
    assert sheet_of(tmp_path, "sep=;", "person_id;gender", "P1;woman").values == {"gender": {"P1": "woman"}}


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, b"\xef\xbb\xbf", "person_id,gender", "P1,woman")
    assert sheet.values == {"gender": {"P1": "woman"}}


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (",woman", "blank", "person_id"),
        ("P9,woman", "unknown-person", "person_id"),
        ("P1,man", "repeated-id", "person_id"),
        ("p1,man", "repeated-id", "person_id"),
        ("P2,woman,more", "cell-count", ""),
        ("P2,wo\x07man", "control-character", "gender"),
        ('P2,"woman', "unclosed-quote", ""),
    ],
)
def test_a_row_that_cannot_be_used_is_a_problem_with_its_place(
    tmp_path: Path, row: str, code: str, column: str
) -> None:
    sheet = sheet_of(tmp_path, "person_id,gender", "P1,woman", row)
    found = {(problem.file, problem.row, problem.column, problem.code) for problem in sheet.problems}
    assert ("attributes.csv", 3, column, code) in found


def test_an_unknown_person_is_told_with_the_one_who_was_probably_meant(tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_bytes(lines("person_id,gender", "E-0O17,woman"))
    problem = problem_of(read_attributes(path, ["E-0017", "E-2000"]))
    expected = 'staff.csv, row 2, person_id "E-0O17": nobody in people.csv has this id; did you mean E-0017?'
    assert problem.sentence == expected


def test_every_problem_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, "person_id,consent,gender", "P1,maybe,woman", "X1,yes,man", "P1,yes,man", ",yes,man")
    assert [(problem.row, problem.code) for problem in sheet.problems] == [
        (2, "not-yes-or-no"),
        (3, "unknown-person"),
        (4, "repeated-id"),
        (5, "blank"),
    ]


def test_nothing_is_read_while_there_are_problems(tmp_path: Path) -> None:
    assert sheet_of(tmp_path, "person_id,gender", "P1,woman", "X1,man").values == {}


def test_a_file_without_the_column_of_ids_has_one_problem_and_not_one_for_each_row(tmp_path: Path) -> None:
    problem = problem_of(sheet_of(tmp_path, "person,gender", "P1,woman", "P2,man"))
    assert (problem.code, problem.column) == ("missing-column", "person_id")


def test_an_attribute_that_stands_twice_is_a_problem(tmp_path: Path) -> None:
    problem = problem_of(sheet_of(tmp_path, "person_id,gender,Gender", "P1,woman,man"))
    assert (problem.code, problem.column) == ("repeated-column", "gender")


@pytest.mark.parametrize("header", ["person_id", "person_id,consent", "person_id,name"])
def test_a_file_without_any_attribute_is_a_problem(tmp_path: Path, header: str) -> None:
    problem = problem_of(sheet_of(tmp_path, header, "P1" + ",yes" * header.count(",")))
    assert (problem.code, problem.row) == ("no-attributes", None)
    assert "gender" in problem.remedy


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b" \n\n", "empty-file"),
        (b"person_id,gender\n", "no-rows"),
        (b"PK\x03\x04 a workbook", "not-text"),
        (b"person_id,gender\nP1,fran\xe7ais\n", "not-utf-8"),
        (b'person_id,"gender\nP1,woman\n', "unclosed-quote"),
    ],
)
def test_a_file_that_is_no_table_is_a_problem(tmp_path: Path, content: bytes, code: str) -> None:
    sheet = sheet_of(tmp_path, content)
    assert code in [problem.code for problem in sheet.problems]
    assert not any(sheet.values.values())


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_attributes(tmp_path / "attributes.csv", PEOPLE)
    assert caught.value.sentence == f"{tmp_path / 'attributes.csv'} cannot be read: no such file or directory."
