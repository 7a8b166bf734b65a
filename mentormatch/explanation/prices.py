"""What each rule, limit, floor and lock of a round costs: the round solved without it, less the round as it is."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from mentormatch.domain.change import Change, LiftFloors, LiftLimit, LiftLock, LimitId, SwitchOff
from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.policy import CapacityPolicy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import LockKind, Round, SolveStatus
from mentormatch.domain.vector import Vector
from mentormatch.errors import RefusedError
from mentormatch.explanation.what_if import Baseline, solve_variant, without_time_limit
from mentormatch.matching.candidates import Candidates, build_candidates, row_blocks
from mentormatch.matching.eligibility import Block
from mentormatch.matching.reference import Reference, build_reference
from mentormatch.matching.roster import Bools, build_roster


class PricedKind(StrEnum):
    """What can have a price."""

    RULE = "rule"
    LIMIT = "limit"
    FLOORS = "floors"
    LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Priced:
    """Something that a round could do without: its kind and name, and the change that takes it away.

    ``alone`` counts the pairs that are kept apart, in some direction, by it and by nothing else, where that can be
    counted (rules, forbidden pairings). Where it is 0, the candidates of the round are the same without it, and so is
    its outcome, which is a function of the round: there is nothing to solve.
    """

    kind: PricedKind
    name: str
    change: Change
    alone: int | None = None

    @property
    def is_free(self) -> bool:
        """Whether it costs nothing for certain."""
        return self.alone == 0


@dataclass(frozen=True, slots=True)
class Price:
    """What one thing costs.

    ``difference`` is the vector of the round solved without it, less the round's. It is missing when that round cannot
    be: without a rule a demanded pairing may take another direction and run into a limit, which ``refusal`` tells.
    ``changed`` counts the pairings of that round that are not in this one.
    """

    priced: Priced
    difference: Vector | None
    changed: int = 0
    refusal: str = ""


def find_prices(base: Baseline) -> Iterator[Price]:
    """Yield the price of all that a round could do without, one after the other: rules, limits, floors, locks.

    Raises RefusedError when the round was stopped before it was proven, as then no difference is exact.
    """
    return (find_price(base, priced) for priced in list_priced(base))


def list_priced(base: Baseline) -> tuple[Priced, ...]:
    """Return what a round could do without, rules and limits in the order of their enums. Raises as above."""
    if base.certificate.status != SolveStatus.PROVEN:
        raise RefusedError("The match was stopped before its proof was complete; match the round again for prices.")
    return (*_rules(base.round), *_limits(base.round), *_locks(base.round))


def find_price(base: Baseline, priced: Priced) -> Price:
    """Return the price of one thing; the policy's time limit does not count here."""
    if priced.is_free:
        return Price(priced, base.vector - base.vector)
    try:
        variant = solve_variant(replace(base, round=without_time_limit(base.round)), priced.change)
    except RefusedError as error:
        return Price(priced, None, refusal=error.sentence)
    return Price(priced, variant.difference, len(variant.added))


def _rules(matching_round: Round) -> Iterator[Priced]:
    """Yield the rules that are on, with the pairs that each alone keeps apart."""
    alone = count_alone(matching_round)
    return (
        Priced(PricedKind.RULE, rule.value, SwitchOff(rule), alone[rule])
        for rule in RuleId
        if matching_round.policy.is_on(rule)
    )


def _limits(matching_round: Round) -> Iterator[Priced]:
    """Yield the limits of the policy that are in force, and its access floors."""
    capacity = matching_round.policy.capacity
    for limit in LimitId:
        if _is_in_force(limit, capacity):
            yield Priced(PricedKind.LIMIT, limit.value, LiftLimit(limit))
    if matching_round.policy.has_floors:
        yield Priced(PricedKind.FLOORS, "access-floors", LiftFloors())


def _is_in_force(limit: LimitId, capacity: CapacityPolicy) -> bool:
    """Whether a limit could bind anybody."""
    return {
        LimitId.DEPARTMENT_SHARE: capacity.department_share < 1,
        LimitId.TEAM_LIMIT: capacity.team_limit < capacity.mentor_limit,
        LimitId.FAVOUR_EXCHANGE: capacity.forbid_favour_exchange,
        LimitId.RECIPROCAL: capacity.forbid_reciprocal,
    }[limit]


def _locks(matching_round: Round) -> Iterator[Priced]:
    """Yield what HR has fixed, pair by pair; a forbidden pair that breaks a rule as well costs nothing."""
    reference = build_reference(matching_round)
    for lock in {(lock.mentor_id, lock.mentee_id): lock for lock in matching_round.locks}.values():
        pair = lock.mentor_id, lock.mentee_id
        alone = int(_could_be(reference, *pair)) if lock.kind is LockKind.MUST_NOT else None
        yield Priced(PricedKind.LOCK, " ".join((lock.kind.value, *pair)), LiftLock(*pair), alone)


def _could_be(reference: Reference, mentor_id: str, mentee_id: str) -> bool:
    """Whether a pair is a candidate, locks apart."""
    is_known = {mentor_id, mentee_id} <= reference.people.keys()
    return is_known and reference.candidate(mentor_id, mentee_id) is not None


def count_alone(matching_round: Round) -> Mapping[RuleId, int]:
    """Return how many pairs each rule alone keeps apart in some direction; forbidden pairs do not count."""
    candidates, counts = build_candidates(build_roster(matching_round)), Counter[RuleId]()
    is_free = _not_forbidden(candidates)
    for rows in row_blocks(*is_free.shape):
        block = Block(np.arange(rows.start, rows.stop), np.arange(is_free.shape[1]))
        for rule, alone in _alone(candidates, block).items():
            counts[rule] += int((alone & is_free[rows]).sum())
    return counts


def _not_forbidden(candidates: Candidates) -> Bools:
    """Return which pairs no lock forbids, mentees x mentors."""
    mentees, mentors = candidates.roster.mentees.position, candidates.roster.mentors.position
    is_free = np.ones((len(mentees), len(mentors)), np.bool_)
    for lock in candidates.roster.round.locks:
        if lock.kind is LockKind.MUST_NOT and lock.mentee_id in mentees and lock.mentor_id in mentors:
            is_free[mentees[lock.mentee_id], mentors[lock.mentor_id]] = False
    return is_free


def _alone(candidates: Candidates, block: Block) -> Mapping[RuleId, Bools]:
    """Return for each rule the pairs of a block that break it, and no other rule, in some open direction."""
    found = {rule: np.zeros(block.shape, np.bool_) for rule in RuleId}
    for direction in DIRECTIONS:
        if candidates.roster.policy.is_open(direction):
            reasons = candidates.all_reasons(block, direction)
            broken = sum((deleted.astype(np.int8) for deleted in reasons.values()), np.zeros(block.shape, np.int8))
            for rule, deleted in reasons.items():
                found[rule] |= deleted & (broken == 1)
    return found
