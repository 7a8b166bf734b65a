"""What a crowd has in common, and when it is said."""

from collections.abc import Sequence

import numpy as np

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.explanation.traits import Trait, TraitKind, find_trait
from mentormatch.matching.roster import build_roster
from tests.factories import Member, a_mentee, a_mentor, a_round, bare_policy

UP, _, _, PEER, _ = DIRECTIONS


def trait(members: Sequence[Member], people: str, mentors: str) -> Trait | None:
    """Return what some people who share places with some mentors have in common; each id is one letter."""
    roster = build_roster(a_round(*members, policy=bare_policy()))
    rows = np.array(sorted(roster.mentees.position[who] for who in people))
    columns = np.array(sorted(roster.mentors.position[who] for who in mentors))
    return find_trait(roster, rows, columns)


MENTEES = [a_mentee(who) for who in "ABCDE"]


def test_the_department_of_all_mentors_is_named_in_its_own_spelling() -> None:
    members = [*MENTEES, a_mentor("M", department="Finance"), a_mentor("N", department=" finance"), a_mentor("O")]
    assert trait(members, "ABCDE", "MN") == Trait(TraitKind.DEPARTMENT, "finance", 2, 2)


def test_a_department_that_hardly_any_other_mentor_is_without_says_nothing() -> None:
    members = [*MENTEES, *(a_mentor(who, department="Finance") for who in "MNO")]
    assert trait(members, "ABCDE", "MN") is None


def test_the_skill_that_nearly_all_want_first_is_said_with_the_number() -> None:
    wanting = [a_mentee(who, skills_wanted=("SQL", "law")) for who in "ABCDEFGHI"]
    others = [a_mentee(who, skills_wanted=("law", "SQL")) for who in "JKLQRS"]
    members = [*wanting, *others, a_mentor("M"), a_mentor("N")]
    assert trait(members, "ABCDEFGHIJ", "M") == Trait(TraitKind.SKILL, "SQL", 9, 10)


def test_eight_of_ten_are_not_nearly_all() -> None:
    wanting = [a_mentee(who, skills_wanted=("SQL",)) for who in "ABCDEFGH"]
    members = [*wanting, *(a_mentee(who) for who in "IJKLQRS"), a_mentor("M"), a_mentor("N")]
    assert trait(members, "ABCDEFGHIJ", "M") is None


def test_a_direction_counts_for_those_who_ask_for_nothing_else() -> None:
    members = [*MENTEES, *(a_mentee(who, as_mentee={UP: 1, PEER: 1}) for who in "FG"), a_mentor("M"), a_mentor("N")]
    assert trait(members, "ABCDE", "M") == Trait(TraitKind.DIRECTION, "upward", 5, 5)
    assert trait(members, "ABFG", "M") is None


def test_what_holds_of_more_of_them_comes_before_what_stands_first() -> None:
    mentors = [a_mentor(who, department="Finance", location="Leeds") for who in "MNOPQRSTU"]
    mentors += [a_mentor("V", department="Sales", location="Leeds"), a_mentor("W"), a_mentor("X"), a_mentor("Y")]
    found = trait([*MENTEES, *mentors], "ABCDE", "MNOPQRSTUV")
    assert found == Trait(TraitKind.LOCATION, "Leeds", 10, 10)
    assert found.is_of_all


def test_blank_is_nothing_in_common() -> None:
    assert trait([*MENTEES, a_mentor("M"), a_mentor("N", department="Finance")], "ABCDE", "M") is None
