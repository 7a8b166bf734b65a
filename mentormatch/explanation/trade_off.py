"""The trade-off of a round: what a higher or lower quality floor would cost or bring, each point solved again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mentormatch.domain.pairing import Pairing
from mentormatch.domain.policy import Policy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Round, SolveStatus
from mentormatch.domain.vector import vector_of
from mentormatch.matching.engine import match

OnFloor = Callable[[int, float], None]
"""Told of each floor before it is solved, with the share of the work that is done (0 to 1)."""


@dataclass(frozen=True, slots=True)
class TradeOffPoint:
    """A round under one quality floor: mentees served, pairings, and their mean points (``None``: no pairings).

    ``is_current`` marks the floor of the policy itself, ``is_proven`` a plan than which no better one exists.
    """

    floor: int
    served: int
    pairings: int
    mean_points: float | None
    is_current: bool
    is_proven: bool


def trade_off(
    matching_round: Round, pairings: Sequence[Pairing], *, is_proven: bool, on_floor: OnFloor | None = None
) -> tuple[TradeOffPoint, ...]:
    """Return the round under its own floor and under each bound of its quality bands, the lowest floor first.

    ``pairings`` are those that the round was given under its own floor, ``is_proven`` whether they are its best;
    every other floor is solved anew. A floor that a demanded pairing does not reach is left out, as that round could
    not be matched.
    """
    own = current_floor(matching_round.policy)
    others = [floor for floor in _other_floors(matching_round.policy, own) if _all_reach(pairings, floor)]
    points = [_point(matching_round.policy, own, pairings, is_current=True, is_proven=is_proven)]
    for done, floor in enumerate(others):
        if on_floor is not None:
            on_floor(floor, done / len(others))
        points.append(_solve(with_floor(matching_round, floor), floor))
    return tuple(sorted(points, key=lambda point: point.floor))


def undominated(points: Sequence[TradeOffPoint]) -> tuple[TradeOffPoint, ...]:
    """Return the points than which no other one serves as many mentees as well, and either more of them or better."""
    return tuple(one for one in points if not any(_dominates(other, one) for other in points))


def _dominates(one: TradeOffPoint, other: TradeOffPoint) -> bool:
    """Whether a point is at least as good as another in mentees served and in mean points, and better in one."""
    mine, theirs = ((point.served, point.mean_points or 0.0) for point in (one, other))
    return mine != theirs and mine[0] >= theirs[0] and mine[1] >= theirs[1]


def current_floor(policy: Policy) -> int:
    """Return the points under which the policy pairs nobody; 0 while that rule is off."""
    return policy.rule_settings.floor_points if policy.is_on(RuleId.BELOW_FLOOR) else 0


def with_floor(matching_round: Round, floor: int) -> Round:
    """Return the round with another quality floor, its rule switched on."""
    policy = matching_round.policy
    settings = replace(policy.rule_settings, floor_points=floor)
    rules = {**policy.rules, RuleId.BELOW_FLOOR: True}
    return replace(matching_round, policy=replace(policy, rules=rules, rule_settings=settings))


def _other_floors(policy: Policy, own: int) -> list[int]:
    return sorted({*policy.bands} - {own})


def _all_reach(pairings: Sequence[Pairing], floor: int) -> bool:
    """Whether every demanded pairing (pass 0) would still be a candidate."""
    return all(pairing.points >= floor for pairing in pairings if pairing.pass_number == 0)


def _solve(matching_round: Round, floor: int) -> TradeOffPoint:
    outcome = match(matching_round, digests={}).outcome
    is_proven = outcome.status is SolveStatus.PROVEN
    return _point(matching_round.policy, floor, outcome.pairings, is_current=False, is_proven=is_proven)


def _point(
    policy: Policy, floor: int, pairings: Sequence[Pairing], *, is_current: bool, is_proven: bool
) -> TradeOffPoint:
    worth = vector_of(pairings, policy)
    mean = worth.points / worth.pairings if worth.pairings else None
    return TradeOffPoint(floor, worth.served, worth.pairings, mean, is_current, is_proven)
