"""A stage solved over a few candidates is proven over all: what is missing joins, and the bound never lies."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise, product

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from mentormatch.domain.policy import CapacityPolicy, Policy, SolvePolicy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Round
from mentormatch.errors import SolverError
from mentormatch.matching import candidates as candidates_module
from mentormatch.matching import pricing as module
from mentormatch.matching.candidates import NO_CANDIDATE, build_candidates, row_blocks
from mentormatch.matching.face import Face
from mentormatch.matching.pricing import Proof, Search, shortlist
from mentormatch.matching.roster import Ints, build_roster
from mentormatch.matching.rows import NO_DUALS, Columns, Family, SparseDuals, concatenate, price
from mentormatch.matching.solving import Solution, StageSolver
from mentormatch.matching.stages import EMPTY, Lottery, Stage, draw, stages_of, uniqueness
from mentormatch.synthesis.organisation import generate_organisation
from tests.factories import a_mentee, a_mentor, a_round, a_scored_round, bare_policy, loose_capacity
from tests.oracle import caps_of
from tests.oracle_pairs import World, all_choices

NO_PLAN = np.zeros(0, np.int64)
NOBODY = Columns(*[NO_PLAN] * 4)
TWO_BY_TWO = {("A", "M"): 900, ("A", "N"): 800, ("B", "M"): 700, ("B", "N"): 100}
"""Greedy takes A with M (1,000 in all); the best is A with N and B with M (1,500)."""


@dataclass
class Steps:
    """Remembers every report of a search."""

    heard: list[tuple[str, int, int]] = field(default_factory=list)

    def __call__(self, stage: str, value: int, bound: int) -> None:
        """Keep one report."""
        self.heard.append((stage, value, bound))


def organisation(seed: int, people_count: int = 150) -> Round:
    """Return a made-up organisation under a policy with tight caps."""
    made = generate_organisation(people_count, seed)
    capacity = CapacityPolicy(mentor_limit=2, mentee_limit=1)
    policy = Policy(capacity=capacity, bands=(500, 600), solve=SolvePolicy(threads=1))
    return Round(made.people, made.enrolments, made.history, policy)


def opened(round_: Round) -> Face:
    """Return the face of a round at the start of its first pass."""
    face = Face(build_candidates(build_roster(round_)))
    face.open(NOBODY, 1)
    return face


def gathered(face: Face) -> Columns:
    """Return all free candidates."""
    return concatenate(face.scan(lambda columns, _: columns))


def search_on(face: Face, pool: Ints = NO_PLAN, plan: Ints = NO_PLAN, report: Steps | None = None) -> Search:
    """Return a search from a pool and a plan."""
    return Search(face, pool, plan, report or Steps())


def position(face: Face, mentee: str, mentor: str) -> int:
    """Return the position of a pair."""
    return face.roster.mentees.position[mentee] * face.width + face.roster.mentors.position[mentor]


def named(face: Face, name: str) -> Stage:
    """Return a stage by its name."""
    return next(stage for stage in stages_of(face.roster) if stage.name == name)


def check_proof(face: Face, proof: Proof) -> None:
    """Check a proof over all free candidates: none is worth more than its price, and the bound is the value."""
    found = gathered(face)
    assert (proof.stage.weigh(found) <= price(proof.duals, face.keys, found)).all()
    search = search_on(face)
    assert proof.bound == search.bound(proof.stage, proof.duals) == search.value(proof.stage, proof.plan) == proof.value
    assert proof.plan.tolist() == sorted(set(proof.plan.tolist()))


def optimum(round_: Round, worth: Callable[[int], int]) -> int:
    """Return the largest total worth of points over all plans, by SciPy's integer programme of the oracle's caps."""
    world = World(round_)
    choices = list(all_choices(world))
    limits = {key: limit for choice in choices for key, limit in caps_of(world, choice, frozenset())}
    rows = {key: number for number, key in enumerate(limits)}
    table = np.zeros((len(limits), len(choices)))
    for column, choice in enumerate(choices):
        for key, _ in caps_of(world, choice, frozenset()):
            table[rows[key], column] = 1
    costs = [-worth(choice.points) for choice in choices]
    caps = LinearConstraint(table, ub=list(limits.values()))
    found = milp(costs, constraints=caps, bounds=Bounds(0, 1), integrality=np.ones(len(choices)))
    return -round(float(found.fun))


class TestMissingCandidates:
    @pytest.mark.parametrize("pool", [[], ["AM"], ["AM", "BN"], ["AN", "BM"], ["AM", "AN", "BM", "BN"]])
    def test_a_pool_without_the_best_candidates_finds_them(self, pool: list[str]) -> None:
        face = opened(a_scored_round(TWO_BY_TWO))
        search = search_on(face, np.array(sorted(position(face, *pair) for pair in pool), np.int64))
        proof = search.solve(named(face, "points"))
        check_proof(face, proof)
        assert (proof.value, proof.bound) == (1500, 1500)
        best = sorted([position(face, "A", "N"), position(face, "B", "M")])
        assert proof.plan.tolist() == search.plan.tolist() == best
        assert set(best) <= set(search.pool.tolist())

    @pytest.mark.parametrize("joining", [1, 1000])
    @pytest.mark.parametrize("seed", range(2))
    def test_any_pool_leads_to_the_same_values_through_all_stages(
        self, seed: int, joining: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """From the face of the stages before; the pool holds the plan so far and a few others."""
        monkeypatch.setattr(module, "JOINING", joining)
        rng = np.random.default_rng(seed)
        face = opened(organisation(seed))
        plan, values = NO_PLAN, []
        for stage in [*stages_of(face.roster), draw(Lottery(face.roster), 0)]:
            everything = face.positions(gathered(face))
            pools = [plan, np.union1d(plan, rng.choice(everything, 20)), everything]
            proofs = [search_on(face, pool, plan).solve(stage) for pool in pools]
            for proof in proofs:
                check_proof(face, proof)
            assert len({proof.value for proof in proofs}) == 1
            values.append(proofs[0].value)
            plan = proofs[0].plan
            face.settle(stage, proofs[0].duals)
        assert values == self.values_of(seed)

    @staticmethod
    @cache
    def values_of(seed: int) -> list[int]:
        """Return the stage values that one search over all candidates reaches."""
        face = opened(organisation(seed))
        search = search_on(face, face.positions(gathered(face)))
        values = []
        for stage in [*stages_of(face.roster), draw(Lottery(face.roster), 0)]:
            proof = search.solve(stage)
            face.settle(stage, proof.duals)
            values.append(proof.value)
        return values

    @pytest.mark.parametrize("pairs", [1, 60, 1000])
    def test_blocks_of_any_height_lead_to_the_same_value(self, pairs: int, monkeypatch: pytest.MonkeyPatch) -> None:
        expected = self.values_of(1)
        monkeypatch.setattr(candidates_module, "PAIRS_PER_BLOCK", pairs)
        face = opened(organisation(1))
        search, values = search_on(face), []
        for stage in [*stages_of(face.roster), draw(Lottery(face.roster), 0)]:
            proof = search.solve(stage)
            check_proof(face, proof)
            face.settle(stage, proof.duals)
            values.append(proof.value)
        assert values == expected

    def test_the_pool_grows_by_a_few_candidates_of_each_mentee_at_a_time(self) -> None:
        face = opened(a_scored_round({(f"E{k}", f"M{n}"): 500 for k, n in product(range(3), range(9))}))
        steps = Steps()
        search = search_on(face, report=steps)
        search.solve(named(face, "coverage"))
        assert len(search.pool) <= module.JOINING * 3 * len(steps.heard)


class TestBoundsOnTheWay:
    @pytest.mark.parametrize("seed", range(4))
    @pytest.mark.parametrize("name", ["coverage", "points"])
    def test_no_step_claims_more_than_it_has_nor_less_than_there_is(self, name: str, seed: int) -> None:
        """The Lagrangian bound never falls below the optimum, whatever the pool; the value never passes it."""
        round_, steps = organisation(seed, 130), Steps()
        best = optimum(round_, (lambda _: 1) if name == "coverage" else (lambda points: points))
        face = opened(round_)
        proof = search_on(face, report=steps).solve(named(face, name))
        check_proof(face, proof)
        assert proof.value == best
        assert len(steps.heard) >= 2
        assert all(stage == name and value <= best <= bound for stage, value, bound in steps.heard)
        for (_, before, wide), (_, after, narrow) in pairwise(steps.heard):
            assert before <= after
            assert wide >= narrow
        assert steps.heard[-1] == (name, best, best)

    def test_a_weaker_proof_leaves_the_better_bound(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """At the third step the solver has no duals, so that only the mentees' best candidates bound the plan."""
        original, steps = StageSolver.solve, Steps()

        def forgetful(solver: StageSolver) -> Solution:
            found = original(solver)
            return found if len(steps.heard) != 2 else replace(found, duals={})

        monkeypatch.setattr(StageSolver, "solve", forgetful)
        face = opened(organisation(0, 130))
        proof = search_on(face, report=steps).solve(named(face, "points"))
        check_proof(face, proof)
        bounds = [bound for _, _, bound in steps.heard]
        assert len(bounds) >= 3
        assert bounds == sorted(bounds, reverse=True)

    def test_a_report_may_end_the_work_and_leaves_the_best_plan_so_far(self) -> None:
        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        face = opened(a_scored_round(TWO_BY_TWO))
        pool = np.array([position(face, "A", "M")])
        search = Search(face, pool, NO_PLAN, stop)
        with pytest.raises(KeyboardInterrupt):
            search.solve(named(face, "points"))
        assert search.plan.tolist() == pool.tolist()

    @pytest.mark.parametrize("name", ["bands:0", "load"])
    def test_a_plan_that_costs_nothing_needs_no_solver(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        face = opened(a_scored_round(TWO_BY_TWO, policy=bare_policy(RuleId.LEVEL_BAND, bands=(50,))))
        plan = np.array(sorted([position(face, "A", "N"), position(face, "B", "M")]))
        monkeypatch.setattr(StageSolver, "solve", lambda _: pytest.fail("the solver was asked"))
        proof = search_on(face, plan, plan).solve(named(face, name))
        assert (proof.value, proof.bound, dict(proof.duals)) == (0, 0, {})
        assert proof.plan.tolist() == plan.tolist()

    def test_a_face_of_nobody_is_worth_nothing(self) -> None:
        face = opened(a_round(policy=bare_policy()))
        search = search_on(face)
        for stage in stages_of(face.roster):
            proof = search.solve(stage)
            assert (proof.value, proof.bound) == (0, 0)


class TestNumbersThatDoNotClose:
    def test_a_solver_that_misses_the_best_plan_is_found_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        original = StageSolver.solve

        def forget(solver: StageSolver) -> Solution:
            found = original(solver)
            return replace(found, chosen=np.zeros_like(found.chosen))

        monkeypatch.setattr(StageSolver, "solve", forget)
        face = opened(a_scored_round(TWO_BY_TWO))
        with pytest.raises(SolverError) as caught:
            search_on(face, face.positions(gathered(face))).solve(named(face, "points"))
        assert caught.value.sentence == "Stage points stands at 0 and is bounded by 1500."

    def test_duals_that_are_too_low_only_make_the_bound_weak(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without its duals the solver proves no more than each mentee's best candidate."""
        original, steps = StageSolver.solve, Steps()
        monkeypatch.setattr(StageSolver, "solve", lambda solver: replace(original(solver), duals={}))
        face = opened(a_scored_round(TWO_BY_TWO))
        search = search_on(face, report=steps)
        stage = named(face, "points")
        monkeypatch.setattr(Search, "_join", lambda *_: pytest.fail("enough"))
        with pytest.raises(pytest.fail.Exception):
            search.solve(stage)
        assert steps.heard == [("points", 0, 1600)]


class TestLoadBound:
    @pytest.mark.parametrize("seed", range(12))
    def test_the_dual_value_of_the_load_stage_is_the_conjugate_of_its_cost(self, seed: int) -> None:
        """Each mentor adds the largest of price x load - cost of the load, over the loads that its bounds allow."""
        rng = np.random.default_rng(seed)
        mentees = [a_mentee(f"E{k}", max_mentors=2) for k in range(6)]
        places = rng.integers(1, 5, 3).tolist()
        mentors = [a_mentor(f"M{k}", places=count) for k, count in enumerate(places)]
        policy = bare_policy(capacity=loose_capacity(mentee_limit=2))
        face = opened(a_round(*mentees, *mentors, policy=policy))
        face.open(face.decode(np.array([0, 4])), 2)
        lower = np.minimum(rng.integers(0, 2, 3), face.bounds[Family.MENTOR].at(np.arange(3))[1])
        upper = face.bounds[Family.MENTOR].at(np.arange(3))[1]
        face.bounds = {**face.bounds, Family.MENTOR: face.bounds[Family.MENTOR].put(np.arange(3), lower, upper)}
        asked, mentee_duals = rng.integers(-3, 6, 3), rng.integers(0, 4, 6)
        duals = {
            Family.MENTOR: SparseDuals(np.arange(3), asked),
            Family.MENTEE: SparseDuals(np.arange(6), mentee_duals),
        }
        expected = int(face.bounds[Family.MENTEE].worth(duals[Family.MENTEE]))
        for mentor, held in enumerate([1, 1, 0]):
            loads = range(int(lower[mentor]), int(upper[mentor]) + 1)
            expected += max(int(asked[mentor]) * t - sum(range(held, held + t)) for t in loads)
        assert face.held().tolist() == [1, 1, 0]
        assert search_on(face).bound(named(face, "load"), duals) == expected

    @pytest.mark.parametrize(("held", "plan", "value"), [([], [0, 3, 6], -3), ([9], [0, 3, 6], -6), ([9], [1, 4], -1)])
    def test_the_value_of_a_plan_counts_on_from_the_places_held(
        self, held: list[int], plan: list[int], value: int
    ) -> None:
        mentees = [a_mentee(f"E{k}", max_mentors=2) for k in range(4)]
        mentors = [a_mentor(f"M{k}", places=4) for k in range(3)]
        policy = bare_policy(capacity=loose_capacity(mentee_limit=2))
        face = opened(a_round(*mentees, *mentors, policy=policy))
        face.open(face.decode(np.array(held, np.int64)), 2)
        assert search_on(face).value(named(face, "load"), np.array(plan)) == value


def with_least(face: Face, family: Family, pairs: Sequence[tuple[str, str]], lower: int) -> None:
    """Ask for a least number in the rows of some pairs."""
    columns = face.decode(np.array([position(face, *pair) for pair in pairs]))
    keys = np.unique(face.keys.of(family, columns))
    _, upper = face.bounds[family].at(keys)
    face.bounds = {**face.bounds, family: face.bounds[family].put(keys, np.full(len(keys), lower), upper)}


class TestReaching:
    @pytest.mark.parametrize("pool", [[], ["AM"], ["AM", "BN"]])
    def test_a_plan_is_found_over_all_candidates(self, pool: list[str]) -> None:
        face = opened(a_scored_round({**TWO_BY_TWO, ("C", "M"): 5}))
        with_least(face, Family.MENTOR, [("A", "M"), ("A", "N")], 1)
        with_least(face, Family.MENTEE, [("B", "M"), ("C", "M")], 1)
        search = search_on(face, np.array(sorted(position(face, *pair) for pair in pool), np.int64))
        assert search.reach() is None
        assert search.plan.tolist() == sorted([position(face, "B", "N"), position(face, "C", "M")])

    def test_a_face_that_asks_for_nothing_has_the_empty_plan(self) -> None:
        search = search_on(opened(a_scored_round(TWO_BY_TWO)))
        assert search.reach() is None
        assert search.plan.tolist() == []

    @pytest.mark.parametrize(
        "asked",
        [
            [(Family.MENTEE, [("A", "M"), ("B", "M"), ("C", "M")])],
            [(Family.MENTOR, [("D", "O")])],
            [(Family.MENTEE, [("A", "M"), ("B", "M")]), (Family.MENTEE, [("C", "M")])],
        ],
        ids=["three mentees for two places", "a mentor whose candidate is gone", "the same asked in two steps"],
    )
    def test_where_there_is_no_plan_the_duals_show_it(self, asked: list[tuple[Family, list[tuple[str, str]]]]) -> None:
        """Every plan would be worth 0; prices that no candidate exceeds bound it below 0 (Farkas)."""
        face = opened(a_scored_round({**TWO_BY_TWO, ("C", "M"): 5, ("C", "N"): 5, ("D", "O"): 1}))
        face.set_aside(np.array([position(face, "D", "O")]))
        for family, pairs in asked:
            with_least(face, family, pairs, 1)
        search = search_on(face)
        proof = search.reach()
        assert proof is not None
        assert (proof.stage.name, proof.value) == (EMPTY, 0)
        assert proof.bound < 0
        assert proof.bound == search.bound(proof.stage, proof.duals)
        assert (price(proof.duals, face.keys, gathered(face)) >= 0).all()
        for family in Family:
            sparse = proof.duals.get(family, NO_DUALS)
            lower, _ = face.bounds[family].at(sparse.keys)
            assert (lower[sparse.values < 0] > 0).all()


class TestPools:
    def test_improving_takes_the_best_plan_of_the_pool_without_looking_further(self) -> None:
        face = opened(a_scored_round(TWO_BY_TWO))
        pool = np.array(sorted([position(face, "A", "M"), position(face, "B", "N")]))
        search = search_on(face, pool)
        search.improve(named(face, "points"))
        assert search.plan.tolist() == pool.tolist()

    def test_a_trimmed_pool_keeps_the_plan_and_what_is_near_its_price(self) -> None:
        face = opened(a_scored_round(TWO_BY_TWO))
        duals = {Family.MENTEE: SparseDuals(np.array([0, 1]), np.array([915, 716]))}
        assert face.roster.mentees.ids == ("A", "B")
        plan = np.array([position(face, "B", "N")])
        search = search_on(face, face.positions(gathered(face)), plan)
        search.trim(named(face, "points"), duals)
        assert search.pool.tolist() == sorted([position(face, "A", "M"), *plan.tolist()])

    def test_what_was_trimmed_comes_back_when_it_matters(self) -> None:
        face = opened(a_scored_round(TWO_BY_TWO))
        search = search_on(face, face.positions(gathered(face)))
        search.trim(named(face, "points"), {Family.MENTEE: SparseDuals(np.array([0, 1]), np.array([5000, 5000]))})
        assert len(search.pool) == 0
        assert search.solve(named(face, "points")).value == 1500

    def test_uniqueness_is_proven_from_the_plan_itself(self) -> None:
        """On the last face the plan is the only one, whatever else is in the pool."""
        face = opened(a_scored_round(TWO_BY_TWO))
        search = search_on(face)
        for stage in stages_of(face.roster):
            face.settle(stage, search.solve(stage).duals)
        unique = uniqueness(face.decode(search.plan), face.width)
        proof = search_on(face, search.plan, search.plan).solve(unique)
        check_proof(face, proof)
        assert proof.bound == -2

    def test_another_plan_on_the_face_is_found_when_there_is_one(self) -> None:
        face = opened(a_scored_round(dict.fromkeys(product("AB", "MN"), 500)))
        search = search_on(face)
        face.settle(named(face, "coverage"), search.solve(named(face, "coverage")).duals)
        unique = uniqueness(face.decode(search.plan), face.width)
        assert search_on(face, search.plan, search.plan).solve(unique).value == 0


class TestShortlist:
    @staticmethod
    def codes(seed: int, shape: tuple[int, int], share: float = 0.7) -> np.ndarray[tuple[int, int], np.dtype[np.int16]]:
        """Return random codes, some of them no candidates."""
        rng = np.random.default_rng(seed)
        drawn = rng.permutation(shape[0] * shape[1]).reshape(shape).astype(np.int16)
        drawn[rng.random(shape) > share] = NO_CANDIDATE
        return drawn

    @staticmethod
    def by_hand(codes: np.ndarray[tuple[int, int], np.dtype[np.int16]], size: int) -> Iterator[int]:
        """Yield the positions of the best ``size`` in each row and each column, where no two codes are equal."""
        for table, step_row, step_column in ((codes, codes.shape[1], 1), (codes.T, 1, codes.shape[1])):
            for row, line in enumerate(table):
                best = sorted(np.flatnonzero(line != NO_CANDIDATE), key=lambda place: -int(line[place]))[:size]
                yield from (row * step_row + int(column) * step_column for column in best)

    @pytest.mark.parametrize("shape", [(1, 1), (5, 30), (30, 5), (20, 20), (0, 4), (4, 0), (0, 0)])
    @pytest.mark.parametrize("size", [1, 3, 6, 40])
    def test_each_mentees_and_each_mentors_best_are_in_it(self, shape: tuple[int, int], size: int) -> None:
        codes = self.codes(3, shape)
        assert shortlist(codes, size).tolist() == sorted(set(self.by_hand(codes, size)))

    @pytest.mark.parametrize("pairs", [1, 17, 100])
    def test_blocks_of_any_height_give_the_same(self, pairs: int, monkeypatch: pytest.MonkeyPatch) -> None:
        codes = self.codes(4, (25, 14))
        expected = shortlist(codes, 3).tolist()
        monkeypatch.setattr(candidates_module, "PAIRS_PER_BLOCK", pairs)
        assert len(list(row_blocks(*codes.shape))) > 1
        assert shortlist(codes, 3).tolist() == expected

    def test_pairs_that_are_no_candidates_are_left_out(self) -> None:
        assert shortlist(np.full((3, 3), NO_CANDIDATE, np.int16), 2).tolist() == []

    def test_equals_are_scattered_over_the_mentors(self) -> None:
        """Otherwise identical people would all bring the same few mentors."""
        found = shortlist(np.full((40, 20), 800, np.int16), 1)
        assert len(set((found % 20).tolist())) >= 10
        assert found.tolist() == shortlist(np.full((40, 20), 800, np.int16), 1).tolist()
