"""Quick answers against the whole match: a demanded pairing, one more place, on random rounds, pairing by pairing."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from mentormatch.domain.change import Change, Demand, OfferPlace
from mentormatch.domain.direction import Direction
from mentormatch.domain.policy import CapacityPolicy, Policy
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.errors import MentorMatchError
from mentormatch.explanation.changes import apply_change
from mentormatch.explanation.quick_answers import QuickAnswer, QuickAnswers, answer_in_full, open_quick_answers
from mentormatch.explanation.what_if import Baseline
from mentormatch.matching.engine import match
from mentormatch.matching.reference import build_reference
from mentormatch.synthesis.organisation import generate_organisation
from tests.acceptance.small_rounds import small_round

ROUND_COUNT, BATCH = 200, 20
PAIRS_EACH, PLACES_EACH = 3, 2
ORGANISATIONS = {60: 1, 75: 2, 90: 3, 105: 4, 120: 5, 135: 6, 150: 7}
LEAST_QUICK = 0.85


def solve(round_: Round) -> Baseline:
    """Return a round with its outcome."""
    found = match(round_, digests={})
    return Baseline(round_, found.outcome.pairings, found.certificate)


def candidates_of(round_: Round) -> list[tuple[str, str]]:
    """Return mentor and mentee of every candidate, read one pair at a time."""
    reference = build_reference(round_)
    mentors = sorted(entry.person_id for entry in round_.enrolments if entry.is_mentor)
    mentees = sorted(entry.person_id for entry in round_.enrolments if entry.is_mentee)
    return [(one, other) for one in mentors for other in mentees if reference.candidate(one, other) is not None]


def with_locks(round_: Round, rng: Random) -> Round:
    """Return a round in which one published pairing is kept, another one forbidden, where there are some."""
    pairings = solve(round_).pairings
    chosen = rng.sample(pairings, min(len(pairings), 2))
    kinds = (LockKind.KEEP, LockKind.MUST_NOT)
    locks = [Lock(kind, one.mentor_id, one.mentee_id) for kind, one in zip(kinds, chosen, strict=False)]
    return replace(round_, locks=tuple(locks))


def drawn_round(seed: int) -> Round:
    """Return a small round; every third has locks."""
    round_ = small_round(seed)
    return with_locks(round_, Random(seed)) if seed % 3 == 2 else round_


def demands_of(base: Baseline, rng: Random) -> list[Demand]:
    """Return some pairs to demand, of mentees who have no locked pairing."""
    served = {one.mentee_id for one in base.pairings if one.pass_number == 0}
    pairs = [pair for pair in candidates_of(base.round) if pair[1] not in served]
    return [Demand(*pair) for pair in rng.sample(pairs, min(len(pairs), PAIRS_EACH))]


def offers_of(base: Baseline, rng: Random) -> list[OfferPlace]:
    """Return some places to offer, by mentors who have one in the direction."""
    offers = [
        (entry.person_id, direction)
        for entry in sorted(base.round.enrolments, key=lambda entry: entry.person_id)
        if entry.max_mentees
        for direction in sorted(entry.as_mentor)
        if entry.as_mentor[direction] and base.round.policy.is_open(direction)
    ]
    return [OfferPlace(*offer) for offer in rng.sample(offers, min(len(offers), PLACES_EACH))]


def ask(answers: QuickAnswers, change: Demand | OfferPlace) -> QuickAnswer:
    """Ask for a quick answer."""
    if isinstance(change, Demand):
        return answers.forced(change.mentor_id, change.mentee_id)
    return answers.with_one_more_place(change.mentor_id, change.direction)


def compare(base: Baseline, changes: list[Demand] | list[OfferPlace]) -> Iterator[bool]:
    """Hold quick answers against cold matches; yield for each whether it was quick."""
    answers = open_quick_answers(base)
    for change in changes:
        try:
            cold = match(apply_change(change, base.round), digests={}).outcome.pairings
        except MentorMatchError as error:
            with pytest.raises(type(error)):
                ask(answers, change)
            continue
        answer = ask(answers, change)
        assert answer.pairings == cold, f"{change} in a round of seed {base.round.seed}"
        yield answer.is_quick


@pytest.mark.parametrize("first", range(0, ROUND_COUNT, BATCH))
def test_a_demanded_pair_gives_the_round_that_a_whole_match_gives(first: int) -> None:
    quick: list[bool] = []
    for seed in range(first, first + BATCH):
        base = solve(drawn_round(seed))
        quick += compare(base, demands_of(base, Random(seed)))
    assert len(quick) >= BATCH
    assert sum(quick) >= LEAST_QUICK * len(quick), f"{sum(quick)} of {len(quick)} answers were quick"


@pytest.mark.parametrize("first", range(0, ROUND_COUNT, BATCH))
def test_one_more_place_gives_the_round_that_a_whole_match_gives(first: int) -> None:
    quick: list[bool] = []
    for seed in range(first, first + BATCH):
        base = solve(drawn_round(seed))
        quick += compare(base, offers_of(base, Random(seed)))
    assert len(quick) >= BATCH
    assert sum(quick) >= LEAST_QUICK * len(quick), f"{sum(quick)} of {len(quick)} answers were quick"


def an_organisation(size: int, seed: int) -> Round:
    """Return a made-up organisation with tight limits, two passes, and every third one with locks."""
    made = generate_organisation(size, seed)
    capacity = CapacityPolicy(team_limit=1 + seed % 2, department_share=(0.3, 0.5)[seed % 2])
    policy = Policy(capacity=capacity)
    round_ = Round(made.people, made.enrolments, made.history, policy=policy, seed=str(seed))
    return with_locks(round_, Random(seed)) if seed % 3 == 0 else round_


@pytest.mark.parametrize(("size", "seed"), ORGANISATIONS.items())
def test_organisations_give_the_rounds_that_whole_matches_give(size: int, seed: int) -> None:
    base, rng = solve(an_organisation(size, seed)), Random(seed)
    quick = [*compare(base, demands_of(base, rng)), *compare(base, offers_of(base, rng))]
    assert len(quick) >= 3
    assert sum(quick) >= len(quick) / 2


def test_the_loss_is_what_the_whole_match_loses() -> None:
    compared = 0
    for seed in range(25):
        base = solve(small_round(seed))
        answers = open_quick_answers(base)
        changes: list[Change] = [*demands_of(base, Random(seed)), *offers_of(base, Random(seed))]
        for change in changes:
            assert isinstance(change, Demand | OfferPlace)
            answer = ask(answers, change)
            if answer.is_quick:
                assert answer.loss == answer_in_full(base, change).loss
                compared += 1
    assert compared >= 60


def test_a_person_who_is_not_enrolled_cannot_offer_a_place() -> None:
    base = solve(small_round(1))
    with pytest.raises(KeyError):
        open_quick_answers(base).with_one_more_place("nobody", Direction.UPWARD)
