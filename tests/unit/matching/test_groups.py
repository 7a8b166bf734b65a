"""Into which groups access floors part the mentees."""

import numpy as np
import pytest

from mentormatch.domain.people import Person
from mentormatch.domain.policy import FloorPolicy, Policy
from mentormatch.matching.groups import NO_GROUP, Partition, group_name, part_mentees
from mentormatch.matching.roster import build_roster
from tests.factories import a_mentee, a_mentor, a_person, a_round


def parted(*departments: str, least: int = 1, **floors: object) -> Partition:
    """Return mentees of some departments, parted."""
    people = [a_person(f"E{row}", department=name) for row, name in enumerate(departments)]
    settings = FloorPolicy(**({"by": "department", "group_min": least} | floors))  # type: ignore[arg-type]
    return part_mentees(people, Policy(floors=settings))


@pytest.mark.parametrize(
    ("by", "person", "name"),
    [
        ("department", a_person(department=" Finance "), "finance"),
        ("division", a_person(division="NORTH"), "north"),
        ("location", a_person(location="Köln"), "köln"),
        ("level", a_person(level=12), "12"),
        ("level", a_person(level=0), "0"),
        ("level", a_person(level=None), ""),
        ("department", a_person(department="  "), ""),
    ],
)
def test_a_group_is_named_as_names_are_compared(by: str, person: Person, name: str) -> None:
    assert group_name(person, by) == name


def test_mentees_are_numbered_by_their_groups_in_the_order_of_names() -> None:
    found = parted("Works", "finance", "FINANCE ", "", "works")
    assert found.names == ("finance", "works")
    assert found.sizes.tolist() == [2, 2]
    assert found.of_mentee.tolist() == [1, 0, 0, NO_GROUP, 1]


def test_a_group_that_is_too_small_has_a_size_but_no_number() -> None:
    found = parted("a", "a", "b", least=2)
    assert (found.names, found.too_small) == (("a",), {"b": 1})
    assert found.of_mentee.tolist() == [0, 0, NO_GROUP]
    assert found.own == ("a", "a", "b")


def test_groups_keep_the_spelling_of_one_of_their_people() -> None:
    assert parted(" Human Resources ").spelled == {"human resources": "Human Resources"}


@pytest.mark.parametrize("floors", [FloorPolicy(), FloorPolicy("department")])
def test_without_floors_nobody_is_in_a_group(floors: FloorPolicy) -> None:
    """Neither when the policy names no groups nor when its stages do not name floors."""
    policy = Policy(floors=floors, stages=("coverage", "lottery") if floors.by else Policy().stages)
    found = part_mentees([a_person(department="a")], policy)
    assert (found.names, found.too_small, found.of_mentee.tolist()) == ((), {}, [NO_GROUP])


def test_a_mentee_is_counted_once_however_often_they_are_named() -> None:
    found = parted("a", "b", "a", "")
    assert found.count(np.array([0, 0, 2, 3])).tolist() == [2, 0]
    assert found.count(np.zeros(0, np.int64)).tolist() == [0, 0]


def test_only_mentees_who_can_get_a_place_are_counted() -> None:
    policy = Policy(floors=FloorPolicy("department", group_min=1))
    nobody = a_mentee("E2", department="a", max_mentors=0)
    round_ = a_round(a_mentee("E1", department="a"), nobody, a_mentor("M", department="a"), policy=policy)
    assert build_roster(round_).groups.sizes.tolist() == [1]
