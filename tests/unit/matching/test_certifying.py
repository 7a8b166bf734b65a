"""From solved passes to the certificate: every node, every dual by the words of its row, and what is inherited."""

from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError

import numpy as np
import pytest

from mentormatch import __version__
from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.round import Round, SolveStatus
from mentormatch.matching.cases import Node, PassResult
from mentormatch.matching.certificate import NodeCertificate, read_certificate, write_certificate
from mentormatch.matching.certifying import certify
from mentormatch.matching.engine import Match, match
from mentormatch.matching.exclusions import Exclusion, ExclusionKind
from mentormatch.matching.pricing import Proof
from mentormatch.matching.roster import Roster, build_roster
from mentormatch.matching.rows import Columns, Family, SparseDuals
from mentormatch.matching.stages import EMPTY, Stage
from tests.acceptance.small_rounds import small_round
from tests.factories import a_mentee, a_mentor, a_person, a_round, a_scored_round, bare_policy

UP, DOWN, REVERSE, PEER, FORWARD = DIRECTIONS
NOTHING = np.zeros(0, np.int64)
NOBODY = Columns(*[NOTHING] * 4)
SEEDS = range(0, 60, 2)


def a_roster(seed: str = "s") -> Roster:
    """Return the mentee A of Sales and B's team, and the mentor M."""
    mentee = a_mentee("A", department="Sales", manager_id="B")
    return build_roster(a_round(a_person("B"), mentee, a_mentor("M"), seed=seed, policy=bare_policy(round_name="R")))


def a_proof(name: str, bound: int = 0, value: int = 0, **duals: tuple[list[int], list[int]]) -> Proof:
    """Return a proof with duals by family: keys and values."""
    stage = Stage(name, lambda columns: columns.points)
    sparse = {Family(f): SparseDuals(np.array(keys), np.array(values)) for f, (keys, values) in duals.items()}
    return Proof(stage, NOTHING, value, bound, sparse)


def a_pass(tree: Node, number: int = 1, *, is_stopped: bool = False) -> PassResult:
    """Return a pass with the proofs of a tree's root."""
    return PassResult(number, NOBODY, tree.proofs, tree, is_stopped)


def nodes_of(tree: NodeCertificate) -> Iterator[NodeCertificate]:
    """Yield all nodes of a certified tree."""
    yield tree
    for branch in tree.branches:
        yield from nodes_of(branch)


class TestHead:
    def test_digests_seed_round_and_counts_are_kept(self) -> None:
        found = certify(a_roster("xyz"), [], 17, {"people.csv": "ab", "policy": "cd"})
        assert found.digests == {"people.csv": "ab", "policy": "cd"}
        assert (found.seed, found.round_name, found.candidates, found.quarantined) == ("xyz", "R", 17, ())

    def test_the_quarantined_are_listed_in_order(self) -> None:
        members = [a_mentee(who) for who in "ABC"]
        roster = build_roster(a_round(*members, quarantined=frozenset({"C", "A"})))
        assert certify(roster, [], 0, {}).quarantined == ("A", "C")

    def test_package_and_solver_are_named_with_their_versions(self) -> None:
        versions = certify(a_roster(), [], 0, {}).versions
        assert versions["mentormatch"] == __version__
        assert all(versions[name][0].isdigit() for name in ("pulp", "highspy"))

    def test_a_solver_without_a_version_is_unknown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(_: str) -> str:
            raise PackageNotFoundError

        monkeypatch.setattr("mentormatch.matching.certifying.version", refuse)
        assert certify(a_roster(), [], 0, {}).versions["pulp"] == "unknown"

    def test_a_pass_that_was_stopped_has_no_proof_and_neither_has_the_whole(self) -> None:
        tree = Node((), [a_proof("coverage")])
        found = certify(a_roster(), [a_pass(tree, 1), a_pass(tree, 2, is_stopped=True)], 0, {})
        assert found.status == SolveStatus.STOPPED.value
        assert [part.pass_number for part in found.passes] == [1]
        assert certify(a_roster(), [a_pass(tree, 1)], 0, {}).status == SolveStatus.PROVEN.value


class TestTree:
    def test_duals_are_named_by_the_words_of_their_rows(self) -> None:
        proof = a_proof("points", 9, mentee=([0], [4]), mentor=([0], [-2]), direction=([3], [7]), team=([0], [1]))
        (stage,) = certify(a_roster(), [a_pass(Node((), [proof]))], 0, {}).passes[0].tree.stages
        assert stage.duals == {
            "mentee": {("A",): 4},
            "mentor": {("M",): -2},
            "direction": {("M", "peer"): 7},
            "team": {("M", "upward", "sales", "B"): 1},
        }
        assert (stage.bound, stage.equations, stage.inherited) == (9, 4, False)

    def test_values_are_those_of_the_stages(self) -> None:
        tree = Node((), [a_proof("coverage", 3, 3), a_proof("points", 900, 900)])
        assert certify(a_roster(), [a_pass(tree)], 0, {}).passes[0].values == {"coverage": 3, "points": 900}

    def test_the_first_stages_of_a_case_are_those_of_the_node_above(self) -> None:
        shared = a_proof("coverage", 3, 3, mentee=([0], [1]))
        exclusion = Exclusion(ExclusionKind.RECIPROCAL, ("A", "M"))
        branch = Node(((exclusion, 0),), [shared, a_proof("points", 5, mentee=([0], [5]))], inherited=1)
        other = Node(((exclusion, 1),), [a_proof("coverage", 2)])
        tree = Node((), [shared, a_proof("points", 8)], split=exclusion, branches=[branch, other])
        root = certify(a_roster(), [a_pass(tree)], 0, {}).passes[0].tree
        assert root.split is not None
        assert (root.split.kind, root.split.names, root.split.shares) == ("reciprocal", ("A", "M"), ())
        first, second = root.branches
        assert [stage.inherited for stage in first.stages] == [True, False]
        assert first.stages[0].duals == {}
        assert [stage.inherited for stage in second.stages] == [False]

    def test_a_split_team_keeps_the_shares_of_each_way(self) -> None:
        shares = ((("x", 1), ("y", 0)), (("x", 0), ("y", 1)))
        exclusion = Exclusion(ExclusionKind.SPLIT_TEAM, ("M", "upward", "B"), shares)
        branches = [Node(((exclusion, way),), [a_proof("coverage")]) for way in range(2)]
        tree = Node((), [a_proof("coverage")], split=exclusion, branches=branches)
        split = certify(a_roster(), [a_pass(tree)], 0, {}).passes[0].tree.split
        assert split is not None
        assert split.shares == shares


@cache
def matched(seed: int) -> Match:
    """Return the match of a small round."""
    return match(small_round(seed), digests={"people.csv": str(seed)})


class TestCertificatesOfRealMatches:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_values_and_bounds_are_those_of_the_outcome(self, seed: int) -> None:
        found = matched(seed)
        values = {
            (part.pass_number, name): value for part in found.certificate.passes for name, value in part.values.items()
        }
        assert values == {(stage.pass_number, stage.name): stage.value for stage in found.outcome.stages}
        assert found.certificate.candidates == found.outcome.figures.candidates
        assert found.certificate.status == found.outcome.status.value

    @pytest.mark.parametrize("seed", SEEDS)
    def test_no_case_is_bounded_above_what_the_outcome_is_worth_and_one_reaches_it(self, seed: int) -> None:
        for part in matched(seed).certificate.passes:
            best = tuple(part.values.values())
            bounds = list(self.leaf_bounds(part.tree, ()))
            assert best in bounds
            assert all(bound <= best[: len(bound)] for bound in bounds)

    def leaf_bounds(self, node: NodeCertificate, above: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """Yield the bounds of the leaves that hold a plan, inherited ones from the nodes above."""
        own = tuple(above[k] if stage.inherited else stage.bound for k, stage in enumerate(node.stages))
        if not node.branches and node.stages[-1].name != EMPTY:
            yield own
        for branch in node.branches:
            yield from self.leaf_bounds(branch, own)

    def test_some_of_these_rounds_split(self) -> None:
        trees = [part.tree for seed in SEEDS for part in matched(seed).certificate.passes]
        kinds = {node.split.kind for tree in trees for node in nodes_of(tree) if node.split is not None}
        assert kinds >= {"reciprocal", "favour-exchange"}

    def test_equal_rounds_have_equal_bytes(self) -> None:
        one, other = (write_certificate(match(small_round(7), digests={}).certificate) for _ in range(2))
        assert one == other

    def test_nobody_to_pair_is_proven_too(self) -> None:
        found = match(Round((), ()), digests={}).certificate
        assert write_certificate(read_certificate(write_certificate(found))) == write_certificate(found)
        assert found.status == SolveStatus.PROVEN.value
        assert [part.values["coverage"] for part in found.passes] == [0, 0]

    def test_a_dual_that_is_nought_is_not_listed(self) -> None:
        points = {("A", "M"): 900, ("A", "N"): 600, ("B", "M"): 800}
        found = match(a_scored_round(points), digests={}).certificate
        stages = [stage for part in found.passes for stage in part.tree.stages]
        duals = [dual for stage in stages for rows in stage.duals.values() for dual in rows.values()]
        assert duals
        assert 0 not in duals
