"""A pass solved to the end: stages in order, ties drawn, and what does not nest settled by a tree of cases.

Each node of the tree is a round with some candidates taken away, solved stage by stage like the round itself. A node
whose plan breaks an exclusion splits into the exclusion's ways, which together hold every lawful plan of the node.
The best node without a broken exclusion is the outcome; the stage values of every other leaf show that it holds
nothing better, so the tree is a proof (branch and bound on the ordered vector of stage values; Land and Doig 1960).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from mentormatch.errors import SolverError, StoppedError
from mentormatch.matching.candidates import Candidates
from mentormatch.matching.cases import Decision, Node, PassResult, PassTask, first_case, leaves, loss_of
from mentormatch.matching.exclusions import Exclusion, ExclusionFinder, ExclusionKind
from mentormatch.matching.face import Face
from mentormatch.matching.levelling import Levelling, LevelSearch, Trial, bound_groups
from mentormatch.matching.pricing import Proof, Report, Search
from mentormatch.matching.rates import Level, no_floors
from mentormatch.matching.roster import Ints
from mentormatch.matching.rows import concatenate
from mentormatch.matching.stages import (
    EMPTY,
    FLOORS,
    LOTTERY_DIGITS,
    Lottery,
    Stage,
    draw,
    outlook,
    stages_of,
    uniqueness,
)
from mentormatch.matching.start import fitting_plan

FEW_EXCLUSIONS = 3
"""Up to this many broken exclusions a node splits by one of them without trying them all."""


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
        self.stages: list[Stage] = list(stages_of(candidates.roster, task.number))
        groups, everybody = candidates.roster.groups, len(candidates.roster.mentees)
        self.levelling = Levelling(no_floors(groups.sizes, groups.count(task.taken.mentee), everybody), ())
        self.best: Node | None = None
        self.losses: dict[Exclusion, tuple[int, ...]] = {}
        self.tree = Node(())
        self.search = Search(face, task.pool, np.zeros(0, np.int64), report)

    def solve(self) -> PassResult:
        """Solve the pass; further digits of the lottery are drawn until one plan is left.

        Raises SolverError when the digits run out, which two plans share with a chance below 2 ** -200.
        """
        try:
            for root in self._roots():
                for digit in range(LOTTERY_DIGITS):
                    best = self._solve_with(draw(self.lottery, digit), root)
                    if best is not None:
                        plan = self.face.decode(best.proofs[-1].plan)
                        return PassResult(self.task.number, plan, best.proofs, self.tree, levelling=self.levelling)
                    if not self._is_reached():
                        break
        except StoppedError:
            return self._stopped()
        raise SolverError("The lottery left two plans equal; choose another seed.")

    def _roots(self) -> Iterator[Node]:
        """Yield the first case of the pass; with access floors one for each level, the best level first."""
        stages, names = self.stages, [stage.name for stage in self.stages]
        if FLOORS not in names:
            yield Node(())
            return
        self.tree = before = Node(())
        self.stages = stages[: names.index(FLOORS)]
        self._solve_node(before, self._open_search(()))
        self.stages, start = stages, Trial(self.levelling.level, before.proofs, before.standings)
        search = LevelSearch(
            self.face, start, lambda trial: self._search_at(first_case(trial)), partial(self._follow, before)
        )
        for trial in search.in_order():
            self.best, self.stages, self.levelling = None, list(stages), Levelling(trial.level, search.trials)
            yield first_case(trial)
            self.best, self.stages, self.tree = None, stages, before

    def _follow(self, before: Node, level: Level) -> Trial | None:
        """Solve the pass at a level as far as the lottery, or until it is worth less than another one with floors."""
        self.levelling = Levelling(level, ())
        node = before.copied()
        if self._solve_node(node, self._search_at(node)) and level.percent:
            self.best = node
        return None if node.proofs[-1].stage.name == EMPTY else Trial(level, node.proofs, node.standings)

    def _solve_with(self, drawing: Stage, root: Node) -> Node | None:
        """Solve the tree of cases with one more draw; return the best leaf if it holds the only best plan."""
        self.stages.append(drawing)
        self.best, self.tree = None, root.copied()
        self.tree.is_solved = self._solve_node(self.tree, self._search_at(self.tree))
        if self.tree.is_solved:
            self._explore(self.tree)
        return self.best if self._is_reached() and self._is_only_plan() else None

    def _stopped(self) -> PassResult:
        """Return the best lawful plan so far, with the bounds of the first case, which hold for every plan.

        They end with the first stage that falls short of its bound: those of later stages hold only where it does not.
        """
        chosen = self.best.proofs[-1].plan if self.best is not None else self.search.plan
        plan = self.finder.lawful(self.face.decode(chosen))
        positions = self.face.positions(plan)
        bounds: list[Proof] = []
        for proof in self.tree.proofs:
            bounds.append(replace(proof, plan=positions, value=self._value(proof.stage, positions)))
            if bounds[-1].value < proof.bound:
                break
        return PassResult(self.task.number, plan, bounds, self.tree, is_stopped=True, levelling=self.levelling)

    def _value(self, stage: Stage, plan: Ints) -> int:
        """Return the value of a plan at a stage."""
        if stage.name != FLOORS:
            return self.search.value(stage, plan)
        served = concatenate([self.task.taken, self.face.decode(plan)]).mentee
        return self.levelling.level.reached(self.face.roster.groups.count(served))

    def _explore(self, node: Node) -> None:
        """Split a solved node into cases, the better ones first, until no case can hold anything better."""
        broken = self.finder.all_broken(self.face.decode(node.proofs[-1].plan))
        if not broken:
            self.best = node if node.is_solved else self.best
            return
        node.split, node.branches = self._split(node, broken)
        for branch in sorted(node.branches, key=lambda branch: branch.vector, reverse=True):
            if branch.is_solved and not self._is_behind(branch):
                self._explore(branch)
        for branch in filter(self._is_ahead, node.branches):
            self._reopen(branch)

    def _is_reached(self) -> bool:
        """Whether there is a best leaf, and none that access floors closed is ahead of it."""
        return self.best is not None and not any(map(self._is_ahead, leaves(self.tree)))

    def _is_ahead(self, node: Node) -> bool:
        """Whether access floors closed a case that is worth more than the best leaf in the stages before them."""
        reached = node.vector[:-1]
        is_closed = not node.branches and node.proofs[-1].stage.name == EMPTY
        return is_closed and (self.best is None or reached > self.best.vector[: len(reached)])

    def _reopen(self, node: Node) -> None:
        """Split a case that access floors closed, unless it has a lawful plan: then this level takes too much."""
        before = [stage.name for stage in self.stages].index(FLOORS)
        plan = node.proofs[before].plan
        if before and self.finder.broken(self.face.decode(plan)) is not None:
            node.proofs, node.standings = node.proofs[:before], node.standings[:before]
            node.proofs[-1] = replace(node.proofs[-1], plan=plan)
            self._explore(node)

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
        self.losses[exclusion] = min(loss_of(node, branch) for branch in branches)
        return branches

    def _solve_node(self, node: Node, search: Search) -> bool:
        """Solve a node's stages until one falls behind the best leaf so far; return whether none did."""
        for number in range(len(node.proofs), len(self.stages)):
            stage = self.stages[number]
            if stage.name == FLOORS:
                if not self._level(stage, node, search):
                    return False
                continue
            if stage.name.startswith("bands") and not self.stages[number - 1].name.startswith("bands"):
                search.improve(outlook(self.stages[number:]))
            node.proofs.append(search.solve(stage))
            self.pool = np.union1d(self.pool, search.pool) if node.inherited else search.pool
            if self._is_behind(node):
                return False
            self.face.settle(stage, node.proofs[-1].duals)
            node.standings.append(self.face.standing())
        return True

    def _level(self, stage: Stage, node: Node, search: Search) -> bool:
        """Narrow a node to the plans within the access floors; without any it ends with the proof of that."""
        level = self.levelling.level
        self.face.bounds = bound_groups(self.face.bounds, level.lower, level.upper)
        proof = search.reach()
        node.proofs.append(Proof(stage, search.plan, level.percent, level.percent, {}))
        node.standings.append(self.face.standing())
        node.proofs += [] if proof is None else [proof]
        return proof is None

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
        start = self.task.start
        if start is None:
            return self._new_search(np.zeros(0, np.int64))
        search = self._new_search(fitting_plan(self.face, start.of_pass(self.task.number)))
        search.hints = start.hints(self.face.roster, self.task.number)
        return search

    def _search_at(self, node: Node) -> Search:
        """Return a search where a node stands, from its last plan."""
        if not node.proofs:
            return self._open_search(node.decisions)
        self._stand(node, node, len(node.proofs))
        return self._new_search(node.proofs[-1].plan)

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
            for proof in above.proofs[:kept]:
                self.face.settle(proof.stage, proof.duals)
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

    def _is_behind(self, node: Node) -> bool:
        """Whether a node's stages so far cannot lead to a plan as good as the best leaf's."""
        return self.best is not None and node.vector < self.best.vector[: len(node.proofs)]

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
        proof = self._search_at(leaf).solve(stage)
        leaf.proofs.append(proof)
        return proof.bound == -len(plan)


def solve_pass(candidates: Candidates, face: Face, task: PassTask, report: Report) -> PassResult:
    """Solve one pass of a round; ``report`` hears of every step and may raise StoppedError to end the work."""
    return PassSolver(candidates, face, task, report).solve()
