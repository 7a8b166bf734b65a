"""The people and enrolments of a round as arrays, built once and read by every rule and criterion."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.enrolment import Enrolment, Rhythm
from mentormatch.domain.hierarchy import Hierarchy, build_hierarchy
from mentormatch.domain.pairing import Role
from mentormatch.domain.people import Person, Status
from mentormatch.domain.policy import Policy
from mentormatch.domain.round import Round
from mentormatch.domain.text import fold
from mentormatch.matching.groups import Partition, part_mentees
from mentormatch.matching.sparse import sparse_table

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
NOBODY = -1
LEVEL_UNKNOWN = {Role.MENTEE: -(10**6), Role.MENTOR: 10**6}
"""Stand-ins so far apart that no gap with an unknown level is inside a band."""
RHYTHMS = tuple(Rhythm)


class Coder:
    """Gives each distinct value a number from 0 on; the empty value gets -1."""

    def __init__(self) -> None:
        """Start with no value."""
        self.codes: dict[str, int] = {}

    def code(self, value: str) -> int:
        """Return the value's number, a new one for a new value."""
        return self.codes.setdefault(value, len(self.codes)) if value else NOBODY

    def all(self, values: Iterable[str]) -> Ints:
        """Return the numbers of many values."""
        return np.fromiter((self.code(value) for value in values), np.int64)


@dataclass(frozen=True, eq=False)
class Side:
    """One role of a round as arrays with a row a person: the mentees, or the mentors.

    ``places`` has a column a direction, in the order of ``DIRECTIONS``; ``limit`` bounds their sum.
    Codes of departments, divisions, managers, time zones, areas and titles are shared by both sides; -1 is blank.
    """

    ids: tuple[str, ...]
    people: tuple[Person, ...]
    enrolments: tuple[Enrolment, ...]
    places: Ints
    limit: Ints
    level: Ints
    is_active: Bools
    is_line_known: Bools
    department: Ints
    division: Ints
    job_title: Ints
    target_area: Ints
    manager: Ints
    upper_manager: Ints
    timezone: Ints
    rhythm: Ints
    waiting: Ints
    is_trained: Bools

    def __len__(self) -> int:
        """Return the number of people in the role."""
        return len(self.ids)

    @cached_property
    def position(self) -> dict[str, int]:
        """Each person's row."""
        return {person_id: row for row, person_id in enumerate(self.ids)}


@dataclass(frozen=True, eq=False)
class Roster:
    """Both sides of a round, the hierarchy and what one side's lists share with the other's.

    Mentees stand in the order of department, manager and id, so that departments and teams are runs of rows.
    ``team`` numbers the mentees' (department, manager) teams, -1 for a person without a manager.
    """

    round: Round
    hierarchy: Hierarchy
    mentees: Side
    mentors: Side
    team: Ints
    areas: tuple[str, ...]
    managers: tuple[str, ...]
    timezones: tuple[str, ...]

    @property
    def policy(self) -> Policy:
        """The policy of the round."""
        return self.round.policy

    @cached_property
    def groups(self) -> Partition:
        """The groups of mentees that access floors are about."""
        return part_mentees(self.mentees.people, self.policy)

    @cached_property
    def department_count(self) -> int:
        """How many department codes there are, one more for blank."""
        return len(self.areas) + 1

    @cached_property
    def team_count(self) -> int:
        """How many teams the mentees form."""
        return int(self.team.max(initial=NOBODY)) + 1

    @cached_property
    def team_labels(self) -> dict[int, tuple[str, str]]:
        """Each team's department and manager, as a person reads them."""
        labels: dict[int, tuple[str, str]] = {}
        for row, team in enumerate(self.team.tolist()):
            labels.setdefault(team, (self.area_name(self.mentees.department[row]), self.mentees.people[row].manager_id))
        return labels

    def area_name(self, code: int) -> str:
        """Return the folded name behind a department code."""
        return self.areas[code] if code >= 0 else ""


@dataclass(frozen=True)
class Coders:
    """The code books that both sides share."""

    area: Coder
    division: Coder
    person: Coder
    timezone: Coder


def build_roster(matching_round: Round) -> Roster:
    """Lay out a round as arrays. Nothing depends on the order of its rows."""
    people = {person.person_id: person for person in matching_round.people}
    hierarchy = build_hierarchy(matching_round.people, matching_round.doubtful_lines)
    coders = Coders(Coder(), Coder(), Coder(), Coder())
    build = SideBuilder(matching_round, people, hierarchy, coders)
    mentees, mentors = build.side(Role.MENTEE), build.side(Role.MENTOR)
    return Roster(
        matching_round,
        hierarchy,
        mentees,
        mentors,
        _team_codes(mentees),
        tuple(coders.area.codes),
        tuple(coders.person.codes),
        tuple(coders.timezone.codes),
    )


@dataclass(frozen=True)
class SideBuilder:
    """Builds the arrays of one side from the enrolments that play its role."""

    round: Round
    people: dict[str, Person]
    hierarchy: Hierarchy
    coders: Coders

    def side(self, role: Role) -> Side:
        """Return the mentees or the mentors; only directions that the policy opens count."""
        chosen = sorted(
            (entry for entry in self.round.enrolments if self._limit(entry, role) and any(self._places(entry, role))),
            key=lambda entry: self._order(entry.person_id),
        )
        people = tuple(self.people[entry.person_id] for entry in chosen)
        area, division, manager = self.coders.area, self.coders.division, self.coders.person
        rhythms = [entry.meeting_rhythm for entry in chosen]
        return Side(
            ids=tuple(entry.person_id for entry in chosen),
            people=people,
            enrolments=tuple(chosen),
            places=_ints([self._places(entry, role) for entry in chosen]).reshape(-1, len(DIRECTIONS)),
            limit=_ints([self._limit(entry, role) for entry in chosen]),
            level=_ints([LEVEL_UNKNOWN[role] if person.level is None else person.level for person in people]),
            is_active=_bools(self._is_active(person) for person in people),
            is_line_known=_bools(person.person_id not in self.hierarchy.unknown for person in people),
            department=area.all(fold(person.department) for person in people),
            division=division.all(fold(person.division) for person in people),
            job_title=area.all(fold(person.job_title) for person in people),
            target_area=area.all(fold(entry.target_area) for entry in chosen),
            manager=manager.all(person.manager_id for person in people),
            upper_manager=manager.all(self._upper_manager(person) for person in people),
            timezone=self.coders.timezone.all(person.timezone.strip() for person in people),
            rhythm=_ints([NOBODY if rhythm is None else RHYTHMS.index(rhythm) for rhythm in rhythms]),
            waiting=_ints([entry.waiting_rounds for entry in chosen]),
            is_trained=_bools(self._is_trained(entry) for entry in chosen),
        )

    def _order(self, person_id: str) -> tuple[str, str, str]:
        """Sort by department, manager and id, so that departments and teams are runs."""
        person = self.people[person_id]
        return fold(person.department), person.manager_id, person_id

    def _limit(self, entry: Enrolment, role: Role) -> int:
        """Return how many pairings the person may have in the role."""
        capacity = self.round.policy.capacity
        if role is Role.MENTEE:
            return min(entry.max_mentors, capacity.mentee_limit)
        return min(entry.max_mentees, capacity.mentor_limit)

    def _places(self, entry: Enrolment, role: Role) -> list[int]:
        """Return the person's places per direction, 0 where the policy does not offer it."""
        wanted = entry.as_mentee if role is Role.MENTEE else entry.as_mentor
        capacity = self.round.policy.capacity
        most = capacity.mentee_direction_limit if role is Role.MENTEE else capacity.mentor_limit
        is_open = self.round.policy.is_open
        return [min(wanted.get(direction, 0), most) if is_open(direction) else 0 for direction in DIRECTIONS]

    def _is_active(self, person: Person) -> bool:
        """Whether somebody works here for the whole term and is not set aside."""
        return person.status is Status.ACTIVE and person.person_id not in self.round.quarantined

    def _is_trained(self, entry: Enrolment) -> bool:
        """Whether somebody has the training; no answer counts as the policy says."""
        if entry.trained is None:
            return not self.round.policy.rule_settings.training_needs_answer
        return entry.trained

    def _upper_manager(self, person: Person) -> str:
        """Return the manager of the person's manager, empty where there is none."""
        manager = self.people.get(person.manager_id)
        return manager.manager_id if manager else ""


def _ints(values: Sequence[object]) -> Ints:
    """Return whole numbers as an array."""
    return np.array(values, np.int64)


def _bools(values: Iterable[bool]) -> Bools:
    """Return truth values as an array."""
    return np.fromiter(values, np.bool_)


def _team_codes(mentees: Side) -> Ints:
    """Number the (department, manager) teams of the mentees; people without a manager are in none."""
    keys = np.column_stack([mentees.department, mentees.manager])
    _, codes = np.unique(keys[mentees.manager >= 0], axis=0, return_inverse=True)
    team = np.full(len(mentees), NOBODY, np.int64)
    team[mentees.manager >= 0] = codes.ravel()
    return team


def rank_weights(lists: Sequence[Sequence[str]], coder: Coder, weight: Callable[[int], int]) -> "csr_array":
    """Return a sparse matrix people x values: ``weight(rank)`` where somebody lists a value, the first time."""
    rows, columns, data = [], [], []
    for row, listed in enumerate(lists):
        for rank, value in enumerate(dict.fromkeys(filter(None, map(fold, listed)))):
            rows.append(row)
            columns.append(coder.code(value))
            data.append(weight(rank))
    shape = (len(lists), max(len(coder.codes), max(columns, default=0) + 1))
    return sparse_table(np.array(data, np.int32), rows, columns, shape)
