"""A pass solved to the end: stages in order, ties drawn, and what does not nest settled by a tree of cases.

Each node of the tree is a round with some candidates taken away, solved stage by stage like the round itself. A node
whose plan breaks an exclusion splits into the exclusion's ways, which together hold every lawful plan of the node.
The best node without a broken exclusion is the outcome; the stage values of every other leaf show that it holds
nothing better, so the tree is a proof (branch and bound on the ordered vector of stage values; Land and Doig 1960).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from mentormatch.errors import SolverError, StoppedError
from mentormatch.matching.candidates import Candidates
from mentormatch.matching.exclusions import Exclusion, ExclusionFinder, ExclusionKind
from mentormatch.matching.face import Face, Standing
from mentormatch.matching.pricing import EMPTY, Proof, Report, Search
from mentormatch.matching.roster import Ints
from mentormatch.matching.rows import Columns
from mentormatch.matching.stages import LOTTERY_DIGITS, Lottery, Stage, draw, stages_of, uniqueness

Decision = tuple[Exclusion, int]
FEW_EXCLUSIONS = 3
"""Up to this many broken exclusions a node splits by one of them without trying them all."""


@dataclass(eq=False)
class Node:
    """One case of a pass: the decisions that lead to it, the proofs of its stages, and the cases it splits into.

    The first ``inherited`` proofs are those of the node above, whose bounds hold here too. A node that is not solved to
    its last stage holds nothing as good as the best leaf.
    """

    decisions: tuple[Decision, ...]
    proofs: list[Proof] = field(default_factory=list)
    inherited: int = 0
    split: Exclusion | None = None
    branches: list["Node"] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)
    is_solved: bool = False

    @property
    def vector(self) -> list[int]:
        """The bounds of its stages; no plan of the node passes them, in order."""
        return [proof.bound for proof in self.proofs]


@dataclass(frozen=True, eq=False)
class PassResult:
    """A pass: its plan, the proof of each stage, and the tree of cases that shows that it is the best.

    A pass that was ``stopped`` has the best lawful plan found, and bounds that hold for every plan.
    """

    number: int
    plan: Columns
    proofs: Sequence[Proof]
    tree: Node
    is_stopped: bool = False


@dataclass(frozen=True, eq=False)
class PassTask:
    """What a pass starts from: its number, the positions to begin with, and the pairings that already stand."""

    number: int
    pool: Ints
    taken: Columns


class PassSolver:
    """Solves one pass of a round."""

    def __init__(self, candidates: Candidates, face: Face, task: PassTask, report: Report) -> None:
        """Prepare a pass."""
        self.face = face
        self.task = task
        self.pool = task.pool
        self.report = report
        self.finder = ExclusionFinder(candidates.roster, face.keys, task.taken)
        self.lottery = Lottery(candidates.roster)
        self.stages: list[Stage] = list(stages_of(candidates.roster))
        self.best: Node | None = None
        self.losses: dict[Exclusion, tuple[int, ...]] = {}
        self.tree = Node(())
        self.search = Search(face, task.pool, np.zeros(0, np.int64), report)

    def solve(self) -> PassResult:
        """Solve the pass; further digits of the lottery are drawn until one plan is left.

        Raises SolverError when the digits run out, which two plans share with a chance below 2 ** -200.
        """
        try:
            for digit in range(LOTTERY_DIGITS):
                best = self._solve_with(draw(self.lottery, digit))
                if best is not None:
                    plan = self.face.decode(best.proofs[-1].plan)
                    return PassResult(self.task.number, plan, best.proofs, self.tree)
        except StoppedError:
            return self._stopped()
        raise SolverError("The lottery left two plans equal; choose another seed.")

    def _solve_with(self, drawing: Stage) -> Node | None:
        """Solve the tree of cases with one more draw; return the best leaf if it holds the only best plan."""
        self.stages.append(drawing)
        self.best, self.tree = None, Node(())
        if self._solve_node(self.tree, self._open_search(())):
            self._explore(self.tree)
        return self.best if self._is_only_plan() else None

    def _stopped(self) -> PassResult:
        """Return the best lawful plan so far, with the bounds of the first case, which hold for every plan.

        They end with the first stage that falls short of its bound: those of later stages hold only where it does not.
        """
        chosen = self.best.proofs[-1].plan if self.best is not None else self.search.plan
        plan = self.finder.lawful(self.face.decode(chosen))
        positions = self.face.positions(plan)
        bounds: list[Proof] = []
        for proof in self.tree.proofs:
            bounds.append(replace(proof, plan=positions, value=self.search.value(proof.stage, positions)))
            if bounds[-1].value < proof.bound:
                break
        return PassResult(self.task.number, plan, bounds, self.tree, is_stopped=True)

    def _explore(self, node: Node) -> None:
        """Split a solved node into cases, the better ones first, until no case can hold anything better."""
        broken = self.finder.all_broken(self.face.decode(node.proofs[-1].plan))
        if not broken:
            self.best = node
            return
        node.split, node.branches = self._split(node, broken)
        for branch in sorted(node.branches, key=lambda branch: branch.vector, reverse=True):
            if branch.is_solved and not self._is_behind(branch):
                self._explore(branch)

    def _split(self, node: Node, broken: Sequence[Exclusion]) -> tuple[Exclusion, list[Node]]:
        """Return the exclusion by which a node splits best, and its cases solved.

        The best one is that whose better case loses most, since it brings the bound down soonest (strong branching;
        Applegate, Bixby, Chvatal and Cook 2007). With a few broken exclusions any order will do.
        """
        tried: dict[Exclusion, list[Node]] = {}
        if len(broken) > FEW_EXCLUSIONS:
            tried = {exclusion: self._try(node, exclusion) for exclusion in broken if exclusion not in self.losses}
        nothing = (0,) * len(node.proofs)
        chosen = max(broken, key=lambda exclusion: self.losses.get(exclusion, nothing))
        return chosen, tried.get(chosen) or self._try(node, chosen)

    def _try(self, node: Node, exclusion: Exclusion) -> list[Node]:
        """Solve the cases into which an exclusion splits a node, and remember what the better one loses."""
        branches = [Node((*node.decisions, (exclusion, way))) for way in range(exclusion.ways)]
        for branch in self._by_promise(branches, node):
            search = self._start(branch, node)
            branch.is_solved = search is not None and self._solve_node(branch, search)
            if branch.is_solved and not self.finder.all_broken(self.face.decode(branch.proofs[-1].plan)):
                self.best = branch
        self.losses[exclusion] = min(_loss(node, branch) for branch in branches)
        return branches

    def _solve_node(self, node: Node, search: Search) -> bool:
        """Solve a node's stages until one falls behind the best leaf so far; return whether none did."""
        for number in range(node.inherited, len(self.stages)):
            stage = self.stages[number]
            if stage.name.startswith("bands") and not self.stages[number - 1].name.startswith("bands"):
                search.improve(self._outlook(number))
            node.proofs.append(search.solve(stage))
            self.pool = np.union1d(self.pool, search.pool) if node.inherited else search.pool
            if self._is_behind(node):
                return False
            self.face.settle(stage, node.proofs[-1].duals)
            node.standings.append(self.face.standing())
        return True

    def _by_promise(self, branches: Sequence[Node], above: Node) -> Sequence[Node]:
        """Return cases in the order in which to solve them.

        As long as no leaf is known, first comes the case that keeps most stages of the node above as they are: its plan
        then shows of the others early that they hold nothing better.
        """
        if self.best is not None:
            return branches
        for kept in range(len(above.proofs) - 1, 0, -1):
            kept_by = [branch for branch in branches if self._reach(branch, above, kept) is not None]
            if kept_by:
                return sorted(branches, key=lambda branch: branch not in kept_by)
        return branches

    def _start(self, node: Node, above: Node) -> Search | None:
        """Begin a case where the stages of the node above still hold, as far down as they do.

        If the case holds no plan that is as good as the best leaf so far, as far as that is as good as the node above,
        it ends with the proof of that. The last stage above has one best plan, which the case takes away.
        """
        least = self._stages_shared_with_best(above)
        for kept in range(max(len(above.proofs) - 1, least), max(least, 1) - 1, -1):
            search = self._reach(node, above, kept)
            if search is not None:
                return search
        if least:
            return None
        node.inherited, node.proofs, node.standings = 0, [], []
        return self._open_search(node.decisions)

    def _open_search(self, decisions: Sequence[Decision]) -> Search:
        """Begin a node from the first stage on."""
        self._open(decisions)
        return self._new_search(np.zeros(0, np.int64))

    def _new_search(self, plan: Ints) -> Search:
        """Return a search on the face as it stands, from a plan on it."""
        self.search = Search(self.face, np.union1d(self.pool, plan), plan, self.report)
        return self.search

    def _reach(self, node: Node, above: Node, kept: int) -> Search | None:
        """Look for a plan of a node that is as good as the node above in its first ``kept`` stages.

        The node then inherits these stages. If there is no such plan, the node ends with the proof of that.
        """
        self._stand(node, above, kept)
        search = self._new_search(np.zeros(0, np.int64))
        for best in above.proofs:
            if best.stage.name == "points":
                search.trim(best.stage, best.duals)
        proof = search.reach()
        self.pool = np.union1d(self.pool, search.pool)
        node.inherited = kept
        node.proofs, node.standings = list(above.proofs[:kept]), list(above.standings[:kept])
        if proof is None:
            return search
        node.proofs.append(proof)
        return None

    def _stages_shared_with_best(self, above: Node) -> int:
        """Return in how many of its first stages the best leaf so far is as good as a node; 0 without a leaf."""
        if self.best is None:
            return 0
        pairs = zip(above.vector, self.best.vector, strict=False)
        return next((number for number, (one, other) in enumerate(pairs) if one != other), len(above.proofs))

    def _stand(self, node: Node, above: Node, kept: int) -> None:
        """Bring the face to where the node above stood after some stages, less what the node takes away."""
        standing = above.standings[kept - 1]
        if standing.listed is None:
            self._open(())
            self._settle(above.proofs[:kept])
            self.face.bounds = standing.bounds
        else:
            self.face.restore(standing)
        self._decide(node.decisions)

    def _open(self, decisions: Sequence[Decision]) -> None:
        """Open the pass's face and take away what earlier passes and a node's decisions exclude."""
        taken = self.task.taken
        self.face.open(taken, self.task.number)
        self.face.set_aside(self.finder.ruled_out(taken))
        self.face.bounds = self.finder.remaining(taken, self.face.bounds)
        self._decide(decisions)

    def _decide(self, decisions: Sequence[Decision]) -> None:
        """Take away what a node's decisions exclude."""
        for exclusion, way in decisions:
            if exclusion.kind is ExclusionKind.SPLIT_TEAM:
                self.face.bounds = self.finder.lowered(exclusion, way, self.face.bounds)
            else:
                self.face.set_aside(self.finder.forbids(exclusion, way))

    def _settle(self, proofs: Sequence[Proof]) -> None:
        """Narrow the face by proofs of stages."""
        for proof in proofs:
            self.face.settle(proof.stage, proof.duals)

    def _is_behind(self, node: Node) -> bool:
        """Whether a node's stages so far cannot lead to a plan as good as the best leaf's."""
        return self.best is not None and node.vector < self.best.vector[: len(node.proofs)]

    def _outlook(self, number: int) -> Stage:
        """Return a blend of the band and point stages ahead: a plan good for it often is the best for each of them."""
        ahead = [stage for stage in self.stages[number:] if stage.name.startswith("bands")]
        steps = 1_000 * 2 ** np.arange(len(ahead))[::-1]

        def weigh(columns: Columns) -> Ints:
            """Points, less a fine that grows towards the worst band."""
            fines = sum(
                (step * stage.weigh(columns) for step, stage in zip(steps, ahead, strict=True)),
                np.zeros(len(columns), np.int64),
            )
            return np.asarray(columns.points + fines)

        return Stage("outlook", weigh)

    def _is_only_plan(self) -> bool:
        """Prove for every leaf as good as the best that it holds no other plan; return whether that is so."""
        if self.best is None:
            return False
        best, plan = self.best, self.best.proofs[-1].plan
        stage = uniqueness(self.face.decode(plan), self.face.width)
        equals = [leaf for leaf in leaves(self.tree) if leaf.vector == best.vector]
        return all(self._holds_only(leaf, plan, stage) for leaf in equals)

    def _holds_only(self, leaf: Node, plan: Ints, stage: Stage) -> bool:
        """Prove that a leaf's face holds one plan at most; the proof joins the leaf's stages."""
        self._stand(leaf, leaf, len(leaf.proofs))
        proof = self._new_search(leaf.proofs[-1].plan).solve(stage)
        leaf.proofs.append(proof)
        return proof.bound == -len(plan)


def _loss(node: Node, branch: Node) -> tuple[int, ...]:
    """Return what a case loses against the node above, by stage; one without a plan loses in the last stage kept."""
    lost = [above - below for above, below in zip(node.vector, branch.vector, strict=False)]
    if branch.proofs[-1].stage.name == EMPTY:
        lost[branch.inherited - 1 :] = [1]
    return (*lost, *(0 for _ in node.proofs[len(lost) :]))


def leaves(node: Node) -> list[Node]:
    """Return the cases of a tree that do not split."""
    return [leaf for branch in node.branches for leaf in leaves(branch)] if node.branches else [node]


def solve_pass(candidates: Candidates, face: Face, task: PassTask, report: Report) -> PassResult:
    """Solve one pass of a round; ``report`` hears of every step and may raise StoppedError to end the work."""
    return PassSolver(candidates, face, task, report).solve()
