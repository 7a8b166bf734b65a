"""Changes to a round in words, as what somebody does: ``P1 offers one more place in upward``."""

from collections.abc import Callable, Iterable
from typing import Any

from mentormatch.domain.change import (
    Change,
    Demand,
    NameArea,
    OfferPlace,
    OpenDirection,
    Recruit,
    Train,
    WantSkill,
)
from mentormatch.domain.pairing import Role


def say_changes(changes: Iterable[Change]) -> str:
    """Return what is changed, for HR."""
    return " and ".join(SAYINGS[type(change)](change) for change in changes)


def say_own_changes(changes: Iterable[Change]) -> str:
    """Return what is changed, for the person whose own answers they are. Raises KeyError for other changes."""
    return " and ".join(OWN_SAYINGS[type(change)](change) for change in changes)


def _open_direction(change: OpenDirection) -> str:
    verb = "asks for" if change.role is Role.MENTEE else "offers a place in"
    return f"{change.person_id} also {verb} {change.direction}"


def _want_skill(change: WantSkill) -> str:
    return f'{change.person_id} names "{change.skill}" as a further wanted skill'


def _name_area(change: NameArea) -> str:
    return f'{change.person_id} names "{change.area}" as the target area'


def _train(change: Train) -> str:
    return f"{change.person_id} completes the training"


def _offer_place(change: OfferPlace) -> str:
    return f"{change.mentor_id} offers one more place in {change.direction}"


def _recruit(change: Recruit) -> str:
    person, entry = change.person, change.enrolment
    where = f" in {person.department}" if person.department else ""
    skills = f' who offers "{", ".join(entry.skills_offered)}"' if entry.skills_offered else ""
    return f"a mentor on level {person.level}{where}{skills} joins with a place in {', '.join(entry.as_mentor)}"


def _demand(change: Demand) -> str:
    return f"HR demands that {change.mentor_id} mentors {change.mentee_id}"


SAYINGS: dict[type, Callable[[Any], str]] = {
    OpenDirection: _open_direction,
    WantSkill: _want_skill,
    NameArea: _name_area,
    Train: _train,
    OfferPlace: _offer_place,
    Recruit: _recruit,
    Demand: _demand,
}
OWN_SAYINGS: dict[type, Callable[[Any], str]] = {
    OpenDirection: lambda change: (
        f"you also {'ask for' if change.role is Role.MENTEE else 'offer a place in'} {change.direction}"
    ),
    WantSkill: lambda change: f'you name "{change.skill}" as a further wanted skill',
    NameArea: lambda change: f'you name "{change.area}" as your target area',
    Train: lambda _: "you complete the training",
}
"""The changes that are answers of the person's own."""
