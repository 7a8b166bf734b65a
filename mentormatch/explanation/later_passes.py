"""The passes after a changed first one: nothing where no place is left for anybody, else solved by the engine."""

from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mentormatch.explanation.what_if import Baseline
from mentormatch.matching.branching import solve_pass
from mentormatch.matching.candidates import NO_CANDIDATE, Candidates, Codes, directions_of, points_of
from mentormatch.matching.cases import PassTask
from mentormatch.matching.exclusions import ExclusionFinder
from mentormatch.matching.face import Face
from mentormatch.matching.pricing import shortlist
from mentormatch.matching.roster import Bools, Ints, Roster
from mentormatch.matching.rows import (
    DIRECTION_COUNT,
    NO_ROW,
    Columns,
    Family,
    RowBounds,
    RowKeys,
    concatenate,
    opening_bounds,
)
from mentormatch.matching.start import Start


@dataclass(frozen=True, eq=False)
class LaterPasses:
    """Solves the passes after the first one. ``face`` is reopened by each pass that is solved."""

    base: Baseline
    candidates: Candidates
    face: Face

    @cached_property
    def pool(self) -> Ints:
        """The candidates to begin a pass with."""
        codes = self.face.codes
        table = np.where(codes == NO_CANDIDATE, codes, np.maximum(codes, ~codes))
        return shortlist(table, self.base.round.policy.solve.shortlist)

    def plans(self, taken: Columns, roster: Roster) -> list[Columns]:
        """Return what each later pass chooses when some pairings stand; ``roster`` may give mentors other limits."""
        found: list[Columns] = []
        for number in range(2, roster.policy.capacity.mentee_limit + 1):
            found.append(self._plan(concatenate([taken, *found]), number, roster))
        return found

    def _plan(self, taken: Columns, number: int, roster: Roster) -> Columns:
        """Return what one pass chooses."""
        if not has_open_candidate(roster, self.face.codes, taken, number):
            return concatenate([])
        face = copy(self.face)
        face.roster, face.keys = roster, RowKeys(roster)
        task = PassTask(number, self.pool, taken, Start(self.base.pairings, self.base.certificate))
        return solve_pass(replace(self.candidates, roster=roster), face, task, lambda *_: None).plan


def has_open_candidate(roster: Roster, codes: Codes, taken: Columns, number: int) -> bool:
    """Whether a pass could place anybody: some candidate whose rows all have room after the taken pairings.

    ``codes`` are those of all candidates, whether they are set aside for now or not.
    """
    finder = ExclusionFinder(roster, RowKeys(roster), taken)
    bounds = opening_bounds(roster, taken, number)
    columns = _between_the_free(roster, codes, bounds)
    closed = np.concatenate([_positions(roster, taken), finder.ruled_out(taken)])
    columns = columns.where(~np.isin(_positions(roster, columns), closed) & _has_place(roster, taken, columns))
    columns = columns.where(_have_room(finder.keys, bounds, columns))
    return len(columns) > 0 and bool(_have_room(finder.keys, finder.remaining(taken, bounds), columns).any())


def _have_room(keys: RowKeys, bounds: RowBounds, columns: Columns) -> Bools:
    """Return which candidates have room in all their rows."""
    have_room = np.ones(len(columns), np.bool_)
    for family in Family:
        rows = keys.of(family, columns)
        have_room &= (rows == NO_ROW) | (bounds[family].at(np.maximum(rows, 0))[1] > 0)
    return have_room


def _between_the_free(roster: Roster, codes: Codes, bounds: RowBounds) -> Columns:
    """Return the candidates of mentees and mentors who both have room."""
    people = (len(roster.mentees), len(roster.mentors))
    rows, columns = (
        np.flatnonzero(bounds[family].at(np.arange(count))[1] > 0)
        for family, count in zip((Family.MENTEE, Family.MENTOR), people, strict=True)
    )
    part = codes[np.ix_(rows, columns)]
    row, column = np.nonzero(part != NO_CANDIDATE)
    found = np.maximum(part[row, column], ~part[row, column])
    return Columns(rows[row], columns[column], directions_of(found).astype(np.int64), points_of(found).astype(np.int64))


def _positions(roster: Roster, columns: Columns) -> Ints:
    """Number pairs."""
    return columns.mentee * len(roster.mentors) + columns.mentor


def _has_place(roster: Roster, taken: Columns, columns: Columns) -> Bools:
    """Return which candidates' mentees have a place left in the direction."""
    places = roster.mentees.places
    used = np.bincount(taken.mentee * DIRECTION_COUNT + taken.direction, minlength=places.size)
    keys = columns.mentee * DIRECTION_COUNT + columns.direction
    return np.asarray(places.ravel()[keys] > used[keys], np.bool_)
