"""From solved passes to words: pairings with their parts, stage values, and wishes that a rule overruled."""

from typing import Any

import numpy as np
import pytest

from mentormatch.domain.direction import DIRECTION_INDEX, DIRECTIONS, Direction
from mentormatch.domain.pairing import Criterion
from mentormatch.domain.people import Status
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Lock, LockKind, LostWish, Round, StageValue
from mentormatch.matching.candidates import Candidates, build_candidates
from mentormatch.matching.cases import Node, PassResult
from mentormatch.matching.engine import match
from mentormatch.matching.outcome import FORBIDDEN_BY_LOCK, lost_wishes, pairings_of, stage_values
from mentormatch.matching.pricing import Proof
from mentormatch.matching.reference import build_reference
from mentormatch.matching.roster import build_roster
from mentormatch.matching.rows import Columns
from mentormatch.matching.stages import Stage
from mentormatch.synthesis.organisation import generate_organisation
from tests.factories import Member, a_member, a_mentee, a_mentor, a_round, bare_policy, every_direction

UP, DOWN, REVERSE, PEER, FORWARD = DIRECTIONS


def candidates_of(round_: Round) -> Candidates:
    """Return the candidates of a round."""
    return build_candidates(build_roster(round_))


def a_plan(candidates: Candidates, *pairings: tuple[str, str, Direction, int]) -> Columns:
    """Return pairings (mentee, mentor, direction, points) as a plan."""
    mentees, mentors = candidates.roster.mentees.position, candidates.roster.mentors.position
    rows = [(mentees[a], mentors[b], DIRECTION_INDEX[d], points) for a, b, d, points in pairings]
    return Columns(*(np.array([row[k] for row in rows], np.int64) for k in range(4)))


class TestPairings:
    def test_each_plan_gives_its_pairings_the_number_of_its_pass(self) -> None:
        members = [*(a_mentee(who) for who in "AB"), *(a_mentor(who, PEER) for who in "MN")]
        candidates = candidates_of(a_round(*members, policy=bare_policy()))
        plans = [
            a_plan(candidates, ("B", "N", PEER, 500)),
            a_plan(candidates, ("A", "N", PEER, 500), ("A", "M", UP, 500)),
            a_plan(candidates),
        ]
        found = [(p.mentor_id, p.mentee_id, p.direction, p.pass_number) for p in pairings_of(candidates, plans)]
        assert found == [("M", "A", UP, 1), ("N", "A", PEER, 1), ("N", "B", PEER, 0)]

    @pytest.mark.parametrize(("points", "band"), [(349, 0), (350, 1), (600, 3), (900, 5)])
    def test_a_pairing_has_the_band_of_its_points(self, points: int, band: int) -> None:
        candidates = candidates_of(a_round(a_mentee("A"), a_mentor("M")))
        (found,) = pairings_of(candidates, [a_plan(candidates, ("A", "M", UP, points))])
        assert (found.points, found.band) == (points, band)

    def test_parts_are_those_of_the_plain_reading_in_the_pairings_own_direction(self) -> None:
        made = generate_organisation(120, 6)
        round_ = Round(made.people, made.enrolments, made.history)
        outcome, reference = match(round_, digests={}).outcome, build_reference(round_)
        assert len(outcome.pairings) >= 10
        for pairing in outcome.pairings:
            parts = reference.components(pairing.mentor_id, pairing.mentee_id, pairing.direction)
            assert dict(pairing.components) == parts
            assert list(pairing.components) == list(Criterion)
            assert sum(parts.values()) == pairing.points

    def test_no_plans_make_no_pairings(self) -> None:
        candidates = candidates_of(a_round(a_mentee("A")))
        assert pairings_of(candidates, []) == pairings_of(candidates, [a_plan(candidates)]) == ()


def test_stage_values_tell_pass_name_value_and_bound_in_order() -> None:
    nothing = np.zeros(0, np.int64)

    def a_pass(number: int, *proofs: tuple[str, int, int]) -> PassResult:
        """Return a pass with these proofs."""
        stages = [(Stage(name, lambda columns: columns.points), value, bound) for name, value, bound in proofs]
        found = [Proof(stage, nothing, value, bound, {}) for stage, value, bound in stages]
        return PassResult(number, Columns(*[nothing] * 4), found, Node(()))

    passes = [a_pass(1, ("coverage", 3, 3), ("points", 900, 950)), a_pass(2, ("coverage", 0, 0))]
    assert stage_values(passes) == (
        StageValue(1, "coverage", 3, 3),
        StageValue(1, "points", 900, 950),
        StageValue(2, "coverage", 0, 0),
    )
    assert stage_values([]) == ()


class TestLostWishes:
    @staticmethod
    def lost(*members: Member, **changes: Any) -> tuple[LostWish, ...]:
        """Return the lost wishes of a round."""
        return lost_wishes(candidates_of(a_round(*members, **changes)))

    def test_a_wish_for_the_own_manager_is_lost_to_the_reporting_line(self) -> None:
        members = [a_mentee("A", manager_id="M", prefers=("M",)), a_mentor("M")]
        assert self.lost(*members) == (LostWish("A", "M", "reporting-line"),)

    def test_a_mentors_wish_can_be_lost_too(self) -> None:
        members = [a_mentee("A", manager_id="M"), a_mentor("M", prefers=("A",))]
        assert self.lost(*members) == (LostWish("M", "A", "reporting-line"),)

    @pytest.mark.parametrize(
        ("rule", "mentee", "mentor"),
        [
            (RuleId.INACTIVE, {}, {"status": Status.LEAVE}),
            (RuleId.LEVEL_BAND, {"level": 3}, {}),
            (RuleId.AVOID, {}, {"avoids": ("A",)}),
            (RuleId.NO_COMMON_LANGUAGE, {"languages": ("en",)}, {"languages": ("de",)}),
        ],
    )
    def test_the_first_rule_that_stands_in_the_way_is_named(
        self, rule: RuleId, mentee: dict[str, Any], mentor: dict[str, Any]
    ) -> None:
        members = [a_mentee("A", prefers=("M",), **mentee), a_mentor("M", **mentor)]
        assert self.lost(*members) == (LostWish("A", "M", rule.value),)

    @pytest.mark.parametrize(
        "members",
        [
            [a_mentee("A", prefers=("M",)), a_mentor("M")],
            [a_mentee("A", prefers=("B", "ghost", "A")), a_mentee("B"), a_mentor("M")],
            [a_mentee("A", prefers=("M",)), a_mentor("M", PEER)],
            [a_mentee("A", manager_id="M"), a_mentor("M")],
            [a_mentee("A", manager_id="M", rather_not=("M",)), a_mentor("M")],
        ],
        ids=["it may come true", "nobody in the other role", "no direction in common", "no wish", "rather not"],
    )
    def test_other_wishes_are_not_lost_to_a_rule(self, members: list[Member]) -> None:
        assert self.lost(*members) == ()

    def test_a_wish_that_may_come_true_in_one_direction_is_not_lost(self) -> None:
        both = {UP: 1, PEER: 1}
        members = [a_mentee("A", as_mentee=both, prefers=("M",), level=3), a_mentor("M", as_mentor=both)]
        assert self.lost(*members) == ()

    def test_the_rule_of_the_first_open_direction_counts(self) -> None:
        """Upward fails by the level, peer by the same manager (level band is tried first)."""
        both = {UP: 1, PEER: 1}
        people: dict[str, Any] = {"manager_id": "T", "level": 3}
        members = [a_mentee("A", as_mentee=both, prefers=("M",), **people), a_mentor("M", as_mentor=both, **people)]
        assert self.lost(*members, a_member("T")) == (LostWish("A", "M", "level-band"),)

    def test_a_wish_that_a_lock_forbids_is_lost_to_the_lock(self) -> None:
        members = [a_mentee("A", prefers=("M",)), a_mentor("M")]
        locks = (Lock(LockKind.MUST_NOT, "M", "A"),)
        outcome = match(a_round(*members, policy=bare_policy(), locks=locks), digests={}).outcome
        assert outcome.lost_wishes == (LostWish("A", "M", FORBIDDEN_BY_LOCK),)

    def test_wishes_are_listed_once_each_in_the_order_of_ids(self) -> None:
        places: dict[str, Any] = {
            "as_mentee": every_direction(),
            "as_mentor": every_direction(),
            "status": Status.LEAVE,
        }
        members = [a_member("B", prefers=("A", "A"), **places), a_member("A", prefers=("B",), **places)]
        assert self.lost(*members) == (LostWish("A", "B", "inactive"), LostWish("B", "A", "inactive"))

    def test_pairings_set_aside_while_solving_are_not_lost_wishes(self) -> None:
        """The face narrows during a match; what the outcome reports is lost by rules alone."""
        members = [a_mentee("A", prefers=("M", "N")), a_mentee("B"), a_mentor("M"), a_mentor("N")]
        assert match(a_round(*members, policy=bare_policy()), digests={}).outcome.lost_wishes == ()
