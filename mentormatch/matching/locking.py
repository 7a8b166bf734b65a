"""Locks: pairings that HR demands or forbids before a round is solved, checked against the rules and limits first."""

import numpy as np

from mentormatch.domain.round import Lock, LockKind
from mentormatch.errors import InputError, RefusedError
from mentormatch.matching.candidates import NO_CANDIDATE, Candidates
from mentormatch.matching.face import Face
from mentormatch.matching.lock_conflicts import find_conflicts
from mentormatch.matching.lock_rules import LockFlaw, read_demanded
from mentormatch.matching.lock_words import say_conflict
from mentormatch.matching.reference import build_reference
from mentormatch.matching.roster import Ints
from mentormatch.matching.rows import Columns


def apply_locks(candidates: Candidates, face: Face) -> Columns:
    """Take the forbidden pairings out of a round and return the demanded ones, which stand before the first pass.

    Raises InputError when a demanded pairing breaks a rule, RefusedError when the demanded ones together break a limit:
    with one line for each pairing, or for each smallest set of locks that cannot stand together.
    """
    locks = candidates.roster.round.locks
    demanded = [lock for lock in locks if lock.kind is not LockKind.MUST_NOT]
    forbidden = [lock for lock in locks if lock.kind is LockKind.MUST_NOT]
    if demanded:
        _check(candidates, demanded, forbidden)
    taken = face.decode(_positions(candidates, demanded))
    candidates.codes.reshape(-1)[_positions(candidates, forbidden)] = NO_CANDIDATE
    return taken


def _check(candidates: Candidates, demanded: list[Lock], forbidden: list[Lock]) -> None:
    """Refuse demanded pairings that cannot stand, each by itself or all together."""
    reference = build_reference(candidates.roster.round)
    readings = [(lock, read_demanded(reference, lock)) for lock in demanded]
    broken = [_sentence(lock, found) for lock, found in readings if isinstance(found, LockFlaw)]
    if broken:
        raise InputError("\n".join(broken))
    claims = [found for _, found in readings if not isinstance(found, LockFlaw)]
    conflicts = find_conflicts(reference, claims, {(lock.mentor_id, lock.mentee_id) for lock in forbidden})
    if conflicts:
        raise RefusedError("\n".join(map(say_conflict, conflicts)))


def _positions(candidates: Candidates, locks: list[Lock]) -> Ints:
    """Return the positions of locked pairs whose people are enrolled in these roles."""
    mentees, mentors = candidates.roster.mentees.position, candidates.roster.mentors.position
    pairs = [(mentees.get(lock.mentee_id), mentors.get(lock.mentor_id)) for lock in locks]
    known = [row * len(mentors) + column for row, column in pairs if row is not None and column is not None]
    return np.unique(np.array(known, np.int64))


def _sentence(lock: Lock, flaw: LockFlaw) -> str:
    """Return what stands against a lock as a sentence."""
    return f"The lock {lock.mentor_id} mentors {lock.mentee_id} cannot stand: {flaw.wrong}; {flaw.remedy}."
