"""Why somebody has no candidate: how many each rule removed, and the last rule standing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mentormatch.domain.direction import DIRECTION_INDEX, DIRECTIONS, Direction
from mentormatch.domain.pairing import Role
from mentormatch.domain.reasons import RuleId
from mentormatch.explanation.first_pass import FirstPass
from mentormatch.matching.eligibility import Block
from mentormatch.matching.roster import Bools

RULE_PLACES = {rule: place for place, rule in enumerate(RuleId)}


@dataclass(frozen=True, slots=True)
class Removal:
    """What became of the people in the other role.

    ``first`` counts, for each direction that the person is enrolled in, how many of them each rule was the first to
    remove; a direction without counts has nobody to remove. ``alone`` counts the people who would be candidates
    if just that one rule were off. ``forbidden`` counts those who keep every rule and whom a lock forbids.
    """

    first: Mapping[Direction, Mapping[RuleId, int]]
    alone: Mapping[RuleId, int]
    forbidden: int

    @property
    def in_all(self) -> Mapping[RuleId, int]:
        """How many (person, direction) each rule was the first to remove, the most first."""
        total: Counter[RuleId] = Counter()
        for counts in self.first.values():
            total.update(counts)
        return dict(sorted(total.items(), key=lambda item: (-item[1], RULE_PLACES[item[0]])))

    @property
    def last_rule(self) -> RuleId | None:
        """The rule without which most people would be candidates, the later one of equals; none if none is alone."""
        return max(self.alone, key=lambda rule: (self.alone[rule], RULE_PLACES[rule]), default=None)


@dataclass(frozen=True, eq=False)
class DirectionRemoval:
    """One direction: which of the others it is open to, and where each rule deletes it, as flat arrays."""

    is_open: Bools
    deleted: Mapping[RuleId, Bools]

    def first(self) -> dict[RuleId, int]:
        """Return how many each rule is the first to delete."""
        alive, counts = self.is_open.copy(), {}
        for rule, deleted in self.deleted.items():
            counts[rule] = int((deleted & alive).sum())
            alive &= ~deleted
        return {rule: count for rule, count in counts.items() if count}

    def passing(self) -> Bools:
        """Return who keeps every rule."""
        return np.asarray(self.is_open & ~_either(list(self.deleted.values()), self.is_open), np.bool_)

    def hangs_on(self, rule: RuleId) -> Bools:
        """Return who keeps every rule but the given one."""
        others = [deleted for other, deleted in self.deleted.items() if other is not rule]
        return self.deleted.get(rule, np.zeros_like(self.is_open)) & ~_either(others, self.is_open)


def find_removal(first: FirstPass, role: Role, number: int) -> Removal:
    """Return what became of the others for a person, given by their number among the people of a role."""
    directions = removals(first, role, number)
    free = ~_forbidden(first, role, number)
    passing = np.logical_or.reduce([found.passing() for found in directions.values()])
    alone = {rule: _count(directions, rule, free & ~passing) for rule in RuleId}
    return Removal(
        first={direction: directions[direction].first() for direction in asked_directions(first, role, number)},
        alone={rule: count for rule, count in alone.items() if count},
        forbidden=int((passing & ~free).sum()),
    )


def _either(masks: Sequence[Bools], like: Bools) -> Bools:
    """Return where one of some masks holds, in the shape of another one."""
    return np.asarray(np.logical_or.reduce([np.zeros_like(like), *masks]), np.bool_)


def removals(first: FirstPass, role: Role, number: int) -> dict[Direction, DirectionRemoval]:
    """Return for each direction what the rules do to the others, in the order of their numbers."""
    return {direction: _look(first, _others(first, role, number), direction) for direction in DIRECTIONS}


def asked_directions(first: FirstPass, role: Role, number: int) -> list[Direction]:
    """Return the directions that a person is enrolled in, as far as the programme offers them."""
    side = first.roster.mentees if role is Role.MENTEE else first.roster.mentors
    return [direction for direction in DIRECTIONS if side.places[number, DIRECTION_INDEX[direction]] > 0]


def _others(first: FirstPass, role: Role, number: int) -> Block:
    """Return one person against everybody in the other role."""
    own = np.array([number])
    if role is Role.MENTEE:
        return Block(own, np.arange(len(first.roster.mentors)))
    return Block(np.arange(len(first.roster.mentees)), own)


def _look(first: FirstPass, block: Block, direction: Direction) -> DirectionRemoval:
    """Ask every rule about one direction; none where the programme does not offer it."""
    if not first.roster.policy.is_open(direction):
        return DirectionRemoval(np.zeros(max(block.shape), np.bool_), {})
    reasons = first.candidates.all_reasons(block, direction)
    is_open = first.candidates.open_pairs(block, direction).ravel()
    return DirectionRemoval(is_open, {rule: deleted.ravel() for rule, deleted in reasons.items()})


def _forbidden(first: FirstPass, role: Role, number: int) -> Bools:
    """Return which of the others a lock forbids."""
    block = _others(first, role, number)
    positions = block.rows[:, None] * len(first.roster.mentors) + block.columns[None, :]
    return np.isin(positions.ravel(), first.forbidden)


def _count(directions: Mapping[Direction, DirectionRemoval], rule: RuleId, counted: Bools) -> int:
    """Return how many of the counted people hang on one rule alone in some direction."""
    return int((np.logical_or.reduce([found.hangs_on(rule) for found in directions.values()]) & counted).sum())
