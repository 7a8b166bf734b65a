"""The people who can enrol, as arrays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np

from mentormatch.domain.people import Person, Status
from mentormatch.domain.text import fold
from mentormatch.synthesis.draws import NOBODY, Flags, Integers

RANK_SCALE = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Workforce:
    """People who can enrol, with one entry a person in each array.

    ``level`` is theirs; ``rank`` says how many of a thousand stand below, half of the equals counted, and so means the
    same in every hierarchy. ``department`` numbers the departments' names, ``NOBODY`` where it is blank.
    """

    people: tuple[Person, ...]
    level: Integers
    rank: Integers
    department: Integers

    def __len__(self) -> int:
        """Return the number of people."""
        return len(self.people)

    def select(self, chosen: Flags) -> "Workforce":
        """Return some of the people, with the ranks that they have among all."""
        people = tuple(self.people[place] for place in np.flatnonzero(chosen).tolist())
        return Workforce(people, *(getattr(self, field.name)[chosen] for field in fields(self)[1:]))

    def is_apart(self, one: Integers, other: Integers) -> Flags:
        """Whether each two people are in different departments; a blank one is not known to be the same."""
        units = self.department[one]
        apart: Flags = (units != self.department[other]) | (units == NOBODY)
        return apart


def gather_workforce(people: Sequence[Person]) -> Workforce:
    """Return everybody who is active and has a level, each id once (ids are compared as names are)."""
    chosen = tuple(_distinct(person for person in people if person.status is Status.ACTIVE and fold(person.person_id)))
    level = np.array([person.level for person in chosen], np.int64)
    names = [fold(person.department) for person in chosen]
    numbers = {"": NOBODY} | {name: number for number, name in enumerate(sorted(set(names) - {""}))}
    return Workforce(chosen, level, _rank(level), np.array([numbers[name] for name in names], np.int64))


def _distinct(people: Iterator[Person]) -> Iterator[Person]:
    """Yield the first person of each id, unless their level is unknown."""
    seen: set[str] = set()
    for person in people:
        key = fold(person.person_id)
        if key not in seen and person.level is not None:
            seen.add(key)
            yield person


def _rank(level: Integers) -> Integers:
    """Return for each level how many of a thousand people stand below it, half of the equals counted."""
    ordered = np.sort(level)
    below = np.searchsorted(ordered, level, side="left")
    up_to = np.searchsorted(ordered, level, side="right")
    return (below + up_to) * RANK_SCALE // max(2 * level.size, 1)
