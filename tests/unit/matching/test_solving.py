"""Vertices and duals of a stage's programme: right signs, whole numbers, and the same optimum warm and cold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from types import SimpleNamespace
from typing import Any, cast, override

import numpy as np
import pytest

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.policy import Policy
from mentormatch.domain.round import Round
from mentormatch.errors import SolverError
from mentormatch.matching import solving
from mentormatch.matching.candidates import build_candidates
from mentormatch.matching.engine import match
from mentormatch.matching.face import Face
from mentormatch.matching.model import Master, Programme
from mentormatch.matching.pricing import Search
from mentormatch.matching.roster import Ints, build_roster
from mentormatch.matching.rows import (
    NO_DUALS,
    NO_ROW,
    Bounds,
    Columns,
    Duals,
    Family,
    RowBounds,
    RowKeys,
    concatenate,
    opening_bounds,
    price,
)
from mentormatch.matching.solving import Solution, StageSolver, WarmHiGHS, read_duals
from mentormatch.matching.stages import stages_of
from mentormatch.synthesis.organisation import generate_organisation
from tests.factories import a_mentee, a_mentor, a_round, bare_policy

UP, DOWN, REVERSE, PEER, FORWARD = DIRECTIONS
Pair = tuple[int, int]
"""The numbers of a mentee and a mentor."""


def ints(*values: int) -> Ints:
    """Return whole numbers as an array."""
    return np.array(values, np.int64)


NOBODY = Columns(*[ints()] * 4)


def a_master(weights: Mapping[Pair, int], loads: Mapping[int, tuple[int, int]], **changes: Any) -> Master:
    """Return a master of (mentee, mentor) pairs with weights; ``loads`` bounds the mentors' places, 9 otherwise."""
    mentees = max((mentee for mentee, _ in weights), default=0) + 1
    mentors = max((mentor for mentor in (*(pair[1] for pair in weights), *loads)), default=0) + 1
    members = [*(a_mentee(f"E{k}") for k in range(mentees)), *(a_mentor(f"M{k}", places=9) for k in range(mentors))]
    roster = build_roster(a_round(*members, policy=bare_policy()))
    found = Columns(*(ints(*(pair[side] for pair in weights)) for side in (0, 1)), *[ints(*[0] * len(weights))] * 2)
    bounds = dict(opening_bounds(roster, NOBODY, 1))
    sides = [ints(*(load[side] for load in loads.values())) for side in (0, 1)]
    bounds[Family.MENTOR] = bounds[Family.MENTOR].put(ints(*loads), *sides)
    return Master(RowKeys(roster), found, ints(*weights.values()), bounds, **changes)


def solve(master: Master) -> Solution:
    """Return the best vertex of a master's programme."""
    return StageSolver(master).solve()


def value(master: Master, solution: Solution) -> int:
    """Return what a solution is worth: its weights, less the cost of the loads, less what is missing."""
    cost = 0
    if master.held is not None:
        loads = np.bincount(master.columns.mentor[solution.chosen > 0], minlength=len(master.held))
        cost = sum(sum(range(h, h + load)) for h, load in zip(master.held.tolist(), loads.tolist(), strict=True))
    return int(master.weights @ solution.chosen) - cost - solution.shortfall


def dual_value(master: Master, duals: Duals) -> int:
    """Return the bound that duals prove; where load costs, a mentor adds the largest gain of its loads at its price."""
    total = sum(master.bounds[family].worth(duals.get(family, NO_DUALS)) for family in Family)
    if master.held is None:
        return total
    mentors, total = (
        duals.get(Family.MENTOR, NO_DUALS),
        total - master.bounds[Family.MENTOR].worth(duals[Family.MENTOR]),
    )
    lower, upper = master.bounds[Family.MENTOR].at(np.arange(len(master.held)))
    for mentor, held in enumerate(master.held.tolist()):
        asked = int(mentors.at(ints(mentor))[0])
        total += max(asked * t - sum(range(held, held + t)) for t in range(int(lower[mentor]), int(upper[mentor]) + 1))
    return total


def check_optimal(master: Master, solution: Solution) -> None:
    """Check that the duals have the right signs and prove the plan best: weak duality, met with equality."""
    worth = master.weights - price(solution.duals, master.keys, master.columns)
    assert (worth <= 0).all()
    assert not worth[solution.chosen > 0].any()
    for family in Family:
        sparse = solution.duals.get(family, NO_DUALS)
        if family is Family.MENTOR and master.held is not None:
            continue
        keys = master.keys.of(family, master.columns)
        used = ints(*(int(solution.chosen[keys == key].sum()) for key in sparse.keys.tolist()))
        lower, upper = master.bounds[family].at(sparse.keys)
        assert (np.where(sparse.values > 0, upper, lower) == used).all()
    assert dual_value(master, solution.duals) == value(master, solution)


class TestDualsOfLittleProgrammes:
    """Each programme has one mentor and one pair of duals that can be worked out on a napkin."""

    @staticmethod
    def mentor_dual(weights: Sequence[int], lower: int, upper: int) -> int:
        """Return the dual of a mentor's row who may take some of several mentees."""
        master = a_master({(row, 0): weight for row, weight in enumerate(weights)}, {0: (lower, upper)})
        solution = solve(master)
        check_optimal(master, solution)
        return int(solution.duals[Family.MENTOR].at(ints(0))[0])

    @pytest.mark.parametrize(
        ("weights", "lower", "upper", "dual"),
        [
            ((5, 5), 0, 1, 5),
            ((5, 5, 5), 0, 2, 5),
            ((5, 5), 0, 2, 0),
            ((5, 5), 1, 1, 5),
            ((-2, -2), 1, 1, -2),
            ((-2, -2, -2), 2, 2, -2),
            ((-2, -2, -9), 1, 2, -2),
            ((5, 5, 5), 1, 2, 5),
            ((0, 0, 0), 1, 2, 0),
            ((-3, -3, -3), 0, 2, 0),
            ((7, -3, -3, -3), 2, 4, -3),
        ],
        ids=[
            "full",
            "full with two",
            "room enough",
            "equation of a gain",
            "equation of a cost",
            "equation of a larger cost",
            "range at its least",
            "range at its most",
            "range that costs nothing",
            "nobody needed",
            "one who gains and one who must",
        ],
    )
    def test_a_full_row_has_a_positive_dual_and_one_at_its_least_a_negative_one(
        self, weights: tuple[int, ...], lower: int, upper: int, dual: int
    ) -> None:
        assert self.mentor_dual(weights, lower, upper) == dual

    def test_the_price_of_a_mentor_is_what_the_best_one_left_out_would_bring(self) -> None:
        master = a_master({(0, 0): 9, (1, 0): 7, (2, 0): 4}, {0: (0, 2)})
        solution = solve(master)
        check_optimal(master, solution)
        assert 4 <= solution.duals[Family.MENTOR].at(ints(0))[0] <= 7
        assert solution.chosen.tolist() == [1, 1, 0]

    def test_a_mentee_between_two_mentors_is_worth_the_difference(self) -> None:
        """The mentor M0 is free for E0 alone, E1 can only go to M1: nobody is in anybody's way."""
        master = a_master({(0, 0): 8, (0, 1): 3, (1, 1): 6}, {})
        solution = solve(master)
        check_optimal(master, solution)
        assert solution.duals[Family.MENTEE].at(ints(0, 1)).tolist() == [8, 6]

    @pytest.mark.parametrize(("lower", "upper"), [(1, 1), (1, 3)])
    def test_a_row_that_lacks_places_has_a_dual_of_minus_one(self, lower: int, upper: int) -> None:
        """Farkas: the plans that do not exist would be worth 0, and the bound is -1."""
        master = a_master({(0, 0): 0}, {0: (0, 1), 1: (lower, upper)}, may_fall_short=True)
        solution = solve(master)
        assert solution.shortfall == 1
        assert solution.duals[Family.MENTOR].at(ints(0, 1)).tolist() == [0, -1]

    def test_rows_that_fight_for_one_mentee_lack_one_place_between_them(self) -> None:
        master = a_master({(0, 0): 0, (0, 1): 0}, {0: (1, 1), 1: (1, 1)}, may_fall_short=True)
        solution = solve(master)
        assert solution.shortfall == 1
        assert dual_value(master, solution.duals) == -1
        assert (price(solution.duals, master.keys, master.columns) >= 0).all()

    def test_nothing_is_missing_where_a_plan_exists(self) -> None:
        master = a_master({(0, 0): 0, (0, 1): 0, (1, 1): 0}, {0: (1, 1), 1: (1, 1)}, may_fall_short=True)
        solution = solve(master)
        assert solution.shortfall == 0
        assert solution.chosen.tolist() == [1, 0, 1]


class TestLoads:
    @pytest.mark.parametrize(
        ("held", "loads"), [((0, 0), (2, 2)), ((1, 0), (2, 2)), ((2, 0), (1, 3)), ((9, 0), (1, 3)), ((0, 2), (3, 1))]
    )
    def test_places_are_spread_by_what_is_held_already(self, held: tuple[int, int], loads: tuple[int, int]) -> None:
        """Two mentors, four mentees who must all be served; M0 and M1 must each take one."""
        pairs = dict.fromkeys(product(range(4), range(2)), 0)
        master = a_master(pairs, {0: (1, 3), 1: (1, 3)}, held=ints(*held))
        bounds = master.bounds[Family.MENTEE].put(np.arange(4), ints(1, 1, 1, 1), ints(1, 1, 1, 1))
        master = replace(master, bounds={**master.bounds, Family.MENTEE: bounds})
        solution = solve(master)
        check_optimal(master, solution)
        found = np.bincount(master.columns.mentor[solution.chosen > 0], minlength=2).tolist()
        costs = {split: sum(sum(range(h, h + n)) for h, n in zip(held, split, strict=True)) for split in self.splits()}
        assert costs[found[0], found[1]] == min(costs.values()) == costs[loads]

    @staticmethod
    def splits() -> Iterator[tuple[int, int]]:
        """Yield the ways to share four places between two mentors who take one to three."""
        return ((first, 4 - first) for first in range(1, 4))

    def test_nobody_is_served_at_a_cost_when_nobody_must(self) -> None:
        solution = solve(a_master({(0, 0): 0, (1, 0): 0}, {0: (0, 2)}, held=ints(1)))
        assert solution.chosen.tolist() == [0, 0]


class OddCycle(RowKeys):
    """Three candidates of which each two share a row, so that each is best chosen by half."""

    @override
    def of(self, family: Family, columns: Columns) -> Ints:
        """Return the rows of the candidates, whose numbers stand in the place of the mentor."""
        shared = {Family.MENTEE: (0, 0, 1), Family.MENTOR: (1, 0, 0), Family.DIRECTION: (0, 1, 0)}
        rows = ints(*shared.get(family, (NO_ROW,) * 3))
        return rows[columns.mentor]


def an_odd_cycle() -> Master:
    """Return a programme whose best vertex is not whole: half of each of three candidates."""
    nothing = ints()
    uppers = {Family.MENTEE: ints(1, 1), Family.MENTOR: ints(1, 9), Family.DIRECTION: ints(1, 9)}
    bounds: RowBounds = {f: Bounds(uppers.get(f, ints(9)), 1, nothing, nothing, nothing) for f in Family}
    found = Columns(ints(0, 0, 1), ints(0, 1, 2), ints(0, 0, 0), ints(1, 1, 1))
    return Master(OddCycle(build_roster(a_round())), found, ints(1, 1, 1), bounds)


class TestWholeNumbers:
    def test_a_vertex_that_is_not_whole_is_refused(self) -> None:
        with pytest.raises(SolverError) as caught:
            solve(an_odd_cycle())
        assert caught.value.sentence == "The solver returned no whole-number plan for 3 candidates."

    @pytest.mark.parametrize(
        ("pi", "expected"),
        [([-2.0], {4: 2}), ([3.0], {4: -3}), ([-5.0, 2.0], {4: 3}), ([None], {}), ([None, -1.0], {4: 1}), ([0.0], {})],
    )
    def test_the_dual_of_a_row_is_minus_the_sum_of_its_constraints(
        self, pi: list[float | None], expected: dict[int, int]
    ) -> None:
        rows = {Family.TEAM: {4: [SimpleNamespace(pi=one) for one in pi]}}
        found = read_duals(cast("Programme", SimpleNamespace(rows=rows)), Family.TEAM)
        assert found is not None
        assert dict(zip(found.keys.tolist(), found.values.tolist(), strict=True)) == expected

    @pytest.mark.parametrize(("pi", "is_whole"), [(-0.5, False), (1.00001, False), (-3.0000001, True), (1e-9, True)])
    def test_a_dual_that_is_not_whole_is_refused(self, pi: float, is_whole: bool) -> None:
        rows = {Family.MENTEE: {0: [SimpleNamespace(pi=pi)], 3: [SimpleNamespace(pi=-1.0)]}}
        found = read_duals(cast("Programme", SimpleNamespace(rows=rows)), Family.MENTEE)
        assert (found is not None) is is_whole

    def test_duals_are_listed_in_the_order_of_their_rows(self) -> None:
        rows = {Family.MENTEE: {key: [SimpleNamespace(pi=-float(key))] for key in (7, 0, 3)}}
        found = read_duals(cast("Programme", SimpleNamespace(rows=rows)), Family.MENTEE)
        assert found is not None
        assert (found.keys.tolist(), found.values.tolist()) == ([3, 7], [3, 7])


class TestNothingToSolve:
    def test_no_candidates_make_an_empty_plan(self) -> None:
        solution = solve(a_master({}, {}))
        assert (solution.chosen.tolist(), solution.shortfall) == ([], 0)

    def test_candidates_that_only_cost_are_left(self) -> None:
        master = a_master({(0, 0): -1, (1, 0): -5}, {})
        solution = solve(master)
        check_optimal(master, solution)
        assert solution.chosen.tolist() == [0, 0]


def organisation_masters(seed: int) -> list[Master]:
    """Return the masters of all stages of a made-up organisation, each over all candidates of its face."""
    made = generate_organisation(150, seed)
    round_ = Round(made.people, made.enrolments, made.history, Policy(bands=(500, 650)))
    face = Face(build_candidates(build_roster(round_)))
    face.open(NOBODY, 1)
    masters, plan = [], ints()
    for stage in stages_of(face.roster):
        found = concatenate(face.scan(lambda part, _: part))
        held = face.held() if stage.spreads_load else None
        masters.append(Master(face.keys, found, stage.weigh(found), face.bounds, held))
        proof = Search(face, face.positions(found), plan, lambda *_: None).solve(stage)
        face.settle(stage, proof.duals)
        plan = proof.plan
    return masters


class TestWarmAndCold:
    @pytest.mark.parametrize("seed", range(4))
    def test_candidates_that_join_lead_to_the_optimum_of_all_at_once(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        for master in organisation_masters(seed):
            first, *later = np.array_split(rng.permutation(len(master.columns)), 4)
            warm = StageSolver(replace(master, columns=master.columns.where(first), weights=master.weights[first]))
            for some in later:
                self.try_to_solve(warm)
                warm.join(master.columns.where(some), master.weights[some])
            solution, joined = warm.solve(), warm.programme.master
            check_optimal(joined, solution)
            assert value(joined, solution) == value(master, solve(master))

    @staticmethod
    def try_to_solve(solver: StageSolver) -> None:
        """Solve what there is so far; rows may still ask for candidates that have not joined."""
        try:
            solver.solve()
        except SolverError:
            return

    def test_the_later_solves_start_from_the_last_basis(self, monkeypatch: pytest.MonkeyPatch) -> None:
        methods = watch_methods(monkeypatch)
        solver = StageSolver(a_master({(0, 0): 1, (1, 0): 5}, {0: (0, 1), 1: (0, 1)}))
        assert solver.solve().chosen.tolist() == [0, 1]
        solver.join(Columns(ints(0), ints(1), ints(0), ints(0)), ints(3))
        assert solver.solve().chosen.tolist() == [0, 1, 1]
        assert methods == ["simplex"]

    def test_a_join_that_changes_nothing_changes_no_answer(self) -> None:
        solver = StageSolver(a_master({(0, 0): 1, (1, 0): 5}, {0: (0, 1)}))
        before = solver.solve()
        for _ in range(2):
            solver.join(NOBODY, ints())
            assert solver.solve().chosen.tolist() == before.chosen.tolist() == [0, 1]


def watch_methods(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that fills with the methods of the solvers that are made from now on."""
    methods: list[str] = []
    original = WarmHiGHS.__init__

    def watch(self: WarmHiGHS, programme: Programme, method: str) -> None:
        methods.append(method)
        original(self, programme, method)

    monkeypatch.setattr(WarmHiGHS, "__init__", watch)
    return methods


class TestMethods:
    def test_a_simplex_run_that_takes_too_long_is_given_up_for_interior_point(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        masters = organisation_masters(5)
        expected = [value(master, solve(master)) for master in masters]
        monkeypatch.setattr(solving, "ITERATIONS_PER_ROW", 0)
        methods = watch_methods(monkeypatch)
        for master, best in zip(masters, expected, strict=True):
            solution = solve(master)
            check_optimal(master, solution)
            assert value(master, solution) == best
        assert methods.count("ipm") >= len(masters) // 2

    def test_a_whole_round_has_the_same_outcome_by_either_method(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = generate_organisation(150, 12)
        round_ = Round(made.people, made.enrolments, made.history)
        expected = match(round_, digests={}).outcome
        monkeypatch.setattr(solving, "ITERATIONS_PER_ROW", 0)
        methods = watch_methods(monkeypatch)
        outcome = match(round_, digests={}).outcome
        assert (outcome.pairings, outcome.stages) == (expected.pairings, expected.stages)
        assert "ipm" in methods

    def test_when_no_method_answers_the_solver_is_at_fault(self, monkeypatch: pytest.MonkeyPatch) -> None:
        methods = watch_methods(monkeypatch)
        monkeypatch.setattr(StageSolver, "_run", lambda *_: None)
        with pytest.raises(SolverError):
            solve(a_master({(0, 0): 1}, {}))
        assert methods == ["simplex", "ipm"]


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_stage_of_a_pass_has_duals_that_prove_it(direction: Direction) -> None:
    """Rounds of one direction alone, over all candidates at once."""
    made = generate_organisation(120, 2)
    table = {direction: Policy().directions[direction]}
    face = Face(build_candidates(build_roster(Round(made.people, made.enrolments, policy=Policy(directions=table)))))
    face.open(NOBODY, 1)
    found = concatenate(face.scan(lambda part, _: part))
    master = Master(face.keys, found, found.points, face.bounds)
    check_optimal(master, solve(master))
