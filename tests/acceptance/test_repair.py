"""Repair against exhaustive search on small random rounds: the fewest changes, then the best by the usual stages."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from random import Random

import pytest

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.round import LockKind, Outcome, Round, SolveStatus
from mentormatch.matching.engine import Match, match
from mentormatch.matching.repair import Pair, RepairPlan, pair_of, repair
from mentormatch.matching.verification import verify
from tests.acceptance.small_rounds import small_round
from tests.oracle import Search, caps_of, exclusions_of
from tests.oracle_pairs import Choice, World, all_choices

ROUND_COUNT = 160
BATCH = 20
Named = tuple[str, str, Direction]


@cache
def solved(seed: int) -> Outcome:
    """Return the outcome of a small round."""
    return match(small_round(seed), digests={}).outcome


def draw_words(seed: int, outcome: Outcome) -> tuple[list[Pair], list[str]]:
    """Return one to three declined pairings of an outcome (none where it has none) and up to two leavers."""
    rng, pairs = Random(seed), [pair_of(pairing) for pairing in outcome.pairings]
    declined = rng.sample(pairs, min(len(pairs), 1 + seed % 3))
    enrolled = sorted(entry.person_id for entry in small_round(seed).enrolments)
    return declined, rng.sample(enrolled, seed % 2 + (not declined))


def is_lawful(world: World, choices: Collection[Choice]) -> bool:
    """Whether pairings keep every cap and no two exclude each other, by the second reading of the rules."""
    used: dict[object, int] = {}
    limits = {key: limit for choice in choices for key, limit in caps_of(world, choice)}
    for choice in choices:
        for key, _ in caps_of(world, choice):
            used[key] = used.get(key, 0) + 1
    facts = {fact for choice in choices for fact in exclusions_of(world, choice)[0]}
    excluded = {fact for choice in choices for fact in exclusions_of(world, choice)[1]}
    return not facts & excluded and all(count <= limits[key] for key, count in used.items())  # type: ignore[index]


def most_that_stay(changed: Round, pairs: Collection[Pair]) -> int:
    """Return how many of some pairs can stand together at most, by trying all sets, the largest first.

    A part of a lawful plan is lawful, so no plan of the round, whatever else it holds, has more of them.
    """
    world = World(changed)
    choices = [choice for choice in all_choices(world) if (choice.mentor_id, choice.mentee_id) in pairs]
    sizes = range(len(choices), -1, -1)
    return next(size for size in sizes if any(is_lawful(world, chosen) for chosen in combinations(choices, size)))


def best_beside(changed: Round, kept: Collection[Pair], forbidden: Collection[Pair]) -> list[frozenset[Named]]:
    """Return what each pass adds to the kept pairings in the best plan, by trying all plans that have them."""
    world = World(changed)
    choices = [choice for choice in all_choices(world) if (choice.mentor_id, choice.mentee_id) not in forbidden]
    before = [choice for choice in choices if (choice.mentor_id, choice.mentee_id) in kept]
    added = []
    for number in range(1, max(changed.policy.capacity.mentee_limit, 1) + 1):
        held = [choice.mentee_id for choice in before]
        may_have = [c for c in choices if c in before or held.count(c.mentee_id) < number]
        plan, _ = Search(
            world, may_have, before, frozenset({"reciprocal", "favour exchange", "split team"})
        ).best_plan()
        before = [*before, *plan]
        added.append(frozenset((choice.mentor_id, choice.mentee_id, choice.direction) for choice in plan))
    return added


def named(pairings: Sequence[Pairing], number: int) -> frozenset[Named]:
    """Return the pairings of one pass."""
    return frozenset((p.mentor_id, p.mentee_id, p.direction) for p in pairings if p.pass_number == number)


def check_repair(plan: RepairPlan, done: Match, declined: Collection[Pair], where: str) -> None:
    """Check a repaired outcome against exhaustive search, and its proof."""
    pairings = done.outcome.pairings
    kept = {pair_of(pairing) for pairing in pairings if pairing.pass_number == 0}
    forbidden = {(lock.mentor_id, lock.mentee_id) for lock in plan.round.locks if lock.kind is LockKind.MUST_NOT}
    assert forbidden >= set(declined), where
    assert done.outcome.status is SolveStatus.PROVEN, where
    expected = best_beside(plan.round, kept, forbidden)
    assert [named(pairings, number) for number in range(1, len(expected) + 1)] == expected, where
    assert list(verify(plan.round, pairings, done.certificate, {})), where


@pytest.mark.parametrize("first", range(0, ROUND_COUNT, BATCH))
def test_everything_else_stays_and_the_rest_is_the_best_beside_it(first: int) -> None:
    for seed in range(first, first + BATCH):
        round_, outcome = small_round(seed), solved(seed)
        declined, leavers = draw_words(seed, outcome)
        plan = repair(round_, outcome.pairings, declined=declined, leavers=leavers)
        done = match(plan.round, digests={})
        touched = set(declined) | {pair_of(p) for p in outcome.pairings if set(pair_of(p)) & set(leavers)}
        stay = {pair_of(pairing) for pairing in outcome.pairings} - touched
        after = {pair_of(pairing) for pairing in done.outcome.pairings}
        assert most_that_stay(plan.round, stay) == len(stay & after) == len(stay), f"round {seed}"
        assert not after & touched, f"round {seed}"
        check_repair(plan, done, declined, f"round {seed}")


def tightened(round_: Round, seed: int) -> Round:
    """Return a round whose policy has become stricter since it was matched."""
    capacity, rng = round_.policy.capacity, Random(seed)
    stricter = replace(
        capacity,
        mentor_limit=rng.choice((1, 1, 2)),
        mentee_limit=rng.randint(1, capacity.mentee_limit),
        mentee_direction_limit=1,
        department_share=rng.choice((0.3, capacity.department_share)),
        team_limit=1,
        forbid_favour_exchange=True,
        forbid_reciprocal=True,
    )
    return replace(round_, policy=replace(round_.policy, capacity=stricter))


@pytest.mark.parametrize("first", range(0, ROUND_COUNT, BATCH))
def test_after_limits_were_lowered_as_many_stay_as_can(first: int) -> None:
    for seed in range(first, first + BATCH):
        outcome = solved(seed)
        declined = [pair_of(pairing) for pairing in outcome.pairings[:1]]
        leavers = [] if declined else draw_words(seed, outcome)[1]
        plan = repair(tightened(small_round(seed), seed), outcome.pairings, declined=declined, leavers=leavers)
        done = match(plan.round, digests={})
        wanted = {pair_of(pairing) for pairing in outcome.pairings} - set(declined)
        stayed = wanted & {pair_of(pairing) for pairing in done.outcome.pairings}
        assert len(plan.kept) == most_that_stay(plan.round, wanted), f"round {seed}"
        assert {pair_of(pairing) for pairing in plan.kept} <= stayed, f"round {seed}"
        assert len(plan.kept) + len(plan.let_go) == len(wanted), f"round {seed}"
        check_repair(plan, done, declined, f"round {seed}")


def test_lowered_limits_let_pairings_go_in_many_rounds() -> None:
    """Else the test before this one would have nothing to tell."""
    let_go = 0
    for seed in range(ROUND_COUNT):
        round_, pairings = tightened(small_round(seed), seed), solved(seed).pairings
        declined = [pair_of(pairing) for pairing in pairings[:1]]
        let_go += bool(declined and repair(round_, pairings, declined=declined, leavers=()).let_go)
    assert let_go >= 30


@pytest.mark.parametrize("first", range(0, 60, BATCH))
def test_a_repaired_outcome_can_be_repaired_again(first: int) -> None:
    for seed in range(first, first + BATCH):
        round_, outcome, gone = small_round(seed), solved(seed), set[Pair]()
        while outcome.pairings and len(gone) < 3:
            declined = [Random(seed).choice([pair_of(pairing) for pairing in outcome.pairings])]
            plan = repair(round_, outcome.pairings, declined=declined, leavers=())
            done = match(plan.round, digests={})
            before = {pair_of(pairing) for pairing in outcome.pairings}
            gone |= set(declined)
            after = {pair_of(pairing) for pairing in done.outcome.pairings}
            assert before - set(declined) <= after, f"round {seed}"
            assert not gone & after, f"round {seed}"
            assert list(verify(plan.round, done.outcome.pairings, done.certificate, {})), f"round {seed}"
            round_, outcome = plan.round, done.outcome
