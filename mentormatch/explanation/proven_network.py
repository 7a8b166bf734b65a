"""From a proven first pass to the network of its steps: candidates, weights and prices of the case of its plan."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mentormatch.explanation.certified_cases import CertifiedCase, CertifiedPass, CertifiedStage
from mentormatch.explanation.exchange import UnansweredError
from mentormatch.explanation.more_places import Row, raise_rows
from mentormatch.explanation.packed_vectors import choose_packing
from mentormatch.explanation.residual import Market, Residual
from mentormatch.explanation.revised_plans import Revision, allow, unrevised
from mentormatch.explanation.takers import no_takers
from mentormatch.matching.candidates import DIRECTION_BITS, LAST_DIRECTION, NO_CANDIDATE, Codes, points_of
from mentormatch.matching.certificate import Split
from mentormatch.matching.exclusions import Exclusion, ExclusionFinder, ExclusionKind
from mentormatch.matching.face import Face
from mentormatch.matching.roster import Bools, Ints, Roster
from mentormatch.matching.rows import NO_DUALS, NO_ROW, Columns, Family, RowBounds, RowKeys
from mentormatch.matching.stages import Lottery

POINTS_MOST = int(points_of(np.array(np.iinfo(np.int16).max)))
ROOM = 8
"""How often the largest price may be added to a distance: twice, and again with each change of a plan."""


@dataclass(frozen=True, eq=False)
class CaseReader:
    """Reads what the ways of a case take away: positions of candidates, and places of rows."""

    finder: ExclusionFinder

    def forbidden(self, case: CertifiedCase) -> Ints:
        """Return the positions that the ways of a case take away."""
        found = [self.finder.forbids(_exclusion(split), way) for split, way in case.ways if not _is_team(split)]
        return np.unique(np.concatenate([np.zeros(0, np.int64), *found]))

    def lowered(self, case: CertifiedCase, bounds: RowBounds) -> RowBounds:
        """Return the row bounds that the ways of a case leave."""
        for split, way in case.ways:
            if _is_team(split):
                bounds = self.finder.lowered(_exclusion(split), way, bounds)
        return bounds


def _is_team(split: Split) -> bool:
    """Whether a split shares out the places of a team."""
    return split.kind == ExclusionKind.SPLIT_TEAM.value


def _exclusion(split: Split) -> Exclusion:
    """Return a split as the exclusion that it is about."""
    return Exclusion(ExclusionKind(split.kind), split.names, split.shares)


def keeps_rows(roster: Roster, bounds: RowBounds, plan: Columns) -> bool:
    """Whether a plan keeps the upper bound of every row."""
    keys = RowKeys(roster)
    for family in Family:
        rows = keys.of(family, plan)
        used, counts = np.unique(rows[rows != NO_ROW], return_counts=True)
        if (counts > bounds[family].at(used)[1]).any():
            return False
    return True


def build_network(first: CertifiedPass, face: Face, lottery: Lottery) -> Revision:
    """Return the network of a proven first pass with all its candidates, and the best plan there.

    That plan is the published one, changed along the walks that the cases of the proof forbid: it may break exclusions.
    Raises UnansweredError when no case shows the published plan as the best: without a finished proof, or with access
    floors.
    """
    finder = ExclusionFinder(first.roster, face.keys, first.taken)
    reader = CaseReader(finder)
    face.open(first.taken, first.part.pass_number)
    face.set_aside(finder.ruled_out(first.taken))
    bounds = finder.remaining(first.taken, face.bounds)
    for case in first.cases:
        lowered, forbidden = reader.lowered(case, bounds), reader.forbidden(case)
        is_free = not np.isin(face.positions(first.plan), forbidden).any()
        if is_free and _is_proof(case, first) and keeps_rows(first.roster, lowered, first.plan):
            return _with_all(_network(first, case, lowered, face, forbidden), bounds, face, forbidden, lottery)
    raise UnansweredError("No case of the proof shows the plan of the first pass as the best.")


def _with_all(residual: Residual, bounds: RowBounds, face: Face, forbidden: Ints, lottery: Lottery) -> Revision:
    """Return the best plan of a network with the candidates and places that its case had taken away."""
    revision, (positions, columns) = unrevised(residual), face.columns(forbidden)
    codes = (columns.points << DIRECTION_BITS) + (LAST_DIRECTION - columns.direction)
    for position, code in zip(positions.tolist(), codes.tolist(), strict=True):
        revision = allow(revision, position, code, lottery)
    teams = residual.bounds[Family.TEAM]
    missing = bounds[Family.TEAM].at(teams.keys)[1] - teams.upper
    rows = [Row(Family.TEAM, key) for key in np.repeat(teams.keys, missing).tolist()]
    return raise_rows(revision, rows, lottery)


def _is_proof(case: CertifiedCase, first: CertifiedPass) -> bool:
    """Whether a case is proven to the end and worth as much as the plan."""
    reached = {stage.stage.name: stage.bound for stage in case.stages}
    return not case.is_empty and first.part.floors is None and {**reached, "unique": -len(first.plan)} == first.values


def _network(first: CertifiedPass, case: CertifiedCase, bounds: RowBounds, face: Face, forbidden: Ints) -> Residual:
    """Return the network of a case."""
    stages = before_lottery(case)
    everyone = np.arange(len(first.roster.mentees))
    asking = bounds[Family.MENTEE].at(everyone)[1] > 0
    prices = np.array([stage.duals.get(Family.MENTEE, NO_DUALS).at(everyone) for stage in stages], np.int64)
    market = _market(first.roster, stages, face, np.asarray(asking, np.bool_), prices.reshape(len(stages), -1))
    market.table.reshape(-1)[forbidden] = NO_CANDIDATE
    order = np.lexsort((first.plan.mentee, first.plan.mentor))
    packed = market.packing.pack(prices.reshape(len(stages), len(everyone)))
    potentials = np.concatenate([packed, np.zeros((len(packed), 1), np.int64)], axis=1)
    known = no_takers(len(packed), len(everyone), len(market.held))
    return Residual(market, first.plan.where(order), potentials, bounds, known)


def before_lottery(case: CertifiedCase) -> list[CertifiedStage]:
    """Return the stages of a case before the lottery."""
    return [stage for stage in case.stages if not stage.stage.name.startswith("lottery")]


def _market(roster: Roster, stages: Sequence[CertifiedStage], face: Face, is_asking: Bools, prices: Ints) -> Market:
    """Return what stays while the plan changes."""
    nobody, anybody = np.zeros(len(is_asking), np.int64), np.arange(len(is_asking))
    scale, mentees = np.arange(POINTS_MOST + 1), Columns(anybody, nobody, nobody, nobody)
    scores = Columns(np.zeros_like(scale), np.zeros_like(scale), np.zeros_like(scale), scale)
    by_mentee, by_points = (np.zeros((len(stages), len(axis)), np.int64) for axis in (anybody, scale))
    for number, certified in enumerate(stages):
        if certified.stage.name.startswith("waiting"):
            by_mentee[number] = certified.stage.weigh(mentees)
        else:
            by_points[number] = certified.stage.weigh(scores)
    spreads = np.array([stage.stage.spreads_load for stage in stages], np.int64)
    most = np.abs(prices).max(axis=1, initial=0) * ROOM + spreads * 4 * int(roster.mentors.limit.max(initial=0))
    table = _free_codes(face)
    most += _largest_sums(stages, by_points, int(table.max(initial=0)), len(anybody)) + 1
    packing = choose_packing(most.tolist())
    return Market(
        roster=roster,
        table=table,
        packing=packing,
        by_mentee=packing.pack(by_mentee),
        by_points=packing.pack(by_points),
        load_step=packing.pack(spreads),
        held=face.held(),
        is_asking=is_asking,
    )


def _largest_sums(stages: Sequence[CertifiedStage], by_points: Ints, top_code: int, mentees: int) -> Ints:
    """Return how much each stage may lose or gain along a walk, which passes each mentee once.

    Where all that counts is who is served, it is little: in between only the ends of the walk are not.
    """
    weights = np.abs(by_points[:, : int(points_of(np.array(top_code))) + 1]).max(axis=1, initial=0)
    counts_people = [stage.stage.name == "coverage" or stage.stage.name.startswith("waiting") for stage in stages]
    return np.asarray(np.where(counts_people, 4, 2 * (mentees + 2) * weights), np.int64)


def _free_codes(face: Face) -> Codes:
    """Return the codes of the free candidates as a table of its own."""
    table = face.codes.copy()
    if face.listed is not None:
        listed = table.ravel()[face.listed]
        table[:] = NO_CANDIDATE
        table.reshape(-1)[face.listed] = np.where(listed < 0, ~listed, listed)
    return table
