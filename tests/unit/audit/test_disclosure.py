"""The attacker: its intervals are those of every set of counts that fits what is published."""

from collections.abc import Iterator, Sequence
from itertools import product
from random import Random

import pytest

from mentormatch.audit.cells import Cell, Earlier, Link, Relation, Table, hide, sum_of
from mentormatch.audit.disclosure import Interval, gather, narrow
from tests.unit.audit.counted import funnel, one_row, with_total

MOST = 6
"""No count of the tiny tables is larger."""


def cell(row: str, column: str = "eligible", table: str = "f", report: int = 0) -> Cell:
    return Cell(table, row, column, report)


def tiny_report(seed: int) -> tuple[tuple[Table, ...], tuple[Relation, ...]]:
    """Return a total and a funnel of few people with up to five hidden counts, none of them a total."""
    random = Random(f"tiny {seed}")
    width = random.randint(1, 3)
    counts = [sorted((random.randint(0, 3) for _ in range(width)), reverse=True) for _ in range(2)]
    counts[0] = [min(count, MOST - other) for count, other in zip(*counts, strict=True)]
    (total, table), relations = with_total(funnel("f", *counts))
    cells = list(table.counts())
    return (total, hide(table, random.sample(cells, random.randint(1, min(5, len(cells)))))), relations


def fitting(tables: Sequence[Table]) -> Iterator[dict[Cell, int]]:
    """Yield every set of counts that fits a total and a funnel, by trying all."""
    total, table = tables
    counts = table.counts()
    hidden = [place for place, count in counts.items() if count is None]
    for tried in product(range(MOST + 1), repeat=len(hidden)):
        full = {place: count for place, count in counts.items() if count is not None}
        full |= dict(zip(hidden, tried, strict=True))
        rows = [[full[place] for place in line] for line in table.lines()]
        shrinks = all(row == sorted(row, reverse=True) for row in rows)
        if shrinks and tuple(map(sum, zip(*rows, strict=True))) == total.cells[0]:
            yield {place: full[place] for place in hidden}


@pytest.mark.parametrize("seed", range(60))
def test_the_attacker_finds_what_trying_every_set_of_counts_finds(seed: int) -> None:
    tables, relations = tiny_report(seed)
    solutions = list(fitting(tables))
    ends = {place: [solution[place] for solution in solutions] for place in solutions[0]}
    assert narrow(tables, relations) == {place: Interval(min(seen), max(seen)) for place, seen in ends.items()}


def test_one_hidden_count_in_a_sum_is_as_good_as_printed() -> None:
    tables, relations = with_total(funnel("f", (3,), (20,)))
    interval = narrow((tables[0], hide(tables[1], [cell("g00")])), relations)[cell("g00")]
    assert (interval, interval.is_single) == (Interval(3, 3), True)


def test_two_hidden_counts_in_a_sum_can_be_anything_that_adds_up() -> None:
    tables, relations = with_total(funnel("f", (3,), (20,), (9,)))
    found = narrow((tables[0], hide(tables[1], [cell("g00"), cell("g02")])), relations)
    assert found == {cell("g00"): Interval(0, 12), cell("g02"): Interval(0, 12)}


def test_a_funnel_holds_a_hidden_count_between_its_neighbours() -> None:
    found = narrow([funnel("f", (30, None, 12))])
    assert found == {cell("g00", "enrolled"): Interval(12, 30)}


def test_a_table_that_is_no_funnel_says_nothing_of_neighbours() -> None:
    found = narrow([Table("f", ("g00",), ("eligible", "enrolled"), ((30, None),))])
    assert found == {cell("g00", "enrolled"): Interval(0, None)}


def test_a_count_without_an_end_can_reach_anything() -> None:
    assert Interval(2, None).can_reach(10**6)
    assert not Interval(2, None).is_single
    assert [Interval(0, 4).can_reach(count) for count in (4, 5)] == [True, False]


def test_what_the_attacker_knows_from_elsewhere_counts_as_printed() -> None:
    tables, relations = with_total(funnel("f", (3,), (20,), (9,)))
    published = (tables[0], hide(tables[1], [cell("g00"), cell("g02")]))
    assert narrow(published, relations, also_known={cell("g02"): 9}) == {cell("g00"): Interval(3, 3)}


def test_people_come_in_whole_numbers() -> None:
    half = Relation(((cell("g01"), 1), (cell("g00"), -2)), is_equal=False)
    assert narrow([funnel("f", (None,), (7,))], [half]) == {cell("g00"): Interval(0, 3)}


def test_tables_that_contradict_each_other_are_refused() -> None:
    tables, relations = with_total(funnel("f", (3,), (20,)))
    with pytest.raises(ValueError) as caught:
        narrow((one_row(10), hide(tables[1], [cell("g00")])), relations)
    assert str(caught.value) == "the tables contradict each other: no counts fit all of them"


def test_a_relation_of_a_cell_that_no_table_has_is_refused() -> None:
    with pytest.raises(ValueError) as caught:
        gather([funnel("f", (3,))], [sum_of(cell("g00"), [cell("nobody")])])
    assert str(caught.value).startswith("a relation speaks of a cell that no table has: ")


def test_two_tables_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError) as caught:
        gather([funnel("f", (3,)), funnel("f", (4,))])
    assert str(caught.value) == "two tables of a report have one name"


def test_an_earlier_report_of_the_same_data_prints_what_this_one_hides() -> None:
    now, then = funnel("f", (None,), (20,)), funnel("f", (3,), (None,))
    assert narrow([now], earlier=[Earlier((then,), (), Link.SAME)]) == {}


def test_a_report_from_before_a_change_says_nothing_certain_of_this_one() -> None:
    now, then = funnel("f", (None,)), funnel("f", (3,))
    assert narrow([now], earlier=[Earlier((then,), (), Link.BEFORE)]) == {cell("g00"): Interval(0, None)}


def test_a_part_has_at_most_as_many_people_as_the_whole() -> None:
    now, then = funnel("f", (None,)), funnel("f", (7,))
    assert narrow([now], earlier=[Earlier((then,), (), Link.WHOLE)]) == {cell("g00"): Interval(0, 7)}
    assert narrow([now], earlier=[Earlier((then,), (), Link.PART)]) == {cell("g00"): Interval(7, None)}


def test_what_is_hidden_in_an_earlier_report_is_sought_as_well() -> None:
    now, then = funnel("f", (4,)), funnel("f", (None,))
    assert narrow([now], earlier=[Earlier((then,), (), Link.PART)]) == {cell("g00", report=1): Interval(0, 4)}
