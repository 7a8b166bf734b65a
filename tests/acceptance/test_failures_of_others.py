"""Faults that today's open-source matchers show, each as a promise of ours, and the known small examples."""

from collections import Counter
from dataclasses import dataclass, replace
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Role
from mentormatch.domain.policy import DirectionPolicy, Measures
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import LostWish, Outcome, Round, StageValue
from mentormatch.matching.engine import match
from tests.acceptance.small_rounds import small_round
from tests.factories import Member, a_member, a_mentee, a_mentor, a_round, a_scored_round, bare_policy

UP, PEER = Direction.UPWARD, Direction.PEER
GAP_WORTHS = (0.4, 0.6, 0.8, 1.0)
NO_CANDIDATE = -1.0
NEUTRAL_POINTS = 100 + 75 + 40 + 35 + 25
"""What wishes, common ground, distance, hours and rhythm give two people of whom nothing is known."""


def outcome_of(round_: Round) -> Outcome:
    """Match a round."""
    return match(round_, digests={}).outcome


def pairs(outcome: Outcome) -> set[tuple[str, str]]:
    """Return who is mentored by whom: (mentee, mentor)."""
    return {(pairing.mentee_id, pairing.mentor_id) for pairing in outcome.pairings}


def value(outcome: Outcome, stage: str) -> StageValue:
    """Return what a stage of the first pass reached."""
    return next(found for found in outcome.stages if found.pass_number == 1 and found.name == stage)


class TestKnownSmallExamples:
    def test_the_best_total_is_not_the_sum_of_the_best_choices(self) -> None:
        """2 and A are the best pair of all (9), and A is the best for 1 too; the best total is 9 + 5."""
        outcome = outcome_of(a_scored_round({("1", "A"): 8, ("1", "B"): 5, ("2", "A"): 9, ("2", "B"): 4}))
        assert pairs(outcome) == {("1", "B"), ("2", "A")}
        assert value(outcome, "points").value == value(outcome, "points").bound == 14

    def test_the_best_pair_of_all_is_given_up_where_that_is_better_for_all(self) -> None:
        outcome = outcome_of(a_scored_round({("1", "A"): 9, ("1", "B"): 8, ("2", "A"): 8, ("2", "B"): 1}))
        assert pairs(outcome) == {("1", "B"), ("2", "A")}
        assert value(outcome, "points").value == 16

    def test_a_place_for_everybody_comes_before_a_large_total(self) -> None:
        outcome = outcome_of(a_scored_round({("1", "A"): 900, ("1", "B"): 10, ("2", "A"): 10}))
        assert pairs(outcome) == {("1", "B"), ("2", "A")}

    def test_whoever_waited_comes_first_however_few_points_that_brings(self) -> None:
        round_ = a_scored_round({("1", "A"): 900, ("2", "A"): 10})
        waiting = tuple(replace(e, waiting_rounds=1 if e.person_id == "2" else 0) for e in round_.enrolments)
        assert pairs(outcome_of(round_)) == {("1", "A")}
        assert pairs(outcome_of(replace(round_, enrolments=waiting))) == {("2", "A")}


class TestForbiddenIsNotWorthless:
    def test_two_forbidden_and_two_worthless_pairs_leave_nobody_alone(self) -> None:
        outcome = outcome_of(a_scored_round({("e0", "M1"): 0, ("e1", "M0"): 0}))
        assert pairs(outcome) == {("e0", "M1"), ("e1", "M0")}

    def test_even_where_points_alone_count_a_forbidden_pair_never_appears(self) -> None:
        policy = bare_policy(RuleId.LEVEL_BAND, stages=("points", "lottery"))
        outcome = outcome_of(a_scored_round({("e0", "M1"): 1, ("e1", "M1"): 2}, policy=policy))
        assert pairs(outcome) == {("e1", "M1")}

    def test_a_crowd_of_worthless_pairs_fills_every_place(self) -> None:
        worthless = {(f"e{row}", f"M{column}"): 0 for row in range(6) for column in range(6) if row != column}
        outcome = outcome_of(a_scored_round(worthless))
        assert len(outcome.pairings) == 6
        assert pairs(outcome) <= worthless.keys()

    def test_a_wish_that_breaks_a_rule_loses_and_is_reported(self) -> None:
        boss = a_mentor("Boss", prefers=("E",))
        other = a_mentor("Other")
        outcome = outcome_of(a_round(boss, other, a_mentee("E", manager_id="Boss", prefers=("Boss", "Other"))))
        assert pairs(outcome) == {("E", "Other")}
        assert set(outcome.lost_wishes) == {
            LostWish("E", "Boss", RuleId.REPORTING_LINE),
            LostWish("Boss", "E", RuleId.REPORTING_LINE),
        }


class TestPlaces:
    def test_a_mentor_who_offers_one_place_never_gets_two(self) -> None:
        wanted = {(f"e{row}", "Star"): 900 for row in range(5)} | {(f"e{row}", "Dull"): 1 for row in range(5)}
        outcome = outcome_of(a_scored_round(wanted, places={"Star": 1, "Dull": 2}))
        assert Counter(mentor for _, mentor in pairs(outcome)) == {"Star": 1, "Dull": 2}

    def test_not_even_one_in_each_of_two_passes_or_directions(self) -> None:
        mentor = a_mentor("M", as_mentor={UP: 3, PEER: 3}, max_mentees=1, level=2)
        mentees = [a_mentee(f"e{row}", as_mentee={UP: 1, PEER: 1}, max_mentors=2) for row in range(3)]
        assert len(outcome_of(a_round(mentor, *mentees)).pairings) == 1

    def test_with_idle_mentors_the_load_is_spread(self) -> None:
        points = {
            (f"e{row}", mentor): worth
            for row in range(4)
            for mentor, worth in (("Star", 900), ("A", 800), ("B", 800), ("C", 800))
        }
        outcome = outcome_of(a_scored_round(points, places=dict.fromkeys(("Star", "A", "B", "C"), 4)))
        assert Counter(mentor for _, mentor in pairs(outcome)) == {"Star": 1, "A": 1, "B": 1, "C": 1}
        assert value(outcome, "load").value == 0

    def test_a_policy_may_weigh_points_more_than_an_even_load(self) -> None:
        points = {(f"e{row}", mentor): worth for row in range(4) for mentor, worth in (("Star", 900), ("A", 800))}
        policy = bare_policy(RuleId.LEVEL_BAND, stages=("coverage", "points", "load", "lottery"))
        outcome = outcome_of(a_scored_round(points, places={"Star": 4, "A": 4}, policy=policy))
        assert Counter(mentor for _, mentor in pairs(outcome)) == {"Star": 4}
        assert value(outcome, "load").value == -6


class TestTwoRoles:
    def test_two_people_in_both_roles_never_become_each_others_mentor(self) -> None:
        outcome = outcome_of(a_round(a_two_way("A"), a_two_way("B")))
        assert len(outcome.pairings) == 1

    def test_three_people_in_both_roles_go_round_in_a_ring(self) -> None:
        found = pairs(outcome_of(a_round(a_two_way("A"), a_two_way("B"), a_two_way("C"))))
        assert len(found) == 3
        assert not found & {(mentor, mentee) for mentee, mentor in found}

    def test_nobody_becomes_their_own_mentor(self) -> None:
        assert outcome_of(a_round(a_two_way("A"), policy=bare_policy())).pairings == ()

    def test_a_wish_does_not_change_that(self) -> None:
        outcome = outcome_of(a_round(a_two_way("A", prefers=("B",)), a_two_way("B", prefers=("A",))))
        assert len(outcome.pairings) == 1


class TestInput:
    @pytest.mark.parametrize("seed", [3, 24, 87])
    def test_the_order_of_the_rows_changes_nothing(self, seed: int) -> None:
        round_, rng = small_round(seed), Random(seed)
        expected = outcome_of(round_)
        assert expected.pairings
        for _ in range(3):
            shuffled = replace(
                round_,
                people=tuple(rng.sample(round_.people, len(round_.people))),
                enrolments=tuple(rng.sample(round_.enrolments, len(round_.enrolments))),
                history=tuple(rng.sample(round_.history, len(round_.history))),
            )
            found = outcome_of(shuffled)
            assert found.pairings == expected.pairings
            assert found.stages == expected.stages
            assert found.unpaired == expected.unpaired
            assert found.lost_wishes == expected.lost_wishes

    @pytest.mark.parametrize("threads", [1, 3])
    def test_the_number_of_threads_changes_nothing(self, threads: int) -> None:
        round_ = small_round(24)
        policy = replace(round_.policy, solve=replace(round_.policy.solve, threads=threads))
        assert outcome_of(replace(round_, policy=policy)).pairings == outcome_of(round_).pairings

    @pytest.mark.parametrize("shortlist", [1, 2, 50])
    def test_the_length_of_the_shortlist_changes_nothing(self, shortlist: int) -> None:
        round_ = small_round(24)
        policy = replace(round_.policy, solve=replace(round_.policy.solve, shortlist=shortlist))
        assert outcome_of(replace(round_, policy=policy)).pairings == outcome_of(round_).pairings

    @pytest.mark.parametrize("direction", list(Direction))
    def test_a_blank_level_leaves_a_person_unpaired_with_a_reason_and_stops_nobody_else(
        self, direction: Direction
    ) -> None:
        level = {Direction.REVERSE: 1, PEER: 2}.get(direction, 3)
        changes = {"level": 2 if direction is PEER else 3} if direction in (Direction.REVERSE, PEER) else {"level": 1}
        mentors = [
            a_mentor(who, direction, level=number, department="Sales")
            for who, number in (("M", level), ("Blank M", None))
        ]
        mentees = [
            a_mentee("E", direction, target_area="Sales", **changes),
            a_mentee("Blank E", direction, target_area="Sales", level=None),
        ]
        outcome = outcome_of(a_round(*mentors, *mentees))
        assert pairs(outcome) == {("E", "M")}
        assert {(person.person_id, person.role) for person in outcome.unpaired} == {
            ("Blank M", Role.MENTOR),
            ("Blank E", Role.MENTEE),
        }
        assert all(person.reason and person.remedy for person in outcome.unpaired)


def a_two_way(person_id: str, **changes: tuple[str, ...]) -> Member:
    """Return somebody who would mentor and be mentored by a peer."""
    return a_member(person_id, as_mentee={PEER: 1}, as_mentor={PEER: 1}, max_mentees=1, **changes)


@dataclass(frozen=True)
class ScarceRound:
    """A round with far more mentees than places, drawn with NumPy so that its candidates are known without the engine.

    A pair is a candidate when the mentor offers one of the skills that the mentee wants; skills have a long tail, and
    the few senior mentors are the best choice of everybody. ``wanted`` and ``offered`` are people x skills.
    """

    wanted: NDArray[np.bool_]
    offered: NDArray[np.bool_]
    levels: NDArray[np.int64]
    places: NDArray[np.int64]

    def candidates(self) -> NDArray[np.bool_]:
        """Return who may be paired with whom, mentees x mentors."""
        return (self.wanted.astype(np.float32) @ self.offered.astype(np.float32).T) > 0

    def points(self) -> NDArray[np.float64]:
        """Return what tells the pairs apart: ranked skills and the level gap, mentees x mentors."""
        ranks = np.minimum(np.cumsum(self.wanted, axis=1) - 1, 2)
        worths = np.where(self.wanted, np.array(Measures().needs)[ranks], 0.0)
        needs = worths / worths.sum(axis=1, keepdims=True) @ self.offered.T.astype(np.float64)
        return np.rint(300 * needs) + np.rint(100 * np.array(GAP_WORTHS)[self.levels - 1])

    def shortlist(self, length: int) -> NDArray[np.bool_]:
        """Return the best mentors of each mentee, equals in random order."""
        noise = np.random.default_rng(1).random(self.points().shape)
        merit = np.where(self.candidates(), self.points() + noise, NO_CANDIDATE)
        listed = np.zeros(merit.shape, np.bool_)
        np.put_along_axis(listed, np.argpartition(-merit, length, axis=1)[:, :length], values=True, axis=1)
        return listed & self.candidates()

    def places_filled(self, pairs: NDArray[np.bool_]) -> int:
        """Return how many places some pairs can fill, by a largest matching of mentees and single places."""
        places = np.repeat(np.arange(len(self.places)), self.places)
        return int((maximum_bipartite_matching(csr_array(pairs[:, places]), perm_type="column") >= 0).sum())

    def round(self) -> Round:
        """Return the same as people, enrolments and a policy: the more senior the mentor, the more points."""
        policy = bare_policy(
            RuleId.LEVEL_BAND,
            RuleId.NO_NEED_MET,
            directions={UP: DirectionPolicy(dict(enumerate(GAP_WORTHS, start=1)))},
        )
        mentees = [a_mentee(f"e{row}", skills_wanted=names_of(skills)) for row, skills in enumerate(self.wanted)]
        mentors = [
            a_mentor(f"M{row}", places=int(places), level=1 + int(level), skills_offered=names_of(skills))
            for row, (places, level, skills) in enumerate(zip(self.places, self.levels, self.offered, strict=True))
        ]
        return a_round(*mentees, *mentors, policy=policy)


def names_of(skills: NDArray[np.bool_]) -> tuple[str, ...]:
    """Return the skills that are marked in a row."""
    return tuple(f"skill {column}" for column in np.flatnonzero(skills))


def scarce_round(mentor_count: int = 1_500, mentee_count: int = 3_500, place_count: int = 2_925) -> ScarceRound:
    """Draw a scarce round: one to three skills each out of sixty with a long tail, and few senior mentors."""
    rng = np.random.default_rng(2_925)
    rarity = np.sqrt(np.arange(1, 61))

    def draw(count: int) -> NDArray[np.bool_]:
        """Draw one to three skills for each of some people (by weight: Efraimidis and Spirakis 2006)."""
        keys = rng.random((count, len(rarity))) ** rarity
        ranks = np.argsort(np.argsort(-keys, axis=1), axis=1)
        return np.asarray(ranks < rng.integers(1, 4, count)[:, None])

    places = 1 + np.bincount(rng.integers(0, mentor_count, place_count - mentor_count), minlength=mentor_count)
    levels = rng.choice(4, mentor_count, p=(0.6, 0.25, 0.1, 0.05)) + 1
    return ScarceRound(draw(mentee_count), draw(mentor_count), levels, places)


def test_a_scarce_round_loses_no_place_to_a_shortlist() -> None:
    """1,500 mentors, 3,500 mentees, 2,925 places: the best 20 mentors of each mentee alone leave hundreds empty."""
    scarce = scarce_round()
    most, listed = scarce.places_filled(scarce.candidates()), scarce.places_filled(scarce.shortlist(20))
    assert scarce.places.sum() == most == 2_925
    assert most - listed >= 300, f"a shortlist alone fills {listed} of {most} places"
    outcome = outcome_of(scarce.round())
    assert len(outcome.pairings) == value(outcome, "coverage").value == value(outcome, "coverage").bound == most
    points = scarce.points()
    for pairing in outcome.pairings:
        assert pairing.points == points[int(pairing.mentee_id[1:]), int(pairing.mentor_id[1:])] + NEUTRAL_POINTS
