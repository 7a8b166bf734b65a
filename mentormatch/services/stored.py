"""What is stored, as the uses are handed it: people with their keys, pages of lists, what a card shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mentormatch.domain.accounts import Role, User, UserState
from mentormatch.domain.people import Person, Status
from mentormatch.services.reporting_lines import OddLine, Superior


@dataclass(frozen=True, slots=True)
class StoredPerson:
    """A person with their key in the database."""

    key: int
    person: Person


@dataclass(frozen=True, slots=True)
class PeopleQuery:
    """Which people a list shows: those whose name, id, address, title or unit holds every word of ``search``.

    Blank means any. ``manager_key`` means those who report to that person, ``odd`` those on whose line something is
    odd. ``page`` counts from 1.
    """

    search: str = ""
    department: str = ""
    division: str = ""
    location: str = ""
    status: Status | None = None
    manager_key: int | None = None
    odd: OddLine | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of people, how many there are in all, and the managers of those on the page by their keys."""

    people: tuple[StoredPerson, ...]
    total: int
    managers: Mapping[int, Superior]


@dataclass(frozen=True, slots=True)
class UnitNames:
    """The divisions, departments and locations that there are, each in the order of its names."""

    divisions: tuple[str, ...]
    departments: tuple[str, ...]
    locations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One person in the tree of solid lines, with how many report to them directly."""

    key: int
    person_id: str
    name: str
    job_title: str
    reports: int
    status: Status = Status.ACTIVE


Holdings = Sequence[Mapping[str, object]]
"""What one table holds of somebody: rows by the names of their columns, as they are handed out."""


@dataclass(frozen=True, slots=True)
class UsersQuery:
    """Which users a list shows: those whose address holds every word of ``search``. Blank means any."""

    search: str = ""
    state: UserState | None = None
    role: Role | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class ListedUser:
    """A user as a list shows them, with when they last logged in, as far as it is still known."""

    user: User
    last_log_in: datetime | None


@dataclass(frozen=True, slots=True)
class UsersPage:
    """One page of users, and how many there are in all."""

    users: tuple[ListedUser, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Erasure:
    """Somebody who was erased: the pseudonym, and the keyed hash by which their former id is known again."""

    pseudonym: str
    id_hash: str
    erased_at: datetime


@dataclass(frozen=True, slots=True)
class Participation:
    """An enrolment or a pairing of a person, as far as a card shows it: what, in which round, and its state.

    ``role`` is mentee, mentor, or, for an enrolment, both. A pairing has a partner.
    """

    kind: str
    programme: str
    round_name: str
    state: str
    role: str = ""
    partner_key: int | None = None
    partner: str = ""
