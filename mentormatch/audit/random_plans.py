"""How unusual a plan is among random ones that keep the same rules and loads (Besag and Clifford 1989)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mentormatch.audit.solved_round import SolvedRound
from mentormatch.audit.swap_chain import ANY_POINTS, SwapChain
from mentormatch.matching.candidates import points_of
from mentormatch.matching.roster import Ints

Figures = NDArray[np.float64]

MOST_PROPOSALS = 500_000
PROPOSALS_PER_PAIRING = 3
POINTS_TOLERANCE = 50
"""A plan is near the observed one in points when it differs by at most one part in so many: 2 %."""
USUAL = 0.95
ROUNDING = 1e-9


class Null(StrEnum):
    """Which random plans a plan is held against: all with the same loads, or those also within 2 % of its points.

    What is unusual among all and usual among the near ones is explained by fit; what stays unusual is not.
    """

    ANY = "any plan"
    NEAR = "plans within 2 % of the points"


@dataclass(frozen=True, eq=False)
class PlanSample:
    """The observed plan, in row 0, and random ones: plans x pairings.

    ``ends`` says for each place which pairing of the round its mentee comes from; mentor and direction of a place are
    those of the pairing of its number.
    """

    solved: SolvedRound
    ends: Ints

    @cached_property
    def mentees(self) -> Ints:
        """The mentee in each place, as numbers of the roster."""
        return np.asarray(self.solved.plan.mentee[self.ends])

    @cached_property
    def points(self) -> Ints:
        """The points of each pairing."""
        codes = self.solved.candidates.codes[self.mentees, self.solved.plan.mentor[None, :]]
        return np.asarray(points_of(codes), np.int64)


@dataclass(frozen=True, slots=True)
class Rarity:
    """One figure of a plan against the same figure of random plans.

    ``p`` is the share of plans, the observed one among them, whose figure is at least as large; it is valid without
    any assumption on how well the walk mixes. 95 % of the plans have at most ``usual``.
    """

    mean: float
    usual: float
    p: float

    @property
    def sentence(self) -> str:
        """The p in words: it describes the plan, it is no claim about a sample."""
        return f"as unusual as 1 in {round(1 / self.p):,} random plans that keep the same rules"


@dataclass(frozen=True, slots=True)
class Finding:
    """A figure of the plan, and how rare it is among the random plans of each kind."""

    name: str
    observed: float
    rarity: Mapping[Null, Rarity]


def draw_plans(solved: SolvedRound, null: Null, *, seed: int, plans: int) -> PlanSample:
    """Return the plan of a round and ``plans`` random ones."""
    return PlanSample(solved, draw_ends(solved, null, np.arange(len(solved.plan)), seed=seed, plans=plans))


def draw_ends(solved: SolvedRound, null: Null, places: Ints, *, seed: int, plans: int) -> Ints:
    """Return for some places which pairing their mentee comes from, in the observed plan and ``plans`` random ones.

    The observed plan stands at a random place of one long run of a reversible walk, part of which is walked backwards:
    if it were itself a random plan, all plans of the run would be alike to it (Besag and Clifford 1989).
    """
    rng = np.random.default_rng([seed, list(Null).index(null)])
    steps = max(1, min(PROPOSALS_PER_PAIRING * len(solved.plan), MOST_PROPOSALS // max(plans, 1)))
    bounds = _near(solved) if null is Null.NEAR else ANY_POINTS
    before = int(rng.integers(plans + 1))
    rows = [places]
    for length in (before, plans - before):
        chain = SwapChain(solved, rng, bounds)
        for _ in range(length):
            chain.walk(steps)
            rows.append(np.array(chain.ends, np.int64)[places])
    return np.vstack(rows)


def _near(solved: SolvedRound) -> tuple[int, int]:
    """Return the lowest and the highest points that are near those of the plan."""
    total = int(solved.plan.points.sum())
    return total - total // POINTS_TOLERANCE, total + total // POINTS_TOLERANCE


def find_rarity(figures: Figures) -> Rarity:
    """Return how rare the first of some figures is; it is that of the observed plan."""
    at_least = figures >= figures[0] - ROUNDING * max(abs(float(figures[0])), 1.0)
    return Rarity(
        mean=float(figures[1:].mean()) if len(figures) > 1 else float(figures[0]),
        usual=float(np.quantile(figures, USUAL, method="higher")),
        p=float(at_least.mean()),
    )


def make_finding(name: str, figures: Mapping[Null, Figures]) -> Finding:
    """Return a figure of the plan with its rarity; each row of figures begins with the observed one."""
    observed = next(iter(figures.values()))[0]
    return Finding(name, float(observed), {null: find_rarity(row) for null, row in figures.items()})
