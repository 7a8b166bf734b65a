"""Locks: pairings that HR demands or forbids before a round is solved, checked against the rules and limits first."""

import numpy as np

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.round import Lock, LockKind
from mentormatch.errors import InputError, RefusedError
from mentormatch.matching.candidates import NO_CANDIDATE, Candidates
from mentormatch.matching.exclusions import ExclusionFinder
from mentormatch.matching.face import Face
from mentormatch.matching.lock_rules import LockFlaw, find_flaw
from mentormatch.matching.reference import build_reference
from mentormatch.matching.roster import Ints
from mentormatch.matching.rows import Columns, Family, RowKeys, opening_bounds


def apply_locks(candidates: Candidates, face: Face) -> Columns:
    """Take the forbidden pairings out of a round and return the demanded ones, which stand before the first pass.

    Raises InputError when a demanded pairing breaks a rule, RefusedError when the demanded ones together break a limit.
    """
    locks = candidates.roster.round.locks
    demanded = [lock for lock in locks if lock.kind is not LockKind.MUST_NOT]
    reference = build_reference(candidates.roster.round) if demanded else None
    flaws = [(lock, find_flaw(reference, lock)) for lock in demanded] if reference else []
    broken = [_sentence(lock, flaw) for lock, flaw in flaws if flaw is not None]
    if broken:
        raise InputError("\n".join(broken))
    taken = face.decode(_positions(candidates, demanded))
    forbidden = _positions(candidates, [lock for lock in locks if lock.kind is LockKind.MUST_NOT])
    _check_contradictions(candidates, face.decode(np.intersect1d(face.positions(taken), forbidden)))
    _check_limits(candidates, taken)
    candidates.codes.reshape(-1)[forbidden] = NO_CANDIDATE
    return taken


def _check_contradictions(candidates: Candidates, both: Columns) -> None:
    """Refuse a pairing that one lock demands and another forbids."""
    if len(both):
        mentor, mentee = candidates.roster.mentors.ids[both.mentor[0]], candidates.roster.mentees.ids[both.mentee[0]]
        raise RefusedError(f"One lock demands that {mentor} mentors {mentee}, another forbids it. Delete one of them.")


def _positions(candidates: Candidates, locks: list[Lock]) -> Ints:
    """Return the positions of locked pairs whose people are enrolled in these roles."""
    mentees, mentors = candidates.roster.mentees.position, candidates.roster.mentors.position
    pairs = [(mentees.get(lock.mentee_id), mentors.get(lock.mentor_id)) for lock in locks]
    known = [row * len(mentors) + column for row, column in pairs if row is not None and column is not None]
    return np.unique(np.array(known, np.int64))


def _sentence(lock: Lock, flaw: LockFlaw) -> str:
    """Return what stands against a lock as a sentence."""
    return f"The lock {lock.mentor_id} mentors {lock.mentee_id} cannot stand: {flaw.wrong}; {flaw.remedy}."


def _check_limits(candidates: Candidates, taken: Columns) -> None:
    """Refuse demanded pairings that together take more places than there are, or exclude each other."""
    roster, keys = candidates.roster, RowKeys(candidates.roster)
    bounds = opening_bounds(roster, taken, pass_number=roster.policy.capacity.mentee_limit)
    for family in Family:
        rows = keys.of(family, taken)
        over = rows[(rows >= 0) & (bounds[family].at(np.maximum(rows, 0))[1] < 0)]
        if len(over):
            name = ", ".join(filter(None, keys.label(family, int(over[0]))))
            raise RefusedError(
                f"The locks give {name} more pairings than the limit for a {family.value} allows. Delete one of them."
            )
    _check_mentee_directions(candidates, taken)
    broken = ExclusionFinder(roster, keys).broken(taken)
    if broken is not None:
        raise RefusedError(
            f"The locks for {' and '.join(broken.names)} make a {broken.kind.value}. Delete one of them."
        )


def _check_mentee_directions(candidates: Candidates, taken: Columns) -> None:
    """Refuse demanded pairings that give a mentee more in one direction than it has places for."""
    mentees = candidates.roster.mentees
    used = np.zeros_like(mentees.places)
    np.add.at(used, (taken.mentee, taken.direction), 1)
    for row, direction in np.argwhere(used > mentees.places).tolist():
        name = f"{mentees.ids[row]}, {DIRECTIONS[direction].value}"
        raise RefusedError(
            f"The locks give {name} more pairings than the limit for a direction allows. Delete one of them."
        )
