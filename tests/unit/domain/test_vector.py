"""A vector counts what a plan is worth, and a difference of two what a change costs."""

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.policy import Policy
from mentormatch.domain.vector import Vector, vector_of

POLICY = Policy(bands=(350, 450))


def a_pairing(mentor_id: str, mentee_id: str, points: int) -> Pairing:
    return Pairing(mentor_id, mentee_id, Direction.UPWARD, 1, points, POLICY.band_of(points), {})


def test_people_are_counted_once_and_pairings_by_band() -> None:
    plan = [a_pairing("A", "x", 349), a_pairing("B", "x", 350), a_pairing("A", "y", 450), a_pairing("C", "z", 900)]
    assert vector_of(plan, POLICY) == Vector(served=3, bands=(1, 1, 2), load=1, points=2049)
    assert vector_of(plan, POLICY).pairings == 4


def test_a_third_place_costs_two_more_than_a_second() -> None:
    plan = [a_pairing("A", mentee_id, 400) for mentee_id in "wxyz"]
    assert [vector_of(plan[:size], POLICY).load for size in range(5)] == [0, 0, 1, 3, 6]


def test_bands_are_those_of_the_policy_and_not_those_written_in_the_pairings() -> None:
    assert vector_of([a_pairing("A", "x", 400)], Policy(bands=())).bands == (1,)


def test_a_difference_may_be_negative() -> None:
    more, less = Vector(5, (1, 4), 3, 3000), Vector(6, (0, 6), 4, 3500)
    assert more - less == Vector(-1, (1, -2), -1, -500)


def test_an_empty_plan_is_worth_nothing() -> None:
    assert vector_of([], POLICY) == Vector(0, (0, 0, 0), 0, 0)
