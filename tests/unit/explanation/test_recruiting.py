"""Where one more place brings most: bounds by the proof, exact answers for the best, and kinds of mentors."""

from dataclasses import replace

import pytest

from mentormatch.domain.direction import Direction
from mentormatch.domain.policy import FloorPolicy, Policy
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.errors import RefusedError
from mentormatch.explanation.place_bounds import UNKNOWN, PlaceBound, Slot, bound_places
from mentormatch.explanation.recruiting import rank_places
from tests.factories import a_mentee, a_mentor, a_round, a_scored_round, bare_policy, loose_capacity
from tests.unit.explanation.solved import solved

UP = Direction.UPWARD
CROWD = {("A", "M"): 900, ("B", "M"): 700, ("C", "N"): 400}
"""A and B share the one place of M; C has N alone."""


def bounds_of(round_: Round) -> dict[str, PlaceBound]:
    """Return the bound of each mentor's only slot."""
    return {bound.slot.mentor_id: bound for bound in bound_places(solved(round_))}


def test_the_place_that_a_crowd_waits_for_comes_first() -> None:
    bounds = bound_places(solved(a_scored_round(CROWD)))
    assert [bound.slot for bound in bounds] == [Slot("M", UP), Slot("N", UP)]
    assert bounds[0].gains["coverage"] == 1
    assert set(bounds[1].order) == {0}


def test_the_exact_gain_is_what_the_next_person_brings() -> None:
    found = rank_places(solved(a_scored_round(CROWD)))
    (place,) = found.places
    assert place.bound.slot == Slot("M", UP)
    assert (place.gains["coverage"], place.gains["points"]) == (1, 700)
    assert (place.difference.served, place.difference.points) == (1, 700)
    assert found.is_certain


def test_a_place_that_nobody_waits_for_is_not_in_the_list() -> None:
    assert rank_places(solved(a_scored_round({("A", "M"): 900}))).places == ()


def test_more_places_than_the_policy_lets_anybody_offer_are_no_slot() -> None:
    policy = bare_policy(capacity=loose_capacity(mentor_limit=1))
    round_ = a_round(a_mentee("A"), a_mentee("B"), a_mentor("M"), policy=policy)
    assert bound_places(solved(round_)) == ()


def test_a_mentor_whose_places_all_went_to_locked_pairings_has_no_bound() -> None:
    """The proof of the passes says nothing about candidates of a mentor who has no place left."""
    round_ = a_scored_round(CROWD, locks=(Lock(LockKind.MUST, "M", "A"),))
    assert set(bounds_of(round_)["M"].order) == {UNKNOWN}
    (place,) = rank_places(solved(round_)).places
    assert place.difference.served == 1


def test_with_access_floors_nothing_is_bounded_after_them() -> None:
    policy = Policy(floors=FloorPolicy(by="department", group_min=1))
    people = [a_mentee(name, department="Sales") for name in "AB"]
    (bound,) = bound_places(solved(a_round(*people, a_mentor("M"), policy=policy)))
    assert bound.gains["coverage"] == 1
    assert "floors" not in bound.gains
    assert bound.gains["points"] == UNKNOWN


def test_only_so_many_slots_are_looked_at_and_the_answer_says_that_others_may_bring_as_much() -> None:
    points = {(f"{mentor}{number}", mentor): 500 for mentor in "MNO" for number in (1, 2)}
    told: list[tuple[str, float]] = []
    found = rank_places(
        solved(a_scored_round(points)), 3, most_solved=2, on_slot=lambda slot, done: told.append((slot.mentor_id, done))
    )
    assert told == [("M", 0.0), ("N", 0.5)]
    assert len(found.places) == 2
    assert not found.is_certain


def test_kinds_of_three_mentors_and_more_have_a_mean_and_a_best() -> None:
    """Of the three in Sales one has somebody waiting for a place, worth 500 points."""
    sales = [a_mentor(name, department="Sales ", skills_offered=("SQL", "law")) for name in "MNO"]
    works = [a_mentor(name, department="Works", skills_offered=("law",)) for name in "PQ"]
    waiting = [a_mentee("A", prefers=("M",), avoids=tuple("NOPQ")), a_mentee("B", avoids=tuple("NOPQ"))]
    found = rank_places(solved(a_round(*sales, *works, *waiting, policy=Policy(rules={}))))
    groups = {(group.by, group.name): group for group in found.groups}
    assert set(groups) == {("department", "sales"), ("level", "3"), ("skill", "sql"), ("skill", "law")}
    assert groups["department", "sales"].mentors == 3
    assert groups["department", "sales"].mean["coverage"] == pytest.approx(1 / 3)
    assert groups["department", "sales"].best["coverage"] == 1
    assert groups["skill", "law"].mean["coverage"] == pytest.approx(1 / 5)


def test_a_round_that_was_stopped_has_no_bounds() -> None:
    base = solved(a_scored_round(CROWD))
    with pytest.raises(RefusedError, match="stopped before its proof"):
        bound_places(replace(base, certificate=replace(base.certificate, status="stopped")))
