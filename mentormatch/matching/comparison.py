"""Two outcomes side by side: which pairings came and went, what each is worth, and whom each serves."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.pairing import Pairing, Role, Unpaired
from mentormatch.domain.people import Person
from mentormatch.domain.policy import Policy
from mentormatch.domain.round import Round
from mentormatch.domain.text import fold
from mentormatch.domain.vector import Vector, vector_of

UNKNOWN = "(none)"
"""The group of people whose department, location or level is blank."""


@dataclass(frozen=True, slots=True)
class Side:
    """One outcome: its round, its results, and the value of each stage, by pass and name."""

    round: Round
    pairings: Sequence[Pairing]
    unpaired: Sequence[Unpaired]
    stages: Mapping[tuple[int, str], int]


@dataclass(frozen=True, slots=True)
class DirectionFigures:
    """The pairings of one direction, and the sum of their points."""

    pairings: int
    points: int


@dataclass(frozen=True, slots=True)
class SideFigures:
    """What one outcome is worth.

    ``mentees`` and ``mentors`` count who asks and offers within the policy; ``mentors_used`` have at least one mentee,
    ``loads[n]`` mentors have n. ``locked`` pairings were demanded and count in no stage. ``band_bounds`` are the
    policy's, ``unpaired`` counts people by role and reason.
    """

    mentees: int
    mentors: int
    vector: Vector
    locked: int
    mentors_used: int
    loads: tuple[int, ...]
    band_bounds: tuple[int, ...]
    directions: Mapping[Direction, DirectionFigures]
    unpaired: Mapping[tuple[Role, str], int]
    stages: Mapping[tuple[int, str], int]

    @property
    def coverage(self) -> float | None:
        """The share of the mentees who are served; ``None`` where nobody asks."""
        return self.vector.served / self.mentees if self.mentees else None

    @property
    def most(self) -> int:
        """The most pairings that one mentor has."""
        return len(self.loads) - 1


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a group's mentees are served."""

    served: int
    mentees: int

    @property
    def rate(self) -> float | None:
        """The share as a number from 0 to 1; ``None`` where nobody asks."""
        return self.served / self.mentees if self.mentees else None


@dataclass(frozen=True, slots=True)
class GroupCoverage:
    """How one group of mentees fares in both outcomes; ``attribute`` is ``department``, ``location`` or ``level``."""

    attribute: str
    group: str
    before: Share
    after: Share

    @property
    def difference(self) -> float | None:
        """How far the rate has risen, in shares of one; ``None`` where the group asks in one of the two only."""
        rates = self.before.rate, self.after.rate
        return None if rates[0] is None or rates[1] is None else rates[1] - rates[0]


@dataclass(frozen=True, slots=True)
class ChangedPairing:
    """Two people who are paired in both outcomes, in another direction or with other points."""

    before: Pairing
    after: Pairing


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two outcomes side by side; pairings stand in the order of mentor and mentee id.

    ``kept`` are the pairings of the second outcome whose people are paired in the first as well; ``changed`` are those
    of them whose direction or points are others.
    """

    before: SideFigures
    after: SideFigures
    added: tuple[Pairing, ...]
    removed: tuple[Pairing, ...]
    kept: tuple[Pairing, ...]
    changed: tuple[ChangedPairing, ...]
    groups: tuple[GroupCoverage, ...]


def compare(before: Side, after: Side) -> Comparison:
    """Return two outcomes side by side. They may be of different rounds; nothing is assumed to be the same."""
    old, new = (_by_pair(side.pairings) for side in (before, after))
    both = [pair for pair in new if pair in old]
    changed = (ChangedPairing(old[pair], new[pair]) for pair in both)
    return Comparison(
        before=_figures(before),
        after=_figures(after),
        added=tuple(new[pair] for pair in new if pair not in old),
        removed=tuple(old[pair] for pair in old if pair not in new),
        kept=tuple(new[pair] for pair in both),
        changed=tuple(one for one in changed if _worth(one.before) != _worth(one.after)),
        groups=tuple(_groups(before, after)),
    )


def _by_pair(pairings: Iterable[Pairing]) -> dict[tuple[str, str], Pairing]:
    """Return pairings by mentor and mentee, in the order of their ids."""
    found = {(pairing.mentor_id, pairing.mentee_id): pairing for pairing in pairings}
    return {pair: found[pair] for pair in sorted(found)}


def _worth(pairing: Pairing) -> tuple[Direction, int]:
    return pairing.direction, pairing.points


def _figures(side: Side) -> SideFigures:
    """Return the figures of one outcome."""
    policy, entries = side.round.policy, side.round.enrolments
    per_mentor = Counter(pairing.mentor_id for pairing in side.pairings)
    mentors = sum(_offers(entry, policy) for entry in entries)
    return SideFigures(
        mentees=sum(_asks(entry, policy) for entry in entries),
        mentors=mentors,
        vector=vector_of(side.pairings, policy),
        locked=sum(pairing.pass_number == 0 for pairing in side.pairings),
        mentors_used=len(per_mentor),
        loads=_loads(per_mentor, mentors),
        band_bounds=policy.bands,
        directions={direction: _direction(direction, side.pairings) for direction in DIRECTIONS},
        unpaired=dict(sorted(Counter((one.role, one.reason) for one in side.unpaired).items())),
        stages=side.stages,
    )


def _asks(entry: Enrolment, policy: Policy) -> bool:
    """Whether somebody asks for a place that the policy can give."""
    capacity = policy.capacity
    is_asked = any(places > 0 and policy.is_open(direction) for direction, places in entry.as_mentee.items())
    return is_asked and min(entry.max_mentors, capacity.mentee_limit, capacity.mentee_direction_limit) > 0


def _offers(entry: Enrolment, policy: Policy) -> bool:
    """Whether somebody offers a place that the policy can use."""
    is_offered = any(places > 0 and policy.is_open(direction) for direction, places in entry.as_mentor.items())
    return is_offered and min(entry.max_mentees, policy.capacity.mentor_limit) > 0


def _loads(per_mentor: Mapping[str, int], mentors: int) -> tuple[int, ...]:
    """Return how many mentors have no mentee, one, two, and so on up to the most that one has."""
    counts = Counter(per_mentor.values())
    most = max(per_mentor.values(), default=0)
    return (mentors - len(per_mentor), *(counts[load] for load in range(1, most + 1)))


def _direction(direction: Direction, pairings: Iterable[Pairing]) -> DirectionFigures:
    """Return the figures of one direction."""
    points = [pairing.points for pairing in pairings if pairing.direction is direction]
    return DirectionFigures(len(points), sum(points))


def _groups(before: Side, after: Side) -> Iterable[GroupCoverage]:
    """Yield how each group of mentees fares, by department, location and level."""
    old, new = _shares(before), _shares(after)
    names = {key: label for shares in (new, old) for key, (label, _) in shares.items()}
    nobody = ("", Share(0, 0))
    for attribute, group in sorted(names):
        key = attribute, group
        yield GroupCoverage(attribute, names[key], old.get(key, nobody)[1], new.get(key, nobody)[1])


def _shares(side: Side) -> dict[tuple[str, tuple[int, str]], tuple[str, Share]]:
    """Return for each group its name and how many of its mentees are served; names are compared folded."""
    people = {person.person_id: person for person in side.round.people}
    served = {pairing.mentee_id for pairing in side.pairings}
    members: dict[tuple[str, tuple[int, str]], list[tuple[str, bool]]] = {}
    for entry in side.round.enrolments:
        if _asks(entry, side.round.policy):
            for attribute, rank, group in _groups_of(people[entry.person_id]):
                key = attribute, (rank, fold(group))
                members.setdefault(key, []).append((group, entry.person_id in served))
    return {
        key: (min(group for group, _ in found), Share(sum(is_served for _, is_served in found), len(found)))
        for key, found in members.items()
    }


def _groups_of(person: Person) -> tuple[tuple[str, int, str], ...]:
    """Return the groups of a person: attribute, place in the order of the groups, and name."""
    level = (0, UNKNOWN) if person.level is None else (person.level, str(person.level))
    return (
        ("department", 0, person.department.strip() or UNKNOWN),
        ("level", *level),
        ("location", 0, person.location.strip() or UNKNOWN),
    )
