"""PuLP and HiGHS: solve the programme of a stage and read its plan and duals as whole numbers."""

from dataclasses import dataclass

import numpy as np
import pulp

from mentormatch.errors import SolverError
from mentormatch.matching.model import Master, Programme, build_programme
from mentormatch.matching.roster import Ints
from mentormatch.matching.rows import Duals, Family, SparseDuals

INTEGRALITY = 1e-6
SMALL = 2_000
"""Programmes with fewer candidates than this go to the simplex method, which then is the quicker one."""


@dataclass(frozen=True, eq=False)
class Solution:
    """A vertex of a stage's programme: how often each candidate is chosen (0 or 1), and the dual of each row.

    Duals are those of the maximisation: a full row has a dual of at least 0, a row at its least one of at most 0.
    """

    chosen: Ints
    duals: Duals
    shortfall: int = 0


def solve(master: Master) -> Solution:
    """Solve the programme of a stage. Raises SolverError when no method returns a whole-number vertex."""
    if not len(master.columns) and not master.may_fall_short:
        return Solution(np.zeros(0, np.int64), {})
    first = "simplex" if len(master.columns) < SMALL else "ipm"
    for method in dict.fromkeys((first, "ipm", "simplex")):
        solution = _try(build_programme(master), method)
        if solution is not None:
            return solution
    raise SolverError(f"The solver returned no whole-number plan for a programme of {len(master.columns)} candidates.")


def _try(programme: Programme, method: str) -> Solution | None:
    """Solve with one method; return nothing when the answer is not a whole-number vertex."""
    solver = pulp.HiGHS(msg=False, mip=False, threads=1, solver=method, output_flag=False)
    stats = programme.problem.solve(solver)
    if stats.status != pulp.LpSolveStatus.Optimal:
        return None
    values = np.array([variable.varValue for variable in programme.variables])
    chosen = np.rint(values).astype(np.int64)
    duals = {family: read_duals(programme, family) for family in Family}
    is_whole = bool(np.abs(values - chosen).max(initial=0.0) < INTEGRALITY) and None not in duals.values()
    shortfall = round(sum(place.varValue for place in programme.missing))
    return Solution(chosen, {family: dual for family, dual in duals.items() if dual is not None}, shortfall) if is_whole else None


def read_duals(programme: Programme, family: Family) -> SparseDuals | None:
    """Return the duals of a family's rows in whole numbers, or nothing when they are not whole.

    The programme minimises, so a multiplier comes back as minus the dual of the maximisation; a row stated as two
    constraints has the sum of both.
    """
    rows = programme.rows[family]
    values = np.array([-sum(constraint.pi or 0.0 for constraint in constraints) for _, constraints in rows])
    whole = np.rint(values).astype(np.int64)
    if np.abs(values - whole).max(initial=0.0) > INTEGRALITY:
        return None
    keys = np.array([key for key, _ in rows], np.int64)
    return SparseDuals(keys[whole != 0], whole[whole != 0])
