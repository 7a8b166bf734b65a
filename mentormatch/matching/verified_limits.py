"""What a round allows, read plainly for the verifier: the rows of a pairing, their limits, and favours in return.

Written beside docs/rules-and-score.md (Capacity), and shared with nothing that builds or solves a programme.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from mentormatch.domain.direction import Direction
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.people import Person
from mentormatch.domain.policy import Policy
from mentormatch.domain.round import Lock, Round
from mentormatch.domain.text import fold
from mentormatch.matching.certificate import Row
from mentormatch.matching.clock import exact

MENTEE, MENTOR, DIRECTION, DEPARTMENT, TEAM = "mentee", "mentor", "direction", "department", "team"
GROUP = "group"
MENTEE_DIRECTION, WHOLE_TEAM = "mentee's direction", "whole team"
RECIPROCAL, FAVOUR_EXCHANGE, SPLIT_TEAM = "reciprocal", "favour-exchange", "split-team"

NamedRow = tuple[str, Row]
"""A row: its family, and the words that name it within the family."""

Favour = tuple[str, str, str]
"""A kind of exclusion, who gives, and who (or whose team) takes."""

WORDINGS = {
    MENTEE: "mentee {}",
    MENTEE_DIRECTION: "mentee {} in direction {}",
    MENTOR: "mentor {}",
    DIRECTION: "mentor {} in direction {}",
    DEPARTMENT: "mentor {} in direction {} for department {!r}",
    WHOLE_TEAM: "mentor {} in direction {} for the team of {}",
}
"""How a row is called in a sentence."""


@dataclass(frozen=True)
class Limits:
    """The limits of a round, over all passes together."""

    people: Mapping[str, Person]
    enrolments: Mapping[str, Enrolment]
    policy: Policy
    locks: Sequence[Lock]

    def rows(self, pairing: Pairing) -> Iterator[NamedRow]:
        """Yield every row that a pairing uses up one place of."""
        mentor, mentee, direction = pairing.mentor_id, self.people[pairing.mentee_id], pairing.direction.value
        yield MENTEE, (mentee.person_id,)
        yield MENTEE_DIRECTION, (mentee.person_id, direction)
        yield MENTOR, (mentor,)
        yield DIRECTION, (mentor, direction)
        yield DEPARTMENT, (mentor, direction, fold(mentee.department))
        if mentee.manager_id:
            yield WHOLE_TEAM, (mentor, direction, mentee.manager_id)

    def most(self, row: NamedRow) -> int:
        """Return how many pairings a row allows."""
        family, words = row
        return MOST[family](self, *words[:2])

    def favours(self, pairing: Pairing) -> Iterator[Favour]:
        """Yield what a pairing gives that the policy forbids to be given back."""
        capacity, manager = self.policy.capacity, self.people[pairing.mentee_id].manager_id
        if capacity.forbid_reciprocal:
            yield RECIPROCAL, pairing.mentor_id, pairing.mentee_id
        if capacity.forbid_favour_exchange and manager not in ("", pairing.mentor_id):
            yield FAVOUR_EXCHANGE, pairing.mentor_id, manager

    def of_mentor(self, mentor: str, *_: str) -> int:
        """Return the most places of a mentor."""
        return min(self.enrolments[mentor].max_mentees, self.policy.capacity.mentor_limit)

    def of_direction(self, mentor: str, direction: str) -> int:
        """Return the most places of a mentor in one direction."""
        return min(self.enrolments[mentor].as_mentor.get(Direction(direction), 0), self.policy.capacity.mentor_limit)

    def of_department(self, mentor: str, *_: str) -> int:
        """Return the most places of a mentor for one department in one direction: a share of all, rounded up."""
        return ceil(exact(self.policy.capacity.department_share) * self.of_mentor(mentor))

    def of_team(self, *_: str) -> int:
        """Return the most places of a mentor for the people of one manager in one direction."""
        return self.policy.capacity.team_limit

    def of_group(self, *_: str) -> int:
        """Return the most places of a group while no floor is set: one for each who is enrolled."""
        return len(self.enrolments)

    def of_mentee(self, mentee: str, *_: str) -> int:
        """Return the most pairings of a mentee."""
        return min(self.enrolments[mentee].max_mentors, self.policy.capacity.mentee_limit)

    def of_mentee_direction(self, mentee: str, direction: str) -> int:
        """Return the most pairings of a mentee in one direction."""
        wanted = self.enrolments[mentee].as_mentee.get(Direction(direction), 0)
        return min(wanted, self.policy.capacity.mentee_direction_limit)


MOST: Mapping[str, Callable[..., int]] = {
    MENTEE: Limits.of_mentee,
    MENTEE_DIRECTION: Limits.of_mentee_direction,
    MENTOR: Limits.of_mentor,
    DIRECTION: Limits.of_direction,
    DEPARTMENT: Limits.of_department,
    WHOLE_TEAM: Limits.of_team,
    GROUP: Limits.of_group,
}
"""The limit of each family; what a row is about beyond its first two words changes no limit."""


@dataclass(frozen=True)
class Opening:
    """What earlier passes leave of a round: places by row, and the favours that may no longer be given back."""

    limits: Limits
    used: Counter[NamedRow]
    favours: frozenset[Favour]
    pass_number: int

    def upper(self, row: NamedRow) -> int:
        """Return how many pairings a row allows in this pass.

        No mentee gets more than one, nor as many in all as would be more than one a pass.

        A department's part of a team allows what is left to the whole team.
        """
        family, words = row
        if family == TEAM:
            mentor, direction, _, manager = words
            return self.upper((WHOLE_TEAM, (mentor, direction, manager)))
        most = self.limits.most(row)
        if family == MENTEE:
            return min(min(most, self.pass_number) - self.used[row], 1)
        return most - self.used[row]

    def held(self, mentor: str) -> int:
        """Return how many pairings a mentor has from earlier passes."""
        return self.used[MENTOR, (mentor,)]


def read_limits(matching_round: Round) -> Limits:
    """Gather the limits of a round."""
    people = {person.person_id: person for person in matching_round.people}
    enrolments = {enrolment.person_id: enrolment for enrolment in matching_round.enrolments}
    return Limits(people, enrolments, matching_round.policy, matching_round.locks)


def open_pass(limits: Limits, earlier: Iterable[Pairing], pass_number: int) -> Opening:
    """Return what the pairings of earlier passes, and those that locks demand, leave."""
    pairings = tuple(earlier)
    used = Counter(row for pairing in pairings for row in limits.rows(pairing))
    return Opening(
        limits, used, frozenset(favour for pairing in pairings for favour in limits.favours(pairing)), pass_number
    )
