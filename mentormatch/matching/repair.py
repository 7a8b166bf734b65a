"""Mending a round after declines and departures: what can stay is kept by locks, so that the rest is matched again.

Fewest changes first: every pairing stays but those that were declined, those of people who have left, and, if the
round itself has changed since, as few as possible of those that its rules and limits no longer allow.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from mentormatch.domain.pairing import Pairing
from mentormatch.domain.people import Status
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.errors import InputError
from mentormatch.matching.lock_rules import find_flaw
from mentormatch.matching.reference import Reference, build_reference
from mentormatch.matching.standing import Claim, choose_standing, find_conflicts

Pair = tuple[str, str]
"""The ids of mentor and mentee."""

KEPT, DECLINED = "kept", "declined"
"""The reasons that the new locks carry."""


@dataclass(frozen=True, slots=True)
class LetGo:
    """A pairing that the round no longer allows, and why: a clause without a capital or a full stop."""

    mentor_id: str
    mentee_id: str
    why: str


@dataclass(frozen=True, slots=True)
class RepairPlan:
    """A round ready to be matched again, and what has become of its pairings.

    ``round`` holds a ``keep`` lock for each of the ``kept`` pairings that no lock demanded before, a ``must-not`` for
    each of the ``declined``; those of ``left`` had somebody who has left. ``let_go`` may also name a demanded pairing.
    """

    round: Round
    kept: tuple[Pairing, ...]
    declined: tuple[Pairing, ...]
    left: tuple[Pairing, ...]
    let_go: tuple[LetGo, ...]


def repair(
    matching_round: Round, pairings: Sequence[Pairing], *, declined: Collection[Pair], leavers: Collection[str]
) -> RepairPlan:
    """Return a round in which declined pairings are forbidden, leavers are gone and all else stays that can.

    ``declined`` are pairs of mentor and mentee. The answer is a function of the round, the set of pairings and the two
    collections, whatever their order. Raises ``InputError`` when nobody is named, or somebody who is not in the round,
    or two who are not paired.
    """
    _check_words(matching_round, pairings, declined, leavers)
    pairs, gone = frozenset(declined), frozenset(leavers)
    changed = _without_leavers(matching_round, gone)
    standing = {pair_of(p) for p in pairings if pair_of(p) not in pairs and gone.isdisjoint(pair_of(p))}
    demanded = {_locked(lock) for lock in matching_round.locks if lock.kind is LockKind.MUST}
    wanted = standing | {pair for pair in demanded if pair not in pairs and gone.isdisjoint(pair)}
    let_go = tuple(_find_let_go(changed, sorted(wanted), demanded))
    stays = wanted - {(one.mentor_id, one.mentee_id) for one in let_go}
    return RepairPlan(
        round=replace(changed, locks=tuple(_locks(matching_round, pairs, stays))),
        kept=_some(pairings, standing & stays),
        declined=_some(pairings, pairs),
        left=tuple(p for p in _some(pairings, set(map(pair_of, pairings)) - pairs) if not gone.isdisjoint(pair_of(p))),
        let_go=let_go,
    )


def without_keeps(matching_round: Round) -> Round:
    """Return a round without the locks that keep pairings of an earlier draft: a full solve of it is free to move."""
    return replace(matching_round, locks=tuple(lock for lock in matching_round.locks if lock.kind is not LockKind.KEEP))


def pair_of(pairing: Pairing) -> Pair:
    """Return mentor and mentee of a pairing."""
    return pairing.mentor_id, pairing.mentee_id


def _locked(lock: Lock) -> Pair:
    return lock.mentor_id, lock.mentee_id


def _some(pairings: Sequence[Pairing], pairs: Collection[Pair]) -> tuple[Pairing, ...]:
    """Return the pairings of some pairs, in the order of mentor and mentee id."""
    return tuple(sorted((p for p in pairings if pair_of(p) in pairs), key=pair_of))


def _check_words(
    matching_round: Round, pairings: Sequence[Pairing], declined: Collection[Pair], leavers: Collection[str]
) -> None:
    """Raise ``InputError`` unless everything that is asked for is about people and pairings of the round."""
    if not declined and not leavers:
        raise InputError("Nothing is to be repaired: name a pairing that was declined, or somebody who has left.")
    people = {person.person_id for person in matching_round.people}
    unknown = sorted({who for pair in declined for who in pair}.union(leavers) - people)
    if unknown:
        raise InputError(f"Nobody in this round has the id {unknown[0]}.", person_id=unknown[0])
    paired = set(map(pair_of, pairings))
    for mentor_id, mentee_id in sorted(set(declined) - paired):
        turned = (mentee_id, mentor_id) in paired
        hint = f"{mentee_id} mentors {mentor_id}; name the mentor first" if turned else "look into pairings.csv"
        raise InputError(f"{mentor_id} does not mentor {mentee_id} in this outcome; {hint}.")


def _without_leavers(matching_round: Round, gone: frozenset[str]) -> Round:
    """Return a round whose leavers have the status ``left`` and no enrolment; they stay in other people's lines."""
    people = (replace(p, status=Status.LEFT) if p.person_id in gone else p for p in matching_round.people)
    enrolments = (entry for entry in matching_round.enrolments if entry.person_id not in gone)
    return replace(matching_round, people=tuple(people), enrolments=tuple(enrolments))


def _find_let_go(changed: Round, wanted: Sequence[Pair], demanded: Collection[Pair]) -> Iterator[LetGo]:
    """Yield the pairs that cannot stay: first those that are no candidates any more, then the fewest of the rest."""
    capacity = changed.policy.capacity
    if min(capacity.mentor_limit, capacity.mentee_limit, capacity.mentee_direction_limit) < 1:
        yield from (LetGo(*pair, "the policy gives nobody a place") for pair in wanted)
        return
    reference = build_reference(changed)
    forbidden = {_locked(lock) for lock in changed.locks if lock.kind is LockKind.MUST_NOT}
    claims = []
    for pair in wanted:
        candidate = reference.candidate(*pair)
        if candidate is None or pair in forbidden:
            yield LetGo(*pair, "a lock forbids it" if pair in forbidden else _broken_rule(reference, pair))
        else:
            claims.append(Claim(candidate, pair in demanded))
    conflicts = find_conflicts(changed, claims)
    for number, stands in enumerate(choose_standing(changed, claims, conflicts)):
        if not stands:
            why = next(conflict.why for conflict in conflicts if number in conflict.members)
            yield LetGo(claims[number].candidate.mentor_id, claims[number].candidate.mentee_id, why)


def _broken_rule(reference: Reference, pair: Pair) -> str:
    """Return what stands against a pair that is no candidate."""
    flaw = find_flaw(reference, Lock(LockKind.KEEP, *pair))
    return flaw.wrong if flaw else ""


def _locks(matching_round: Round, declined: Collection[Pair], stays: Collection[Pair]) -> Iterator[Lock]:
    """Yield the locks of the repaired round: the old ones that still stand, then the new ones by mentor and mentee."""
    known = set()
    for lock in matching_round.locks:
        if lock.kind is LockKind.MUST_NOT or _locked(lock) in stays:
            known.add(_locked(lock))
            yield lock
    yield from (Lock(LockKind.KEEP, *pair, KEPT) for pair in sorted(set(stays) - known))
    yield from (Lock(LockKind.MUST_NOT, *pair, DECLINED) for pair in sorted(set(declined) - known))
