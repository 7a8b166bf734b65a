"""Made-up enrolments for the people of a real file, whatever it looks like."""

from dataclasses import replace
from pathlib import Path

import pytest

from mentormatch.domain.direction import Direction
from mentormatch.domain.people import Person, Status
from mentormatch.errors import InputError
from mentormatch.files.people_file import read_people
from mentormatch.files.problems import Findings
from mentormatch.synthesis.organisation import Organisation, enrol_hierarchy
from tests.factories import a_person
from tests.unit.synthesis.samples import a_town, share


def a_dirty_hierarchy() -> list[Person]:
    """Return 300 people as files have them: no units, no sites, missing levels, posts without people, broken lines."""
    people = [a_person("TOP", level=9, name="Vacant")]
    for number in range(299):
        manager_id = f"ID{number // 5 - 1}" if number >= 5 else "TOP"
        names = ("N/D", "Vacant", "Eliminated", f"Somebody {number}")
        people.append(a_person(f"ID{number}", name=names[number % 4], manager_id=manager_id, level=7 - number // 50))
    people[10] = replace(people[10], level=None)
    people[20] = replace(people[20], status=Status.LEFT)
    people[21] = replace(people[21], status=Status.LEAVE)
    people[30] = replace(people[30], manager_id="NOBODY KNOWS")
    people[40] = replace(people[40], manager_id=people[40].person_id)
    people[50] = replace(people[50], person_id=people[51].person_id)
    people[60] = replace(people[60], person_id=people[61].person_id.lower())
    return people


def enrolled_of(organisation: Organisation) -> list[str]:
    return [enrolment.person_id for enrolment in organisation.enrolments]


def seeds_apart() -> list[Organisation]:
    return [enrol_hierarchy(a_dirty_hierarchy(), seed) for seed in range(10)]


def test_the_people_stay_as_they_are() -> None:
    people = a_dirty_hierarchy()
    assert enrol_hierarchy(people, 1).people == tuple(people)


def test_there_is_no_history() -> None:
    assert enrol_hierarchy(a_dirty_hierarchy(), 1).history == ()


def test_only_active_people_with_a_level_are_enrolled() -> None:
    people = a_dirty_hierarchy()
    unfit = {people[number].person_id for number in (10, 20, 21)}
    for organisation in seeds_apart():
        assert not unfit & set(enrolled_of(organisation))


def test_an_id_that_stands_twice_is_enrolled_once() -> None:
    for organisation in seeds_apart():
        ids = [person_id.casefold() for person_id in enrolled_of(organisation)]
        assert len(set(ids)) == len(ids)


def test_people_who_share_a_name_are_different_people() -> None:
    people = {person.person_id: person.name for person in a_dirty_hierarchy()}
    enrolled = [people[person_id] for person_id in enrolled_of(enrol_hierarchy(a_dirty_hierarchy(), 1))]
    assert enrolled.count("N/D") > 10


def test_about_half_enrol_whatever_the_file_looks_like() -> None:
    organisation = enrol_hierarchy(a_dirty_hierarchy(), 1)
    assert 0.45 < sum(e.is_mentee for e in organisation.enrolments) / 300 < 0.65
    assert 0.07 < sum(e.is_mentor for e in organisation.enrolments) / 300 < 0.2


def test_without_departments_nobody_asks_for_forward() -> None:
    for enrolment in enrol_hierarchy(a_dirty_hierarchy(), 1).enrolments:
        assert Direction.FORWARD not in enrolment.as_mentee
        assert enrolment.target_area == ""


def test_a_mentee_without_a_target_asks_upward_instead() -> None:
    organisation = enrol_hierarchy([a_person(f"P{number}", level=number % 5) for number in range(500)], 1)
    assert all(e.as_mentee for e in organisation.enrolments if not e.as_mentor)


def test_departments_of_the_file_are_target_areas() -> None:
    people = [replace(p, department=f"Unit {number % 7}") for number, p in enumerate(a_dirty_hierarchy())]
    areas = {e.target_area for e in enrol_hierarchy(people, 1).enrolments} - {""}
    assert len(areas) > 2
    assert areas <= {f"Unit {number}" for number in range(7)}


def test_a_department_alone_leaves_no_area_to_move_to() -> None:
    people = [replace(person, department="Home Office") for person in a_dirty_hierarchy()]
    assert {e.target_area for e in enrol_hierarchy(people, 1).enrolments} == {""}


def test_wishes_name_people_who_are_enrolled() -> None:
    for organisation in seeds_apart():
        ids = set(enrolled_of(organisation))
        for enrolment in organisation.enrolments:
            named = enrolment.prefers + enrolment.rather_not + enrolment.avoids + enrolment.conflicts
            assert set(named) <= ids - {enrolment.person_id}


def test_some_have_waited_although_no_past_round_is_known() -> None:
    organisation = enrol_hierarchy(a_dirty_hierarchy(), 1)
    assert 0 < share(enrolment.waiting_rounds > 0 for enrolment in organisation.enrolments) < 0.3


def test_the_same_seed_draws_the_same_enrolments() -> None:
    assert enrol_hierarchy(a_dirty_hierarchy(), 5) == enrol_hierarchy(a_dirty_hierarchy(), 5)
    assert enrol_hierarchy(a_dirty_hierarchy(), 5) != enrol_hierarchy(a_dirty_hierarchy(), 6)


def test_a_generated_organisation_can_be_enrolled_anew() -> None:
    again = enrol_hierarchy(a_town(400).people, 99)
    assert again.people == a_town(400).people
    assert again.enrolments != a_town(400).enrolments


@pytest.mark.parametrize(
    "people",
    [
        [],
        [a_person("A", level=None)],
        [a_person("A", status=Status.LEFT)],
        [a_person("")],
    ],
    ids=["nobody", "no level", "left", "no id"],
)
def test_a_hierarchy_with_nobody_to_enrol_has_no_enrolments(people: list[Person]) -> None:
    assert enrol_hierarchy(people, 1).enrolments == ()


@pytest.mark.parametrize("level", [-40, 0, 1, 900])
def test_everybody_may_have_one_and_the_same_level(level: int) -> None:
    people = [a_person(f"P{number}", level=level) for number in range(100)]
    enrolments = enrol_hierarchy(people, 1).enrolments
    assert len(enrolments) > 30
    assert all(not enrolment.prefers for enrolment in enrolments)


def test_a_seed_below_zero_is_refused_in_one_sentence() -> None:
    with pytest.raises(InputError) as caught:
        enrol_hierarchy(a_dirty_hierarchy(), -1)
    assert str(caught.value) == "The seed -1 cannot be used: give a whole number of 0 or more."


@pytest.mark.parametrize("name", ["oracle_hr_107.csv", "sourcegraph_2022-07-01.csv", "uk_2014_home_office.csv"])
def test_real_hierarchies_can_be_enrolled(real_data: Path, name: str) -> None:
    path = real_data / name
    if not path.exists():
        pytest.skip(f"{name} is not on this machine")
    sheet = read_people(path.read_bytes(), Findings())
    organisation = enrol_hierarchy(sheet.people, 1)
    with_level = {person.person_id for person in sheet.people if person.level is not None}
    assert set(enrolled_of(organisation)) <= with_level
    assert 0.5 < len(organisation.enrolments) / len(with_level) < 0.75
