"""Locks: what HR demands stands before the first pass, what HR forbids is no candidate, and neither bends a rule."""

import re
from typing import Any

import numpy as np
import pytest

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.policy import CapacityPolicy, Policy
from mentormatch.domain.reasons import SENTENCES, RuleId
from mentormatch.domain.round import Lock, LockKind, Outcome, Round
from mentormatch.errors import InputError, RefusedError
from mentormatch.matching.candidates import build_candidates
from mentormatch.matching.engine import match
from mentormatch.matching.face import Face
from mentormatch.matching.locking import apply_locks
from mentormatch.matching.roster import build_roster
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
from tests.oracle import check_plan

UP, DOWN, REVERSE, PEER, FORWARD = DIRECTIONS
MUST, MUST_NOT, KEEP = LockKind
TWO_BY_TWO = {("A", "M"): 900, ("A", "N"): 600, ("B", "M"): 800, ("B", "N"): 100}
"""Without locks A goes to N and B to M."""


def lock(pair: str, kind: LockKind = MUST) -> Lock:
    """Return a lock of a mentee and a mentor, written ``A-M``."""
    mentee, mentor = pair.split("-")
    return Lock(kind, mentor, mentee)


def outcome_of(round_: Round) -> Outcome:
    """Match a round."""
    return match(round_, digests={}).outcome


def pairs(outcome: Outcome) -> dict[str, int]:
    """Return the pairings of an outcome as ``A-M`` with their passes."""
    return {f"{pairing.mentee_id}-{pairing.mentor_id}": pairing.pass_number for pairing in outcome.pairings}


def refusal(round_: Round, error: type[InputError | RefusedError]) -> str:
    """Return the sentence with which the locks of a round are refused."""
    candidates = build_candidates(build_roster(round_))
    with pytest.raises(error) as caught:
        apply_locks(candidates, Face(candidates))
    return caught.value.sentence


def locked_round(*members: Member, locks: tuple[str, ...], **capacity: Any) -> Round:
    """Return a round of members in which pairs are demanded, under loose caps."""
    policy = bare_policy(capacity=loose_capacity(**({"mentee_limit": 2, "mentee_direction_limit": 2} | capacity)))
    return a_round(*members, policy=policy, locks=tuple(map(lock, locks)))


class TestDemandedPairings:
    @pytest.mark.parametrize("kind", [MUST, KEEP])
    def test_a_demanded_pairing_stands_in_pass_nought_and_the_rest_is_the_best_around_it(self, kind: LockKind) -> None:
        outcome = outcome_of(a_scored_round(TWO_BY_TWO, locks=(lock("B-N", kind),)))
        assert pairs(outcome) == {"B-N": 0, "A-M": 1}

    def test_a_demanded_pairing_has_its_points_and_parts_like_any_other(self) -> None:
        (found, *_) = outcome_of(a_scored_round({("A", "M"): 640}, locks=(lock("A-M"),))).pairings
        assert (found.points, sum(found.components.values())) == (640, 640)

    def test_no_locks_take_nothing(self) -> None:
        candidates = build_candidates(build_roster(a_scored_round(TWO_BY_TWO)))
        assert len(apply_locks(candidates, Face(candidates))) == 0

    def test_the_order_of_locks_changes_nothing(self) -> None:
        locks = (lock("A-M"), lock("B-N"))
        found = [outcome_of(a_scored_round(TWO_BY_TWO, locks=order)).pairings for order in (locks, locks[::-1])]
        assert found[0] == found[1]

    def test_who_has_a_locked_pairing_gets_nothing_in_the_first_pass(self) -> None:
        """Nobody's second place costs another's first: A and B both want N, and A has M already."""
        capacity = loose_capacity(mentee_limit=2, mentee_direction_limit=2)
        members = [a_mentee(who, as_mentee={UP: 2}, max_mentors=2) for who in "AB"]
        policy = bare_policy(capacity=capacity)
        round_ = a_round(*members, a_mentor("M"), a_mentor("N"), policy=policy, locks=(lock("A-M"),))
        assert pairs(outcome_of(round_)) == {"A-M": 0, "B-N": 1}

    def test_a_second_place_beside_a_locked_one_comes_in_the_second_pass(self) -> None:
        members = [a_mentee("A", as_mentee={UP: 2}, max_mentors=2), a_mentor("M"), a_mentor("N")]
        assert pairs(outcome_of(locked_round(*members, locks=("A-M",)))) == {"A-M": 0, "A-N": 2}

    def test_locked_places_count_for_the_load(self) -> None:
        """M has a place by lock, so that N takes the next two."""
        members = [*(a_mentee(who) for who in "ABC"), a_mentor("M", places=3), a_mentor("N", places=3)]
        outcome = outcome_of(locked_round(*members, locks=("A-M",), mentee_limit=1))
        loads = {stage.name: stage.value for stage in outcome.stages}
        assert loads["load"] == -1
        assert sorted(pairs(outcome).values()) == [0, 1, 1]

    def test_what_a_locked_pairing_excludes_is_not_paired(self) -> None:
        """A mentors B by lock, so B does not mentor A."""
        both: dict[str, Any] = {"as_mentee": {PEER: 1}, "as_mentor": {PEER: 1}}
        members = [a_member("A", **both), a_member("B", **both)]
        assert pairs(outcome_of(locked_round(*members, locks=("B-A",), forbid_reciprocal=True))) == {"B-A": 0}

    def test_places_of_a_split_team_stay_within_the_limit_over_locks_and_passes(self) -> None:
        """The team of B spans two departments; M may take two of it and has one by lock."""
        units = {"x1": "X", "x2": "X", "y1": "Y"}
        staff = [a_mentee(who, manager_id="B", department=unit) for who, unit in units.items()]
        round_ = locked_round(
            *staff, a_member("B"), a_mentor("M", places=9), locks=("x1-M",), team_limit=2, mentee_limit=1
        )
        outcome = outcome_of(round_)
        assert len(outcome.pairings) == 2
        assert pairs(outcome)["x1-M"] == 0


class TestForbiddenPairings:
    def test_a_forbidden_pairing_is_no_candidate(self) -> None:
        outcome = outcome_of(a_scored_round(TWO_BY_TWO, locks=(lock("A-N", MUST_NOT),)))
        assert pairs(outcome) == {"A-M": 1, "B-N": 1}
        assert outcome.figures.candidates == 3

    def test_the_other_pairings_of_both_stay(self) -> None:
        round_ = a_scored_round(TWO_BY_TWO, locks=(lock("A-N", MUST_NOT), lock("B-M", MUST_NOT)))
        candidates = build_candidates(build_roster(round_))
        assert len(apply_locks(candidates, Face(candidates))) == 0
        assert (candidates.codes >= 0).tolist() == [[True, False], [False, True]]

    @pytest.mark.parametrize("pair", ["A-ghost", "ghost-M", "M-A", "A-A"])
    def test_a_lock_on_somebody_who_is_not_enrolled_so_forbids_nothing(self, pair: str) -> None:
        outcome = outcome_of(a_scored_round(TWO_BY_TWO, locks=(lock(pair, MUST_NOT),)))
        assert pairs(outcome) == {"A-N": 1, "B-M": 1}

    def test_a_forbidden_pairing_needs_to_keep_no_rule(self) -> None:
        round_ = a_round(a_mentee("A", avoids=("M",)), a_mentor("M"), locks=(lock("A-M", MUST_NOT),))
        assert outcome_of(round_).pairings == ()


class TestLocksThatBreakARule:
    @pytest.mark.parametrize(
        ("rule", "mentee", "mentor"),
        [
            (RuleId.REPORTING_LINE, {"manager_id": "M"}, {}),
            (RuleId.SAME_MANAGER, {"manager_id": "T"}, {"manager_id": "T"}),
            (RuleId.LEVEL_BAND, {"level": 3}, {}),
            (RuleId.AVOID, {}, {"avoids": ("A",)}),
            (RuleId.CONFLICT, {"conflicts": ("M",)}, {}),
            (RuleId.LINE_UNKNOWN, {"manager_id": "ghost"}, {}),
            (RuleId.UNTRAINED, {}, {"trained": False}),
            (RuleId.NO_NEED_MET, {"skills_wanted": ("a",)}, {"skills_offered": ("b",)}),
        ],
    )
    def test_the_rule_is_named(self, rule: RuleId, mentee: dict[str, Any], mentor: dict[str, Any]) -> None:
        round_ = a_round(a_person("T"), a_mentee("A", **mentee), a_mentor("M", **mentor), locks=(lock("A-M"),))
        sentence = refusal(round_, InputError)
        said = SENTENCES[rule].for_hr.rstrip(".")
        assert (
            sentence == f"The lock M mentors A cannot stand: it breaks the rule {rule.value}: {said}; delete the lock."
        )

    def test_a_score_under_the_floor_is_a_broken_rule(self) -> None:
        policy = bare_policy(RuleId.BELOW_FLOOR, rule_settings=Policy().rule_settings, weights={})
        sentence = refusal(a_round(a_mentee("A"), a_mentor("M"), policy=policy, locks=(lock("A-M"),)), InputError)
        assert "breaks the rule below-floor" in sentence

    def test_a_rule_that_is_off_stops_no_lock(self) -> None:
        members = [a_mentee("A", manager_id="M"), a_mentor("M")]
        round_ = a_round(*members, policy=bare_policy(), locks=(lock("A-M"),))
        assert pairs(outcome_of(round_)) == {"A-M": 0}

    @pytest.mark.parametrize(
        ("pair", "wrong", "remedy"),
        [
            ("A-B", "B is not enrolled as a mentor", "delete the lock or complete the enrolment"),
            ("M-N", "M is not enrolled as a mentee", "delete the lock or complete the enrolment"),
            ("A-ghost", "ghost is not enrolled as a mentor", "delete the lock or complete the enrolment"),
            ("A-N", "the two are not enrolled in one direction", "delete the lock or complete an enrolment"),
        ],
    )
    def test_a_lock_needs_two_enrolments_in_one_direction(self, pair: str, wrong: str, remedy: str) -> None:
        members = [a_mentee("A"), a_mentee("B"), a_mentor("M"), a_mentor("N", PEER)]
        sentence = refusal(a_round(*members, policy=bare_policy(), locks=(lock(pair),)), InputError)
        mentee, mentor = pair.split("-")
        assert sentence == f"The lock {mentor} mentors {mentee} cannot stand: {wrong}; {remedy}."

    def test_every_lock_that_cannot_stand_has_its_line(self) -> None:
        members = [a_mentee("A", avoids=("M", "N")), a_mentor("M"), a_mentor("N")]
        sentence = refusal(a_round(*members, locks=(lock("A-M"), lock("A-N"))), InputError)
        assert [line.split(" cannot stand")[0] for line in sentence.splitlines()] == [
            "The lock M mentors A",
            "The lock N mentors A",
        ]


class TestLocksThatBreakALimit:
    @pytest.mark.parametrize(
        ("capacity", "places", "named"),
        [
            ({}, 1, "ask for 2 places of M, who has 1 (max_mentees)"),
            ({"mentor_limit": 1}, 9, "ask for 2 places of M, who has 1 (mentor_limit)"),
            (
                {"department_share": 0.001},
                9,
                "give 2 upward places of M to the department sales, which may have 1 (department_share)",
            ),
            ({"team_limit": 1}, 9, "give 2 upward places of M to the team of T, which may have 1 (team_limit)"),
        ],
    )
    def test_the_limit_is_named(self, capacity: dict[str, Any], places: int, named: str) -> None:
        team: dict[str, Any] = {"manager_id": "T", "department": "Sales"}
        members = [a_mentee("A", **team), a_mentee("B", **team), a_mentor("M", places=places), a_member("T")]
        sentence = refusal(locked_round(*members, locks=("A-M", "B-M"), **capacity), RefusedError)
        assert sentence.startswith(f"These 2 locks {named}: M mentors A, M mentors B; 1 place is short. Delete one of")

    def test_a_direction_of_a_mentor_has_its_own_limit(self) -> None:
        members = [a_mentee("A"), a_mentee("B"), a_mentor("M", as_mentor={UP: 1, PEER: 1}, max_mentees=2)]
        sentence = refusal(locked_round(*members, locks=("A-M", "B-M")), RefusedError)
        assert sentence.startswith("These 2 locks ask for 2 upward places of M, who has 1 (as_mentor): ")

    @pytest.mark.parametrize(
        ("own", "capacity"), [(1, {}), (2, {"mentee_limit": 1})], ids=["the own limit", "the policy's limit"]
    )
    def test_a_mentee_has_a_limit_too(self, own: int, capacity: dict[str, int]) -> None:
        members = [a_mentee("A", as_mentee={UP: 2}, max_mentors=own), a_mentor("M"), a_mentor("N")]
        sentence = refusal(locked_round(*members, locks=("A-M", "A-N"), **capacity), RefusedError)
        setting = "max_mentors" if own == 1 else "mentee_limit"
        assert sentence.startswith(f"These 2 locks ask for 2 mentors for A, who may have 1 ({setting}): ")

    @pytest.mark.parametrize(("asked", "limit"), [(1, 2), (2, 1)], ids=["the own wish", "the policy's limit"])
    def test_a_direction_of_a_mentee_has_its_own_limit(self, asked: int, limit: int) -> None:
        mentee = a_mentee("A", as_mentee={UP: asked, PEER: 1}, max_mentors=2)
        round_ = locked_round(mentee, a_mentor("M"), a_mentor("N"), locks=("A-M", "A-N"), mentee_direction_limit=limit)
        assert {"A", "upward"} <= set(re.findall(r"\w+", refusal(round_, RefusedError)))

    def test_as_many_locks_as_there_are_places_stand(self) -> None:
        members = [
            a_mentee("A", as_mentee={UP: 2}, max_mentors=2),
            a_mentee("B"),
            a_mentor("M", places=2),
            a_mentor("N"),
        ]
        outcome = outcome_of(locked_round(*members, locks=("A-M", "A-N", "B-M")))
        assert pairs(outcome) == {"A-M": 0, "A-N": 0, "B-M": 0}

    def test_a_pair_that_is_locked_twice_is_paired_once(self) -> None:
        members = [a_mentee("A", as_mentee={UP: 2}, max_mentors=2), a_mentor("M", places=2)]
        found = outcome_of(locked_round(*members, locks=("A-M", "A-M"))).pairings
        assert [(pairing.mentee_id, pairing.mentor_id) for pairing in found] == [("A", "M")]

    def test_a_pair_that_is_demanded_and_forbidden_is_refused(self) -> None:
        round_ = a_scored_round(TWO_BY_TWO, locks=(lock("A-M"), lock("A-M", MUST_NOT)))
        with pytest.raises((InputError, RefusedError)):
            outcome_of(round_)


class TestLocksThatExcludeEachOther:
    @pytest.mark.parametrize(
        ("locks", "capacity", "named"),
        [
            (("b-a", "a-b"), {"forbid_reciprocal": True}, "a and b mentor each other"),
            (("b-A", "a-B"), {"forbid_favour_exchange": True}, "A and B each mentor somebody of the other's team"),
        ],
    )
    def test_the_people_are_named(self, locks: tuple[str, ...], capacity: dict[str, bool], named: str) -> None:
        both: dict[str, Any] = {"as_mentee": {UP: 1}, "as_mentor": {UP: 1}, "max_mentees": 1}
        lines = {"a": "A", "b": "B", "A": "", "B": ""}
        members = [a_member(who, manager_id=boss, **both) for who, boss in lines.items()]
        sentence = refusal(locked_round(*members, locks=locks, **capacity), RefusedError)
        assert sentence.startswith(f"These 2 locks let {named}, which the policy forbids (forbid_")

    def test_a_team_that_spans_departments_has_one_limit(self) -> None:
        staff = [a_mentee(who, manager_id="T", department=who.upper()) for who in "xy"]
        members = [*staff, a_member("T"), a_mentor("M", places=2)]
        sentence = refusal(locked_round(*members, locks=("x-M", "y-M"), team_limit=1), RefusedError)
        assert sentence.startswith(
            "These 2 locks give 2 upward places of M to the team of T, which may have 1 (team_limit)"
        )


@pytest.mark.parametrize("direction", [UP, DOWN, PEER])
def test_a_lock_takes_the_best_direction_that_is_open(direction: Direction) -> None:
    """Downward the mentor's skills are met in full, so that it scores more than upward."""
    skills: dict[str, Any] = {"skills_wanted": ("a", "b"), "skills_offered": ("b",)}
    both = dict.fromkeys({direction, UP}, 1)
    members = [a_mentee("A", as_mentee=both, **skills), a_mentor("M", as_mentor=both, **skills)]
    (found,) = outcome_of(a_round(*members, policy=bare_policy(), locks=(lock("A-M"),))).pairings
    plain = outcome_of(a_round(*members, policy=bare_policy())).pairings[0]
    assert (found.direction, found.points, found.pass_number) == (plain.direction, plain.points, 0)


def test_a_round_with_locks_keeps_every_promise() -> None:
    """Counted by code that shares nothing, locked pairings first; the passes start behind them."""
    capacity = CapacityPolicy(mentee_limit=2, mentee_direction_limit=2)
    staff = [a_mentee(f"E{k}", as_mentee={UP: 2}, max_mentors=2, department="XY"[k % 2]) for k in range(6)]
    mentors = [a_mentor(f"M{k}", places=3) for k in range(4)]
    round_ = a_round(*staff, *mentors, policy=bare_policy(capacity=capacity), locks=(lock("E0-M0"), lock("E1-M0")))
    found = outcome_of(round_).pairings
    problems = [problem for problem in check_plan(round_, found) if "has places in the passes" not in problem]
    assert problems == []
    assert loads_of(found)["M0"] <= 3
    assert {pairing.pass_number for pairing in found} == {0, 1, 2}


def loads_of(pairings: tuple[Pairing, ...]) -> dict[str, int]:
    """Return how many places each mentor uses."""
    mentors, counts = np.unique([pairing.mentor_id for pairing in pairings], return_counts=True)
    return dict(zip(mentors.tolist(), counts.tolist(), strict=True))
