"""Who is left out and why: no candidate, crowded out, lost the draw, not needed; and what would help."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.pairing import Criterion, Role, Unpaired, UnpairedReason
from mentormatch.domain.people import Status
from mentormatch.domain.policy import FloorPolicy, Policy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.matching import candidates as candidates_module
from mentormatch.matching import face as face_module
from mentormatch.matching.engine import match
from mentormatch.matching.reference import Reference, build_reference
from mentormatch.matching.roster import build_roster
from mentormatch.matching.unpaired import REMEDIES
from tests.acceptance.small_rounds import Draw, small_round
from tests.factories import (
    Member,
    a_mentee,
    a_mentor,
    a_person,
    a_round,
    a_scored_round,
    bare_policy,
    loose_capacity,
)

UP, DOWN, REVERSE, PEER, FORWARD = DIRECTIONS
NO_CANDIDATE, CROWDED_OUT, LOST_DRAW, NOT_NEEDED = UnpairedReason


def left_out(round_: Round) -> dict[tuple[str, Role], Unpaired]:
    """Return the people without a place, after a whole match."""
    return {(left.person_id, left.role): left for left in match(round_, digests={}).outcome.unpaired}


def mentee(round_: Round, person_id: str) -> Unpaired:
    """Return why a mentee has no mentor."""
    return left_out(round_)[person_id, Role.MENTEE]


def mentor(round_: Round, person_id: str) -> Unpaired:
    """Return why a mentor has no mentee."""
    return left_out(round_)[person_id, Role.MENTOR]


class TestNoCandidate:
    def test_the_rules_are_counted_the_most_frequent_first(self) -> None:
        mentors = [a_mentor("M", avoids=("A",)), a_mentor("N", level=9), a_mentor("O", level=8)]
        found = mentee(a_round(a_mentee("A"), *mentors), "A")
        assert found.reason == NO_CANDIDATE
        assert found.detail == "the rules leave no mentor: level-band 2, avoid 1"
        assert found.remedy == REMEDIES[RuleId.LEVEL_BAND]

    def test_each_open_direction_is_counted_by_itself(self) -> None:
        places = {UP: 1, FORWARD: 1}
        members = [a_mentee("A", as_mentee=places, manager_id="M"), a_mentor("M", as_mentor=places)]
        assert mentee(a_round(*members), "A").detail == "the rules leave no mentor: reporting-line 2"

    def test_a_mentor_is_told_about_mentees(self) -> None:
        found = mentor(a_round(a_mentee("A", status=Status.LEFT), a_mentor("M")), "M")
        assert (found.reason, found.detail) == (NO_CANDIDATE, "the rules leave no mentee: inactive 1")
        assert found.remedy == REMEDIES[RuleId.INACTIVE]

    @pytest.mark.parametrize("members", [[a_mentee("A")], [a_mentee("A"), a_mentor("M", PEER)]])
    def test_nobody_in_the_same_direction_is_said_so(self, members: list[Member]) -> None:
        found = mentee(a_round(*members), "A")
        assert found.reason == NO_CANDIDATE
        assert found.detail == "no mentor is enrolled in the same direction"
        assert found.remedy == "Open another direction, or recruit in this one."

    def test_a_mentor_without_anybody_in_the_same_direction_is_told_so(self) -> None:
        assert mentor(a_round(a_mentor("M")), "M").detail == "no mentee is enrolled in the same direction"

    def test_a_lock_that_forbids_the_only_candidate_is_not_called_a_lack_of_enrolments(self) -> None:
        locks = (Lock(LockKind.MUST_NOT, "M", "A"),)
        found = left_out(a_round(a_mentee("A"), a_mentor("M"), policy=bare_policy(), locks=locks))
        said = {"A": "a lock leaves no mentor", "M": "a lock leaves no mentee"}
        assert {left.person_id: left.detail for left in found.values()} == said
        assert {left.remedy for left in found.values()} == {"Lift the lock, or recruit others."}

    def test_rules_are_named_before_a_lock(self) -> None:
        locks = (Lock(LockKind.MUST_NOT, "M", "A"),)
        found = mentee(a_round(a_mentee("A"), a_mentor("M"), a_mentor("N", level=9), locks=locks), "A")
        assert found.detail == "the rules leave no mentor: level-band 1"

    @pytest.mark.parametrize("rule", RuleId)
    def test_every_rule_has_something_that_helps(self, rule: RuleId) -> None:
        assert REMEDIES[rule].endswith(".")


class TestCountsOfAWholeRound:
    @staticmethod
    def troubled(seed: int) -> Round:
        """Return a round in which people stand in each other's way, under the published policy."""
        draw = Draw(Random(seed), trouble=1.0, is_plain=False, managers=range(6, 7), staff=range(20, 21), side_most=14)
        round_ = draw.round(str(seed))
        return Round(round_.people, round_.enrolments, round_.history, Policy(), quarantined=round_.quarantined)

    @staticmethod
    def removed(reference: Reference, person_id: str, role: Role, others: Mapping[str, Any]) -> Counter[str]:
        """Return how many (person, direction) each rule is the first to remove, asked pair by pair."""
        found: Counter[str] = Counter()
        for other in others:
            pair = (other, person_id) if role is Role.MENTEE else (person_id, other)
            for direction in DIRECTIONS:
                if reference.is_open(*pair, direction):
                    found.update(rule.value for rule in reference.broken_rules(*pair, direction)[:1])
        return found

    @pytest.mark.parametrize("pairs", [7, 1 << 20])
    @pytest.mark.parametrize("seed", range(3))
    def test_the_counts_are_those_of_the_plain_reading(
        self, seed: int, pairs: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(candidates_module, "PAIRS_PER_BLOCK", pairs)
        round_ = self.troubled(seed)
        roster, reference = build_roster(round_), build_reference(round_)
        others = {Role.MENTEE: roster.mentors.position, Role.MENTOR: roster.mentees.position}
        found = [left for left in left_out(round_).values() if left.reason == NO_CANDIDATE]
        assert len(found) >= 2
        for left in found:
            counts = self.removed(reference, left.person_id, left.role, others[left.role])
            words = left.detail.partition(": ")[2].split(", ") if counts else []
            assert {word.split()[0]: int(word.split()[1]) for word in words} == counts
            assert [int(word.split()[1]) for word in words] == sorted(counts.values(), reverse=True)


class TestCrowdedOut:
    def test_who_waited_longer_comes_first(self) -> None:
        """One place, and somebody who has waited takes it: that is not the draw."""
        members = [a_mentee("A"), a_mentee("B", waiting_rounds=1), a_mentor("M")]
        found = mentee(a_round(*members, policy=bare_policy()), "A")
        assert found.reason == CROWDED_OUT
        assert found.remedy == "Ask these mentors for one more place or recruit others like them."

    @pytest.mark.parametrize("points", [{"A": 400, "B": 700}, {"A": 690, "B": 700}, {"A": 800, "B": 900}])
    def test_who_has_fewer_points_has_not_lost_the_draw(self, points: dict[str, int]) -> None:
        policy = bare_policy(RuleId.LEVEL_BAND, bands=(350, 450))
        round_ = a_scored_round({(who, "M"): score for who, score in points.items()}, policy=policy)
        assert mentee(round_, "A").reason == CROWDED_OUT

    def test_possible_mentors_and_their_places_are_counted(self) -> None:
        points = {(who, boss): 500 + 10 * (who != "A") for who in "ABCD" for boss in "MN"}
        found = mentee(a_scored_round(points, {"M": 2}), "A")
        assert found.detail.startswith("2 possible mentors with 3 places, 3 of them taken")

    def test_places_that_no_other_mentor_has_are_not_counted(self) -> None:
        """O is no possible mentor of A."""
        points = {("A", "M"): 500, ("B", "M"): 900, ("C", "O"): 900}
        assert mentee(a_scored_round(points), "A").detail.startswith("1 possible mentor with 1 place, 1 of them taken")

    def test_a_place_that_a_lock_gave_away_was_not_drawn_for(self) -> None:
        locks = (Lock(LockKind.MUST, "M", "B"),)
        round_ = a_round(a_mentee("A"), a_mentee("B"), a_mentor("M"), policy=bare_policy(), locks=locks)
        assert mentee(round_, "A").reason == CROWDED_OUT

    def test_an_equal_whose_place_would_break_a_limit_is_not_an_equal(self) -> None:
        """M takes one of a department, and C of another; A and B are of one department, and A is alike to C alone."""
        capacity = loose_capacity(department_share=0.0005)
        members = [
            a_mentee("A", department="X"),
            a_mentee("B", department="X", prefers=("M",)),
            a_mentee("C", department="Y"),
            a_mentor("M", places=2),
        ]
        policy = bare_policy(capacity=capacity, weights={Criterion.WISHES: 250})
        found = mentee(a_round(*members, policy=policy), "A")
        assert found.reason == CROWDED_OUT


class TestLostDraw:
    @pytest.mark.parametrize("seed", ["1", "2", "3"])
    def test_of_two_who_are_alike_one_loses_the_draw(self, seed: str) -> None:
        round_ = a_round(a_mentee("A"), a_mentee("B"), a_mentor("M"), policy=bare_policy(), seed=seed)
        (found,) = left_out(round_).values()
        assert found.reason == LOST_DRAW
        assert found.detail == "1 possible mentor with 1 place; an equal got the place by the draw"
        assert found.remedy == "Comes before those who have waited less, in the next round."

    @pytest.mark.parametrize("limit", [1, 2, 3])
    @pytest.mark.parametrize("cap", [{"department_share": 0.0005}, {"team_limit": 1}], ids=["department", "team"])
    def test_so_it_is_where_a_limit_within_the_mentor_is_short(self, cap: dict[str, Any], limit: int) -> None:
        """M has places left, but none for a second one of the department or team, however many passes there are."""
        team: dict[str, Any] = {"department": "X", "manager_id": "T"}
        members = [a_mentee("A", **team), a_mentee("B", **team), a_mentor("M", places=5)]
        policy = bare_policy(capacity=loose_capacity(mentee_limit=limit, **cap))
        (found,) = left_out(a_round(a_person("T"), *members, policy=policy)).values()
        assert found.reason == LOST_DRAW

    def test_the_draw_falls_either_way_by_the_seed(self) -> None:
        members = [a_mentee("A"), a_mentee("B"), a_mentor("M")]
        rounds = [a_round(*members, policy=bare_policy(), seed=str(seed)) for seed in range(8)]
        assert {next(iter(left_out(round_)))[0] for round_ in rounds} == {"A", "B"}

    def test_a_wait_that_the_policy_does_not_count_makes_nobody_unequal(self) -> None:
        policy = bare_policy(stages=("coverage", "points", "lottery"))
        members = [a_mentee("A"), a_mentee("B", waiting_rounds=2), a_mentor("M")]
        for seed in range(4):
            (found,) = left_out(a_round(*members, policy=policy, seed=str(seed))).values()
            assert found.reason == LOST_DRAW
            assert found.remedy == "Takes part in the next round's draw like everybody else."

    def test_it_does_not_depend_on_where_candidates_are_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        expected = [left_out(small_round(seed)) for seed in range(0, 40, 8)]
        monkeypatch.setattr(face_module, "LISTED_MOST", -1)
        assert [left_out(small_round(seed)) for seed in range(0, 40, 8)] == expected


class TestAccessFloors:
    @pytest.mark.parametrize(("by", "reason"), [("", LOST_DRAW), ("department", CROWDED_OUT)])
    def test_who_scores_like_somebody_of_another_group_did_not_lose_the_draw_where_floors_part_them(
        self, by: str, reason: UnpairedReason
    ) -> None:
        """M has two places: one for the best, the other for one of two equals, or for the one of the other group."""
        policy = bare_policy(RuleId.LEVEL_BAND, stages=("coverage", "floors", "points", "lottery"))
        policy = replace(policy, floors=FloorPolicy(by, group_min=1))
        round_ = a_scored_round({("A", "M"): 700, ("B", "M"): 600, ("C", "M"): 600}, {"M": 2}, policy=policy)
        people = tuple(replace(p, department="Y" if p.person_id == "C" else "X") for p in round_.people)
        left = [left_out(replace(round_, people=people, seed=str(seed))) for seed in range(6)]
        found = [one["B", Role.MENTEE] for one in left if ("B", Role.MENTEE) in one]
        assert found
        assert {one.reason for one in found} == {reason}


class TestMentors:
    def test_a_mentor_with_candidates_and_no_mentee_is_not_needed(self) -> None:
        policy = bare_policy(RuleId.LEVEL_BAND, stages=("coverage", "points", "lottery"))
        points = {("A", "M"): 700, ("A", "N"): 600, ("B", "M"): 1}
        found = mentor(a_scored_round(points, {"M": 2}, policy=policy), "N")
        assert found.reason == NOT_NEEDED
        assert found.detail.startswith("1 possible mentee, each placed elsewhere or left without a place")
        assert found.remedy.startswith("Stays available if a mentor drops out")

    def test_possible_mentees_are_counted(self) -> None:
        points = {(who, boss): 500 + 100 * (boss == "M") for who in "AB" for boss in "MN"}
        round_ = a_scored_round(points, {"M": 2}, policy=bare_policy(RuleId.LEVEL_BAND, stages=("points", "lottery")))
        assert mentor(round_, "N").detail.startswith("2 possible mentees, ")


def test_mentees_come_first_and_each_side_is_in_the_order_of_ids() -> None:
    mentees = [a_mentee(who, PEER) for who in "ZB"]
    round_ = a_round(a_mentor("M"), a_mentor("C"), *mentees, a_person("X"))
    found = match(round_, digests={}).outcome.unpaired
    assert [(left.person_id, left.role) for left in found] == [
        ("B", Role.MENTEE),
        ("Z", Role.MENTEE),
        ("C", Role.MENTOR),
        ("M", Role.MENTOR),
    ]


def test_who_has_a_place_by_lock_is_not_left_out() -> None:
    locks = (Lock(LockKind.MUST, "M", "A"),)
    members = [a_mentee("A"), a_mentee("B"), a_mentor("M", places=2)]
    assert left_out(a_round(*members, policy=bare_policy(), locks=locks)) == {}


def test_who_asks_for_two_and_has_one_is_not_left_out() -> None:
    mentee_of_two = a_mentee("A", as_mentee={UP: 1, PEER: 1}, max_mentors=2)
    assert left_out(a_round(mentee_of_two, a_mentor("M"), policy=bare_policy(capacity=Policy().capacity))) == {}


def test_somebody_in_both_roles_can_be_left_out_of_one() -> None:
    both = a_mentee("A", as_mentor={DOWN: 1}, max_mentees=1)
    found = left_out(a_round(both, a_mentor("M"), policy=bare_policy()))
    assert set(found) == {("A", Role.MENTOR)}
