"""The funnel: how many of each group are eligible, enrol, have a candidate and are served. Most gaps arise early."""

from collections.abc import Iterable
from dataclasses import dataclass

from mentormatch.audit.groups import Grouping
from mentormatch.audit.solved_round import SolvedRound


@dataclass(frozen=True, slots=True)
class GroupFunnel:
    """One group on its way through a round, in people; each count is part of the one before it.

    ``eligible`` are at work for the whole term and not set aside; of them ``enrolled`` ask for a mentor in a direction
    that the programme offers, ``with_candidate`` have somebody who passes every rule, ``served`` got a place,
    ``served_first`` in the first pass or by a lock. ``mean_points`` is over the pairings of the served (``None``:
    there are none). ``mentors`` of the eligible offer a place, ``mentors_used`` got a mentee.
    """

    group: str
    eligible: int
    enrolled: int
    with_candidate: int
    served: int
    served_first: int
    mean_points: float | None
    mentors: int
    mentors_used: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """The funnel of every group of one attribute; ``everybody`` counts those as well who are in no group."""

    attribute: str
    is_protected: bool
    groups: tuple[GroupFunnel, ...]
    everybody: GroupFunnel


def build_funnel(solved: SolvedRound, grouping: Grouping) -> Funnel:
    """Count the funnel of each group of an attribute."""
    groups = tuple(_count(solved, name, grouping.members(name, solved.eligible)) for name in grouping.groups)
    return Funnel(grouping.attribute, grouping.is_protected, groups, _count(solved, "everybody", solved.eligible))


def _count(solved: SolvedRound, name: str, members: frozenset[str]) -> GroupFunnel:
    """Return the funnel of some eligible people."""
    pairings = [pairing for pairing in solved.pairings if pairing.mentee_id in members]
    points = [pairing.points for pairing in pairings]
    return GroupFunnel(
        group=name,
        eligible=len(members),
        enrolled=len(members & solved.mentees),
        with_candidate=_among(solved.best_points, members),
        served=_among((pairing.mentee_id for pairing in pairings), members),
        served_first=_among((pairing.mentee_id for pairing in pairings if pairing.pass_number <= 1), members),
        mean_points=sum(points) / len(points) if points else None,
        mentors=len(members & solved.mentors),
        mentors_used=_among((pairing.mentor_id for pairing in solved.pairings), members),
    )


def _among(people: Iterable[str], members: frozenset[str]) -> int:
    return len(members.intersection(people))
