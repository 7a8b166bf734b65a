"""The stages of a pass, read plainly for the verifier: their names, what a plan is worth, what a candidate weighs."""

import hmac
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

import numpy as np

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.policy import Policy
from mentormatch.matching.roster import Ints, Roster
from mentormatch.matching.verified_floors import FLOORS
from mentormatch.matching.verified_limits import Opening
from mentormatch.matching.verified_rows import DIRECTION_COUNT, Batch, cost_of_load

DRAW_BITS = 20
DRAWS_MOST = sha256().digest_size * 8 // DRAW_BITS
EMPTY, LOAD, UNIQUE = "empty", "load", "unique"
POINTS_MOST = 1 << 12
"""No score reaches this."""

DRAWN_MOST = 1_000_000
"""So many keys are remembered; when there are more they are drawn again."""


def name_stages(policy: Policy, roster: Roster, draws: int, pass_number: int = 1) -> list[str]:
    """Return the names of a pass's stages in the policy's order; ``draws`` lotteries and ``unique`` come last.

    Access floors are a stage of the first pass, where the policy sets any.
    """
    waits = sorted(
        {entry.waiting_rounds for entry in roster.mentees.enrolments if entry.waiting_rounds > 0}, reverse=True
    )
    several = {"waiting": waits, "bands": range(len(policy.bands)), "lottery": ()}
    has_floors = policy.has_floors and pass_number == 1
    names = []
    for stage in (stage for stage in policy.stages if stage != FLOORS or has_floors):
        names += [f"{stage}:{number}" for number in several[stage]] if stage in several else [stage]
    return [*names, *(f"lottery:{draw}" for draw in range(1, draws + 1)), UNIQUE]


@dataclass(frozen=True, eq=False)
class Draw:
    """The keys that break ties: HMAC-SHA256(seed, ``round|mentor|mentee|direction``), drawn once a candidate."""

    seed: str
    round_name: str
    drawn: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def bits(self, names: tuple[str, str, str], draw: int) -> int:
        """Return 20 bits of the key of (mentor, mentee, direction): draw 1 the first 20 from the front, and so on."""
        if names not in self.drawn:
            if len(self.drawn) >= DRAWN_MOST:
                self.drawn.clear()
            message = "|".join((self.round_name, *names)).encode()
            self.drawn[names] = int.from_bytes(hmac.digest(self.seed.encode(), message, "sha256"))
        return self.drawn[names] >> (8 * sha256().digest_size - DRAW_BITS * draw) & ((1 << DRAW_BITS) - 1)


@dataclass(frozen=True, eq=False)
class Plan:
    """The published pairings of one pass, after those of earlier passes: what they are worth at each stage.

    ``share`` is that of the access floors, which they have been found to keep.
    """

    opening: Opening
    draw: Draw
    pairings: Sequence[Pairing]
    share: int = 0

    def value(self, stage: str) -> int:
        """Return the plan's value at a stage."""
        kind, _, number = stage.partition(":")
        return VALUES[kind](self, int(number or 0))

    def count_served(self) -> int:
        """Return how many mentees get a place."""
        return len(self.pairings)

    def count_waiting(self, rounds: int) -> int:
        """Return how many of the mentees served have waited so many rounds."""
        enrolments = self.opening.limits.enrolments
        return sum(enrolments[pairing.mentee_id].waiting_rounds == rounds for pairing in self.pairings)

    def count_in_band(self, band: int) -> int:
        """Return how many pairings are in a quality band."""
        return sum(self.opening.limits.policy.band_of(pairing.points) == band for pairing in self.pairings)

    def add_up_load(self) -> int:
        """Return what the mentors' places cost, counted on from earlier passes."""
        places = Counter(pairing.mentor_id for pairing in self.pairings)
        return sum(cost_of_load(self.opening.held(mentor), count) for mentor, count in places.items())

    def add_up_points(self) -> int:
        """Return the sum of the points."""
        return sum(pairing.points for pairing in self.pairings)

    def add_up_keys(self, draw: int) -> int:
        """Return the sum of the keys of a draw."""
        names = ((pairing.mentor_id, pairing.mentee_id, pairing.direction.value) for pairing in self.pairings)
        return sum(self.draw.bits(name, draw) for name in names)


VALUES: Mapping[str, Callable[[Plan, int], int]] = {
    "waiting": Plan.count_waiting,
    "coverage": lambda plan, _: plan.count_served(),
    FLOORS: lambda plan, _: plan.share,
    "bands": lambda plan, band: -plan.count_in_band(band),
    LOAD: lambda plan, _: -plan.add_up_load(),
    "points": lambda plan, _: plan.add_up_points(),
    "lottery": Plan.add_up_keys,
    UNIQUE: lambda plan, _: -plan.count_served(),
}
"""What a plan is worth at each kind of stage."""


@dataclass(frozen=True, eq=False)
class Scales:
    """What each candidate adds to a plan's value at a stage, for many candidates at once."""

    roster: Roster
    plan: Plan

    def weigh(self, stage: str, batch: Batch) -> Ints:
        """Return the weight of each candidate at a stage."""
        kind, _, number = stage.partition(":")
        return WEIGHTS[kind](self, batch, int(number or 0))

    @cached_property
    def waits(self) -> Ints:
        """How many rounds each mentee has waited."""
        return np.array([entry.waiting_rounds for entry in self.roster.mentees.enrolments], np.int64)

    @cached_property
    def bands(self) -> Ints:
        """The quality band of each score."""
        return np.array([self.roster.policy.band_of(points) for points in range(POINTS_MOST)], np.int64)

    @cached_property
    def published(self) -> Ints:
        """The plan's pairings as mentee * mentors + mentor."""
        mentees, mentors = self.roster.mentees.position, self.roster.mentors.position
        pairings = self.plan.pairings
        return np.array([mentees[p.mentee_id] * len(mentors) + mentors[p.mentor_id] for p in pairings], np.int64)

    def names(self, batch: Batch) -> Iterator[tuple[str, str, str]]:
        """Yield mentor, mentee and direction of each candidate."""
        mentees, mentors = self.roster.mentees.ids, self.roster.mentors.ids
        for mentee, column in zip(batch.mentee.tolist(), batch.column.tolist(), strict=True):
            mentor, direction = divmod(column, DIRECTION_COUNT)
            yield mentors[mentor], mentees[mentee], DIRECTIONS[direction].value

    def read_keys(self, batch: Batch, draw: int) -> Ints:
        """Return the keys of a draw."""
        return np.fromiter((self.plan.draw.bits(names, draw) for names in self.names(batch)), np.int64, len(batch))

    def mark_published(self, batch: Batch) -> Ints:
        """Return 1 for the plan's own pairings."""
        return np.isin(batch.mentee * len(self.roster.mentors) + batch.mentor, self.published).astype(np.int64)


WEIGHTS: Mapping[str, Callable[[Scales, Batch, int], Ints]] = {
    "waiting": lambda scales, batch, rounds: (scales.waits == rounds).astype(np.int64)[batch.mentee],
    "coverage": lambda _, batch, __: np.ones(len(batch), np.int64),
    FLOORS: lambda _, batch, __: np.zeros(len(batch), np.int64),
    "bands": lambda scales, batch, band: -(scales.bands == band).astype(np.int64)[batch.points],
    LOAD: lambda _, batch, __: np.zeros(len(batch), np.int64),
    "points": lambda _, batch, __: batch.points,
    "lottery": Scales.read_keys,
    UNIQUE: lambda scales, batch, _: -scales.mark_published(batch),
    EMPTY: lambda _, batch, __: np.zeros(len(batch), np.int64),
}
"""What a candidate weighs at each kind of stage."""
