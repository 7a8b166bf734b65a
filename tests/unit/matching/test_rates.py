"""The rates at which access floors change, and what each leaves to a group."""

from fractions import Fraction
from math import ceil, floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.matching.rates import Rates, list_rates, no_floors
from mentormatch.matching.roster import Ints

SIZES = st.lists(st.integers(1, 12), min_size=1, max_size=4)
PERCENTS = st.integers(1, 100)


def ints(*numbers: int) -> Ints:
    """Return numbers as an array."""
    return np.array(numbers, np.int64)


def listed(sizes: list[int], percent: int, locked: list[int] | None = None) -> Rates:
    """Return the rates of groups of some sizes."""
    return list_rates(ints(*sizes), ints(*(locked or [0] * len(sizes))), percent)


def fractions(rates: Rates) -> list[Fraction]:
    """Return the rates as fractions."""
    return [rates.level(place).rate for place in range(len(rates))]


def bounds(sizes: list[int], percent: int, rate: Fraction) -> list[tuple[int, int]]:
    """Return the fewest and the most of each group at a rate."""
    return [(ceil(Fraction(percent, 100) * rate * size), floor(rate * size)) for size in sizes]


def is_possible(sizes: list[int], percent: int, rate: Fraction) -> bool:
    """Whether no group must get more than it may."""
    return all(least <= most for least, most in bounds(sizes, percent, rate))


def test_four_fifths_of_a_rate_round_up_and_the_rate_rounds_down() -> None:
    rates = listed([20, 41], 80)
    level = rates.level(fractions(rates).index(Fraction(1, 2)))
    assert (level.lower.tolist(), level.upper.tolist()) == ([8, 17], [10, 20])


def test_a_rate_at_which_a_group_must_get_more_than_it_may_is_left_out() -> None:
    """Of five a third is one at most, while 95 % of a third are more than one."""
    assert Fraction(1, 3) not in fractions(listed([5, 3], 95))
    assert Fraction(2, 5) in fractions(listed([5], 95))


def test_a_rate_that_allows_a_group_less_than_its_locks_is_left_out() -> None:
    assert min(fractions(listed([10], 80, locked=[3]))) == Fraction(3, 10)


def test_places_that_are_locked_are_counted_off_both_bounds() -> None:
    level = listed([10], 50, locked=[3]).level(-1)
    assert (level.rate, level.lower.tolist(), level.upper.tolist()) == (Fraction(1), [2], [7])
    least = listed([10], 50, locked=[6]).level(-1)
    assert least.lower.tolist() == [0]


def test_without_a_share_only_the_rate_that_allows_everything_is_left() -> None:
    rates = listed([10, 20], 0)
    assert fractions(rates) == [1]
    assert rates.level(0).lower.tolist() == [0, 0]


def test_without_groups_there_is_one_rate() -> None:
    assert fractions(listed([], 80)) == [1]


def test_no_floors_ask_for_nothing_and_allow_everybody() -> None:
    level = no_floors(ints(3, 4), ints(1, 0), 9)
    assert (level.percent, level.lower.tolist(), level.upper.tolist()) == (0, [0, 0], [9, 9])


@pytest.mark.parametrize(
    ("served", "reached"), [((8, 8), 80), ((10, 9), 80), ((10, 7), 70), ((0, 10), 0), ((8, 7), 70)]
)
def test_what_is_reached_is_the_least_share_of_the_rate_but_no_more_than_asked(
    served: tuple[int, int], reached: int
) -> None:
    level = listed([20, 20], 80).level(fractions(listed([20, 20], 80)).index(Fraction(1, 2)))
    assert level.reached(ints(*served)) == reached


@given(SIZES, PERCENTS)
def test_rates_rise_and_each_of_them_is_possible(sizes: list[int], percent: int) -> None:
    found = fractions(listed(sizes, percent))
    assert found == sorted(set(found))
    assert all(0 < rate <= 1 and is_possible(sizes, percent, rate) for rate in found)
    assert found[-1] == 1


@given(SIZES, PERCENTS, st.fractions(min_value=Fraction(1, 50), max_value=1, max_denominator=60))
def test_what_is_possible_at_any_rate_is_possible_at_a_listed_one(
    sizes: list[int], percent: int, rate: Fraction
) -> None:
    if not is_possible(sizes, percent, rate):
        return
    wanted = bounds(sizes, percent, rate)
    offered = [bounds(sizes, percent, other) for other in fractions(listed(sizes, percent))]
    assert any(
        all(low <= least and most <= high for (least, most), (low, high) in zip(wanted, bound, strict=True))
        for bound in offered
    )


@given(SIZES, PERCENTS)
def test_bounds_in_blocks_are_those_of_plain_fractions(sizes: list[int], percent: int) -> None:
    rates = listed(sizes, percent)
    for place, rate in enumerate(fractions(rates)):
        level = rates.level(place)
        assert list(zip(level.lower.tolist(), level.upper.tolist(), strict=True)) == bounds(sizes, percent, rate)
