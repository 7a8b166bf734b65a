"""Locks that cannot stand together: what they run into, by name, how much is short, and what to do about it."""

from typing import Any

import pytest

from mentormatch.domain.direction import Direction
from mentormatch.domain.policy import CapacityPolicy
from mentormatch.domain.round import Round
from mentormatch.matching.lock_conflicts import LimitKind, LockConflict, Pair, find_conflicts
from mentormatch.matching.lock_words import say_conflict, say_remedy, say_wrong
from mentormatch.matching.reference import build_reference
from tests.factories import Member, a_member, a_mentee, a_mentor, a_round, bare_policy, loose_capacity

UP, PEER = Direction.UPWARD, Direction.PEER


def with_capacity(*members: Member, **capacity: Any) -> Round:
    """Return a round under loose caps, apart from the given ones; everybody may have two mentors."""
    limits: CapacityPolicy = loose_capacity(**({"mentee_limit": 2, "mentee_direction_limit": 2} | capacity))
    return a_round(*members, policy=bare_policy(capacity=limits))


def conflicts(round_: Round, *pairs: str, forbidden: tuple[Pair, ...] = ()) -> tuple[LockConflict, ...]:
    """Return the conflicts of pairs, mentor first, written ``M-A``."""
    reference = build_reference(round_)
    found = [reference.candidate(*pair.split("-")) for pair in pairs]
    return find_conflicts(reference, [one for one in found if one is not None], forbidden)


def mentees(names: str, **changes: Any) -> list[Member]:
    """Return mentees with one letter each as their names."""
    return [a_mentee(name, **changes) for name in names]


def two_sided(name: str, **changes: Any) -> Member:
    """Return a peer who asks for two places and offers two."""
    both = {"as_mentee": {PEER: 2}, "as_mentor": {PEER: 2}, "max_mentors": 2, "max_mentees": 2}
    return a_member(name, **(both | changes))


def test_locks_within_every_limit_are_no_conflict() -> None:
    assert conflicts(with_capacity(*mentees("AB"), a_mentor("M", places=2)), "M-A", "M-B") == ()


def test_three_locks_on_two_places_are_one_place_short() -> None:
    round_ = with_capacity(*mentees("ABC"), a_mentor("M", as_mentor={UP: 9}, max_mentees=2))
    (found,) = conflicts(round_, "M-C", "M-A", "M-B")
    assert (found.limit.kind, found.limit.names, found.limit.most) == (LimitKind.MENTOR, ("M",), 2)
    assert found.locks == found.asked == (("M", "A"), ("M", "B"), ("M", "C"))
    assert say_conflict(found) == (
        "These 3 locks ask for 3 places of M, who has 2 (max_mentees): M mentors A, M mentors B, M mentors C; "
        "1 place is short. Delete one of them or give M one more place (max_mentees)."
    )


def test_the_smallest_set_holds_one_lock_more_than_places_and_the_rest_is_counted() -> None:
    round_ = with_capacity(*mentees("ABCDE"), a_mentor("M", as_mentor={UP: 9}, max_mentees=2))
    (found,) = conflicts(round_, *(f"M-{name}" for name in "EDCBA"))
    assert found.locks == (("M", "A"), ("M", "B"), ("M", "C"))
    assert (len(found.asked), found.short) == (5, 3)
    assert say_remedy(found) == "delete 3 of them or give M 3 more places (max_mentees)"
    assert say_wrong(found).endswith("; 3 places are short")


def test_two_limits_that_the_same_locks_run_into_are_one_conflict_and_both_have_to_be_raised() -> None:
    (found,) = conflicts(with_capacity(*mentees("AB"), a_mentor("M", places=1)), "M-A", "M-B")
    assert [one.limit.kind for one in found.also] == [LimitKind.MENTOR_DIRECTION]
    assert say_remedy(found) == "delete one of them or give M one more place (max_mentees, as_mentor)"


def test_a_wider_limit_whose_conflict_goes_with_the_narrower_one_is_not_told_by_itself() -> None:
    """A and B are of one team: whichever of their locks goes, two are left for the two places."""
    team = mentees("AB", manager_id="T")
    round_ = with_capacity(*team, *mentees("C"), a_member("T"), a_mentor("M", places=2), team_limit=1)
    found = conflicts(round_, "M-A", "M-B", "M-C")
    assert [(one.limit.kind, one.short) for one in found] == [(LimitKind.TEAM, 1)]
    assert {one.limit.kind for one in found[0].also} == {LimitKind.MENTOR, LimitKind.MENTOR_DIRECTION}


def test_conflicts_that_share_a_lock_but_can_be_ended_apart_are_both_told() -> None:
    round_ = with_capacity(*mentees("AB"), a_mentor("M"), a_mentor("N"))
    found = conflicts(round_, "M-A", "M-B", "N-A")
    assert [(one.limit.kind, one.asked) for one in found] == [
        (LimitKind.MENTEE, (("M", "A"), ("N", "A"))),
        (LimitKind.MENTOR, (("M", "A"), ("M", "B"))),
    ]


def test_disjoint_conflicts_are_all_told_the_smallest_first() -> None:
    round_ = with_capacity(*mentees("ABCDE"), a_mentor("M", places=2), a_mentor("N"))
    found = conflicts(round_, "M-A", "M-B", "M-C", "N-D", "N-E")
    assert [one.limit.names for one in found] == [("N",), ("M",)]


@pytest.mark.parametrize(
    ("mentee", "capacity", "setting", "remedy"),
    [
        ({"max_mentors": 1}, {}, "max_mentors", "let A have one more place (max_mentors)"),
        ({"max_mentors": 2}, {"mentee_limit": 1}, "mentee_limit", "raise the limit in the policy (mentee_limit)"),
    ],
)
def test_a_mentees_limit_is_their_own_or_the_policys(
    mentee: dict[str, Any], capacity: dict[str, int], setting: str, remedy: str
) -> None:
    asked = a_mentee("A", as_mentee={UP: 2}, **mentee)
    (found,) = conflicts(with_capacity(asked, a_mentor("M"), a_mentor("N"), **capacity), "M-A", "N-A")
    assert (found.limit.kind, found.limit.setting) == (LimitKind.MENTEE, setting)
    assert say_remedy(found) == f"delete one of them or {remedy}"


def test_a_mentees_places_in_a_direction_are_a_limit() -> None:
    asked = a_mentee("A", as_mentee={UP: 1}, max_mentors=2)
    (found,) = conflicts(with_capacity(asked, a_mentor("M"), a_mentor("N")), "M-A", "N-A")
    assert (found.limit.kind, found.limit.names) == (LimitKind.MENTEE_DIRECTION, ("A", "upward"))
    assert say_wrong(found).startswith("these 2 locks ask for 2 upward mentors for A, who may have 1 (as_mentee): ")


def test_a_blank_department_is_one_department_and_has_a_name_to_be_read() -> None:
    round_ = with_capacity(*mentees("AB"), a_mentor("M", places=2), department_share=0.5)
    (found,) = conflicts(round_, "M-A", "M-B")
    assert say_wrong(found).startswith("these 2 locks give 2 upward places of M to the department (none), which may")
    assert say_remedy(found) == "delete one of them or raise the limit in the policy (department_share)"


def test_a_pair_that_is_demanded_and_forbidden_is_a_contradiction() -> None:
    (found,) = conflicts(with_capacity(*mentees("A"), a_mentor("M")), "M-A", forbidden=(("M", "A"), ("N", "A")))
    assert say_conflict(found) == "One lock demands that M mentors A, another forbids it. Delete one of the two."


def test_a_contradiction_and_a_limit_are_told_apart_as_either_of_the_two_locks_may_go() -> None:
    round_ = with_capacity(*mentees("AB"), a_mentor("M"))
    found = conflicts(round_, "M-A", "M-B", forbidden=(("M", "A"),))
    assert {one.limit.kind for one in found} == {LimitKind.CONTRADICTION, LimitKind.MENTOR}


def test_two_people_who_would_mentor_each_other_are_a_conflict_where_the_policy_says_so() -> None:
    members = [two_sided(name) for name in "AB"]
    assert conflicts(with_capacity(*members), "A-B", "B-A") == ()
    (found,) = conflicts(with_capacity(*members, forbid_reciprocal=True), "A-B", "B-A")
    assert say_conflict(found) == (
        "These 2 locks let A and B mentor each other, which the policy forbids (forbid_reciprocal): A mentors B, "
        "B mentors A. Delete one of them or switch that off in the policy (forbid_reciprocal)."
    )


def test_of_an_exchange_of_favours_one_side_has_to_go_as_a_whole() -> None:
    """A mentors two of B's team, B mentors one of A's: one deletion is enough, but not any one."""
    staff = [two_sided(name, manager_id=name[0].upper()) for name in ("a1", "b1", "b2")]
    managers = [two_sided(name) for name in "AB"]
    round_ = with_capacity(*staff, *managers, forbid_favour_exchange=True)
    (found,) = conflicts(round_, "A-b1", "A-b2", "B-a1")
    assert found.locks == (("A", "b1"), ("B", "a1"))
    assert (len(found.asked), found.short) == (3, 1)
    assert "delete all of one side or switch" in say_remedy(found)


def test_mentoring_somebody_of_the_own_team_is_no_favour() -> None:
    members = [two_sided("A"), two_sided("a1", manager_id="A")]
    assert conflicts(with_capacity(*members, forbid_favour_exchange=True), "A-a1") == ()


def test_a_pair_that_is_locked_twice_counts_once() -> None:
    assert conflicts(with_capacity(*mentees("A"), a_mentor("M")), "M-A", "M-A") == ()


def test_a_long_list_of_locks_is_cut_short() -> None:
    names = "ABCDEFGHIJKL"
    round_ = with_capacity(*mentees(names), a_mentor("M", as_mentor={UP: 99}, max_mentees=1))
    (found,) = conflicts(round_, *(f"M-{name}" for name in names))
    assert "M mentors J and 2 more; 11 places are short" in say_wrong(found)
