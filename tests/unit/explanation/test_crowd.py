"""The crowd that somebody is in: who shares which places, and what is full."""

from typing import Any

import pytest

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.explanation.crowd import DESCRIBED_MIN, Crowd, HallSet, describe_crowd, find_hall_set
from mentormatch.explanation.first_pass import FirstPass, read_first_pass
from mentormatch.matching import candidates as candidates_module
from mentormatch.matching.rows import Family
from tests.factories import Member, a_mentee, a_mentor, a_person, a_round, a_scored_round, bare_policy, loose_capacity
from tests.unit.explanation.solved import solved

UP, _, _, PEER, _ = DIRECTIONS


def look(round_: Round) -> tuple[FirstPass, HallSet | None]:
    """Return the first pass of a round, and the crowd of the first mentee who has candidates and no place."""
    first = read_first_pass(solved(round_))
    placed = set(first.whole_plan.mentee.tolist())
    row = next(row for row in range(len(first.roster.mentees)) if row not in placed and len(first.of_mentee(row)))
    return first, find_hall_set(first, row)


def ids(first: FirstPass, found: HallSet | None) -> set[str]:
    """Return the people of a crowd."""
    assert found is not None
    return {first.roster.mentees.ids[row] for row in found.mentees.tolist()}


def described(round_: Round) -> Crowd | None:
    """Return the crowd in figures."""
    first, found = look(round_)
    assert found is not None
    return describe_crowd(first, found)


def crowd_of(size: int, *mentors: Member, **policy: Any) -> Round:
    """Return a round of mentees who are alike and some mentors."""
    return a_round(*(a_mentee(f"E{k}") for k in range(size)), *mentors, policy=bare_policy(**policy))


def test_all_who_need_the_same_places_are_in_it_and_the_places_are_counted() -> None:
    found = described(crowd_of(7, a_mentor("M", places=2), a_mentor("N", places=1)))
    assert found is not None
    assert (found.people, found.places) == (7, 3)


def test_who_could_go_elsewhere_without_a_loss_of_places_is_not_in_it() -> None:
    """C has a place with N, whom A and B cannot have."""
    points = {("A", "M"): 500, ("B", "M"): 600, ("C", "N"): 700, ("D", "N"): 100}
    first, found = look(a_scored_round(points, {"N": 2}))
    assert ids(first, found) == {"A", "B"}


def test_whoever_holds_a_place_brings_in_those_with_whom_they_could_exchange_it() -> None:
    """A needs M, B has it and could only go to N, which C holds."""
    points = {("A", "M"): 100, ("B", "M"): 900, ("B", "N"): 500, ("C", "N"): 900}
    first, found = look(a_scored_round(points))
    assert found is not None
    assert ids(first, found) == {"A", "B", "C"}
    assert (found.places, found.mentors.tolist()) == (2, [0, 1])


def test_others_without_a_place_join_if_they_have_no_candidate_elsewhere() -> None:
    points = {("A", "M"): 100, ("B", "M"): 900, ("C", "M"): 200}
    first, found = look(a_scored_round(points))
    assert ids(first, found) == {"A", "B", "C"}


def test_a_place_that_a_lock_took_is_not_shared() -> None:
    members = [a_mentee(who) for who in "ABCDEFG"]
    locks = (Lock(LockKind.MUST, "M", "A"),)
    found = described(a_round(*members, a_mentor("M", places=3), policy=bare_policy(), locks=locks))
    assert found is not None
    assert (found.people, found.places) == (6, 2)


@pytest.mark.parametrize(
    ("cap", "name", "places"),
    [({"department_share": 0.0005}, "department", 1), ({"team_limit": 2}, "team", 2)],
)
def test_the_innermost_limit_that_is_full_is_named(cap: dict[str, Any], name: str, places: int) -> None:
    team: dict[str, Any] = {"department": "X", "manager_id": "T"}
    members = [a_mentee(f"E{k}", **team) for k in range(6)]
    policy = bare_policy(capacity=loose_capacity(**cap))
    found = described(a_round(a_person("T"), *members, a_mentor("M", places=5), policy=policy))
    assert found is not None
    assert (found.limits, found.places) == ({name: 1}, places)


def test_a_full_direction_is_told_from_a_full_mentor() -> None:
    """M takes two in all, one of them upward; the mentees ask for upward alone."""
    mentor = a_mentor("M", as_mentor={UP: 1, PEER: 1}, max_mentees=2)
    found = described(crowd_of(5, mentor))
    assert found is not None
    assert (found.limits, found.places) == ({"direction": 1}, 1)
    found = described(crowd_of(5, a_mentor("M", as_mentor={UP: 2}, max_mentees=1)))
    assert found is not None
    assert (found.limits, found.places) == ({"mentor": 1}, 1)


def test_a_row_within_another_one_is_not_counted_twice() -> None:
    """Team T's people meet its limit, the others M's own; the team's place is one of M's two."""
    members = [a_mentee(f"T{k}", manager_id="T") for k in range(3)] + [a_mentee(f"E{k}") for k in range(3)]
    policy = bare_policy(capacity=loose_capacity(team_limit=1))
    first, found = look(a_round(a_person("T"), *members, a_mentor("M", places=2), policy=policy))
    assert found is not None
    assert len(found.mentees) > found.places == 2
    assert [family is not Family.TEAM for family, _ in found.rows] == [True]
    assert len(ids(first, found)) == 6


def test_where_only_a_favour_in_return_stands_in_the_way_there_is_no_crowd() -> None:
    """M may mentor B or B may mentor M, not both: one stays without a place though both mentors have one."""
    both: dict[str, Any] = {"as_mentor": {PEER: 1}, "as_mentee": {PEER: 1}, "max_mentees": 1}
    members = [a_mentee("B", **both), a_mentee("M", **both)]
    _, found = look(a_round(*members, policy=bare_policy(capacity=loose_capacity(forbid_reciprocal=True))))
    assert found is None


@pytest.mark.parametrize("size", [2, 4, 5, 8])
def test_fewer_than_five_people_are_not_described(size: int) -> None:
    assert (described(crowd_of(size, a_mentor("M"))) is not None) is (size >= DESCRIBED_MIN)


def test_it_does_not_depend_on_how_many_are_looked_at_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = crowd_of(9, a_mentor("M", places=2), a_mentor("N", places=3))
    expected = described(round_)
    monkeypatch.setattr(candidates_module, "PAIRS_PER_BLOCK", 3)
    assert described(round_) == expected
