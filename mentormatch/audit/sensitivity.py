"""Sensitivity: how much of a plan stays when one weight of the score is halved, or raised by half."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from mentormatch.domain.pairing import Criterion, Pairing
from mentormatch.domain.round import Round

FACTORS = (Fraction(1, 2), Fraction(3, 2))

Solve = Callable[[Round], Collection[Pairing]]
"""Whatever returns the pairings of a round."""


@dataclass(frozen=True, slots=True)
class WeightChange:
    """What another weight of one criterion would change.

    ``pairings_kept`` is the share of the pairings (mentor, mentee and direction) that stay, ``people_kept`` the share
    of the people served who are still served; both are 1 where there was nobody to lose. Points of a weight are whole.
    """

    criterion: Criterion
    factor: float
    weight: int
    new_weight: int
    pairings_kept: float
    people_kept: float


def find_sensitivity(matching_round: Round, pairings: Collection[Pairing], solve: Solve) -> tuple[WeightChange, ...]:
    """Solve a round again with each weight at half, and at one and a half."""
    return tuple(
        _change(matching_round, pairings, solve, criterion, factor)
        for criterion, factor in _cases()
        if matching_round.policy.weights.get(criterion, 0) > 0
    )


def _cases() -> Iterator[tuple[Criterion, Fraction]]:
    return ((criterion, factor) for criterion in Criterion for factor in FACTORS)


def _change(
    matching_round: Round, pairings: Collection[Pairing], solve: Solve, criterion: Criterion, factor: Fraction
) -> WeightChange:
    """Solve a round with one other weight and compare."""
    policy = matching_round.policy
    weight = policy.weights[criterion]
    new_weight = round(weight * factor)
    changed = replace(matching_round, policy=replace(policy, weights={**policy.weights, criterion: new_weight}))
    after = pairings if new_weight == weight else solve(changed)
    return WeightChange(
        criterion=criterion,
        factor=float(factor),
        weight=weight,
        new_weight=new_weight,
        pairings_kept=_kept(_pairs(pairings), _pairs(after)),
        people_kept=_kept(_served(pairings), _served(after)),
    )


def _pairs(pairings: Collection[Pairing]) -> frozenset[object]:
    return frozenset((pairing.mentor_id, pairing.mentee_id, pairing.direction) for pairing in pairings)


def _served(pairings: Collection[Pairing]) -> frozenset[object]:
    return frozenset(pairing.mentee_id for pairing in pairings)


def _kept(before: frozenset[object], after: frozenset[object]) -> float:
    return len(before & after) / len(before) if before else 1.0
