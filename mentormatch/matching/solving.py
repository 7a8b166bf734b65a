"""PuLP and HiGHS: solve the programme of a stage and read its plan and duals as whole numbers."""

from dataclasses import dataclass
from typing import override

import highspy
import numpy as np
import pulp

from mentormatch.errors import SolverError
from mentormatch.matching.model import Master, Programme, add_candidates, build_programme
from mentormatch.matching.roster import Ints
from mentormatch.matching.rows import Columns, Duals, Family, SparseDuals

INTEGRALITY = 1e-6
PRIMAL_SIMPLEX = 4
ITERATIONS_PER_ROW = 8
"""A simplex run longer than this many steps a row is given up for the interior-point method."""


@dataclass(frozen=True, eq=False)
class Solution:
    """A vertex of a stage's programme: how often each candidate is chosen (0 or 1), and the dual of each row.

    Duals are those of the maximisation: a full row has a dual of at least 0, a row at its least one of at most 0.
    ``shortfall`` counts the places that rows lack of their least number, where they may.
    """

    chosen: Ints
    duals: Duals
    shortfall: int = 0


class WarmHiGHS(pulp.HiGHS):
    """HiGHS as PuLP drives it, kept alive between solves: what joined is appended, and the last basis is the start."""

    def __init__(self, programme: Programme, method: str) -> None:
        """Prepare a solver for a programme; the first solve uses ``method``, later ones the primal simplex method."""
        super().__init__(msg=False, mip=False, threads=1, solver=method, output_flag=False)
        self.programme = programme
        self.is_limited = method == "simplex"
        self.is_warm = False

    @override
    def createAndConfigureSolver(self, lp: pulp.LpProblem) -> None:
        """Make a solver the first time; afterwards keep the one that knows the last basis."""
        if not self.is_warm:
            super().createAndConfigureSolver(lp)
        model = model_of(lp)
        if self.is_warm:
            model.setOptionValue("solver", "simplex")
            model.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        if self.is_warm or self.is_limited:
            model.setOptionValue("simplex_iteration_limit", ITERATIONS_PER_ROW * (lp.numConstraints() + 100))

    @override
    def buildSolverModel(self, lp: pulp.LpProblem) -> None:
        """Hand the whole programme over the first time; afterwards what joined since."""
        if self.is_warm:
            append_columns(model_of(lp), self.programme)
            append_rows(model_of(lp), self.programme)
        else:
            super().buildSolverModel(lp)
        self.is_warm = True
        self.programme.joined.clear()
        self.programme.stated.clear()


def model_of(problem: pulp.LpProblem) -> highspy.Highs:
    """Return the solver that holds a problem since its first solve. Raises SolverError when there is none."""
    model: highspy.Highs | None = problem.solverModel
    if model is None:
        raise SolverError("The programme has not been handed to the solver.")
    return model


def append_columns(model: highspy.Highs, programme: Programme) -> None:
    """Append the variables that joined a programme, with their entries in constraints that the solver knows."""
    joined = programme.joined
    costs = np.array([cost for _, cost, _ in joined], np.float64)
    upper = np.array([variable.upBound for variable, _, _ in joined], np.float64)
    starts, entries = _ragged([rows for _, _, rows in joined])
    model.addCols(
        len(joined), costs, np.zeros(len(joined)), upper, len(entries), starts, entries, np.ones(len(entries))
    )


def append_rows(model: highspy.Highs, programme: Programme) -> None:
    """Append the constraints that joined a programme. Every variable is in use, so its id is its column."""
    terms = [constraint.items() for constraint in programme.stated]
    bounds = [(constraint.getLb(), constraint.getUb()) for constraint in programme.stated]
    lower = np.array([-highspy.kHighsInf if low is None else low for low, _ in bounds], np.float64)
    upper = np.array([highspy.kHighsInf if high is None else high for _, high in bounds], np.float64)
    starts, entries = _ragged([[variable.id for variable, _ in row] for row in terms])
    values = np.array([coefficient for row in terms for _, coefficient in row], np.float64)
    model.addRows(len(terms), lower, upper, len(entries), starts, entries, values)


def _ragged(
    lists: list[list[int]],
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int32]], np.ndarray[tuple[int], np.dtype[np.int32]]]:
    """Return lists one after the other, and where each begins."""
    lengths = np.array([len(part) for part in lists], np.int64)
    starts = (np.cumsum(lengths) - lengths).astype(np.int32)
    return starts, np.array([value for part in lists for value in part], np.int32)


class StageSolver:
    """The programme of a stage, solved once and again as candidates join."""

    def __init__(self, master: Master) -> None:
        """State the programme."""
        self.programme = build_programme(master)
        self.solver: WarmHiGHS | None = None

    def join(self, columns: Columns, weights: Ints) -> None:
        """Let more candidates join."""
        add_candidates(self.programme, columns, weights)

    def solve(self) -> Solution:
        """Return the best vertex so far. Raises SolverError when no method returns a whole-number one."""
        if not self.programme.variables and not self.programme.missing:
            return Solution(np.zeros(0, np.int64), {})
        if self.solver is not None:
            solution = self._run(self.solver)
            if solution is not None:
                return solution
        return self._solve_afresh()

    def _solve_afresh(self) -> Solution:
        """Solve from scratch, by the simplex method and if that takes too long by interior point with crossover."""
        for method in ("simplex", "ipm"):
            self.programme = build_programme(self.programme.master)
            self.solver = WarmHiGHS(self.programme, method)
            solution = self._run(self.solver)
            if solution is not None:
                return solution
        raise SolverError(f"The solver returned no whole-number plan for {len(self.programme.variables)} candidates.")

    def _run(self, solver: WarmHiGHS) -> Solution | None:
        """Solve; return nothing when the answer is not a whole-number vertex."""
        stats = self.programme.problem.solve(solver)
        if stats.status != pulp.LpSolveStatus.Optimal:
            return None
        values = np.array([variable.varValue for variable in self.programme.variables])
        chosen = np.rint(values).astype(np.int64)
        duals = {family: read_duals(self.programme, family) for family in Family}
        whole = {family: dual for family, dual in duals.items() if dual is not None}
        if np.abs(values - chosen).max(initial=0.0) > INTEGRALITY or len(whole) < len(duals):
            return None
        return Solution(chosen, whole, round(sum(place.varValue or 0.0 for place in self.programme.missing)))


def read_duals(programme: Programme, family: Family) -> SparseDuals | None:
    """Return the duals of a family's rows in whole numbers, or nothing when they are not whole.

    The programme minimises, so a multiplier comes back as minus the dual of the maximisation; a row stated as two
    constraints has the sum of both.
    """
    rows = sorted(programme.rows[family].items())
    values = np.array([-sum(constraint.pi or 0.0 for constraint in constraints) for _, constraints in rows])
    whole = np.rint(values).astype(np.int64)
    if np.abs(values - whole).max(initial=0.0) > INTEGRALITY:
        return None
    keys = np.array([key for key, _ in rows], np.int64)
    return SparseDuals(keys[whole != 0], whole[whole != 0])
