"""The ordered objectives of a round: what "best" means, one whole-number weight a candidate and stage."""

import hmac
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256

import numpy as np

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.policy import Policy
from mentormatch.matching.roster import Ints, Roster
from mentormatch.matching.rows import Columns

FLOORS = "floors"
"""The stage that opens no objective: from here on each group's places stand between two bounds."""

EMPTY = "empty"
"""The name of the stage that shows that no plan is on a face."""

LOTTERY_BITS = 20
LOTTERY_DIGITS = 8 * sha256().digest_size // LOTTERY_BITS

Weigh = Callable[[Columns], Ints]


@dataclass(frozen=True, eq=False)
class Stage:
    """One objective, to be made as large as possible: the sum of ``weigh`` over the chosen candidates.

    With ``spreads_load`` the cost of the mentors' second, third ... places is taken off: 1, 2, ...
    ``is_cost`` says that no weight is above zero, so that a plan of value zero needs no further proof.
    """

    name: str
    weigh: Weigh
    is_cost: bool = False
    spreads_load: bool = False


@dataclass(eq=False)
class Lottery:
    """The keyed hashes that break ties: HMAC-SHA256(seed, ``round|mentor|mentee|direction``), drawn once each."""

    roster: Roster
    drawn: dict[tuple[int, int], int] = field(default_factory=dict)

    def digits(self, columns: Columns, number: int) -> Ints:
        """Return 20 bits of each candidate's hash, from the front: number 0 is the first 20, and so on."""
        shift = 8 * sha256().digest_size - LOTTERY_BITS * (number + 1)
        mask = (1 << LOTTERY_BITS) - 1
        pairs = zip(columns.mentor.tolist(), columns.mentee.tolist(), columns.direction.tolist(), strict=True)
        return np.fromiter((self._hash(*pair) >> shift & mask for pair in pairs), np.int64, len(columns))

    def _hash(self, mentor: int, mentee: int, direction: int) -> int:
        """Return one candidate's hash as a number; a pair has one direction."""
        if (mentor, mentee) not in self.drawn:
            names = (self.roster.mentors.ids[mentor], self.roster.mentees.ids[mentee], DIRECTIONS[direction].value)
            message = "|".join((self.roster.policy.round_name, *names)).encode()
            digest = hmac.digest(self.roster.round.seed.encode(), message, "sha256")
            self.drawn[mentor, mentee] = int.from_bytes(digest)
        return self.drawn[mentor, mentee]


def stages_of(roster: Roster, pass_number: int = 1) -> Sequence[Stage]:
    """Return the stages of a pass up to the lottery, in the order that the policy gives; floors are for the first."""
    stages = [stage for name in roster.policy.stages if name != "lottery" for stage in STAGES[name](roster)]
    return [stage for stage in stages if pass_number == 1 or stage.name != FLOORS]


def waiting(roster: Roster) -> Iterator[Stage]:
    """Serve those whom the last rounds left out, the longest wait first: one stage for each length of wait."""
    waits = roster.mentees.waiting
    for rounds in sorted(set(waits[waits > 0].tolist()), reverse=True):
        yield Stage(f"waiting:{rounds}", partial(_waiters, waits, rounds))


def _waiters(waits: Ints, rounds: int, columns: Columns) -> Ints:
    """Return 1 for a mentee who has waited for just so many rounds."""
    return np.asarray(waits[columns.mentee] == rounds, np.int64)


def coverage(_: Roster) -> Iterator[Stage]:
    """Serve as many mentees as possible."""
    yield Stage("coverage", lambda columns: np.ones(len(columns), np.int64))


def bands(roster: Roster) -> Iterator[Stage]:
    """As few pairings as possible in the worst band, then the next worst; how many are in the best follows."""
    for band in range(len(roster.policy.bands)):
        yield Stage(f"bands:{band}", partial(_band_fines, roster.policy, band), is_cost=True)


def _band_fines(policy: Policy, band: int, columns: Columns) -> Ints:
    """Return -1 for a candidate in a band."""
    return -np.asarray(band_of(columns, policy) == band, np.int64)


def load(_: Roster) -> Iterator[Stage]:
    """Spread the places over the mentors."""
    yield Stage("load", lambda columns: np.zeros(len(columns), np.int64), is_cost=True, spreads_load=True)


def points(_: Roster) -> Iterator[Stage]:
    """The largest total score."""
    yield Stage("points", lambda columns: columns.points)


def floors(roster: Roster) -> Iterator[Stage]:
    """Give each group its share of the places (rates.py says how); what is reached is the share in percent."""
    if roster.policy.has_floors:
        yield Stage(FLOORS, lambda columns: np.zeros(len(columns), np.int64), is_cost=True)


def outlook(stages: Sequence[Stage]) -> Stage:
    """Return a blend of the band stages among some and of the points: a good plan for it often is best for each."""
    ahead = [stage for stage in stages if stage.name.startswith("bands")]
    steps = 1_000 * 2 ** np.arange(len(ahead))[::-1]

    def weigh(columns: Columns) -> Ints:
        """Points, less a fine that grows towards the worst band."""
        fines = sum(
            (step * stage.weigh(columns) for step, stage in zip(steps, ahead, strict=True)),
            np.zeros(len(columns), np.int64),
        )
        return np.asarray(columns.points + fines)

    return Stage("outlook", weigh)


def draw(lottery: Lottery, number: int) -> Stage:
    """Return the stage that draws between equals by the next 20 bits of their hashes."""
    return Stage(f"lottery:{number + 1}", lambda columns: lottery.digits(columns, number))


def uniqueness(plan: Columns, mentor_count: int) -> Stage:
    """Return the stage whose best value is minus the size of the plan exactly when no other plan is left."""
    chosen = plan.mentee * mentor_count + plan.mentor
    return Stage(
        "unique",
        lambda columns: -np.isin(columns.mentee * mentor_count + columns.mentor, chosen).astype(np.int64),
        is_cost=True,
    )


def band_of(columns: Columns, policy: Policy) -> Ints:
    """Return the quality band of each candidate, 0 for the worst."""
    return np.searchsorted(np.array(policy.bands), columns.points, side="right")


STAGES: dict[str, Callable[[Roster], Iterator[Stage]]] = {
    "waiting": waiting,
    "coverage": coverage,
    "floors": floors,
    "bands": bands,
    "load": load,
    "points": points,
}
