"""The attacker: what anybody can tell about hidden counts who puts all published tables together.

Every published table is a set of linear equations over unknown whole numbers of people, none below 0: sums over
groups, columns of a funnel that only shrink, and the counts that are printed. What the attacker can tell about a
hidden count is the least and the greatest value that it has in any solution (Cox 1980, "Suppression methodology and
statistical disclosure control", JASA 75; Fischetti and Salazar 2001, "Solving the cell suppression problem on tabular
data with linear constraints", Management Science 47). The attacker here also knows that people come in whole numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, vstack

from mentormatch.audit.cells import Cell, Earlier, Link, Relation, Table, funnel_relations
from mentormatch.errors import SolverError

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Terms = tuple[tuple[Cell, int], ...]
OPTIMAL, INFEASIBLE = 0, 2
"""What the solver says of a system."""
WHOLE = 1e-6
"""How far from a whole number the solver may leave one."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The whole numbers that a hidden count can be for all the attacker knows; no end is ``None``."""

    lowest: int
    highest: int | None

    def can_reach(self, count: int) -> bool:
        """Whether the hidden count may be as large as that."""
        return self.highest is None or self.highest >= count

    @property
    def is_single(self) -> bool:
        """Whether the hidden count is as good as printed."""
        return self.highest == self.lowest


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What an attacker holds: the cells of all reports, the counts printed in any of them, and what ties cells."""

    cells: tuple[Cell, ...]
    printed: Mapping[Cell, int]
    relations: tuple[Relation, ...]


def gather(tables: Sequence[Table], relations: Iterable[Relation] = (), earlier: Sequence[Earlier] = ()) -> Knowledge:
    """Put a report and all earlier ones together.

    Reports of the same data share their cells. A report from before a change shares none, as any count may have
    changed. Cells of a whole and a part are tied: the part has at most as many people.
    """
    if len({table.name for table in tables}) < len(tables):
        raise ValueError("two tables of a report have one name")
    counts = {cell: count for table in tables for cell, count in table.counts().items()}
    found = [*relations, *funnel_relations(tables)]
    for number, report in enumerate(earlier, start=1):
        place = 0 if report.link is Link.SAME else number
        others = {cell: count for table in report.tables for cell, count in table.counts(place).items()}
        found += [relation.in_report(place) for relation in report.relations]
        found += [*funnel_relations(report.tables, place), *_link(report.link, tuple(counts), others)]
        counts |= {cell: count for cell, count in others.items() if count is not None or cell not in counts}
    known = frozenset(counts)
    strangers = [cell for relation in found for cell in relation.cells if cell not in known]
    if strangers:
        raise ValueError(f"a relation speaks of a cell that no table has: {strangers[0]}")
    printed = {cell: count for cell, count in counts.items() if count is not None}
    return Knowledge(tuple(counts), printed, tuple(dict.fromkeys(found)))


def _link(link: Link, cells: Iterable[Cell], others: Mapping[Cell, int | None]) -> list[Relation]:
    """Return the relations between a report at hand and the cells of an earlier one."""
    report = next(iter(others)).report if others else 0
    shared = [(cell, cell._replace(report=report)) for cell in cells if cell.report == 0]
    sign = {Link.WHOLE: 1, Link.PART: -1}.get(link, 0)
    return [
        Relation(((other, sign), (cell, -sign)), is_equal=False) for cell, other in shared if sign and other in others
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """How far counts may move from where they start, and what each step costs; all arrays are (cells,)."""

    start: Ints
    up: Floats
    down: Floats
    cost_up: Floats
    cost_down: Floats


class System:
    """The equations of a body of knowledge, and their solutions in whole numbers."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Write the relations as rows of a matrix over the cells, each between 0 and its ``highest``."""
        self.cells = knowledge.cells
        self.position = {cell: k for k, cell in enumerate(knowledge.cells)}
        self.matrix = self.rows([relation.terms for relation in knowledge.relations])
        self.highest = np.array([0.0 if relation.is_equal else np.inf for relation in knowledge.relations])

    def rows(self, forms: Sequence[Terms]) -> Any:
        """Return sums of counts times factors as a sparse matrix, (forms, cells)."""
        entries = [(k, self.position[cell], factor) for k, terms in enumerate(forms) for cell, factor in terms]
        row, column, factor = np.array(entries, np.int64).reshape(-1, 3).T
        return csr_array((factor, (row, column)), shape=(len(forms), len(self.cells)))

    def solve(self, moves: Moves, aim: Terms = (), least: int = 0) -> Ints | None:
        """Return the solution that costs least and in which ``aim`` comes to ``least`` or more, or ``None``.

        The solution, (cells,), is checked in whole numbers, so that no tolerance of the solver can make a count look
        safe. Raises SolverError when it does not hold, or when the solver gives up.
        """
        matrix = vstack([self.matrix, self.rows([aim])], format="csr")
        lowest, highest = np.append(np.zeros(len(self.highest)), least), np.append(self.highest, np.inf)
        up, down = np.flatnonzero(moves.up), np.flatnonzero(moves.down)
        cost = np.concatenate([moves.cost_up[up], moves.cost_down[down], [0]])
        limits = Bounds(0, np.concatenate([moves.up[up], moves.down[down], [0]]))
        now = matrix @ moves.start
        found = _solve(cost, limits, LinearConstraint(_steps(matrix, up, down), lowest - now, highest - now))
        if found is None:
            return None
        solution: Ints = moves.start.copy()
        solution[up] += found[: len(up)]
        solution[down] -= found[len(up) : -1]
        sums = matrix @ solution
        if (solution < 0).any() or (sums < lowest).any() or (sums > highest).any():
            raise SolverError("A solution of the attack on the tables does not hold in whole numbers.")
        return solution


def _solve(cost: Floats, limits: Bounds, rows: LinearConstraint) -> Ints | None:
    """Return the cheapest whole-number steps, (steps,), or ``None`` if there are none.

    The corners of sums and funnels are nearly always whole, so the linear programme is solved first. Where they are
    not, branching goes without presolve, which has been seen to call such a system infeasible when it was not.
    """
    found = _run(cost, limits, rows, 0)
    if found is not None and abs(found - np.rint(found)).max() > WHOLE:
        found = _run(cost, limits, rows, 1)
    return None if found is None else np.rint(found).astype(np.int64)


def _run(cost: Floats, limits: Bounds, rows: LinearConstraint, integrality: int) -> Floats | None:
    """Return what the solver finds, or ``None`` where it proves that there is nothing."""
    found = milp(cost, integrality=integrality, bounds=limits, constraints=rows, options={"presolve": not integrality})
    if found.status == INFEASIBLE:
        return None
    if found.status != OPTIMAL:
        raise SolverError(f"The attack on the tables was not settled: {found.message}")
    steps: Floats = found.x
    return steps


def _steps(matrix: Any, up: Ints, down: Ints) -> Any:
    """Return the columns of the cells that may rise and, negated, of those that may fall.

    A last column of nothing stands for the case that none may move.
    """
    columns = matrix.tocsc()
    nothing = csr_array((matrix.shape[0], 1))
    return hstack([columns[:, up], -columns[:, down], nothing], format="csc")


def narrow(
    tables: Sequence[Table],
    relations: Iterable[Relation] = (),
    earlier: Sequence[Earlier] = (),
    also_known: Mapping[Cell, int] | None = None,
) -> dict[Cell, Interval]:
    """Return for each hidden cell of all reports the whole numbers between which an attacker can place it.

    ``also_known`` has hidden counts that the attacker knows from elsewhere. Raises ValueError when the tables
    contradict each other.
    """
    knowledge = gather(tables, relations, earlier)
    known = {**knowledge.printed, **(also_known or {})}
    system, cap = System(knowledge), _cap(known)
    start = np.array([known.get(cell, 0) for cell in system.cells], np.int64)
    up = np.array([0.0 if cell in known else cap for cell in system.cells])
    return {cell: _interval(system, start, up, number) for number, cell in enumerate(system.cells) if cell not in known}


def _cap(known: Mapping[Cell, int]) -> int:
    """Return a count that no cell with a greatest value can reach.

    Sums and funnels have matrices of 0, 1 and -1 whose corners never pass the sum of everything printed.
    """
    return 2 * sum(known.values()) + 1_000


def _interval(system: System, start: Ints, up: Floats, number: int) -> Interval:
    """Return the interval of one hidden cell."""
    ends = []
    for sign in (1.0, -1.0):
        cost = np.zeros(len(start))
        cost[number] = sign
        solution = system.solve(Moves(start, up, np.zeros(len(start)), cost, cost))
        if solution is None:
            raise ValueError("the tables contradict each other: no counts fit all of them")
        ends.append(int(solution[number]))
    return Interval(ends[0], ends[1] if ends[1] < up[number] else None)
