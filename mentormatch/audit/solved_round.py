"""A round together with its pairings, laid out once for all figures of an audit."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mentormatch.domain.direction import DIRECTION_INDEX
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.people import Person, Status
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import LockKind, Round
from mentormatch.matching.candidates import NO_CANDIDATE, Candidates, build_candidates, points_of
from mentormatch.matching.roster import Ints, Roster, build_roster
from mentormatch.matching.rows import Columns


@dataclass(frozen=True, eq=False)
class SolvedRound:
    """A round, its candidates (without those that a lock forbids) and its pairings, in the order of the ids.

    ``plan`` holds the pairings as numbers of the roster, ``passes`` the pass of each, 0 for a locked one.
    """

    candidates: Candidates
    pairings: tuple[Pairing, ...]
    plan: Columns
    passes: Ints

    @property
    def round(self) -> Round:
        """The round that was solved."""
        return self.roster.round

    @property
    def roster(self) -> Roster:
        """Both sides of the round as arrays."""
        return self.candidates.roster

    @cached_property
    def people(self) -> dict[str, Person]:
        """Everybody by id."""
        return {person.person_id: person for person in self.round.people}

    @cached_property
    def eligible(self) -> frozenset[str]:
        """Those who could take part: at work for the whole term and not set aside, unless that rule is off."""
        if not self.round.policy.is_on(RuleId.INACTIVE):
            return frozenset(self.people)
        active = (person.person_id for person in self.round.people if person.status is Status.ACTIVE)
        return frozenset(active) - self.round.quarantined

    @cached_property
    def mentees(self) -> frozenset[str]:
        """The eligible people who ask for a mentor in a direction that the programme offers."""
        return self.eligible.intersection(self.roster.mentees.ids)

    @cached_property
    def mentors(self) -> frozenset[str]:
        """The eligible people who offer a place in a direction that the programme offers."""
        return self.eligible.intersection(self.roster.mentors.ids)

    @cached_property
    def best_points(self) -> dict[str, int]:
        """The points of each mentee's best candidate, for those who have one."""
        codes = self.candidates.codes
        best = points_of(codes.max(axis=1, initial=NO_CANDIDATE)).tolist()
        return {who: points for who, points in zip(self.roster.mentees.ids, best, strict=True) if points >= 0}


def read_solved_round(matching_round: Round, pairings: Collection[Pairing]) -> SolvedRound:
    """Lay out a round and its pairings. The pairings are taken as lawful; ``verify`` is what checks that."""
    candidates = build_candidates(build_roster(matching_round))
    mentees, mentors = candidates.roster.mentees.position, candidates.roster.mentors.position
    for lock in matching_round.locks:
        if lock.kind is LockKind.MUST_NOT and lock.mentee_id in mentees and lock.mentor_id in mentors:
            candidates.codes[mentees[lock.mentee_id], mentors[lock.mentor_id]] = NO_CANDIDATE
    ordered = tuple(sorted(pairings, key=lambda pairing: (pairing.mentor_id, pairing.mentee_id)))
    plan = Columns(
        mentee=_ints([mentees[pairing.mentee_id] for pairing in ordered]),
        mentor=_ints([mentors[pairing.mentor_id] for pairing in ordered]),
        direction=_ints([DIRECTION_INDEX[pairing.direction] for pairing in ordered]),
        points=_ints([pairing.points for pairing in ordered]),
    )
    return SolvedRound(candidates, ordered, plan, _ints([pairing.pass_number for pairing in ordered]))


def _ints(values: list[int]) -> Ints:
    return np.array(values, np.int64)
