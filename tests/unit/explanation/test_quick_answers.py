"""Quick answers on rounds small enough to see what happens."""

from dataclasses import replace

import numpy as np
import pytest

from mentormatch.domain.direction import Direction
from mentormatch.domain.policy import Policy, SolvePolicy
from mentormatch.domain.reasons import RuleId
from mentormatch.errors import InputError
from mentormatch.explanation.later_passes import has_open_candidate
from mentormatch.explanation.plan_worth import PlanWorth
from mentormatch.explanation.quick_answers import QuickAnswer, open_quick_answers
from mentormatch.explanation.what_if import Baseline
from mentormatch.matching.candidates import build_candidates
from mentormatch.matching.engine import match
from mentormatch.matching.roster import build_roster
from mentormatch.matching.rows import Columns, concatenate
from mentormatch.matching.stages import stages_of
from tests.factories import a_mentee, a_mentor, a_round, a_scored_round, bare_policy, loose_capacity

CHAIN = {("ann", "ida"): 900, ("ann", "jon"): 800, ("bob", "jon"): 850, ("bob", "kim"): 500, ("cem", "ida"): 300}
"""Cem comes to Ida only when Ann moves to Jon, and Bob to Kim."""
STAGES = ("coverage", "points", "lottery")


def base_of(points: dict[tuple[str, str], int], policy: Policy) -> Baseline:
    """Return a round with exactly these candidates, solved."""
    round_ = a_scored_round(points, policy=policy)
    found = match(round_, digests={})
    return Baseline(round_, found.outcome.pairings, found.certificate)


def in_order_of_points() -> Policy:
    """Return a policy of which only the points count."""
    return bare_policy(RuleId.LEVEL_BAND, stages=("points", "lottery"))


def pairs(answer: QuickAnswer) -> set[tuple[str, str, int]]:
    """Return mentor, mentee and pass of an answer's pairings."""
    return {(one.mentor_id, one.mentee_id, one.pass_number) for one in answer.pairings}


def test_a_demanded_pair_moves_a_whole_chain() -> None:
    base = base_of(CHAIN, in_order_of_points())
    assert {(one.mentor_id, one.mentee_id) for one in base.pairings} == {("ida", "ann"), ("jon", "bob")}
    answer = open_quick_answers(base).forced("ida", "cem")
    assert pairs(answer) == {("ida", "cem", 0), ("jon", "ann", 1), ("kim", "bob", 1)}
    assert answer.loss["points"] == (900 + 850) - (300 + 800 + 500)
    assert {(one.mentor_id, one.mentee_id) for one in answer.removed} == {("ida", "ann"), ("jon", "bob")}
    assert answer.is_quick


def test_a_pair_that_is_chosen_anyway_loses_nothing_and_becomes_a_lock() -> None:
    answer = open_quick_answers(base_of(CHAIN, in_order_of_points())).forced("ida", "ann")
    assert not any(answer.loss.values())
    assert pairs(answer) == {("ida", "ann", 0), ("jon", "bob", 1)}
    assert answer.removed == answer.added == ()


def test_one_more_place_is_filled_by_who_gains_most() -> None:
    answer = open_quick_answers(base_of(CHAIN, in_order_of_points())).with_one_more_place("ida", Direction.UPWARD)
    assert pairs(answer) == {("ida", "ann", 1), ("jon", "bob", 1), ("ida", "cem", 1)}
    assert answer.loss["points"] == -300


def test_a_pair_that_breaks_a_rule_cannot_be_demanded() -> None:
    with pytest.raises(InputError):
        open_quick_answers(base_of(CHAIN, in_order_of_points())).forced("kim", "cem")


def test_a_round_that_was_stopped_is_matched_in_full() -> None:
    base = base_of(CHAIN, in_order_of_points())
    stopped = replace(base, certificate=replace(base.certificate, status="stopped"))
    answers = open_quick_answers(stopped)
    assert answers.proven is None
    answer = answers.forced("ida", "cem")
    assert not answer.is_quick
    assert answer.pairings == open_quick_answers(base).forced("ida", "cem").pairings


def test_a_mentor_without_a_place_in_the_direction_is_matched_in_full() -> None:
    base = base_of(CHAIN, in_order_of_points())
    assert not open_quick_answers(base).with_one_more_place("ida", Direction.PEER).is_quick


def test_a_demanded_pair_leaves_a_second_place_to_a_later_pass() -> None:
    policy = bare_policy(capacity=loose_capacity(mentee_limit=2), stages=STAGES, solve=SolvePolicy(shortlist=5))
    members = (a_mentee("ann", max_mentors=2, as_mentee={Direction.UPWARD: 2}), a_mentor("ida"), a_mentor("jon"))
    loose = replace(policy, capacity=replace(policy.capacity, mentee_direction_limit=2))
    round_ = a_round(*members, policy=loose)
    found = match(round_, digests={})
    base = Baseline(round_, found.outcome.pairings, found.certificate)
    second = next(one.mentor_id for one in base.pairings if one.pass_number == 2)
    answer = open_quick_answers(base).forced(second, "ann")
    assert answer.is_quick
    other = ({"ida", "jon"} - {second}).pop()
    assert pairs(answer) == {(second, "ann", 0), (other, "ann", 2)}


def test_a_pass_places_nobody_where_no_row_has_room() -> None:
    policy = bare_policy(capacity=loose_capacity(mentee_limit=2), stages=STAGES)
    roster = build_roster(a_round(a_mentee("ann", max_mentors=2), a_mentor("ida"), policy=policy))
    codes = build_candidates(roster).codes
    one = np.zeros(1, np.int64)
    assert has_open_candidate(roster, codes, concatenate([]), 1)
    assert not has_open_candidate(roster, codes, Columns(one, one, one, one), 2)


def test_the_worth_counts_points_people_and_load() -> None:
    policy = bare_policy(RuleId.LEVEL_BAND, stages=("coverage", "load", "points", "lottery"))
    roster = build_roster(a_scored_round(CHAIN, policy=policy))
    worth = PlanWorth(stages_of(roster), np.array([1, 0, 0]))
    zero, both = np.zeros(1, np.int64), np.zeros(2, np.int64)
    alone = Columns(zero, zero, zero, np.array([900]))
    pair = Columns(np.array([0, 2]), both, both, np.array([900, 300]))
    assert worth.loss(alone, pair) == {"coverage": -1, "load": 2, "points": -300}
