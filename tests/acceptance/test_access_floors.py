"""Access floors against exhaustive search, and what they do for a group that everybody's score puts last."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import override

import pytest

from mentormatch.domain.policy import FloorPolicy
from mentormatch.domain.round import Round, SolveStatus
from mentormatch.matching.engine import Match, match
from mentormatch.matching.verification import verify
from tests.acceptance.floor_rounds import biased_round, floor_round
from tests.acceptance.plain_proofs import PlainProof
from tests.acceptance.test_brute_force import passes_of
from tests.oracle import LAZY_KINDS, Level, Search, best_before_floors, best_vectors, check_plan, counts_of, stage_value
from tests.oracle_pairs import Choice, World, all_choices

SEEDS = (*range(144), 225, 256, 257, 303, 311, 585, 798, 835)
"""In the last ones exclusions close cases, or leave no lawful plan at a rate, or several rates had to be tried."""

BATCHES = [SEEDS[first : first + 19] for first in range(0, len(SEEDS), 19)]


@cache
def matched(seed: int) -> Match:
    """Return a round with floors as it was matched."""
    return match(floor_round(seed), digests={})


def level_of(done: Match) -> Level:
    """Return the level that a certificate says."""
    floors = done.certificate.passes[0].floors
    assert floors is not None
    return Level(floors.share, floors.rate)


@pytest.mark.parametrize("seeds", BATCHES, ids=lambda seeds: f"from-{seeds[0]}")
def test_at_the_rate_that_was_chosen_no_plan_is_better_and_no_other_is_as_good(seeds: tuple[int, ...]) -> None:
    for seed in seeds:
        round_, done = floor_round(seed), matched(seed)
        assert done.outcome.status is SolveStatus.PROVEN, f"round {seed}"
        assert passes_of(done.outcome) == tuple(best_vectors(round_, level=level_of(done))), f"round {seed}"
        assert check_plan(round_, done.outcome.pairings) == [], f"round {seed}"


@pytest.mark.parametrize("seeds", BATCHES, ids=lambda seeds: f"from-{seeds[0]}")
def test_the_verifier_accepts_every_round_with_floors(seeds: tuple[int, ...]) -> None:
    for seed in seeds:
        lines = list(verify(floor_round(seed), matched(seed).outcome.pairings, matched(seed).certificate, {}))
        assert any("floors: rate" in line for line in lines), f"round {seed}"


@pytest.mark.parametrize("seeds", BATCHES, ids=lambda seeds: f"from-{seeds[0]}")
def test_a_second_reading_of_the_proof_agrees_that_it_holds(seeds: tuple[int, ...]) -> None:
    for seed in seeds:
        assert PlainProof(floor_round(seed), matched(seed).outcome.pairings).holds(matched(seed).certificate)


def test_a_second_reading_sees_that_a_price_of_a_group_is_wrong() -> None:
    seen = 0
    for seed in SEEDS:
        first, *others = matched(seed).certificate.passes
        for number, stage in enumerate(first.tree.stages):
            if stage.duals.get("group"):
                dearer = {row: dual + 1 for row, dual in stage.duals["group"].items()}
                changed = replace(stage, duals={**stage.duals, "group": dearer})
                stages = (*first.tree.stages[:number], changed, *first.tree.stages[number + 1 :])
                part = replace(first, tree=replace(first.tree, stages=stages))
                certificate = replace(matched(seed).certificate, passes=(part, *others))
                assert not PlainProof(floor_round(seed), matched(seed).outcome.pairings).holds(certificate)
                seen += 1
    assert seen >= 20


class EveryBestPlan(Search):
    """Keeps every plan that is best for the stages before the floors, whatever it is worth afterwards."""

    @override
    def _hope(self, _: int) -> int:
        """Hope for everything, so that no branch is left."""
        return 1 << 400

    @override
    def _keep(self, _: int) -> None:
        """Keep a plan with the best values before the floors."""
        values = [stage_value(self.world, name, self.plan, []) for name in self.stages[: len(self.best_before)]]
        if values == self.best_before:
            self.best_plans.append(list(self.plan))


def counts_of_best_plans(round_: Round) -> set[tuple[tuple[int, int], ...]]:
    """Return what the lawful plans that are best before the floors give the groups."""
    world = World(round_)
    choices: list[Choice] = list(all_choices(world))
    search = EveryBestPlan(world, choices, [], LAZY_KINDS)
    search.best_before = best_before_floors(world, choices, LAZY_KINDS)
    search._try_mentee(0, 0)
    return {counts_of(world, plan) for plan in search.best_plans}


def rates(sizes: list[int], share: int) -> Iterator[Fraction]:
    """Yield every rate at which what a group may get, or must, changes."""
    for size in sizes:
        yield from (Fraction(count, size) for count in range(1, size + 1))
        yield from (Fraction(100 * count, share * size) for count in range(1, size + 1) if 100 * count <= share * size)


@pytest.mark.parametrize("seeds", BATCHES, ids=lambda seeds: f"from-{seeds[0]}")
def test_no_larger_share_was_possible(seeds: tuple[int, ...]) -> None:
    """Where exclusions keep every lawful plan below the best values before the floors, nothing is said about that."""
    looked_at = 0
    for seed in seeds:
        round_, done = floor_round(seed), matched(seed)
        before = round_.policy.stages.index("floors")
        tree = done.certificate.passes[0].tree
        at_top = {stage.name: stage.bound for stage in tree.stages}
        values = dict(done.certificate.passes[0].values)
        names = list(values)[: list(values).index("floors")]
        if before and all(at_top[name] == values[name] for name in names):
            looked_at += 1
            counts = counts_of_best_plans(round_)
            sizes = [size for size, _ in next(iter(counts))]
            asked = round(100 * round_.policy.floors.share)
            for share in range(level_of(done).share + 1, asked + 1):
                levels = [Level(share, rate) for rate in {*rates(sizes, share), Fraction(1)}]
                kept = any(all(level.keeps(*count) for count in plan) for level in levels for plan in counts)
                assert not kept, f"round {seed}: {share}"
    assert looked_at >= 8


def test_the_rounds_hold_everything_that_can_happen_to_floors() -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        floors = matched(seed).certificate.passes[0].floors
        assert floors is not None
        asked = floor_round(seed).policy.floors.percent
        seen["full share"] += len(floors.groups) > 1 and floors.share == asked
        seen["lower share"] += 0 < floors.share < asked
        seen["no share"] += floors.share == 0
        seen["too small"] += bool(floors.too_small)
        seen["a choice of rates"] += len(floors.tried) > 1
        seen["no lawful plan at a rate"] += not all(one.is_lawful for one in floors.tried)
        seen["split"] += matched(seed).certificate.passes[0].tree.split is not None
    assert min(seen["full share"], seen["lower share"], seen["no share"], seen["split"], seen["too small"]) >= 10
    assert seen["a choice of rates"] >= 4
    assert seen["no lawful plan at a rate"] >= 1


class TestBias:
    def served(self, round_: Round) -> Counter[str]:
        """Return how many of each group get a place."""
        return Counter(pairing.mentee_id[0] for pairing in match(round_, digests={}).outcome.pairings)

    def test_without_floors_the_favoured_group_takes_every_place(self) -> None:
        round_ = biased_round()
        free = replace(round_, policy=replace(round_.policy, floors=FloorPolicy()))
        assert self.served(free) == {"F": 20}

    @pytest.mark.parametrize("by", ["department", "division", "location"])
    def test_floors_bring_both_groups_within_four_fifths_at_unchanged_coverage(self, by: str) -> None:
        served = self.served(biased_round(by))
        assert served.total() == 20
        assert served["O"] >= 0.8 * served["F"]
        assert served["F"] > served["O"], "beyond that, the points decide"

    def test_a_share_of_one_gives_both_groups_the_same(self) -> None:
        assert self.served(biased_round(share=1.0)) == {"F": 10, "O": 10}

    def test_a_group_that_is_too_small_has_no_floor(self) -> None:
        round_ = biased_round(group_min=21)
        floors = match(round_, digests={}).outcome.floors
        assert self.served(round_) == {"F": 20}
        assert floors is not None
        assert not floors.groups
        assert [(group.name, group.size) for group in floors.too_small] == [("Favoured", 20), ("Other", 20)]
