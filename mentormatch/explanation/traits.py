"""What a crowd has in common, in one phrase, said only where it sets the crowd apart."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.text import fold
from mentormatch.matching.roster import Ints, Roster, Side

NEARLY_ALL = 0.9
"""From this share on a trait is said of a crowd; what as many in the whole round share says nothing about it."""


class TraitKind(StrEnum):
    """What people and places can have in common."""

    DEPARTMENT = "department"
    DIVISION = "division"
    LOCATION = "location"
    DIRECTION = "direction"
    SKILL = "skill"


@dataclass(frozen=True, slots=True)
class Trait:
    """What ``count`` of ``of`` have in common.

    A department, division or location is that of the mentors; a direction is the only one that the people ask for, a
    skill the one that they want first.
    """

    kind: TraitKind
    value: str
    count: int
    of: int

    @property
    def is_of_all(self) -> bool:
        """Whether it holds without exception."""
        return self.count == self.of


def find_trait(roster: Roster, mentees: Ints, mentors: Ints) -> Trait | None:
    """Return what most of a crowd share, the first kind of equals; nothing where it is no more than the whole round.

    ``mentees`` are the people, ``mentors`` those whose places they share.
    """
    found = list(_traits(roster, mentees, mentors))
    return max(found, key=lambda trait: trait.count / trait.of, default=None)


def _traits(roster: Roster, mentees: Ints, mentors: Ints) -> Iterator[Trait]:
    """Yield what nearly all of the crowd, but not of the round, have in common."""
    everybody = range(len(roster.mentees))
    looks = (
        (TraitKind.DEPARTMENT, _of(roster.mentors, "department", mentors), _of(roster.mentors, "department")),
        (TraitKind.DIVISION, _of(roster.mentors, "division", mentors), _of(roster.mentors, "division")),
        (TraitKind.LOCATION, _of(roster.mentors, "location", mentors), _of(roster.mentors, "location")),
        (TraitKind.DIRECTION, _only_directions(roster, mentees.tolist()), _only_directions(roster, everybody)),
        (TraitKind.SKILL, _first_skills(roster, mentees.tolist()), _first_skills(roster, everybody)),
    )
    for kind, inside, everywhere in looks:
        trait = _most(kind, inside)
        if trait is not None and not _is_everywhere(trait, everywhere):
            yield trait


def _of(side: Side, name: str, rows: Ints | None = None) -> list[str]:
    """Return a field of the people of a side, or of some of them."""
    chosen = range(len(side)) if rows is None else rows.tolist()
    return [getattr(side.people[row], name) for row in chosen]


def _only_directions(roster: Roster, rows: Iterable[int]) -> list[str]:
    """Return the direction that each mentee asks for, empty for those who ask for several."""
    asked = (np.flatnonzero(roster.mentees.places[row]).tolist() for row in rows)
    return [DIRECTIONS[numbers[0]] if len(numbers) == 1 else "" for numbers in asked]


def _first_skills(roster: Roster, rows: Iterable[int]) -> list[str]:
    """Return the skill that each mentee wants first, empty for none."""
    return [next(iter(roster.mentees.enrolments[row].skills_wanted), "") for row in rows]


def _most(kind: TraitKind, values: Sequence[str]) -> Trait | None:
    """Return the most frequent value where nearly all have it, in its most frequent spelling."""
    counts = Counter(filter(None, map(fold, values)))
    value, count = max(counts.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    if count < NEARLY_ALL * len(values) or count == 0:
        return None
    spellings = Counter(one.strip() for one in values if fold(one) == value)
    return Trait(kind, max(spellings, key=lambda one: (spellings[one], one)), count, len(values))


def _is_everywhere(trait: Trait, values: Sequence[str]) -> bool:
    """Whether as large a share of the whole round has the trait."""
    return sum(fold(one) == fold(trait.value) for one in values) >= NEARLY_ALL * len(values)
