"""The tree of cases of a pass: every stage of every case proven in whole numbers, and none better than the plan.

A case is all plans of the pass that keep every row, less what the splits on the way to it take away. Each of its stages
is proven on what the stages before leave open (verified_rows.py). A case may inherit its first stages from the case
above, as it holds fewer plans; what they leave open is then theirs, less what the splits on the way take away.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from mentormatch.errors import CertificateError
from mentormatch.matching.certificate import NodeCertificate, PassCertificate, StageCertificate
from mentormatch.matching.roster import Ints
from mentormatch.matching.verified_floors import FLOORS, Floors
from mentormatch.matching.verified_rows import Batch, Bounds, Prices, RowBook
from mentormatch.matching.verified_splits import NOTHING, SplitReader, Way
from mentormatch.matching.verified_stages import EMPTY, LOAD, UNIQUE, Scales
from mentormatch.matching.verified_table import OpenCandidates

KEPT_MOST = 3_000_000
"""Up to this many candidates are kept for the cases below; more are worked out again."""


@dataclass(frozen=True, eq=False)
class Step:
    """A stage of a case: what no plan passes, the prices that say so, and the rows' bounds for plans that reach it."""

    name: str
    bound: int
    prices: Prices
    bounds: Bounds


@dataclass(eq=False)
class Case:
    """A case on its way through: what splits took away, its steps so far, and the candidates at the start of each.

    ``kept`` holds, by the number of steps already taken, the candidates that are left after them, for the cases below.
    """

    name: str
    node: NodeCertificate
    taken: Way = NOTHING
    above: "Case | None" = None
    steps: list[Step] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    kept: dict[int, list[Batch]] = field(default_factory=dict)

    @cached_property
    def inherited(self) -> int:
        """How many stages, from the first on, are those of the case above."""
        return count_inherited(self.node)


def count_inherited(node: NodeCertificate) -> int:
    """Return how many stages of a node, from the first on, are those of the node above."""
    flags = [stage.inherited for stage in node.stages]
    return flags.index(False) if False in flags else len(flags)


@dataclass(frozen=True)
class PassFigures:
    """What a proven pass tells: how many cases, and the candidates at the start of each stage of the plan's case."""

    cases: int
    sizes: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class PassVerifier:
    """Checks the tree of cases of one pass."""

    part: PassCertificate
    candidates: OpenCandidates
    bounds: Bounds
    scales: Scales
    book: RowBook
    floors: Floors | None = None

    def check(self) -> PassFigures:
        """Check every case. Raises CertificateError at the first thing that does not hold."""
        waiting = [Case(f"Pass {self.part.pass_number}", self.part.tree)]
        cases, sizes = 0, None
        while waiting:
            case = waiting.pop()
            cases += 1
            self._add_up(case)
            holds_plan = case.node.split is None and self._holds_plan(case)
            self._look_at_candidates(case)
            if holds_plan:
                sizes = tuple(case.sizes)
            waiting += reversed(self._branches(case))
        if sizes is None:
            raise CertificateError(f"Pass {self.part.pass_number}: no case holds the published plan.")
        return PassFigures(cases, sizes)

    def _branches(self, case: Case) -> list[Case]:
        """Return the cases that a case splits into, if it does."""
        if case.node.split is None:
            return []
        ways = SplitReader(self.candidates.table, self.book, self.bounds.opening).ways(case.node.split, case.name)
        branches = case.node.branches
        if len(ways) != len(branches):
            raise CertificateError(f"{case.name} splits into {len(branches)} cases, where there are {len(ways)} ways.")
        head = f"{case.name}." if "case" in case.name else f"{case.name}, case "
        return [
            Case(f"{head}{number}", branch, case.taken.joined(way), case)
            for number, (way, branch) in enumerate(zip(ways, branches, strict=True), start=1)
        ]

    def _add_up(self, case: Case) -> None:
        """Add up what the prices of each stage of a case prove."""
        self._check_names(case)
        above = case.above
        if above is not None:
            case.steps, case.sizes = above.steps[: case.inherited], above.sizes[: case.inherited]
        bounds = case.steps[-1].bounds if case.steps else self.bounds
        bounds = bounds.lowered(case.taken.lowered)
        for stage in case.node.stages[case.inherited :]:
            case.steps.append(self._add_up_stage(stage, bounds, f"{case.name}, stage {stage.name}"))
            bounds = case.steps[-1].bounds

    def _check_names(self, case: Case) -> None:
        """Check that a case has the stages that it should have, in order, and inherits only what the case above has."""
        names = [stage.name for stage in case.node.stages]
        is_leaf = case.node.split is None
        if is_leaf and case.node.branches:
            raise CertificateError(f"{case.name} has cases below it but no split.")
        proven = names[:-1] if is_leaf and names[-1:] == [EMPTY] else names
        expected = list(self.part.values) if is_leaf else [name for name in self.part.values if name != UNIQUE]
        if proven != expected[: len(proven)]:
            raise CertificateError(
                f"{case.name} has the stages {', '.join(names)}; it should have {', '.join(expected)}."
            )
        if any(stage.inherited for stage in case.node.stages[case.inherited :]):
            raise CertificateError(f"{case.name} inherits a stage after one that is its own.")
        if case.inherited > min(len(proven), 0 if case.above is None else len(case.above.steps)):
            raise CertificateError(f"{case.name} inherits stages that no case above it has.")

    def _add_up_stage(self, stage: StageCertificate, bounds: Bounds, where: str) -> Step:
        """Add up what the prices of a stage prove."""
        prices = self.book.read_prices(stage.duals, where)
        if stage.name == LOAD:
            worth, after = bounds.settle_load(stage.duals, self.book.roster.mentors.ids)
        else:
            worth, after = bounds.settle(stage.duals)
        if stage.name == FLOORS and self.floors is not None:
            worth, after = worth + self.floors.share, after.narrow(self.floors.bounds)
        if stage.name == EMPTY and bounds.is_contradictory:
            worth = min(worth, -1)
        if worth != stage.bound:
            raise CertificateError(f"{where}: the prices add up to {worth:,}, not to the bound {stage.bound:,}.")
        count = sum(map(len, stage.duals.values()))
        if count != stage.equations:
            raise CertificateError(f"{where}: {count:,} rows have a price, not {stage.equations:,}.")
        return Step(stage.name, worth, prices, after)

    def _look_at_candidates(self, case: Case) -> None:
        """Check that no candidate of a case is worth more than its prices, stage by stage on what is left."""
        passed, batches = self._candidates(case)
        sizes = [0] * (len(case.steps) + 1)
        below = map(count_inherited, case.node.branches)
        kept: dict[int, list[Batch]] = {n: [] for n in below if max(passed, 1) <= n < len(sizes)}
        for batch in batches:
            for number in range(passed, len(sizes)):
                sizes[number] += len(batch)
                if number in kept and sizes[number] <= KEPT_MOST:
                    kept[number].append(batch)
                if number < len(case.steps):
                    batch = self._sift(case, number, batch)
        case.sizes += sizes[case.inherited : -1]
        older = {} if case.above is None else case.above.kept
        case.kept = {number: found for number, found in older.items() if number <= passed}
        case.kept |= {number: found for number, found in kept.items() if sizes[number] <= KEPT_MOST}

    def _candidates(self, case: Case) -> tuple[int, Iterator[Batch]]:
        """Return candidates that hold all those of a case, and how many of its steps they have already passed."""
        usable = [] if case.above is None else [number for number in case.above.kept if number <= case.inherited]
        if case.above is None or not usable:
            return 0, self.candidates.batches(case.taken.struck)
        passed = max(usable)
        return passed, (self._without(batch, case.taken.struck) for batch in case.above.kept[passed])

    def _without(self, batch: Batch, struck: Ints) -> Batch:
        """Return a batch without the candidates in struck cells."""
        return batch.where(~np.isin(batch.mentee * self.candidates.table.width + batch.mentor, struck))

    def _sift(self, case: Case, number: int, batch: Batch) -> Batch:
        """Return the candidates that are worth exactly their prices at a stage; refuse it when one is worth more."""
        step = case.steps[number]
        excess = self.scales.weigh(step.name, batch) - step.prices.of(batch)
        if (excess > 0).any():
            best = batch.where(np.arange(len(batch)) == excess.argmax())
            mentor, mentee, direction = next(self.scales.names(best))
            what = f"{mentor} mentors {mentee} ({direction}) is worth {int(excess.max()):,} more than its prices"
            raise CertificateError(f"{case.name}, stage {step.name}: {what}, so that they prove nothing.")
        return batch.where(excess == 0)

    def _holds_plan(self, case: Case) -> bool:
        """Whether the bounds of a case allow the plan and no other as good; if not, they must allow nothing as good."""
        for step in case.steps:
            value = self.part.values.get(step.name, 0)
            if step.bound < value:
                return False
            if step.bound > value:
                what = f"a plan could be worth {step.bound:,}, the published one is worth {value:,}"
                raise CertificateError(f"{case.name}, stage {step.name}: {what}.")
        if [step.name for step in case.steps] != list(self.part.values):
            raise CertificateError(
                f"{case.name} ends before it shows that it holds nothing as good as the published plan."
            )
        return True
