"""Rules and criteria together: every candidate of a round with its score, in blocks, and why the rest fell out.

A candidate is one whole number, its *code*: ``points * 8 + (4 - direction)``. Codes compare as the rules of the round
compare directions: the higher score first, then the earlier direction. A negative code is no candidate
(``NO_CANDIDATE``), or one that is set aside for now (the complement of its code).
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.pairing import Criterion
from mentormatch.domain.reasons import RuleId
from mentormatch.matching.eligibility import BY_DIRECTION, RULES, Block, Rules, is_open, own_columns
from mentormatch.matching.overlap import Overlaps
from mentormatch.matching.roster import Bools, Ints, Roster
from mentormatch.matching.scoring import BY_DIRECTION as CRITERIA_BY_DIRECTION
from mentormatch.matching.scoring import Points, Scores

Codes = NDArray[np.int16]
NO_CANDIDATE = -(1 << 15)
DIRECTION_BITS = 3
LAST_DIRECTION = len(DIRECTIONS) - 1
PAIRS_PER_BLOCK = 1 << 20


def points_of(codes: NDArray[np.integer]) -> NDArray[np.integer]:
    """Return the points in candidates' codes."""
    return codes >> DIRECTION_BITS


def directions_of(codes: NDArray[np.integer]) -> NDArray[np.integer]:
    """Return the direction numbers in candidates' codes."""
    return LAST_DIRECTION - (codes & ((1 << DIRECTION_BITS) - 1))


@dataclass(frozen=True, eq=False)
class Candidates:
    """The rules and criteria of a roster, and all its candidates when asked."""

    roster: Roster
    rules: Rules
    scores: Scores

    @cached_property
    def codes(self) -> Codes:
        """The codes of all candidates, mentees x mentors."""
        table = np.full((len(self.roster.mentees), len(self.roster.mentors)), NO_CANDIDATE, np.int16)

        def fill(rows: slice) -> None:
            """Score one block in place."""
            table[rows] = self.block(np.arange(rows.start, rows.stop))

        with ThreadPoolExecutor(self.roster.policy.solve.threads) as threads:
            list(threads.map(fill, row_blocks(*table.shape)))
        return table

    @cached_property
    def per_mentee(self) -> Ints:
        """How many candidates each mentee has."""
        return np.asarray(np.count_nonzero(self.codes != NO_CANDIDATE, axis=1), np.int64)

    @cached_property
    def per_mentor(self) -> Ints:
        """How many candidates each mentor has."""
        return np.asarray(np.count_nonzero(self.codes != NO_CANDIDATE, axis=0), np.int64)

    def codes_of(self, mentees: Ints, mentors: Ints) -> Codes:
        """Return the codes of pairs, whether they are set aside for now or not; negative for no candidate."""
        codes = self.codes[mentees, mentors]
        return np.where((codes < 0) & (codes != NO_CANDIDATE), ~codes, codes)

    def is_candidate(self, mentee: int, mentor: int) -> bool:
        """Whether a pair passes every rule in some direction."""
        return bool(self.codes[mentee, mentor] != NO_CANDIDATE)

    def block(self, rows: Ints) -> Codes:
        """Return the candidates' codes of some mentees against all mentors."""
        whole = Block(rows, np.arange(len(self.roster.mentors)))
        best = np.full(whole.shape, NO_CANDIDATE, np.int16)
        deleted = self._deleted_in_all_directions(whole)
        shared = self._points(Criterion, whole, Direction.UPWARD, by_direction=False)
        for direction in DIRECTIONS:
            part = self._open_part(whole, direction)
            if part.shape[0] and part.shape[1]:
                inside = np.ix_(part.rows - rows[0], part.columns)
                codes = self._direction_codes(part, direction, deleted[inside], shared[inside])
                best[inside] = np.maximum(best[inside], codes)
        return best

    def components(self, block: Block, direction: Direction) -> dict[Criterion, Points]:
        """Return the points of each criterion over a block."""
        return {name: np.broadcast_to(self.scores.points(name, block, direction), block.shape) for name in Criterion}

    def first_reasons(self, block: Block, direction: Direction) -> dict[RuleId, Bools]:
        """Return for each rule where it is the first that deletes an open direction, in the order of the rules."""
        alive = self.open_pairs(block, direction)
        reasons = {}
        for rule in filter(self.roster.policy.is_on, RuleId):
            deleted = self._deletes(rule, block, direction) & alive
            reasons[rule] = deleted
            alive &= ~deleted
        return reasons

    def all_reasons(self, block: Block, direction: Direction) -> dict[RuleId, Bools]:
        """Return for each rule where it deletes an open direction, whether or not another one does as well."""
        alive, rules = self.open_pairs(block, direction), filter(self.roster.policy.is_on, RuleId)
        return {rule: self._deletes(rule, block, direction) & alive for rule in rules}

    def open_pairs(self, block: Block, direction: Direction) -> Bools:
        """Return where both enrolments name a direction; nobody meets themselves."""
        is_other = own_columns(self.roster)[block.rows][:, None] != block.columns[None, :]
        return np.asarray(is_open(self.roster, block, direction) & is_other, np.bool_)

    def _deletes(self, rule: RuleId, block: Block, direction: Direction) -> Bools:
        """Return where a rule deletes, the floor included."""
        if rule is RuleId.BELOW_FLOOR:
            points = sum(self.components(block, direction).values(), np.zeros(block.shape, np.int16))
            return np.asarray(points < self.roster.policy.rule_settings.floor_points)
        return self.rules.deletes(rule, block, direction)

    def _open_part(self, whole: Block, direction: Direction) -> Block:
        """Return the part of a block in which enrolments name the direction."""
        column = DIRECTIONS.index(direction)
        rows = whole.rows[self.roster.mentees.places[whole.rows, column] > 0]
        return Block(rows, np.flatnonzero(self.roster.mentors.places[:, column] > 0))

    def _deleted_in_all_directions(self, whole: Block) -> Bools:
        """Return where a rule that does not look at the direction deletes; nobody meets themselves."""
        deleted = own_columns(self.roster)[whole.rows][:, None] == whole.columns[None, :]
        for rule in filter(self.roster.policy.is_on, RULES.keys() - BY_DIRECTION):
            deleted |= self.rules.deletes(rule, whole, Direction.UPWARD)
        return np.asarray(deleted, np.bool_)

    def _direction_codes(self, part: Block, direction: Direction, deleted: Bools, shared: Points) -> Codes:
        """Return the codes of one direction where it passes every rule."""
        for rule in filter(self.roster.policy.is_on, BY_DIRECTION):
            deleted |= self.rules.deletes(rule, part, direction)
        points = shared + self._points(Criterion, part, direction, by_direction=True)
        if self.roster.policy.is_on(RuleId.BELOW_FLOOR):
            deleted |= points < self.roster.policy.rule_settings.floor_points
        codes = (points << DIRECTION_BITS) + np.int16(LAST_DIRECTION - DIRECTIONS.index(direction))
        codes[deleted] = NO_CANDIDATE
        return codes

    def _points(self, criteria: type[Criterion], block: Block, direction: Direction, *, by_direction: bool) -> Points:
        """Return the sum of the criteria that depend on the direction, or of those that do not."""
        total = np.zeros(block.shape, np.int16)
        for criterion in criteria:
            if (criterion in CRITERIA_BY_DIRECTION) is by_direction:
                total += self.scores.points(criterion, block, direction)
        return total


def build_candidates(roster: Roster) -> Candidates:
    """Prepare the rules and criteria of a roster."""
    overlaps = Overlaps(roster)
    return Candidates(roster, Rules(roster, overlaps), Scores(roster, overlaps))


def row_blocks(rows: int, columns: int) -> Iterator[slice]:
    """Cut a table into blocks of rows that fit a processor's cache."""
    height = max(1, PAIRS_PER_BLOCK // max(columns, 1))
    for start in range(0, rows, height):
        yield slice(start, min(start + height, rows))
