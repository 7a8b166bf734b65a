"""What a plan can change into: every way to move one mentee, with what it loses, as a network.

Its nodes are the mentees, each as "needs a place" (with the old pairing gone), and one pool for the people without a
place and the free places. A mentee x who needs a place goes to another mentee y by taking a place with y's mentor while
y's pairing is removed: allowed where y's pairing lies in the innermost full row of x's new one, since every row that
gains then has room. Where the new pairing has no full row x goes to the pool, and from the pool one goes to any mentee:
one with a place gives it up, one without may now have one. Two steps through one row that has room for one are never
on a shortest walk: both pass the row, and leaving out the round trip between them saves something, as a round trip is
another plan and the best plan is the only one. So shortest walks are plans (Ahuja, Magnanti and Orlin 1993, chapter 9).

A step loses an ordered vector: the worth of what it removes less that of what it adds, and the load. The mentees'
prices of the proof are potentials: with them no step is negative. The worth of a candidate is at most the price of its
mentee and its rows, with equality for the chosen; the rows that only the added one is in have room, so their price is
zero; those that only the removed one is in have a price of zero or more; and the price of a mentor's row lies between
the load of the last place and that of the next (Edmonds and Karp 1972).
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from mentormatch.explanation.full_rows import IN_DEPARTMENT, IN_TEAM, NO_FULL_ROW, FullRows, find_full_rows
from mentormatch.explanation.packed_vectors import FAR, Packing, less, smallest
from mentormatch.explanation.takers import NO_TAKER, Takers, no_takers
from mentormatch.matching.candidates import Codes, directions_of, points_of
from mentormatch.matching.roster import Bools, Ints, Roster
from mentormatch.matching.rows import DIRECTION_COUNT, Columns, RowBounds

UNPLACED = -1
"""Stands for a mentor where a step adds no pairing."""


@dataclass(frozen=True, eq=False)
class Market:
    """What stays as it is while a plan changes.

    ``table`` are the codes of the candidates that the case leaves, mentees x mentors, negative elsewhere. A candidate
    is worth ``by_mentee`` of its mentee plus ``by_points`` of its points; the load of a mentor's n-th place beyond
    the first is n times ``load_step``. All three are packed. ``held`` are the places taken before the pass;
    ``is_asking`` tells which mentees the pass may serve.
    """

    roster: Roster
    table: Codes
    packing: Packing
    by_mentee: Ints
    by_points: Ints
    load_step: Ints
    held: Ints
    is_asking: Bools

    def worth(self, columns: Columns) -> Ints:
        """Return the packed worth of candidates."""
        return self.by_mentee[:, columns.mentee] + self.by_points[:, columns.points]

    def decode(self, mentees: Ints, mentors: Ints) -> Columns:
        """Return candidates by the numbers of their people."""
        codes = self.table[mentees, mentors]
        return Columns(mentees, mentors, directions_of(codes).astype(np.int64), points_of(codes).astype(np.int64))


@dataclass(frozen=True, eq=False)
class Steps:
    """Steps by which mentees reach nodes: who moves, to which mentor if to one, where it leads, what it loses."""

    tails: Ints
    mentors: Ints
    heads: Ints
    costs: Ints

    def where(self, chosen: Bools | Ints) -> "Steps":
        """Return some of the steps."""
        return Steps(self.tails[chosen], self.mentors[chosen], self.heads[chosen], self.costs[:, chosen])


def join(*parts: Steps) -> Steps:
    """Return the steps of several parts."""
    return Steps(
        np.concatenate([part.tails for part in parts]),
        np.concatenate([part.mentors for part in parts]),
        np.concatenate([part.heads for part in parts]),
        np.concatenate([part.costs for part in parts], axis=1),
    )


@dataclass(frozen=True, eq=False)
class Residual:
    """A plan and what it can change into.

    ``pairs`` are in the order of mentors, ``potentials`` are packed prices, ``known`` are takers found before.
    """

    market: Market
    pairs: Columns
    potentials: Ints
    bounds: RowBounds
    known: Takers

    @property
    def pool(self) -> int:
        """The node of people without a place and of free places."""
        return len(self.market.is_asking)

    @cached_property
    def full(self) -> FullRows:
        """The rows without room."""
        return find_full_rows(self.market.roster, self.pairs, self.bounds)

    @cached_property
    def pair_of(self) -> Ints:
        """The number of each mentee's pair, -1 for none; the pool has none."""
        numbers = np.full(self.pool + 1, -1, np.int64)
        numbers[self.pairs.mentee] = np.arange(len(self.pairs))
        return numbers

    @cached_property
    def mentor_of(self) -> Ints:
        """The mentor of each mentee's pair, ``UNPLACED`` for none: nobody who moves takes the old place again."""
        mentors = np.full(self.pool, UNPLACED)
        mentors[self.pairs.mentee] = self.pairs.mentor
        return mentors

    @cached_property
    def count(self) -> Ints:
        """How many pairs each mentor has."""
        return np.bincount(self.pairs.mentor, minlength=len(self.market.held)).astype(np.int64)

    @cached_property
    def next_load(self) -> Ints:
        """What the load of each mentor's next place costs, packed; FAR where there is none."""
        cost: Ints = self.market.load_step[:, None] * (self.market.held + self.count)
        cost[0, self.full.mentor] = FAR
        return cost

    @cached_property
    def waiting(self) -> Ints:
        """The mentees who could be served and have no place."""
        return np.flatnonzero(self.market.is_asking & (self.pair_of[:-1] < 0))

    @cached_property
    def _first_pair(self) -> Ints:
        """The number of each mentor's first pair."""
        return np.cumsum(self.count) - self.count

    @cached_property
    def _asked(self) -> Ints:
        """What moving costs each mentee at first: their price less what their weight is worth."""
        return self.potentials[:, :-1] - self.market.by_mentee

    @cached_property
    def _freed(self) -> Ints:
        """What removing each pair costs: its worth less the price of its mentee."""
        return self.market.worth(self.pairs) - self.potentials[:, self.pairs.mentee]

    @cached_property
    def _least_freed(self) -> Ints:
        """The least that a place of each mentor can cost after the mentee's part, packed."""
        least: Ints = self.next_load - self.potentials[:, -1:]
        order = np.lexsort((*self._freed[::-1], self.pairs.mentor))
        first = order[np.flatnonzero(np.diff(self.pairs.mentor[order], prepend=-1))]
        mentors, freed = self.pairs.mentor[first], self._freed[:, first]
        least[:, mentors] = np.where(less(freed, least[:, mentors]), freed, least[:, mentors])
        return least

    def steps_from(self, mentee: int, mentors: Ints | None = None) -> Steps:
        """Return all steps by which a mentee takes a place, at some mentors or at all."""
        row = self.market.table[mentee]
        found = np.flatnonzero(row >= 0) if mentors is None else mentors[row[mentors] >= 0]
        return join(*self._steps(mentee, found[found != self.mentor_of[mentee]]))

    def nearest_from(self, mentee: int, ceiling: Ints) -> Steps:
        """Return the steps by which a mentee takes a place and that lose no more than a ceiling, one a head at most."""
        row = self.market.table[mentee]
        found = np.flatnonzero(row >= 0)
        worth = self.market.by_points[:, points_of(row[found])]
        least = self._asked[:, mentee, None] - worth + self._least_freed[:, found]
        found = found[~less(ceiling[:, None], least) & (found != self.mentor_of[mentee])]
        onto_pairs, into_pool = self._steps(mentee, found)
        cheapest = [smallest(into_pool.costs)] if len(into_pool.tails) else []
        return join(onto_pairs, into_pool.where(np.array(cheapest, np.int64)))

    def _steps(self, mentee: int, mentors: Ints) -> tuple[Steps, Steps]:
        """Return a mentee's steps at some mentors onto the places of pairs, and onto free places."""
        candidates = self.market.decode(np.full(len(mentors), mentee), mentors)
        heads = candidates.mentor * DIRECTION_COUNT + candidates.direction
        innermost = self.full.of_mentee(mentee, heads)
        costs = self._asked[:, mentee, None] - self.market.by_points[:, candidates.points]
        onto_pairs = self._onto_pairs(mentee, candidates, innermost, costs)
        return onto_pairs, self._into_pool(mentee, candidates, innermost, costs)

    def _onto_pairs(self, mentee: int, candidates: Columns, innermost: Ints, costs: Ints) -> Steps:
        """Return the steps that take the place of a pair in the innermost full row."""
        counts = self.count[candidates.mentor]
        number = np.repeat(np.arange(len(candidates)), counts)
        offset = np.arange(len(number)) - np.repeat(np.cumsum(counts) - counts, counts)
        pair = self._first_pair[candidates.mentor[number]] + offset
        kept = self._shares_row(candidates.where(number), innermost[number], pair)
        number, pair = number[kept], pair[kept]
        return Steps(
            np.full(len(pair), mentee),
            candidates.mentor[number],
            self.pairs.mentee[pair],
            costs[:, number] + self._freed[:, pair],
        )

    def _shares_row(self, columns: Columns, innermost: Ints, pair: Ints) -> Bools:
        """Return which candidates have a pair of their mentor in their innermost full row."""
        roster, removed = self.market.roster, self.pairs.where(pair)
        in_row = columns.direction == removed.direction
        departments, teams = roster.mentees.department, roster.team
        in_row &= (innermost != IN_DEPARTMENT) | (departments[columns.mentee] == departments[removed.mentee])
        in_row &= (innermost != IN_TEAM) | (teams[columns.mentee] == teams[removed.mentee])
        return np.asarray(in_row | (innermost == NO_FULL_ROW), np.bool_)

    def _into_pool(self, mentee: int, candidates: Columns, innermost: Ints, costs: Ints) -> Steps:
        """Return the steps onto free places."""
        has_room = np.flatnonzero((innermost == NO_FULL_ROW) & ~self.full.mentor[candidates.mentor])
        mentors = candidates.mentor[has_room]
        total = costs[:, has_room] + self.next_load[:, mentors] - self.potentials[:, -1:]
        return Steps(np.full(len(mentors), mentee), mentors, np.full(len(mentors), self.pool), total)

    def giving_up(self, mentees: Ints) -> Steps:
        """Return the steps by which mentees go without a place."""
        costs = self.potentials[:, mentees] - self.potentials[:, -1:]
        return Steps(mentees, np.full(len(mentees), UNPLACED), np.full(len(mentees), self.pool), costs)

    @cached_property
    def takers(self) -> Takers:
        """The best taker of each pair's place among the people without one."""
        worth, person = self.known.worth.copy(), self.known.person.copy()
        for mentor in np.flatnonzero((self.count > 0) & ~self.known.is_known).tolist():
            first = int(self._first_pair[mentor])
            steps, innermost = self.taking(mentor, self.waiting)
            columns = self.market.decode(steps.tails, steps.mentors)
            lost = -self.market.worth(columns)
            for pair in range(first, first + int(self.count[mentor])):
                mentee = self.pairs.mentee[pair]
                may = np.flatnonzero(self._shares_row(columns, innermost, np.full(len(columns), pair)))
                best = may[smallest(lost[:, may])] if len(may) else NO_TAKER
                person[mentee] = steps.tails[best] if len(may) else NO_TAKER
                worth[:, mentee] = -lost[:, best] if len(may) else no_takers(len(lost), 1, 1).worth[:, 0]
        return Takers(worth, person, np.ones(len(self.count), np.bool_))

    @cached_property
    def through_waiting(self) -> Steps:
        """The steps from the pool through the best taker of a pair's place; they lead to its mentee."""
        mentees = self.pairs.mentee
        costs = self.potentials[:, -1:] - self.takers.worth[:, mentees] + self._freed
        nobody = np.full(len(mentees), UNPLACED)
        steps = Steps(np.full(len(mentees), self.pool), nobody, mentees, costs)
        return steps.where(self.takers.person[mentees] != NO_TAKER)

    def changed(self, mentors: Ints, **changes: Any) -> "Residual":
        """Return another network, in which only rows, pairs and candidates of some mentors are others."""
        other = replace(self, **changes)
        is_known = np.ones(len(self.count), np.bool_)
        is_known[mentors] = False
        left, joined = np.setdiff1d(self.waiting, other.waiting), np.setdiff1d(other.waiting, self.waiting)
        is_known[other.pairs.mentor[np.isin(self.takers.person[other.pairs.mentee], left)]] = False
        for mentee in joined.tolist():
            is_known[other.pairs.mentor[self._is_better(mentee, other.pairs)]] = False
        return replace(other, known=self.takers.where_known(is_known))

    def _is_better(self, mentee: int, pairs: Columns) -> Bools:
        """Return which pairs' places a mentee might take better than the takers."""
        codes = self.market.table[mentee, pairs.mentor]
        worth = self.market.by_mentee[:, mentee, None] + self.market.by_points[:, points_of(codes)]
        return np.asarray((codes >= 0) & ~less(worth, self.takers.worth[:, pairs.mentee]), np.bool_)

    @cached_property
    def from_pool(self) -> Steps:
        """The steps from the pool: a pair gives its place up, or somebody without a place may have one."""
        load = self.market.load_step[:, None] * (self.market.held + self.count - 1)[self.pairs.mentor]
        freed = self.potentials[:, -1:] + self._freed - load
        allowed = self.potentials[:, -1:] - self.potentials[:, self.waiting]
        heads = np.concatenate([self.pairs.mentee, self.waiting])
        costs = np.concatenate([freed, allowed], axis=1)
        return Steps(np.full(len(heads), self.pool), np.full(len(heads), UNPLACED), heads, costs)

    def freeing(self, mentor: int) -> Steps:
        """Return the steps by which each of a mentor's pairs is removed to make room in a row of the mentor."""
        pair = np.flatnonzero(self.pairs.mentor == mentor)
        nobody = np.full(len(pair), UNPLACED)
        return Steps(nobody, nobody, self.pairs.mentee[pair], self._freed[:, pair])

    def taking(self, mentor: int, mentees: Ints) -> tuple[Steps, Ints]:
        """Return what it costs mentees to take a place with a mentor, and the innermost full row of each candidate.

        What the place itself costs, a pair that is removed or the load, is not in it.
        """
        rows = mentees[(self.market.table[mentees, mentor] >= 0) & (self.mentor_of[mentees] != mentor)]
        columns = self.market.decode(rows, np.full(len(rows), mentor))
        costs = self._asked[:, rows] - self.market.by_points[:, columns.points]
        innermost = self.full.of_columns(rows, mentor * DIRECTION_COUNT + columns.direction)
        return Steps(rows, columns.mentor, np.full(len(rows), UNPLACED), costs), innermost

    def steps_onto(self, mentee: int, tails: Ints) -> Steps:
        """Return all steps of some mentees that take the place of another one's pair."""
        number = int(self.pair_of[mentee])
        if number < 0:
            return self.giving_up(tails[:0])
        steps, innermost = self.taking(int(self.pairs.mentor[number]), tails)
        kept = self._shares_row(
            self.market.decode(steps.tails, steps.mentors), innermost, np.full(len(innermost), number)
        )
        steps, costs = steps.where(kept), steps.costs[:, kept] + self._freed[:, number, None]
        return replace(steps, heads=np.full(len(steps.tails), mentee), costs=costs)

    def steps_into_pool(self, tails: Ints) -> Steps:
        """Return all steps of some mentees into the pool: without a place, or onto any free one."""
        parts = [self.giving_up(tails[self.pair_of[tails] >= 0])]
        for mentor in np.flatnonzero(~self.full.mentor).tolist():
            steps, innermost = self.taking(mentor, tails)
            steps = steps.where(innermost == NO_FULL_ROW)
            costs = steps.costs + self.next_load[:, mentor, None] - self.potentials[:, -1:]
            parts.append(replace(steps, heads=np.full(len(steps.tails), self.pool), costs=costs))
        return join(*parts)

    def priced(self, distances: Ints, most: Ints) -> Ints:
        """Return potentials raised by distances, none by more than ``most``: no step is negative under them either."""
        is_near = less(distances, most[:, None])
        return self.potentials + np.where(is_near, distances, most[:, None])
