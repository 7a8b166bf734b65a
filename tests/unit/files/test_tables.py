"""Delimited files: every form that spreadsheets write, and every flaw of the form."""

import csv
import io
import time
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.files.problems import Findings, Problem
from mentormatch.files.tables import QUOTE_FLAWS_SHOWN, Layout, read_table
from tests.unit.files.folders import table_of

THREE = {"a": ["1", "2"], "b": ["x", "y"], "c": ["p", "q"]}


def only(findings: Findings) -> Problem:
    assert len(findings.problems) == 1, [problem.sentence for problem in findings.problems]
    return findings.problems[0]


def notices(findings: Findings) -> list[str]:
    return [notice.text for notice in findings.notices]


def test_a_plain_file_is_read_without_a_word() -> None:
    table, findings = table_of("a,b,c\n1,x,p\n2,y,q\n")
    assert table.columns == THREE
    assert table.lines == [2, 3]
    assert table.is_whole
    assert (findings.problems, findings.notices) == ([], [])


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_the_order_of_the_columns_means_nothing(order: tuple[str, ...]) -> None:
    rows = [order, *(tuple(THREE[name][k] for name in order) for k in range(2))]
    table, findings = table_of("\n".join(",".join(row) for row in rows))
    assert table.columns == THREE
    assert findings.problems == []


@pytest.mark.parametrize(("separator", "name"), [(",", ""), (";", "semicolon"), ("\t", "tab")])
def test_commas_semicolons_and_tabs_are_told_apart_and_all_but_commas_reported(separator: str, name: str) -> None:
    table, findings = table_of("a,b,c\n1,x,p\n2,y,q\n".replace(",", separator))
    assert table.columns == THREE
    assert notices(findings) == ([f"Read with {name}s between the cells."] if name else [])


def test_lists_within_cells_do_not_make_a_comma_file_a_semicolon_file() -> None:
    table, findings = table_of("a,b\n1,x;y;z;w\n")
    assert table.columns["b"] == ["x;y;z;w"]
    assert findings.notices == []


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_first_line_with_which_excel_names_the_separator_is_understood(separator: str) -> None:
    table, findings = table_of(f"sep={separator}\na{separator}b\n1{separator}x\n")
    assert (table.columns["a"], table.columns["b"], table.lines) == (["1"], ["x"], [3])
    assert findings.problems == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_line_ends_of_every_system_are_read(end: str) -> None:
    table, findings = table_of(f"a,b{end}1,x{end}2,y{end}")
    assert (table.columns["a"], table.lines) == (["1", "2"], [2, 3])
    assert findings.problems == []


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_header_in_quotes_is_a_header(separator: str) -> None:
    table, findings = table_of(f'"a"{separator}"b"\n"1"{separator}"x"\n')
    assert (table.columns["a"], table.columns["b"], findings.problems) == (["1"], ["x"], [])


def test_a_name_of_several_lines_in_the_header_does_not_shift_the_rows() -> None:
    table, findings = table_of('a,"some\nother",b\n1,,x\n')
    assert (table.columns["b"], table.lines) == (["x"], [3])
    assert notices(findings) == ["Columns that mean nothing here were kept out: some\\nother."]


def test_lists_in_quotes_survive_in_a_semicolon_file() -> None:
    table, _ = table_of('a;b\n1;"x;y"\n')
    assert table.columns["b"] == ["x;y"]


def test_of_two_possible_separators_the_one_that_makes_known_columns_counts() -> None:
    table, findings = table_of("a;b;some,other,columns,here\n1;x;\n")
    assert (table.columns["a"], table.columns["b"]) == (["1"], ["x"])
    assert findings.problems == []


def test_a_file_of_one_column_needs_no_separator() -> None:
    table, findings = table_of("a\n1\n2\n")
    assert (table.columns["a"], findings.notices) == (["1", "2"], [])


def test_a_file_that_names_its_separator_is_believed_against_all_appearance() -> None:
    table, findings = table_of("sep=,\na;b;c,other\n1,x\n")
    assert table.columns["a"] == [""]
    assert only(findings).code == "missing-column"


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    table, findings = table_of("a,b\n1,x\n".encode("utf-8-sig"))
    assert table.columns["a"] == ["1"]
    assert findings.problems == []


def test_column_names_are_compared_trimmed_and_whatever_their_case() -> None:
    table, findings = table_of(" A ,B\n1,x\n")
    assert (table.columns["a"], table.columns["b"]) == (["1"], ["x"])
    assert findings.notices == []


def test_cells_are_trimmed() -> None:
    assert table_of("a,b\n 1 ,\u00a0x\u00a0\n")[0].columns["b"] == ["x"]


def test_a_column_that_the_file_lacks_is_blank() -> None:
    assert table_of("a\n1\n")[0].columns == {"a": ["1"], "b": [""], "c": [""]}


def test_unknown_columns_are_kept_out_and_named_in_one_notice() -> None:
    table, findings = table_of("a,Shoe size,b,fte,\n1,42,x,1,\n")
    assert set(table.columns) == {"a", "b", "c"}
    assert notices(findings) == ["Columns that mean nothing here were kept out: Shoe size, fte and (no name)."]


def test_a_missing_column_is_a_problem_of_the_file() -> None:
    table, findings = table_of("b,c\nx,p\n")
    assert only(findings).sentence == "file.csv, row 1, a: the column is missing; add the column."
    assert not only(findings).can_be_quarantined
    assert not table.is_whole


def test_a_missing_column_that_is_there_under_a_similar_name_is_found() -> None:
    _, findings = table_of("personid,b\n1,x\n", columns=("person_id", "b"), required=("person_id",), keys=())
    assert only(findings).remedy == 'rename "personid" or add the column'


def test_a_repeated_column_is_a_problem_and_the_first_is_read() -> None:
    table, findings = table_of("a,b,B\n1,x,y\n")
    assert (only(findings).code, only(findings).column) == ("repeated-column", "b")
    assert table.columns["b"] == ["x"]


@pytest.mark.parametrize("data", [b"", b"\n \n", "\ufeff".encode()])
def test_an_empty_file_is_a_problem(data: bytes) -> None:
    _, findings = table_of(data)
    assert only(findings).sentence == ("file.csv: the file is empty; write a header row with a, and a row each.")


def test_a_file_with_nothing_but_a_header_is_a_problem_where_rows_are_needed() -> None:
    assert only(table_of("a,b\n")[1]).code == "no-rows"
    assert table_of("a,b\n", needs_rows=False)[1].problems == []


def test_blank_lines_and_rows_of_blank_cells_are_passed_over() -> None:
    table, findings = table_of("\n\na,b\n\n1,x\n , \n,\n2,y\n\n")
    assert (table.columns["a"], table.lines) == (["1", "2"], [5, 8])
    assert findings.problems == []


def test_rows_are_counted_as_lines_of_the_file_past_cells_of_several_lines() -> None:
    table, findings = table_of('a,b\n1,"one\ntwo\r\nthree"\n2,y\n')
    assert table.lines == [2, 5]
    assert table.columns["b"] == ["one two three", "y"]
    assert findings.problems == []


@pytest.mark.parametrize("space", ["\n", "\r\n", " \n ", "\t", "\u2028", "\u2029"])
def test_a_break_within_a_cell_becomes_a_space(space: str) -> None:
    assert table_of(f'a,b\n1,"one{space}two"\n')[0].columns["b"] == ["one two"]


@pytest.mark.parametrize(
    ("data", "row", "byte"),
    [
        ("a,b\n1,Zoë\n".encode("latin-1"), 2, "0xEB"),
        ("a,b\n1,x\n".encode("utf-16"), 1, "0xFF"),
        (b"a,b\n1,x\n2,\xc3", 3, "0xC3"),
    ],
)
def test_a_file_that_is_not_utf_8_is_refused_with_byte_and_row(data: bytes, row: int, byte: str) -> None:
    table, findings = table_of(data)
    assert (only(findings).row, only(findings).wrong) == (row, f"not UTF-8 (byte {byte})")
    assert only(findings).remedy == 'save it as "CSV UTF-8" in the spreadsheet'
    assert (table.lines, table.is_whole) == ([], False)


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1"])
def test_a_workbook_under_the_name_of_a_csv_file_is_recognised(start: bytes) -> None:
    assert only(table_of(start + b"rest")[1]).wrong == "this is a workbook, not a CSV file"


@pytest.mark.parametrize("cells", ["1", "1,x,p,extra"])
def test_a_row_with_too_few_or_too_many_cells_is_a_problem_of_its_person(cells: str) -> None:
    table, findings = table_of(f"a,b,c\n{cells}\n2,y,q\n")
    assert only(findings).wrong == f"the row has {len(cells.split(','))} cells, the header 3"
    assert only(findings).person_ids == ("1",)
    assert (table.columns["a"], table.broken) == (["1", "2"], frozenset({0}))


def test_blank_cells_beyond_the_header_are_no_problem() -> None:
    table, findings = table_of("a,b\n1,x,,\n")
    assert (table.columns["a"], table.broken, findings.problems) == (["1"], frozenset(), [])


def test_an_unclosed_quote_is_found_where_it_opens_and_the_rows_below_are_read() -> None:
    table, findings = table_of('a,b\n1,x\n2,"y\n3,z\n4,w\n')
    assert (only(findings).code, only(findings).row, only(findings).value) == ("unclosed-quote", 3, '2,"y')
    assert table.columns["a"] == ["1", "3", "4"]
    assert not table.is_whole
    assert not only(findings).can_be_quarantined


def test_a_quote_that_closes_in_the_middle_of_a_cell_is_found_and_the_rows_below_are_read() -> None:
    table, findings = table_of('a,b\n1,"x" and y\n2,"y"\n')
    assert (only(findings).code, only(findings).row) == ("unclosed-quote", 2)
    assert table.columns["a"] == ["2"]


def test_every_broken_quote_is_named_up_to_a_limit() -> None:
    text = "a,b\n" + '1,"x" y\n' * (QUOTE_FLAWS_SHOWN + 5)
    _, findings = table_of(text)
    assert len(findings.problems) == QUOTE_FLAWS_SHOWN + 1
    assert "too many are broken to read on" in findings.problems[-1].remedy


def test_a_broken_quote_in_the_header_is_told_alone() -> None:
    table, findings = table_of('a,"b\n1,x\n2,y\n')
    assert (only(findings).code, only(findings).row, table.lines) == ("unclosed-quote", 1, [])


def test_quotes_within_a_cell_that_does_not_start_with_one_are_text() -> None:
    table, findings = table_of('a,b\n1,5" disk\n')
    assert (table.columns["b"], findings.problems) == (['5" disk'], [])


def test_a_cell_that_is_far_too_long_is_a_problem_and_not_taken_for_a_quote() -> None:
    _, findings = table_of(f"a,b\n1,{'x' * (csv.field_size_limit() + 1)}\n2,y\n")
    assert (only(findings).code, only(findings).row) == ("cell-too-long", 2)


@pytest.mark.parametrize(
    ("character", "name"),
    [("\x00", "U+0000"), ("\x07", "U+0007"), ("\x85", "U+0085"), ("\x7f", "U+007F"), ("\u202e", "U+202E")],
)
def test_a_control_character_is_a_problem_of_its_cell_and_blanks_it(character: str, name: str) -> None:
    table, findings = table_of(f"a,b,c\n1,x{character}y,p\n2,y,q\n")
    problem = only(findings)
    assert (problem.row, problem.column, problem.person_ids) == (2, "b", ("1",))
    assert problem.wrong == f"the cell holds a character that cannot be shown ({name})"
    assert character not in problem.value
    assert (table.columns["b"], table.broken) == (["", "y"], frozenset({0}))


def test_a_control_character_in_the_id_sets_the_row_aside() -> None:
    table, findings = table_of("a,b\n1\x00,x\n")
    assert (only(findings).person_ids, only(findings).can_be_quarantined) == ((), True)
    assert table.columns["a"] == [""]


def test_control_characters_in_columns_that_are_kept_out_do_no_harm() -> None:
    assert table_of("a,unknown\n1,x\x00y\n")[1].problems == []


def test_flags_and_joined_emoji_are_no_control_characters() -> None:
    text = "London 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 👩\u200d🚀"
    table, findings = table_of(f"a,b\n1,{text}\n")
    assert (table.columns["b"], findings.problems) == ([text], [])


def test_rows_of_a_file_that_names_nobody_cannot_be_set_aside() -> None:
    for text in ("a,b\n1\n", "a,b\n1,x\x00\n"):
        assert not only(table_of(text, keys=())[1]).can_be_quarantined


cell = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp")), max_size=8).map(
    str.strip
)


@given(st.lists(st.tuples(cell.filter(bool), cell, cell), min_size=1, max_size=8), st.sampled_from(",;\t"))
def test_whatever_a_csv_writer_writes_is_read_back(rows: list[tuple[str, str, str]], separator: str) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator)
    writer.writerows([("a", "b", "c"), *rows])
    table, findings = table_of(text.getvalue())
    assert list(zip(*table.columns.values(), strict=True)) == rows
    assert findings.problems == []


@given(st.binary(max_size=200))
def test_no_bytes_at_all_end_in_a_crash(data: bytes) -> None:
    for prefix in (b"", b"a,b\n", b'a,"b'):
        table, findings = table_of(prefix + data)
        assert len(table.columns["a"]) == len(table.lines)
        assert all(problem.sentence.isprintable() for problem in findings.problems)


def test_a_large_file_is_read_in_seconds() -> None:
    columns = tuple(f"column_{k}" for k in range(16))
    row = ",".join(f"some text {k}" for k in range(16)) + "\n"
    data = (",".join(columns) + "\n" + row * 50_000).encode()
    start = time.process_time()
    table = read_table(data, Layout("file.csv", columns, (), ()), Findings())
    assert len(table.lines) == 50_000
    assert time.process_time() - start < 5
