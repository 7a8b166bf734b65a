"""The rows of a plan that have no room, and which of them is the innermost above a candidate."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mentormatch.matching.roster import Bools, Ints, Roster
from mentormatch.matching.rows import DIRECTION_COUNT, NO_ROW, Bounds, Columns, Family, RowBounds, RowKeys

NO_FULL_ROW, IN_DIRECTION, IN_DEPARTMENT, IN_TEAM = range(4)
"""The innermost full row below the mentor's own: none, or the one of that family."""


@dataclass(frozen=True, eq=False)
class FullRows:
    """Which rows on the mentors' side are full.

    ``mentor`` by mentor, ``direction`` by head (mentor and direction), ``department`` by department (the blank one
    first) and head; ``teams`` are the heads of each team that has a full row, in rising order, ``team_keys`` its rows.
    """

    roster: Roster
    mentor: Bools
    direction: Bools
    department: Bools
    teams: Mapping[int, Ints]
    team_keys: Ints

    def of_mentee(self, mentee: int, heads: Ints) -> Ints:
        """Return the innermost full row of one mentee's candidates; their heads rise."""
        innermost = self.direction[heads].astype(np.int64)
        innermost[self.department[self.roster.mentees.department[mentee] + 1, heads]] = IN_DEPARTMENT
        full = self.teams.get(int(self.roster.team[mentee]))
        if full is not None and len(heads):
            places = np.minimum(np.searchsorted(heads, full), len(heads) - 1)
            innermost[places[heads[places] == full]] = IN_TEAM
        return innermost

    def of_columns(self, mentees: Ints, heads: Ints) -> Ints:
        """Return the innermost full row of any candidates."""
        innermost = self.direction[heads].astype(np.int64)
        innermost[self.department[self.roster.mentees.department[mentees] + 1, heads]] = IN_DEPARTMENT
        team = self.roster.team[mentees]
        rows = np.where(team < 0, NO_ROW, heads * self.roster.team_count + team)
        if len(self.team_keys):
            places = np.minimum(np.searchsorted(self.team_keys, rows), len(self.team_keys) - 1)
            innermost[self.team_keys[places] == rows] = IN_TEAM
        return innermost


def find_full_rows(roster: Roster, pairs: Columns, bounds: RowBounds) -> FullRows:
    """Return the rows that a plan leaves no room in."""
    keys = RowKeys(roster)
    heads = len(roster.mentors) * DIRECTION_COUNT
    mentor = _dense(bounds[Family.MENTOR], keys.of(Family.MENTOR, pairs), len(roster.mentors))
    direction = _dense(bounds[Family.DIRECTION], keys.of(Family.DIRECTION, pairs), heads)
    used = keys.of(Family.DEPARTMENT, pairs)
    department = _dense(bounds[Family.DEPARTMENT], used, heads * roster.department_count)
    team_keys = _sparse(bounds[Family.TEAM], keys.of(Family.TEAM, pairs))
    head, team = np.divmod(team_keys, max(roster.team_count, 1))
    teams = {number: head[team == number] for number in np.unique(team).tolist()}
    by_department = np.ascontiguousarray(department.reshape(heads, roster.department_count).T)
    return FullRows(roster, mentor, direction, by_department, teams, team_keys)


def _dense(bounds: Bounds, used: Ints, count: int) -> Bools:
    """Return which of all rows of a family are full."""
    upper = np.repeat(bounds.default_upper, bounds.stride)[:count]
    upper[bounds.keys] = bounds.upper
    return np.asarray(np.bincount(used, minlength=count) >= upper, np.bool_)


def _sparse(bounds: Bounds, used: Ints) -> Ints:
    """Return the full rows of a family whose rows all have room to begin with, apart from the listed ones."""
    rows, counts = np.unique(np.concatenate([bounds.keys, used[used != NO_ROW]]), return_counts=True)
    listed = np.isin(rows, bounds.keys)
    return rows[counts - listed >= bounds.at(rows)[1]]
