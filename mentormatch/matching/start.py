"""A start for a match from a solved round much like it: its pairings, and its duals as bounds to begin with.

Neither changes the outcome, which is a function of the round alone: a plan that does not fit is left out, and duals of
another round still bound this one once each mentee's is raised to the largest excess (the Lagrangian bound).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mentormatch.domain.direction import DIRECTION_INDEX, Direction
from mentormatch.domain.pairing import Pairing
from mentormatch.matching.certificate import Certificate, Row
from mentormatch.matching.face import Face
from mentormatch.matching.roster import Ints, Roster
from mentormatch.matching.rows import DIRECTION_COUNT, NO_ROW, Duals, Family, SparseDuals


@dataclass(frozen=True, slots=True)
class Start:
    """A solved round: its pairings and its certificate."""

    pairings: Sequence[Pairing]
    certificate: Certificate

    def of_pass(self, number: int) -> Sequence[Pairing]:
        """Return the pairings to begin a pass with; those that were locked and are no longer count as first places."""
        return [pairing for pairing in self.pairings if max(pairing.pass_number, 1) == number]

    def hints(self, roster: Roster, number: int) -> Mapping[str, Duals]:
        """Return the duals of each stage of a pass, as far as their rows are in the roster."""
        found = [part for part in self.certificate.passes if part.pass_number == number]
        reader = RowReader(roster)
        return {stage.name: reader.duals(stage.duals) for part in found for stage in part.tree.stages}


class RowReader:
    """Finds the rows of a roster by the words that name them in a certificate."""

    def __init__(self, roster: Roster) -> None:
        """Index departments and teams."""
        self.roster = roster
        self.areas = {"": -1} | {name: code for code, name in enumerate(roster.areas)}
        self.teams = {label: team for team, label in roster.team_labels.items() if team >= 0}

    def duals(self, by_family: Mapping[str, Mapping[Row, int]]) -> Duals:
        """Return duals by row number; rows that the roster does not have are left out."""
        return {family: self._sparse(family, by_family.get(family.value, {})) for family in Family}

    def _sparse(self, family: Family, values: Mapping[Row, int]) -> SparseDuals:
        """Return one family's duals."""
        found = sorted((key, value) for row, value in values.items() if (key := self.key(family, row)) != NO_ROW)
        return SparseDuals(
            np.array([key for key, _ in found], np.int64), np.array([dual for _, dual in found], np.int64)
        )

    def key(self, family: Family, row: Row) -> int:
        """Return the number of a row, ``NO_ROW`` if the roster has none of these words."""
        if family is Family.MENTEE:
            return self.roster.mentees.position.get(row[0], NO_ROW)
        if family is Family.GROUP:
            return self.roster.groups.names.index(row[0]) if row[0] in self.roster.groups.names else NO_ROW
        mentor = self.roster.mentors.position.get(row[0], NO_ROW)
        if mentor == NO_ROW or family is Family.MENTOR:
            return mentor
        head = mentor * DIRECTION_COUNT + DIRECTION_INDEX[Direction(row[1])]
        if family is Family.DIRECTION:
            return head
        if family is Family.DEPARTMENT:
            return head * self.roster.department_count + self.areas[row[2]] + 1 if row[2] in self.areas else NO_ROW
        team = self.teams.get((row[2], row[3]), NO_ROW)
        return NO_ROW if team == NO_ROW else head * self.roster.team_count + team


def fitting_plan(face: Face, pairings: Sequence[Pairing]) -> Ints:
    """Return the positions of those pairings that are free candidates and together keep every row of the face."""
    mentees, mentors = face.roster.mentees.position, face.roster.mentors.position
    pairs = [(mentees.get(pairing.mentee_id), mentors.get(pairing.mentor_id)) for pairing in pairings]
    known = [row * face.width + column for row, column in pairs if row is not None and column is not None]
    plan, columns = face.columns(np.unique(np.array(known, np.int64)))
    for family in Family:
        rows = face.keys.of(family, columns)
        order = np.lexsort((-columns.points, rows))
        first = np.flatnonzero(np.diff(rows[order], prepend=NO_ROW - 1))
        rank = np.empty(len(rows), np.int64)
        rank[order] = np.arange(len(rows)) - np.repeat(first, np.diff(first, append=len(rows)))
        fits = (rows == NO_ROW) | (rank < face.bounds[family].at(np.maximum(rows, 0))[1])
        plan, columns = plan[fits], columns.where(fits)
    return plan
