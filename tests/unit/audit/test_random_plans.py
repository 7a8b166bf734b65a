"""Random plans: how they are drawn, what is usual among them, and that honest plans seldom look unusual."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from scipy.stats import binom

from mentormatch.audit import random_plans
from mentormatch.audit.random_plans import Finding, Null, Rarity, draw_plans, find_rarity, make_finding
from mentormatch.audit.solved_round import SolvedRound
from mentormatch.audit.swap_chain import SwapChain
from tests.factories import a_scored_round
from tests.unit.audit.plans import a_crowd, a_plan, an_open_round


def a_square(size: int, seed: int = 0) -> SolvedRound:
    """Return as many mentors as mentees, every pair of them with points of its own."""
    rng = Random(seed)
    points = {(f"E{j}", f"M{k}"): rng.randint(400, 900) for j in range(size) for k in range(size)}
    return a_plan(a_scored_round(points), *((f"M{k}", f"E{k}") for k in range(size)))


def test_the_observed_plan_stands_first() -> None:
    solved = a_square(6)
    sample = draw_plans(solved, Null.ANY, seed=1, plans=50)
    assert sample.ends.shape == (51, 6)
    assert sample.mentees[0].tolist() == solved.plan.mentee.tolist()
    assert sample.points[0].tolist() == solved.plan.points.tolist()


def test_points_are_those_of_the_pairs() -> None:
    solved = a_square(5)
    sample = draw_plans(solved, Null.ANY, seed=1, plans=20)
    assert sample.points.sum(axis=1).min() >= 5 * 400
    mentor, mentee = solved.plan.mentor[2], sample.mentees[7, 2]
    assert sample.points[7, 2] == solved.candidates.codes[mentee, mentor] // 8


def test_near_plans_are_within_two_percent_of_the_points() -> None:
    solved = a_square(8)
    sample = draw_plans(solved, Null.NEAR, seed=1, plans=300)
    totals = sample.points.sum(axis=1)
    assert np.abs(totals - totals[0]).max() <= 0.02 * totals[0]
    assert len(np.unique(totals)) > 3
    everywhere = draw_plans(solved, Null.ANY, seed=1, plans=300).points.sum(axis=1)
    assert np.abs(everywhere - totals[0]).max() > 0.02 * totals[0]


def test_the_seed_decides_the_plans() -> None:
    solved = a_square(6)
    one, same, other = (draw_plans(solved, Null.ANY, seed=seed, plans=20).ends.tolist() for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_the_p_is_the_share_of_plans_with_as_much() -> None:
    found = find_rarity(np.array([5.0, 1, 5, 9, 2, 3, 4, 4, 4, 4]))
    assert found == Rarity(mean=4.0, usual=9.0, p=0.3)
    assert found.sentence == "as unusual as 1 in 3 random plans that keep the same rules"


def test_figures_that_differ_only_in_rounding_are_equal() -> None:
    assert find_rarity(np.array([0.3, 0.1 + 0.2, 0.2])).p == pytest.approx(2 / 3)
    assert find_rarity(np.array([0.1 + 0.2, 0.3, 0.2])).p == pytest.approx(2 / 3)


def test_a_plan_that_cannot_change_is_not_unusual() -> None:
    solved = a_plan(an_open_round(*a_crowd(1, 1)), ("M0", "E0"))
    points = draw_plans(solved, Null.ANY, seed=0, plans=9).points.sum(axis=1).astype(float)
    assert find_rarity(points).p == 1


def test_a_round_without_pairings_has_only_the_empty_plan() -> None:
    sample = draw_plans(a_plan(an_open_round(*a_crowd(2, 2))), Null.NEAR, seed=0, plans=9)
    assert sample.ends.shape == (10, 0)
    assert find_rarity(sample.points.sum(axis=1).astype(float)) == Rarity(0.0, 0.0, 1.0)


def test_a_finding_holds_the_figure_of_the_plan_against_each_kind_of_random_plans() -> None:
    finding = make_finding("x", {Null.ANY: np.array([2.0, 1.0]), Null.NEAR: np.array([2.0, 2.0])})
    assert finding == Finding("x", 2.0, {Null.ANY: Rarity(1.0, 2.0, 0.5), Null.NEAR: Rarity(2.0, 2.0, 1.0)})


def test_plans_drawn_by_lot_are_seldom_called_unusual() -> None:
    """Of 200 plans drawn by lot at most as many have p up to .1 as 200 draws of one in ten have, but for 1 in 1,000.

    The plans come from a long walk of their own; the figure is how many mentees keep the mentor of the first plan.
    """
    solved, unusual = a_square(6), 0
    names = [pairing.mentee_id for pairing in solved.pairings]
    mentors = [pairing.mentor_id for pairing in solved.pairings]
    walk = SwapChain(solved, np.random.default_rng(99))
    for number in range(200):
        walk.walk(60)
        drawn = a_plan(solved.round, *((mentor, names[end]) for mentor, end in zip(mentors, walk.ends, strict=True)))
        sample = draw_plans(drawn, Null.ANY, seed=number, plans=39)
        figures = (sample.mentees == solved.plan.mentee[None, :]).sum(axis=1).astype(float)
        unusual += find_rarity(figures).p <= 0.1
    assert unusual <= binom.isf(0.001, 200, 0.1)


def test_a_plan_that_was_chosen_for_its_points_is_called_unusual() -> None:
    rng = Random(5)
    points = {(f"E{j}", f"M{k}"): 900 if j == k else rng.randint(400, 700) for j in range(8) for k in range(8)}
    solved = a_plan(a_scored_round(points), *((f"M{k}", f"E{k}") for k in range(8)))
    sample = draw_plans(solved, Null.ANY, seed=0, plans=199)
    assert find_rarity(sample.points.sum(axis=1).astype(float)).p <= 2 / 200


def test_even_a_walk_that_hardly_moves_calls_plans_drawn_by_lot_unusual_no_more_than_rarely(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With one proposal between plans the neighbours are alike; at the end of its run a plan would often stand out."""
    monkeypatch.setattr(random_plans, "MOST_PROPOSALS", 1)
    solved, unusual = a_plan(an_open_round(*a_crowd(40, 40, 1)), *((f"M{k}", f"E{k}") for k in range(40))), 0
    walk = SwapChain(solved, np.random.default_rng(7))
    for number in range(200):
        walk.walk(400)
        drawn = replace(solved, plan=replace(solved.plan, mentee=solved.plan.mentee[walk.ends]))
        sample = draw_plans(drawn, Null.ANY, seed=number, plans=39)
        figures = (sample.mentees * np.arange(40)).sum(axis=1).astype(float)
        unusual += find_rarity(figures).p <= 0.05
    assert unusual <= binom.isf(0.001, 200, 0.05)
