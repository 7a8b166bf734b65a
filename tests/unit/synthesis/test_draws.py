"""The draws: their range, their shares, and that nothing but the seed decides them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.synthesis.draws import (
    NOBODY,
    draw_below,
    draw_between,
    draw_choices,
    draw_choices_by_row,
    draw_flags,
    draw_order,
    open_stream,
    rank_pool,
    take_distinct,
)

seeds = st.integers(0, 2**32)


def test_one_seed_gives_one_stream_of_numbers() -> None:
    assert open_stream(3).random(5).tolist() == open_stream(3).random(5).tolist()
    assert open_stream(3).random(5).tolist() != open_stream(4).random(5).tolist()


def test_the_stream_is_the_published_generator() -> None:
    # The first numbers of PCG64 seeded with 0, as NumPy's documentation has shown them since version 1.17.
    assert open_stream(0).random(3).tolist() == pytest.approx([0.63696169, 0.26978671, 0.04097352], abs=1e-8)


@given(seeds, st.lists(st.integers(0, 10**12), max_size=30))
def test_a_number_below_a_bound_is_never_the_bound(seed: int, bounds: list[int]) -> None:
    drawn = draw_below(open_stream(seed), np.array(bounds, np.int64)).tolist()
    assert all(0 <= number < max(bound, 1) for number, bound in zip(drawn, bounds, strict=True))


def test_every_number_below_a_bound_comes_up_equally_often() -> None:
    drawn = draw_below(open_stream(1), np.full(60_000, 6))
    assert np.bincount(drawn) == pytest.approx(np.full(6, 10_000), rel=0.05)


@given(seeds, st.integers(-20, 20), st.integers(0, 30), st.integers(0, 50))
def test_a_number_between_two_bounds_may_be_either(seed: int, lowest: int, width: int, count: int) -> None:
    drawn = draw_between(open_stream(seed), lowest, lowest + width, count)
    assert drawn.size == count
    assert ((drawn >= lowest) & (drawn <= lowest + width)).all()


def test_both_ends_of_a_range_come_up() -> None:
    assert set(draw_between(open_stream(1), 2, 4, 1_000).tolist()) == {2, 3, 4}


def test_flags_follow_their_share() -> None:
    assert draw_flags(open_stream(1), 0.3, 50_000).mean() == pytest.approx(0.3, abs=0.01)


def test_each_flag_can_have_a_share_of_its_own() -> None:
    drawn = draw_flags(open_stream(1), np.array([0.0, 1.0] * 100), 200)
    assert drawn.tolist() == [False, True] * 100


def test_choices_follow_their_weights_and_a_weight_of_nothing_is_never_chosen() -> None:
    counts = np.bincount(draw_choices(open_stream(1), (6, 0, 3, 1), 50_000), minlength=4)
    assert counts[1] == 0
    assert counts / 50_000 == pytest.approx(np.array([0.6, 0, 0.3, 0.1]), abs=0.01)


def test_choices_by_row_follow_the_weights_of_that_row() -> None:
    weights = np.array([[1, 0, 0], [0, 1, 3], [5, 5, 0]])
    rows = np.repeat([2, 0, 1], 20_000)
    drawn = draw_choices_by_row(open_stream(1), weights, rows)
    shares = np.array([np.bincount(drawn[rows == row], minlength=3) / 20_000 for row in range(3)])
    assert shares == pytest.approx(np.array([[1, 0, 0], [0, 0.25, 0.75], [0.5, 0.5, 0]]), abs=0.02)


@given(seeds, st.integers(0, 200))
def test_an_order_has_each_number_once(seed: int, count: int) -> None:
    assert sorted(draw_order(open_stream(seed), count).tolist()) == list(range(count))


def test_an_order_puts_everything_anywhere() -> None:
    stream = open_stream(1)
    firsts = np.bincount([draw_order(stream, 4)[0] for _ in range(4_000)])
    assert firsts == pytest.approx(np.full(4, 1_000), rel=0.15)


def test_distinct_picks_keep_the_order_in_which_they_came() -> None:
    picks = np.array([[3, 3, 1, 2, 1], [NOBODY, 5, NOBODY, 5, 4], [7, 7, 7, 7, 7]])
    assert take_distinct(picks, np.array([2, 5, 3])) == [[3, 1], [5, 4], [7]]


def test_a_limit_of_nothing_takes_nothing() -> None:
    assert take_distinct(np.array([[1, 2, 3]]), np.array([0])) == [[]]


@given(seeds, st.lists(st.integers(-3, 6), max_size=20), st.integers(-4, 7), st.integers(-4, 7))
def test_a_pool_gives_members_of_the_ranks_asked_for_or_nobody(
    seed: int, ranks: list[int], lowest: int, highest: int
) -> None:
    pool = rank_pool(np.arange(len(ranks)), np.array(ranks, np.int64))
    drawn = pool.draw(open_stream(seed), np.full(10, lowest), np.full(10, highest)).tolist()
    fitting = {member for member, rank in enumerate(ranks) if lowest <= rank <= highest}
    assert set(drawn) <= (fitting or {NOBODY})


def test_everybody_in_a_range_of_ranks_can_be_drawn() -> None:
    pool = rank_pool(np.array([10, 11, 12, 13]), np.array([3, 1, 2, 2]))
    drawn = pool.draw(open_stream(1), np.full(500, 2), np.full(500, 3)).tolist()
    assert set(drawn) == {10, 12, 13}


def test_a_member_listed_twice_comes_up_twice_as_often() -> None:
    pool = rank_pool(np.array([8, 8, 9]), np.array([1, 1, 1]))
    drawn = pool.draw(open_stream(1), np.full(9_000, 1), np.full(9_000, 1))
    assert np.count_nonzero(drawn == 8) == pytest.approx(6_000, rel=0.05)
