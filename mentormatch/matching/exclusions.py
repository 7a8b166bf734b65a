"""What does not nest: favours in return, two people mentoring each other, a team that spans departments.

Such a rule says that a plan takes at most one of several ways. It is looked for in a finished plan; where it is
broken, the search splits into the ways (branching.py), each of which only takes candidates away or lowers bounds of
rows, so that it stays integral.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import numpy as np

from mentormatch.domain.direction import DIRECTION_INDEX, Direction
from mentormatch.matching.roster import Ints, Roster
from mentormatch.matching.rows import DIRECTION_COUNT, Columns, Family, RowBounds, RowKeys, concatenate


class ExclusionKind(StrEnum):
    """Which rule makes the plans exclude each other."""

    RECIPROCAL = "reciprocal"
    FAVOUR_EXCHANGE = "favour-exchange"
    SPLIT_TEAM = "split-team"


@dataclass(frozen=True)
class Exclusion:
    """One set of ways of which a plan takes at most one.

    Reciprocal and favour exchange: ``names`` are the two people; way 0 forbids what the first does for the second (or
    for the second's team), way 1 the reverse. Split team: ``names`` are mentor, direction and manager; way k gives
    the team's departments the places ``shares[k]`` (department and places, none elsewhere).
    """

    kind: ExclusionKind
    names: tuple[str, ...]
    shares: tuple[tuple[tuple[str, int], ...], ...] = ()

    @property
    def ways(self) -> int:
        """Into how many cases the search splits."""
        return len(self.shares) if self.kind is ExclusionKind.SPLIT_TEAM else 2


@dataclass(frozen=True, eq=False)
class ExclusionFinder:
    """Finds the exclusions that a plan breaks, and what each way of one takes away.

    ``taken`` are the pairings of earlier passes; the team limit counts them too.
    """

    roster: Roster
    keys: RowKeys
    taken: Columns = field(default_factory=lambda: concatenate([]))

    @cached_property
    def team_of(self) -> Mapping[str, Ints]:
        """The mentees who report to each manager."""
        rows: dict[str, list[int]] = {}
        for row, person in enumerate(self.roster.mentees.people):
            rows.setdefault(person.manager_id, []).append(row)
        return {manager: np.array(members, np.int64) for manager, members in rows.items() if manager}

    def broken(self, plan: Columns) -> Exclusion | None:
        """Return the first exclusion that a plan breaks."""
        return next(iter(self.all_broken(plan)), None)

    def all_broken(self, plan: Columns) -> list[Exclusion]:
        """Return the exclusions that a plan breaks, in an order that depends on the plan alone."""
        capacity = self.roster.policy.capacity
        found = list(self._mutual(plan)) if capacity.forbid_reciprocal else []
        found += list(self._favours(plan)) if capacity.forbid_favour_exchange else []
        found += list(self._split_teams(plan))
        return sorted(found, key=lambda exclusion: (exclusion.kind, exclusion.names))

    def lawful(self, plan: Columns) -> Columns:
        """Return a plan without the weakest pairing of each exclusion that it breaks, one after the other."""
        while (broken := self.broken(plan)) is not None:
            concerned = self._concerned(broken, plan)
            weakest = concerned[np.argmin(plan.points[concerned])]
            plan = plan.where(np.arange(len(plan)) != weakest)
        return plan

    def _concerned(self, exclusion: Exclusion, plan: Columns) -> Ints:
        """Return the places in a plan of the pairings that an exclusion is about."""
        positions = plan.mentee * len(self.roster.mentors) + plan.mentor
        if exclusion.kind is ExclusionKind.SPLIT_TEAM:
            rows = list(self._team_rows(*exclusion.names).values())
            return np.flatnonzero(np.isin(self.keys.of(Family.TEAM, plan), rows))
        ways = np.concatenate([self.forbids(exclusion, way) for way in range(exclusion.ways)])
        return np.flatnonzero(np.isin(positions, ways))

    def forbids(self, exclusion: Exclusion, way: int) -> Ints:
        """Return the positions that a way of a reciprocal or favour exclusion takes away."""
        giver, taker = exclusion.names if way == 0 else exclusion.names[::-1]
        return self.given(exclusion.kind, giver, taker)

    def given(self, kind: ExclusionKind, giver: str, taker: str) -> Ints:
        """Return the positions in which the giver mentors the taker, or somebody of the taker's team."""
        nobody = np.zeros(0, np.int64)
        mentor = self.roster.mentors.position.get(giver)
        if kind is ExclusionKind.RECIPROCAL:
            taken_row = self.roster.mentees.position.get(taker)
            mentees = nobody if taken_row is None else np.array([taken_row])
        else:
            mentees = self.team_of.get(taker, nobody)
        return nobody if mentor is None else mentees * len(self.roster.mentors) + mentor

    def lowered(self, exclusion: Exclusion, way: int, bounds: RowBounds) -> RowBounds:
        """Return the row bounds of one way of a split team."""
        mentor, direction, manager = exclusion.names
        share = dict(exclusion.shares[way])
        keys = self._team_rows(mentor, direction, manager)
        upper = np.array([share.get(department, 0) for department in keys], np.int64)
        return _lower(bounds, np.array(list(keys.values()), np.int64), upper)

    def ruled_out(self, taken: Columns) -> Ints:
        """Return the positions that pairings of earlier passes exclude."""
        found = [self.given(kind, taker, giver) for giver, taker, kind in self._given_so_far(taken)]
        return np.unique(np.concatenate([np.zeros(0, np.int64), *found]))

    def remaining(self, taken: Columns, bounds: RowBounds) -> RowBounds:
        """Return the row bounds after earlier passes have used places of teams that span departments."""
        limit = self.roster.policy.capacity.team_limit
        for (mentor, direction, manager), used in self._team_use(taken).items():
            keys = self._team_rows(mentor, direction, manager)
            bounds = _lower(bounds, np.array(list(keys.values()), np.int64), np.full(len(keys), limit - used))
        return bounds

    def _given_so_far(self, taken: Columns) -> Iterator[tuple[str, str, ExclusionKind]]:
        """Yield who gave to whom in earlier passes, for the kinds that the policy forbids to return."""
        capacity = self.roster.policy.capacity
        for mentor, mentee, manager in self._names(taken):
            if capacity.forbid_reciprocal:
                yield mentor, mentee, ExclusionKind.RECIPROCAL
            if capacity.forbid_favour_exchange and manager and manager != mentor:
                yield mentor, manager, ExclusionKind.FAVOUR_EXCHANGE

    def _names(self, plan: Columns) -> list[tuple[str, str, str]]:
        """Return mentor, mentee and mentee's manager of each pairing."""
        mentors, mentees = self.roster.mentors.ids, self.roster.mentees
        pairs = zip(plan.mentor.tolist(), plan.mentee.tolist(), strict=True)
        return [(mentors[mentor], mentees.ids[mentee], mentees.people[mentee].manager_id) for mentor, mentee in pairs]

    def _mutual(self, plan: Columns) -> Iterator[Exclusion]:
        """Yield the pairs who mentor each other."""
        pairs = {(mentor, mentee) for mentor, mentee, _ in self._names(plan)}
        return (
            Exclusion(ExclusionKind.RECIPROCAL, pair) for pair in pairs if pair[0] < pair[1] and pair[::-1] in pairs
        )

    def _favours(self, plan: Columns) -> Iterator[Exclusion]:
        """Yield the managers who mentor somebody of each other's teams."""
        pairs = {(mentor, manager) for mentor, _, manager in self._names(plan) if manager}
        kind = ExclusionKind.FAVOUR_EXCHANGE
        return (Exclusion(kind, pair) for pair in pairs if pair[0] < pair[1] and pair[::-1] in pairs)

    def _split_teams(self, plan: Columns) -> Iterator[Exclusion]:
        """Yield the teams that span departments of which a mentor took too many."""
        limit, before = self.roster.policy.capacity.team_limit, self._team_use(self.taken)
        for names, used in self._team_use(plan).items():
            departments, left = sorted(self._team_rows(*names)), limit - before.get(names, 0)
            if used > left and len(departments) > 1:
                yield Exclusion(ExclusionKind.SPLIT_TEAM, names, tuple(_shares(departments, left)))

    def _team_use(self, plan: Columns) -> dict[tuple[str, str, str], int]:
        """Return how many places each (mentor, direction, manager) of a plan uses, over all departments."""
        use: dict[tuple[str, str, str], int] = {}
        for key in self.keys.of(Family.TEAM, plan).tolist():
            if key >= 0:
                mentor, direction, _, manager = self.keys.label(Family.TEAM, key)
                use[mentor, direction, manager] = use.get((mentor, direction, manager), 0) + 1
        return use

    def _team_rows(self, mentor: str, direction: str, manager: str) -> dict[str, int]:
        """Return the row of each department's part of a team."""
        head = self.roster.mentors.position[mentor] * DIRECTION_COUNT + DIRECTION_INDEX[Direction(direction)]
        parts = self._parts_of_teams.get(manager, ())
        return {department: head * self.roster.team_count + team for department, team in parts}

    @cached_property
    def _parts_of_teams(self) -> dict[str, list[tuple[str, int]]]:
        """Return each manager's teams: department and team number."""
        parts: dict[str, list[tuple[str, int]]] = {}
        for team, (department, manager) in self.roster.team_labels.items():
            if team >= 0:
                parts.setdefault(manager, []).append((department, team))
        return parts


def _lower(bounds: RowBounds, keys: Ints, most: Ints) -> RowBounds:
    """Return bounds in which some team rows allow no more than ``most``."""
    teams = bounds[Family.TEAM]
    lower, upper = teams.at(keys)
    return {**bounds, Family.TEAM: teams.put(keys, lower, np.minimum(upper, np.maximum(most, 0)))}


def _shares(departments: Sequence[str], places: int) -> Iterator[tuple[tuple[str, int], ...]]:
    """Yield every way to give a number of places to departments."""
    if len(departments) == 1:
        yield ((departments[0], places),)
        return
    for here in range(places, -1, -1):
        for rest in _shares(departments[1:], places - here):
            yield ((departments[0], here), *rest)
