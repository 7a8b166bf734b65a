"""Two past rounds of a made-up organisation, and how long people have waited since."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from mentormatch.domain.direction import Direction
from mentormatch.domain.hierarchy import Hierarchy, build_hierarchy
from mentormatch.domain.pairing import PastPairing
from mentormatch.domain.people import Person
from mentormatch.domain.policy import Policy
from mentormatch.synthesis.draws import NOBODY, Flags, RankedPool, Stream, draw_choices, draw_flags, rank_pool
from mentormatch.synthesis.styles import draw_mentors
from mentormatch.synthesis.workforce import Workforce

MENTEE_SHARE = 0.09
MOST_MENTEES = 3
DIRECTION_WEIGHTS = {
    Direction.UPWARD: 50,
    Direction.DOWNWARD: 25,
    Direction.REVERSE: 8,
    Direction.PEER: 10,
    Direction.FORWARD: 7,
}
GAPS = [tuple(Policy().directions[direction].level_gap) for direction in DIRECTION_WEIGHTS]
"""The level gaps (mentor minus mentee) that each direction allows."""
END_REASONS = {"completed": 70, "goal reached early": 14, "no time": 9, "changed job": 5, "no common ground": 2}
LEFT_OUT_SHARE = 0.14
"""Share of today's mentees who asked in vain in the last round; of those a part had done so before."""
LEFT_OUT_AGAIN_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class PastRound:
    """A past round: its name and its first and last day."""

    name: str
    started: date
    ended: date


PAST_ROUNDS = (
    PastRound("2025-1", date(2025, 2, 3), date(2025, 7, 31)),
    PastRound("2025-2", date(2025, 9, 1), date(2026, 2, 27)),
)
"""From the first to the last."""


type Pair = tuple[Person, Person, Direction]
"""A mentor, a mentee and their direction."""


def draw_past_rounds(workforce: Workforce, people: Sequence[Person], stream: Stream) -> tuple[PastPairing, ...]:
    """Return the pairings of both rounds: levels fit the direction, and nobody was paired in today's chain of command.

    ``people`` are all people of the organisation, so that every reporting line is known.
    """
    hierarchy = build_hierarchy(people)
    met: set[frozenset[str]] = set()
    pairings: list[PastPairing] = []
    for past in PAST_ROUNDS:
        pairs = list(_keep_new(_keep_allowed(_draw_pairs(workforce, past, stream), hierarchy), met))
        reasons = draw_choices(stream, tuple(END_REASONS.values()), len(pairs)).tolist()
        for (mentor, mentee, direction), reason in zip(pairs, reasons, strict=True):
            ids, term = (mentor.person_id, mentee.person_id), (past.started, past.ended)
            pairings.append(PastPairing(*ids, direction, past.name, *term, tuple(END_REASONS)[reason]))
    return tuple(pairings)


def _draw_pairs(workforce: Workforce, past: PastRound, stream: Stream) -> Iterator[Pair]:
    """Yield pairs of people who were here when the round began, with levels that fit the direction."""
    was_here = _has_joined(workforce, past)
    mentees = np.flatnonzero(was_here & draw_flags(stream, MENTEE_SHARE, len(workforce)))
    drawn = draw_choices(stream, tuple(DIRECTION_WEIGHTS.values()), mentees.size)
    lowest, highest = (np.array([pick(gaps) for gaps in GAPS])[drawn] for pick in (min, max))
    level = workforce.level[mentees]
    mentors = _pool_mentors(workforce, was_here, stream).draw(stream, level + lowest, level + highest)
    for mentor, mentee, direction in zip(mentors.tolist(), mentees.tolist(), drawn.tolist(), strict=True):
        if mentor not in (NOBODY, mentee):
            yield workforce.people[mentor], workforce.people[mentee], tuple(DIRECTION_WEIGHTS)[direction]


def _has_joined(workforce: Workforce, past: PastRound) -> Flags:
    """Whether each person was here when the round began."""
    return np.array([p.start_date is None or p.start_date < past.started for p in workforce.people], np.bool_)


def _pool_mentors(workforce: Workforce, was_here: Flags, stream: Stream) -> RankedPool:
    """Gather those who offered to be mentors, by level."""
    mentors = np.flatnonzero(was_here & draw_mentors(workforce, stream))
    return rank_pool(mentors, workforce.level[mentors])


def _keep_allowed(pairs: Iterable[Pair], hierarchy: Hierarchy) -> Iterator[Pair]:
    """Yield the pairs outside the chain of command and the team; forward only across departments."""
    for mentor, mentee, direction in pairs:
        is_in_line = mentor.person_id in hierarchy.ancestors(mentee.person_id)
        is_in_line |= mentee.person_id in hierarchy.ancestors(mentor.person_id)
        is_at_home = direction is Direction.FORWARD and mentor.department == mentee.department
        if not is_in_line and not is_at_home and mentor.manager_id != mentee.manager_id:
            yield mentor, mentee, direction


def _keep_new(pairs: Iterable[Pair], met: set[frozenset[str]]) -> Iterator[Pair]:
    """Yield the pairs who have not ``met`` before, as long as the mentor has a place; note that they have met now."""
    load: Counter[str] = Counter()
    for mentor, mentee, direction in pairs:
        both = frozenset((mentor.person_id, mentee.person_id))
        if both not in met and load[mentor.person_id] < MOST_MENTEES:
            met.add(both)
            load[mentor.person_id] += 1
            yield mentor, mentee, direction


def draw_waiting(workforce: Workforce, history: Sequence[PastPairing], stream: Stream) -> list[int]:
    """Return how many of the last rounds in a row left each person without a mentor (0, 1 or 2).

    Nobody waits from a round that paired them, or that began before they joined.
    """
    was_left_out = []
    for past in PAST_ROUNDS:
        served = {pairing.mentee_id for pairing in history if pairing.round_name == past.name}
        unserved = np.array([person.person_id not in served for person in workforce.people], np.bool_)
        was_left_out.append(unserved & _has_joined(workforce, past))
    asked = draw_flags(stream, LEFT_OUT_SHARE, len(workforce)) & was_left_out[1]
    asked_before = draw_flags(stream, LEFT_OUT_AGAIN_SHARE, len(workforce)) & was_left_out[0]
    waited: list[int] = (asked.astype(np.int64) + (asked & asked_before)).tolist()
    return waited
