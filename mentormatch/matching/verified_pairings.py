"""The published pairings for the verifier: each is a candidate by the plain reading, and together they keep all limits.

Written beside docs/rules-and-score.md.
"""

from collections import Counter
from collections.abc import Sequence

from mentormatch.domain.pairing import Pairing
from mentormatch.domain.round import Lock, LockKind
from mentormatch.errors import CertificateError
from mentormatch.matching.reference import Candidate, Reference
from mentormatch.matching.verified_limits import FAVOUR_EXCHANGE, WORDINGS, Limits


def check_pairings(reference: Reference, limits: Limits, pairings: Sequence[Pairing], pass_count: int) -> None:
    """Check the pairings of all passes together. Raises CertificateError at the first one that is wrong."""
    for pairing in pairings:
        check_pairing(reference, pairing)
    check_passes(pairings, pass_count)
    check_locks(limits.locks, pairings)
    check_limits(limits, pairings)
    check_favours(limits, pairings)


def check_pairing(reference: Reference, pairing: Pairing) -> None:
    """Check that a pairing is a candidate, in its best direction and with exactly its points."""
    for person_id in (pairing.mentor_id, pairing.mentee_id):
        if person_id not in reference.people:
            raise CertificateError(f"{say(pairing)}: there is nobody with the id {person_id!r} in this round.")
    candidate = reference.candidate(pairing.mentor_id, pairing.mentee_id)
    if candidate is None:
        raise CertificateError(f"{say(pairing)}: {_why_no_candidate(reference, pairing)}.")
    for flaw in (_flaw_of_direction(candidate, pairing), _flaw_of_points(reference, candidate, pairing)):
        if flaw:
            raise CertificateError(f"{say(pairing)}: {flaw}.")


def _why_no_candidate(reference: Reference, pairing: Pairing) -> str:
    """Return why a pairing is no candidate, as far as its own direction tells."""
    names = (pairing.mentor_id, pairing.mentee_id, pairing.direction)
    if not reference.is_open(*names):
        return "the two are no candidate, as the direction is not open between them"
    return f"the two are no candidate, as the rule {reference.broken_rules(*names)[0]} forbids it"


def _flaw_of_direction(candidate: Candidate, pairing: Pairing) -> str:
    """Return what is wrong with the direction of a pairing, if anything."""
    if candidate.direction is pairing.direction:
        return ""
    return f"the direction of the two is {candidate.direction}"


def _flaw_of_points(reference: Reference, candidate: Candidate, pairing: Pairing) -> str:
    """Return what is wrong with the points, their parts or the band of a pairing, if anything."""
    if pairing.points != candidate.points:
        return f"the two score {candidate.points} points, not {pairing.points}"
    for criterion in candidate.components.keys() | pairing.components.keys():
        right, given = candidate.components.get(criterion), pairing.components.get(criterion)
        if right != given:
            return f"{criterion} is worth {right} points, not {given}"
    band = reference.policy.band_of(candidate.points)
    return "" if pairing.band == band else f"{candidate.points} points are band {band}, not {pairing.band}"


def check_passes(pairings: Sequence[Pairing], pass_count: int) -> None:
    """Check the pass of each pairing: one that exists, once a pair, once a mentee and pass."""
    pairs: set[tuple[str, str]] = set()
    served: set[tuple[str, int]] = set()
    for pairing in pairings:
        pair, place = (pairing.mentor_id, pairing.mentee_id), (pairing.mentee_id, pairing.pass_number)
        if not 0 <= pairing.pass_number <= pass_count:
            raise CertificateError(f"{say(pairing)}: there is no pass {pairing.pass_number}, only 1 to {pass_count}.")
        if pair in pairs:
            raise CertificateError(f"{say(pairing)}: the two are paired twice.")
        if place in served and pairing.pass_number > 0:
            raise CertificateError(
                f"{say(pairing)}: {pairing.mentee_id} has two pairings in pass {pairing.pass_number}."
            )
        pairs.add(pair)
        served.add(place)


def check_locks(locks: Sequence[Lock], pairings: Sequence[Pairing]) -> None:
    """Check that the pairings of pass 0 are those that locks demand, and that none is one that a lock forbids."""
    demanded = {(lock.mentor_id, lock.mentee_id) for lock in locks if lock.kind is not LockKind.MUST_NOT}
    forbidden = {(lock.mentor_id, lock.mentee_id) for lock in locks} - demanded
    for pairing in pairings:
        pair = (pairing.mentor_id, pairing.mentee_id)
        if pair in forbidden:
            raise CertificateError(f"{say(pairing)}: a lock forbids this pairing.")
        if (pair in demanded) is not (pairing.pass_number == 0):
            what = "a lock demands it, so it belongs to pass 0" if pair in demanded else "no lock demands it"
            raise CertificateError(f"{say(pairing)}: it stands in pass {pairing.pass_number}, but {what}.")
    missing = demanded - {(pairing.mentor_id, pairing.mentee_id) for pairing in pairings}
    if missing:
        raise CertificateError(f"{' mentors '.join(min(missing))} is missing, though a lock demands it.")


def check_limits(limits: Limits, pairings: Sequence[Pairing]) -> None:
    """Check that no row holds more pairings, over all passes, than it allows."""
    used = Counter(row for pairing in pairings for row in limits.rows(pairing))
    for row, count in used.items():
        family, words = row
        if count > limits.most(row):
            wording = WORDINGS[family].format(*words)
            raise CertificateError(f"There are {count} pairings of {wording}, where {limits.most(row)} are the limit.")


def check_favours(limits: Limits, pairings: Sequence[Pairing]) -> None:
    """Check that nothing is given back that the policy forbids to be given back."""
    given = {favour: pairing for pairing in pairings for favour in limits.favours(pairing)}
    for (kind, giver, taker), pairing in given.items():
        back = given.get((kind, taker, giver))
        if back is not None:
            what = "a favour exchange" if kind == FAVOUR_EXCHANGE else "people who mentor each other"
            raise CertificateError(f"{say(pairing)} and {say(back)}: the policy forbids {what}.")


def say(pairing: Pairing) -> str:
    """Return a pairing in words."""
    return f"{pairing.mentor_id} mentors {pairing.mentee_id} ({pairing.direction})"
