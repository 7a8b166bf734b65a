"""What one more place with a mentor can bring at most, stage by stage, by the prices of the proof; nothing is solved.

In every case of the proof no plan is worth more than the case's bounds plus what the raised rows add to them by the
case's own prices: in the first stage, and in each further one among the plans that are as good in those before (weak
duality, stage by stage). The most that any case allows is a bound, and what the proof allowed before it split is one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mentormatch.domain.direction import DIRECTION_INDEX, DIRECTIONS, Direction
from mentormatch.domain.round import SolveStatus
from mentormatch.errors import RefusedError
from mentormatch.explanation.certified_cases import CertifiedCase, CertifiedPass, certified_pass
from mentormatch.explanation.more_places import Row, raised_rows
from mentormatch.explanation.what_if import Baseline
from mentormatch.matching.certificate import NodeCertificate
from mentormatch.matching.roster import Ints, build_roster
from mentormatch.matching.rows import NO_DUALS, Family, RowBounds, opening_bounds
from mentormatch.matching.stages import FLOORS

UNKNOWN = 1 << 40
"""Stands for a gain that the proof does not bound: larger than any that there is."""


RaisedKeys = Mapping[Family, Ints]
"""The numbers of raised rows by family, the mentor's first."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A direction in which a mentor offers places and could offer one more."""

    mentor_id: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class PlaceBound:
    """What one more place can bring the first pass at most.

    ``gains`` are by stage, the most important first, and are compared in that order; ``UNKNOWN`` where the proof tells
    no bound.
    """

    slot: Slot
    gains: Mapping[str, int]

    @property
    def order(self) -> tuple[int, ...]:
        """The gains as they are compared."""
        return tuple(self.gains.values())


def bound_places(base: Baseline) -> tuple[PlaceBound, ...]:
    """Return the bound of every slot, the largest first, equals in the order of mentors and directions.

    Mentors who offer as many places as the policy lets anybody have no slot. Raises RefusedError when the round was
    stopped before it was proven.
    """
    first = certified_pass(build_roster(base.round), base.certificate, base.pairings, 1)
    if first is None or base.certificate.status != SolveStatus.PROVEN:
        raise RefusedError("The match was stopped before its proof was complete; match the round again.")
    reader = BoundReader(first)
    found = (PlaceBound(slot, reader.gains(rows)) for slot, rows in _slots(first))
    return tuple(sorted(found, key=_rank))


def _rank(one: PlaceBound) -> tuple[list[int], str, int]:
    """Sort by the bound, the largest first, then by mentor and direction."""
    return [-gain for gain in one.order], one.slot.mentor_id, DIRECTION_INDEX[one.slot.direction]


def _slots(first: CertifiedPass) -> Iterator[tuple[Slot, Sequence[Row]]]:
    """Yield the slots with the rows that one more place raises."""
    mentors = first.roster.mentors
    for mentor, number in np.argwhere(mentors.places > 0).tolist():
        rows = raised_rows(first.roster, mentor, DIRECTIONS[number])
        if rows:
            yield Slot(mentors.ids[mentor], DIRECTIONS[number]), rows


@dataclass(frozen=True, eq=False)
class BoundReader:
    """Reads what raised rows add to the bounds of a proven pass."""

    first: CertifiedPass

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The stages that a gain is counted in: those before the lottery."""
        is_drawn = ("lottery:", "unique")
        return tuple(name for name in self.first.values if not name.startswith(is_drawn) and name != FLOORS)

    def gains(self, rows: Sequence[Row]) -> dict[str, int]:
        """Return the most that rows with one more place each can bring, by stage."""
        keys = _keys(rows)
        if any((self._bounds[family].at(numbers)[1] <= 0).any() for family, numbers in keys.items()):
            return dict.fromkeys(self.names, UNKNOWN)  # the proof says nothing about candidates of rows without a place
        of_cases = max(self._gains_in(case, keys) for case in self.first.cases)
        of_all = self._gains_in(self._root, keys)
        return dict(zip(self.names, min(of_cases, of_all), strict=True))

    @cached_property
    def _root(self) -> CertifiedCase:
        """The proof before it splits into cases: its bounds are looser, and hold for all plans in every stage."""
        part = replace(self.first.part, tree=NodeCertificate(self.first.part.tree.stages))
        return replace(self.first, part=part).cases[0]

    @cached_property
    def _bounds(self) -> RowBounds:
        """The bounds of all rows before the pass."""
        return opening_bounds(self.first.roster, self.first.taken, self.first.part.pass_number)

    def _gains_in(self, case: CertifiedCase, keys: RaisedKeys) -> tuple[int, ...]:
        """Return the most that plans of one case are ahead of the published one; unknown where the case ends early.

        That a case is empty counts for nothing: with another place it may hold a plan.
        """
        added = self._added(case, keys)
        gains = [
            stage.bound + more - self.first.values[stage.stage.name]
            for stage, more in zip(case.stages, added, strict=True)
        ]
        told = [stage.stage.name for stage in case.stages]
        if FLOORS in told:
            gains = gains[: told.index(FLOORS)]
        return tuple((gains + [UNKNOWN] * len(self.names))[: len(self.names)])

    def _added(self, case: CertifiedCase, keys: RaisedKeys) -> list[int]:
        """Return what raised rows add to each bound of a case: of each row its prices, where they are a gain."""
        prices = self._prices(case, keys)
        total = [0] * len(case.stages)
        for column in prices[:, prices.any(axis=0)].T.tolist():
            gain = max(column, [0] * len(column))
            total = [one + other for one, other in zip(total, gain, strict=True)]
        return total

    def _prices(self, case: CertifiedCase, keys: RaisedKeys) -> Ints:
        """Return the price of each row in each stage, stages x rows; a mentor's new place costs its load as well."""
        table = np.zeros((len(case.stages), sum(map(len, keys.values()))), np.int64)
        for number, certified in enumerate(case.stages):
            start = 0
            for family, numbers in keys.items():
                if len(certified.duals.get(family, NO_DUALS).keys):
                    table[number, start : start + len(numbers)] = certified.duals[family].at(numbers)
                start += len(numbers)
            if certified.stage.spreads_load and Family.MENTOR in keys:
                mentor = keys[Family.MENTOR]
                table[number, : len(mentor)] -= self.first.roster.mentors.limit[mentor]
        return table


def _keys(rows: Sequence[Row]) -> RaisedKeys:
    """Return the numbers of rows by family, the mentor's first."""
    families = [Family.MENTOR, Family.DIRECTION, Family.DEPARTMENT]
    keys = {family: [row.key for row in rows if row.family is family] for family in families}
    return {family: np.array(numbers, np.int64) for family, numbers in keys.items() if numbers}
