"""The engine against exhaustive search: 500 random rounds of at most 7 x 7, all stages and pairings exactly equal."""

from collections import Counter
from functools import cache

import pytest

from mentormatch.domain.round import Outcome, SolveStatus
from mentormatch.matching.engine import match
from tests.acceptance.small_rounds import SIDE_MOST, small_round
from tests.oracle import FAVOUR_EXCHANGE, LAZY_KINDS, RECIPROCAL, SPLIT_TEAM, PassResult, best_vectors, check_plan

ROUND_COUNT = 500
BATCH = 25


@cache
def best(seed: int) -> tuple[PassResult, ...]:
    """Return the best outcome of a round, by exhaustive search."""
    return tuple(best_vectors(small_round(seed)))


def passes_of(outcome: Outcome) -> tuple[PassResult, ...]:
    """Return an outcome in the words of exhaustive search; that no other plan is left is shown by the search itself."""
    return tuple(
        PassResult(
            number,
            tuple((s.name, s.value) for s in outcome.stages if s.pass_number == number and s.name != "unique"),
            frozenset((p.mentor_id, p.mentee_id, p.direction) for p in outcome.pairings if p.pass_number == number),
        )
        for number in sorted({stage.pass_number for stage in outcome.stages})
    )


@pytest.mark.parametrize("first", range(0, ROUND_COUNT, BATCH))
def test_no_plan_is_better_and_no_other_plan_is_as_good(first: int) -> None:
    for seed in range(first, first + BATCH):
        outcome = match(small_round(seed), digests={}).outcome
        assert outcome.status is SolveStatus.PROVEN, f"round {seed}"
        assert passes_of(outcome) == best(seed), f"round {seed}"
        assert check_plan(small_round(seed), outcome.pairings) == [], f"round {seed}"


@pytest.mark.parametrize("kind", sorted(LAZY_KINDS))
def test_each_exclusion_changes_the_best_plan_of_many_rounds(kind: str) -> None:
    binding = [
        seed for seed in range(ROUND_COUNT) if tuple(best_vectors(small_round(seed), LAZY_KINDS - {kind})) != best(seed)
    ]
    assert len(binding) >= {RECIPROCAL: 50, FAVOUR_EXCHANGE: 25, SPLIT_TEAM: 15}[kind]


def test_the_rounds_are_as_varied_as_they_should_be() -> None:
    """Many rounds with second places, with draws, with all directions, of full size and of none."""
    sizes = Counter(sum(len(result.pairings) for result in best(seed)) for seed in range(ROUND_COUNT))
    directions = {
        direction for seed in range(ROUND_COUNT) for result in best(seed) for _, _, direction in result.pairings
    }
    second_places = sum(any(result.pairings for result in best(seed)[1:]) for seed in range(ROUND_COUNT))
    most = max(sum(entry.is_mentee for entry in small_round(seed).enrolments) for seed in range(ROUND_COUNT))
    assert sizes[0] >= 10
    assert sum(count for size, count in sizes.items() if size >= 5) >= 150
    assert len(directions) == 5
    assert second_places >= 100
    assert most == SIDE_MOST
