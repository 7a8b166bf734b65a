"""The reporting tree: one top, spans of 3 to 12, and a depth that fits its size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.synthesis.draws import NOBODY, open_stream
from mentormatch.synthesis.tree import LONGEST_SPAN, SHORTEST_SPAN, Tree, draw_spans, grow_tree

sizes = st.integers(1, 3_000)
seeds = st.integers(0, 10**9)


def a_tree(people_count: int, seed: int = 1) -> Tree:
    return grow_tree(people_count, open_stream(seed))


def spans_of(tree: Tree) -> list[int]:
    """Return how many direct reports each manager has."""
    counts = np.bincount(tree.manager[1:], minlength=tree.size.size)
    return [int(count) for count in counts if count]


@given(sizes, seeds)
def test_there_is_one_top_and_everybody_else_has_a_manager_above(people_count: int, seed: int) -> None:
    tree = a_tree(people_count, seed)
    assert np.flatnonzero(tree.manager == NOBODY).tolist() == [0]
    assert (tree.manager[1:] < np.arange(1, people_count)).all()
    assert (tree.depth[1:] == tree.depth[tree.manager[1:]] + 1).all()


@given(sizes, seeds)
def test_a_size_counts_the_person_and_all_below(people_count: int, seed: int) -> None:
    tree = a_tree(people_count, seed)
    counted = np.ones(people_count, np.int64)
    for person in range(people_count - 1, 0, -1):
        counted[tree.manager[person]] += counted[person]
    assert tree.size.tolist() == counted.tolist()


@given(st.integers(1, 150), seeds)
def test_one_is_above_another_exactly_if_the_managers_lead_there(people_count: int, seed: int) -> None:
    tree = a_tree(people_count, seed)
    for person in range(people_count):
        above = set()
        manager = int(tree.manager[person])
        while manager != NOBODY:
            above.add(manager)
            manager = int(tree.manager[manager])
        answers = tree.is_above(np.arange(people_count), np.full(people_count, person))
        assert set(np.flatnonzero(answers).tolist()) == above


@given(st.integers(SHORTEST_SPAN + 1, 3_000), seeds)
def test_every_manager_has_three_to_twelve_reports(people_count: int, seed: int) -> None:
    spans = spans_of(a_tree(people_count, seed))
    assert min(spans) >= SHORTEST_SPAN
    assert max(spans) <= LONGEST_SPAN


@pytest.mark.parametrize("people_count", [2, 3])
def test_where_people_run_out_the_span_is_shorter(people_count: int) -> None:
    assert spans_of(a_tree(people_count)) == [people_count - 1]


def test_one_person_alone_leads_nobody() -> None:
    tree = a_tree(1)
    assert (tree.manager.tolist(), tree.depth.tolist(), tree.size.tolist()) == ([NOBODY], [0], [1])
    assert not tree.leads.any()


@pytest.mark.parametrize("seed", range(12))
def test_ten_thousand_people_stand_on_six_to_nine_levels(seed: int) -> None:
    assert 6 <= int(a_tree(10_000, seed).depth.max()) + 1 <= 9


@pytest.mark.parametrize(("people_count", "fewest", "most"), [(100, 3, 5), (1_000, 5, 7), (100_000, 8, 10)])
def test_the_depth_grows_slowly_with_the_size(people_count: int, fewest: int, most: int) -> None:
    assert fewest <= int(a_tree(people_count).depth.max()) + 1 <= most


def test_spans_vary_around_five_to_seven() -> None:
    spans = spans_of(a_tree(10_000))
    assert set(spans) == set(range(SHORTEST_SPAN, LONGEST_SPAN + 1))
    assert 4.5 < float(np.mean(spans)) < 7


@given(st.lists(st.integers(1, 5_000), min_size=1, max_size=40), seeds)
def test_what_a_span_leaves_over_makes_units_of_its_own(below: list[int], seed: int) -> None:
    spans = draw_spans(np.array(below, np.int64), open_stream(seed)).tolist()
    for people, span in zip(below, spans, strict=True):
        assert 1 <= span <= min(people, LONGEST_SPAN)
        assert people - span == 0 or people - span >= SHORTEST_SPAN


def test_a_large_unit_has_a_wide_top() -> None:
    assert (draw_spans(np.full(500, 10_000), open_stream(1)) >= 7).all()


def test_some_small_units_are_flat_and_some_are_not() -> None:
    spans = draw_spans(np.full(500, LONGEST_SPAN), open_stream(1))
    assert 0.6 < float((spans == LONGEST_SPAN).mean()) < 0.9


def test_different_seeds_grow_different_trees() -> None:
    assert a_tree(200, 1).manager.tolist() != a_tree(200, 2).manager.tolist()
    assert a_tree(200, 1).manager.tolist() == a_tree(200, 1).manager.tolist()
