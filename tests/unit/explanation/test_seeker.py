"""What a change of the own answers would give somebody without a place."""

import pytest

from mentormatch.domain.change import OpenDirection, WantSkill
from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.pairing import Role
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.explanation.first_pass import read_first_pass
from mentormatch.explanation.seeker import Seeker
from tests.factories import a_mentee, a_mentor, a_round, a_scored_round, bare_policy
from tests.unit.explanation.solved import solved

UP, _, _, PEER, _ = DIRECTIONS


def seeker(round_: Round, person_id: str, role: Role = Role.MENTEE) -> Seeker:
    """Return somebody without a place in a solved round."""
    first = read_first_pass(solved(round_))
    side = first.roster.mentees if role is Role.MENTEE else first.roster.mentors
    return Seeker(first, role, side.position[person_id])


def mentors_of(found: Seeker) -> list[str]:
    """Return the possible mentors in their order."""
    return [found.first.roster.mentors.ids[column] for column in found.candidates.mentor.tolist()]


def test_candidates_come_with_the_least_loss_first() -> None:
    """M's place is worth 900 with B and N's 600 with C: A's 500 loses less with N."""
    points = {("A", "M"): 550, ("A", "N"): 500, ("B", "M"): 900, ("C", "N"): 600}
    policy = bare_policy(RuleId.LEVEL_BAND)
    assert mentors_of(seeker(a_scored_round(points, policy=policy), "A")) == ["N", "M"]


def test_a_forbidden_pair_is_no_candidate_and_one_without_a_free_place_none_to_choose() -> None:
    members = [a_mentee(who) for who in "AB"] + [a_mentor("M"), a_mentor("N")]
    locks = (Lock(LockKind.MUST, "M", "B"), Lock(LockKind.MUST_NOT, "N", "A"))
    found = seeker(a_round(*members, policy=bare_policy(), locks=locks), "A")
    assert len(found.all_candidates) == 1
    assert mentors_of(found) == []


def test_a_free_mentor_in_another_direction_makes_that_direction_promising() -> None:
    members = [a_mentee("A"), a_mentee("B", waiting_rounds=1), a_mentor("M"), a_mentor("N", PEER, level=1)]
    found = seeker(a_round(*members, policy=bare_policy()), "A")
    assert found.could_be_paired_after(OpenDirection("A", Role.MENTEE, PEER))
    assert not found.could_be_paired_after(OpenDirection("A", Role.MENTEE, DIRECTIONS[1]))


def test_a_direction_in_which_a_better_pairing_has_the_place_is_not_promising() -> None:
    """B and C both want N, and each is worth more than A would be, so N's place is worth more than A."""
    members = [a_mentee("A"), *(a_mentee(who, PEER, prefers=("N",)) for who in "BC"), a_mentor("N", PEER, level=1)]
    found = seeker(a_round(*members, policy=bare_policy()), "A")
    assert not found.could_be_paired_after(OpenDirection("A", Role.MENTEE, PEER))


def test_an_answer_that_changes_nothing_is_not_promising() -> None:
    members = [a_mentee("A"), a_mentee("B"), a_mentor("M", skills_offered=("sql",))]
    loser = next(iter({"A", "B"} - {one.mentee_id for one in solved(a_round(*members, policy=bare_policy())).pairings}))
    found = seeker(a_round(*members, policy=bare_policy(weights={})), loser)
    assert not found.could_be_paired_after(WantSkill(loser, "sql"))


@pytest.mark.parametrize("skill", ["sql", "law"])
def test_a_skill_that_the_mentor_offers_is_worth_naming(skill: str) -> None:
    members = [a_mentee("A"), a_mentee("B", skills_wanted=("talks", "law"))]
    members.append(a_mentor("M", skills_offered=("sql", "law")))
    found = seeker(a_round(*members, policy=bare_policy()), "B")
    assert found.could_be_paired_after(WantSkill("B", skill)) is (skill == "sql")


def test_a_mentor_alone_stands_against_all_mentees() -> None:
    members = [a_mentee("A"), a_mentee("B", PEER), a_mentor("M", PEER, level=9), a_mentor("N")]
    policy = bare_policy(RuleId.LEVEL_BAND)
    found = seeker(a_round(*members, policy=policy), "M", Role.MENTOR)
    assert found.alone_after().codes.shape == (2, 1)
    assert found.crowd is None
