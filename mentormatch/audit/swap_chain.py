"""Random plans with the loads of a given one: a walk that exchanges mentees and never leaves what the rules allow.

Two places of one direction exchange their mentees where both new pairs are candidates in that direction and every
limit and exclusion holds (docs/rules-and-score.md, Capacity); else the plan stays as it is. Proposals are symmetric, so
the walk is reversible and has the uniform distribution over the plans that it can reach. Every mentor keeps as many
mentees in each direction, every mentee as many mentors in each direction and in each pass; locked pairings stay.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mentormatch.audit.solved_round import SolvedRound
from mentormatch.domain.direction import DIRECTIONS
from mentormatch.matching.candidates import directions_of, points_of
from mentormatch.matching.roster import Ints
from mentormatch.matching.rows import department_limits

PROPOSALS_AT_ONCE = 1 << 14
NOT_ALLOWED = NO_MANAGER = -1
ANY_POINTS = (-(1 << 62), 1 << 62)

Worths = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Place:
    """A mentor's place in a direction; ``row`` is its row in the table of worths."""

    row: int
    mentor: int
    direction: int


@dataclass(frozen=True, slots=True)
class Member:
    """What the limits ask of a mentee: who they are, department, and manager (-1 where there is none)."""

    person: int
    department: int
    manager: int


class SwapChain:
    """A plan that walks.

    ``ends`` says for each place, in the order of the pairings of the round, which of those pairings its mentee (with
    the mentee's pass) comes from. ``total`` are the plan's points, which never leave ``bounds`` (lowest and highest).
    """

    def __init__(self, solved: SolvedRound, rng: np.random.Generator, bounds: tuple[int, int] = ANY_POINTS) -> None:
        """Start from the pairings of a solved round."""
        roster, plan = solved.roster, solved.plan
        self._rng, self.bounds = rng, bounds
        self._places, columns = _lay_out_places(solved)
        self._members, self._people = _lay_out_members(solved)
        self.ends = list(range(len(plan)))
        self._numbers = np.searchsorted(np.unique(plan.mentee), plan.mentee).tolist()
        self._worth = memoryview(_worths(solved, columns))
        self.total = int(plan.points.sum())
        self._movable = _movable(solved)
        self._team_limit = roster.policy.capacity.team_limit
        self._department_limits = department_limits(roster).tolist()
        self._forbids_return = roster.policy.capacity.forbid_reciprocal
        self._forbids_favours = roster.policy.capacity.forbid_favour_exchange
        self._used: dict[tuple[int, int, int], int] = defaultdict(int)
        for place, member in zip(self._places, self._members, strict=True):
            self._count(place, member, 1)

    def walk(self, steps: int) -> None:
        """Make a number of proposals."""
        for first, second in _propose(self._rng, self._movable, steps):
            self._try_exchange(first, second)

    def _try_exchange(self, first: int, second: int) -> None:
        """Exchange the mentees of two places of one direction, if the plan stays lawful and its points in bounds."""
        one, other = self._places[first], self._places[second]
        if one.mentor == other.mentor:
            return
        worth, a, b = self._worth, self._numbers[self.ends[first]], self._numbers[self.ends[second]]
        gain, gain_too = worth[one.row, b], worth[other.row, a]
        if a == b or gain == NOT_ALLOWED or gain_too == NOT_ALLOWED:
            return
        total = self.total + gain + gain_too - worth[one.row, a] - worth[other.row, b]
        if self.bounds[0] <= total <= self.bounds[1] and self._exchange(first, second):
            self.total = total

    def _exchange(self, first: int, second: int) -> bool:
        """Exchange the mentees of two places unless a limit or an exclusion forbids it; say whether it was done."""
        one, other = self._places[first], self._places[second]
        ends = self.ends
        mine, theirs = self._members[ends[first]], self._members[ends[second]]
        self._count(one, mine, -1)
        self._count(other, theirs, -1)
        if self._has_room(one, theirs):
            self._count(one, theirs, 1)
            if self._has_room(other, mine):
                self._count(other, mine, 1)
                ends[first], ends[second] = ends[second], ends[first]
                return True
            self._count(one, theirs, -1)
        self._count(one, mine, 1)
        self._count(other, theirs, 1)
        return False

    def _has_room(self, place: Place, member: Member) -> bool:
        """Whether a mentee may take a place beside all other pairings: limits, nobody twice, nothing given back."""
        used, mentor, manager = self._used, self._people[place.mentor], member.manager
        if used[_PAIR, mentor, member.person]:
            return False
        if used[_DEPARTMENT, place.row, member.department] >= self._department_limits[place.mentor]:
            return False
        if manager >= 0 and used[_TEAM, place.row, manager] >= self._team_limit:
            return False
        if self._forbids_return and used[_PAIR, member.person, mentor]:
            return False
        return not (self._forbids_favours and manager not in (NO_MANAGER, mentor) and used[_FAVOUR, manager, mentor])

    def _count(self, place: Place, member: Member, change: int) -> None:
        """Count a pairing in, or out."""
        used, mentor = self._used, self._people[place.mentor]
        used[_PAIR, mentor, member.person] += change
        used[_DEPARTMENT, place.row, member.department] += change
        if member.manager >= 0:
            used[_TEAM, place.row, member.manager] += change
            used[_FAVOUR, mentor, member.manager] += change


_PAIR, _DEPARTMENT, _TEAM, _FAVOUR = range(4)
"""What is counted: pairs, places by department, places by team, and mentors of a manager's people."""


def _lay_out_places(solved: SolvedRound) -> tuple[list[Place], list[tuple[int, int]]]:
    """Return the place of each pairing, and the (mentor, direction) of each row of the table of worths."""
    pairs = list(zip(solved.plan.mentor.tolist(), solved.plan.direction.tolist(), strict=True))
    columns = sorted(set(pairs))
    rows = {pair: row for row, pair in enumerate(columns)}
    return [Place(rows[pair], *pair) for pair in pairs], columns


def _lay_out_members(solved: SolvedRound) -> tuple[list[Member], list[int]]:
    """Return what the limits ask of the mentee of each pairing, and the person behind each mentor, numbered."""
    mentees = solved.roster.mentees
    numbers: dict[str, int] = {}
    people = [numbers.setdefault(who, len(numbers)) for who in solved.roster.mentors.ids]

    def describe(row: int) -> Member:
        """Return one mentee."""
        manager = mentees.people[row].manager_id
        return Member(
            person=numbers.setdefault(mentees.ids[row], len(numbers)),
            department=int(mentees.department[row]),
            manager=numbers.setdefault(manager, len(numbers)) if manager else NO_MANAGER,
        )

    return [describe(row) for row in solved.plan.mentee.tolist()], people


def _worths(solved: SolvedRound, columns: list[tuple[int, int]]) -> Worths:
    """Return the points of each mentee of the plan in each place of it, ``NOT_ALLOWED`` where they are no candidate."""
    mentees = np.unique(solved.plan.mentee)
    table = np.full((len(columns), len(mentees)), NOT_ALLOWED, np.int16)
    for row, (mentor, direction) in enumerate(columns):
        codes = solved.candidates.codes[mentees, mentor]
        is_open = (codes >= 0) & (directions_of(codes) == direction)
        table[row, is_open] = points_of(codes[is_open])
    return table


def _movable(solved: SolvedRound) -> list[Ints]:
    """Return the places of each direction whose pairing is not locked."""
    is_free = solved.passes > 0
    found = [np.flatnonzero(is_free & (solved.plan.direction == code)) for code in range(len(DIRECTIONS))]
    return [places for places in found if len(places)]


def _propose(rng: np.random.Generator, movable: list[Ints], steps: int) -> Iterator[tuple[int, int]]:
    """Yield pairs of places of one direction, each ordered pair of a direction equally likely."""
    if not movable:
        return
    places = np.concatenate(movable)
    sizes = np.array([len(part) for part in movable])
    starts, size = np.repeat(np.cumsum(sizes) - sizes, sizes), np.repeat(sizes, sizes)
    for done in range(0, steps, PROPOSALS_AT_ONCE):
        first = rng.integers(len(places), size=min(PROPOSALS_AT_ONCE, steps - done))
        second = starts[first] + rng.integers(size[first])
        yield from zip(places[first].tolist(), places[second].tolist(), strict=True)
