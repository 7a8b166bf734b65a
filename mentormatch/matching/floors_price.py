"""What the access floors of a round cost: the round solved without them, compared as a vector."""

from collections.abc import Collection
from dataclasses import replace

from mentormatch.domain.pairing import Pairing
from mentormatch.domain.policy import FloorPolicy
from mentormatch.domain.round import Round
from mentormatch.domain.vector import Vector, vector_of
from mentormatch.matching.start import Start


def without_floors(matching_round: Round) -> Round:
    """Return a round whose policy sets no access floors."""
    return replace(matching_round, policy=replace(matching_round.policy, floors=FloorPolicy()))


def price_of_floors(matching_round: Round, pairings: Collection[Pairing], start: Start | None = None) -> Vector:
    """Return what the round would be worth more without its access floors than its ``pairings`` are with them.

    ``start`` is the round as it was solved, which shortens the work. Raises what ``match`` raises.
    """
    from mentormatch.matching.engine import match  # the solver is loaded when there is something to solve

    free = match(without_floors(matching_round), digests={}, start=start).outcome
    return vector_of(free.pairings, matching_round.policy) - vector_of(pairings, matching_round.policy)
