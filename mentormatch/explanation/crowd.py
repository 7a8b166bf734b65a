"""The crowd that somebody without a place is in: too many people for the places of all their possible mentors.

Found by alternating reachability on the published first pass (Hall 1935; Ford and Fulkerson 1956): each candidate of
the person lies in a full row, whoever holds a place in that row could only move to candidates of their own, and so on.
Where the search ends without a free place, those reached have no candidate outside the rows found, and there are more
of them than places. What is no row (favours in return, teams that span departments) is left out of the count: where
that alone stands in the way, the search finds a free place and there is no crowd.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from mentormatch.explanation.first_pass import FirstPass
from mentormatch.explanation.traits import Trait, find_trait
from mentormatch.matching.candidates import NO_CANDIDATE, row_blocks
from mentormatch.matching.roster import Bools, Ints
from mentormatch.matching.rows import Columns, Family, RowBounds, RowKeys, concatenate, opening_bounds

INWARD = (Family.MENTOR, Family.DIRECTION, Family.DEPARTMENT, Family.TEAM)
"""The mentors' rows from the outside in."""
DESCRIBED_MIN = 5
"""Smaller crowds are not described: too few people to speak of without speaking of each."""


@dataclass(frozen=True, eq=False)
class HallSet:
    """People all of whose candidates lie in rows with fewer places than there are people.

    ``mentees`` are numbers of the roster; ``rows`` holds, for each outermost row, its family and a candidate in it;
    ``places`` is the sum of the rows' bounds.
    """

    mentees: Ints
    rows: tuple[tuple[Family, Columns], ...]
    places: int

    @property
    def mentors(self) -> Ints:
        """The mentors whose rows they are."""
        return np.unique(np.concatenate([np.zeros(0, np.int64), *(sample.mentor for _, sample in self.rows)]))


@dataclass(frozen=True, slots=True)
class Crowd:
    """A crowd of at least ``DESCRIBED_MIN`` people.

    ``people`` share ``places``; ``limits`` counts the rows that are full: mentors' own limits (``mentor``, or in one
    direction ``direction``), their limits for one ``department`` and for one ``team``. ``trait`` is what they have in
    common, if anything sets them apart.
    """

    people: int
    places: int
    limits: Mapping[str, int]
    trait: Trait | None


def describe_crowd(first: FirstPass, hall_set: HallSet) -> Crowd | None:
    """Return a crowd in figures; nothing for a small one."""
    if len(hall_set.mentees) < DESCRIBED_MIN:
        return None
    bounds = opening_bounds(first.roster, first.locked, 1)
    names = Counter(_limit(RowKeys(first.roster), bounds, *row) for row in hall_set.rows)
    limits = {family.value: names[family] for family in INWARD if names[family]}
    trait = find_trait(first.roster, hall_set.mentees, hall_set.mentors)
    return Crowd(len(hall_set.mentees), hall_set.places, limits, trait)


def find_hall_set(first: FirstPass, row: int) -> HallSet | None:
    """Return the crowd of a mentee without a place, who has candidates; nothing if a free place can be reached."""
    search = _Search(first)
    wave = np.array([row])
    while len(wave):
        found = [search.full_rows(wave[part]) for part in row_blocks(len(wave), len(first.roster.mentors))]
        if any(rows is None for rows in found):
            return None
        wave = search.collect([rows for rows in found if rows is not None])
    search.join(_left_out(first, search.reached))
    return HallSet(np.flatnonzero(search.reached), search.outermost(), search.places())


def _left_out(first: FirstPass, reached: Bools) -> Ints:
    """Return the mentees outside a set who have no place."""
    return np.setdiff1d(np.flatnonzero(~reached), first.whole_plan.mentee)


def _limit(keys: RowKeys, bounds: RowBounds, family: Family, sample: Columns) -> Family:
    """Return which limit binds in a full row: the outermost that leaves no more places than the row has."""
    outward = INWARD[: INWARD.index(family) + 1]
    places = {other: int(bounds[other].at(keys.of(other, sample))[1][0]) for other in outward}
    return next(other for other in outward if places[other] == places[family])


@dataclass(eq=False)
class _Search:
    """Rows and mentees reached so far. ``samples`` keeps, for each row, a candidate that lies in it."""

    first: FirstPass
    keys: RowKeys = field(init=False)
    left: RowBounds = field(init=False)
    reached: Bools = field(init=False)
    samples: dict[Family, dict[int, Columns]] = field(init=False)

    def __post_init__(self) -> None:
        """Start with nothing reached."""
        roster = self.first.roster
        self.keys = RowKeys(roster)
        self.left = opening_bounds(roster, concatenate([self.first.locked, self.first.plan]), 1)
        self.reached = np.zeros(len(roster.mentees), np.bool_)
        self.samples = {family: {} for family in INWARD}

    def full_rows(self, mentees: Ints) -> dict[Family, Columns] | None:
        """Return the innermost full row of each candidate of some mentees; nothing if one of them is in no full row."""
        self.reached[mentees] = True
        columns = self._outside(mentees)
        found = {}
        for family in reversed(INWARD):
            is_full = self._is_full(family, columns)
            found[family] = columns.where(is_full)
            columns = columns.where(~is_full)
        return None if len(columns) else found

    def collect(self, found: Iterable[dict[Family, Columns]]) -> Ints:
        """Add rows and return the mentees who hold a place in them and had not been reached."""
        for rows in found:
            for family, columns in rows.items():
                keys, places = np.unique(self.keys.of(family, columns), return_index=True)
                for key, place in zip(keys.tolist(), places.tolist(), strict=True):
                    self.samples[family].setdefault(key, columns.where(np.array([place])))
        held = self.first.plan.mentee[self.is_inside(self.first.plan)]
        return held[~self.reached[held]]

    def join(self, mentees: Ints) -> None:
        """Add those of some mentees who have candidates, and only in the rows found."""
        for part in row_blocks(len(mentees), len(self.first.roster.mentors)):
            some = mentees[part]
            able = some[(self.first.codes[some] != NO_CANDIDATE).any(axis=1)]
            self.reached[np.setdiff1d(able, self._outside(able).mentee)] = True

    def is_inside(self, columns: Columns) -> Bools:
        """Return which candidates lie in a row found."""
        inside = np.zeros(len(columns), np.bool_)
        for family in INWARD:
            inside |= np.isin(self.keys.of(family, columns), list(self.samples[family]))
        return inside

    def _outside(self, mentees: Ints) -> Columns:
        """Return the candidates of some mentees that lie in no row found."""
        mentors = np.setdiff1d(np.arange(len(self.first.roster.mentors)), list(self.samples[Family.MENTOR]))
        columns = self.first.of_mentees(mentees, mentors)
        return columns.where(~self.is_inside(columns))

    def outermost(self) -> tuple[tuple[Family, Columns], ...]:
        """Return the rows found that lie in no other one."""
        rows = [(family, sample) for family in INWARD for _, sample in sorted(self.samples[family].items())]
        return tuple((family, sample) for family, sample in rows if not self._is_within(family, sample))

    def places(self) -> int:
        """Return how many places the outermost rows have, locked ones left out."""
        bounds = opening_bounds(self.first.roster, self.first.locked, 1)
        rows = [(family, self.keys.of(family, sample)) for family, sample in self.outermost()]
        return sum(int(bounds[family].at(key)[1][0]) for family, key in rows)

    def _is_within(self, family: Family, sample: Columns) -> bool:
        """Whether a row lies in another one that was found."""
        outer = INWARD[: INWARD.index(family)]
        return any(int(self.keys.of(other, sample)[0]) in self.samples[other] for other in outer)

    def _is_full(self, family: Family, columns: Columns) -> Bools:
        """Return which candidates lie in a full row of a family."""
        rows = self.keys.of(family, columns)
        return np.asarray((rows >= 0) & (self.left[family].at(np.maximum(rows, 0))[1] <= 0), np.bool_)
