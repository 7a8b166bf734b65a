"""Levels, titles, status and start dates of made-up people."""

from collections import Counter
from datetime import date
from statistics import mean

import pytest

from mentormatch.domain.people import Person, Status
from mentormatch.synthesis.careers import HIRED_UNTIL, draw_levels
from mentormatch.synthesis.draws import open_stream
from mentormatch.synthesis.tree import grow_tree
from tests.unit.synthesis.samples import a_town, chain_of, people_of, reports_of, share


def level_of(person: Person) -> int:
    """Return the level, which everybody has."""
    assert person.level is not None
    return person.level


@pytest.mark.parametrize("seed", range(6))
def test_ten_thousand_people_have_six_to_nine_levels(seed: int) -> None:
    levels = set(draw_levels(grow_tree(10_000, open_stream(seed)), open_stream(seed)).tolist())
    assert levels == set(range(1, max(levels) + 1))
    assert 6 <= len(levels) <= 9


def test_only_the_top_has_the_highest_level() -> None:
    people = people_of()
    highest = max(level_of(person) for person in people.values())
    assert [person.manager_id for person in people.values() if person.level == highest] == [""]


def test_nobody_stands_above_their_manager() -> None:
    people = people_of()
    gaps = [level_of(people[p.manager_id]) - level_of(p) for p in people.values() if p.manager_id]
    assert min(gaps) == 0
    assert max(gaps) <= 3


def test_some_specialists_have_the_grade_of_their_manager() -> None:
    people, reports = people_of(), reports_of(a_town().people)
    staff = [person for person in people.values() if person.person_id not in reports]
    assert 0.03 < share(person.level == people[person.manager_id].level for person in staff) < 0.12


def test_whoever_leads_stands_above_the_lowest_level() -> None:
    leads = reports_of(a_town().people).keys() - {""}
    assert min(level_of(people_of()[lead]) for lead in leads) == 2


def test_the_level_falls_with_the_distance_from_the_top() -> None:
    by_depth: dict[int, list[int]] = {}
    for person in people_of().values():
        by_depth.setdefault(len(chain_of(person, people_of())), []).append(level_of(person))
    means = [mean(by_depth[depth]) for depth in sorted(by_depth)]
    assert means == sorted(means, reverse=True)


def test_the_higher_the_level_the_fewer_the_people() -> None:
    counts = Counter(level_of(person) for person in people_of(10_000).values())
    assert [level for level, _ in counts.most_common()] == sorted(counts)


def test_a_few_people_have_left_or_are_on_leave() -> None:
    people = a_town(10_000).people
    assert 0.02 < share(person.status is Status.LEFT for person in people) < 0.04
    assert 0.01 < share(person.status is Status.LEAVE for person in people) < 0.03


def test_whoever_is_not_active_leads_nobody_and_still_has_a_manager() -> None:
    reports = reports_of(a_town().people)
    away = [person for person in a_town().people if person.status is not Status.ACTIVE]
    assert away
    assert all(person.person_id not in reports and person.manager_id in people_of() for person in away)


def test_everybody_joined_before_the_coming_round() -> None:
    dates = [person.start_date for person in a_town().people]
    assert None not in dates
    assert max(filter(None, dates)) <= HIRED_UNTIL < date(2026, 1, 15)
    assert min(filter(None, dates)) > date(1980, 1, 1)


def test_the_senior_have_been_here_for_longer() -> None:
    def mean_start(levels: range) -> float:
        return mean(p.start_date.toordinal() for p in a_town().people if p.start_date and p.level in levels)

    assert mean_start(range(4, 9)) < mean_start(range(2, 4)) < mean_start(range(1, 2))


def test_there_is_one_chief_executive_and_one_director_a_division() -> None:
    titles = Counter(person.job_title for person in a_town().people)
    divisions = {person.division for person in a_town().people} - {"Executive Office"}
    assert titles["Chief Executive Officer"] == 1
    directed = {title for title in titles if title.startswith("Director of ")}
    assert directed <= {f"Director of {division}" for division in divisions}
    assert all(titles[title] == 1 for title in directed)


def test_every_department_has_one_head() -> None:
    departments = {person.department for person in a_town().people if not person.department.endswith("Leadership")}
    titles = Counter(person.job_title for person in a_town().people)
    assert all(titles[f"Head of {department}"] == 1 for department in departments - {"Executive Office"})


def test_only_people_with_reports_are_called_managers() -> None:
    reports = reports_of(a_town().people)
    for person in a_town().people:
        leads = person.person_id in reports
        starts = ("Chief", "Director of", "Head of")
        assert leads == (person.job_title.endswith(" Manager") or person.job_title.startswith(starts))


def test_the_grade_stands_in_the_title() -> None:
    grades = {1: "Junior", 3: "Senior", 4: "Lead"}
    reports = reports_of(a_town().people)
    staff = [person for person in a_town().people if person.person_id not in reports and person.level in grades]
    assert {person.level for person in staff} == {1, 3, 4}
    assert all(person.job_title.startswith(grades[level_of(person)] + " ") for person in staff)


@pytest.mark.parametrize(("people_count", "levels"), [(1, [1]), (2, [1, 2]), (4, [1, 1, 1, 2])])
def test_tiny_organisations_have_levels_too(people_count: int, levels: list[int]) -> None:
    drawn = sorted(level_of(person) for person in a_town(people_count).people)
    assert len(drawn) == len(levels)
    assert drawn[-1] == levels[-1]
    assert drawn[0] >= 1
