"""Why not this pairing: over 200 random rounds the exact answer is that of a forced solve, and no bound is above it."""

from collections import Counter
from dataclasses import replace
from functools import cache
from random import Random

import pytest

from mentormatch.domain.change import Demand
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.errors import MentorMatchError
from mentormatch.explanation.refusal import Refusal, RefusalKind, explain_refusal, solve_refused
from mentormatch.explanation.stage_losses import first_loss, stage_losses
from mentormatch.explanation.what_if import Baseline, Variant, solve_variant
from mentormatch.matching.engine import match
from tests.acceptance.small_rounds import small_round

ROUND_COUNT = 200
PAIRS_PER_ROUND = 12
FORBIDDEN = (RefusalKind.RULE, RefusalKind.LIMIT, RefusalKind.NO_DIRECTION)


@cache
def solved(seed: int) -> Baseline:
    """Return a random round, every third one with a pairing that HR demands, solved."""
    base = matched(small_round(seed))
    if seed % 3 == 0 and base.pairings:
        chosen = Random(seed).choice(base.pairings)
        base = matched(replace(base.round, locks=(Lock(LockKind.MUST, chosen.mentor_id, chosen.mentee_id, "asked"),)))
    return base


def matched(matching_round: Round) -> Baseline:
    """Return a round with its outcome and its proof."""
    done = match(matching_round, digests={})
    return Baseline(matching_round, done.outcome.pairings, done.certificate)


@cache
def refusals(seed: int) -> tuple[Refusal, ...]:
    """Return why some pairs of a round are not paired: the first of each kind in a random order, a few at a loss."""
    base = solved(seed)
    mentors = [entry.person_id for entry in base.round.enrolments if entry.is_mentor]
    mentees = [entry.person_id for entry in base.round.enrolments if entry.is_mentee]
    pairs = sorted((mentor, mentee) for mentor in mentors for mentee in mentees if mentor != mentee)
    found: dict[RefusalKind, list[Refusal]] = {}
    for pair in Random(seed).sample(pairs, min(len(pairs), PAIRS_PER_ROUND)):
        refusal = explain_refusal(base, *pair)
        found.setdefault(refusal.kind, []).append(refusal)
    return tuple(one for kind, some in found.items() for one in (some[:3] if kind is RefusalKind.LOSS else some[:1]))


@cache
def answers(seed: int) -> tuple[tuple[Refusal, Variant], ...]:
    """Return the pairs at a loss with their exact answers."""
    base = solved(seed)
    at_a_loss = [refusal for refusal in refusals(seed) if refusal.can_be_forced]
    return tuple((refusal, solve_variant(base, Demand(refusal.mentor_id, refusal.mentee_id))) for refusal in at_a_loss)


def forced(base: Baseline, refusal: Refusal) -> Round:
    """Return the round with a pair demanded, written down here once more."""
    lock = Lock(LockKind.MUST, refusal.mentor_id, refusal.mentee_id)
    return replace(base.round, locks=(*base.round.locks, lock))


def test_the_exact_answer_is_that_of_a_forced_solve() -> None:
    for seed in range(ROUND_COUNT):
        for refusal, variant in answers(seed):
            cold = match(forced(solved(seed), refusal), digests={}).outcome
            answer = solve_refused(solved(seed), refusal.mentor_id, refusal.mentee_id)
            assert answer.pairings == cold.pairings, f"round {seed}: {refusal}"
            assert variant.outcome.pairings == cold.pairings, f"round {seed}: {refusal}"
            assert [stage for stage in variant.outcome.stages if stage.bound != stage.value] == []


def test_no_bound_is_above_the_exact_loss() -> None:
    for seed in range(ROUND_COUNT):
        for refusal, variant in answers(seed):
            losses = list(stage_losses(solved(seed), variant).values())
            bound, end = [0] * len(losses), refusal.loss.number + 1
            if end <= len(bound):
                bound[end - 1] = refusal.loss.amount
            assert losses[:end] >= bound[:end], f"round {seed}: {refusal}"


def test_most_bounds_name_the_stage_and_many_the_exact_loss() -> None:
    """Bounds of nothing would never be above the exact loss."""
    counts: Counter[str] = Counter()
    for seed in range(ROUND_COUNT):
        for refusal, variant in answers(seed):
            exact = first_loss(solved(seed), variant)
            counts["asked"] += 1
            counts["stage"] += refusal.loss.number == exact.number
            counts["exact"] += refusal.loss == exact
    assert counts["asked"] >= 200, counts
    assert counts["stage"] >= 0.6 * counts["asked"], counts
    assert counts["exact"] >= 0.5 * counts["asked"], counts


def test_what_is_forbidden_cannot_be_demanded() -> None:
    seen: Counter[RefusalKind] = Counter()
    for seed in range(ROUND_COUNT):
        for refusal in refusals(seed):
            seen[refusal.kind] += 1
            if refusal.kind in FORBIDDEN:
                with pytest.raises(MentorMatchError):
                    match(forced(solved(seed), refusal), digests={})
    assert min(seen[kind] for kind in FORBIDDEN) >= 3, seen
