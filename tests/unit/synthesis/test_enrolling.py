"""The answers on the sign-up form: skills, target areas, interests, hours, rhythm, training."""

from collections import Counter

from mentormatch.domain.direction import Direction
from mentormatch.domain.enrolment import Enrolment, Rhythm
from mentormatch.domain.people import Status
from mentormatch.synthesis.skills import INTERESTS, SKILLS
from tests.unit.synthesis.samples import a_town, people_of, share

TOWN = 10_000


def mentees() -> list[Enrolment]:
    return [enrolment for enrolment in a_town(TOWN).enrolments if enrolment.is_mentee]


def mentors() -> list[Enrolment]:
    return [enrolment for enrolment in a_town(TOWN).enrolments if enrolment.is_mentor]


def test_each_person_is_enrolled_once_and_is_active() -> None:
    ids = [enrolment.person_id for enrolment in a_town(TOWN).enrolments]
    assert len(set(ids)) == len(ids)
    assert all(people_of(TOWN)[person_id].status is Status.ACTIVE for person_id in ids)


def test_mentees_rank_two_to_five_skills_or_leave_the_question_blank() -> None:
    counts = Counter(len(enrolment.skills_wanted) for enrolment in mentees())
    assert set(counts) == {0, 2, 3, 4, 5}
    assert 0.03 < counts[0] / counts.total() < 0.1


def test_mentors_offer_four_to_nine_skills_or_leave_the_question_blank() -> None:
    counts = Counter(len(enrolment.skills_offered) for enrolment in mentors())
    assert set(counts) == {0, 4, 5, 6, 7, 8, 9}
    assert 0.03 < counts[0] / counts.total() < 0.1


def test_skills_are_those_of_the_list_and_none_stands_twice() -> None:
    for enrolment in a_town(TOWN).enrolments:
        for skills in (enrolment.skills_wanted, enrolment.skills_offered):
            assert len(set(skills)) == len(skills)
            assert set(skills) <= set(SKILLS)


def test_each_role_answers_its_own_questions_only() -> None:
    for enrolment in a_town(TOWN).enrolments:
        if not enrolment.is_mentee:
            assert (dict(enrolment.as_mentee), enrolment.skills_wanted, enrolment.target_area) == ({}, (), "")
        if not enrolment.is_mentor:
            assert (dict(enrolment.as_mentor), enrolment.skills_offered, enrolment.trained) == ({}, (), None)


def test_forward_and_a_target_area_go_together() -> None:
    for enrolment in mentees():
        assert (Direction.FORWARD in enrolment.as_mentee) == bool(enrolment.target_area)


def test_a_target_area_exists_outside_the_own_department() -> None:
    places: dict[str, set[str]] = {}
    for person in a_town(TOWN).people:
        places.setdefault(person.department, set()).add(person.department)
        places.setdefault(person.job_title, set()).add(person.department)
    aimed = [enrolment for enrolment in mentees() if enrolment.target_area]
    assert len(aimed) > 500
    for enrolment in aimed:
        assert places[enrolment.target_area] - {people_of(TOWN)[enrolment.person_id].department}


def test_areas_are_departments_more_often_than_job_titles() -> None:
    departments = {person.department for person in a_town(TOWN).people}
    areas = [enrolment.target_area for enrolment in mentees() if enrolment.target_area]
    assert 0.55 < share(area in departments for area in areas) < 0.75


def test_most_target_areas_have_a_mentor_who_offers_forward() -> None:
    people = people_of(TOWN)
    offering = [people[e.person_id] for e in mentors() if Direction.FORWARD in e.as_mentor]
    areas = {person.department for person in offering} | {person.job_title for person in offering}
    assert all(enrolment.target_area in areas for enrolment in mentees() if enrolment.target_area)


def test_without_anybody_who_offers_forward_no_area_is_empty() -> None:
    for enrolment in a_town(40, seed=11).enrolments:
        assert (Direction.FORWARD in enrolment.as_mentee) == bool(enrolment.target_area)


def test_people_name_up_to_six_interests_and_some_none() -> None:
    counts = Counter(len(enrolment.interests) for enrolment in a_town(TOWN).enrolments)
    assert set(counts) == set(range(7))
    assert 0.03 < counts[0] / counts.total() < 0.1
    named = Counter(interest for enrolment in a_town(TOWN).enrolments for interest in enrolment.interests)
    assert set(named) == set(INTERESTS)


def test_optional_questions_are_left_blank_here_and_there() -> None:
    enrolments = a_town(TOWN).enrolments
    for blank in (
        share(e.hours_per_month is None for e in enrolments),
        share(not e.meeting_rhythm for e in enrolments),
    ):
        assert 0.03 < blank < 0.1


def test_every_rhythm_is_wanted_by_many() -> None:
    wanted = Counter(enrolment.meeting_rhythm for enrolment in a_town(TOWN).enrolments)
    assert all(wanted[rhythm] > 0.1 * wanted.total() for rhythm in Rhythm)


def test_hours_are_those_of_a_working_life() -> None:
    hours = {enrolment.hours_per_month for enrolment in a_town(TOWN).enrolments} - {None}
    assert all(0.5 <= hour <= 8 for hour in hours if hour is not None)
    assert len(hours) > 3


def test_most_mentors_are_trained_and_a_few_say_they_are_not() -> None:
    answers = Counter(enrolment.trained for enrolment in mentors())
    assert answers[True] > 0.85 * answers.total()
    assert 0 < answers[False] < 0.06 * answers.total()
    assert 0 < answers[None] < 0.12 * answers.total()
