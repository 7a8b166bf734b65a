"""Who is a mentee and who is a mentor."""

import dataclasses

import pytest

from mentormatch.domain.direction import Direction
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.people import Status
from tests.factories import a_member, a_mentee, a_mentor, a_person


def test_somebody_who_asks_for_a_place_is_a_mentee_and_no_mentor() -> None:
    entry = a_mentee("E").enrolment
    assert entry.is_mentee
    assert not entry.is_mentor


def test_somebody_who_offers_a_place_is_a_mentor_and_no_mentee() -> None:
    entry = a_mentor("M").enrolment
    assert entry.is_mentor
    assert not entry.is_mentee


def test_one_person_may_be_both() -> None:
    entry = a_member("B", as_mentee={Direction.UPWARD: 1}, as_mentor={Direction.PEER: 1}).enrolment
    assert entry.is_mentee
    assert entry.is_mentor


@pytest.mark.parametrize("changes", [{}, {"as_mentee": {Direction.UPWARD: 0}, "as_mentor": {Direction.PEER: 0}}])
def test_an_enrolment_without_a_place_is_in_no_role(changes: dict[str, object]) -> None:
    entry = a_member("N", **changes).enrolment
    assert not entry.is_mentee
    assert not entry.is_mentor


def test_a_limit_of_nothing_leaves_no_role() -> None:
    entry = a_member(
        "N", as_mentee={Direction.UPWARD: 1}, as_mentor={Direction.UPWARD: 1}, max_mentors=0, max_mentees=0
    ).enrolment
    assert not entry.is_mentee
    assert not entry.is_mentor


def test_every_question_left_blank_is_unknown() -> None:
    entry = Enrolment("E")
    assert entry.trained is None
    assert entry.meeting_rhythm is None
    assert entry.skills_wanted == entry.skills_offered == entry.interests == entry.prefers == ()


def test_a_person_is_active_on_no_level_without_lines_unless_the_file_says_so() -> None:
    person = a_person("P", level=None)
    assert person.status is Status.ACTIVE
    assert person.level is None
    assert person.manager_id == ""


def test_words_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        a_person("P").level = 9  # type: ignore[misc]
