"""The rows that bind a plan: who has how many places, as nested families over candidates.

Mentor side, from the outside in: mentor > (mentor, direction) > (mentor, direction, department of the mentee) >
(mentor, direction, team of the mentee). Mentee side: group (where there are access floors) > mentee. Two laminar
families, so every vertex of the linear programme is a whole-number plan and a whole-number dual exists (Edmonds 1970;
Budish, Che, Kojima and Milgrom 2013).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil

import numpy as np

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.matching.clock import exact
from mentormatch.matching.roster import Ints, Roster

DIRECTION_COUNT = len(DIRECTIONS)
NO_ROW = -1


class Family(StrEnum):
    """The row families of the programme."""

    MENTEE = "mentee"
    MENTOR = "mentor"
    DIRECTION = "direction"
    DEPARTMENT = "department"
    TEAM = "team"
    GROUP = "group"


@dataclass(frozen=True, eq=False)
class Columns:
    """Candidates as flat arrays of one length: the numbers of mentee, mentor and direction, and the points."""

    mentee: Ints
    mentor: Ints
    direction: Ints
    points: Ints

    def __len__(self) -> int:
        """Return the number of candidates."""
        return len(self.mentee)

    def where(self, chosen: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] | Ints) -> "Columns":
        """Return some of the candidates."""
        return Columns(self.mentee[chosen], self.mentor[chosen], self.direction[chosen], self.points[chosen])


@dataclass(frozen=True, eq=False)
class SparseDuals:
    """The duals of one family's rows, zero where no key is listed; keys rise."""

    keys: Ints
    values: Ints

    def at(self, keys: Ints) -> Ints:
        """Return the duals of given rows; ``NO_ROW`` has none."""
        place = np.searchsorted(self.keys, keys)
        place[place == len(self.keys)] = 0
        return (
            np.where(self.keys[place] == keys, self.values[place], 0)
            if len(self.keys)
            else np.zeros(len(keys), np.int64)
        )


NO_DUALS = SparseDuals(np.zeros(0, np.int64), np.zeros(0, np.int64))
Duals = Mapping[Family, SparseDuals]


@dataclass(frozen=True, eq=False)
class Bounds:
    """Lower and upper bounds of one family's rows: 0 and a default, apart from the listed keys (which rise)."""

    default_upper: Ints
    stride: int
    keys: Ints
    lower: Ints
    upper: Ints

    def at(self, keys: Ints) -> tuple[Ints, Ints]:
        """Return the lower and upper bounds of given rows."""
        lower, upper = np.zeros(len(keys), np.int64), self.default_upper[keys // self.stride]
        if len(self.keys):
            place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
            listed = self.keys[place] == keys
            lower[listed], upper[listed] = self.lower[place[listed]], self.upper[place[listed]]
        return lower, upper

    def put(self, keys: Ints, lower: Ints, upper: Ints) -> "Bounds":
        """Return the same bounds with other ones for some rows (no key twice)."""
        kept = ~np.isin(self.keys, keys)
        all_keys = np.concatenate([self.keys[kept], keys])
        order = np.argsort(all_keys)
        lowers, uppers = np.concatenate([self.lower[kept], lower]), np.concatenate([self.upper[kept], upper])
        return replace(self, keys=all_keys[order], lower=lowers[order], upper=uppers[order])

    @property
    def is_contradictory(self) -> bool:
        """Whether a row asks for more than it allows, so that there is no plan."""
        return bool((self.lower > self.upper).any())

    def fix(self, duals: SparseDuals) -> "Bounds":
        """Return the bounds on the optimal face: full where the dual is positive, at the least where it is negative."""
        lower, upper = self.at(duals.keys)
        return self.put(duals.keys, np.where(duals.values > 0, upper, lower), np.where(duals.values < 0, lower, upper))

    def worth(self, duals: SparseDuals) -> int:
        """Return what the rows add to the dual value: the dual times the bound on its side."""
        lower, upper = self.at(duals.keys)
        return int((duals.values * np.where(duals.values > 0, upper, lower)).sum())


RowBounds = Mapping[Family, Bounds]


@dataclass(frozen=True, eq=False)
class RowKeys:
    """How the rows of a roster are numbered."""

    roster: Roster

    def of(self, family: Family, columns: Columns) -> Ints:
        """Return for each candidate the number of its row in a family, ``NO_ROW`` where it has none."""
        if family is Family.MENTEE:
            return columns.mentee
        if family is Family.MENTOR:
            return columns.mentor
        if family is Family.GROUP:
            return self.roster.groups.of_mentee[columns.mentee]
        by_direction = columns.mentor * DIRECTION_COUNT + columns.direction
        if family is Family.DIRECTION:
            return by_direction
        if family is Family.DEPARTMENT:
            return by_direction * self.roster.department_count + self.roster.mentees.department[columns.mentee] + 1
        team = self.roster.team[columns.mentee]
        return np.where(team < 0, NO_ROW, by_direction * self.roster.team_count + team)

    def label(self, family: Family, key: int) -> tuple[str, ...]:
        """Return the words behind a row's number, as the certificate names it."""
        if family is Family.MENTEE:
            return (self.roster.mentees.ids[key],)
        if family is Family.MENTOR:
            return (self.roster.mentors.ids[key],)
        if family is Family.GROUP:
            return (self.roster.groups.names[key],)
        if family is Family.DIRECTION:
            return self._mentor_direction(key)
        if family is Family.DEPARTMENT:
            head, department = divmod(key, self.roster.department_count)
            return (*self._mentor_direction(head), self.roster.area_name(department - 1))
        head, team = divmod(key, self.roster.team_count)
        return (*self._mentor_direction(head), *self.roster.team_labels[team])

    def _mentor_direction(self, key: int) -> tuple[str, str]:
        """Return the words of a (mentor, direction) row."""
        mentor, direction = divmod(key, DIRECTION_COUNT)
        return self.roster.mentors.ids[mentor], DIRECTIONS[direction].value


def department_limits(roster: Roster) -> Ints:
    """Return each mentor's most places for one department and direction: a share of the limit, rounded up."""
    share = exact(roster.policy.capacity.department_share)
    return np.array([ceil(share * limit) for limit in roster.mentors.limit.tolist()], np.int64)


def opening_bounds(roster: Roster, taken: Columns, pass_number: int) -> RowBounds:
    """Return the bounds of all rows at the start of a pass, when ``taken`` pairings already stand.

    Each pass gives each mentee at most one pairing, and none to those who have as many as there were passes: nobody's
    second place costs another's first, not even where the first was locked.
    """
    keys = RowKeys(roster)
    most = {
        Family.MENTEE: (np.minimum(roster.mentees.limit, pass_number) - _count(taken.mentee, len(roster.mentees)), 1),
        Family.MENTOR: (roster.mentors.limit - _count(taken.mentor, len(roster.mentors)), 1),
        Family.DIRECTION: (roster.mentors.places.ravel(), 1),
        Family.DEPARTMENT: (department_limits(roster), DIRECTION_COUNT * roster.department_count),
        Family.TEAM: (np.array([roster.policy.capacity.team_limit]), 1 << 62),
        Family.GROUP: (np.array([len(roster.mentees)]), 1 << 62),
    }
    most[Family.MENTEE] = (np.minimum(most[Family.MENTEE][0], 1), 1)
    nothing = np.zeros(0, np.int64)
    bounds = {family: Bounds(upper, stride, nothing, nothing, nothing) for family, (upper, stride) in most.items()}
    for family in (Family.DIRECTION, Family.DEPARTMENT, Family.TEAM):
        bounds[family] = _take(bounds[family], keys.of(family, taken))
    return bounds


def _count(numbers: Ints, size: int) -> Ints:
    """Return how often each number occurs."""
    return np.bincount(numbers, minlength=size).astype(np.int64)


def _take(bounds: Bounds, keys: Ints) -> Bounds:
    """Return bounds lowered by the places that are already taken."""
    used, counts = np.unique(keys[keys != NO_ROW], return_counts=True)
    lower, upper = bounds.at(used)
    return bounds.put(used, lower, upper - counts)


def price(duals: Duals, keys: RowKeys, columns: Columns) -> Ints:
    """Return what the rows ask of each candidate: the sum of their duals."""
    total = np.zeros(len(columns), np.int64)
    for family, sparse in duals.items():
        if len(sparse.keys):
            total += sparse.at(keys.of(family, columns))
    return total


def concatenate(parts: Sequence[Columns]) -> Columns:
    """Return candidates of several parts as one."""
    empty = np.zeros(0, np.int64)
    names = ("mentee", "mentor", "direction", "points")
    return Columns(*(np.concatenate([empty, *(getattr(part, name) for part in parts)]) for name in names))
