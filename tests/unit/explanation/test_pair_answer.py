"""Why a pairing is in a round."""

from dataclasses import replace

import pytest

from mentormatch.domain.round import Lock, LockKind
from mentormatch.errors import InputError
from mentormatch.explanation.pair_answer import explain_pair
from mentormatch.explanation.what_if import Baseline
from tests.acceptance.small_rounds import small_round
from tests.factories import a_scored_round
from tests.unit.explanation.solved import solved


@pytest.fixture(scope="module")
def base() -> Baseline:
    """Return a round with one place each at A and B, and three mentees of whom z is worth least."""
    points = {("x", "A"): 700, ("x", "B"): 600, ("y", "A"): 650, ("y", "B"): 500, ("z", "A"): 400}
    return solved(a_scored_round(points))


def test_the_components_of_every_pairing_add_up() -> None:
    for seed in range(30):
        base = solved(small_round(seed))
        for pairing in base.pairings:
            answer = explain_pair(base, pairing.mentor_id, pairing.mentee_id)
            assert sum(answer.pairing.components.values()) == answer.pairing.points == pairing.points


def test_the_other_mentors_are_told_by_the_stage_that_rules_them_out(base: Baseline) -> None:
    answer = explain_pair(base, "B", "x")
    assert sum(answer.ruled_out.values()) == 1
    assert set(answer.ruled_out) <= {"points", "lottery:1"}  # 50 points are lost; the prices may see less of it
    assert answer.decided_by in answer.ruled_out


def test_a_place_that_two_ask_for_has_a_price_in_points(base: Baseline) -> None:
    assert explain_pair(base, "A", "y").place_prices["points"] > 0


def test_a_mentee_with_one_possible_mentor_has_no_rivals() -> None:
    answer = explain_pair(solved(a_scored_round({("x", "A"): 700})), "A", "x")
    assert (answer.ruled_out, answer.taken_before) == ({}, 0)


def test_a_pairing_that_hr_demanded_was_not_decided_by_a_stage(base: Baseline) -> None:
    locked = solved(replace(base.round, locks=(Lock(LockKind.MUST, "A", "z", "promised in spring"),)))
    answer = explain_pair(locked, "A", "z")
    assert (answer.decided_by, answer.place_prices, answer.lock_reason) == ("", {}, "promised in spring")


def test_mentors_whose_places_locks_took_are_counted_apart(base: Baseline) -> None:
    locked = solved(replace(base.round, locks=(Lock(LockKind.MUST, "A", "z"),)))
    answer = explain_pair(locked, "B", "x")
    assert (answer.taken_before, answer.ruled_out) == (1, {})


def test_second_places_are_explained_by_the_proof_of_their_pass() -> None:
    told = 0
    for seed in range(60):
        base = solved(small_round(seed))
        for pairing in base.pairings:
            if pairing.pass_number == 2:
                told += bool(explain_pair(base, pairing.mentor_id, pairing.mentee_id).place_prices)
    assert told


def test_a_pair_that_is_not_in_the_round_is_refused_with_the_way_on(base: Baseline) -> None:
    with pytest.raises(InputError, match=r"A does not mentor x in this round; --why-not A x says why\."):
        explain_pair(base, "A", "x")
