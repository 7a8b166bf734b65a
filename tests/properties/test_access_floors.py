"""Access floors hold in every round, whatever else it holds, and never at the cost of the stages before them."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from mentormatch.domain.policy import FloorPolicy
from mentormatch.domain.round import Lock, LockKind, Outcome, Round
from mentormatch.matching.engine import match
from mentormatch.matching.reference import build_reference
from mentormatch.matching.verification import verify
from tests.acceptance.floor_rounds import ORDERS, floor_round
from tests.strategies import rounds

SEEDS = st.integers(min_value=0, max_value=10**6)
FEW = settings(max_examples=max(20, settings().max_examples // 3))
"""Each example solves two rounds."""


@st.composite
def floored_rounds(draw: st.DrawFn) -> Round:
    """Return a round with floors: a dense one or any one, with people waiting, favours, and up to two locks."""
    round_ = draw(st.one_of(SEEDS.map(floor_round), rounds(hierarchy="forest")))
    floors = FloorPolicy(
        by=draw(st.sampled_from(["department", "division", "level", "location"])),
        share=draw(st.sampled_from([0.5, 0.8, 1.0])),
        group_min=draw(st.integers(1, 3)),
    )
    policy = replace(round_.policy, floors=floors, stages=draw(st.sampled_from(ORDERS)))
    return with_locks(replace(round_, policy=policy), Random(draw(SEEDS)), draw(st.integers(0, 2)))


def with_locks(round_: Round, rng: Random, count: int) -> Round:
    """Return a round in which the first of some candidates must be paired and the next must not."""
    reference, ids = build_reference(round_), sorted(entry.person_id for entry in round_.enrolments)
    pairs = [(mentor, mentee) for mentor in ids for mentee in ids if reference.candidate(mentor, mentee) is not None]
    chosen = rng.sample(pairs, min(count, len(pairs)))
    kinds = (LockKind.MUST, LockKind.MUST_NOT)
    return replace(round_, locks=tuple(Lock(kind, *pair) for kind, pair in zip(kinds, chosen, strict=False)))


def before_floors(round_: Round, outcome: Outcome) -> Mapping[str, int]:
    """Return what the stages before the floors reached in the first pass."""
    stages = round_.policy.stages
    kinds = stages[: stages.index("floors")]
    first = [stage for stage in outcome.stages if stage.pass_number == 1]
    return {stage.name: stage.value for stage in first if stage.name.partition(":")[0] in kinds}


@given(floored_rounds())
def test_every_group_stays_between_the_rate_and_its_share_and_the_proof_is_accepted(round_: Round) -> None:
    done = match(round_, digests={})
    floors = done.outcome.floors
    assert floors is not None
    served = {pairing.mentee_id for pairing in done.outcome.pairings if pairing.pass_number <= 1}
    for group in floors.groups:
        assert Fraction(floors.share, 100) * floors.rate * group.size <= group.served <= floors.rate * group.size
    assert sum(group.served for group in (*floors.groups, *floors.too_small)) <= len(served)
    assert list(verify(round_, done.outcome.pairings, done.certificate, {}))


@FEW
@given(floored_rounds())
def test_floors_cost_nothing_in_the_stages_before_them(round_: Round) -> None:
    free = replace(round_, policy=replace(round_.policy, floors=FloorPolicy()))
    with_floors, without = (match(one, digests={}).outcome for one in (round_, free))
    assert before_floors(round_, with_floors) == before_floors(round_, without)


@FEW
@given(floored_rounds(), SEEDS)
def test_the_outcome_does_not_depend_on_the_order_of_rows_or_on_the_shortlist(round_: Round, seed: int) -> None:
    rng, solve = Random(seed), replace(round_.policy.solve, shortlist=1)
    other = replace(
        round_,
        people=tuple(rng.sample(round_.people, len(round_.people))),
        enrolments=tuple(rng.sample(round_.enrolments, len(round_.enrolments))),
        policy=replace(round_.policy, solve=solve),
    )
    one, two = match(round_, digests={}), match(other, digests={})
    assert one.outcome.pairings == two.outcome.pairings
    assert one.certificate.passes[0].floors == two.certificate.passes[0].floors
