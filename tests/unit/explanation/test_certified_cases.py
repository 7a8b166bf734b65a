"""What a proof says of candidates that were not chosen: a loss that no plan with them stays under."""

from itertools import product

import numpy as np
import pytest

from mentormatch.domain.change import Demand, Forbid
from mentormatch.errors import MentorMatchError
from mentormatch.explanation.certified_cases import NO_LOSS, CertifiedPass, Loss, certified_pass, columns_of, least_of
from mentormatch.explanation.changes import apply_change
from mentormatch.explanation.pair_answer import candidates_of
from mentormatch.explanation.stage_losses import first_loss
from mentormatch.explanation.what_if import Baseline, solve_variant
from mentormatch.matching.roster import build_roster
from tests.acceptance.small_rounds import small_round
from tests.factories import a_scored_round
from tests.unit.explanation.solved import pairs_of, solved

POINTS = {("x", "A"): 700, ("x", "B"): 600, ("y", "A"): 650, ("y", "B"): 500, ("z", "A"): 400, ("z", "C"): 350}


def first_pass(base: Baseline) -> CertifiedPass:
    found = certified_pass(build_roster(base.round), base.certificate, base.pairings, 1)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def base() -> Baseline:
    return solved(a_scored_round(POINTS))


def loss_of(certified: CertifiedPass, mentor: str, mentee: str) -> Loss:
    roster = certified.roster
    own = candidates_of(roster, roster.mentees.position[mentee])
    return certified.losses(own.where(own.mentor == roster.mentors.position[mentor]))[0]


def test_the_chosen_lose_nothing(base: Baseline) -> None:
    certified = first_pass(base)
    assert [loss_of(certified, *pair) for pair in sorted(pairs_of(base))] == [NO_LOSS] * 3


def test_the_others_lose_at_least_what_the_prices_say_and_never_more_than_they_do(base: Baseline) -> None:
    certified = first_pass(base)
    others = {(mentor, mentee) for mentee, mentor in POINTS} - pairs_of(base)
    assert len(others) == 3
    for mentor, mentee in others:
        exact, bound = first_loss(base, solve_variant(base, Demand(mentor, mentee))), loss_of(certified, mentor, mentee)
        assert exact.amount > 0
        assert (exact.number, -exact.amount) <= (bound.number, -bound.amount)


def test_a_mentee_whose_place_is_worth_a_person_loses_one(base: Baseline) -> None:
    certified = first_pass(base)
    exact = first_loss(base, solve_variant(base, *(Forbid(mentor, "y") for mentor in "AB")))
    assert exact.stage == "coverage"
    bound = certified.loss_without(certified.roster.mentees.position["y"])
    assert (bound.number, -bound.amount) >= (exact.number, -exact.amount)


def test_the_price_of_a_place_and_of_its_mentee_add_up_to_what_the_pairing_is_worth(base: Baseline) -> None:
    certified = first_pass(base)
    plan = columns_of(certified.roster, base.pairings)
    places = certified.place_prices(plan)
    for stage in certified.own_case.stages:
        mentee_side = stage.stage.weigh(plan) - np.array([prices.get(stage.stage.name, 0) for prices in places])
        assert (mentee_side == stage.duals[next(iter(stage.duals))].at(plan.mentee)).all()


def test_what_the_pairings_before_have_used_is_not_open(base: Baseline) -> None:
    locked = solved(apply_change(Demand("A", "z"), base.round))
    certified = first_pass(locked)
    roster = certified.roster
    for mentee, mentor in POINTS:
        own = candidates_of(roster, roster.mentees.position[mentee])
        column = own.where(own.mentor == roster.mentors.position[mentor])
        assert certified.is_open(column).tolist() == [mentee != "z" and mentor != "A"]


def test_the_cases_of_a_tree_are_read_with_the_stages_that_they_inherit() -> None:
    trees = 0
    for seed in range(60):
        base = solved(small_round(seed))
        certified = first_pass(base)
        if len(certified.cases) == 1:
            continue
        trees += 1
        own = certified.own_case
        assert [stage.bound for stage in own.stages] == [certified.values[stage.stage.name] for stage in own.stages]
        assert all(case.ways for case in certified.cases)
        assert all(
            stage.bound >= 0 for case in certified.cases for stage in case.stages if stage.stage.name == "coverage"
        )
    assert trees >= 3


def test_in_a_tree_no_bound_is_above_the_exact_loss() -> None:
    asked = 0
    for seed in range(60):
        base = solved(small_round(seed))
        certified = first_pass(base)
        if len(certified.cases) == 1:
            continue
        for mentee, mentor in list(product(certified.roster.mentees.ids, certified.roster.mentors.ids))[:20]:
            asked += _check_bound(base, certified, mentor, mentee)
    assert asked >= 10


def _check_bound(base: Baseline, certified: CertifiedPass, mentor: str, mentee: str) -> bool:
    own = candidates_of(certified.roster, certified.roster.mentees.position[mentee])
    chosen = own.where(own.mentor == certified.roster.mentors.position[mentor])
    if not len(chosen) or (mentor, mentee) in pairs_of(base):
        return False
    try:
        exact = first_loss(base, solve_variant(base, Demand(mentor, mentee)))
    except MentorMatchError:
        return False
    bound = certified.losses(chosen)[0]
    assert (exact.number, -exact.amount) <= (bound.number, -bound.amount)
    return True


def test_of_several_losses_the_one_in_the_latest_stage_is_the_least() -> None:
    early, late, small = Loss(0, "coverage", 1), Loss(5, "points", 90), Loss(5, "points", 3)
    assert least_of([early, late, small]) == small
    assert least_of([early, NO_LOSS]) is NO_LOSS
    assert least_of([]) is NO_LOSS
