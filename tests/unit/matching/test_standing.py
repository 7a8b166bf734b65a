"""Which pairings can stand together: limits they break, pairs that exclude each other, and the best that is left."""

from collections.abc import Sequence
from itertools import combinations
from random import Random
from typing import Any

import pytest

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.round import Round
from mentormatch.matching.reference import Candidate, build_reference
from mentormatch.matching.standing import Claim, Conflict, choose_standing, find_conflicts
from tests.factories import (
    Member,
    a_member,
    a_mentee,
    a_mentor,
    a_person,
    a_round,
    a_scored_round,
    bare_policy,
    loose_capacity,
)

UP, DOWN, REVERSE, PEER, FORWARD = DIRECTIONS
TWO: dict[str, Any] = {"as_mentee": {UP: 2}, "max_mentors": 2}
BOTH: dict[str, Any] = {"as_mentee": {PEER: 1}, "as_mentor": {PEER: 1}}


def open_round(*members: Member, **capacity: Any) -> Round:
    """Return a round of members under loose caps, apart from the given ones; its bosses are not enrolled."""
    loose = loose_capacity(**({"mentee_limit": 2, "mentee_direction_limit": 2} | capacity))
    bosses = {member.person.manager_id for member in members} - {member.person.person_id for member in members} - {""}
    return a_round(*members, *map(a_person, sorted(bosses)), policy=bare_policy(capacity=loose))


def claims_of(round_: Round, *pairs: str, demanded: Sequence[str] = ()) -> list[Claim]:
    """Return claims of pairs, written ``M-A`` with the mentor first."""
    reference = build_reference(round_)
    claims = []
    for pair in (*pairs, *demanded):
        mentor, mentee = pair.split("-")
        candidate = reference.candidate(mentor, mentee)
        assert candidate is not None
        claims.append(Claim(candidate, pair in demanded))
    return claims


def conflicts_of(round_: Round, *pairs: str) -> list[Conflict]:
    """Return the conflicts between pairs."""
    return list(find_conflicts(round_, claims_of(round_, *pairs)))


def standing(round_: Round, *pairs: str, demanded: Sequence[str] = ()) -> set[str]:
    """Return the pairs that stand."""
    claims = claims_of(round_, *pairs, demanded=demanded)
    stands = choose_standing(round_, claims, find_conflicts(round_, claims))
    chosen = [claim.candidate for claim, stays in zip(claims, stands, strict=True) if stays]
    return {f"{one.mentor_id}-{one.mentee_id}" for one in chosen}


class TestLimits:
    def test_pairs_within_every_limit_are_in_no_conflict(self) -> None:
        round_ = open_round(a_mentee("A"), a_mentee("B"), a_mentor("M", places=2))
        assert conflicts_of(round_, "M-A", "M-B") == []

    @pytest.mark.parametrize(
        ("mentor", "why"),
        [
            ({"max_mentees": 1, "as_mentor": {UP: 2}}, "the limit of M as a mentor is 1"),
            ({"max_mentees": 2, "as_mentor": {UP: 1}}, "the limit of M as a mentor in direction upward is 1"),
        ],
    )
    def test_a_mentor_has_a_limit_in_all_and_one_in_each_direction(self, mentor: dict[str, Any], why: str) -> None:
        round_ = open_round(a_mentee("A"), a_mentee("B"), a_mentor("M", **mentor))
        assert conflicts_of(round_, "M-A", "M-B")[0] == Conflict((0, 1), 1, why)

    @pytest.mark.parametrize(
        ("mentee", "why"),
        [
            ({"as_mentee": {UP: 2}, "max_mentors": 1}, "the limit of A as a mentee is 1"),
            ({"as_mentee": {UP: 1}, "max_mentors": 2}, "the limit of A as a mentee in direction upward is 1"),
        ],
    )
    def test_a_mentee_has_a_limit_in_all_and_one_in_each_direction(self, mentee: dict[str, Any], why: str) -> None:
        round_ = open_round(a_mentee("A", **mentee), a_mentor("M"), a_mentor("N"))
        assert conflicts_of(round_, "M-A", "N-A") == [Conflict((0, 1), 1, why)]

    def test_a_department_has_a_share_of_a_mentor_however_it_is_spelt(self) -> None:
        units = {"A": "Law", "B": " law", "C": "Tax"}
        staff = [a_mentee(who, department=unit) for who, unit in units.items()]
        round_ = open_round(*staff, a_mentor("M", places=3), department_share=0.3)
        why = "the limit of M as a mentor in direction upward for the department law is 1"
        assert conflicts_of(round_, "M-A", "M-B", "M-C") == [Conflict((0, 1), 1, why)]

    def test_people_without_a_department_count_as_one(self) -> None:
        round_ = open_round(a_mentee("A"), a_mentee("B"), a_mentor("M", places=2), department_share=0.5)
        (conflict,) = conflicts_of(round_, "M-A", "M-B")
        assert conflict.why == "the limit of M as a mentor in direction upward for the department (none) is 1"

    def test_a_team_has_a_limit_even_where_it_spans_departments(self) -> None:
        staff = [a_mentee(who, manager_id="Z", department=unit) for who, unit in (("A", "Law"), ("B", "Tax"))]
        round_ = open_round(*staff, a_mentor("M", places=2), team_limit=1)
        why = "the limit of M as a mentor in direction upward for the team of Z is 1"
        assert conflicts_of(round_, "M-A", "M-B") == [Conflict((0, 1), 1, why)]

    def test_people_without_a_manager_are_in_no_team(self) -> None:
        round_ = open_round(a_mentee("A"), a_mentee("B"), a_mentor("M", places=2), team_limit=1)
        assert conflicts_of(round_, "M-A", "M-B") == []


class TestExclusions:
    def test_two_people_do_not_mentor_each_other(self) -> None:
        round_ = open_round(a_member("A", **BOTH), a_member("B", **BOTH), forbid_reciprocal=True)
        assert conflicts_of(round_, "A-B", "B-A") == [Conflict((0, 1), 1, "A and B would mentor each other")]

    def test_they_may_where_the_policy_does_not_mind(self) -> None:
        round_ = open_round(a_member("A", **BOTH), a_member("B", **BOTH))
        assert conflicts_of(round_, "A-B", "B-A") == []

    def test_every_favour_excludes_every_favour_in_return(self) -> None:
        bosses = [a_mentor("B1", places=2), a_mentor("B2", places=2)]
        staff = [a_mentee("x", manager_id="B1"), a_mentee("y", manager_id="B2"), a_mentee("z", manager_id="B2")]
        round_ = open_round(*bosses, *staff, forbid_favour_exchange=True)
        found = conflicts_of(round_, "B1-y", "B1-z", "B2-x")
        assert [conflict.members for conflict in found] == [(0, 2), (1, 2)]
        assert {conflict.why for conflict in found} == {"B1 and B2 would each mentor somebody of the other's team"}

    def test_mentoring_ones_own_team_is_no_favour(self) -> None:
        bosses = [a_mentor("B1", places=2), a_mentor("B2", places=2)]
        round_ = open_round(*bosses, a_mentee("x", manager_id="B1"), forbid_favour_exchange=True)
        assert conflicts_of(round_, "B1-x") == []


class TestWhatStands:
    def test_all_stand_where_nothing_is_in_conflict(self) -> None:
        round_ = open_round(a_mentee("A"), a_mentor("M"))
        assert standing(round_, "M-A") == {"M-A"}
        assert choose_standing(round_, [], []) == ()

    def test_the_most_stand_even_if_one_alone_is_worth_more(self) -> None:
        """A and M have one place each: dropping M-A, the best by far, mends both limits at once."""
        round_ = a_scored_round({("A", "M"): 900, ("A", "N"): 100, ("B", "M"): 100})
        assert standing(round_, "M-A", "N-A", "M-B") == {"N-A", "M-B"}

    def test_what_hr_demands_comes_before_any_number_of_others(self) -> None:
        staff = [a_mentee(who, **TWO) for who in "ABC"]
        round_ = open_round(*staff, a_mentor("M", as_mentor={UP: 3}, max_mentees=1))
        assert standing(round_, "M-A", "M-B", demanded=["M-C"]) == {"M-C"}

    def test_among_equal_numbers_the_higher_points_stand(self) -> None:
        staff = [a_mentee("A"), a_mentee("B", interests=("chess", "choir"))]
        round_ = open_round(*staff, a_mentor("M", interests=("chess", "choir")))
        assert standing(round_, "M-A", "M-B") == {"M-B"}

    def test_among_equals_the_lottery_decides_and_not_the_order(self) -> None:
        staff = [a_mentee(who) for who in "ABCDEF"]
        round_ = open_round(*staff, a_mentor("M", as_mentor={UP: 6}, max_mentees=2))
        pairs = [f"M-{who}" for who in "ABCDEF"]
        assert standing(round_, *pairs) == standing(round_, *pairs[::-1])
        chosen = {frozenset(standing(with_seed(round_, seed), *pairs)) for seed in range(8)}
        assert len(chosen) > 1
        assert {len(some) for some in chosen} == {2}

    def test_parts_that_share_nothing_are_settled_each_for_itself(self) -> None:
        staff = [a_mentee(who) for who in "ABCD"]
        round_ = open_round(*staff, a_mentor("M"), a_mentor("N"), a_mentor("O"))
        found = standing(round_, "M-A", "M-B", "N-C", "N-D", "O-A")
        assert "O-A" in found
        assert len(found) == 3

    def test_a_claim_is_a_candidate_as_the_plain_reading_has_it(self) -> None:
        (claim,) = claims_of(open_round(a_mentee("A"), a_mentor("M")), "M-A")
        assert isinstance(claim.candidate, Candidate)
        assert not claim.is_demanded


def random_round(rng: Random) -> Round:
    """Return a round of four mentors and five mentees whose limits most plans break."""
    interests = ("chess", "choir", "cycling", "cooking")
    mentees = [
        a_mentee(
            who,
            as_mentee={UP: 2},
            max_mentors=rng.choice((1, 2)),
            manager_id=rng.choice(("", "M", "N", "Z")),
            department=rng.choice(("Law", "Tax")),
            interests=tuple(rng.sample(interests, rng.choice((0, 2, 3)))),
        )
        for who in "ABCDE"
    ]
    mentors = [
        a_mentor(
            who,
            as_mentor={UP: rng.choice((1, 3))},
            max_mentees=rng.choice((1, 2, 3)),
            manager_id=rng.choice(("", "M", "N")) if who in "OP" else "",
            interests=tuple(rng.sample(interests, rng.choice((1, 3)))),
        )
        for who in "MNOP"
    ]
    return open_round(*mentees, *mentors, team_limit=rng.choice((1, 2)), department_share=rng.choice((0.4, 1.0)))


def worth(claims: Sequence[Claim]) -> tuple[int, int, int]:
    """Return what counts first, next and last: demanded claims, all claims, points."""
    return sum(c.is_demanded for c in claims), len(claims), sum(c.candidate.points for c in claims)


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_no_set_within_the_limits_is_better_by_trying_all_of_them(first: int) -> None:
    for seed in range(first, first + 20):
        rng = Random(seed)
        round_ = random_round(rng)
        pairs = [f"{mentor}-{mentee}" for mentor in "MNOP" for mentee in "ABCDE"]
        chosen = rng.sample(pairs, 9)
        claims = claims_of(round_, *chosen[2:], demanded=chosen[:2])
        conflicts = find_conflicts(round_, claims)
        stands = choose_standing(round_, claims, conflicts)
        found = worth([claim for claim, stays in zip(claims, stands, strict=True) if stays])
        sets = [some for size in range(10) for some in combinations(range(9), size)]
        lawful = [some for some in sets if all(len(set(c.members) & set(some)) <= c.most for c in conflicts)]
        assert found == max(worth([claims[number] for number in some]) for some in lawful), f"seed {seed}"
        assert not find_conflicts(round_, [claim for claim, stays in zip(claims, stands, strict=True) if stays])


def test_random_rounds_are_in_conflict_enough_to_tell_the_objectives_apart() -> None:
    """In some of them the largest set is not the one with the most points, in some a demand costs two others."""
    torn = 0
    for seed in range(60):
        rng = Random(seed)
        round_ = random_round(rng)
        claims = claims_of(round_, *rng.sample([f"{one}-{other}" for one in "MNOP" for other in "ABCDE"], 9))
        torn += any(len(conflict.members) > conflict.most + 1 for conflict in find_conflicts(round_, claims))
    assert torn >= 20


def with_seed(round_: Round, seed: int) -> Round:
    """Return a round with another lottery."""
    return Round(round_.people, round_.enrolments, policy=round_.policy, seed=str(seed))
