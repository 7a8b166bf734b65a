"""A plan that changes with its network: whatever happens, it stays the best one and no step is negative."""

from collections.abc import Iterator
from functools import cache
from random import Random

import numpy as np
import pytest

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.explanation.changed_plans import ProvenRound, read_proven_round
from mentormatch.explanation.exchange import UnansweredError
from mentormatch.explanation.more_places import Row, is_full, lower_row, raise_rows, raised_rows
from mentormatch.explanation.packed_vectors import less
from mentormatch.explanation.proven_network import keeps_rows
from mentormatch.explanation.residual import Residual
from mentormatch.explanation.revised_plans import Revision, demand, forbid
from mentormatch.explanation.takers import no_takers
from mentormatch.explanation.what_if import Baseline
from mentormatch.matching.engine import match
from mentormatch.matching.rows import NO_ROW, Columns, Family, RowKeys
from tests.acceptance.small_rounds import small_round

SEEDS = range(40)


@cache
def proven(seed: int) -> ProvenRound:
    """Return a small round with its network."""
    found = match(small_round(seed), digests={})
    return read_proven_round(Baseline(small_round(seed), found.outcome.pairings, found.certificate))


def free_pairs(residual: Residual) -> list[Columns]:
    """Return the candidates that are in no plan yet, one by one."""
    cells = np.argwhere(residual.market.table >= 0)
    pairs = [residual.market.decode(cells[k : k + 1, 0], cells[k : k + 1, 1]) for k in range(len(cells))]
    return [pair for pair in pairs if residual.mentor_of[pair.mentee[0]] != pair.mentor[0]]


def has_negative_step(residual: Residual) -> bool:
    """Whether some step of a network is negative."""
    nothing = np.zeros((residual.market.packing.words, 1), np.int64)
    everyone = np.flatnonzero(residual.market.is_asking)
    parts = [residual.steps_from(mentee) for mentee in everyone.tolist()]
    parts += [residual.giving_up(everyone), residual.from_pool, residual.through_waiting]
    return any(less(part.costs, nothing).any() for part in parts)


def demands() -> Iterator[tuple[ProvenRound, Revision]]:
    """Yield revisions by a demanded pair."""
    for seed in SEEDS:
        here = proven(seed)
        for pair in Random(seed).sample(free_pairs(here.best.residual), k=min(2, len(free_pairs(here.best.residual)))):
            try:
                yield here, demand(here.best, pair, here.lottery)
            except UnansweredError:
                continue


def bans() -> Iterator[tuple[ProvenRound, Revision]]:
    """Yield revisions by a forbidden pair of the plan."""
    for seed in SEEDS:
        here = proven(seed)
        pairs = here.best.residual.pairs
        if len(pairs):
            yield here, forbid(here.best, pairs.mentee[:2], pairs.mentor[:2], here.lottery)


def offers() -> Iterator[tuple[ProvenRound, Revision]]:
    """Yield revisions by one more place."""
    for seed in SEEDS:
        here = proven(seed)
        for mentor, direction in np.argwhere(here.roster.mentors.places > 0).tolist()[:3]:
            try:
                rows = raised_rows(here.roster, mentor, DIRECTIONS[direction])
                yield here, raise_rows(here.best, rows, here.lottery)
            except UnansweredError:
                continue


def cuts() -> Iterator[tuple[ProvenRound, Revision]]:
    """Yield revisions by one place less in the row of a team that is full."""
    for seed in SEEDS:
        here = proven(seed)
        residual = here.best.residual
        rows = RowKeys(here.roster).of(Family.TEAM, residual.pairs)
        full = [Row(Family.TEAM, key) for key in np.unique(rows[rows != NO_ROW]).tolist()]
        for row in [row for row in full if is_full(residual, row)][:2]:
            yield here, lower_row(here.best, row, here.lottery)


@pytest.mark.parametrize("revisions", [demands, bans, offers, cuts])
def test_no_step_is_negative_after_a_change(revisions: type[Iterator[tuple[ProvenRound, Revision]]]) -> None:
    found = list(revisions())
    assert len(found) >= 20
    assert not any(has_negative_step(revision.residual) for _, revision in found)


@pytest.mark.parametrize("revisions", [demands, bans, offers, cuts])
def test_a_changed_plan_keeps_every_row_and_is_worth_what_was_lost(
    revisions: type[Iterator[tuple[ProvenRound, Revision]]],
) -> None:
    for here, revision in revisions():
        residual = revision.residual
        names = [stage.name for stage in here.worth.stages if not stage.name.startswith("lottery")]
        lost = here.worth.loss(here.best.plan, revision.plan)
        assert keeps_rows(here.roster, residual.bounds, residual.pairs)
        assert tuple(lost[name] for name in names) == residual.market.packing.unpack(revision.loss - here.best.loss)


@pytest.mark.parametrize("revisions", [demands, bans, offers, cuts])
def test_the_takers_that_are_carried_on_are_those_that_are_found_anew(
    revisions: type[Iterator[tuple[ProvenRound, Revision]]],
) -> None:
    for _, revision in revisions():
        residual = revision.residual
        fresh = no_takers(residual.market.packing.words, residual.pool, len(residual.count))
        anew = Residual(residual.market, residual.pairs, residual.potentials, residual.bounds, fresh).takers
        mentees = residual.pairs.mentee
        np.testing.assert_array_equal(residual.takers.worth[:, mentees], anew.worth[:, mentees])


def test_a_forbidden_pair_is_in_no_plan_and_a_demanded_one_is() -> None:
    for here, revision in bans():
        gone = here.best.residual.pairs
        assert (revision.residual.mentor_of[gone.mentee[:2]] != gone.mentor[:2]).all()
    for _, revision in demands():
        assert len(revision.demanded) == 1
        assert revision.demanded.mentee[0] not in revision.residual.pairs.mentee


def test_a_demand_or_a_ban_never_gains_and_a_place_never_loses() -> None:
    for revisions, sign in ((demands, 1), (bans, 1), (cuts, 1), (offers, -1)):
        for here, revision in revisions():
            change = tuple(after - before for after, before in zip(revision.rank, here.best.rank, strict=True))
            first = next((entry for entry in change if entry), 0)
            assert first * sign >= 0
