"""At which rate the access floors of a round stand: found by a rule that depends on the input alone.

Everything happens among the plans that are best for the stages before the floors. A rate is too low when the groups'
upper bounds alone leave none of them, too high when the lower bounds alone do. The prices that show it (Farkas 1902)
also tell how far the rate has to move at least, so a few steps find the ends of what is possible.

First the pass is solved without floors as far as the lottery. If the plans that are best then hold one within the
floors at some rate, the lowest such rate is taken: it costs nothing. Otherwise some rates are tried: each is solved as
far, and the best vector of stage values wins, the lowest rate among equals.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from mentormatch.matching.face import Face, Standing
from mentormatch.matching.pricing import Proof, Search
from mentormatch.matching.rates import Level, Rates, list_rates
from mentormatch.matching.roster import Ints
from mentormatch.matching.rows import NO_DUALS, Family, RowBounds
from mentormatch.matching.stages import FLOORS

SPREAD = 5
"""Rates that are tried first, spread evenly over those that are possible."""

REFINEMENTS = 2
"""How often the rates half-way from the best one to its neighbours are tried then."""


@dataclass(frozen=True, eq=False)
class Trial:
    """A level that was tried: how far the pass was solved at it, and whether a plan without a broken exclusion is left.

    It ends before the lottery, or with the stage in which it falls behind a better level.
    """

    level: Level
    proofs: Sequence[Proof]
    standings: Sequence[Standing]
    is_lawful: bool = True

    @property
    def values(self) -> Mapping[str, int]:
        """What the level is worth: the value of each stage after the floors."""
        names = [proof.stage.name for proof in self.proofs]
        return {proof.stage.name: proof.bound for proof in self.proofs[names.index(FLOORS) + 1 :]}

    def within(self, level: Level, plan: Ints) -> "Trial":
        """Return a trial without floors as one at a level, of which a plan is as good: the same proofs hold for it."""
        start = [proof.stage.name for proof in self.proofs].index(FLOORS)
        floors = replace(self.proofs[start], value=level.percent, bound=level.percent)
        proofs = [*self.proofs[:start], floors, *self.proofs[start + 1 :]]
        proofs[-1] = replace(proofs[-1], plan=plan)
        after = [
            replace(standing, bounds=bound_groups(standing.bounds, level.lower, level.upper))
            for standing in self.standings[start:]
        ]
        return Trial(level, proofs, [*self.standings[:start], *after])


@dataclass(frozen=True, eq=False)
class Levelling:
    """The level that a pass stands at, and those that were tried at the same share."""

    level: Level
    trials: Sequence[Trial]


@dataclass(frozen=True, eq=False)
class Ends:
    """Finds the lowest and the highest of some rates that leave a plan on a face, whose bounds are ``opening``."""

    rates: Rates
    search: Search
    opening: RowBounds

    def find(self, *, is_lower: bool) -> int:
        """Return the place of the lowest rate whose upper bounds leave a plan, or the highest whose lower bounds do.

        It is one beyond the last place if there is none.
        """
        count, step = len(self.rates), 1 if is_lower else -1
        place = 0 if is_lower else count - 1
        while 0 <= place < count:
            proof = self._refute(place, is_lower=is_lower)
            if proof is None:
                return place
            possible = np.flatnonzero(self._worth(proof, place, is_lower=is_lower) >= 0)
            beyond = possible[(possible - place) * step > 0]
            place = int(beyond[::step][0]) if len(beyond) else count if is_lower else -1
        return place

    def _refute(self, place: int, *, is_lower: bool) -> Proof | None:
        """Return the proof that one side of the groups' bounds leaves no plan; nothing when there is one."""
        face, level = self.search.face, self.rates.level(place)
        self.search.report(FLOORS, 0, level.percent)
        served = face.roster.groups.count(face.decode(self.search.plan).mentee)
        if (served <= level.upper).all() if is_lower else (served >= level.lower).all():
            return None
        everybody = np.full(len(level.sizes), len(face.roster.mentees))
        lower, upper = (np.zeros_like(everybody), level.upper) if is_lower else (level.lower, everybody)
        face.bounds = bound_groups(self.opening, lower, upper)
        return self.search.reach()

    def _worth(self, proof: Proof, place: int, *, is_lower: bool) -> Ints:
        """Return what the prices of a proof for one rate add up to at each; under 0 they show that no plan is left."""
        duals, worth = proof.duals.get(Family.GROUP, NO_DUALS), np.full(len(self.rates), proof.bound)
        for group, dual in zip(duals.keys.tolist(), duals.values.tolist(), strict=True):
            if is_lower is (dual > 0):
                bounds = self.rates.upper(group) if is_lower else self.rates.lower(group)
                worth += dual * (bounds - bounds[place])
        return worth


@dataclass(eq=False)
class LevelSearch:
    """Finds the levels of a pass, the best first.

    ``before`` is the pass solved up to its floors. ``resume`` brings the face back to where a trial left it and returns
    a search with its plan; ``follow`` solves the pass at a level as far as the lottery, and returns nothing when no
    plan is left. ``hopeless`` are the bounds of levels, at whatever share, that turned out to have no lawful plan.
    """

    face: Face
    before: Trial
    resume: Callable[[Trial], Search]
    follow: Callable[[Level], Trial | None]
    trials: list[Trial] = field(default_factory=list)
    possible: dict[int, Rates] = field(default_factory=dict)
    hopeless: set[bytes] = field(default_factory=set)

    def in_order(self) -> Iterator[Trial]:
        """Yield the levels to solve the pass at until one of them has a lawful plan: rate by rate, share by share.

        First come those that were tried, the best first, then the other rates.
        """
        free, asked = self.follow(self.before.level), self.face.roster.policy.floors.percent
        yield from self._try_without_loss(asked, free)
        for percent in range(self._largest_share(), -1, -1):
            if percent < asked:
                self.trials = []
                yield from self._try_without_loss(percent, free)
            rates = self._possible(percent)
            self._add(self._try_rates(rates))
            yield from self._best_first()
            for level in map(rates.level, range(len(rates))):
                self._add([] if self._is_tried(level) else [self.follow(level)])
                yield from self._best_first()

    def _try_without_loss(self, percent: int, free: Trial | None) -> Iterator[Trial]:
        """Yield the lowest level within which the pass is worth as much as without floors, if there is one."""
        self._add([] if free is None else [self._without_loss(percent, free)])
        yield from self._best_first()

    def _add(self, trials: Sequence[Trial | None]) -> None:
        """Add trials to those so far."""
        found = [trial for trial in trials if trial is not None]
        self.trials = sorted([*self.trials, *found], key=lambda trial: trial.level.rate)

    def _is_tried(self, level: Level) -> bool:
        """Whether a level was tried."""
        return any(trial.level.rate == level.rate for trial in self.trials)

    def _best_first(self) -> Iterator[Trial]:
        """Yield the trials that may still have a lawful plan; one that is not the last had none."""
        while any(trial.is_lawful for trial in self.trials):
            best = max((trial for trial in self.trials if trial.is_lawful), key=_worth)
            bounds = best.level.lower.tobytes() + best.level.upper.tobytes()
            if bounds not in self.hopeless:
                yield best
            self.hopeless.add(bounds)
            self.trials[self.trials.index(best)] = replace(best, is_lawful=False)

    def _largest_share(self) -> int:
        """Return the largest percentage, up to the one asked for, at which some rate is possible; 0 always is."""
        least, most = 0, self.face.roster.policy.floors.percent
        if len(self._possible(most)):
            return most
        while least + 1 < most:
            middle = (least + most) // 2
            least, most = (middle, most) if len(self._possible(middle)) else (least, middle)
        return least

    def _possible(self, percent: int) -> Rates:
        """Return the rates that leave a plan at a share.

        Where no group must get more than it may, and the lower and the upper bounds leave a plan each, both together
        do: the numbers served by group are a generalised polymatroid (Frank and Tardos 1988).
        """
        if percent not in self.possible:
            ends = self._ends(percent, self.before)
            places = np.arange(ends.find(is_lower=True), ends.find(is_lower=False) + 1)
            self.possible[percent] = ends.rates.where(places)
        return self.possible[percent]

    def _ends(self, percent: int, trial: Trial) -> Ends:
        """Return what finds the ends of the rates that are possible at a share where a trial stands."""
        rates = list_rates(self.face.roster.groups.sizes, self.before.level.locked, percent)
        return Ends(rates, self.resume(trial), self.face.bounds)

    def _without_loss(self, percent: int, free: Trial) -> Trial | None:
        """Return the lowest level within which the pass is worth as much as without floors."""
        ends = self._ends(percent, free)
        level = ends.rates.level(ends.find(is_lower=True))
        self.face.bounds = bound_groups(ends.opening, level.lower, level.upper)
        return free.within(level, ends.search.plan) if ends.search.reach() is None else None

    def _try_rates(self, rates: Rates) -> list[Trial]:
        """Try rates spread over the possible ones, then those half-way from the best to its neighbours."""
        tried: dict[int, Trial | None] = {}
        self._try_each(rates, [step * (len(rates) - 1) // (SPREAD - 1) for step in range(SPREAD)], tried)
        for _ in range(REFINEMENTS):
            self._try_each(rates, _around_best(tried), tried)
        return [trial for _, trial in sorted(tried.items()) if trial is not None]

    def _try_each(self, rates: Rates, places: Sequence[int], tried: dict[int, Trial | None]) -> None:
        """Try the rates at some places."""
        for place in places:
            if place not in tried and 0 <= place < len(rates):
                level = rates.level(place)
                tried[place] = None if self._is_tried(level) else self.follow(level)


def _worth(trial: Trial) -> tuple[list[int], Fraction]:
    """Return what trials are compared by."""
    return list(trial.values.values()), -trial.level.rate


def _around_best(tried: Mapping[int, Trial | None]) -> list[int]:
    """Return the places half-way from the best one to those on both sides that were tried."""
    found = {place: trial for place, trial in sorted(tried.items()) if trial is not None}
    if not found:
        return []
    best, places = max(found, key=lambda place: _worth(found[place])), list(found)
    at = places.index(best)
    return [(best + places[other]) // 2 for other in (at - 1, at + 1) if 0 <= other < len(places)]


def bound_groups(bounds: RowBounds, lower: Ints, upper: Ints) -> RowBounds:
    """Return row bounds in which each group holds between two numbers of places."""
    groups = bounds[Family.GROUP].put(np.arange(len(lower)), lower, upper)
    return {**bounds, Family.GROUP: groups}
