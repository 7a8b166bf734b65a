"""Plans laid down by hand, for figures that can be counted on paper."""

from collections.abc import Collection
from dataclasses import replace
from random import Random

from mentormatch.audit.solved_round import SolvedRound, read_solved_round
from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.round import LockKind, Round
from mentormatch.matching.candidates import points_of
from mentormatch.matching.reference import build_reference
from tests.factories import Member, a_mentee, a_mentor, a_round, bare_policy

UP = Direction.UPWARD

Pair = tuple[str, str]
"""Mentor and mentee."""


def pairings_of(round_: Round, pairs: Collection[Pair], second: Collection[Pair] = ()) -> tuple[Pairing, ...]:
    """Return pairings with the points that the plain reading gives them; those that a lock demands are of pass 0."""
    reference = build_reference(round_)
    locked = {(lock.mentor_id, lock.mentee_id) for lock in round_.locks if lock.kind is not LockKind.MUST_NOT}
    found = []
    for pair in (*pairs, *second):
        candidate = reference.candidate(*pair)
        assert candidate is not None, f"{pair} is no candidate"
        band = round_.policy.band_of(candidate.points)
        number = 0 if pair in locked else 1 + (pair in second)
        found.append(Pairing(*pair, candidate.direction, number, candidate.points, band, candidate.components))
    return tuple(found)


def a_plan(round_: Round, *pairs: Pair, second: Collection[Pair] = ()) -> SolvedRound:
    """Return a round with a plan."""
    return read_solved_round(round_, pairings_of(round_, pairs, second))


def an_open_round(mentees: Collection[Member], mentors: Collection[Member], **changes: object) -> Round:
    """Return a round in which no rule stands in anybody's way and all pairs score alike."""
    return a_round(*mentees, *mentors, **({"policy": bare_policy()} | changes))  # type: ignore[arg-type]


def a_crowd(mentees: int, mentors: int, places: int = 2) -> tuple[list[Member], list[Member]]:
    """Return mentees E0, E1, ... and mentors M0, M1, ... with as many places each."""
    return [a_mentee(f"E{k}") for k in range(mentees)], [a_mentor(f"M{k}", places=places) for k in range(mentors)]


def a_greedy_plan(round_: Round, rng: Random) -> SolvedRound:
    """Return a round of upward pairs with a plan of one place a mentee, drawn by lot and knowing nothing of scores."""
    solved = read_solved_round(round_, ())
    roster = solved.roster
    left = dict(zip(roster.mentors.ids, roster.mentors.limit.tolist(), strict=True))
    pairings = []
    for row in rng.sample(range(len(roster.mentees)), len(roster.mentees)):
        codes = solved.candidates.codes[row].tolist()
        free = [k for k, code in enumerate(codes) if code >= 0 and left[roster.mentors.ids[k]] > 0]
        if free:
            column = rng.choice(free)
            mentor, points = roster.mentors.ids[column], int(points_of(codes[column]))
            left[mentor] -= 1
            pairings.append(Pairing(mentor, roster.mentees.ids[row], UP, 1, points, round_.policy.band_of(points), {}))
    return replace(read_solved_round(round_, pairings), candidates=solved.candidates)
