"""The engine against a second, independent method: SciPy's matchings of mentees and single places.

With caps that only limit places a round is an assignment problem: every mentor becomes as many columns as there are
places. ``maximum_bipartite_matching`` gives the coverage (Hopcroft and Karp 1973), ``linear_sum_assignment`` the best
plan for stages that are packed into one weight a pair and place (Crouse 2016).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Outcome, Round
from mentormatch.matching.engine import match
from mentormatch.matching.reference import build_reference
from tests.acceptance.small_rounds import Draw
from tests.factories import PLENTY, a_scored_round, bare_policy, loose_capacity

ROUND_COUNT, RICH_ROUND_COUNT, BATCH = 85, 15, 5
NO_PAIR = -1
PLACES_MOST = 4
BANDS = (300, 600)
STAGES = ("coverage", "bands", "load", "points", "lottery")
WEIGHTS = {"coverage": 1 << 44, "bands:0": -1 << 36, "bands:1": -1 << 28, "load": -1 << 18, "points": 1}
"""Each weighs more than all later ones can bring: at most 200 mentees, 1,000 points and a fourth place each."""


@dataclass(frozen=True)
class Assignment:
    """A round as an assignment problem: points of mentees x mentors (-1: no candidate), and each mentor's places."""

    points: NDArray[np.int64]
    places: NDArray[np.int64]

    def most_served(self) -> int:
        """Return how many mentees can be served at once."""
        graph = csr_array(self._per_place(self.points) != NO_PAIR)
        return int((maximum_bipartite_matching(graph, perm_type="column") >= 0).sum())

    def most_points(self) -> int:
        """Return the largest total of points, whoever is left out for it."""
        points = np.maximum(self._per_place(self.points), 0)
        return int(points[linear_sum_assignment(points, maximize=True)].sum())

    def best_values(self) -> dict[str, int]:
        """Return what the stages reach one after the other, by one assignment with packed weights."""
        points = self._per_place(self.points)
        is_pair, band = points != NO_PAIR, np.digitize(points, BANDS)
        ranks = np.concatenate([np.arange(count) for count in self.places.tolist()])
        amounts = {
            "coverage": is_pair,
            "bands:0": is_pair & (band == 0),
            "bands:1": is_pair & (band == 1),
            "load": is_pair * ranks,
            "points": is_pair * points,
        }
        packed = sum(
            (WEIGHTS[name] * amount.astype(np.int64) for name, amount in amounts.items()), np.zeros_like(points)
        )
        chosen = linear_sum_assignment(packed, maximize=True)
        return {name: int(amount[chosen].sum()) * (1 if WEIGHTS[name] > 0 else -1) for name, amount in amounts.items()}

    def _per_place(self, table: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return a table with a column for each single place instead of one for each mentor."""
        return table[:, np.repeat(np.arange(len(self.places)), self.places)]


def values_of(outcome: Outcome) -> dict[str, int]:
    """Return what the first pass reached; every value must be proven."""
    assert all(stage.value == stage.bound for stage in outcome.stages)
    return {stage.name: stage.value for stage in outcome.stages if stage.pass_number == 1 and stage.name in WEIGHTS}


def check(round_: Round, assignment: Assignment) -> None:
    """Hold the engine against SciPy: once for all stages in order, once for points alone."""
    found = values_of(match(round_, digests={}).outcome)
    assert found == assignment.best_values()
    assert found["coverage"] == assignment.most_served()
    points_alone = replace(round_, policy=replace(round_.policy, stages=("points", "lottery")))
    assert values_of(match(points_alone, digests={}).outcome) == {"points": assignment.most_points()}


def scored_rounds(seeds: range) -> Iterator[tuple[Round, Assignment]]:
    """Yield rounds of 50 to 300 people with drawn points: sparse or dense, scarce or not, with ties or without."""
    for seed in seeds:
        rng = np.random.default_rng(seed)
        shape = int(rng.integers(35, 200)), int(rng.integers(15, 100))
        scale = rng.choice([1, 100, 300])
        popularity = rng.permutation(np.linspace(0.0, 1.0, shape[1])) * rng.choice([0.0, 1.0])
        drawn = np.clip((rng.random(shape) + popularity) / 2 * 1000, 0, 999).astype(np.int64) // scale * scale
        points = np.where(rng.random(shape) < rng.choice([0.03, 0.1, 0.4, 1.0]), drawn, NO_PAIR)
        places = rng.integers(1, int(rng.integers(2, PLACES_MOST + 2)), shape[1])
        table = {
            (f"e{row:03}", f"m{column:03}"): int(points[row, column])
            for row, column in np.argwhere(points >= 0).tolist()
        }
        offered = {f"m{column:03}": count for column, count in enumerate(places.tolist())}
        policy = bare_policy(RuleId.LEVEL_BAND, bands=BANDS, stages=STAGES)
        yield a_scored_round(table, offered, policy=policy, seed=str(seed)), Assignment(points, places)


def rich_round(seed: int) -> Round:
    """Return a round of 50 to 80 people with all rules, in which nothing but the mentors' places limits a plan."""
    draw = Draw(Random(seed), trouble=0.3, is_plain=False, managers=range(10, 16), staff=range(40, 64), side_most=40)
    round_ = draw.round(str(seed))
    entries = tuple(
        replace(e, as_mentor={d: PLENTY * bool(n) for d, n in e.as_mentor.items()}) for e in round_.enrolments
    )
    policy = replace(round_.policy, capacity=loose_capacity(), bands=BANDS, stages=STAGES)
    return replace(round_, enrolments=entries, policy=policy)


def assignment_of(round_: Round) -> Assignment:
    """Return a round as an assignment problem, its candidates found pair by pair."""
    reference = build_reference(round_)
    mentees = [entry.person_id for entry in round_.enrolments if entry.is_mentee]
    mentors = {entry.person_id: entry.max_mentees for entry in round_.enrolments if entry.is_mentor}
    table: Mapping[tuple[str, str], int] = {
        (mentee, mentor): found.points
        for mentee in mentees
        for mentor in mentors
        if (found := reference.candidate(mentor, mentee)) is not None
    }
    points = [[table.get((mentee, mentor), NO_PAIR) for mentor in mentors] for mentee in mentees]
    return Assignment(np.array(points, np.int64), np.array(list(mentors.values()), np.int64))


@pytest.mark.parametrize("first", range(0, ROUND_COUNT, BATCH))
def test_drawn_points_give_the_values_that_scipy_gives(first: int) -> None:
    for round_, assignment in scored_rounds(range(first, first + BATCH)):
        assert 50 <= len(assignment.points) + len(assignment.places) <= 300
        check(round_, assignment)


@pytest.mark.parametrize("seed", range(RICH_ROUND_COUNT))
def test_rounds_with_all_rules_give_the_values_that_scipy_gives(seed: int) -> None:
    round_ = rich_round(seed)
    assignment = assignment_of(round_)
    assert len(round_.people) >= 50
    assert assignment.most_served() >= 10
    check(round_, assignment)
