"""Who signs up: shares of mentees and mentors, directions, places."""

from collections import Counter

import numpy as np
import pytest

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.people import Status
from mentormatch.domain.policy import CapacityPolicy
from mentormatch.synthesis.draws import open_stream
from mentormatch.synthesis.styles import MENTEE_STYLES, MENTOR_STYLES, draw_roles, find_groups
from mentormatch.synthesis.workforce import Workforce, gather_workforce
from tests.factories import a_person
from tests.unit.synthesis.samples import a_town, enrolments_of, people_of, share

SIZES = (2_000, 10_000)
LIMITS = CapacityPolicy()


def mentees(people_count: int = 10_000) -> list[str]:
    return [e.person_id for e in a_town(people_count).enrolments if e.is_mentee]


def mentors(people_count: int = 10_000) -> list[str]:
    return [e.person_id for e in a_town(people_count).enrolments if e.is_mentor]


@pytest.mark.parametrize("people_count", SIZES)
def test_about_half_of_the_active_people_ask_for_a_mentor(people_count: int) -> None:
    active = [person for person in a_town(people_count).people if person.status is Status.ACTIVE]
    assert 0.47 < len(mentees(people_count)) / len(active) < 0.6


@pytest.mark.parametrize("people_count", SIZES)
def test_about_an_eighth_offer_to_be_mentors(people_count: int) -> None:
    assert 0.10 < len(mentors(people_count)) / people_count < 0.14


@pytest.mark.parametrize("people_count", SIZES)
def test_demand_exceeds_the_places_about_twofold(people_count: int) -> None:
    demand = sum(e.max_mentors for e in a_town(people_count).enrolments if e.is_mentee)
    places = sum(e.max_mentees for e in a_town(people_count).enrolments if e.is_mentor)
    assert 1.7 < demand / places < 2.5


def test_everybody_who_is_enrolled_plays_a_role_and_some_play_both() -> None:
    both = set(mentees()) & set(mentors())
    assert set(mentees()) | set(mentors()) == enrolments_of(10_000).keys()
    assert 0.1 < len(both) / len(mentors()) < 0.5


def test_mentors_stand_higher_than_mentees_and_senior_ones_are_scarce() -> None:
    people = people_of(10_000)
    of_mentors = [people[person_id].level or 0 for person_id in mentors()]
    of_mentees = [people[person_id].level or 0 for person_id in mentees()]
    assert np.mean(of_mentors) > np.mean(of_mentees) + 1
    assert len([level for level in of_mentors if level >= 5]) < len(of_mentees) / 10


def test_each_direction_is_asked_for_and_offered_by_many() -> None:
    for direction in DIRECTIONS:
        asked = share(direction in e.as_mentee for e in a_town(10_000).enrolments if e.is_mentee)
        offered = share(direction in e.as_mentor for e in a_town(10_000).enrolments if e.is_mentor)
        assert asked > 0.08, direction
        assert offered > 0.08, direction


def test_downward_is_as_open_as_upward() -> None:
    for side in ("as_mentee", "as_mentor"):
        counts = Counter(direction for e in a_town(10_000).enrolments for direction in getattr(e, side))
        assert counts[Direction.DOWNWARD] == pytest.approx(counts[Direction.UPWARD], rel=0.1)


def test_some_mentors_only_want_to_bring_someone_on() -> None:
    only = {Direction.DOWNWARD}
    assert any(set(e.as_mentor) == only for e in a_town(10_000).enrolments)
    assert any(set(e.as_mentee) == only for e in a_town(10_000).enrolments)


def test_reverse_is_asked_for_by_the_senior_and_offered_by_their_juniors() -> None:
    people = people_of(10_000)
    asking = [people[e.person_id].level or 0 for e in a_town(10_000).enrolments if Direction.REVERSE in e.as_mentee]
    offering = [people[e.person_id].level or 0 for e in a_town(10_000).enrolments if Direction.REVERSE in e.as_mentor]
    assert np.mean(asking) > np.mean(offering) + 0.7


@pytest.mark.parametrize("tables", [MENTEE_STYLES, MENTOR_STYLES], ids=["mentees", "mentors"])
def test_no_style_names_a_direction_twice_or_none(tables: tuple[dict[tuple[Direction, ...], int], ...]) -> None:
    assert len(tables) == 3
    for table in tables:
        assert all(style and len(set(style)) == len(style) and weight > 0 for style, weight in table.items())


def test_places_keep_to_the_limits_of_the_default_policy() -> None:
    for enrolment in a_town(10_000).enrolments:
        assert 1 <= enrolment.max_mentors <= LIMITS.mentee_limit
        assert 1 <= enrolment.max_mentees <= LIMITS.mentor_limit
        assert set(enrolment.as_mentee.values()) <= {1}
        assert all(1 <= places <= LIMITS.mentor_limit for places in enrolment.as_mentor.values())


def test_no_direction_offers_more_places_than_the_mentor_has() -> None:
    offers = [e for e in a_town(10_000).enrolments if e.is_mentor]
    assert all(max(e.as_mentor.values()) <= e.max_mentees for e in offers)
    assert {e.max_mentees for e in offers} == {1, 2, 3}


def test_most_mentees_want_one_mentor_and_some_two() -> None:
    wanted = Counter(e.max_mentors for e in a_town(10_000).enrolments if e.is_mentee)
    assert 0.05 < wanted[2] / wanted.total() < 0.2


def a_workforce(levels: list[int]) -> Workforce:
    return gather_workforce([a_person(f"P{number}", level=level) for number, level in enumerate(levels)])


@pytest.mark.parametrize("levels", [[1] * 3_000, [1, 2] * 1_500, list(range(3_000))], ids=["one", "two", "all"])
def test_the_shares_hold_however_many_levels_there_are(levels: list[int]) -> None:
    roles = draw_roles(a_workforce(levels), open_stream(1))
    assert 0.09 < roles.is_mentor.mean() < 0.15
    assert 0.5 < roles.is_mentee.mean() < 0.6


def test_people_are_junior_settled_or_senior_by_rank() -> None:
    assert find_groups(np.array([0, 499, 500, 799, 800, 1_000])).tolist() == [0, 0, 1, 1, 2, 2]
