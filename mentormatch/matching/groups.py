"""The groups of mentees that access floors are about: one partition, by one attribute of the organisation."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mentormatch.domain.people import Person
from mentormatch.domain.policy import Policy
from mentormatch.domain.text import fold

NO_GROUP = -1


@dataclass(frozen=True, eq=False)
class Partition:
    """The mentees parted into groups.

    ``names`` and ``sizes`` are those of the groups that are large enough for a floor, in the order of names;
    ``of_mentee`` numbers each mentee's (``NO_GROUP`` for none). ``too_small`` are the sizes of the others by name.
    ``own`` is each mentee's name of a group, empty for none, and ``spelled`` how one of its people writes it.
    """

    names: tuple[str, ...]
    sizes: NDArray[np.int64]
    too_small: Mapping[str, int]
    of_mentee: NDArray[np.int64]
    own: tuple[str, ...]
    spelled: Mapping[str, str]

    def count(self, mentees: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many of some mentees (each named any number of times) are in each group."""
        groups = self.of_mentee[np.unique(mentees)]
        return np.bincount(groups[groups != NO_GROUP], minlength=len(self.names)).astype(np.int64)


def group_name(person: Person, by: str) -> str:
    """Return the name of somebody's group as names are compared; empty for somebody who is in none."""
    value = getattr(person, by)
    return "" if value is None else fold(str(value))


def part_mentees(mentees: Sequence[Person], policy: Policy) -> Partition:
    """Part the mentees of a round as its policy says; without floors nobody is in a group."""
    by = policy.floors.by
    names = [group_name(person, by) if policy.has_floors else "" for person in mentees]
    spelled = {name: str(getattr(person, by)).strip() for person, name in zip(mentees, names, strict=True) if name}
    sizes = Counter(filter(None, names))
    large = sorted(name for name, size in sizes.items() if size >= policy.floors.group_min)
    numbers = {name: number for number, name in enumerate(large)}
    return Partition(
        names=tuple(large),
        sizes=np.array([sizes[name] for name in large], np.int64),
        too_small={name: sizes[name] for name in sorted(sizes) if name not in numbers},
        of_mentee=np.array([numbers.get(name, NO_GROUP) for name in names], np.int64),
        own=tuple(names),
        spelled=spelled,
    )
