"""What access floors cost: the round without them, compared."""

from dataclasses import replace

from mentormatch.domain.policy import FloorPolicy
from mentormatch.domain.vector import Vector, vector_of
from mentormatch.matching.engine import match
from mentormatch.matching.floors_price import price_of_floors, without_floors
from mentormatch.matching.start import Start
from tests.acceptance.floor_rounds import biased_round
from tests.acceptance.test_floor_rates import best_points_without_floors, points_of, round_of


def test_a_round_without_floors_is_the_same_but_for_them() -> None:
    round_ = biased_round()
    free = without_floors(round_)
    assert free.policy.floors == FloorPolicy()
    assert replace(free, policy=replace(free.policy, floors=round_.policy.floors)) == round_


def test_the_price_is_what_the_best_plan_without_floors_has_more() -> None:
    done = match(round_of(0), digests={})
    paid = price_of_floors(round_of(0), done.outcome.pairings)
    points = sum(pairing.points for pairing in done.outcome.pairings)
    assert paid.points == best_points_without_floors(points_of(0)) - points > 0
    assert paid.served == 0, "coverage comes before the floors"


def test_floors_that_change_nothing_cost_nothing() -> None:
    round_ = biased_round(group_min=21)
    done = match(round_, digests={})
    price = price_of_floors(round_, done.outcome.pairings, Start(done.outcome.pairings, done.certificate))
    assert price == Vector(served=0, bands=(0,), load=0, points=0)


def test_a_start_changes_no_price() -> None:
    done = match(biased_round(), digests={})
    start = Start(done.outcome.pairings, done.certificate)
    with_start, without = (price_of_floors(biased_round(), done.outcome.pairings, s) for s in (start, None))
    assert with_start == without
    assert vector_of(done.outcome.pairings, biased_round().policy).served == 20
