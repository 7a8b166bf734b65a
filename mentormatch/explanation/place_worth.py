"""What one more place with each mentor would bring, for all mentors at once: one search from the free places outwards.

A new place is filled by whoever gains most by it, and what their move sets free travels on until it ends with a person
without a place or with a free place. So the distances of all people from the pool price every new place. Where a place
lets more than one row have room for one, and a second round trip may gain as well, the rows are raised one by one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mentormatch.domain.direction import DIRECTION_INDEX, DIRECTIONS, Direction
from mentormatch.explanation.changed_plans import ProvenRound
from mentormatch.explanation.exchange import Search, UnansweredError
from mentormatch.explanation.full_rows import IN_DIRECTION, NO_FULL_ROW
from mentormatch.explanation.more_places import Row, is_full, raise_rows, raised_rows
from mentormatch.explanation.packed_vectors import FAR, less, smallest
from mentormatch.explanation.residual import UNPLACED, Residual, Steps
from mentormatch.matching.roster import Ints
from mentormatch.matching.rows import DIRECTION_COUNT, Family


@dataclass(frozen=True, slots=True)
class PlaceWorth:
    """What the first pass gains by one more place with a mentor in a direction, by stage before the lottery.

    The first stage that is not 0 gains. With ``is_bound`` exclusions hold the published plan back, and the gain is what
    it would be without them.
    """

    mentor_id: str
    direction: Direction
    gain: Mapping[str, int]
    is_bound: bool

    @property
    def rank(self) -> tuple[int, ...]:
        """The order of gains: the larger one is worth more."""
        return tuple(self.gain.values())


def worth_of_places(proven: ProvenRound) -> Iterator[PlaceWorth]:
    """Yield what one more place would bring, for each mentor and direction in which the mentor has one."""
    residual, mentors = proven.best.residual, proven.roster.mentors
    names = [stage.name for stage in proven.worth.stages if not stage.name.startswith("lottery")]
    prices = PlacePrices(residual)
    is_bound = proven.first.part.tree.split is not None
    for mentor, direction in np.argwhere(mentors.places > 0).tolist():
        loss = _loss(proven, prices, mentor, DIRECTIONS[direction])
        if loss is not None:
            gain = dict(zip(names, (-lost for lost in residual.market.packing.unpack(loss)), strict=True))
            yield PlaceWorth(mentors.ids[mentor], DIRECTIONS[direction], gain, is_bound)


def _loss(proven: ProvenRound, prices: "PlacePrices", mentor: int, direction: Direction) -> Ints | None:
    """Return the packed loss that a place brings, never above zero; nothing where locks hold all of them."""
    rows = raised_rows(proven.roster, mentor, direction)
    if prices.is_one_trip(rows, mentor, direction):
        return prices.loss(rows, mentor)
    try:
        return raise_rows(proven.best, rows, proven.lottery).loss - proven.best.loss
    except UnansweredError:
        return None


@dataclass(frozen=True, eq=False)
class PlacePrices:
    """The distances of all people from the pool, and what they make of one more place."""

    residual: Residual

    @cached_property
    def distance(self) -> Ints:
        """What it costs at least that somebody needs a place, given one free place, packed by person."""
        residual, nobody = self.residual, np.array([UNPLACED])
        far = np.zeros(residual.market.packing.words, np.int64)
        far[0] = FAR
        start = Steps(nobody, nobody, np.array([residual.pool]), -residual.potentials[:, -1:])
        end = Steps(np.array([residual.pool]), np.array([0]), nobody, np.zeros_like(start.costs))
        search = Search(residual, start, end, far)
        search.best = far  # the end is where the search begins; let it settle everybody
        search.run()
        return search.distance

    def is_one_trip(self, rows: list[Row], mentor: int, direction: Direction) -> bool:
        """Whether one round trip is all that one more place in some rows can bring."""
        full = [row.family for row in rows if is_full(self.residual, row)]
        own = self.residual.pairs.direction[self.residual.pairs.mentor == mentor]
        is_mixed = Family.DIRECTION in full and bool((own != DIRECTION_INDEX[direction]).any())
        has_place = all(
            self.residual.bounds[row.family].at(np.array([row.key]))[1][0] > 0
            for row in rows
            if row.family is not Family.DEPARTMENT
        )
        return Family.DEPARTMENT not in full and not is_mixed and has_place

    def loss(self, rows: list[Row], mentor: int) -> Ints:
        """Return the packed loss of the best round trip through a new place, zero where none improves the plan."""
        residual, families = self.residual, {row.family for row in rows}
        nothing = np.zeros(residual.market.packing.words, np.int64)
        if residual.full.mentor[mentor] and Family.MENTOR not in families:
            return nothing
        steps, innermost = residual.taking(mentor, np.flatnonzero(residual.market.is_asking))
        head = mentor * DIRECTION_COUNT + residual.market.decode(steps.tails, steps.mentors).direction
        is_raised = np.isin(head, [row.key for row in rows if row.family is Family.DIRECTION])
        steps = steps.where((innermost == NO_FULL_ROW) | ((innermost == IN_DIRECTION) & is_raised))
        load = residual.market.load_step * (residual.market.held + residual.count)[mentor]
        totals = self.distance[:, steps.tails] + steps.costs + load[:, None]
        best = totals[:, smallest(totals)] if totals.shape[1] else nothing
        return best if less(best, nothing) else nothing
