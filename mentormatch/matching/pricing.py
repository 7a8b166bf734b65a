"""Shortlist, pricing of all candidates, and when to stop: a stage solved over a few candidates and proven over all.

A stage is solved on a pool of candidates. Its duals then price every candidate outside the pool (Dantzig and Wolfe
1960; Gilmore and Gomory 1961); those worth more than their price join and the stage is solved again. Raising each
mentee's dual by the largest excess among their candidates makes the duals feasible for all candidates, so they bound
every plan (the Lagrangian bound); when the bound meets the value of a plan, that plan is the best over all candidates
and the duals are the proof.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from mentormatch.errors import SolverError
from mentormatch.matching.candidates import Codes, row_blocks
from mentormatch.matching.face import Face, lay_out
from mentormatch.matching.model import Master
from mentormatch.matching.roster import Ints
from mentormatch.matching.rows import NO_DUALS, Columns, Duals, Family, SparseDuals, price
from mentormatch.matching.solving import Solution, StageSolver
from mentormatch.matching.stages import EMPTY, Stage

NEAR = 15
"""How many points below its price a candidate may be and stay in a trimmed pool."""

JOINING = 4
"""How many candidates a mentee may bring into the pool after one pricing."""

Report = Callable[[str, int, int], None]
"""Told the stage, the value of the best plan so far and the best bound."""


@dataclass(frozen=True, eq=False)
class Proof:
    """A stage's best plan (positions that rise), its value, and the duals that show that no plan passes ``bound``."""

    stage: Stage
    plan: Ints
    value: int
    bound: int
    duals: Duals


@dataclass(eq=False)
class Trial:
    """A stage on its way: the candidates in its programme, by position, and the solver that holds it."""

    stage: Stage
    positions: Ints
    solver: StageSolver

    def solve(self) -> tuple[Ints, Solution]:
        """Return the best plan among the candidates so far, and the solution."""
        solution = self.solver.solve()
        return np.sort(self.positions[solution.chosen > 0]), solution

    def join(self, positions: Ints, columns: Columns) -> None:
        """Let more candidates join."""
        self.positions = np.concatenate([self.positions, positions])
        self.solver.join(columns, self.stage.weigh(columns))


@dataclass(eq=False)
class Search:
    """A pool of candidates and the best plan of the stages so far, on a face that narrows from stage to stage.

    ``hints`` are duals by stage that may close it at once, where the plan is already the best.
    """

    face: Face
    pool: Ints
    plan: Ints
    report: Report
    hints: Mapping[str, Duals] = field(default_factory=dict)

    def solve(self, stage: Stage) -> Proof:
        """Solve a stage on the current face, over all candidates.

        Raises SolverError when the numbers do not close, which whole-number duals rule out in theory.
        """
        best = self._hinted(self._idle(stage))
        trial = None
        while best.value < best.bound:
            trial = trial or self._begin(stage)
            plan, solution = trial.solve()
            excess, joining = self._price(stage, solution.duals)
            best = self._better(best, plan, _raised(solution.duals, excess))
            self.plan = best.plan
            self.report(stage.name, best.value, best.bound)
            if best.value < best.bound and not len(joining):
                raise SolverError(f"Stage {stage.name} stands at {best.value} and is bounded by {best.bound}.")
            self._join(trial, joining)
        self.plan = best.plan
        return best

    def improve(self, stage: Stage) -> None:
        """Take the plan that is best for a stage among the pool, without a proof: a good start for other stages."""
        self.plan, solution = self._begin(stage).solve()
        self.trim(stage, solution.duals)

    def trim(self, stage: Stage, duals: Duals) -> None:
        """Leave candidates far below their price out of the pool; pricing brings back those that turn out to matter."""
        positions, columns = self.face.columns(self.pool)
        excess = stage.weigh(columns) - price(duals, self.face.keys, columns)
        self.pool = np.union1d(positions[excess >= -NEAR], self.plan)

    def reach(self) -> Proof | None:
        """Find any plan on the face, whose rows may ask for least numbers; return nothing when there is one.

        The shortfall of the rows is made as small as possible over all candidates. If some is left, the duals are the
        proof that no plan is on the face (Farkas 1902): every plan would be worth 0, and their bound is below 0. A row
        that asks for more than it allows needs no duals to show it.
        """
        stage = Stage(EMPTY, lambda columns: np.zeros(len(columns), np.int64))
        if any(bounds.is_contradictory for bounds in self.face.bounds.values()):
            return Proof(stage, self.plan, 0, -1, {})
        trial = self._begin(stage, may_fall_short=True)
        while True:
            plan, solution = trial.solve()
            if not solution.shortfall:
                self.plan = plan
                return None
            excess, joining = self._price(stage, solution.duals)
            if not len(joining):
                duals = _raised(solution.duals, excess)
                return Proof(stage, plan, 0, self.bound(stage, duals), duals)
            self._join(trial, joining)

    def value(self, stage: Stage, plan: Ints) -> int:
        """Return the value of a plan at a stage."""
        columns = self.face.decode(plan)
        cost = 0
        if stage.spreads_load:
            held = self.face.held()
            cost = _spread_cost(held, np.bincount(columns.mentor, minlength=len(held)))
        return int(stage.weigh(columns).sum()) - cost

    def bound(self, stage: Stage, duals: Duals) -> int:
        """Return the dual value of a stage; it bounds every plan when no free candidate exceeds its price."""
        total = sum(
            self.face.bounds[family].worth(duals.get(family, NO_DUALS))
            for family in Family
            if family is not Family.MENTOR
        )
        mentors = duals.get(Family.MENTOR, NO_DUALS)
        if not stage.spreads_load:
            return total + self.face.bounds[Family.MENTOR].worth(mentors)
        everyone, held = np.arange(len(self.face.roster.mentors)), self.face.held()
        loads, _ = self.face.spread_bounds(mentors).at(everyone)
        return total + int((mentors.at(everyone) * loads).sum()) - _spread_cost(held, loads)

    def _idle(self, stage: Stage) -> Proof:
        """Return the plan so far as this stage's plan, with duals of zero where weights cannot be above zero."""
        bound = self.bound(stage, {}) if stage.is_cost else np.iinfo(np.int64).max
        return Proof(stage, self.plan, self.value(stage, self.plan), int(bound), {})

    def _hinted(self, best: Proof) -> Proof:
        """Return a proof with the bound of the stage's hint, if there is one and it is tighter."""
        if best.stage.name not in self.hints or best.value == best.bound:
            return best
        duals = self.hints[best.stage.name]
        excess, _ = self._price(best.stage, duals)
        return self._better(best, best.plan, _raised(duals, excess))

    def _better(self, best: Proof, plan: Ints, duals: Duals) -> Proof:
        """Return a proof with the better of two plans and the tighter of two bounds."""
        value, bound = self.value(best.stage, plan), self.bound(best.stage, duals)
        if value > best.value:
            best = replace(best, plan=plan, value=value)
        return replace(best, bound=bound, duals=duals) if bound < best.bound else best

    def _begin(self, stage: Stage, *, may_fall_short: bool = False) -> Trial:
        """State the programme of a stage on the pool."""
        positions, columns = self.face.columns(self.pool)
        held = self.face.held() if stage.spreads_load else None
        master = Master(self.face.keys, columns, stage.weigh(columns), self.face.bounds, held, may_fall_short)
        kept, master = _useful(master)
        return Trial(stage, positions[kept], StageSolver(master))

    def _join(self, trial: Trial, joining: Ints) -> None:
        """Let candidates join a programme and the pool."""
        positions, columns = self.face.columns(joining)
        trial.join(positions, columns)
        self.pool = np.union1d(self.pool, joining)

    def _price(self, stage: Stage, duals: Duals) -> tuple[Ints, Ints]:
        """Return each mentee's largest excess of worth over price, and the candidates with the largest ones."""
        prices = lay_out(duals, self.face.roster)

        def look(columns: Columns, rows: slice) -> tuple[Ints, Ints]:
            """Price one block."""
            height = rows.stop - rows.start
            excess = stage.weigh(columns) - prices.of(columns, rows.start, height, self.face.width)
            over = np.flatnonzero(excess > 0)
            found = columns.where(over)
            highest = np.zeros(height, np.int64)
            np.maximum.at(highest, found.mentee - rows.start, excess[over])
            return highest, self.face.positions(found.where(_best_of_each(found, excess[over])))

        results = self.face.scan(look)
        nobody = np.zeros(0, np.int64)
        return np.concatenate([nobody, *(r[0] for r in results)]), np.concatenate([nobody, *(r[1] for r in results)])


def _useful(master: Master) -> tuple[Ints, Master]:
    """Leave out candidates that can only cost: no weight above zero, and no row of theirs asks for a least number."""
    useful = master.weights > 0
    for family, bounds in master.bounds.items():
        keys = master.keys.of(family, master.columns)
        has_row = keys >= 0
        lower = np.zeros(len(keys), np.int64)
        lower[has_row] = bounds.at(keys[has_row])[0]
        useful |= lower > 0
    kept = np.flatnonzero(useful)
    return kept, replace(master, columns=master.columns.where(kept), weights=master.weights[kept])


def _raised(duals: Duals, excess: Ints) -> Duals:
    """Return the duals with each mentee's raised by their largest excess, so that no candidate exceeds its price."""
    raised = duals.get(Family.MENTEE, NO_DUALS).at(np.arange(len(excess))) + excess
    keys = np.flatnonzero(raised)
    return {**duals, Family.MENTEE: SparseDuals(keys, raised[keys])}


def _spread_cost(held: Ints, loads: Ints) -> int:
    """Return the cost of ``loads`` more places for mentors that hold some: held + (held + 1) + ..., summed."""
    return int((loads * held + loads * (loads - 1) // 2).sum())


def _scattered(mentee: Ints, mentor: Ints) -> Ints:
    """Return 16 bits a pair that tell equals apart, so that not all mentees bring the same mentors."""
    return np.asarray((mentee * 2_654_435_761 + mentor * 40_503) & 0xFFFF, np.int64)


def _best_of_each(columns: Columns, excess: Ints) -> Ints:
    """Return the places of each mentee's candidates with the largest excess, equals scattered over the mentors."""
    order = np.lexsort((_scattered(columns.mentee, columns.mentor), -excess, columns.mentee))
    mentee = columns.mentee[order]
    first = np.flatnonzero(np.diff(mentee, prepend=-1))
    rank = np.arange(len(mentee)) - np.repeat(first, np.diff(first, append=len(mentee)))
    return order[rank < JOINING]


def shortlist(codes: Codes, size: int) -> Ints:
    """Return the positions of each mentee's and each mentor's ``size`` best candidates, equals scattered."""
    mentees, mentors = (np.arange(length, dtype=np.int64) for length in codes.shape)
    found = [np.zeros(0, np.int64)]
    for rows in row_blocks(*codes.shape):
        ties = _scattered(mentees[rows, None], mentors[None, :])
        row, column = _best_in_rows(codes[rows], ties, size)
        found.append((row + rows.start) * codes.shape[1] + column)
    for rows in row_blocks(*codes.T.shape):
        ties = _scattered(mentees[None, :], mentors[rows, None])
        row, column = _best_in_rows(codes.T[rows], ties, size)
        found.append(column * codes.shape[1] + row + rows.start)
    return np.unique(np.concatenate(found))


def _best_in_rows(codes: Codes, ties: Ints, size: int) -> tuple[Ints, Ints]:
    """Return row and column of the best ``size`` codes in each row, leaving out what is no candidate."""
    ranks = (codes.astype(np.int64) << 16) + ties
    if codes.shape[1] > size:
        columns = np.argpartition(ranks, codes.shape[1] - size, axis=1)[:, codes.shape[1] - size :]
    else:
        columns = np.broadcast_to(np.arange(codes.shape[1]), codes.shape)
    is_candidate = np.take_along_axis(codes, columns, 1) >= 0
    rows = np.broadcast_to(np.arange(codes.shape[0])[:, None], columns.shape)
    return rows[is_candidate], columns[is_candidate]
