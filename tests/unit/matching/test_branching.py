"""A pass solved to the end: exclusions split it into cases, the best case wins, and the tree of cases proves it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.policy import SolvePolicy
from mentormatch.domain.round import Round
from mentormatch.errors import StoppedError
from mentormatch.matching import branching as module
from mentormatch.matching import face as face_module
from mentormatch.matching.branching import solve_pass
from mentormatch.matching.candidates import build_candidates
from mentormatch.matching.cases import Node, PassResult, PassTask, leaves
from mentormatch.matching.exclusions import Exclusion, ExclusionFinder, ExclusionKind
from mentormatch.matching.face import Face
from mentormatch.matching.pricing import Report, shortlist
from mentormatch.matching.roster import build_roster
from mentormatch.matching.rows import Columns
from mentormatch.matching.stages import EMPTY
from tests.acceptance.small_rounds import small_round
from tests.factories import (
    Member,
    a_member,
    a_mentee,
    a_mentor,
    a_person,
    a_round,
    a_scored_round,
    bare_policy,
    loose_capacity,
)
from tests.oracle import PassResult as Best
from tests.oracle import best_vectors

UP, DOWN, REVERSE, PEER, FORWARD = DIRECTIONS
RECIPROCAL, FAVOURS, SPLIT = ExclusionKind
NOBODY = Columns(*[np.zeros(0, np.int64)] * 4)
BRANCHING = (3, 13, 33, 41, 43, 48, 51, 56, 79, 144, 168, 190)
"""Small rounds whose first pass breaks exclusions."""
SPLIT_TEAMS = (79, 126, 168)


def quiet(*_: object) -> None:
    """Hear of progress and say nothing."""


def solve_first(round_: Round, report: Report = quiet) -> tuple[PassResult, Face]:
    """Solve the first pass of a round; return it with its face, which knows everybody's numbers."""
    candidates = build_candidates(build_roster(round_))
    face = Face(candidates)
    pool = shortlist(candidates.codes, round_.policy.solve.shortlist)
    return solve_pass(candidates, face, PassTask(1, pool, NOBODY), report), face


def in_words(result: PassResult, face: Face) -> Best:
    """Return a pass in the words of exhaustive search; the proof that no other plan is left has no word there."""
    mentors, mentees, plan = face.roster.mentors.ids, face.roster.mentees.ids, result.plan
    numbers = zip(plan.mentor.tolist(), plan.mentee.tolist(), plan.direction.tolist(), strict=True)
    pairings = frozenset((mentors[mentor], mentees[mentee], DIRECTIONS[d]) for mentor, mentee, d in numbers)
    values = tuple((proof.stage.name, proof.value) for proof in result.proofs if proof.stage.name != "unique")
    return Best(result.number, values, pairings)


@cache
def solved(seed: int) -> tuple[PassResult, Face]:
    """Return the first pass of a small round."""
    return solve_first(small_round(seed))


@cache
def best_of(seed: int) -> Best:
    """Return the best first pass of a small round, by exhaustive search."""
    return best_vectors(small_round(seed))[0]


def nodes_of(tree: Node) -> Iterator[Node]:
    """Yield all nodes of a tree."""
    yield tree
    for branch in tree.branches:
        yield from nodes_of(branch)


def reciprocal_round(**changes: Any) -> Round:
    """Return two people who could only mentor each other."""
    both: dict[str, Any] = {"as_mentee": {PEER: 1}, "as_mentor": {PEER: 1}}
    policy = bare_policy(capacity=loose_capacity(forbid_reciprocal=True))
    return a_round(a_member("A", **both), a_member("B", **both), policy=policy, **changes)


def favour_round(**changes: Any) -> Round:
    """Return two managers who could mentor nobody but the other's staff."""
    managers = [a_mentor(who, avoids=(own,)) for who, own in (("A", "a"), ("B", "b"))]
    staff = [a_mentee(who, manager_id=who.upper()) for who in "ab"]
    policy = bare_policy(capacity=loose_capacity(forbid_favour_exchange=True))
    policy = replace(policy, rules={rule: rule.value == "avoid" for rule in policy.rules})
    return a_round(*managers, *staff, policy=policy, **changes)


def split_round(**changes: Any) -> Round:
    """Return a team of three in three departments, of which M may take one."""
    staff: list[Member] = [a_mentee(who, manager_id="T", department=who) for who in "xyz"]
    policy = bare_policy(capacity=loose_capacity(team_limit=1))
    return a_round(a_person("T"), *staff, a_mentor("M", places=3), policy=policy, **changes)


def check_tree(result: PassResult) -> None:
    """Check that a tree is a proof: cases cover their node, and no leaf can hold anything better than the plan."""
    best = [proof.bound for proof in result.proofs]
    assert [proof.value for proof in result.proofs] == best
    for node in nodes_of(result.tree):
        assert (node.split is None) is (node.branches == [])
        if node.split is not None:
            assert [branch.decisions for branch in node.branches] == [
                (*node.decisions, (node.split, way)) for way in range(node.split.ways)
            ]
        for branch in node.branches:
            assert branch.proofs[: branch.inherited] == node.proofs[: branch.inherited]
    for leaf in leaves(result.tree):
        if leaf.proofs[-1].stage.name == EMPTY:
            assert leaf.proofs[-1].bound < 0
            assert leaf.vector[: leaf.inherited] <= best[: leaf.inherited]
        else:
            assert leaf.vector <= best[: len(leaf.proofs)]
    assert any(list(leaf.proofs) == list(result.proofs) for leaf in leaves(result.tree))


class TestWithoutExclusions:
    def test_a_plan_that_breaks_nothing_is_the_only_case(self) -> None:
        points = {("A", "M"): 900, ("A", "N"): 600, ("B", "M"): 800, ("B", "N"): 100}
        result, face = solve_first(a_scored_round(points))
        assert leaves(result.tree) == [result.tree]
        assert in_words(result, face).pairings == {("N", "A", UP), ("M", "B", UP)}
        names = [proof.stage.name for proof in result.proofs]
        assert names == ["coverage", "load", "points", "lottery:1", "unique"]
        check_tree(result)

    def test_nobody_to_pair_is_solved_and_unique(self) -> None:
        result, _ = solve_first(a_round(policy=bare_policy()))
        assert len(result.plan) == 0
        assert [proof.value for proof in result.proofs] == [0] * len(result.proofs)


class TestLittleRoundsThatSplit:
    @pytest.mark.parametrize("seed", [str(number) for number in range(6)])
    @pytest.mark.parametrize(
        ("build", "kind", "ways"),
        [(reciprocal_round, RECIPROCAL, 2), (favour_round, FAVOURS, 2), (split_round, SPLIT, 3)],
    )
    def test_equal_cases_are_told_apart_by_the_draw(
        self, build: Callable[..., Round], kind: ExclusionKind, ways: int, seed: str
    ) -> None:
        """One pairing of two or three that exclude each other: which one, the lottery says."""
        round_ = build(seed=seed)
        result, face = solve_first(round_)
        assert result.tree.split is not None
        assert (result.tree.split.kind, len(result.tree.branches)) == (kind, ways)
        assert in_words(result, face) == best_vectors(round_)[0]
        assert len(result.plan) == 1
        check_tree(result)

    @pytest.mark.parametrize("most", [-1, 10**6])
    def test_a_case_whose_bounds_are_lower_does_not_keep_what_it_cannot_reach(
        self, most: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """M may take two of a team in two departments; each department alone would give as many."""
        monkeypatch.setattr(face_module, "LISTED_MOST", most)
        staff = [a_mentee(who, manager_id="T", department=who[0]) for who in ("x1", "x2", "x3", "y1")]
        policy = bare_policy(capacity=loose_capacity(team_limit=2))
        round_ = a_round(a_person("T"), *staff, a_mentor("M", places=9), policy=policy)
        result, face = solve_first(round_)
        assert [proof.bound for proof in result.tree.proofs][:1] == [3]
        assert in_words(result, face) == best_vectors(round_)[0]
        check_tree(result)

    def test_an_exclusion_that_costs_nothing_keeps_the_stages_above(self) -> None:
        """A and B prefer each other, but C and D are there too: coverage stays, points are lost."""
        both: dict[str, Any] = {"as_mentee": {PEER: 1}, "as_mentor": {PEER: 1}}
        members = [a_member("A", prefers=("B",), **both), a_member("B", prefers=("A",), **both)]
        members += [a_mentee("C", PEER), a_mentor("D", PEER)]
        round_ = a_round(*members, policy=bare_policy(capacity=loose_capacity(forbid_reciprocal=True)))
        result, face = solve_first(round_)
        assert in_words(result, face) == best_vectors(round_)[0]
        values = {proof.stage.name: proof.value for proof in result.proofs}
        assert values["coverage"] == 3
        assert max(branch.inherited for branch in result.tree.branches) >= 2
        check_tree(result)

    def test_a_case_without_a_plan_as_good_ends_with_the_proof_of_that(self) -> None:
        found = [leaf for seed in BRANCHING for leaf in leaves(solved(seed)[0].tree)]
        empty = [leaf.proofs[-1] for leaf in found if leaf.proofs[-1].stage.name == EMPTY]
        assert len(empty) >= 3
        assert all(proof.bound < 0 == proof.value for proof in empty)


class TestSmallRoundsThatSplit:
    @pytest.mark.parametrize("seed", BRANCHING)
    def test_the_tree_proves_the_best_plan_of_exhaustive_search(self, seed: int) -> None:
        result, face = solved(seed)
        assert in_words(result, face) == best_of(seed)
        check_tree(result)

    def test_these_rounds_split_by_all_kinds_and_some_of_them_deeply(self) -> None:
        trees = [solved(seed)[0].tree for seed in BRANCHING]
        assert all(tree.branches for tree in trees)
        assert {node.split.kind for tree in trees for node in nodes_of(tree) if node.split} == set(ExclusionKind)
        assert max(len(leaf.decisions) for tree in trees for leaf in leaves(tree)) >= 2
        assert any(node.inherited > 0 for tree in trees for node in nodes_of(tree))


class TestOrderOfWork:
    """Whichever exclusion and whichever way is explored first, the same plan wins."""

    @pytest.mark.parametrize("seed", BRANCHING[::2])
    def test_the_ways_the_other_way_round(self, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        original = ExclusionFinder.forbids

        def swapped(finder: ExclusionFinder, exclusion: Exclusion, way: int) -> Any:
            return original(finder, exclusion, 1 - way)

        monkeypatch.setattr(ExclusionFinder, "forbids", swapped)
        result, face = solve_first(small_round(seed))
        assert in_words(result, face) == best_of(seed)
        check_tree(result)

    @pytest.mark.parametrize("seed", BRANCHING[1::2])
    def test_the_exclusions_in_another_order(self, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        original = ExclusionFinder.all_broken
        monkeypatch.setattr(ExclusionFinder, "all_broken", lambda finder, plan: original(finder, plan)[::-1])
        result, face = solve_first(small_round(seed))
        assert in_words(result, face) == best_of(seed)
        check_tree(result)

    @pytest.mark.parametrize("few", [0, 99])
    @pytest.mark.parametrize("seed", BRANCHING[::4])
    def test_trying_all_exclusions_first_or_none(self, seed: int, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "FEW_EXCLUSIONS", few)
        result, face = solve_first(small_round(seed))
        assert in_words(result, face) == best_of(seed)
        check_tree(result)

    @pytest.mark.parametrize("most", [-1, 3])
    @pytest.mark.parametrize("seed", BRANCHING[1::3])
    def test_a_face_that_is_opened_again_for_each_case(
        self, seed: int, most: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A table of candidates cannot go back to where it stood: it is opened and settled again."""
        monkeypatch.setattr(face_module, "LISTED_MOST", most)
        result, face = solve_first(small_round(seed))
        assert in_words(result, face) == best_of(seed)
        check_tree(result)

    @pytest.mark.parametrize("seed", SPLIT_TEAMS)
    def test_every_case_is_bounded_alike_on_a_table_and_on_a_list(
        self, seed: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The ways of a split team lower bounds: behind the stages of the node above, not before them."""
        expected = [node.vector for node in nodes_of(solved(seed)[0].tree)]
        monkeypatch.setattr(face_module, "LISTED_MOST", -1)
        assert [node.vector for node in nodes_of(solve_first(small_round(seed))[0].tree)] == expected

    @pytest.mark.parametrize("shortlist_size", [1, 50])
    @pytest.mark.parametrize("seed", BRANCHING[::3])
    def test_any_shortlist(self, seed: int, shortlist_size: int) -> None:
        round_ = small_round(seed)
        solve = SolvePolicy(shortlist=shortlist_size, threads=1)
        result, face = solve_first(replace(round_, policy=replace(round_.policy, solve=solve)))
        assert in_words(result, face) == best_of(seed)
        check_tree(result)


class TestEarlierPasses:
    def test_what_earlier_passes_gave_is_not_returned(self) -> None:
        round_ = reciprocal_round()
        candidates = build_candidates(build_roster(round_))
        face = Face(candidates)
        face.open(NOBODY, 1)
        taken = face.decode(np.array([0 * 2 + 1]))
        result = solve_pass(candidates, face, PassTask(2, np.zeros(0, np.int64), taken), quiet)
        assert len(result.plan) == 0
        assert result.number == 2

    @pytest.mark.parametrize(
        "seed", [seed for seed in range(120) if small_round(seed).policy.capacity.mentee_limit > 1][:12]
    )
    def test_the_second_pass_is_the_best_behind_the_first(self, seed: int) -> None:
        round_ = small_round(seed)
        candidates = build_candidates(build_roster(round_))
        face = Face(candidates)
        pool = shortlist(candidates.codes, 4)
        first = solve_pass(candidates, face, PassTask(1, pool, NOBODY), quiet)
        second = solve_pass(candidates, face, PassTask(2, pool, first.plan), quiet)
        assert [in_words(result, face) for result in (first, second)] == best_vectors(round_)[:2]
        check_tree(second)

    def test_the_limit_of_a_split_team_counts_over_the_passes(self) -> None:
        """M may take two of T's team. The first pass gives M one; the second must not give two more."""
        places: dict[str, Any] = {"as_mentee": {UP: 2}, "max_mentors": 2, "manager_id": "T"}
        staff = [a_member(who, department=who[0], **places) for who in ("x1", "x2", "y1")]
        policy = bare_policy(capacity=loose_capacity(mentee_limit=2, mentee_direction_limit=2, team_limit=2))
        round_ = a_round(a_person("T"), *staff, a_mentor("M", places=9), policy=policy)
        candidates = build_candidates(build_roster(round_))
        face = Face(candidates)
        face.open(NOBODY, 1)
        taken = face.decode(np.array([face.roster.mentees.position["x1"]]))
        result = solve_pass(candidates, face, PassTask(2, np.zeros(0, np.int64), taken), quiet)
        assert len(result.plan) == 1


def stopped_after(round_: Round, steps: int) -> tuple[PassResult, Face]:
    """Solve the first pass, but raise at the report of a step."""
    heard = 0

    def report(*_: object) -> None:
        nonlocal heard
        heard += 1
        if heard > steps:
            raise StoppedError("enough")

    return solve_first(round_, report)


@cache
def stopped(seed: int) -> tuple[tuple[PassResult, Face], ...]:
    """Return the first pass of a small round stopped at its first three steps and at six others, the last too."""
    heard: list[object] = []
    solve_first(small_round(seed), lambda *step: heard.append(step))
    steps = {0, 1, 2, *np.linspace(3, len(heard) - 1, 6).astype(int).tolist()}
    return tuple(stopped_after(small_round(seed), step) for step in sorted(steps))


class TestStopping:
    """A pass that is stopped at any step has a lawful plan, and bounds that no plan passes."""

    @pytest.mark.parametrize("seed", BRANCHING[::3])
    def test_at_any_step_the_plan_is_lawful(self, seed: int) -> None:
        for result, face in stopped(seed):
            assert result.is_stopped
            assert ExclusionFinder(face.roster, face.keys).broken(result.plan) is None
            assert np.bincount(result.plan.mentee, minlength=1).max() <= 1

    @pytest.mark.parametrize("seed", BRANCHING[::3])
    def test_at_any_step_the_bounds_hold_for_the_best_plan(self, seed: int) -> None:
        best = list(best_of(seed).stages)
        for result, _ in stopped(seed):
            bounds = [proof.bound for proof in result.proofs]
            assert [value for _, value in best[: len(bounds)]] <= bounds

    @pytest.mark.parametrize("seed", BRANCHING[::3])
    def test_at_any_step_no_value_is_above_its_bound(self, seed: int) -> None:
        """A bound says how much better a stage could be at most, so it is never below what was reached."""
        for result, _ in stopped(seed):
            assert [proof.stage.name for proof in result.proofs if proof.value > proof.bound] == []

    @pytest.mark.parametrize("seed", BRANCHING[::3])
    def test_bounds_end_with_the_first_stage_that_falls_short(self, seed: int) -> None:
        """Those of later stages hold only for plans that are as good in the stages before."""
        for result, _ in stopped(seed):
            assert all(proof.value == proof.bound for proof in result.proofs[:-1])

    def test_what_was_found_before_the_stop_is_kept(self) -> None:
        points = {("A", "M"): 900, ("B", "N"): 800}
        result, face = stopped_after(a_scored_round(points), 0)
        assert result.is_stopped
        assert len(in_words(result, face).pairings) == 2

    def test_other_errors_pass_through(self) -> None:
        def report(*_: object) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            solve_first(a_scored_round({("A", "M"): 900}), report)
