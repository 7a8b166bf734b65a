"""The cases that a pass splits into, as a tree that is its proof; what a pass starts from and what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from mentormatch.matching.exclusions import Exclusion
from mentormatch.matching.face import Standing
from mentormatch.matching.levelling import Levelling, Trial
from mentormatch.matching.pricing import Proof
from mentormatch.matching.roster import Ints
from mentormatch.matching.rows import Columns
from mentormatch.matching.stages import EMPTY
from mentormatch.matching.start import Start

Decision = tuple[Exclusion, int]


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

    def copied(self) -> "Node":
        """Return the node as it stands, to be solved further."""
        return Node(self.decisions, list(self.proofs), self.inherited, standings=list(self.standings))

    @property
    def vector(self) -> list[int]:
        """The bounds of its stages; no plan of the node passes them, in order."""
        return [proof.bound for proof in self.proofs]


@dataclass(frozen=True, eq=False)
class PassResult:
    """A pass: its plan, the proof of each stage, and the tree of cases that shows that it is the best.

    A pass that was ``stopped`` has the best lawful plan found, and bounds that hold for every plan. ``levelling`` tells
    how the access floors were chosen, where there are any.
    """

    number: int
    plan: Columns
    proofs: Sequence[Proof]
    tree: Node
    is_stopped: bool = False
    levelling: Levelling | None = None


@dataclass(frozen=True, eq=False)
class PassTask:
    """What a pass starts from: its number, the positions to begin with, and the pairings that already stand.

    ``start`` is a solved round much like this one.
    """

    number: int
    pool: Ints
    taken: Columns
    start: Start | None = None


def first_case(trial: Trial) -> Node:
    """Return a trial of access floors as the first case of a pass, as far as it stands."""
    return Node((), list(trial.proofs[: len(trial.standings)]), standings=list(trial.standings))


def loss_of(node: Node, branch: Node) -> tuple[int, ...]:
    """Return what a case loses against the node above, by stage; one without a plan loses in the last stage kept."""
    lost = [above - below for above, below in zip(node.vector, branch.vector, strict=False)]
    if branch.proofs[-1].stage.name == EMPTY:
        lost[branch.inherited - 1 :] = [1]
    return (*lost, *(0 for _ in node.proofs[len(lost) :]))


def leaves(node: Node) -> list[Node]:
    """Return the cases of a tree that do not split."""
    return [leaf for branch in node.branches for leaf in leaves(branch)] if node.branches else [node]
