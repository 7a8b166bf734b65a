"""What a changed round loses, stage by stage of the first pass."""

from dataclasses import replace

import pytest

from mentormatch.domain.change import Demand, Forbid, OfferPlace
from mentormatch.domain.direction import Direction
from mentormatch.domain.policy import Policy
from mentormatch.explanation.certified_cases import NO_LOSS
from mentormatch.explanation.stage_losses import first_loss, stage_losses
from mentormatch.explanation.what_if import Baseline, solve_variant
from tests.factories import a_scored_round, bare_policy
from tests.unit.explanation.solved import solved

POINTS = {("x", "A"): 700, ("x", "B"): 600, ("y", "A"): 650, ("y", "B"): 500, ("z", "A"): 400}


@pytest.fixture(scope="module")
def base() -> Baseline:
    return solved(a_scored_round(POINTS))


def test_a_demanded_pairing_counts_as_one_of_the_first_pass(base: Baseline) -> None:
    losses = stage_losses(base, solve_variant(base, Demand("A", "x")))
    assert {stage: lost for stage, lost in losses.items() if stage != "lottery:1"} == {
        "coverage": 0,
        "load": 0,
        "points": 50,
    }


def test_a_forbidden_pairing_loses_what_the_next_best_plan_is_worth_less(base: Baseline) -> None:
    assert first_loss(base, solve_variant(base, Forbid("A", "y"))).amount == 50


def test_a_gain_is_a_loss_below_zero(base: Baseline) -> None:
    loss = first_loss(base, solve_variant(base, OfferPlace("A", Direction.UPWARD)))
    assert (loss.stage, loss.amount) == ("coverage", -1)


def test_no_change_loses_nothing(base: Baseline) -> None:
    assert first_loss(base, solve_variant(base)) is NO_LOSS


def test_the_load_of_a_demanded_pairing_is_counted_once() -> None:
    """A has three places: a second place costs 1, a third 2, whether or not one of them was demanded."""
    policy = replace(bare_policy(*Policy().rules), stages=("coverage", "load", "points", "lottery"))
    points = {(mentee, "A"): 500 for mentee in "xyz"}
    base = solved(a_scored_round(points, {"A": 3}, policy=policy))
    assert len(base.pairings) == 3
    variant = solve_variant(base, Demand("A", base.pairings[0].mentee_id))
    assert set(stage_losses(base, variant).values()) == {0}


def test_a_round_without_a_proof_has_no_losses(base: Baseline) -> None:
    unproven = replace(base, certificate=replace(base.certificate, passes=()))
    assert stage_losses(unproven, solve_variant(base, Demand("A", "x"))) == {}
