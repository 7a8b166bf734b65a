"""What one more place would bring: by hand for a small round, and as raising the rows one by one says."""

from mentormatch.domain.direction import Direction
from mentormatch.domain.reasons import RuleId
from mentormatch.explanation.changed_plans import ProvenRound, read_proven_round
from mentormatch.explanation.exchange import UnansweredError
from mentormatch.explanation.more_places import raise_rows, raised_rows
from mentormatch.explanation.place_worth import worth_of_places
from mentormatch.explanation.quick_answers import QuickAnswers, open_quick_answers
from mentormatch.explanation.what_if import Baseline
from mentormatch.matching.engine import match
from tests.acceptance.small_rounds import small_round
from tests.factories import a_scored_round, bare_policy

POINTS = {("ann", "ida"): 700, ("bob", "ida"): 900, ("cem", "jon"): 600, ("ann", "jon"): 500, ("dan", "kim"): 400}
"""Ida takes Bob and Jon takes Cem, so that Ann has no place; nobody else would come to Kim."""


def base_of(*stages: str) -> Baseline:
    """Return the round of ``POINTS`` solved by some stages."""
    round_ = a_scored_round(POINTS, policy=bare_policy(RuleId.LEVEL_BAND, stages=(*stages, "lottery")))
    found = match(round_, digests={})
    return Baseline(round_, found.outcome.pairings, found.certificate)


def proven(seed: int) -> ProvenRound:
    """Return a small round with its network."""
    found = match(small_round(seed), digests={})
    return read_proven_round(Baseline(small_round(seed), found.outcome.pairings, found.certificate))


def test_a_place_brings_the_person_without_one_and_the_best_points() -> None:
    found = open_quick_answers(base_of("coverage", "points")).worth_of_places()
    gains = {one.mentor_id: dict(one.gain) for one in found}
    assert gains["ida"] == {"coverage": 1, "points": 700}
    assert gains["jon"] == {"coverage": 1, "points": 500}
    assert gains["kim"] == {"coverage": 0, "points": 0}
    assert [one.mentor_id for one in found] == ["ida", "jon", "kim"]
    assert {one.direction for one in found} == {Direction.UPWARD}
    assert not any(one.is_bound for one in found)


def test_a_second_place_costs_its_load() -> None:
    found = open_quick_answers(base_of("coverage", "load", "points")).worth_of_places()
    gains = {one.mentor_id: dict(one.gain) for one in found}
    assert gains["ida"] == {"coverage": 1, "load": -1, "points": 700}


def test_all_places_at_once_are_worth_what_raising_the_rows_says() -> None:
    compared = gaining = 0
    for seed in range(60):
        here = proven(seed)
        for one in worth_of_places(here):
            rows = raised_rows(here.roster, here.roster.mentors.position[one.mentor_id], one.direction)
            try:
                loss = raise_rows(here.best, rows, here.lottery).loss - here.best.loss
            except UnansweredError:
                continue
            assert one.rank == tuple(-lost for lost in here.best.residual.market.packing.unpack(loss))
            compared, gaining = compared + 1, gaining + any(one.rank)
    assert compared >= 300
    assert gaining >= 20


def test_exclusions_make_it_a_bound() -> None:
    rounds = [proven(seed) for seed in range(30)]
    split = [here for here in rounds if here.first.part.tree.split is not None]
    assert split
    assert all(one.is_bound for here in split for one in worth_of_places(here))


def test_without_a_proof_there_is_no_worth() -> None:
    assert QuickAnswers(base_of("points"), None).worth_of_places() == ()
