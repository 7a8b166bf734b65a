"""Whatever the hierarchy and the policy, no pairing breaks a rule or a cap: checked by code that shares nothing."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mentormatch.domain.pairing import Role
from mentormatch.domain.policy import Policy
from mentormatch.domain.round import Outcome, Round, SolveStatus
from mentormatch.matching.engine import match
from tests.acceptance.small_rounds import small_round
from tests.oracle import check_plan
from tests.strategies import rounds


def outcome_of(round_: Round) -> Outcome:
    """Match a round."""
    return match(round_, digests={}).outcome


def check(round_: Round) -> None:
    """Hold an outcome against the checker, and its parts against each other."""
    outcome = outcome_of(round_)
    assert check_plan(round_, outcome.pairings) == []
    assert outcome.status is SolveStatus.PROVEN
    assert all(stage.value == stage.bound for stage in outcome.stages)
    served = {(pairing.mentee_id, Role.MENTEE) for pairing in outcome.pairings}
    served |= {(pairing.mentor_id, Role.MENTOR) for pairing in outcome.pairings}
    assert not served & {(person.person_id, person.role) for person in outcome.unpaired}


@given(rounds(hierarchy="forest"))
def test_no_pairing_breaks_a_promise_in_a_forest_with_dotted_lines(round_: Round) -> None:
    check(round_)


@given(rounds(hierarchy="tangle"))
def test_no_pairing_breaks_a_promise_where_lines_are_unknown(round_: Round) -> None:
    check(round_)


@settings(max_examples=max(20, settings().max_examples // 3), suppress_health_check=[HealthCheck.too_slow])
@given(rounds(hierarchy="chain"))
def test_no_pairing_breaks_a_promise_in_a_chain_of_five_hundred(round_: Round) -> None:
    check(round_)


@given(rounds(policy=st.just(Policy())))
def test_no_pairing_breaks_a_promise_of_the_default_policy(round_: Round) -> None:
    check(round_)


@given(st.integers(min_value=0, max_value=10**6))
def test_no_pairing_breaks_a_promise_in_dense_rounds(seed: int) -> None:
    check(small_round(seed))


@pytest.mark.parametrize("first", [0, 100])
def test_stage_values_are_those_of_the_pairings(first: int) -> None:
    """Coverage, bands and points are counted from the pairings, pass by pass."""
    for seed in range(first, first + 40):
        round_ = small_round(seed)
        outcome = outcome_of(round_)
        for stage in outcome.stages:
            plan = [pairing for pairing in outcome.pairings if pairing.pass_number == stage.pass_number]
            bands = Counter(pairing.band for pairing in plan)
            counted = {"coverage": len(plan), "points": sum(pairing.points for pairing in plan), "unique": -len(plan)}
            counted |= {f"bands:{band}": -bands[band] for band in range(len(round_.policy.bands))}
            assert stage.value == counted.get(stage.name, stage.value), (seed, stage)
