"""The cheapest change of a plan as a shortest walk in the network of its steps; ties go to the lottery.

The stages before the lottery are searched by distance (Dijkstra 1959), which stays exact for ordered vectors as no step
is negative under the potentials. Among the walks that tie there, those on the tight steps, the lottery's digits decide,
summed by label correcting (Bellman 1958; Ford 1956): only for these steps are keys drawn.
"""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mentormatch.errors import MentorMatchError
from mentormatch.explanation.packed_vectors import FAR, less, smallest
from mentormatch.explanation.residual import UNPLACED, Residual, Steps, join
from mentormatch.matching.roster import Bools, Ints
from mentormatch.matching.rows import Columns, concatenate
from mentormatch.matching.stages import LOTTERY_DIGITS, Lottery

DIGIT_ROOM = 64
"""Bits for each digit of the lottery in a sum of keys."""

END = -2
"""The node where a walk ends."""


class UnansweredError(MentorMatchError):
    """The proof does not tell at once what was asked; the round has to be matched again."""


class NoPlanError(UnansweredError):
    """No plan of a case is as it was demanded."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a walk: who moves (nobody where a walk begins at a row), to which mentor if to one, and where to."""

    tail: int
    mentor: int
    head: int


@dataclass(frozen=True, eq=False)
class Walk:
    """The cheapest walk: its steps, the packed vector that it loses before the lottery, and the lottery's sum.

    ``draw`` is the sum of the keys that it loses, one digit every ``DIGIT_ROOM`` bits.
    """

    steps: tuple[Step, ...]
    loss: Ints
    draw: int


@dataclass(eq=False)
class Search:
    """Looks for the cheapest walk that begins with one of some steps and ends with another of some.

    ``limit`` is the packed loss above which no walk is wanted. An end without a mentor is a node at which walks stop.
    """

    residual: Residual
    starts: Steps
    ends: Steps
    limit: Ints

    def __post_init__(self) -> None:
        """Label the nodes to which the starts lead."""
        words, nodes = len(self.limit), self.residual.pool + 1
        self.distance = np.zeros((words, nodes), np.int64)
        self.distance[0] = FAR
        self.unsettled = self.distance.copy()
        self.is_settled: Bools = np.zeros(nodes, np.bool_)
        self.end_cost = self.distance.copy()
        for cost, tail in zip(self.ends.costs.T, self.ends.tails.tolist(), strict=True):
            if less(cost, self.end_cost[:, tail]):
                self.end_cost[:, tail] = cost
        self.is_last: Bools = np.zeros(nodes, np.bool_)
        self.is_last[self.ends.tails[self.ends.mentors == UNPLACED]] = True
        self.is_last[self.residual.pool] = False
        self.least_end = self.end_cost[:, smallest(self.end_cost)]
        self.best = self.limit
        into_pool = self.starts.heads == self.residual.pool
        self._reach(self.starts.where(~into_pool))
        for number in np.flatnonzero(into_pool).tolist():
            self._reach(self.starts.where(np.array([number])))

    @property
    def radius(self) -> Ints:
        """The distance up to which all nodes are settled after the search."""
        return np.asarray(self.best - self.least_end, np.int64)

    def run(self) -> None:
        """Settle the nodes in the order of their distance, as far as a walk through them may be as good as the best."""
        while True:
            node = smallest(self.unsettled)
            distance = self.distance[:, node]
            if self.unsettled[0, node] >= FAR or less(self.radius, distance):
                return
            self._settle(node, distance)

    def _settle(self, node: int, distance: Ints) -> None:
        """Settle a node and look at the steps from it."""
        self.is_settled[node] = True
        self.unsettled[0, node] = FAR
        if self.is_last[node]:
            return
        if node == self.residual.pool:
            self._leave_pool(distance)
            return
        self._go(self.residual.nearest_from(node, self.radius - distance), distance)
        if self.residual.pair_of[node] >= 0:
            self._go(self.residual.giving_up(np.array([node])), distance)

    def _leave_pool(self, distance: Ints) -> None:
        """Look at the steps from the pool; the people without a place are settled together, their steps are known."""
        residual, waiting = self.residual, self.residual.waiting
        steps = residual.from_pool
        is_served = residual.pair_of[steps.heads] >= 0
        self._go(steps.where(is_served), distance)
        self._go(residual.through_waiting, distance)
        self.distance[:, waiting] = distance[:, None] + steps.costs[:, ~is_served]
        self.is_settled[waiting] = True
        self.unsettled[0, waiting] = FAR
        self._note_ends(waiting)

    def _go(self, steps: Steps, distance: Ints) -> None:
        """Follow steps. Raises UnansweredError when one is negative."""
        if less(steps.costs, np.zeros((len(distance), 1), np.int64)).any():
            raise UnansweredError("The prices of the proof leave a step of negative length.")
        self._reach(Steps(steps.tails, steps.mentors, steps.heads, steps.costs + distance[:, None]))

    def _reach(self, steps: Steps) -> None:
        """Shorten the distances of the nodes to which steps lead; their costs are from the start, no head twice."""
        nearer = less(steps.costs, self.distance[:, steps.heads]) & ~self.is_settled[steps.heads]
        heads, costs = steps.heads[nearer], steps.costs[:, nearer]
        self.distance[:, heads] = costs
        self.unsettled[:, heads] = costs
        self._note_ends(heads)

    def _note_ends(self, nodes: Ints) -> None:
        """Note the best walk that ends at one of some nodes."""
        nodes = nodes[self.end_cost[0, nodes] < FAR]
        totals = self.distance[:, nodes] + self.end_cost[:, nodes]
        if len(nodes) and less(total := totals[:, smallest(totals)], self.best):
            self.best = total


def find_walk(
    residual: Residual, starts: Steps, ends: Steps, limit: Ints, lottery: Lottery, *, source: int | None = None
) -> tuple[Walk | None, Ints]:
    """Return the cheapest walk, and potentials under which the network stays without a negative step after it.

    Without a walk that loses no more than the limit, or as much and less in the lottery, there is none. ``source`` is
    the mentee from whom the walk starts, where that is a node of the network. Raises UnansweredError when the
    potentials do not fit the plan.
    """
    if not len(ends.tails):
        return None, residual.potentials
    search = Search(residual, starts, ends, limit)
    search.run()
    distance = search.distance.copy()
    if source is not None:
        distance[:, source] = 0
    tight = _tight_steps(search)
    walk = _best_of(tight, search, lottery) if tight[END] else None
    if walk is not None and not walk.loss.any() and walk.draw >= 0 and not limit.any():
        walk = None
    return walk, residual.priced(distance, search.radius)


def _tight_steps(search: Search) -> Mapping[int, list[Step]]:
    """Return the steps of all walks that are as good as the best before the lottery, by the node to which they lead."""
    tight: dict[int, list[Step]] = defaultdict(list)
    settled = np.flatnonzero(search.is_settled)
    totals = search.distance[:, search.ends.tails] + search.ends.costs
    closing = (totals == search.best[:, None]).all(axis=0) & search.is_settled[search.ends.tails]
    tight[END] = _listed(search.ends.where(closing), head=END)
    waiting = [step.tail for step in tight[END]]
    while waiting:
        node = waiting.pop()
        if node not in tight:
            begun = search.starts.heads == node
            begun &= (search.starts.costs == search.distance[:, node, None]).all(axis=0)
            onward = _onward(search, node, settled)
            tight[node] = [*_listed(search.starts.where(begun), is_start=True), *_listed(onward)]
            waiting += onward.tails.tolist()
    return tight


def _onward(search: Search, node: int, settled: Ints) -> Steps:
    """Return the tight steps from settled nodes to a node."""
    residual, distance = search.residual, search.distance[:, node, None]
    if node != residual.pool and residual.pair_of[node] < 0:
        return Steps(np.array([residual.pool]), np.array([UNPLACED]), np.array([node]), 0 * distance)
    settled = settled[(settled != residual.pool) & ~search.is_last[settled]]
    tails = settled[~less(distance, search.distance[:, settled])]
    if node == residual.pool:
        steps = residual.steps_into_pool(tails)
    else:
        steps = residual.steps_onto(node, tails)
        if search.is_settled[residual.pool]:
            steps = join(steps, residual.from_pool.where(residual.from_pool.heads == node))
    return steps.where((search.distance[:, steps.tails] + steps.costs == distance).all(axis=0))


@dataclass(frozen=True, slots=True)
class Entry(Step):
    """A step that begins a walk."""


def _listed(steps: Steps, *, head: int | None = None, is_start: bool = False) -> list[Step]:
    """Return steps one by one."""
    kind = Entry if is_start else Step
    rows = zip(steps.tails.tolist(), steps.mentors.tolist(), steps.heads.tolist(), strict=True)
    return [kind(tail, mentor, to if head is None else head) for tail, mentor, to in rows]


def _best_of(tight: Mapping[int, list[Step]], search: Search, lottery: Lottery) -> Walk:
    """Return the walk on tight steps that loses least in the lottery."""
    costs = _draws(tight, search.residual, lottery)
    leaving: dict[int, list[Step]] = defaultdict(list)
    labels: dict[int, tuple[int, Step]] = {}
    queue: deque[int] = deque()
    for step in (step for steps in tight.values() for step in steps):
        if isinstance(step, Entry):
            _improve(labels, step, costs[step], queue)
        else:
            leaving[step.tail].append(step)
    while queue:
        node = queue.popleft()
        for step in leaving[node]:
            _improve(labels, step, labels[node][0] + costs[step], queue)
    return Walk(_trace(labels), search.best, labels[END][0])


def _improve(labels: dict[int, tuple[int, Step]], step: Step, draw: int, queue: deque[int]) -> None:
    """Label the node to which a step leads, if that loses less."""
    if step.head not in labels or draw < labels[step.head][0]:
        labels[step.head] = (draw, step)
        if step.head != END:
            queue.append(step.head)


def _trace(labels: Mapping[int, tuple[int, Step]]) -> tuple[Step, ...]:
    """Return the walk that the labels describe, from its start."""
    steps = [labels[END][1]]
    while not isinstance(steps[-1], Entry):
        steps.append(labels[steps[-1].tail][1])
    return tuple(reversed(steps))


def _draws(tight: Mapping[int, list[Step]], residual: Residual, lottery: Lottery) -> dict[Step, int]:
    """Return what each step loses in the lottery: the key of the pair that it removes less that of the one it adds."""
    steps = [step for listed in tight.values() for step in listed]
    heads = np.array([head for head in tight if head != END], np.int64)
    numbers = residual.pair_of[heads]
    gone = residual.pairs.where(numbers[numbers >= 0])
    new = added_pairs(residual, steps)
    lost = dict(zip(gone.mentee.tolist(), wide_keys(lottery, gone), strict=True))
    pairs = zip(new.mentor.tolist(), new.mentee.tolist(), strict=True)
    won = dict(zip(pairs, wide_keys(lottery, new), strict=True))
    return {step: lost.get(step.head, 0) - won.get((step.mentor, step.tail), 0) for step in steps}


def added_pairs(residual: Residual, steps: Sequence[Step]) -> Columns:
    """Return the pairs that steps add."""
    added = [(step.tail, step.mentor) for step in steps if step.mentor != UNPLACED]
    rows = np.array(added, np.int64).reshape(-1, 2)
    return residual.market.decode(rows[:, 0], rows[:, 1])


def follow(residual: Residual, walk: Walk) -> Residual:
    """Return the network of the plan that a walk leads to; potentials and bounds stay as they are."""
    passed = [step.head for step in walk.steps if step.head != END]
    is_gone = np.isin(residual.pairs.mentee, passed)
    kept, added = residual.pairs.where(~is_gone), added_pairs(residual, walk.steps)
    pairs = concatenate([kept, added])
    touched = np.concatenate([residual.pairs.mentor[is_gone], added.mentor])
    return residual.changed(touched, pairs=pairs.where(np.lexsort((pairs.mentee, pairs.mentor))))


def wide_keys(lottery: Lottery, columns: Columns) -> list[int]:
    """Return the keys of candidates with room to add them up digit by digit, the first digit in front."""
    keys = [0] * len(columns)
    for number in range(LOTTERY_DIGITS):
        digits = lottery.digits(columns, number).tolist()
        keys = [(key << DIGIT_ROOM) + digit for key, digit in zip(keys, digits, strict=True)]
    return keys


def digits_of(draw: int) -> tuple[int, ...]:
    """Return a sum of keys digit by digit; digits may be negative."""
    digits = []
    for _ in range(LOTTERY_DIGITS):
        digit = (draw + (1 << DIGIT_ROOM - 1)) % (1 << DIGIT_ROOM) - (1 << DIGIT_ROOM - 1)
        draw = (draw - digit) >> DIGIT_ROOM
        digits.append(digit)
    return tuple(reversed(digits))
