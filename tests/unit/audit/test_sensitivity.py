"""Sensitivity: each weight at half and at one and a half, and how much of the plan stays."""

from dataclasses import replace

import pytest

from mentormatch.audit.sensitivity import find_sensitivity
from mentormatch.domain.pairing import Criterion, Pairing
from mentormatch.domain.policy import Policy
from mentormatch.domain.round import Round
from mentormatch.matching.engine import match
from tests.factories import a_mentee, a_mentor, a_round, bare_policy, loose_capacity
from tests.unit.audit.plans import a_crowd, an_open_round, pairings_of

PAIRS = [("M0", "E0"), ("M1", "E1")]


def a_round_with(weights: dict[Criterion, int]) -> Round:
    mentees, mentors = a_crowd(3, 2)
    return an_open_round(mentees, mentors, policy=bare_policy(weights=dict.fromkeys(Criterion, 0) | weights))


def test_each_weight_is_halved_and_raised_by_half_in_whole_points() -> None:
    round_ = a_round_with({Criterion.NEEDS: 301, Criterion.RHYTHM: 50})
    seen = list[Round]()

    def solve(changed: Round) -> tuple[Pairing, ...]:
        seen.append(changed)
        return pairings

    pairings = pairings_of(round_, PAIRS)
    found = find_sensitivity(round_, pairings, solve)
    assert [(one.criterion, one.factor, one.new_weight) for one in found] == [
        (Criterion.NEEDS, 0.5, 150),
        (Criterion.NEEDS, 1.5, 452),
        (Criterion.RHYTHM, 0.5, 25),
        (Criterion.RHYTHM, 1.5, 75),
    ]
    assert [changed.policy.weights[one.criterion] for changed, one in zip(seen, found, strict=True)] == [
        150,
        452,
        25,
        75,
    ]
    assert all(one.pairings_kept == one.people_kept == 1 for one in found)


def test_nothing_but_the_one_weight_changes() -> None:
    round_ = a_round_with({Criterion.NEEDS: 300, Criterion.RHYTHM: 50})
    seen = list[Round]()

    def solve(changed: Round) -> tuple[Pairing, ...]:
        seen.append(changed)
        return ()

    find_sensitivity(round_, (), solve)
    assert len(seen) == 4
    for changed in seen:
        weights = changed.policy.weights
        assert sum(weights[name] != round_.policy.weights[name] for name in Criterion) == 1
        policy = replace(changed.policy, weights=round_.policy.weights)
        assert replace(changed, policy=policy) == round_


def test_a_weight_that_does_not_change_is_not_solved_again() -> None:
    def solve(_: Round) -> tuple[Pairing, ...]:
        raise AssertionError("solved")

    assert find_sensitivity(a_round_with({}), (), solve) == ()


@pytest.mark.parametrize(
    ("after", "pairings", "people"),
    [
        ([("M0", "E0"), ("M1", "E2")], 0.5, 0.5),
        ([("M1", "E0"), ("M0", "E1")], 0, 1),
        ([("M0", "E0")], 0.5, 0.5),
        ([], 0, 0),
    ],
)
def test_shares_are_those_of_the_first_plan(after: list[tuple[str, str]], pairings: float, people: float) -> None:
    round_ = a_round_with({Criterion.NEEDS: 300})
    other = pairings_of(round_, after)
    for one in find_sensitivity(round_, pairings_of(round_, PAIRS), lambda _: other):
        assert (one.pairings_kept, one.people_kept) == (pairings, people)


def test_a_round_in_which_two_weights_pull_apart_depends_on_them() -> None:
    """M shares an interest with A and the department of nobody; B is farther away: half the one weight turns it."""
    weights = dict.fromkeys(Criterion, 0) | {Criterion.COMMON_GROUND: 300, Criterion.DISTANCE: 200}
    near = a_mentee("A", interests=("chess",), department="x", division="d")
    far = a_mentee("B", interests=("cycling",), department="y", division="e")
    mentor = a_mentor("M", interests=("chess",), department="x", division="d")
    policy = bare_policy(weights=weights, capacity=loose_capacity(), stages=("coverage", "points", "lottery"))
    round_ = a_round(near, far, mentor, policy=policy)

    def solve(changed: Round) -> tuple[Pairing, ...]:
        return match(changed, digests={}).outcome.pairings

    kept = {(one.criterion, one.factor): one.people_kept for one in find_sensitivity(round_, solve(round_), solve)}
    assert set(kept.values()) == {0, 1}
    assert kept[Criterion.COMMON_GROUND, 0.5] != kept[Criterion.COMMON_GROUND, 1.5]
    assert kept[Criterion.COMMON_GROUND, 0.5] == kept[Criterion.DISTANCE, 1.5]


def test_with_the_usual_weights_every_criterion_is_varied_twice() -> None:
    round_ = an_open_round(*a_crowd(1, 1), policy=Policy())
    assert len(find_sensitivity(round_, (), lambda _: ())) == 2 * len(Criterion)
