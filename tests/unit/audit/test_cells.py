"""Tables of counts: their cells by name, what adds up to what, those in no group, and hiding."""

import pytest

from mentormatch.audit.cells import Cell, Table, adds_up_to, at_most, funnel_relations, hide, sum_of, with_rest
from tests.unit.audit.counted import funnel, one_row, with_total

SITES = Table("site", ("Oslo", "Rome"), ("enrolled", "served"), ((9, 4), (7, 6)))


def test_every_count_is_found_under_its_table_row_and_column() -> None:
    assert SITES.counts() == {
        Cell("site", "Oslo", "enrolled"): 9,
        Cell("site", "Oslo", "served"): 4,
        Cell("site", "Rome", "enrolled"): 7,
        Cell("site", "Rome", "served"): 6,
    }
    assert {cell.report for cell in SITES.counts(2)} == {2}


@pytest.mark.parametrize(
    ("rows", "columns", "cells"),
    [
        (("a",), ("x",), ()),
        (("a",), ("x", "y"), ((1,),)),
        (("a", "a"), ("x",), ((1,), (2,))),
        (("a",), ("x", "x"), ((1, 2),)),
        (("a",), ("x",), ((-1,),)),
    ],
)
def test_a_table_that_is_not_one_count_for_each_row_and_column_is_refused(
    rows: tuple[str, ...], columns: tuple[str, ...], cells: tuple[tuple[int, ...], ...]
) -> None:
    with pytest.raises(ValueError) as caught:
        Table("odd", rows, columns, cells)
    assert str(caught.value) == "the table odd is not one count for each row and column"


def test_hiding_a_cell_takes_its_count_away_and_no_other() -> None:
    hidden = hide(SITES, [Cell("site", "Rome", "enrolled"), Cell("elsewhere", "Oslo", "served")])
    assert hidden.cells == ((9, 4), (None, 6))


def test_parts_add_up_to_a_whole_and_a_part_is_at_most_the_whole() -> None:
    whole, one, two = (Cell("t", row, "x") for row in ("whole", "one", "two"))
    assert (sum_of(whole, [one, two]).terms, sum_of(whole, [one]).is_equal) == (
        ((whole, 1), (one, -1), (two, -1)),
        True,
    )
    assert (at_most(one, whole).terms, at_most(one, whole).is_equal) == (((whole, 1), (one, -1)), False)


def test_a_relation_holds_of_the_cells_of_the_same_names_in_another_report() -> None:
    whole, part = Cell("t", "whole", "x"), Cell("t", "part", "x")
    assert at_most(part, whole).in_report(3).cells == (whole._replace(report=3), part._replace(report=3))


def test_groups_add_up_to_the_total_in_the_columns_that_both_have() -> None:
    total = Table("all", ("everybody",), ("eligible", "served"), ((20, 10),))
    (relation,) = adds_up_to(SITES, total)
    assert relation == sum_of(
        Cell("all", "everybody", "served"), [Cell("site", "Oslo", "served"), Cell("site", "Rome", "served")]
    )


def test_in_a_funnel_each_column_is_at_most_the_one_before_it() -> None:
    table = funnel("f", (9, 7, 4))
    first, second, third = table.counts()
    assert funnel_relations([table]) == (at_most(second, first), at_most(third, second))
    assert funnel_relations([SITES]) == ()


def test_those_in_no_group_become_a_group_of_their_own() -> None:
    rest = with_rest(funnel("f", (9, 4), (7, 6)), one_row(20, 11), "not stated")
    assert (rest.rows, rest.cells) == (("g00", "g01", "not stated"), ((9, 4), (7, 6), (4, 1)))


def test_where_everybody_is_in_a_group_there_is_no_rest() -> None:
    (total, table), _ = with_total(funnel("f", (9, 4), (7, 6)))
    assert with_rest(table, total, "not stated") is table


def test_the_rest_of_a_table_without_groups_is_everybody() -> None:
    assert with_rest(Table("t", (), ("eligible",), ()), one_row(8), "not stated").cells == ((8,),)


def test_a_rest_cannot_be_had_from_hidden_counts() -> None:
    with pytest.raises(ValueError) as caught:
        with_rest(funnel("f", (9, None)), one_row(20, 11), "not stated")
    assert str(caught.value) == "a hidden count cannot be reckoned with"
