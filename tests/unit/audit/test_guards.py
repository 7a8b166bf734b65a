"""What must stay unknown: small counts, all and none of a small group, small differences, means of few."""

from collections.abc import Sequence

import pytest

from mentormatch.audit.cells import Cell, Earlier, Link, Table
from mentormatch.audit.guards import (
    Guard,
    can_show_mean,
    can_show_rate,
    can_show_total_mean,
    differences,
    hidden_before,
    small_counts,
)
from tests.unit.audit.counted import STAGES, funnel


def guarded(*counts: int, threshold: int = 5) -> dict[int, bool]:
    """Return the guarded places of one group of a funnel, and whether their counts themselves are guarded."""
    guards = small_counts(funnel("f", counts, threshold=threshold))
    return {STAGES.index(guard.cell.column): guard.is_of_count for guard in guards}


@pytest.mark.parametrize(
    ("counts", "small"),
    [
        ((40, 20, 11), []),
        ((40, 5, 4), [2]),
        ((40, 4, 1), [1, 2]),
        ((4, 3, 2), [0, 1, 2]),
        ((10, 0, 0), []),
        ((9, 0, 0), [1, 2]),
        ((40, 9, 0), [2]),
        ((40, 10, 0), []),
        ((40, 4, 0, 0), [1, 2, 3]),
        ((0, 0, 0), []),
        ((40, 0, 0), []),
    ],
)
def test_counts_below_the_threshold_are_small_and_so_is_none_of_a_small_group(
    counts: Sequence[int], small: Sequence[int]
) -> None:
    assert guarded(*counts) == dict.fromkeys(small, True)


@pytest.mark.parametrize(
    ("counts", "small"), [((9, 9), [1]), ((10, 10), []), ((40, 5, 5), [2]), ((40, 5, 5, 5), [2, 3])]
)
def test_all_of_a_small_group_is_not_told_though_its_count_may_be(counts: Sequence[int], small: Sequence[int]) -> None:
    assert guarded(*counts) == dict.fromkeys(small, False)


def test_the_groups_of_a_protected_attribute_are_small_below_twice_their_own_threshold() -> None:
    assert guarded(19, 0, threshold=10) == {1: True}
    assert guarded(20, 0, threshold=10) == {}
    assert guarded(9, 9, threshold=10) == {0: True, 1: True}


def test_a_small_count_has_to_be_able_to_reach_the_threshold() -> None:
    (guard,) = small_counts(funnel("f", (40, 4), threshold=5))
    assert guard == Guard(Cell("f", "g00", "enrolled"), ((((Cell("f", "g00", "enrolled"), 1),), 5),))


def test_all_of_a_group_has_to_be_able_to_be_all_but_one() -> None:
    (guard,) = small_counts(funnel("f", (7, 7)))
    assert guard.aims == ((((Cell("f", "g00", "eligible"), 1), (Cell("f", "g00", "enrolled"), -1)), 1),)


def test_the_group_of_a_table_that_is_no_funnel_is_the_whole_row() -> None:
    table = Table("t", ("few", "many", "nobody"), ("x", "y"), ((9, 0), (10, 0), (0, 0)))
    assert [guard.cell for guard in small_counts(table)] == [Cell("t", "few", "y")]


def test_a_table_with_hidden_counts_cannot_be_examined() -> None:
    with pytest.raises(ValueError) as caught:
        small_counts(funnel("f", (9, None)))
    assert str(caught.value) == "only a table with every count can be examined for what to hide"


def test_everything_that_an_earlier_report_hid_is_guarded() -> None:
    place = Cell("f", "g01", "eligible", 2)
    assert hidden_before([funnel("f", (9,), (None,))], 2) == (Guard(place, ((((place, 1),), 5),)),)


def differing(now: int, before: int | None, link: Link) -> tuple[Guard, ...]:
    return differences([funnel("f", (now,))], Earlier((funnel("f", (before,)),), (), link), 1)


@pytest.mark.parametrize(("now", "before", "guards"), [(20, 20, 0), (20, 21, 1), (20, 24, 1), (20, 25, 0)])
@pytest.mark.parametrize("link", [Link.BEFORE, Link.WHOLE])
def test_a_small_difference_between_reports_is_guarded(link: Link, now: int, before: int, guards: int) -> None:
    assert len(differing(now, before, link)) == guards


def test_reports_of_the_same_data_have_no_differences() -> None:
    assert differing(20, 21, Link.SAME) == ()


def test_a_change_has_to_be_able_to_be_large_either_way() -> None:
    place = Cell("f", "g00", "eligible")
    (guard,) = differing(20, 21, Link.BEFORE)
    assert guard.aims == ((((place, 1),), 26), (((place, -1),), -16))


@pytest.mark.parametrize(("link", "sign"), [(Link.WHOLE, 1), (Link.PART, -1)])
def test_what_a_whole_has_more_than_a_part_has_to_be_able_to_reach_the_threshold(link: Link, sign: int) -> None:
    place = Cell("f", "g00", "eligible")
    (guard,) = differing(20, 20 + sign, link)
    assert guard.aims == ((((place._replace(report=1), sign), (place, -sign)), 5),)


def test_the_difference_to_a_hidden_count_of_a_whole_is_guarded_and_to_one_before_a_change_is_not() -> None:
    assert len(differing(20, None, Link.WHOLE)) == 1
    assert differing(20, None, Link.BEFORE) == ()


def test_a_difference_has_the_higher_of_two_thresholds() -> None:
    now, before = funnel("f", (20,), threshold=10), funnel("f", (28,))
    assert len(differences([now], Earlier((before,), (), Link.WHOLE), 1)) == 1
    assert len(differences([before], Earlier((now,), (), Link.PART), 1)) == 1


def test_counts_that_only_one_report_has_are_not_compared() -> None:
    assert differences([funnel("f", (20,))], Earlier((funnel("g", (21,)),), (), Link.WHOLE), 1) == ()


@pytest.mark.parametrize(
    ("part", "whole", "is_shown"),
    [(5, 10, True), (0, 10, True), (5, 9, False), (None, 10, False), (5, None, False), (10, 10, True)],
)
def test_a_rate_needs_both_counts_shown_and_ten_people_below_the_line(
    part: int | None, whole: int | None, is_shown: bool
) -> None:
    assert can_show_rate(part, whole) is is_shown


def test_a_mean_is_of_ten_people_or_more() -> None:
    assert [can_show_mean(count) for count in (None, 9, 10)] == [False, False, True]


@pytest.mark.parametrize(
    ("total", "groups", "is_shown"),
    [
        (40, [20, 20], True),
        (40, [20, 11, 9], False),
        (40, [20, 10, None], True),
        (40, [31, None, None], False),
        (None, [20, 20], False),
        (9, [], False),
        (10, [], True),
    ],
)
def test_the_mean_of_all_is_shown_unless_it_gives_the_mean_of_few_away(
    total: int | None, groups: list[int | None], is_shown: bool
) -> None:
    assert can_show_total_mean(total, groups) is is_shown
