"""Rounds with nothing in them, or in which nothing is possible, have an answer like any other round."""

from typing import Any

import pytest

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Role
from mentormatch.domain.policy import Policy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Outcome, Round, SolveStatus
from mentormatch.matching.engine import match
from tests.factories import (
    Member,
    a_member,
    a_mentee,
    a_mentor,
    a_person,
    a_round,
    bare_policy,
    every_direction,
    loose_capacity,
)
from tests.oracle import best_vectors, check_plan


def outcome_of(round_: Round) -> Outcome:
    """Match a round and return its outcome, which is proven however little there is to prove."""
    outcome = match(round_, digests={}).outcome
    assert outcome.status is SolveStatus.PROVEN
    assert all(stage.value == stage.bound for stage in outcome.stages)
    return outcome


def some_mentees(count: int = 3) -> list[Member]:
    """Return mentees who ask in every direction."""
    return [a_mentee(f"E{number}", as_mentee=every_direction()) for number in range(count)]


def some_mentors(count: int = 3) -> list[Member]:
    """Return mentors who offer in every direction."""
    return [a_mentor(f"M{number}", as_mentor=every_direction(2), max_mentees=2) for number in range(count)]


def unpaired(outcome: Outcome) -> set[tuple[str, Role]]:
    """Return who is left out in which role."""
    return {(person.person_id, person.role) for person in outcome.unpaired}


@pytest.mark.parametrize(
    "round_", [a_round(), a_round(a_person("P")), a_round(a_member("N"))], ids=["nobody", "not enrolled", "no role"]
)
def test_a_round_with_nobody_in_it_is_proven_and_empty(round_: Round) -> None:
    outcome = outcome_of(round_)
    assert outcome.pairings == ()
    assert outcome.unpaired == ()
    assert (outcome.figures.mentees, outcome.figures.mentors, outcome.figures.candidates) == (0, 0, 0)
    assert all(stage.value == 0 for stage in outcome.stages)


def test_with_mentors_alone_every_mentor_is_left_out() -> None:
    outcome = outcome_of(a_round(*some_mentors()))
    assert outcome.pairings == ()
    assert unpaired(outcome) == {(f"M{number}", Role.MENTOR) for number in range(3)}


def test_with_mentees_alone_every_mentee_is_left_out() -> None:
    outcome = outcome_of(a_round(*some_mentees()))
    assert outcome.pairings == ()
    assert unpaired(outcome) == {(f"E{number}", Role.MENTEE) for number in range(3)}


@pytest.mark.parametrize(
    "nothing",
    [
        {"as_mentor": every_direction(0)},
        {"max_mentees": 0},
        {"as_mentor": {Direction.PEER: 3}},
    ],
    ids=["no places", "limit of none", "places nobody asks for"],
)
def test_mentors_without_a_place_to_give_leave_every_mentee_out(nothing: dict[str, Any]) -> None:
    mentees = [a_mentee(f"E{number}") for number in range(3)]
    mentors = [a_mentor(f"M{number}", **nothing) for number in range(3)]
    outcome = outcome_of(a_round(*mentees, *mentors))
    assert outcome.pairings == ()
    assert {(f"E{number}", Role.MENTEE) for number in range(3)} <= unpaired(outcome)


@pytest.mark.parametrize("limit", ["mentor_limit", "mentee_limit", "mentee_direction_limit", "team_limit"])
def test_a_limit_of_nothing_pairs_nobody(limit: str) -> None:
    mentees = [a_mentee(f"E{number}", manager_id="T", as_mentee=every_direction()) for number in range(3)]
    policy = bare_policy(capacity=loose_capacity(**{limit: 0}))
    assert outcome_of(a_round(*mentees, *some_mentors(), a_person("T"), policy=policy)).pairings == ()


def test_no_share_for_any_department_pairs_nobody() -> None:
    policy = bare_policy(capacity=loose_capacity(department_share=0.0))
    assert outcome_of(a_round(*some_mentees(), *some_mentors(), policy=policy)).pairings == ()


@pytest.mark.parametrize(
    "policy", [Policy(directions={}), bare_policy(directions={})], ids=["with rules", "without rules"]
)
def test_a_programme_without_directions_pairs_nobody(policy: Policy) -> None:
    assert outcome_of(a_round(*some_mentees(), *some_mentors(), policy=policy)).pairings == ()


def test_when_everything_is_forbidden_everybody_is_left_out_with_a_reason_and_a_remedy() -> None:
    mentors = some_mentors()
    refusals = tuple(mentor.person.person_id for mentor in mentors)
    mentees = [a_mentee(f"E{number}", avoids=refusals) for number in range(3)]
    outcome = outcome_of(a_round(*mentees, *mentors))
    assert outcome.pairings == ()
    assert len(unpaired(outcome)) == 6
    assert all(person.reason and person.remedy for person in outcome.unpaired)


def test_a_floor_that_nobody_reaches_pairs_nobody() -> None:
    from_floor = bare_policy(RuleId.BELOW_FLOOR)
    assert len(outcome_of(a_round(*some_mentees(), *some_mentors(), policy=from_floor)).pairings) == 3
    too_high = Policy(rule_settings=type(from_floor.rule_settings)(floor_points=1001))
    assert outcome_of(a_round(*some_mentees(), *some_mentors(), policy=too_high)).pairings == ()


class TestIdenticalPeople:
    def round(self, seed: str = "7", mentees: int = 5, mentors: int = 5) -> Round:
        """Return a round in which nothing but the id tells people of a role apart."""
        return a_round(*some_mentees(mentees), *some_mentors(mentors), seed=seed)

    def pairs(self, round_: Round) -> frozenset[tuple[str, str]]:
        """Return who mentors whom."""
        return frozenset((pairing.mentor_id, pairing.mentee_id) for pairing in outcome_of(round_).pairings)

    def test_everybody_gets_a_place_and_the_load_is_spread(self) -> None:
        outcome = outcome_of(self.round())
        assert len({pairing.mentee_id for pairing in outcome.pairings}) == 5
        assert len({pairing.mentor_id for pairing in outcome.pairings}) == 5
        assert check_plan(self.round(), outcome.pairings) == []

    def test_the_lottery_decides_as_it_is_written(self) -> None:
        found = outcome_of(self.round())
        best = best_vectors(self.round())[0]
        assert {(p.mentor_id, p.mentee_id, p.direction) for p in found.pairings if p.pass_number == 1} == best.pairings

    def test_the_same_seed_draws_the_same_plan_and_another_seed_another_one(self) -> None:
        assert self.pairs(self.round("7")) == self.pairs(self.round("7"))
        assert len({self.pairs(self.round(str(seed))) for seed in range(5)}) == 5

    def test_scarce_places_go_to_different_people_with_different_seeds(self) -> None:
        served = {frozenset(mentee for _, mentee in self.pairs(self.round(str(seed), mentors=1))) for seed in range(8)}
        assert len(served) > 1
        assert {len(mentees) for mentees in served} == {1}
