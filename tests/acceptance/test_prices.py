"""Prices and recruiting on random small rounds, held against rounds that are matched from cold."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from random import Random

import pytest

from mentormatch.domain.change import Change, OfferPlace
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.domain.vector import Vector
from mentormatch.explanation.changes import apply_change
from mentormatch.explanation.place_bounds import PlaceBound, bound_places
from mentormatch.explanation.prices import find_prices
from mentormatch.explanation.recruiting import rank_places
from mentormatch.explanation.what_if import Baseline
from mentormatch.matching.engine import match
from tests.acceptance.small_rounds import small_round
from tests.unit.explanation.solved import solved

PRICED_ROUNDS = 20
RECRUITING_ROUNDS = 40
TOP = 3
Seeds = range


def parts_of(rounds: int, size: int) -> list[Seeds]:
    """Cut the seeds of so many rounds into parts that can run beside each other."""
    return [range(first, min(first + size, rounds)) for first in range(0, rounds, size)]


def locked_round(seed: int) -> Round:
    """Return a random round in which one of its pairings is demanded and another one forbidden."""
    free = small_round(seed)
    pairings = match(free, digests={}).outcome.pairings
    chosen = Random(seed).sample(pairings, min(2, len(pairings)))
    kinds = (LockKind.MUST, LockKind.MUST_NOT)
    locks = (Lock(kind, one.mentor_id, one.mentee_id) for kind, one in zip(kinds, chosen, strict=False))
    return replace(free, locks=tuple(locks))


def cold_difference(base: Baseline, change: Change) -> Vector:
    """Return what a changed round is worth more, both rounds matched from cold."""
    return solved(apply_change(change, base.round)).vector - solved(base.round).vector


@pytest.mark.parametrize("seeds", parts_of(PRICED_ROUNDS, 5))
def test_each_price_is_the_difference_of_two_rounds_matched_from_cold(seeds: Seeds) -> None:
    free, dear = 0, 0
    for seed in seeds:
        base = solved(locked_round(seed))
        for price in find_prices(base):
            if price.difference is not None:
                assert price.difference == cold_difference(base, price.priced.change), (seed, price.priced.name)
            free += price.priced.is_free
            dear += price.difference is not None and price.difference != base.vector - base.vector
    assert free > 0
    assert dear > 0


def first_pass(base: Baseline) -> Mapping[str, int]:
    """Return the stage values of the first pass."""
    return next(part.values for part in base.certificate.passes if part.pass_number == 1)


@cache
def brought(seed: int) -> tuple[tuple[PlaceBound, tuple[int, ...]], ...]:
    """Return for every slot of a random round its bound and what the place brings, matched from cold."""
    base = solved(small_round(seed))
    found = []
    for bound in bound_places(base):
        change = OfferPlace(bound.slot.mentor_id, bound.slot.direction)
        after, before = first_pass(solved(apply_change(change, base.round))), first_pass(base)
        found.append((bound, tuple(after[name] - before[name] for name in bound.gains)))
    return tuple(found)


@pytest.mark.parametrize("seeds", parts_of(RECRUITING_ROUNDS, 10))
def test_no_place_brings_more_than_its_bound(seeds: Seeds) -> None:
    slots, useful = 0, 0
    for seed in seeds:
        for bound, gains in brought(seed):
            assert gains <= bound.order, (seed, bound.slot)
            slots, useful = slots + 1, useful + (gains > (0,) * len(gains))
    assert slots > useful > 0


@pytest.mark.parametrize("seeds", parts_of(RECRUITING_ROUNDS, 10))
def test_the_places_that_are_ranked_first_are_those_that_bring_most(seeds: Seeds) -> None:
    for seed in seeds:
        gains = sorted((gains for _, gains in brought(seed) if any(gains)), reverse=True)
        found = rank_places(solved(small_round(seed)), TOP, most_solved=100)
        assert [one.order for one in found.places] == gains[:TOP], seed
        assert found.is_certain
        cold = {bound.slot: gains for bound, gains in brought(seed)}
        assert all(cold[one.bound.slot] == one.order for one in found.places)
