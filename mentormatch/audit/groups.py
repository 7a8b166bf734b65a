"""Who belongs to which group: units, places and levels read off people, and attributes that are handed in."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mentormatch.domain.people import Person
from mentormatch.domain.text import fold

Attributes = Mapping[str, Mapping[str, str]]
"""Attributes from outside the round: name, then person, then value; blank or absent is not stated."""

ORGANISATIONAL: Mapping[str, Callable[[Person], str]] = {
    "department": lambda person: person.department,
    "division": lambda person: person.division,
    "location": lambda person: person.location,
    "level": lambda person: "" if person.level is None else str(person.level),
}
"""What people.csv says about where somebody stands."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """One attribute and the group of each person who has one; ``groups`` are all of them, in order.

    Names are one group when they fold alike, and it is called what most people call it. Whoever has stated nothing is
    in no group. ``is_protected`` marks an attribute from outside the round.
    """

    attribute: str
    is_protected: bool
    groups: tuple[str, ...]
    group_of: Mapping[str, str]

    def members(self, group: str, people: Iterable[str]) -> frozenset[str]:
        """Return those of some people who are in a group."""
        return frozenset(person_id for person_id in people if self.group_of.get(person_id) == group)


def find_groupings(people: Sequence[Person], attributes: Attributes | None = None) -> tuple[Grouping, ...]:
    """Return the groupings that say something: departments, divisions, locations, levels, then outside attributes."""
    own = [
        _group(name, {person.person_id: read(person) for person in people}, is_protected=False)
        for name, read in ORGANISATIONAL.items()
    ]
    known = {person.person_id for person in people}
    outside = [
        _group(name, {who: value for who, value in values.items() if who in known}, is_protected=True)
        for name, values in sorted((attributes or {}).items())
    ]
    return tuple(grouping for grouping in (*own, *outside) if grouping.groups)


def find_nested(groupings: Sequence[Grouping], inner: str, outer: str) -> dict[str, str]:
    """Return the groups of one attribute whose members are all in one group of another, with that group."""
    by_name = {grouping.attribute: grouping for grouping in groupings}
    if inner not in by_name or outer not in by_name:
        return {}
    above: dict[str, set[str]] = {}
    for who, group in by_name[inner].group_of.items():
        above.setdefault(group, set()).add(by_name[outer].group_of.get(who, ""))
    return {group: next(iter(found)) for group, found in sorted(above.items()) if len(found) == 1 and "" not in found}


def _group(attribute: str, values: Mapping[str, str], *, is_protected: bool) -> Grouping:
    """Return the groups of one attribute."""
    folded = {who: fold(value) for who, value in values.items() if fold(value)}
    spellings: dict[str, Counter[str]] = {}
    for who, key in folded.items():
        spellings.setdefault(key, Counter())[values[who].strip()] += 1
    names = {key: min(counts, key=lambda name: (-counts[name], name)) for key, counts in spellings.items()}
    order = sorted(names, key=_natural)
    return Grouping(
        attribute, is_protected, tuple(names[key] for key in order), {who: names[key] for who, key in folded.items()}
    )


def _natural(name: str) -> tuple[int, int, str]:
    """Sort whole numbers by their size, before all other names."""
    is_number = name.removeprefix("-").isdecimal()
    return (0, int(name), name) if is_number else (1, 0, name)
