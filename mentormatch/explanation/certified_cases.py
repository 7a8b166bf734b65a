"""The cases of a certified pass, and what they prove of any candidate: what every plan with it loses at least.

By the duals of a case no plan passes a stage's bound plus the reduced costs of its candidates, as long as it is as
good as the case in the stages before (weak duality holds for any duals; Neumaier and Shcherbina 2004). So a plan with
a given candidate loses at least what the candidate's reduced cost says, in the first stage where it says anything.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mentormatch.domain.direction import DIRECTION_INDEX
from mentormatch.domain.pairing import Pairing
from mentormatch.matching.certificate import Certificate, NodeCertificate, PassCertificate, Split, StageCertificate
from mentormatch.matching.exclusions import ExclusionFinder, ExclusionKind
from mentormatch.matching.roster import Bools, Ints, Roster
from mentormatch.matching.rows import NO_DUALS, NO_ROW, Columns, Duals, Family, RowKeys, opening_bounds, price
from mentormatch.matching.stages import EMPTY, FLOORS, Lottery, Stage, draw, stages_of
from mentormatch.matching.start import RowReader

MENTEE_SIDE = frozenset({Family.MENTEE, Family.GROUP})


@dataclass(frozen=True, eq=False)
class CertifiedStage:
    """A stage of a case: its objective, the bound that no plan of the case passes, and the prices that say so."""

    stage: Stage
    bound: int
    duals: Duals


@dataclass(frozen=True, eq=False)
class CertifiedCase:
    """A case that does not split: the ways taken at the splits above it, and its stages up to the lottery.

    With ``is_empty`` it holds no plan that is as good as its stages say.
    """

    ways: tuple[tuple[Split, int], ...]
    stages: tuple[CertifiedStage, ...]
    is_empty: bool


@dataclass(frozen=True, slots=True)
class Loss:
    """What is lost at least: the number and name of the first stage that loses, and how much there.

    ``NO_LOSS`` says that the prices show no loss.
    """

    number: int
    stage: str
    amount: int


NO_LOSS = Loss(1 << 30, "", 0)


def least_of(losses: Sequence[Loss]) -> Loss:
    """Return the smallest of several losses: the one in the latest stage, and the smallest there."""
    return max(losses, key=lambda loss: (loss.number, -loss.amount), default=NO_LOSS)


@dataclass(frozen=True, eq=False)
class CertifiedPass:
    """One pass of a proven round: its plan, the pairings that stood before it, and the cases that prove it the best."""

    roster: Roster
    part: PassCertificate
    plan: Columns
    taken: Columns

    @cached_property
    def values(self) -> Mapping[str, int]:
        """What the plan is worth in each stage."""
        return self.part.values

    @cached_property
    def cases(self) -> Sequence[CertifiedCase]:
        """The cases that do not split; together they hold every lawful plan."""
        return tuple(self._cases(self.part.tree, (), ()))

    @cached_property
    def own_case(self) -> CertifiedCase:
        """The case that holds the plan."""
        equal = [case for case in self.cases if not case.is_empty and self._is_as_good(case)]
        return next(case for case in equal if not self._forbidden(case, self.plan).any())

    def is_open(self, columns: Columns) -> Bools:
        """Return which candidates could have been chosen in the pass: those before it left them their places."""
        bounds, keys = opening_bounds(self.roster, self.taken, self.part.pass_number), RowKeys(self.roster)
        is_open = ~np.isin(self._positions(columns), self._positions(self.taken))
        is_open &= ~np.isin(self._positions(columns), ExclusionFinder(self.roster, keys).ruled_out(self.taken))
        for family in Family:
            rows = keys.of(family, columns)
            is_open &= (rows == NO_ROW) | (bounds[family].at(np.maximum(rows, 0))[1] > 0)
        return is_open

    def _positions(self, columns: Columns) -> Ints:
        """Number pairs."""
        return columns.mentee * len(self.roster.mentors) + columns.mentor

    def losses(self, columns: Columns, *, takes_mentee: bool = True) -> list[Loss]:
        """Return for each of some candidates what a plan with it loses at least against the pass's plan.

        Without ``takes_mentee`` only the mentor's place is gone: as for a pairing of a mentee who has a locked one.
        """
        by_case = [self._losses_in(case, columns, takes_mentee) for case in self.cases]
        return [least_of([found for found in losses if found is not None]) for losses in zip(*by_case, strict=True)]

    def loss_without(self, mentee: int) -> Loss:
        """Return what a plan loses at least in which a mentee has no place: the first price of the mentee's place."""
        prices = [self._first_price(case, Family.MENTEE, mentee) for case in self.cases]
        return least_of(prices)

    def place_prices(self, columns: Columns) -> list[dict[str, int]]:
        """Return for each of some pairings what the plan pays for the mentor's place, by stage; zeros are left out."""
        prices: list[dict[str, int]] = [{} for _ in range(len(columns))]
        for certified in self.own_case.stages:
            paid = price(_without(certified.duals, MENTEE_SIDE), RowKeys(self.roster), columns)
            for number in np.flatnonzero(paid).tolist():
                prices[number][certified.stage.name] = int(paid[number])
        return prices

    def _cases(
        self, node: NodeCertificate, ways: tuple[tuple[Split, int], ...], above: tuple[CertifiedStage, ...]
    ) -> Iterator[CertifiedCase]:
        """Yield the cases of a node that do not split; stages that a node inherits are those of the node above."""
        own = tuple(self._read(stage) for stage in node.stages if not stage.inherited and stage.name in self._stages)
        stages = (*above[: sum(stage.inherited for stage in node.stages)], *own)
        if node.split is None:
            yield CertifiedCase(ways, stages, any(stage.name == EMPTY for stage in node.stages))
            return
        for number, branch in enumerate(node.branches):
            yield from self._cases(branch, (*ways, (node.split, number)), stages)

    @cached_property
    def _stages(self) -> Mapping[str, Stage]:
        """The objectives of the pass by name."""
        lottery = Lottery(self.roster)
        draws = [draw(lottery, number) for number in range(sum(name.startswith("lottery:") for name in self.values))]
        return {stage.name: stage for stage in (*stages_of(self.roster, self.part.pass_number), *draws)}

    def _read(self, stage: StageCertificate) -> CertifiedStage:
        """Read a stage with its prices by row."""
        return CertifiedStage(self._stages[stage.name], stage.bound, self._reader.duals(stage.duals))

    @cached_property
    def _reader(self) -> RowReader:
        return RowReader(self.roster)

    def _is_as_good(self, case: CertifiedCase) -> bool:
        """Whether a case reaches the plan's value in every stage."""
        return {stage.stage.name: stage.bound for stage in case.stages}.items() <= self.values.items() and len(
            case.stages
        ) == len(self._stages)

    def _losses_in(self, case: CertifiedCase, columns: Columns, takes_mentee: bool) -> list[Loss | None]:
        """Return what plans of one case with each candidate lose at least; nothing where it holds no such plan."""
        found: list[Loss | None] = [NO_LOSS] * len(columns)
        is_open = ~self._forbidden(case, columns)
        for number in np.flatnonzero(~is_open).tolist():
            found[number] = None
        number = -1
        for number, certified in enumerate(case.stages):
            if certified.stage.name == FLOORS:  # another rate may be chosen for a round with this pairing
                return found
            lost = self._lost(certified, columns, takes_mentee)
            for place in np.flatnonzero(is_open & (lost > 0)).tolist():
                found[place] = Loss(number, certified.stage.name, int(lost[place]))
            is_open &= lost == 0
        if case.is_empty and number >= 0:
            for place in np.flatnonzero(is_open).tolist():
                found[place] = Loss(number, case.stages[number].stage.name, 1)
        return found

    def _lost(self, certified: CertifiedStage, columns: Columns, takes_mentee: bool) -> Ints:
        """Return by how much a stage falls short of the plan at least; less than zero tells nothing."""
        worth, duals = certified.stage.weigh(columns), certified.duals
        if not takes_mentee:
            worth, duals = np.zeros(len(columns), np.int64), _without(duals, MENTEE_SIDE)
        reduced_cost = worth - price(duals, RowKeys(self.roster), columns)
        return np.asarray(self.values[certified.stage.name] - certified.bound - reduced_cost, np.int64)

    def _first_price(self, case: CertifiedCase, family: Family, key: int) -> Loss:
        """Return the first price of a row in a case, less what the case is ahead of the plan."""
        for number, certified in enumerate(case.stages):
            if certified.stage.name == FLOORS:
                break
            paid = int(certified.duals.get(family, NO_DUALS).at(np.array([key]))[0])
            lost = self.values[certified.stage.name] - certified.bound + paid
            if lost:
                return Loss(number, certified.stage.name, lost) if lost > 0 else NO_LOSS
        return NO_LOSS

    def _forbidden(self, case: CertifiedCase, columns: Columns) -> Bools:
        """Return which candidates the ways of a case take away."""
        mentors, mentees = self.roster.mentors.ids, self.roster.mentees
        pairs = zip(columns.mentor.tolist(), columns.mentee.tolist(), strict=True)
        return np.array(
            [
                _forbids(case, mentors[one], mentees.ids[other], mentees.people[other].manager_id)
                for one, other in pairs
            ],
            np.bool_,
        )


def _forbids(case: CertifiedCase, mentor_id: str, mentee_id: str, manager_id: str) -> bool:
    """Whether a way taken above a case forbids a pairing."""
    taken_by = {ExclusionKind.RECIPROCAL.value: mentee_id, ExclusionKind.FAVOUR_EXCHANGE.value: manager_id}
    return any(
        split.kind in taken_by and (mentor_id, taken_by[split.kind]) == (split.names if way == 0 else split.names[::-1])
        for split, way in case.ways
    )


def _without(duals: Duals, families: frozenset[Family]) -> Duals:
    """Return the duals of the other families."""
    return {family: sparse for family, sparse in duals.items() if family not in families}


def certified_pass(
    roster: Roster, certificate: Certificate, pairings: Sequence[Pairing], number: int
) -> CertifiedPass | None:
    """Return a pass of a round with its proof; nothing when the round was stopped before it was proven."""
    parts = [part for part in certificate.passes if part.pass_number == number]
    plan = columns_of(roster, [pairing for pairing in pairings if pairing.pass_number == number])
    taken = columns_of(roster, [pairing for pairing in pairings if pairing.pass_number < number])
    return CertifiedPass(roster, parts[0], plan, taken) if parts else None


def columns_of(roster: Roster, pairings: Sequence[Pairing]) -> Columns:
    """Return pairings as columns."""
    mentees, mentors = roster.mentees.position, roster.mentors.position
    rows = [
        (mentees[one.mentee_id], mentors[one.mentor_id], DIRECTION_INDEX[one.direction], one.points) for one in pairings
    ]
    return Columns(*np.array(rows, np.int64).reshape(-1, 4).T)
