"""A plan that stays the best while the network changes: a pairing demanded, allowed or forbidden, a row with more room.

Each change is one way more or less in the network, or one that has to be used. The best plan then changes along one
shortest round trip through that way, and the distances from there, added to the potentials, leave no step negative
(Edmonds and Karp 1972; Ahuja, Magnanti and Orlin 1993, chapter 9).
"""

from dataclasses import dataclass, replace

import numpy as np

from mentormatch.explanation.exchange import NoPlanError, Walk, find_walk, follow
from mentormatch.explanation.packed_vectors import FAR
from mentormatch.explanation.residual import UNPLACED, Residual, Steps, join
from mentormatch.matching.candidates import NO_CANDIDATE
from mentormatch.matching.roster import Ints
from mentormatch.matching.rows import NO_ROW, Columns, Family, RowKeys, concatenate
from mentormatch.matching.stages import Lottery


@dataclass(frozen=True, eq=False)
class Revision:
    """A best plan in its network, and what it lost on the way there: a packed vector, then a sum of lottery keys.

    ``demanded`` are pairings that stand outside the network.
    """

    residual: Residual
    loss: Ints
    draw: int
    demanded: Columns

    @property
    def plan(self) -> Columns:
        """All pairings, the demanded ones included."""
        return concatenate([self.residual.pairs, self.demanded])

    @property
    def rank(self) -> tuple[int, ...]:
        """The order of revisions: those that lose less come first."""
        return (*self.loss.tolist(), self.draw)

    def along(self, walk: Walk | None, potentials: Ints) -> "Revision":
        """Return the plan to which a walk leads, if there is one that improves it or that it has to take."""
        residual = replace(self.residual, potentials=potentials, known=self.residual.takers)
        if walk is None:
            return replace(self, residual=residual)
        return replace(self, residual=follow(residual, walk), loss=self.loss + walk.loss, draw=self.draw + walk.draw)


def unrevised(residual: Residual) -> Revision:
    """Return a best plan as it is."""
    return Revision(residual, np.zeros(residual.market.packing.words, np.int64), 0, concatenate([]))


def demand(revision: Revision, pair: Columns, lottery: Lottery) -> Revision:
    """Return the best plan that has a candidate, which is taken out of the network then.

    Raises NoPlanError when no plan has it.
    """
    residual = revision.residual
    if residual.market.table[pair.mentee[0], pair.mentor[0]] < 0:
        raise NoPlanError("The pair is no candidate of the first pass.")
    revised = revision
    if residual.mentor_of[pair.mentee[0]] != pair.mentor[0]:
        starts = residual.steps_from(int(pair.mentee[0]), pair.mentor)
        walk, potentials = find_walk(residual, starts, _ending_at(residual, pair.mentee), _far(residual), lottery)
        if walk is None:
            raise NoPlanError("No plan of the first pass has the pair.")
        revised = revision.along(walk, potentials)
    return replace(revised, residual=_without(revised.residual, pair), demanded=pair)


def _without(residual: Residual, pair: Columns) -> Residual:
    """Take a chosen pair out of a network: its rows have one place less, and its mentee asks for none."""
    keys, bounds = RowKeys(residual.market.roster), dict(residual.bounds)
    for family in Family:
        rows = keys.of(family, pair)
        rows = rows[rows != NO_ROW]
        lower, upper = bounds[family].at(rows)
        bounds[family] = bounds[family].put(rows, lower, upper - 1)
    held, is_asking = residual.market.held.copy(), residual.market.is_asking.copy()
    held[pair.mentor] += 1
    is_asking[pair.mentee] = False
    market = replace(residual.market, held=held, is_asking=is_asking)
    pairs = residual.pairs.where(residual.pairs.mentee != pair.mentee[0])
    return residual.changed(pair.mentor, market=market, pairs=pairs, bounds=bounds)


def allow(revision: Revision, position: int, code: int, lottery: Lottery) -> Revision:
    """Return the best plan after a candidate has joined the network, whose table is changed in place."""
    residual = revision.residual
    mentee, mentor = divmod(position, len(residual.market.held))
    if not residual.market.is_asking[mentee]:
        return revision
    before = replace(residual, known=residual.takers)  # the new candidate is where the walk begins, and nowhere else
    residual.market.table[mentee, mentor] = code
    starts, ends = before.steps_from(mentee, np.array([mentor])), _ending_at(before, np.array([mentee]))
    revised = revision.along(*find_walk(before, starts, ends, np.zeros_like(revision.loss), lottery))
    return replace(revised, residual=revised.residual.changed(np.array([mentor])))


def forbid(revision: Revision, mentees: Ints, mentors: Ints, lottery: Lottery) -> Revision:
    """Return the best plan without some candidates."""
    table = revision.residual.market.table.copy()
    table[mentees, mentors] = NO_CANDIDATE
    market = replace(revision.residual.market, table=table)
    revised = replace(revision, residual=revision.residual.changed(mentors, market=market))
    pairs = zip(mentees.tolist(), mentors.tolist(), strict=True)
    for mentee, mentor in pairs:
        number = int(revised.residual.pair_of[mentee])
        if number >= 0 and revised.residual.pairs.mentor[number] == mentor:
            revised = _push_out(revised, mentee, lottery)
    return revised


def _push_out(revision: Revision, mentee: int, lottery: Lottery) -> Revision:
    """Return the best plan without a mentee's pair, which is no candidate any more."""
    residual, here = revision.residual, np.array([mentee])
    starts = join(residual.steps_from(mentee), residual.giving_up(here))
    walk, potentials = find_walk(residual, starts, _ending_at(residual, here), _far(residual), lottery, source=mentee)
    return revision.along(walk, potentials)


def _ending_at(residual: Residual, mentees: Ints) -> Steps:
    """Return the ends of walks that lead back to mentees."""
    nobody = np.full(len(mentees), UNPLACED)
    return Steps(mentees, nobody, nobody, np.zeros((residual.market.packing.words, len(mentees)), np.int64))


def _far(residual: Residual) -> Ints:
    """Return a loss that no walk reaches."""
    far = np.zeros(residual.market.packing.words, np.int64)
    far[0] = FAR
    return far
