"""All candidates of a round for the verifier: counted again in blocks, and handed out as a pass leaves them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.round import LockKind
from mentormatch.errors import CertificateError
from mentormatch.matching.candidates import NO_CANDIDATE, Codes, build_candidates, directions_of, points_of, row_blocks
from mentormatch.matching.roster import Bools, Ints, Roster
from mentormatch.matching.verified_limits import DIRECTION, MENTEE, MENTEE_DIRECTION, MENTOR, RECIPROCAL, Opening
from mentormatch.matching.verified_pairings import say
from mentormatch.matching.verified_rows import DIRECTION_COUNT, Batch

NO_CELLS = np.zeros(0, np.int64)
"""Cells are pairs by number, mentee * mentors + mentor, and rise."""


@dataclass(frozen=True, eq=False)
class Table:
    """The codes of all pairs of a round, mentees x mentors."""

    roster: Roster
    codes: Codes

    @property
    def width(self) -> int:
        """The number of mentors."""
        return len(self.roster.mentors)

    def count(self) -> int:
        """Return the number of candidates."""
        return sum(int((self.codes[rows] >= 0).sum()) for rows in row_blocks(*self.codes.shape))

    def check(self, pairing: Pairing) -> None:
        """Check that a pairing scores in the table what it scores by the plain reading."""
        mentee, mentor = self.roster.mentees.position, self.roster.mentors.position
        code = self.codes[mentee[pairing.mentee_id], mentor[pairing.mentor_id]]
        if points_of(code) != pairing.points or DIRECTIONS[directions_of(code)] != pairing.direction:
            raise CertificateError(
                f"{say(pairing)}: the plain reading of rules and score disagrees with that in blocks."
            )

    @cached_property
    def teams(self) -> Mapping[str, Sequence[int]]:
        """The mentees who report to each manager."""
        teams: dict[str, list[int]] = {}
        for row, person in enumerate(self.roster.mentees.people):
            teams.setdefault(person.manager_id, []).append(row)
        return teams

    def cells(self, kind: str, giver: str, taker: str) -> Ints:
        """Return where the giver mentors the taker (reciprocal), or somebody of the taker's team (favour exchange)."""
        mentor, mentee = self.roster.mentors.position.get(giver), self.roster.mentees.position.get(taker)
        if mentor is None:
            return NO_CELLS
        own = () if mentee is None else (mentee,)
        rows = own if kind == RECIPROCAL else self.teams.get(taker, ())
        return np.array(rows, np.int64) * self.width + mentor


def build_table(roster: Roster) -> Table:
    """Work out all candidates of a round; those that a lock forbids are none."""
    table = Table(roster, build_candidates(roster).codes)
    for lock in roster.round.locks:
        if lock.kind is LockKind.MUST_NOT:
            table.codes.reshape(-1)[table.cells(RECIPROCAL, lock.mentor_id, lock.mentee_id)] = NO_CANDIDATE
    return table


@dataclass(frozen=True, eq=False)
class OpenCandidates:
    """The candidates that a pass can still choose, after the pairings of earlier passes.

    Closed are the (mentee, direction) and the (mentor, direction) without a place left, and single cells.
    """

    table: Table
    is_mentee_closed: Bools
    is_column_closed: Bools
    struck: Ints

    def batches(self, struck: Ints) -> Iterator[Batch]:
        """Yield the candidates in blocks of rows, without those in ``struck`` cells."""
        closed = np.union1d(self.struck, struck)
        for rows in row_blocks(*self.table.codes.shape):
            block = self.table.codes[rows].copy()
            first, last = rows.start * self.table.width, rows.stop * self.table.width
            inside = closed[np.searchsorted(closed, first) : np.searchsorted(closed, last)]
            block.reshape(-1)[inside - first] = NO_CANDIDATE
            yield self._open(read_batch(block, rows.start))

    def _open(self, batch: Batch) -> Batch:
        """Return the candidates of a batch that are not closed."""
        mentee = batch.mentee * DIRECTION_COUNT + batch.column % DIRECTION_COUNT
        return batch.where(~(self.is_mentee_closed[mentee] | self.is_column_closed[batch.column]))


def read_batch(block: Codes, first_row: int) -> Batch:
    """Return the candidates of a block of rows."""
    mentee, mentor = np.nonzero(block >= 0)
    codes = block[mentee, mentor]
    column = mentor * DIRECTION_COUNT + directions_of(codes)
    return Batch(mentee + first_row, column, points_of(codes).astype(np.int64))


def open_candidates(table: Table, opening: Opening, earlier: Sequence[Pairing]) -> OpenCandidates:
    """Return what a pass can choose after earlier ones: no pair twice, nothing given back, no row that is full."""
    roster = table.roster
    mentees = [
        opening.upper((MENTEE, (who,))) <= 0 or opening.upper((MENTEE_DIRECTION, (who, direction.value))) <= 0
        for who in roster.mentees.ids
        for direction in DIRECTIONS
    ]
    columns = [
        opening.upper((MENTOR, (who,))) <= 0 or opening.upper((DIRECTION, (who, direction.value))) <= 0
        for who in roster.mentors.ids
        for direction in DIRECTIONS
    ]
    cells = [table.cells(RECIPROCAL, pairing.mentor_id, pairing.mentee_id) for pairing in earlier]
    cells += [table.cells(kind, taker, giver) for kind, giver, taker in opening.favours]
    struck = np.unique(np.concatenate([NO_CELLS, *cells]))
    return OpenCandidates(table, np.array(mentees, np.bool_), np.array(columns, np.bool_), struck)
