"""What stands against a locked pairing: the rules, read pair by pair, before anything is solved."""

from dataclasses import dataclass

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.reasons import SENTENCES
from mentormatch.domain.round import Lock, LockKind
from mentormatch.matching.reference import Candidate, Reference


@dataclass(frozen=True, slots=True)
class LockFlaw:
    """Why a demanded pairing cannot stand, in words, and what to do; ``rule`` is the rule it breaks, if one does."""

    wrong: str
    remedy: str
    rule: str = ""


def find_flaw(reference: Reference, lock: Lock) -> LockFlaw | None:
    """Return what stands against a lock; nothing for a lock that forbids a pairing, or that keeps every rule."""
    if lock.kind is LockKind.MUST_NOT:
        return None
    found = read_demanded(reference, lock)
    return found if isinstance(found, LockFlaw) else None


def read_demanded(reference: Reference, lock: Lock) -> Candidate | LockFlaw:
    """Return the candidate that a lock demands, or what stands against it."""
    offer, request = (reference.enrolments.get(who) for who in (lock.mentor_id, lock.mentee_id))
    if offer is None or not offer.is_mentor:
        return LockFlaw(f"{lock.mentor_id} is not enrolled as a mentor", "delete the lock or complete the enrolment")
    if request is None or not request.is_mentee:
        return LockFlaw(f"{lock.mentee_id} is not enrolled as a mentee", "delete the lock or complete the enrolment")
    return _read_pair(reference, lock)


def _read_pair(reference: Reference, lock: Lock) -> Candidate | LockFlaw:
    """Return the candidate, or the first rule of the first open direction when each open direction breaks one."""
    open_directions = [d for d in DIRECTIONS if reference.is_open(lock.mentor_id, lock.mentee_id, d)]
    if not open_directions:
        return LockFlaw("the two are not enrolled in one direction", "delete the lock or complete an enrolment")
    candidate = reference.candidate(lock.mentor_id, lock.mentee_id)
    if candidate is not None:
        return candidate
    rule = reference.broken_rules(lock.mentor_id, lock.mentee_id, open_directions[0])[0]
    return LockFlaw(
        f"it breaks the rule {rule.value}: {SENTENCES[rule].for_hr.rstrip('.')}", "delete the lock", rule.value
    )
