"""The trade-off: each quality floor solved again, and compared with what a brute force finds."""

from dataclasses import replace
from typing import Any

from mentormatch.domain.pairing import Pairing
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.explanation.trade_off import TradeOffPoint, current_floor, trade_off, undominated, with_floor
from mentormatch.matching.engine import match
from tests.factories import a_scored_round, bare_policy

# Two mentors with one place each: A is good for both mentees, B for nobody but E2, and badly.
POINTS = {("E1", "A"): 700, ("E2", "A"): 800, ("E1", "B"): 0, ("E2", "B"): 400}
POLICY = replace(bare_policy(RuleId.LEVEL_BAND, RuleId.BELOW_FLOOR), bands=(300, 500, 900))


def a_round(**changes: Any) -> Round:
    return a_scored_round({pair: worth for pair, worth in POINTS.items() if worth}, policy=POLICY, **changes)


def solved(matching_round: Round) -> tuple[Pairing, ...]:
    return match(matching_round, digests={}).outcome.pairings


def test_each_floor_says_how_many_it_serves_and_how_well() -> None:
    points = trade_off(a_round(), solved(a_round()), is_proven=True)
    assert [(point.floor, point.served, point.pairings, point.mean_points) for point in points] == [
        (0, 2, 2, 550),  # E1 with A, E2 with B: both are served
        (300, 2, 2, 550),
        (500, 1, 1, 800),  # only A is left, and E2 is the better pairing
        (900, 0, 0, None),
    ]
    assert all(point.is_proven for point in points)


def test_the_floor_of_the_policy_is_the_current_one_and_is_not_solved_again() -> None:
    told: list[int] = []
    points = trade_off(a_round(), (), is_proven=False, on_floor=lambda floor, _: told.append(floor))
    current = [point for point in points if point.is_current]
    assert [(point.floor, point.served, point.is_proven) for point in current] == [(0, 0, False)]
    assert told == [300, 500, 900]


def test_the_share_that_is_done_grows_from_nothing() -> None:
    shares: list[float] = []
    trade_off(a_round(), solved(a_round()), is_proven=True, on_floor=lambda _, done: shares.append(done))
    assert shares == [0, 1 / 3, 2 / 3]


def test_a_bound_that_is_the_floor_already_stands_once() -> None:
    policy = replace(POLICY, rule_settings=replace(POLICY.rule_settings, floor_points=500))
    matching_round = replace(a_round(), policy=policy)
    points = trade_off(matching_round, solved(matching_round), is_proven=True)
    assert [(point.floor, point.is_current) for point in points] == [(300, False), (500, True), (900, False)]


def test_a_rule_that_is_off_is_a_floor_of_nothing_and_is_switched_on_for_the_others() -> None:
    policy = replace(POLICY, rules={**POLICY.rules, RuleId.BELOW_FLOOR: False})
    matching_round = replace(
        a_round(), policy=replace(policy, rule_settings=replace(policy.rule_settings, floor_points=700))
    )
    assert current_floor(matching_round.policy) == 0
    assert with_floor(matching_round, 500).policy.is_on(RuleId.BELOW_FLOOR)
    points = trade_off(matching_round, solved(matching_round), is_proven=True)
    assert {point.floor: point.served for point in points} == {0: 2, 300: 2, 500: 1, 900: 0}


def test_a_floor_that_a_demanded_pairing_does_not_reach_is_left_out() -> None:
    matching_round = a_round(locks=(Lock(LockKind.MUST, "B", "E2"),))
    points = trade_off(matching_round, solved(matching_round), is_proven=True)
    assert [point.floor for point in points] == [0, 300]


def a_point(floor: int, served: int, mean_points: float | None) -> TradeOffPoint:
    return TradeOffPoint(floor, served, served, mean_points, is_current=False, is_proven=True)


def test_a_floor_that_serves_fewer_and_no_better_is_dominated() -> None:
    points = [a_point(0, 9, 500), a_point(1, 7, 600), a_point(2, 6, 600), a_point(3, 6, 550), a_point(4, 0, None)]
    assert [point.floor for point in undominated(points)] == [0, 1]


def test_equal_points_do_not_dominate_each_other() -> None:
    assert len(undominated([a_point(0, 3, 500), a_point(1, 3, 500)])) == 2


def test_without_any_pairing_every_floor_is_as_good() -> None:
    assert len(undominated([a_point(0, 0, None), a_point(1, 0, None)])) == 2
