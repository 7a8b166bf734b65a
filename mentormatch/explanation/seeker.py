"""Somebody without a place in a role, with what the round says about them and what a change would give them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mentormatch.domain.change import Change
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.pairing import Role
from mentormatch.domain.people import Person
from mentormatch.domain.round import Round
from mentormatch.explanation.certified_cases import NO_LOSS
from mentormatch.explanation.changes import apply_changes
from mentormatch.explanation.crowd import HallSet, find_hall_set
from mentormatch.explanation.first_pass import FirstPass, columns_at
from mentormatch.matching.candidates import DIRECTION_BITS, Candidates, build_candidates
from mentormatch.matching.roster import Bools, Ints, Side, build_roster
from mentormatch.matching.rows import Columns

CODE_BITS = 16
"""A candidate's points and direction fit in so many bits."""


@dataclass(frozen=True, eq=False)
class Seeker:
    """Somebody without a place: their number among the people of a role."""

    first: FirstPass
    role: Role
    number: int

    @property
    def side(self) -> Side:
        """The people of the role."""
        return self.first.roster.mentees if self.role is Role.MENTEE else self.first.roster.mentors

    @property
    def person(self) -> Person:
        """The person."""
        return self.side.people[self.number]

    @property
    def enrolment(self) -> Enrolment:
        """The person's enrolment."""
        return self.side.enrolments[self.number]

    @cached_property
    def all_candidates(self) -> Columns:
        """The person's candidates, without those that a lock forbids."""
        is_mentee = self.role is Role.MENTEE
        return self.first.of_mentee(self.number) if is_mentee else self.first.of_mentor(self.number)

    @cached_property
    def candidates(self) -> Columns:
        """The person's candidates that locked pairings have left a place for, the least loss first.

        The least is what comes in the latest stage, and the smallest there; of equals the most points.
        """
        found = self.all_candidates.where(self.first.is_open(self.all_candidates))
        losses = self.first.losses(found)
        ranks = [(-loss.number, loss.amount, -int(found.points[place])) for place, loss in enumerate(losses)]
        return found.where(np.array(sorted(range(len(found)), key=lambda place: ranks[place]), np.int64))

    @cached_property
    def crowd(self) -> HallSet | None:
        """The crowd that a mentee is in; nothing without candidates, or where a free place can be reached."""
        has_crowd = self.role is Role.MENTEE and len(self.all_candidates) > 0
        return find_hall_set(self.first, self.number) if has_crowd else None

    def could_be_paired_after(self, *changes: Change) -> bool:
        """Whether a plan with the person can keep up with the published one after changes of their own answers.

        Such changes leave the published plan as it is. So the person needs a candidate that was not there before, or
        was worth something else, and that does not lose against that plan by the prices of its proof: weak duality, see
        certified_cases.py.
        """
        found = self._candidates_after(changes)
        found = found.where(~self._was_there(found))
        if self.role is Role.MENTEE:  # a mentor's new direction has no row in the published round yet
            found = found.where(self.first.is_open(found))
        return any(loss is NO_LOSS for loss in self.first.losses(found))

    def _was_there(self, columns: Columns) -> Bools:
        """Return which candidates the person had in the same direction with the same points."""
        return np.isin(_fingerprints(columns), _fingerprints(self.all_candidates))

    def _candidates_after(self, changes: Sequence[Change]) -> Columns:
        """Return the candidates that the person has after changes of their own answers."""
        found = self.alone_after(*changes)
        columns = columns_at(found.codes, np.arange(len(found.roster.mentees)))
        own = np.full(len(columns), self.number)
        columns = replace(columns, **{"mentee" if self.role is Role.MENTEE else "mentor": own})
        positions = columns.mentee * len(self.first.roster.mentors) + columns.mentor
        return columns.where(~np.isin(positions, self.first.forbidden))

    def alone_after(self, *changes: Change) -> Candidates:
        """Return the candidates of the person alone after changes; the others in their role are left out."""
        changed = apply_changes(self.first.base.round, *changes)
        return build_candidates(build_roster(_with_one_alone(changed, self.role, self.person.person_id)))


def _with_one_alone(matching_round: Round, role: Role, person_id: str) -> Round:
    """Return a round in which one person alone plays a role; everybody in the other role stays."""
    entries = (
        entry if entry.person_id == person_id else _without_role(entry, role) for entry in matching_round.enrolments
    )
    return replace(matching_round, enrolments=tuple(entries))


def _fingerprints(columns: Columns) -> Ints:
    """Return a number for each of one person's candidates: partner, points and direction."""
    partner = columns.mentee + columns.mentor  # one of the two is the person throughout
    return (partner << CODE_BITS) + (columns.points << DIRECTION_BITS) + columns.direction


def _without_role(entry: Enrolment, role: Role) -> Enrolment:
    """Return an enrolment that asks for nothing, or offers nothing."""
    return replace(entry, as_mentee={}) if role is Role.MENTEE else replace(entry, as_mentor={})
