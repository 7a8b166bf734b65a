"""Demanded pairings that cannot stand together: what they run into, in a smallest set, and by how many places.

Every limit bounds how many of some pairings a plan takes, and every exclusion forbids a pairing of one kind beside one
of another. So a smallest set that cannot be (Chinneck 2008, "irreducible infeasible subsystem") holds one limit or
exclusion and just as many locks as break it: one more than it allows, or one of either kind. Without any one of them
the rest can be. Such sets are read off; nothing has to be solved.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil

from mentormatch.domain.people import Person
from mentormatch.domain.text import fold
from mentormatch.matching.clock import exact
from mentormatch.matching.reference import Candidate, Reference

Pair = tuple[str, str]
"""Mentor and mentee."""


class LimitKind(StrEnum):
    """What demanded pairings can run into."""

    CONTRADICTION = "contradiction"
    MENTOR = "mentor"
    MENTOR_DIRECTION = "mentor-direction"
    DEPARTMENT = "department"
    TEAM = "team"
    MENTEE = "mentee"
    MENTEE_DIRECTION = "mentee-direction"
    RECIPROCAL = "reciprocal"
    FAVOUR_EXCHANGE = "favour-exchange"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit or rule by name, as a member of a conflict.

    ``names`` are those it is about, as ``LimitKind`` says: mentor, direction and department, say, or two people.
    ``most`` is how many of the pairings it allows, ``setting`` the answer or the choice of the policy that sets it.
    """

    kind: LimitKind
    names: tuple[str, ...]
    most: int
    setting: str


@dataclass(frozen=True, slots=True)
class LockConflict:
    """A smallest set of locks that cannot stand together, and the limit that they run into.

    Without any one of the ``locks``, or without the limit, the others can stand as far as this conflict goes. ``asked``
    are all locks that count against the limit, ``short`` is how many of these have to go at least, or how many places
    would have to come. ``also`` are further conflicts that go with this one when locks are deleted; otherwise their
    limits have to be raised as well. Of a contradiction, ``locks`` is the demanded pairing, and the limit is the lock
    that forbids it. Pairs are in order.
    """

    limit: Limit
    locks: tuple[Pair, ...]
    asked: tuple[Pair, ...]
    short: int
    also: tuple["LockConflict", ...] = ()

    def implies(self, other: "LockConflict") -> bool:
        """Whether deleting locks until this conflict is gone ends the other one too, whichever locks go."""
        if self.limit.kind is LimitKind.CONTRADICTION or not other.is_counted:
            return False
        return other.short <= self.short - len(set(self.asked) - set(other.asked))

    @property
    def is_counted(self) -> bool:
        """Whether any ``short`` of the locks asked for may go; of an exclusion, one side has to go as a whole."""
        return self.limit.kind not in EXCLUSIONS or len(self.asked) == len(self.locks)


EXCLUSIONS = frozenset({LimitKind.CONTRADICTION, LimitKind.RECIPROCAL, LimitKind.FAVOUR_EXCHANGE})


def find_conflicts(
    reference: Reference, demanded: Sequence[Candidate], forbidden: Collection[Pair]
) -> tuple[LockConflict, ...]:
    """Return what keeps demanded pairings, all of them candidates, from standing together: nothing when they can.

    ``forbidden`` are the pairs that must not be. The smallest conflict comes first; equals are in the order of names.
    A conflict that goes with another one, whichever locks are deleted for that, is told in its ``also`` alone.
    """
    once = tuple({_pair(one): one for one in demanded}.values())
    found = [*_contradictions(once, forbidden), *_over_limits(reference, once), *_exclusions(reference, once)]
    return _without_implied(sorted(found, key=_order))


def _order(conflict: LockConflict) -> tuple[int, tuple[str, ...], str]:
    """Sort by size, then by names."""
    return len(conflict.locks), conflict.limit.names, conflict.limit.kind.value


def _pair(candidate: Candidate) -> Pair:
    return candidate.mentor_id, candidate.mentee_id


def _without_implied(conflicts: Sequence[LockConflict]) -> tuple[LockConflict, ...]:
    """Return conflicts without those that another one implies; of two that imply each other the first stays."""
    about: dict[Pair, list[int]] = defaultdict(list)
    for place, one in enumerate(conflicts):
        for pair in one.asked:
            about[pair].append(place)
    kept = []
    for place, one in enumerate(conflicts):
        near = sorted({other for pair in one.asked for other in about[pair]} - {place})
        implying = [other for other in near if conflicts[other].implies(one)]
        if all(place < other and one.implies(conflicts[other]) for other in implying):
            implied = [other for other in near if one.implies(conflicts[other])]
            kept.append(replace(one, also=tuple(conflicts[other] for other in implied)))
    return tuple(kept)


def _contradictions(demanded: Sequence[Candidate], forbidden: Collection[Pair]) -> Iterator[LockConflict]:
    """Yield the pairs that one lock demands and another forbids."""
    for pair in sorted(set(map(_pair, demanded)) & set(forbidden)):
        yield LockConflict(Limit(LimitKind.CONTRADICTION, pair, 0, "must-not"), (pair,), (pair,), 1)


def _over_limits(reference: Reference, demanded: Sequence[Candidate]) -> Iterator[LockConflict]:
    """Yield the limits that allow fewer pairings than are demanded."""
    members: dict[Limit, list[Pair]] = defaultdict(list)
    for one in demanded:
        for limit in (*_mentor_limits(reference, one), *_mentee_limits(reference, one)):
            members[limit].append(_pair(one))
    for limit, pairs in members.items():
        if len(pairs) > limit.most:
            asked = tuple(sorted(pairs))
            yield LockConflict(limit, asked[: limit.most + 1], asked, len(asked) - limit.most)


def _mentor_limits(reference: Reference, one: Candidate) -> Iterator[Limit]:
    """Yield the limits of the mentor that a pairing counts against, from the outside in."""
    offer, capacity = reference.enrolments[one.mentor_id], reference.policy.capacity
    mentee, mentor = reference.people[one.mentee_id], one.mentor_id
    most, setting = _lower((offer.max_mentees, "max_mentees"), (capacity.mentor_limit, "mentor_limit"))
    yield Limit(LimitKind.MENTOR, (mentor,), most, setting)
    places = offer.as_mentor[one.direction]
    yield Limit(LimitKind.MENTOR_DIRECTION, (mentor, one.direction.value), places, "as_mentor")
    share = ceil(exact(capacity.department_share) * most)
    if share < most:  # else it rises with the mentor's limit and says nothing more
        names = mentor, one.direction.value, fold(mentee.department)
        yield Limit(LimitKind.DEPARTMENT, names, share, "department_share")
    if mentee.manager_id:
        names = mentor, one.direction.value, mentee.manager_id
        yield Limit(LimitKind.TEAM, names, capacity.team_limit, "team_limit")


def _mentee_limits(reference: Reference, one: Candidate) -> Iterator[Limit]:
    """Yield the limits of the mentee that a pairing counts against."""
    request, capacity = reference.enrolments[one.mentee_id], reference.policy.capacity
    most = _lower((request.max_mentors, "max_mentors"), (capacity.mentee_limit, "mentee_limit"))
    yield Limit(LimitKind.MENTEE, (one.mentee_id,), *most)
    own = request.as_mentee[one.direction], "as_mentee"
    places = _lower(own, (capacity.mentee_direction_limit, "mentee_direction_limit"))
    yield Limit(LimitKind.MENTEE_DIRECTION, (one.mentee_id, one.direction.value), *places)


def _lower(own: tuple[int, str], of_policy: tuple[int, str]) -> tuple[int, str]:
    """Return the lower of two limits with its setting; the person's own when both are the same."""
    return min(own, of_policy, key=lambda limit: limit[0])


def _exclusions(reference: Reference, demanded: Sequence[Candidate]) -> Iterator[LockConflict]:
    """Yield what is demanded one way and the other way round, though the policy forbids to return it."""
    capacity = reference.policy.capacity
    pairs = [(_pair(one), reference.people[one.mentee_id]) for one in demanded]
    if capacity.forbid_reciprocal:
        yield from _returned(LimitKind.RECIPROCAL, "forbid_reciprocal", pairs, lambda mentee: mentee.person_id)
    if capacity.forbid_favour_exchange:
        kind = LimitKind.FAVOUR_EXCHANGE
        yield from _returned(kind, "forbid_favour_exchange", pairs, lambda mentee: mentee.manager_id)


def _returned(
    kind: LimitKind, setting: str, pairs: Sequence[tuple[Pair, Person]], taker_of: Callable[[Person], str]
) -> Iterator[LockConflict]:
    """Yield the two people who give to each other; who takes is read off the mentee."""
    gifts: dict[Pair, list[Pair]] = defaultdict(list)
    for pair, mentee in pairs:
        gifts[pair[0], taker_of(mentee)].append(pair)
    for (one, other), given in gifts.items():
        if one < other and (returned := gifts.get((other, one))):
            locks = tuple(sorted((min(given), min(returned))))
            asked = tuple(sorted((*given, *returned)))
            short = min(len(given), len(returned))
            yield LockConflict(Limit(kind, (one, other), 1, setting), locks, asked, short)
