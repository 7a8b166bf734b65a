"""What is told of a repair: who is new, what became of those concerned, and the cost against a full solve."""

from collections.abc import Sequence

from mentormatch.domain.pairing import Pairing, Role
from mentormatch.domain.round import Outcome, Round
from mentormatch.domain.vector import Vector
from mentormatch.matching.engine import match
from mentormatch.matching.repair import Pair, RepairPlan, pair_of, repair, without_keeps
from mentormatch.matching.repair_report import Concerned, count_cost, find_concerned, new_pairings
from tests.factories import a_mentee, a_mentor, a_round, a_scored_round, bare_policy, loose_capacity

POINTS = {("A", "M"): 900, ("A", "N"): 600, ("B", "M"): 800, ("B", "N"): 100, ("C", "N"): 300}
"""Two mentors with a place each: A goes to N and B to M; C waits."""


def done(
    round_: Round, *declined: Pair, leavers: Sequence[str] = ()
) -> tuple[tuple[Pairing, ...], RepairPlan, Outcome]:
    """Return the old pairings of a round, how it is repaired, and the outcome."""
    old = match(round_, digests={}).outcome.pairings
    plan = repair(round_, old, declined=declined, leavers=leavers)
    return old, plan, match(plan.round, digests={}).outcome


def concerned(round_: Round, *declined: Pair, leavers: Sequence[str] = ()) -> dict[tuple[str, Role], Concerned]:
    """Return what became of everybody concerned."""
    old, plan, outcome = done(round_, *declined, leavers=leavers)
    found = find_concerned(plan, old, outcome.pairings, outcome.unpaired)
    return {(one.person_id, one.role): one for one in found}


def test_new_is_what_was_not_there_before() -> None:
    old, _, outcome = done(a_scored_round(POINTS), ("N", "A"))
    assert [pair_of(pairing) for pairing in new_pairings(old, outcome.pairings)] == [("N", "C")]


def test_a_kept_pairing_is_not_new_though_it_stands_in_another_pass() -> None:
    old, _, outcome = done(a_scored_round(POINTS), ("N", "A"))
    assert ("M", "B") in {pair_of(pairing) for pairing in outcome.pairings if pairing.pass_number == 0}
    assert ("M", "B") not in {pair_of(pairing) for pairing in new_pairings(old, outcome.pairings)}


def test_both_sides_of_a_declined_pairing_are_told_of_mentees_first() -> None:
    found = concerned(a_scored_round(POINTS), ("N", "A"))
    assert list(found) == [("A", Role.MENTEE), ("N", Role.MENTOR)]
    assert found["N", Role.MENTOR] == Concerned("N", Role.MENTOR, ("C",), ())


def test_whoever_stays_without_learns_why_and_what_would_help() -> None:
    """A's only other mentor is taken by a pairing that is kept."""
    found = concerned(a_scored_round(POINTS), ("N", "A"))["A", Role.MENTEE]
    assert (found.new, found.still) == ((), ())
    assert found.why.startswith("crowded-out: 1 possible mentor")
    assert found.remedy.startswith("Ask these mentors")


def test_a_leaver_is_not_told_of_but_the_other_one_is() -> None:
    found = concerned(a_scored_round(POINTS), leavers=["B"])
    assert list(found) == [("M", Role.MENTOR)]


def test_somebody_with_two_pairings_still_has_the_other_one() -> None:
    capacity = loose_capacity(mentee_limit=2, mentee_direction_limit=2)
    mentee = a_mentee("A", as_mentee={next(iter(a_mentee("A").enrolment.as_mentee)): 2}, max_mentors=2)
    round_ = a_round(mentee, a_mentor("M"), a_mentor("N"), policy=bare_policy(capacity=capacity))
    assert concerned(round_, ("M", "A"))["A", Role.MENTEE] == Concerned("A", Role.MENTEE, (), ("N",))


def test_a_pairing_of_which_both_sides_left_concerns_nobody() -> None:
    assert concerned(a_scored_round(POINTS), leavers=["B", "M"]) == {}


def test_the_cost_is_what_a_full_solve_would_reach_and_how_many_it_would_end() -> None:
    """With N-A gone, N takes C (300). B keeps M (800); free to move, M takes A (900)."""
    old, plan, outcome = done(a_scored_round(POINTS), ("N", "A"))
    full = match(without_keeps(plan.round), digests={}).outcome.pairings
    cost = count_cost(plan, old, outcome.pairings, full)
    assert cost.before == Vector(2, (2,), 0, 1400)
    assert cost.repair == Vector(2, (2,), 0, 1100)
    assert cost.full == Vector(2, (2,), 0, 1200)
    assert cost.ended == 1


def test_a_repair_that_is_a_full_solve_ends_nothing() -> None:
    old, plan, outcome = done(a_scored_round({("A", "M"): 900, ("B", "N"): 800, ("B", "M"): 400}), ("N", "B"))
    cost = count_cost(plan, old, outcome.pairings, match(without_keeps(plan.round), digests={}).outcome.pairings)
    assert (cost.repair, cost.ended) == (cost.full, 0)
