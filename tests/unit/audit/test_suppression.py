"""Hiding small counts and as many others as it takes, no more, and the same ones every time."""

from collections.abc import Sequence
from itertools import combinations
from time import perf_counter

import pytest

from mentormatch.audit.cells import Cell, Earlier, Link, Relation, Table, hide, sum_of
from mentormatch.audit.disclosure import narrow
from mentormatch.audit.guards import small_counts
from mentormatch.audit.suppression import find_exposed, suppress
from tests.unit.audit.counted import Crowd, funnel, one_row, with_total


def hidden_in(tables: Sequence[Table]) -> set[Cell]:
    """Return the hidden cells."""
    return {cell for table in tables for cell, count in table.counts().items() if count is None}


def is_safe(tables: Sequence[Table], relations: Sequence[Relation], hidden: set[Cell]) -> bool:
    """Whether nobody can tell that a small count is small, with some cells hidden; tables without "all"."""
    found = narrow([hide(table, hidden) for table in tables], relations)
    guards = [guard for table in tables for guard in small_counts(table)]
    assert all(guard.is_of_count for guard in guards)
    return all(guard.cell in found and found[guard.cell].can_reach(guard.aims[0][1]) for guard in guards)


def test_tables_without_small_counts_are_published_as_they_are() -> None:
    tables, relations = with_total(funnel("f", (40, 30), (25, 12)))
    assert suppress(tables, relations) == tables


def test_no_tables_are_published_as_none() -> None:
    assert suppress([]) == ()


def test_a_small_count_alone_in_a_table_is_hidden_alone() -> None:
    table = funnel("f", (40, 3), (25, 12))
    assert suppress([table]) == (funnel("f", (40, None), (25, 12)),)


def test_a_small_count_in_a_sum_takes_one_more_with_it() -> None:
    tables, relations = with_total(funnel("f", (3,), (20,), (8,)))
    published = suppress(tables, relations)
    assert published == (one_row(31, is_funnel=True), funnel("f", (None,), (20,), (None,)))


def test_two_small_counts_that_can_be_each_other_take_nothing_with_them() -> None:
    tables, relations = with_total(funnel("f", (3,), (4,), (20,)))
    assert hidden_in(suppress(tables, relations)) == {Cell("f", "g00", "eligible"), Cell("f", "g01", "eligible")}


def test_two_small_counts_that_add_up_to_less_than_the_threshold_do() -> None:
    tables, relations = with_total(funnel("f", (2,), (2,), (20,)))
    assert len(hidden_in(suppress(tables, relations))) == 3


def test_a_total_over_several_attributes_ties_their_tables_together() -> None:
    tables, relations = with_total(funnel("f", (3,), (27,)), funnel("g", (15,), (15,)))
    assert is_safe(tables, relations, hidden_in(suppress(tables, relations)))
    assert hidden_in(suppress(tables, relations)) == {Cell("f", "g00", "eligible"), Cell("f", "g01", "eligible")}


def test_all_of_a_small_group_can_be_all_but_one_afterwards() -> None:
    tables, relations = with_total(funnel("f", (7, 7), (40, 30)))
    published = suppress(tables, relations)
    assert len(hidden_in(published)) == 2
    found = narrow(published, relations)
    assert any(interval.lowest < 7 for cell, interval in found.items() if cell.row == "g00") or (
        found[Cell("f", "g00", "eligible")].can_reach(8)
    )


def some_report(seed: int) -> tuple[tuple[Table, ...], tuple[Relation, ...]]:
    """Return a report of two columns on few people, in which no small group is in a column as a whole."""
    crowd = Crowd(seed, 60, (4,), 2)
    return crowd.count(range(60))


def reports_without_all() -> list[int]:
    """Return the seeds of reports that have small counts, and in which "all" is nowhere guarded."""
    guards = {seed: [g for t in some_report(seed)[0] for g in small_counts(t)] for seed in range(40)}
    return [seed for seed, found in guards.items() if found and all(guard.is_of_count for guard in found)]


@pytest.mark.parametrize("seed", reports_without_all())
def test_hardly_more_is_hidden_than_trying_every_choice_hides(seed: int) -> None:
    tables, relations = some_report(seed)
    small = {guard.cell for table in tables for guard in small_counts(table)}
    hidden = hidden_in(suppress(tables, relations))
    assert small <= hidden
    others = [cell for table in tables for cell in table.counts() if cell not in small]
    sizes = (
        size
        for size in range(len(others) + 1)
        if any(is_safe(tables, relations, small | set(more)) for more in combinations(others, size))
    )
    assert len(hidden - small) <= next(sizes) + 1


@pytest.mark.parametrize("seed", reports_without_all())
def test_nothing_that_is_hidden_for_the_sake_of_others_could_be_shown(seed: int) -> None:
    tables, relations = some_report(seed)
    small = {guard.cell for table in tables for guard in small_counts(table)}
    hidden = hidden_in(suppress(tables, relations))
    assert is_safe(tables, relations, hidden)
    assert not any(is_safe(tables, relations, hidden - {cell}) for cell in hidden - small)


def test_what_is_hidden_is_the_same_every_time() -> None:
    tables, relations = Crowd(5, 200, (4, 9, 12), 5).count(range(200))
    assert suppress(tables, relations) == suppress(tables, relations)


def test_four_attributes_of_twenty_groups_and_six_stages_take_seconds() -> None:
    tables, relations = Crowd(1, 500, (20, 20, 20, 20), 6).count(range(500))
    started = perf_counter()
    assert hidden_in(suppress(tables, relations))
    assert perf_counter() - started < 20


def test_counts_that_break_a_relation_are_refused() -> None:
    tables, relations = with_total(funnel("f", (3,), (20,)))
    with pytest.raises(ValueError) as caught:
        suppress((one_row(24, is_funnel=True), tables[1]), relations)
    assert str(caught.value) == "the counts break a relation between them"


def test_a_report_of_the_same_data_cannot_have_printed_another_count() -> None:
    with pytest.raises(ValueError) as caught:
        suppress([funnel("f", (20,))], (), [Earlier((funnel("f", (21,)),), (), Link.SAME)])
    assert str(caught.value).startswith("a report of the same data has another count of ")


def test_of_two_ways_to_protect_a_count_a_report_takes_that_of_the_earlier_one() -> None:
    tables, relations = with_total(funnel("f", (3,), (20,), (8,)))
    shown = hide(tables[1], [Cell("f", "g00", "eligible"), Cell("f", "g01", "eligible")])
    earlier = [Earlier((tables[0], shown), relations, Link.SAME)]
    assert suppress(tables, relations, earlier) == (tables[0], shown)
    assert find_exposed(tables, relations, earlier) == ()


def test_a_count_that_changed_by_few_is_hidden_with_its_total() -> None:
    before, relations = with_total(funnel("f", (13,), (30,)))
    now, _ = with_total(funnel("f", (12,), (30,)))
    published = suppress(now, relations, [Earlier(before, relations, Link.BEFORE)])
    assert published == (
        Table("everybody", ("all",), ("eligible",), ((None,),), is_funnel=True),
        funnel("f", (None,), (30,)),
    )


def test_what_was_hidden_before_a_change_stays_hidden() -> None:
    before, now = funnel("f", (None,), (30,)), funnel("f", (12,), (30,))
    assert suppress([now], (), [Earlier((before,), (), Link.BEFORE)]) == (before,)


def test_a_count_of_a_part_is_hidden_where_the_whole_has_few_more() -> None:
    part, whole = funnel("f", (28,), (12,)), funnel("f", (30,), (12,))
    assert suppress([part], (), [Earlier((whole,), (), Link.WHOLE)]) == (funnel("f", (None,), (12,)),)
    assert suppress([whole], (), [Earlier((part,), (), Link.PART)]) == (funnel("f", (None,), (12,)),)


def test_what_an_earlier_report_hid_is_not_given_away_by_parts_of_its_groups() -> None:
    tables, relations = with_total(funnel("f", (3,), (20,), (70,)))
    before = Earlier(suppress(tables, relations), relations, Link.SAME)
    halves = funnel("halves", (12,), (8,))
    assert hidden_in(before.tables) == {Cell("f", "g00", "eligible"), Cell("f", "g01", "eligible")}
    ties = [sum_of(Cell("f", "g01", "eligible"), halves.counts())]
    assert suppress([halves], (), [before]) == (halves,)
    assert len(hidden_in(suppress([halves], ties, [before]))) == 1


def test_what_an_earlier_report_gave_away_is_named() -> None:
    table = funnel("f", (3,), (30,))
    earlier = [Earlier((table,), (), Link.SAME)]
    assert find_exposed([table], (), earlier) == (Cell("f", "g00", "eligible"),)
    assert suppress([table], (), earlier) == (funnel("f", (None,), (30,)),)
    assert find_exposed([table]) == ()


def test_what_changed_by_few_between_counts_that_did_not_is_hidden_and_named() -> None:
    before, now = funnel("f", (14, 12, 11)), funnel("f", (14, 13, 11))
    earlier = [Earlier((before,), (), Link.BEFORE)]
    assert suppress([now], (), earlier) == (funnel("f", (14, None, 11)),)
    assert find_exposed([now], (), earlier) == (Cell("f", "g00", "enrolled"),)
