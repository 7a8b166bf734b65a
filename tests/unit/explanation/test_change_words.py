"""Changes in words."""

import pytest

from mentormatch.domain.change import Change, Demand, NameArea, OfferPlace, OpenDirection, Recruit, Train, WantSkill
from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.pairing import Role
from mentormatch.domain.people import Person
from mentormatch.explanation.change_words import say_changes, say_own_changes

UP, _, _, PEER, FORWARD = DIRECTIONS
NEWCOMER = Person("new", "A new mentor", level=4, department="Law")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (OpenDirection("A", Role.MENTEE, PEER), "A also asks for peer"),
        (OpenDirection("M", Role.MENTOR, PEER), "M also offers a place in peer"),
        (WantSkill("A", "sql"), 'A names "sql" as a further wanted skill'),
        (NameArea("A", "law"), 'A names "law" as the target area'),
        (Train("M"), "M completes the training"),
        (OfferPlace("M", UP), "M offers one more place in upward"),
        (Demand("M", "A"), "HR demands that M mentors A"),
        (
            Recruit(NEWCOMER, Enrolment("new", as_mentor={UP: 1}, skills_offered=("sql",))),
            'a mentor on level 4 in Law who offers "sql" joins with a place in upward',
        ),
        (
            Recruit(Person("new", "A new mentor", level=2), Enrolment("new", as_mentor={PEER: 1})),
            "a mentor on level 2 joins with a place in peer",
        ),
    ],
)
def test_each_change_is_said_in_words(change: Change, words: str) -> None:
    assert say_changes([change]) == words


def test_several_are_joined() -> None:
    changes: list[Change] = [OpenDirection("A", Role.MENTEE, FORWARD), NameArea("A", "law")]
    assert say_changes(changes) == 'A also asks for forward and A names "law" as the target area'
    assert say_own_changes(changes) == 'you also ask for forward and you name "law" as your target area'


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (OpenDirection("M", Role.MENTOR, PEER), "you also offer a place in peer"),
        (WantSkill("A", "sql"), 'you name "sql" as a further wanted skill'),
        (Train("M"), "you complete the training"),
    ],
)
def test_the_own_ones_are_said_to_the_person(change: Change, words: str) -> None:
    assert say_own_changes([change]) == words


@pytest.mark.parametrize("change", [Demand("M", "A"), OfferPlace("M", UP), Recruit(NEWCOMER, Enrolment("new"))])
def test_what_names_somebody_else_is_never_said_to_the_person(change: Change) -> None:
    with pytest.raises(KeyError):
        say_own_changes([change])
