"""The first pass of a solved round as numbers: who could have got a place, who got it, and what locks had taken."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mentormatch.domain.pairing import Pairing
from mentormatch.domain.round import LockKind
from mentormatch.explanation.certified_cases import (
    NO_LOSS,
    CertifiedPass,
    Loss,
    certified_pass,
    columns_of,
)
from mentormatch.explanation.what_if import Baseline
from mentormatch.matching.candidates import NO_CANDIDATE, Candidates, Codes, build_candidates, directions_of, points_of
from mentormatch.matching.roster import Bools, Ints, Roster, build_roster
from mentormatch.matching.rows import Columns, concatenate


@dataclass(frozen=True, eq=False)
class FirstPass:
    """A solved round, laid out once for all answers about people without a place.

    ``locked`` are the pairings that stood before the first pass, ``plan`` those that it chose, ``later`` those of
    further passes.
    """

    base: Baseline
    candidates: Candidates
    locked: Columns
    plan: Columns
    later: Columns

    @property
    def roster(self) -> Roster:
        """Both sides of the round as arrays."""
        return self.candidates.roster

    @cached_property
    def whole_plan(self) -> Columns:
        """All pairings: the locked ones first, then those of each pass."""
        return concatenate([self.locked, self.plan, self.later])

    @cached_property
    def forbidden(self) -> Ints:
        """The positions of the pairs that a lock forbids."""
        mentees, mentors = self.roster.mentees.position, self.roster.mentors.position
        found = [
            mentees[lock.mentee_id] * len(mentors) + mentors[lock.mentor_id]
            for lock in self.base.round.locks
            if lock.kind is LockKind.MUST_NOT and lock.mentee_id in mentees and lock.mentor_id in mentors
        ]
        return np.unique(np.array(found, np.int64))

    @cached_property
    def codes(self) -> Codes:
        """The codes of all candidates, mentees x mentors, without those that a lock forbids."""
        codes = self.candidates.codes
        codes.reshape(-1)[self.forbidden] = NO_CANDIDATE
        return codes

    def of_mentee(self, row: int) -> Columns:
        """Return the candidates of one mentee."""
        codes = self.candidates.block(np.array([row]))
        here = self.forbidden[self.forbidden // len(self.roster.mentors) == row]
        codes[0, here % len(self.roster.mentors)] = NO_CANDIDATE
        return columns_at(codes, np.array([row]))

    def of_mentees(self, rows: Ints, mentors: Ints) -> Columns:
        """Return the candidates of some mentees with some mentors."""
        found = columns_at(self.codes[np.ix_(rows, mentors)], rows)
        return replace(found, mentor=mentors[found.mentor])

    def of_mentor(self, column: int) -> Columns:
        """Return the candidates of one mentor."""
        return self.of_mentees(np.arange(len(self.roster.mentees)), np.array([column]))

    @cached_property
    def proof(self) -> CertifiedPass | None:
        """The proof of the pass; nothing when the round was stopped before."""
        return certified_pass(self.roster, self.base.certificate, self.base.pairings, 1)

    def losses(self, columns: Columns) -> list[Loss]:
        """Return for each of some candidates what every plan with it loses at least, as far as the prices tell."""
        return [NO_LOSS] * len(columns) if self.proof is None else self.proof.losses(columns)

    def is_open(self, columns: Columns) -> Bools:
        """Return which candidates the locked pairings have left a place for."""
        return np.ones(len(columns), np.bool_) if self.proof is None else self.proof.is_open(columns)


def read_first_pass(base: Baseline) -> FirstPass:
    """Lay out a solved round."""
    roster = build_roster(base.round)
    parts = [_of_pass(base.pairings, lowest, highest) for lowest, highest in ((0, 0), (1, 1), (2, 1 << 30))]
    return FirstPass(base, build_candidates(roster), *(columns_of(roster, part) for part in parts))


def columns_at(codes: Codes, rows: Ints) -> Columns:
    """Return the candidates in the rows of a table of codes; ``rows`` are the numbers of their mentees."""
    places, mentors = np.nonzero(codes != NO_CANDIDATE)
    found = codes[places, mentors]
    return Columns(rows[places], mentors, directions_of(found).astype(np.int64), points_of(found).astype(np.int64))


def _of_pass(pairings: Sequence[Pairing], lowest: int, highest: int) -> list[Pairing]:
    """Return the pairings of some passes."""
    return [pairing for pairing in pairings if lowest <= pairing.pass_number <= highest]
