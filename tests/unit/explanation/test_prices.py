"""Prices: each is the round without the thing, less the round; what keeps nobody apart alone is not solved for."""

from dataclasses import replace
from typing import Any

import pytest

import mentormatch.explanation.prices as prices_module
from mentormatch.domain.change import LiftFloors, LimitId, SwitchOff
from mentormatch.domain.direction import Direction
from mentormatch.domain.policy import CapacityPolicy, FloorPolicy, Policy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.domain.vector import Vector
from mentormatch.errors import RefusedError
from mentormatch.explanation.prices import Price, PricedKind, count_alone, find_price, find_prices, list_priced
from tests.factories import a_mentee, a_mentor, a_round, a_scored_round, bare_policy, loose_capacity
from tests.unit.explanation.solved import solved

UP = Direction.UPWARD
MUST, MUST_NOT, KEEP = LockKind
AVOIDING = a_mentee("A", avoids=("M",))


def prices_of(round_: Round) -> dict[str, Price]:
    """Return all prices of a round by name."""
    return {price.priced.name: price for price in find_prices(solved(round_))}


def with_rules(*rules: RuleId, **changes: Any) -> Policy:
    """Return a policy with some rules alone."""
    return bare_policy(*rules, **changes)


def test_a_rule_costs_what_the_round_would_be_worth_more_without_it() -> None:
    price = prices_of(a_round(AVOIDING, a_mentor("M"), policy=with_rules(RuleId.AVOID)))["avoid"]
    assert price.difference is not None
    assert (price.difference.served, price.difference.bands, price.changed) == (1, (1,), 1)
    assert price.priced.alone == 1


def test_a_rule_beside_another_one_that_keeps_the_same_pairs_apart_costs_nothing_and_is_not_solved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = a_mentee("A", avoids=("M",), conflicts=("M",))
    base = solved(a_round(both, a_mentor("M"), policy=with_rules(RuleId.AVOID, RuleId.CONFLICT)))
    monkeypatch.setattr(prices_module, "solve_variant", lambda *_: pytest.fail("nothing is to be solved"))
    found = list(find_prices(base))
    assert [(price.priced.name, price.priced.alone) for price in found] == [("conflict", 0), ("avoid", 0)]
    assert all(price.difference == Vector(0, (0,), 0, 0) and price.changed == 0 for price in found)


def test_a_pair_counts_once_however_many_directions_the_rule_keeps_it_out_of() -> None:
    both = {UP: 1, Direction.PEER: 1}
    policy = with_rules(RuleId.AVOID)
    round_ = a_round(a_mentee("A", as_mentee=both, avoids=("M",)), a_mentor("M", as_mentor=both), policy=policy)
    assert count_alone(round_)[RuleId.AVOID] == 1


def test_a_rule_that_closes_one_of_two_directions_still_counts_the_pair() -> None:
    both = {UP: 1, Direction.REVERSE: 1}
    round_ = a_round(a_mentee("A", as_mentee=both), a_mentor("M", as_mentor=both), policy=with_rules(RuleId.LEVEL_BAND))
    assert count_alone(round_)[RuleId.LEVEL_BAND] == 1


def test_the_floor_counts_as_a_rule() -> None:
    policy = with_rules(RuleId.BELOW_FLOOR, rule_settings=Policy().rule_settings, weights={})
    assert count_alone(a_round(a_mentee("A"), a_mentor("M"), policy=policy))[RuleId.BELOW_FLOOR] == 1


def test_a_pair_that_a_lock_forbids_as_well_does_not_hang_on_the_rule() -> None:
    locks = (Lock(MUST_NOT, "M", "A"), Lock(MUST_NOT, "ghost", "A"))
    round_ = a_round(AVOIDING, a_mentor("M"), policy=with_rules(RuleId.AVOID), locks=locks)
    assert count_alone(round_)[RuleId.AVOID] == 0


def test_everything_is_listed_once_in_the_order_of_rules_limits_floors_and_locks() -> None:
    policy = Policy(rules={RuleId.AVOID: False}, floors=FloorPolicy(by="department"))
    locks = (Lock(MUST_NOT, "M", "A"), Lock(KEEP, "M", "B"))
    members = [a_mentee("A"), a_mentee("B"), a_mentor("M", places=2)]
    listed = list_priced(solved(a_round(*members, policy=policy, locks=locks)))
    assert [one.name for one in listed] == [
        *(rule.value for rule in RuleId if rule is not RuleId.AVOID),
        *(limit.value for limit in LimitId),
        "access-floors",
        "must-not M A",
        "keep M B",
    ]
    assert listed[0].change == SwitchOff(RuleId.INACTIVE)
    assert [one.change for one in listed if one.kind is PricedKind.FLOORS] == [LiftFloors()]


def test_limits_that_bind_nobody_have_no_price() -> None:
    listed = list_priced(solved(a_round(a_mentee("A"), a_mentor("M"), policy=bare_policy())))
    assert [one.name for one in listed if one.kind is PricedKind.LIMIT] == []
    tight = CapacityPolicy(team_limit=3, department_share=1.0, forbid_reciprocal=False)
    listed = list_priced(solved(a_round(a_mentee("A"), a_mentor("M"), policy=bare_policy(capacity=tight))))
    assert [one.name for one in listed if one.kind is PricedKind.LIMIT] == ["favour-exchange"]


def test_a_team_limit_costs_the_places_that_a_team_would_take() -> None:
    team = [a_mentee(who, manager_id="T") for who in "ABC"]
    policy = bare_policy(capacity=loose_capacity(team_limit=1, mentor_limit=3))
    price = prices_of(a_round(*team, a_mentor("M", places=3), policy=policy))["team-limit"]
    assert price.difference is not None
    assert (price.difference.served, price.difference.load) == (2, 3)


def test_a_lock_costs_what_the_round_would_be_without_it() -> None:
    """With A and M demanded B is left with nothing better than N: 600 less than the free choice."""
    points = {("A", "M"): 900, ("A", "N"): 800, ("B", "M"): 700, ("B", "N"): 100}
    free, locked = a_scored_round(points), a_scored_round(points, locks=(Lock(MUST, "M", "A"),))
    price = prices_of(locked)["must M A"]
    assert price.difference is not None
    assert price.difference.points == 1500 - 1000
    assert price.changed == 2
    assert solved(free).vector.points == 1500


def test_a_forbidden_pairing_that_a_rule_keeps_apart_as_well_costs_nothing() -> None:
    locks = (Lock(MUST_NOT, "M", "A"), Lock(MUST_NOT, "N", "A"), Lock(MUST_NOT, "ghost", "A"))
    round_ = a_round(AVOIDING, a_mentor("M"), a_mentor("N"), policy=with_rules(RuleId.AVOID), locks=locks)
    found = prices_of(round_)
    assert [found[f"must-not {who} A"].priced.is_free for who in ("M", "N", "ghost")] == [True, False, True]
    worth = found["must-not N A"].difference
    assert worth is not None
    assert worth.served == 1


def test_without_a_rule_a_demanded_pairing_may_take_a_direction_in_which_there_is_no_place() -> None:
    """Once its rule is off, downward is worth more to A and B, and M has one place there."""
    wanted: dict[str, Any] = {"skills_wanted": ("x", "y"), "skills_offered": ("y",)}
    both, bands = {UP: 1, Direction.DOWNWARD: 1}, Policy().directions[UP]
    policy = bare_policy(
        RuleId.LEVEL_BAND,
        capacity=loose_capacity(),
        directions={UP: bands, Direction.DOWNWARD: replace(bands, level_gap={9: 1})},
    )
    staff = [a_mentee(who, as_mentee=both, **wanted) for who in "AB"]
    mentor = a_mentor("M", as_mentor={UP: 2, Direction.DOWNWARD: 1}, max_mentees=2, **wanted)
    round_ = a_round(*staff, mentor, policy=policy, locks=(Lock(MUST, "M", "A"), Lock(MUST, "M", "B")))
    price = prices_of(round_)["level-band"]
    assert price.difference is None
    assert "ask for 2 downward places of M, who has 1" in price.refusal


def test_access_floors_have_the_price_that_the_round_gains_without_them() -> None:
    policy = Policy(floors=FloorPolicy(by="department", group_min=1))
    round_ = a_round(a_mentee("A", department="x"), a_mentor("M"), policy=policy)
    (floors,) = (one for one in list_priced(solved(round_)) if one.kind is PricedKind.FLOORS)
    price = find_price(solved(round_), floors)
    assert price.difference == solved(replace(round_, policy=Policy())).vector - solved(round_).vector


def test_a_round_that_was_stopped_has_no_exact_prices() -> None:
    base = solved(a_round(a_mentee("A"), a_mentor("M")))
    stopped = replace(base, certificate=replace(base.certificate, status="stopped"))
    with pytest.raises(RefusedError, match="stopped before its proof"):
        list_priced(stopped)


def test_the_time_limit_of_the_policy_does_not_end_the_work() -> None:
    policy = with_rules(RuleId.AVOID)
    base = solved(a_round(AVOIDING, a_mentor("M"), policy=policy))
    hurried = replace(policy, solve=replace(policy.solve, time_limit_seconds=1e-9))
    limited = replace(base, round=replace(base.round, policy=hurried))
    assert [price.changed for price in find_prices(limited)] == [1]
