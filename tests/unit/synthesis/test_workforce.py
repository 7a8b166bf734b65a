"""Who can enrol, and how ranks make hierarchies comparable."""

import numpy as np
import pytest

from mentormatch.domain.people import Status
from mentormatch.synthesis.draws import NOBODY
from mentormatch.synthesis.workforce import gather_workforce
from tests.factories import a_person


def test_only_active_people_with_a_level_can_enrol() -> None:
    people = [
        a_person("A"),
        a_person("B", status=Status.LEFT),
        a_person("C", status=Status.LEAVE),
        a_person("D", level=None),
        a_person("E", level=0),
    ]
    assert [person.person_id for person in gather_workforce(people).people] == ["A", "E"]


def test_each_id_counts_once_however_it_is_written() -> None:
    people = [a_person("a1", name="first"), a_person("A1"), a_person(" a1"), a_person("\uff41\uff11"), a_person("a2")]
    found = gather_workforce(people).people
    assert [person.person_id for person in found] == ["a1", "a2"]
    assert found[0].name == "first"


def test_a_blank_id_is_nobody() -> None:
    assert len(gather_workforce([a_person(""), a_person("  ")])) == 0


def test_an_id_whose_first_row_has_no_level_can_enrol_by_a_later_one() -> None:
    found = gather_workforce([a_person("A", level=None), a_person("A", level=4)])
    assert found.level.tolist() == [4]


def test_the_rank_counts_those_below_and_half_of_the_equals() -> None:
    people = [a_person(f"P{number}", level=level) for number, level in enumerate([1, 1, 1, 1, 2, 2, 5, 9, 9, 9])]
    assert gather_workforce(people).rank.tolist() == [200, 200, 200, 200, 500, 500, 650, 850, 850, 850]


@pytest.mark.parametrize("levels", [(3, 2, 1), (300, 20, -10), (9, 8, 7)])
def test_the_rank_does_not_depend_on_how_levels_are_numbered(levels: tuple[int, ...]) -> None:
    people = [a_person(f"P{number}", level=level) for number, level in enumerate(levels)]
    assert gather_workforce(people).rank.tolist() == [833, 500, 166]


def test_departments_are_compared_as_names_are() -> None:
    names = ["Sales", " sales", "Tax", "", "  "]
    workforce = gather_workforce([a_person(f"P{number}", department=name) for number, name in enumerate(names)])
    assert workforce.department[0] == workforce.department[1] != workforce.department[2]
    assert workforce.department[3:].tolist() == [NOBODY, NOBODY]


def test_a_blank_department_is_not_known_to_be_the_same() -> None:
    workforce = gather_workforce(
        [a_person("A", department="Tax"), a_person("B", department="Tax"), *map(a_person, "CD")]
    )
    pairs = np.array([[0, 1], [0, 2], [2, 3]])
    assert workforce.is_apart(pairs[:, 0], pairs[:, 1]).tolist() == [False, True, True]


def test_a_part_of_the_people_keeps_its_ranks() -> None:
    workforce = gather_workforce([a_person(name, level=level) for level, name in enumerate("ABCD")])
    part = workforce.select(np.array([False, True, False, True]))
    assert [person.person_id for person in part.people] == ["B", "D"]
    assert part.rank.tolist() == workforce.rank[[1, 3]].tolist()
    assert part.level.tolist() == [1, 3]
