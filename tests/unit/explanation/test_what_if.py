"""A round after a change is solved from where the round stands, and compared with it."""

from dataclasses import replace

import pytest

from mentormatch.domain.change import Demand, Forbid, LiftLock, OfferPlace
from mentormatch.domain.direction import Direction
from mentormatch.domain.policy import SolvePolicy
from mentormatch.domain.round import Round
from mentormatch.domain.vector import Vector
from mentormatch.errors import InputError, StoppedError
from mentormatch.explanation.changes import apply_changes
from mentormatch.explanation.what_if import Baseline, only_in, solve_variant
from mentormatch.matching import engine
from tests.acceptance.small_rounds import small_round
from tests.factories import a_scored_round
from tests.unit.explanation.solved import pairs_of, solved


@pytest.fixture
def base() -> Baseline:
    """Return a round in which A takes x (700) and B takes y (500), since the other way round is worth less."""
    points = {("x", "A"): 700, ("x", "B"): 600, ("y", "A"): 550, ("y", "B"): 500, ("z", "A"): 400}
    return solved(a_scored_round(points))


def test_a_forbidden_pairing_costs_what_the_next_best_plan_is_worth_less(base: Baseline) -> None:
    assert pairs_of(base) == {("A", "x"), ("B", "y")}
    variant = solve_variant(base, Forbid("B", "y"))
    assert variant.difference == Vector(served=0, bands=(0,), load=0, points=600 + 550 - 1200)
    assert [(one.mentor_id, one.mentee_id) for one in variant.removed] == [("A", "x"), ("B", "y")]
    assert [(one.mentor_id, one.mentee_id) for one in variant.added] == [("A", "y"), ("B", "x")]


def test_one_more_place_brings_what_it_brings(base: Baseline) -> None:
    variant = solve_variant(base, OfferPlace("A", Direction.UPWARD))
    assert variant.difference == Vector(served=1, bands=(1,), load=1, points=400)
    assert variant.removed == ()


def test_several_changes_are_made_one_after_the_other(base: Baseline) -> None:
    variant = solve_variant(base, Forbid("A", "x"), LiftLock("A", "x"))
    assert (variant.added, variant.removed, variant.vector) == ((), (), base.vector)


def test_a_demand_that_breaks_a_rule_is_refused(base: Baseline) -> None:
    with pytest.raises(InputError, match="cannot stand"):
        solve_variant(base, Demand("B", "z"))


def test_a_variant_that_was_not_proven_is_no_answer(base: Baseline) -> None:
    limited = replace(base.round.policy, solve=SolvePolicy(time_limit_seconds=1e-9))
    hurried = replace(base, round=replace(base.round, policy=limited))
    with pytest.raises(StoppedError, match="time limit"):
        solve_variant(hurried, Forbid("A", "x"))


def test_a_start_changes_nothing_in_the_outcome() -> None:
    for seed in range(15):
        base = solved(small_round(seed))
        for pairing in base.pairings[:2]:
            change = Forbid(pairing.mentor_id, pairing.mentee_id)
            cold = engine.match(apply_changes(base.round, change), digests={}).outcome
            assert solve_variant(base, change).outcome.pairings == cold.pairings, f"round {seed}"


def test_a_start_from_a_quite_different_round_changes_nothing_either() -> None:
    for seed in range(10):
        other, this = solved(small_round(seed + 100)), small_round(seed)
        stranger = Baseline(this, other.pairings, other.certificate)
        assert pairs_of(solved(this)) == {
            (one.mentor_id, one.mentee_id) for one in solve_variant(stranger).outcome.pairings
        }


def test_pairings_are_told_apart_by_their_pair_alone(base: Baseline) -> None:
    later = [replace(one, pass_number=2, points=one.points + 1) for one in base.pairings]
    assert only_in(base.pairings, later) == ()
    assert only_in(base.pairings, later[1:]) == (base.pairings[0],)


def test_an_empty_round_stays_empty() -> None:
    assert solve_variant(solved(Round((), ()))).vector.pairings == 0
