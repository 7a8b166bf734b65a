"""The linear programme of one stage in PuLP: one function per row family, named for the rule it states.

The programme minimises minus the stage's weights. Variables have a lower bound of 0 and no upper one: the mentee's row bounds them, and
a bound on a variable would carry part of the dual away from the rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pulp

from mentormatch.matching.roster import Ints
from mentormatch.matching.rows import NO_ROW, Columns, Family, RowBounds, RowKeys


@dataclass(frozen=True, eq=False)
class Master:
    """What one stage's programme is made of: candidates, weights, row bounds, and the loads held so far if load costs.

    With ``may_fall_short`` a row may hold less than its least number at a cost of 1 a place: it asks whether there is a plan.
    """

    keys: RowKeys
    columns: Columns
    weights: Ints
    bounds: RowBounds
    held: Ints | None = None
    may_fall_short: bool = False


@dataclass(eq=False)
class Programme:
    """A stage's programme in PuLP, and which rows of it state the bounds of which row of the round."""

    problem: pulp.LpProblem
    variables: list[pulp.LpVariable]
    rows: dict[Family, list[tuple[int, list[pulp.LpConstraint]]]] = field(default_factory=dict)
    missing: list[pulp.LpVariable] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Groups:
    """The candidates of one family's rows: row ``keys[k]`` holds ``order[starts[k]:starts[k + 1]]``."""

    keys: Ints
    order: list[int]
    starts: list[int]
    lower: Ints
    upper: Ints
    is_needed: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def build_programme(master: Master) -> Programme:
    """State a stage's programme for the candidates of a master."""
    problem = pulp.LpProblem("stage", pulp.LpMinimize)
    variables = problem.add_variable_matrix("x", range(len(master.columns)), 0, None)
    programme = Programme(problem, variables)
    loads = add_load_variables(programme, master)
    for family in Family:
        add_rows(programme, master, family, loads if family is Family.MENTOR else {})
        if master.may_fall_short:
            add_rows_without_candidates(programme, master, family)
    objective = [(variables[k], -w) for k, w in enumerate(master.weights.tolist()) if w]
    objective += [(extra, cost) for costs in loads.values() for extra, cost in costs]
    objective += [(place, 1) for place in programme.missing]
    problem.setObjective(pulp.lpSum_vars_coefs(objective))
    return programme


def add_load_variables(programme: Programme, master: Master) -> dict[int, list[tuple[pulp.LpVariable, int]]]:
    """Give each mentor parallel places with rising cost: a mentor's second place costs 1, the third 2.

    Only mentors whose load is still open need them; the row then says that the load is the least plus the places used.
    """
    if master.held is None:
        return {}
    lower, upper = master.bounds[Family.MENTOR].at(np.arange(len(master.held)))
    is_open = np.flatnonzero(lower < upper).tolist()
    places = [(mentor, step) for mentor in is_open for step in range(int(lower[mentor]), int(upper[mentor]))]
    extras = [programme.problem.add_variable(f"z_{mentor}_{step}", 0, 1) for mentor, step in places]
    loads: dict[int, list[tuple[pulp.LpVariable, int]]] = {mentor: [] for mentor in is_open}
    for (mentor, step), extra in zip(places, extras, strict=True):
        loads[mentor].append((extra, int(master.held[mentor]) + step))
    return loads


def add_rows(
    programme: Programme, master: Master, family: Family, loads: dict[int, list[tuple[pulp.LpVariable, int]]]
) -> None:
    """State the rows of one family: each holds between its lower and upper bound of candidates."""
    groups = group_rows(master, family)
    stated = programme.rows.setdefault(family, [])
    for number in np.flatnonzero(groups.is_needed | np.isin(groups.keys, list(loads))).tolist():
        members = groups.order[groups.starts[number] : groups.starts[number + 1]]
        key, lower, upper = int(groups.keys[number]), int(groups.lower[number]), int(groups.upper[number])
        total = pulp.lpSum_vars([programme.variables[k] for k in members])
        if key in loads:
            total -= pulp.lpSum_vars([extra for extra, _ in loads[key]])
            upper = lower
        if master.may_fall_short and lower > 0:
            total += add_missing_places(programme, family, key, lower)
        stated.append((key, [programme.problem.addConstraint(row) for row in _between(total, lower, upper)]))


def add_missing_places(programme: Programme, family: Family, key: int, lower: int) -> pulp.LpVariable:
    """Let a row hold up to its least number of places fewer, at a cost."""
    programme.missing.append(programme.problem.add_variable(f"s_{family}_{key}", 0, lower))
    return programme.missing[-1]


def add_rows_without_candidates(programme: Programme, master: Master, family: Family) -> None:
    """State the rows that ask for a least number but have no candidate yet: all their places are missing."""
    bounds = master.bounds[family]
    asked = bounds.keys[bounds.lower > 0]
    bare = asked[~np.isin(asked, master.keys.of(family, master.columns))]
    for key, lower in zip(bare.tolist(), bounds.at(bare)[0].tolist(), strict=True):
        total = pulp.lpSum_vars([add_missing_places(programme, family, key, lower)])
        programme.rows[family].append((key, [programme.problem.addConstraint(total == lower)]))


def _between(total: pulp.LpAffineExpression, lower: int, upper: int) -> Sequence[pulp.LpAffineExpression]:
    """Return the constraints that keep a sum between two bounds, of which the lower is at least 0."""
    if lower == upper:
        return [total == lower]
    return [total <= upper, total >= lower] if lower else [total <= upper]


def group_rows(master: Master, family: Family) -> Groups:
    """Group the candidates by the rows of a family and tell which rows can bind at all.

    A row can bind when it asks for a least number, or when it holds more candidates than it allows and no row around it is as tight.
    A mentee's row always stands: it is what bounds the variables.
    """
    keys = master.keys.of(family, master.columns)
    order = np.argsort(keys, kind="stable")
    order = order[np.searchsorted(keys[order], NO_ROW, side="right") :]
    ranked = keys[order]
    starts = np.flatnonzero(np.diff(ranked, prepend=NO_ROW))
    unique = ranked[starts]
    lower, upper = master.bounds[family].at(unique)
    counts = np.diff(starts, append=len(ranked))
    around = _around(master, family, master.columns.where(order[starts]))
    is_needed = (lower > 0) | ((counts > upper) & (upper < around)) | (family is Family.MENTEE)
    return Groups(unique, order.tolist(), [*starts.tolist(), len(ranked)], lower, upper, is_needed)


def _around(master: Master, family: Family, first: Columns) -> Ints:
    """Return how many places the rows around a row leave it, the row being that of a given candidate in a family."""
    nested = (Family.MENTOR, Family.DIRECTION, Family.DEPARTMENT, Family.TEAM)
    room = np.full(len(first), np.iinfo(np.int64).max)
    if family is Family.MENTEE:
        return room
    for outer in nested[: nested.index(family)]:
        room = np.minimum(room, master.bounds[outer].at(master.keys.of(outer, first))[1])
    return room
