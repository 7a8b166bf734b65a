"""The linear programme of one stage in PuLP: one function per row family, named for the rule it states.

The programme minimises minus the stage's weights. Variables have a lower bound of 0 and no upper one: the mentee's
row bounds them, and a bound on a variable would carry part of the dual away from the rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pulp

from mentormatch.matching.roster import Ints
from mentormatch.matching.rows import NO_ROW, Columns, Family, RowBounds, RowKeys, concatenate


@dataclass(frozen=True, eq=False)
class Master:
    """What one stage's programme is made of: candidates, weights, row bounds, and the loads held so far if load costs.

    With ``may_fall_short`` a row may hold less than its least number at a cost of 1 a place: it asks whether there is
    a plan.
    """

    keys: RowKeys
    columns: Columns
    weights: Ints
    bounds: RowBounds
    held: Ints | None = None
    may_fall_short: bool = False

    def joined_by(self, columns: Columns, weights: Ints) -> "Master":
        """Return the same programme with more candidates behind the present ones."""
        return replace(
            self, columns=concatenate([self.columns, columns]), weights=np.concatenate([self.weights, weights])
        )


@dataclass(eq=False)
class Programme:
    """A stage's programme in PuLP, and which constraints of it state which row of the round.

    ``joined`` are the variables since the solver last looked, each with its cost and the old constraints it stands in;
    ``stated`` are the constraints since then.
    """

    problem: pulp.LpProblem
    master: Master
    variables: list[pulp.LpVariable] = field(default_factory=list)
    rows: dict[Family, dict[int, list[pulp.LpConstraint]]] = field(
        default_factory=lambda: {family: {} for family in Family}
    )
    missing: list[pulp.LpVariable] = field(default_factory=list)
    costs: list[tuple[pulp.LpVariable, int]] = field(default_factory=list)
    joined: list[tuple[pulp.LpVariable, int, list[int]]] = field(default_factory=list)
    stated: list[pulp.LpConstraint] = field(default_factory=list)

    def state(self, family: Family, key: int, constraints: Sequence[pulp.LpAffineExpression]) -> None:
        """State a row of the round by one or two constraints."""
        self.rows[family][key] = [self.problem.addConstraint(constraint) for constraint in constraints]
        self.stated += self.rows[family][key]

    def add_place(self, name: str, upper: int, cost: int) -> pulp.LpVariable:
        """Add a variable beside the candidates, at a cost."""
        place = self.problem.add_variable(name, 0, upper)
        self.costs.append((place, cost))
        self.joined.append((place, cost, []))
        return place


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
    programme = Programme(pulp.LpProblem("stage", pulp.LpMinimize), master)
    programme.variables = programme.problem.add_variable_matrix("x", range(len(master.columns)), 0, None)
    for family in Family:
        add_rows(programme, family)
        if master.may_fall_short:
            add_rows_without_candidates(programme, family)
    objective = [(programme.variables[k], -w) for k, w in enumerate(master.weights.tolist()) if w]
    programme.problem.setObjective(pulp.lpSum_vars_coefs([*objective, *programme.costs]))
    return programme


def add_candidates(programme: Programme, columns: Columns, weights: Ints) -> None:
    """Let more candidates join: as columns of the rows that stand, and with the rows that can bind only now."""
    first = len(programme.variables)
    stated = [programme.rows[family] for family in Family]
    keys = zip(*(programme.master.keys.of(family, columns).tolist() for family in Family), strict=True)
    for number, (row_keys, weight) in enumerate(zip(keys, weights.tolist(), strict=True), start=first):
        entries = {row: 1.0 for rows, key in zip(stated, row_keys, strict=True) for row in rows.get(key, ())}
        variable = programme.problem.add_column(f"x_{number}", 0, None, obj=-weight, coefficients=entries)
        programme.variables.append(variable)
        programme.joined.append((variable, -weight, [row.id for row in entries]))
    programme.master = programme.master.joined_by(columns, weights)
    for family in Family:
        add_rows(programme, family)


def add_rows(programme: Programme, family: Family) -> None:
    """State the rows of one family that can bind and do not stand yet, each between its bounds."""
    master, stated = programme.master, programme.rows[family]
    groups = group_rows(master, family)
    loads = load_steps(master, groups) if family is Family.MENTOR else {}
    needed = groups.is_needed | np.isin(groups.keys, list(loads))
    for number in np.flatnonzero(needed).tolist():
        key, lower, upper = int(groups.keys[number]), int(groups.lower[number]), int(groups.upper[number])
        if key in stated:
            continue
        total = pulp.lpSum_vars(
            [programme.variables[k] for k in groups.order[groups.starts[number] : groups.starts[number + 1]]]
        )
        if key in loads:
            total -= add_load_places(programme, key, loads[key])
            upper = lower
        if master.may_fall_short and lower > 0:
            total += add_missing_places(programme, family, key, lower)
        programme.state(family, key, _between(total, lower, upper))


def load_steps(master: Master, groups: Groups) -> dict[int, list[int]]:
    """Return for each mentor whose load is open what each further place costs, when load costs: held, held + 1, ..."""
    if master.held is None:
        return {}
    open_loads = np.flatnonzero(groups.lower < groups.upper).tolist()
    return {
        int(groups.keys[k]): [
            int(master.held[groups.keys[k]]) + step for step in range(int(groups.lower[k]), int(groups.upper[k]))
        ]
        for k in open_loads
    }


def add_load_places(programme: Programme, mentor: int, costs: Sequence[int]) -> pulp.LpAffineExpression:
    """Give a mentor parallel places with rising cost: the second costs 1, the third 2; the load is those in use."""
    return pulp.lpSum_vars([programme.add_place(f"z_{mentor}_{step}", 1, cost) for step, cost in enumerate(costs)])


def add_missing_places(programme: Programme, family: Family, key: int, lower: int) -> pulp.LpVariable:
    """Let a row hold up to its least number of places fewer, at a cost of 1 each."""
    programme.missing.append(programme.add_place(f"s_{family}_{key}", lower, 1))
    return programme.missing[-1]


def add_rows_without_candidates(programme: Programme, family: Family) -> None:
    """State the rows that ask for a least number but have no candidate yet: all their places are missing."""
    master = programme.master
    bounds = master.bounds[family]
    asked = bounds.keys[bounds.lower > 0]
    bare = asked[~np.isin(asked, master.keys.of(family, master.columns))]
    for key, lower in zip(bare.tolist(), bounds.at(bare)[0].tolist(), strict=True):
        total = pulp.lpSum_vars([add_missing_places(programme, family, key, lower)])
        programme.state(family, key, [total == lower])


def _between(total: pulp.LpAffineExpression, lower: int, upper: int) -> Sequence[pulp.LpAffineExpression]:
    """Return the constraints that keep a sum between two bounds, of which the lower is at least 0."""
    if lower == upper:
        return [total == lower]
    return [total <= upper, total >= lower] if lower else [total <= upper]


def group_rows(master: Master, family: Family) -> Groups:
    """Group the candidates by the rows of a family and tell which rows can bind at all.

    A row can bind when it asks for a least number, or when it holds more candidates than it allows and no row around
    it is as tight. A mentee's row always stands: it is what bounds the variables.
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
    if family is Family.GROUP:
        return np.full(len(first), len(master.keys.roster.mentees))
    for outer in nested[: nested.index(family)]:
        room = np.minimum(room, master.bounds[outer].at(master.keys.of(outer, first))[1])
    return room
