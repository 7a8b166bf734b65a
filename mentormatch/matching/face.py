"""The optimal face: what is still free once the stages so far are as good as they can be.

By complementary slackness every best plan of a stage uses only candidates whose reduced cost is zero and fills each
row whose dual is not zero. So the next stage searches among those candidates with those rows as equations: no
objective row is ever added, and the programme stays integral.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from mentormatch.matching.candidates import NO_CANDIDATE, Candidates, directions_of, points_of, row_blocks
from mentormatch.matching.roster import Bools, Ints, Roster
from mentormatch.matching.rows import (
    DIRECTION_COUNT,
    NO_DUALS,
    Bounds,
    Columns,
    Duals,
    Family,
    RowBounds,
    RowKeys,
    SparseDuals,
    opening_bounds,
)
from mentormatch.matching.stages import Stage

Result = TypeVar("Result")
Unwanted = Callable[[Columns, slice], Bools]
"""Tells which candidates of a block of rows to take out."""

LISTED_MOST = 2_000_000
"""Up to this many free candidates are listed one by one."""


@dataclass(frozen=True, eq=False)
class Prices:
    """A stage's duals laid out for whole blocks: by mentee, by (mentor, direction), and over runs of mentees."""

    mentee: Ints
    mentor_direction: Ints
    parts: Sequence[tuple[Ints, Ints, Ints, Ints, Ints]]

    def of(self, columns: Columns, first_row: int, height: int, width: int) -> Ints:
        """Return what the rows ask of the candidates of one block of ``height`` x ``width`` pairs."""
        total = (
            self.mentee[columns.mentee] + self.mentor_direction[columns.mentor * DIRECTION_COUNT + columns.direction]
        )
        extra = self._over_block(first_row, height, width)
        if extra is not None:
            total += extra[columns.mentee - first_row, columns.mentor * DIRECTION_COUNT + columns.direction]
        return np.asarray(total, np.int64)

    def _over_block(self, first_row: int, height: int, width: int) -> Ints | None:
        """Return the duals of department and team rows over a block, mentees x (mentor, direction)."""
        table = None
        for start, stop, head, value, _ in self.parts:
            low, high = np.maximum(start, first_row), np.minimum(stop, first_row + height)
            inside = np.flatnonzero(low < high)
            if len(inside):
                table = np.zeros((height, width * DIRECTION_COUNT), np.int64) if table is None else table
                lengths = (high - low)[inside]
                steps = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
                rows = np.repeat(low[inside] - first_row, lengths) + steps
                table[rows, np.repeat(head[inside], lengths)] += np.repeat(value[inside], lengths)
        return table


def lay_out(duals: Duals, roster: Roster) -> Prices:
    """Lay out a stage's duals for blocks."""
    mentee = np.zeros(len(roster.mentees), np.int64)
    by_direction = np.zeros((len(roster.mentors), DIRECTION_COUNT), np.int64)
    sparse = {family: duals.get(family, NO_DUALS) for family in Family}
    mentee[sparse[Family.MENTEE].keys] = sparse[Family.MENTEE].values
    if len(sparse[Family.GROUP].keys):
        mentee += sparse[Family.GROUP].at(roster.groups.of_mentee)
    by_direction[sparse[Family.MENTOR].keys] += sparse[Family.MENTOR].values[:, None]
    flat = by_direction.ravel()
    flat[sparse[Family.DIRECTION].keys] += sparse[Family.DIRECTION].values
    runs = {
        Family.DEPARTMENT: (roster.mentees.department + 1, roster.department_count),
        Family.TEAM: (roster.team, roster.team_count),
    }
    return Prices(mentee, flat, [_runs(sparse[family], *runs[family]) for family in runs])


def _runs(duals: SparseDuals, group_of_mentee: Ints, count: int) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Return the run of mentees that each dual covers: start, stop, (mentor, direction), value, group."""
    head, group = np.divmod(duals.keys, max(count, 1))
    order = np.argsort(group_of_mentee, kind="stable")
    ranked = group_of_mentee[order]
    start, stop = np.searchsorted(ranked, group), np.searchsorted(ranked, group, side="right")
    first = order[np.minimum(start, max(len(order) - 1, 0))] if len(order) else start
    return first, first + stop - start, head, duals.values, group


@dataclass(frozen=True, eq=False)
class Standing:
    """Where a face stood after a stage: row bounds, and free candidates by position if they were few."""

    bounds: RowBounds
    listed: Ints | None


class Face:
    """The candidates and row bounds that are still free in a pass. It changes as stages are settled.

    While many candidates are free, the table of codes says which (the complement of a code is set aside for now).
    Once they are few they are ``listed`` by position, and the table is left alone.
    """

    def __init__(self, candidates: Candidates) -> None:
        """Start with all candidates and no pairing taken."""
        self.roster = candidates.roster
        self.keys = RowKeys(candidates.roster)
        self.codes = candidates.codes
        self.bounds: RowBounds = {}
        self.listed: Ints | None = None
        self.threads = candidates.roster.policy.solve.threads

    @property
    def width(self) -> int:
        """The number of mentors; a candidate's position is mentee * width + mentor."""
        return int(self.codes.shape[1])

    def open(self, taken: Columns, pass_number: int) -> None:
        """Begin a pass: every candidate is free again, except where the taken pairings leave no place."""
        self.listed = None
        self.bounds = opening_bounds(self.roster, taken, pass_number)
        is_closed = self._closed(taken)

        def reopen(rows: slice) -> int:
            """Free one block's candidates."""
            block = self.codes[rows]
            aside = (block < 0) & (block != NO_CANDIDATE)
            block[aside] = ~block[aside]
            return self._set_aside_in(rows, is_closed)

        self._list_if_few(self._each_block(reopen))
        self.set_aside(self.positions(taken))

    def _closed(self, taken: Columns) -> Unwanted:
        """Return a test for candidates of a mentee, mentor or direction without a place left."""
        shape = (len(self.roster.mentees), DIRECTION_COUNT)
        used = np.bincount(taken.mentee * DIRECTION_COUNT + taken.direction, minlength=shape[0] * shape[1]).reshape(
            shape
        )
        mentee_full = (self.roster.mentees.places <= used) | (self.bounds[Family.MENTEE].default_upper <= 0)[:, None]
        flat = np.arange(len(self.roster.mentors) * DIRECTION_COUNT)
        is_used_up = self.bounds[Family.DIRECTION].at(flat)[1] <= 0
        mentor_full = is_used_up | np.repeat(self.bounds[Family.MENTOR].default_upper <= 0, DIRECTION_COUNT)
        full = mentee_full.ravel()
        return lambda columns, _: (
            full[columns.mentee * DIRECTION_COUNT + columns.direction]
            | mentor_full[columns.mentor * DIRECTION_COUNT + columns.direction]
        )

    def standing(self) -> Standing:
        """Return where the face stands."""
        return Standing(self.bounds, self.listed)

    def restore(self, standing: Standing) -> None:
        """Go back to where the face stood; only possible where its candidates were listed."""
        self.bounds, self.listed = standing.bounds, standing.listed

    def set_aside(self, positions: Ints) -> None:
        """Take candidates out until the next pass opens."""
        if self.listed is not None:
            self.listed = self.listed[~np.isin(self.listed, positions)]
            return
        free, _ = self.columns(positions)
        flat = self.codes.reshape(-1)
        flat[free] = ~flat[free]

    def settle(self, stage: Stage, duals: Duals) -> None:
        """Keep the plans that are best for a stage: candidates of reduced cost zero, rows with a dual as equations."""
        prices = lay_out(duals, self.roster)

        def is_off(columns: Columns, rows: slice) -> Bools:
            """Whether a candidate's reduced cost is not zero."""
            return np.asarray(
                stage.weigh(columns) != prices.of(columns, rows.start, rows.stop - rows.start, self.width), np.bool_
            )

        if self.listed is None:
            self._list_if_few(self._each_block(lambda rows: self._set_aside_in(rows, is_off)))
        else:
            kept = self._each_block(lambda rows: self._free(rows)[~is_off(self.decode(self._free(rows)), rows)])
            self.listed = np.concatenate([np.zeros(0, np.int64), *kept])
        fixed = {family: bounds.fix(duals.get(family, NO_DUALS)) for family, bounds in self.bounds.items()}
        if stage.spreads_load:
            fixed[Family.MENTOR] = self.spread_bounds(duals.get(Family.MENTOR, NO_DUALS))
        self.bounds = fixed

    def spread_bounds(self, duals: SparseDuals) -> Bounds:
        """Return the loads that are best for each mentor at the price of its row in the load stage.

        A mentor with ``held`` places before pays held, held + 1, ... for the next ones; the best loads are those up to
        which the next place costs no more than the price.
        """
        everyone = np.arange(len(self.roster.mentors))
        lower, upper = self.bounds[Family.MENTOR].at(everyone)
        prices, held = duals.at(everyone), self.held()
        return self.bounds[Family.MENTOR].put(
            everyone, np.clip(prices - held, lower, upper), np.clip(prices - held + 1, lower, upper)
        )

    def held(self) -> Ints:
        """Return how many places each mentor held before this pass."""
        return self.roster.mentors.limit - self.bounds[Family.MENTOR].default_upper

    def columns(self, positions: Ints) -> tuple[Ints, Columns]:
        """Return those of given positions that are free, and their candidates."""
        if self.listed is None:
            free = positions[self.codes.ravel()[positions] >= 0]
        else:
            free = positions[np.isin(positions, self.listed)]
        return free, self.decode(free)

    def decode(self, positions: Ints) -> Columns:
        """Return the candidates at given positions, whether they are free or set aside."""
        codes = self.codes.ravel()[positions]
        codes = np.where(codes < 0, ~codes, codes)
        mentee, mentor = np.divmod(positions, max(self.width, 1))
        return Columns(mentee, mentor, directions_of(codes).astype(np.int64), points_of(codes).astype(np.int64))

    def positions(self, columns: Columns) -> Ints:
        """Return the positions of candidates."""
        return columns.mentee * self.width + columns.mentor

    def scan(self, look: Callable[[Columns, slice], Result]) -> list[Result]:
        """Look at all free candidates, block by block, in the order of their positions."""
        return self._each_block(lambda rows: look(self.decode(self._free(rows)), rows))

    def _each_block(self, work: Callable[[slice], Result]) -> list[Result]:
        """Do something for each block of rows, on the policy's threads, and return the results in order."""
        blocks = list(row_blocks(*self.codes.shape))
        if self.threads == 1 or len(blocks) == 1:
            return [work(rows) for rows in blocks]
        with ThreadPoolExecutor(self.threads) as threads:
            return list(threads.map(work, blocks))

    def _free(self, rows: slice) -> Ints:
        """Return the positions of a block's free candidates."""
        first, last = rows.start * self.width, rows.stop * self.width
        if self.listed is None:
            return np.asarray(np.flatnonzero(self.codes[rows].ravel() >= 0) + first, np.int64)
        return self.listed[np.searchsorted(self.listed, first) : np.searchsorted(self.listed, last)]

    def _set_aside_in(self, rows: slice, unwanted: Unwanted) -> int:
        """Take candidates of one block out of the table; return how many stay."""
        free = self._free(rows)
        gone = unwanted(self.decode(free), rows)
        flat = self.codes[rows].reshape(-1)
        places = free[gone] - rows.start * self.width
        flat[places] = ~flat[places]
        return len(free) - len(places)

    def _list_if_few(self, counts: Sequence[int]) -> None:
        """List the free candidates once they are few."""
        if sum(counts) <= LISTED_MOST:
            self.listed = np.concatenate([np.zeros(0, np.int64), *self._each_block(self._free)])
