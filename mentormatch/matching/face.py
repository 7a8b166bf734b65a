"""The optimal face: what is still free once the stages so far are as good as they can be.

By complementary slackness every best plan of a stage uses only candidates whose reduced cost is zero and fills each row
whose dual is not zero. So the next stage searches among those candidates with those rows as equations: no objective row is
ever added, and the programme stays integral.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from mentormatch.matching.candidates import Candidates, directions_of, points_of, row_blocks
from mentormatch.matching.roster import Ints, Roster
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
PARTS = {Family.DEPARTMENT, Family.TEAM}
"""Families whose rows bind a mentor to a run of mentees; they are few, so their duals are laid over a block."""


@dataclass(frozen=True, eq=False)
class Prices:
    """A stage's duals laid out for whole blocks: by mentee, by (mentor, direction), and over runs of mentees."""

    mentee: Ints
    mentor_direction: Ints
    parts: Sequence[tuple[Ints, Ints, Ints, Ints, Ints]]

    def of(self, columns: Columns, first_row: int, height: int, width: int) -> Ints:
        """Return what the rows ask of the candidates of one block of ``height`` x ``width`` pairs."""
        total = self.mentee[columns.mentee] + self.mentor_direction[columns.mentor * DIRECTION_COUNT + columns.direction]
        extra = self._over_block(first_row, height, width)
        if extra is not None:
            total += extra[columns.mentee - first_row, columns.mentor * DIRECTION_COUNT + columns.direction]
        return total

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


class Face:
    """The candidates and row bounds that are still free in a pass. It changes as stages are settled."""

    def __init__(self, candidates: Candidates) -> None:
        """Start with all candidates and no pairing taken."""
        self.roster = candidates.roster
        self.keys = RowKeys(candidates.roster)
        self.codes = candidates.codes
        self.bounds: RowBounds = {}
        self.threads = candidates.roster.policy.solve.threads

    @property
    def width(self) -> int:
        """The number of mentors; a candidate's position is mentee * width + mentor."""
        return self.codes.shape[1]

    def open(self, taken: Columns) -> None:
        """Begin a pass: every candidate is free again, except where the taken pairings leave no place."""
        self.bounds = opening_bounds(self.roster, taken)
        is_closed = self._closed(taken)

        def reopen(rows: slice) -> None:
            """Free one block's candidates."""
            block = self.codes[rows]
            aside = (block < 0) & (block != np.iinfo(np.int16).min)
            block[aside] = ~block[aside]
            self._set_aside_in(rows, is_closed)

        self._each_block(reopen)
        self.set_aside(self.positions(taken))

    def _closed(self, taken: Columns) -> Callable[[Columns], np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
        """Return a test for candidates of a mentee, mentor or direction without a place left."""
        shape = (len(self.roster.mentees), DIRECTION_COUNT)
        used = np.bincount(taken.mentee * DIRECTION_COUNT + taken.direction, minlength=shape[0] * shape[1]).reshape(shape)
        mentee_full = (self.roster.mentees.places <= used) | (self.bounds[Family.MENTEE].default_upper <= 0)[:, None]
        flat = np.arange(len(self.roster.mentors) * DIRECTION_COUNT)
        mentor_full = (self.bounds[Family.DIRECTION].at(flat)[1] <= 0) | (
            np.repeat(self.bounds[Family.MENTOR].default_upper, DIRECTION_COUNT) <= 0
        )
        full = mentee_full.ravel()
        return lambda columns: (
            full[columns.mentee * DIRECTION_COUNT + columns.direction] | mentor_full[columns.mentor * DIRECTION_COUNT + columns.direction]
        )

    def set_aside(self, positions: Ints) -> None:
        """Take candidates out until the next pass opens: the complement of a code keeps it for later."""
        free, _ = self.columns(positions)
        flat = self.codes.reshape(-1)
        flat[free] = ~flat[free]

    def settle(self, stage: Stage, duals: Duals) -> None:
        """Keep the plans that are best for a stage: candidates of reduced cost zero, rows with a dual as equations."""
        prices = lay_out(duals, self.roster)

        def keep(rows: slice) -> None:
            """Set a block's candidates of negative reduced cost aside."""
            height = rows.stop - rows.start
            self._set_aside_in(rows, lambda c: stage.weigh(c) != prices.of(c, rows.start, height, self.width))

        self._each_block(keep)
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
        codes = self.codes.ravel()[positions]
        free = positions[codes >= 0]
        return free, self._columns(free, codes[codes >= 0])

    def decode(self, positions: Ints) -> Columns:
        """Return the candidates at given positions, whether they are free or set aside."""
        codes = self.codes.ravel()[positions]
        return self._columns(positions, np.where(codes < 0, ~codes, codes))

    def positions(self, columns: Columns) -> Ints:
        """Return the positions of candidates."""
        return columns.mentee * self.width + columns.mentor

    def scan(self, look: Callable[[Columns, slice], Result]) -> list[Result]:
        """Look at all free candidates, block by block, in the order of their positions."""
        return self._each_block(lambda rows: look(self._block(rows)[1], rows))

    def free_count(self) -> int:
        """Return how many candidates are free."""
        return sum(self._each_block(lambda rows: int((self.codes[rows] >= 0).sum())))

    def _each_block(self, work: Callable[[slice], Result]) -> list[Result]:
        """Do something for each block of rows, on the policy's threads, and return the results in order."""
        blocks = list(row_blocks(*self.codes.shape))
        if self.threads == 1 or len(blocks) == 1:
            return [work(rows) for rows in blocks]
        with ThreadPoolExecutor(self.threads) as threads:
            return list(threads.map(work, blocks))

    def _block(self, rows: slice) -> tuple[Ints, Columns]:
        """Return the flat places inside a block, and the candidates, that are free."""
        codes = self.codes[rows].ravel()
        free = np.flatnonzero(codes >= 0)
        return free, self._columns(free + rows.start * self.width, codes[free])

    def _columns(self, positions: Ints, codes: np.ndarray[tuple[int, ...], np.dtype[np.int16]]) -> Columns:
        """Return candidates from positions and codes."""
        mentee, mentor = np.divmod(positions, max(self.width, 1))
        return Columns(mentee, mentor, directions_of(codes).astype(np.int64), points_of(codes).astype(np.int64))

    def _set_aside_in(self, rows: slice, unwanted: Callable[[Columns], np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]) -> None:
        """Take candidates of one block out."""
        free, columns = self._block(rows)
        gone = free[unwanted(columns)]
        flat = self.codes[rows].reshape(-1)
        flat[gone] = ~flat[gone]
