"""The score: one function a criterion, over a block of mentees x mentors, in whole points.

Every criterion is ``round(weight x share)`` of an exact fraction, read from a small table, so that a block and a
single pair counted by hand agree to the point. Weights and shares are policy; the evidence is in docs/evidence.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Criterion
from mentormatch.matching.clock import exact
from mentormatch.matching.eligibility import Block, part_of
from mentormatch.matching.overlap import Overlaps, Shared
from mentormatch.matching.roster import Ints, Roster, Side
from mentormatch.matching.sparse import sparse_table

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Points = NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Scores:
    """The criteria of a round, ready to be applied to blocks."""

    roster: Roster
    overlaps: Overlaps

    def points(self, criterion: Criterion, block: Block, direction: Direction) -> Points:
        """Return the points of one criterion, as an array that broadcasts to the block's shape."""
        return CRITERIA[criterion](self, block, direction)

    def worth(self, criterion: Criterion, shares: Sequence[Fraction | float]) -> Points:
        """Return the whole points of given shares (between 0 and 1) of a criterion."""
        weight = self.roster.policy.weights.get(criterion, 0)
        return np.array([round(weight * (s if isinstance(s, Fraction) else exact(s))) for s in shares], np.int16)

    @cached_property
    def needs_table(self) -> Points:
        """Points by how many skills are ranked (rows, the last for more) and which of the first ones are met."""
        weights = [exact(weight) for weight in self.roster.policy.measures.needs]
        rows = [
            [_needs_share(weights[:count], bits) for bits in range(1 << len(weights))]
            for count in range(len(weights) + 1)
        ]
        return np.array([self.worth(Criterion.NEEDS, row) for row in rows], np.int16)

    @cached_property
    def gap_tables(self) -> Mapping[Direction, tuple[int, Points]]:
        """For each direction the lowest gap and the points from there on; both ends stand for gaps outside the band."""
        tables = {}
        for direction, policy in self.roster.policy.directions.items():
            lowest, highest = min(policy.level_gap, default=0) - 1, max(policy.level_gap, default=0) + 1
            shares = [policy.level_gap.get(gap, 0.0) for gap in range(lowest, highest + 1)]
            tables[direction] = lowest, self.worth(Criterion.LEVEL_GAP, shares)
        return tables

    @cached_property
    def hours_table(self) -> Points:
        """Points of each two time zones; the last row and column stand for blank."""
        measures = self.roster.policy.measures
        full, neutral = exact(measures.full_hours), exact(measures.unanswered)
        shares = [[neutral if h is None else min(Fraction(1), h / full) for h in row] for row in self.overlaps.hours]
        return np.array([self.worth(Criterion.SHARED_HOURS, row) for row in shares], np.int16)

    @cached_property
    def listed_wishes(self) -> "csr_array":
        """Points that a pair has above one without any wish, where one listed the other: mentees x mentors."""
        mentees, mentors = self.roster.mentees, self.roster.mentors
        asked = _wish_shares(self.roster, mentees, mentors.position)
        answered = {
            (row, column): share
            for (column, row), share in _wish_shares(self.roster, mentors, mentees.position).items()
        }
        pairs = sorted(asked.keys() | answered.keys())
        shares = [self._wish(asked.get(pair), answered.get(pair)) for pair in pairs]
        data = self.worth(Criterion.WISHES, shares) - self.worth(Criterion.WISHES, [self._wish(None, None)])
        rows, columns = np.array(pairs, np.int64).reshape(-1, 2).T
        return sparse_table(data, rows, columns, (len(mentees), len(mentors)))

    def _wish(self, asked: Fraction | None, answered: Fraction | None) -> Fraction:
        """Return the share of two ranks of each other; None is not listed."""
        measures = self.roster.policy.measures
        mentee_share, neutral = exact(measures.wish_mentee_share), exact(measures.wish_not_listed)
        return mentee_share * (neutral if asked is None else asked) + (1 - mentee_share) * (
            neutral if answered is None else answered
        )


def needs(scores: Scores, block: Block, direction: Direction) -> Points:
    """Ranked wanted skills covered by offered ones; downward, the mentor's offered ones that are wanted.

    Complementary needs head the list of what formal pairs report as missing (Eby et al. 2004; Deng et al. 2022).
    """
    shared = scores.overlaps.offers if direction is Direction.DOWNWARD else scores.overlaps.needs
    ranked = _ranked_counts(shared, block, direction, scores.overlaps.top)
    bits = shared.product(block.rows, block.columns) & ((1 << scores.overlaps.top) - 1)
    points = scores.needs_table[ranked, bits]
    neutral = scores.worth(Criterion.NEEDS, [scores.roster.policy.measures.unanswered])[0]
    return np.asarray(np.where(shared.unanswered(block.rows, block.columns), neutral, points), np.int16)


def wishes(scores: Scores, block: Block, _: Direction) -> Points:
    """What each listed of the other (input into the match: Allen, Eby and Lentz 2006; Parise and Forret 2008)."""
    base = scores.worth(Criterion.WISHES, [scores._wish(None, None)])[0]
    found = part_of(scores.listed_wishes, block)
    points = np.full(block.shape, base, np.int16)
    points[found.row, found.col] += found.data
    return points


def common_ground(scores: Scores, block: Block, _: Direction) -> Points:
    """Shared interests with diminishing worth (deep-level similarity: Eby et al. 2013)."""
    measures = scores.roster.policy.measures
    halving, most = exact(measures.interest_halving), measures.interests_counted
    table = scores.worth(Criterion.COMMON_GROUND, [1 - halving**count for count in range(most + 1)])
    points = table[np.minimum(scores.overlaps.interests.product(block.rows, block.columns), most)]
    neutral = scores.worth(Criterion.COMMON_GROUND, [measures.unanswered])[0]
    return np.where(scores.overlaps.interests.unanswered(block.rows, block.columns), neutral, points)


def level_gap(scores: Scores, block: Block, direction: Direction) -> Points:
    """The policy's curve of the direction (Raabe and Beehr 2003; a hypothesis)."""
    lowest, table = scores.gap_tables[direction]
    highest = lowest + len(table) - 1
    gaps = scores.roster.mentors.level[block.columns][None, :] - scores.roster.mentees.level[block.rows][:, None]
    return np.asarray(table[np.clip(gaps, lowest, highest) - lowest], np.int16)


def distance(scores: Scores, block: Block, _: Direction) -> Points:
    """Distance in the organisation; farther is worth more (Srivastava 2015; against the echo chamber)."""
    measures, mentees, mentors = scores.roster.policy.measures, scores.roster.mentees, scores.roster.mentors
    shares = (measures.same_department, measures.same_division, measures.other_division, measures.unanswered)
    near, middle, far, unknown = scores.worth(Criterion.DISTANCE, shares)
    departments = mentees.department[block.rows][:, None], mentors.department[block.columns][None, :]
    divisions = mentees.division[block.rows][:, None], mentors.division[block.columns][None, :]
    by_division = np.where((divisions[0] == divisions[1]) & (divisions[0] >= 0), middle, far)
    by_department = np.where(departments[0] == departments[1], near, by_division)
    return np.asarray(np.where((departments[0] < 0) | (departments[1] < 0), unknown, by_department), np.int16)


def shared_hours(scores: Scores, block: Block, _: Direction) -> Points:
    """Working hours and a language in common (distance and scheduling: Eby and Lockwood 2005)."""
    points = scores.overlaps.by_timezone(scores.hours_table, block.rows, block.columns)
    return np.where(scores.overlaps.no_common_language(block.rows, block.columns), np.int16(0), points)


def rhythm(scores: Scores, block: Block, _: Direction) -> Points:
    """How close the wished rhythms are (interaction frequency: Eby et al. 2013)."""
    measures = scores.roster.policy.measures
    steps = len(measures.rhythm)
    shares = [[measures.rhythm[abs(a - b)] if abs(a - b) < steps else 0.0 for b in range(steps)] for a in range(steps)]
    neutral = measures.unanswered
    table = np.array(
        [scores.worth(Criterion.RHYTHM, [*row, neutral]) for row in [*shares, [neutral] * steps]], np.int16
    )
    return table[scores.roster.mentees.rhythm[block.rows]][:, scores.roster.mentors.rhythm[block.columns]]


CRITERIA: Mapping[Criterion, Callable[[Scores, Block, Direction], Points]] = {
    Criterion.NEEDS: needs,
    Criterion.WISHES: wishes,
    Criterion.COMMON_GROUND: common_ground,
    Criterion.LEVEL_GAP: level_gap,
    Criterion.DISTANCE: distance,
    Criterion.SHARED_HOURS: shared_hours,
    Criterion.RHYTHM: rhythm,
}

BY_DIRECTION = frozenset({Criterion.NEEDS, Criterion.LEVEL_GAP})
"""Criteria whose points depend on the direction; the others are counted once a block."""


def _needs_share(weights: Sequence[Fraction], bits: int) -> Fraction:
    """Return the share of the ranked weights whose bit is set, renormalised to the weights in use."""
    total = sum(weights, Fraction(0))
    covered = sum((weight for rank, weight in enumerate(weights) if bits >> rank & 1), Fraction(0))
    return covered / total if total else Fraction(0)


def _ranked_counts(shared: Shared, block: Block, direction: Direction, top: int) -> Ints:
    """Return how many skills the ranking side named, at most ``top``, to be broadcast over the block."""
    if direction is Direction.DOWNWARD:
        return np.minimum(shared.mentors_named[block.columns], top)[None, :]
    return np.minimum(shared.mentees_named[block.rows], top)[:, None]


def _wish_shares(roster: Roster, side: Side, others: Mapping[str, int]) -> dict[tuple[int, int], Fraction]:
    """Return for each (own row, other's row) what the own side's lists say of the other."""
    measures = roster.policy.measures
    shares: dict[tuple[int, int], Fraction] = {}
    for row, entry in enumerate(side.enrolments):
        for rank, other in enumerate(entry.prefers):
            worth = measures.wish_ranks[rank] if rank < len(measures.wish_ranks) else measures.wish_later
            if other in others:
                shares.setdefault((row, others[other]), exact(worth))
        for other in entry.rather_not:
            if other in others:
                shares[row, others[other]] = exact(measures.wish_rather_not)
    return shares
