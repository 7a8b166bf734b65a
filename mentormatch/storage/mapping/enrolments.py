"""Enrolments: rows of a sign-up, its places and its wishes as one word, and back."""

from collections.abc import Iterable, Mapping, Sequence

from mentormatch.domain.direction import Direction
from mentormatch.domain.enrolment import Enrolment, Rhythm
from mentormatch.domain.pairing import Role
from mentormatch.storage.rows.enrolments import EnrolmentRow, PlacesRow, WishKind, WishRow

Columns = dict[str, object]
LISTS: Mapping[WishKind, str] = {
    WishKind.PREFERS: "prefers",
    WishKind.RATHER_NOT: "rather_not",
    WishKind.AVOIDS: "avoids",
    WishKind.CONFLICTS: "conflicts",
}
COPIED = ("max_mentors", "max_mentees", "target_area", "hours_per_month", "trained", "waiting_rounds")
TEXTS = ("skills_wanted", "skills_offered", "interests")


def to_enrolment(
    row: EnrolmentRow, places: Iterable[PlacesRow], wishes: Iterable[WishRow], ids: Mapping[int, str]
) -> Enrolment:
    """Return the enrolment that rows describe; ``ids`` maps the keys of people to their ids."""
    by_role: dict[Role, dict[Direction, int]] = {Role.MENTEE: {}, Role.MENTOR: {}}
    for place in places:
        by_role[Role(place.role)][Direction(place.direction)] = place.count
    named: dict[WishKind, list[str]] = {kind: [] for kind in WishKind}
    for wish in sorted(wishes, key=lambda wish: wish.position):
        named[WishKind(wish.kind)].append(ids[wish.person_key])
    return Enrolment(
        ids[row.person_key],
        as_mentee=by_role[Role.MENTEE],
        as_mentor=by_role[Role.MENTOR],
        **{name: getattr(row, name) for name in COPIED},
        skills_wanted=tuple(row.skills_wanted),
        skills_offered=tuple(row.skills_offered),
        interests=tuple(row.interests),
        prefers=tuple(named[WishKind.PREFERS]),
        rather_not=tuple(named[WishKind.RATHER_NOT]),
        avoids=tuple(named[WishKind.AVOIDS]),
        conflicts=tuple(named[WishKind.CONFLICTS]),
        meeting_rhythm=Rhythm(row.meeting_rhythm) if row.meeting_rhythm else None,
    )


def enrolment_columns(enrolment: Enrolment) -> Columns:
    """Return the columns of an enrolment that come from the word."""
    return {
        **{name: getattr(enrolment, name) for name in COPIED},
        **{name: list(getattr(enrolment, name)) for name in TEXTS},
        "meeting_rhythm": str(enrolment.meeting_rhythm) if enrolment.meeting_rhythm else None,
    }


def places_columns(enrolment: Enrolment) -> Sequence[Columns]:
    """Return the columns of the places that somebody asks for and offers."""
    sides = ((Role.MENTEE, enrolment.as_mentee), (Role.MENTOR, enrolment.as_mentor))
    return [
        {"role": str(role), "direction": str(direction), "count": count}
        for role, places in sides
        for direction, count in places.items()
    ]


def wish_columns(enrolment: Enrolment, keys: Mapping[str, int]) -> Sequence[Columns]:
    """Return the columns of what somebody says of others; ``keys`` maps the ids of people to their keys."""
    return [
        {"kind": str(kind), "position": position, "person_key": keys[person_id]}
        for kind, name in LISTS.items()
        for position, person_id in enumerate(dict.fromkeys(getattr(enrolment, name)))
    ]
