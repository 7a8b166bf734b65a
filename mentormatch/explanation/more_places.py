"""One more place with a mentor: each of the mentor's rows that was full gets room for one, and the plan improves.

A row that gains room is one new way in the network, from what is inside the row to what is around it. The plan changes
along the best round trip through it, if that improves the plan; one round trip is enough for each row (Ahuja, Magnanti
and Orlin 1993, chapter 9).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from mentormatch.domain.direction import DIRECTION_INDEX, Direction
from mentormatch.explanation.exchange import UnansweredError, find_walk
from mentormatch.explanation.full_rows import IN_DEPARTMENT, IN_DIRECTION, NO_FULL_ROW
from mentormatch.explanation.packed_vectors import FAR
from mentormatch.explanation.residual import UNPLACED, Residual, Steps, join
from mentormatch.explanation.revised_plans import Revision
from mentormatch.matching.clock import exact
from mentormatch.matching.roster import Bools, Ints, Roster
from mentormatch.matching.rows import DIRECTION_COUNT, Columns, Family, RowKeys
from mentormatch.matching.stages import Lottery

WHOLE_ROWS = frozenset({Family.MENTOR, Family.DIRECTION})
"""The rows without which a candidate is not in a pass at all."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a mentor, by its number in its family."""

    family: Family
    key: int


def raised_rows(roster: Roster, mentor: int, direction: Direction) -> list[Row]:
    """Return the rows that have one more place when a mentor offers one, the outermost first.

    The policy's limit for mentors holds on; a share of a higher limit, rounded up, may be one place more for every
    department. Raises UnansweredError for a mentor or direction without a place so far: candidates would be new.
    """
    number = DIRECTION_INDEX[direction]
    head, entry, most = mentor * DIRECTION_COUNT + number, roster.mentors.enrolments[mentor], _most(roster)
    if not roster.mentors.places[mentor, number]:
        raise UnansweredError("The mentor has no place in this direction yet.")
    limit = min(entry.max_mentees + 1, most)
    rows = [Row(Family.MENTOR, mentor)] if limit > roster.mentors.limit[mentor] else []
    if min(entry.as_mentor[direction] + 1, most) > roster.mentors.places[mentor, number]:
        rows.append(Row(Family.DIRECTION, head))
    share = exact(roster.policy.capacity.department_share)
    if ceil(share * limit) > ceil(share * int(roster.mentors.limit[mentor])):
        first = mentor * DIRECTION_COUNT * roster.department_count
        rows += [Row(Family.DEPARTMENT, first + k) for k in range(DIRECTION_COUNT * roster.department_count)]
    return rows


def _most(roster: Roster) -> int:
    """Return the most places that anybody may offer."""
    return roster.policy.capacity.mentor_limit


def raise_rows(revision: Revision, rows: Sequence[Row], lottery: Lottery) -> Revision:
    """Return the best plan after some rows have one more place each, the outer ones first.

    Raises UnansweredError when a mentor or direction had no place at all: its candidates are not in the network.
    """
    residual = revision.residual
    bounds = (residual.bounds[row.family].at(np.array([row.key]))[1][0] for row in rows if row.family in WHOLE_ROWS)
    if any(most <= 0 for most in bounds):
        raise UnansweredError("Locked pairings have taken all places of the mentor.")
    full = [row for row in rows if is_full(residual, row)]
    roomy = [row for row in rows if not is_full(residual, row)]
    if roomy:
        revision = replace(revision, residual=_with_places(residual, roomy, 1))
    for row in full:
        revision = _raise_full_row(revision, row, lottery)
    return revision


def _raise_full_row(revision: Revision, row: Row, lottery: Lottery) -> Revision:
    """Return the best plan after a row that was full has one more place; it may have had room again by now."""
    residual, walk = revision.residual, None
    potentials = residual.potentials
    if is_full(residual, row):
        starts, ends = _around(residual, row), _inside(residual, row)
        walk, potentials = find_walk(residual, starts, ends, np.zeros_like(revision.loss), lottery)
    return replace(revision, residual=_with_places(residual, [row], 1)).along(walk, potentials)


def lower_row(revision: Revision, row: Row, lottery: Lottery) -> Revision:
    """Return the best plan after a row below a mentor's own has one place less."""
    residual = revision.residual
    lowered = _with_places(residual, [row], -1)
    if not is_full(residual, row):
        return replace(revision, residual=lowered)
    far = np.zeros_like(revision.loss)
    far[0] = FAR
    removable = residual.freeing(_mentor(residual, row))
    starts = removable.where(_rows_of(residual, row.family, residual.pairs, removable.heads) == row.key)
    walk, potentials = find_walk(residual, starts, _outside(residual, row), far, lottery)
    return replace(revision, residual=lowered).along(walk, potentials)


def _rows_of(residual: Residual, family: Family, pairs: Columns, mentees: Ints) -> Ints:
    """Return the rows of mentees' pairs in a family."""
    return RowKeys(residual.market.roster).of(family, pairs.where(residual.pair_of[mentees]))


def _outside(residual: Residual, row: Row) -> Steps:
    """Return the last steps around a row: by candidates beside it that may use its place, or onto a free place."""
    mentor, roster = _mentor(residual, row), residual.market.roster
    steps, innermost = residual.taking(mentor, np.flatnonzero(residual.market.is_asking))
    columns = residual.market.decode(steps.tails, steps.mentors)
    direction = columns.direction == _head(residual, row) % DIRECTION_COUNT
    department = roster.mentees.department[steps.tails] == _department_of_team(residual, row)
    around = (innermost == NO_FULL_ROW) | ((innermost == IN_DIRECTION) & direction)
    around |= (innermost == IN_DEPARTMENT) & direction & department
    around &= RowKeys(roster).of(row.family, columns) != row.key
    load = residual.market.load_step * (residual.market.held + residual.count - 1)[mentor]
    pool, nobody = np.array([residual.pool]), np.array([UNPLACED])
    less_load = Steps(pool, nobody, nobody, residual.potentials[:, -1:] - load[:, None])
    return join(steps.where(around), less_load)


def is_full(residual: Residual, row: Row) -> bool:
    """Whether a row of a mentor has no room."""
    full = residual.full
    if row.family is Family.MENTOR:
        return bool(full.mentor[row.key])
    if row.family is Family.DIRECTION:
        return bool(full.direction[row.key])
    if row.family is Family.TEAM:
        return bool(np.isin(row.key, full.team_keys))
    head, department = divmod(row.key, residual.market.roster.department_count)
    return bool(full.department[department, head])


def _with_places(residual: Residual, rows: Sequence[Row], more: int) -> Residual:
    """Return a network with so many more places in some rows; a row may stand there more than once."""
    bounds = dict(residual.bounds)
    for family in Family:
        keys, counts = np.unique(
            np.array([row.key for row in rows if row.family is family], np.int64), return_counts=True
        )
        lower, upper = bounds[family].at(keys)
        bounds[family] = bounds[family].put(keys, lower, upper + more * counts)
    return residual.changed(np.array([_mentor(residual, row) for row in rows]), bounds=bounds)


def _around(residual: Residual, row: Row) -> Steps:
    """Return the first steps from a row outwards: a pair of the next full row is removed, or the pool gives."""
    mentor = _mentor(residual, row)
    if row.family is Family.MENTOR:
        return _from_free_places(residual, mentor)
    head, removable = _head(residual, row), residual.freeing(mentor)
    pairs = residual.pairs.where(residual.pair_of[removable.heads])
    if row.family is Family.TEAM:
        department = _department_of_team(residual, row)
        if residual.full.department[department + 1, head]:
            here = residual.market.roster.mentees.department[pairs.mentee] == department
            return removable.where(here & (pairs.direction == head % DIRECTION_COUNT))
    if row.family is not Family.DIRECTION and residual.full.direction[head]:
        return removable.where(pairs.direction == head % DIRECTION_COUNT)
    return removable if residual.full.mentor[mentor] else join(removable, _from_free_places(residual, mentor))


def _department_of_team(residual: Residual, row: Row) -> int:
    """Return the department of the people in a team's row."""
    roster = residual.market.roster
    members = roster.team == row.key % roster.team_count
    return int(roster.mentees.department[members][0])


def _from_free_places(residual: Residual, mentor: int) -> Steps:
    """Return the step by which a mentor's next place is used: it leads to the pool and costs the place's load."""
    load = residual.market.load_step * (residual.market.held + residual.count)[mentor] - residual.potentials[:, -1]
    nobody = np.array([UNPLACED])
    return Steps(nobody, nobody, np.array([residual.pool]), load[:, None])


def _inside(residual: Residual, row: Row) -> Steps:
    """Return the last steps, into a row: by candidates of whose rows it is the innermost that was full."""
    mentor = _mentor(residual, row)
    steps, innermost = residual.taking(mentor, np.flatnonzero(residual.market.is_asking))
    return steps.where(_lies_in(residual, row, steps, innermost))


def _lies_in(residual: Residual, row: Row, steps: Steps, innermost: Ints) -> Bools:
    """Return which candidates have a row as their innermost full one."""
    level = (Family.MENTOR, Family.DIRECTION, Family.DEPARTMENT, Family.TEAM).index(row.family)
    columns = residual.market.decode(steps.tails, steps.mentors)
    keys = RowKeys(residual.market.roster).of(row.family, columns)
    return np.asarray((innermost == level) & (keys == row.key), np.bool_)


def _head(residual: Residual, row: Row) -> int:
    """Return the mentor and direction of a row below a mentor's own, as one number."""
    roster = residual.market.roster
    per_head = {Family.DIRECTION: 1, Family.DEPARTMENT: roster.department_count, Family.TEAM: roster.team_count}
    return row.key // per_head[row.family]


def _mentor(residual: Residual, row: Row) -> int:
    """Return the mentor of a row."""
    return row.key if row.family is Family.MENTOR else _head(residual, row) // DIRECTION_COUNT
