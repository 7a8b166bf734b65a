"""Repair: what becomes a lock, what is let go and why, and what is refused."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.people import Status
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.errors import InputError
from mentormatch.matching.engine import match
from mentormatch.matching.repair import Pair, RepairPlan, pair_of, repair, without_keeps
from tests.factories import a_mentee, a_mentor, a_round, a_scored_round, bare_policy, loose_capacity

MUST, MUST_NOT, KEEP = LockKind
POINTS = {("A", "M"): 900, ("A", "N"): 600, ("B", "M"): 800, ("B", "N"): 100, ("C", "N"): 300}
"""Two mentors with a place each: A goes to N and B to M for 1,400 points, as no two others make more; C waits."""


def pairings_of(round_: Round) -> tuple[Pairing, ...]:
    """Return the pairings of a round."""
    return match(round_, digests={}).outcome.pairings


def repaired(round_: Round, *declined: Pair, leavers: Sequence[str] = (), **changes: Any) -> RepairPlan:
    """Match a round, let it change since then, and repair it."""
    return repair(replace(round_, **changes), pairings_of(round_), declined=declined, leavers=leavers)


def pairs(pairings: Sequence[Pairing]) -> set[Pair]:
    """Return the pairs of pairings, mentor first."""
    return set(map(pair_of, pairings))


class TestWhatStays:
    def test_a_declined_pairing_is_forbidden_and_all_others_are_kept(self) -> None:
        plan = repaired(a_scored_round(POINTS), ("N", "A"))
        assert plan.round.locks == (Lock(KEEP, "M", "B", "kept"), Lock(MUST_NOT, "N", "A", "declined"))
        assert (pairs(plan.kept), pairs(plan.declined)) == ({("M", "B")}, {("N", "A")})
        assert (plan.left, plan.let_go) == ((), ())

    def test_the_free_place_goes_to_somebody_who_waits_although_a_full_solve_would_serve_others(self) -> None:
        """N could serve C alone; free to move, M would take A (900) instead of B (800)."""
        plan = repaired(a_scored_round(POINTS), ("N", "A"))
        assert pairs(pairings_of(plan.round)) == {("M", "B"), ("N", "C")}
        assert pairs(pairings_of(without_keeps(plan.round))) == {("M", "A"), ("N", "C")}

    def test_a_leaver_is_marked_and_no_longer_enrolled(self) -> None:
        plan = repaired(a_scored_round(POINTS), leavers=["B"])
        assert {p.person_id: p.status for p in plan.round.people}["B"] is Status.LEFT
        assert "B" not in {entry.person_id for entry in plan.round.enrolments}
        assert (pairs(plan.left), pairs(plan.kept)) == ({("M", "B")}, {("N", "A")})
        assert plan.round.locks == (Lock(KEEP, "N", "A", "kept"),)

    def test_people_who_stay_are_as_they_were(self) -> None:
        round_ = a_scored_round(POINTS)
        plan = repaired(round_, leavers=["B"])
        assert [p for p in plan.round.people if p.person_id != "B"] == [p for p in round_.people if p.person_id != "B"]
        assert (plan.round.seed, plan.round.policy) == (round_.seed, round_.policy)

    def test_a_pairing_that_was_declined_by_a_leaver_is_declined(self) -> None:
        plan = repaired(a_scored_round(POINTS), ("M", "B"), leavers=["B"])
        assert (pairs(plan.declined), plan.left) == ({("M", "B")}, ())
        assert Lock(MUST_NOT, "M", "B", "declined") in plan.round.locks

    def test_somebody_who_is_not_enrolled_can_leave(self) -> None:
        bystander = a_round(a_mentee("X")).people
        round_ = a_scored_round(POINTS)
        plan = repaired(replace(round_, people=(*round_.people, *bystander)), leavers=["X"])
        assert (len(plan.kept), plan.left) == (2, ())

    def test_the_order_of_everything_changes_nothing(self) -> None:
        round_ = a_scored_round(POINTS)
        found = pairings_of(round_)
        words = [("N", "A"), ("M", "B")]
        one = repair(round_, found, declined=words, leavers=["C"])
        other = repair(round_, found[::-1], declined=words[::-1], leavers=["C", "C"])
        assert one == other


class TestLocks:
    def test_a_demanded_pairing_that_still_stands_stays_demanded(self) -> None:
        round_ = a_scored_round(POINTS, locks=(Lock(MUST, "N", "C", "promised"),))
        plan = repaired(round_, ("M", "A"))
        assert plan.round.locks == (Lock(MUST, "N", "C", "promised"), Lock(MUST_NOT, "M", "A", "declined"))

    def test_a_decline_beats_the_lock_that_demanded_the_pairing(self) -> None:
        plan = repaired(a_scored_round(POINTS, locks=(Lock(MUST, "N", "C", "promised"),)), ("N", "C"))
        assert {lock.kind for lock in plan.round.locks if lock.mentee_id == "C"} == {MUST_NOT}

    def test_a_lock_for_a_leaver_is_gone_unless_it_forbids(self) -> None:
        locks = (Lock(MUST, "N", "C", "promised"), Lock(MUST_NOT, "M", "C", "asked for"))
        plan = repaired(a_scored_round(POINTS, locks=locks), leavers=["C"])
        assert plan.round.locks == (locks[1], Lock(KEEP, "M", "A", "kept"))

    def test_a_second_repair_adds_to_the_locks_of_the_first(self) -> None:
        first = repaired(a_scored_round(POINTS), ("N", "A")).round
        second = repaired(first, ("N", "C"))
        kinds = {(lock.mentor_id, lock.mentee_id): lock.kind for lock in second.round.locks}
        assert kinds == {("M", "B"): KEEP, ("N", "A"): MUST_NOT, ("N", "C"): MUST_NOT}

    def test_a_pairing_that_a_new_lock_forbids_is_let_go(self) -> None:
        plan = repaired(a_scored_round(POINTS), ("N", "A"), locks=(Lock(MUST_NOT, "M", "B"),))
        assert [(one.mentor_id, one.mentee_id, one.why) for one in plan.let_go] == [("M", "B", "a lock forbids it")]
        assert plan.kept == ()

    def test_a_pairing_gives_way_to_a_new_demand(self) -> None:
        """M has one place, and HR now demands it for A."""
        plan = repaired(a_scored_round(POINTS), ("N", "A"), locks=(Lock(MUST, "M", "A"),))
        assert [(one.mentee_id, one.why) for one in plan.let_go] == [("B", "the limit of M as a mentor is 1")]
        assert Lock(MUST, "M", "A") in plan.round.locks

    def test_without_keeps_a_round_has_its_other_locks_still(self) -> None:
        locks = Lock(MUST, "N", "C"), Lock(KEEP, "M", "B"), Lock(MUST_NOT, "M", "A")
        assert without_keeps(a_scored_round(POINTS, locks=locks)).locks == (locks[0], locks[2])


class TestWhatIsLetGo:
    def test_a_pairing_that_breaks_a_rule_by_now_is_let_go_with_the_rule(self) -> None:
        round_ = a_scored_round(POINTS)
        enrolments = tuple(replace(e, avoids=("M",)) if e.person_id == "B" else e for e in round_.enrolments)
        policy = replace(round_.policy, rules={**round_.policy.rules, RuleId.AVOID: True})
        plan = repaired(round_, ("N", "A"), enrolments=enrolments, policy=policy)
        assert [one.mentee_id for one in plan.let_go] == ["B"]
        assert plan.let_go[0].why.startswith("it breaks the rule avoid: ")

    def test_a_pairing_of_somebody_who_is_no_longer_enrolled_is_let_go(self) -> None:
        round_ = a_scored_round(POINTS)
        enrolments = tuple(e for e in round_.enrolments if e.person_id != "M")
        plan = repaired(round_, ("N", "A"), enrolments=enrolments)
        assert [one.why for one in plan.let_go] == ["M is not enrolled as a mentor"]

    def test_where_a_policy_gives_nobody_a_place_everything_is_let_go(self) -> None:
        round_ = a_scored_round(POINTS)
        policy = replace(round_.policy, capacity=loose_capacity(mentor_limit=0))
        plan = repaired(round_, ("N", "A"), policy=policy)
        assert [one.why for one in plan.let_go] == ["the policy gives nobody a place"]

    def test_after_a_limit_was_lowered_the_fewest_go_and_the_better_stay(self) -> None:
        """M had three mentees and may have two; the weakest goes."""
        round_ = a_scored_round({("A", "M"): 900, ("B", "M"): 500, ("C", "M"): 700, ("D", "N"): 600}, {"M": 3})
        lower = replace(round_.policy, capacity=loose_capacity(mentor_limit=2))
        plan = repaired(round_, ("N", "D"), policy=lower)
        assert [(one.mentee_id, one.why) for one in plan.let_go] == [("B", "the limit of M as a mentor is 2")]
        assert pairs(plan.kept) == {("M", "A"), ("M", "C")}

    def test_a_direction_that_pairs_better_by_now_is_still_the_same_pairing(self) -> None:
        both = {Direction.UPWARD: 1, Direction.FORWARD: 1}
        round_ = a_round(
            a_mentee("A", as_mentee=both, target_area="Law"), a_mentor("M"), a_mentor("N"), policy=bare_policy()
        )
        found = pairings_of(round_)
        (mentor_id, mentee_id), other = pair_of(found[0]), {"M": "N", "N": "M"}[found[0].mentor_id]
        forward = tuple(
            replace(entry, as_mentor={Direction.FORWARD: 1}) if entry.person_id == mentor_id else entry
            for entry in round_.enrolments
        )
        plan = repair(replace(round_, enrolments=forward), found, declined=(), leavers=[other])
        assert (pairs(plan.kept), plan.let_go) == ({(mentor_id, mentee_id)}, ())


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("declined", "leavers", "sentence"),
        [
            ([], [], "Nothing is to be repaired: name a pairing that was declined, or somebody who has left."),
            ([("N", "Z")], [], "Nobody in this round has the id Z."),
            ([], ["Z", "Y"], "Nobody in this round has the id Y."),
            ([("M", "A")], [], "M does not mentor A in this outcome; look into pairings.csv."),
            ([("A", "N")], [], "A does not mentor N in this outcome; N mentors A; name the mentor first."),
        ],
    )
    def test_words_that_do_not_fit_the_outcome_are_refused(
        self, declined: list[Pair], leavers: list[str], sentence: str
    ) -> None:
        with pytest.raises(InputError) as caught:
            repaired(a_scored_round(POINTS), *declined, leavers=leavers)
        assert caught.value.sentence == sentence
