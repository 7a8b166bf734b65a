"""What a file would change of the people: who is new, changed, moved to another manager, gone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from mentormatch.domain.people import Person, Status
from mentormatch.services.stored import StoredPerson

LINE_FIELDS = frozenset({"manager_id", "dotted_manager_ids", "evaluator_ids", "previous_manager_ids"})
FIELDS = tuple(field.name for field in fields(Person) if field.name != "person_id")


@dataclass(frozen=True, slots=True)
class Change:
    """One person as the file says them, their key (0 for somebody new), and in what they differ from ``old``."""

    person: Person
    key: int = 0
    names: tuple[str, ...] = ()
    old: Person | None = None

    @property
    def has_moved(self) -> bool:
        """Whether the solid line leads to another manager."""
        return "manager_id" in self.names

    def as_stored(self) -> StoredPerson:
        """Return the person under the key of the one they replace."""
        return StoredPerson(self.key, self.person)


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that a file would change; who is in it and differs in nothing is only counted."""

    new: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    left: tuple[StoredPerson, ...] = ()
    same_count: int = 0

    @property
    def moved(self) -> tuple[Change, ...]:
        """Those among the changed who move to another manager."""
        return tuple(change for change in self.changed if change.has_moved)

    def with_lines(self) -> Iterator[Change]:
        """Yield those whose lines must be written."""
        yield from self.new
        yield from (change for change in self.changed if LINE_FIELDS & set(change.names))

    def counts(self) -> Mapping[str, int]:
        """Return how many there are of each kind."""
        changed = len(self.changed)
        numbers = {"new": len(self.new), "changed": changed, "moved": len(self.moved), "left": len(self.left)}
        return numbers | {"unchanged": self.same_count}


def compare_people(stored: Sequence[StoredPerson], people: Sequence[Person]) -> Changes:
    """Return what would change if the file were the truth: whoever is not in it has left."""
    known = {someone.person.person_id: someone for someone in stored}
    named = {person.person_id for person in people}
    new = tuple(Change(person) for person in people if person.person_id not in known)
    pairs = [(known[person.person_id], person) for person in people if person.person_id in known]
    changed = tuple(change for old, person in pairs if (change := _difference(old, person)).names)
    left = (one for one in stored if one.person.person_id not in named and one.person.status is not Status.LEFT)
    return Changes(new, changed, tuple(left), len(pairs) - len(changed))


def _difference(old: StoredPerson, person: Person) -> Change:
    """Return in which fields a person of the file differs from the one who is stored."""
    if old.person == person:
        return Change(person, old.key)
    names = tuple(name for name in FIELDS if getattr(old.person, name) != getattr(person, name))
    return Change(person, old.key, names, old.person)
