"""Why two people are not paired: the first thing that stands between them, in the order in which HR would look."""

from dataclasses import replace

import pytest

from mentormatch.domain.change import Demand
from mentormatch.domain.direction import Direction
from mentormatch.domain.reasons import PRIVATE, SENTENCES, RuleId
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.errors import InputError
from mentormatch.explanation.certified_cases import NO_LOSS
from mentormatch.explanation.refusal import RefusalKind, explain_refusal, solve_refused
from mentormatch.explanation.stage_losses import first_loss
from mentormatch.explanation.what_if import Baseline, solve_variant
from tests.factories import a_member, a_mentee, a_mentor, a_person, a_round, a_scored_round, bare_policy
from tests.unit.explanation.solved import solved

POINTS = {("x", "A"): 700, ("x", "B"): 600, ("y", "A"): 650, ("y", "B"): 500, ("z", "A"): 400}


@pytest.fixture(scope="module")
def base() -> Baseline:
    return solved(a_scored_round(POINTS))


def locked(base: Baseline, *locks: Lock) -> Baseline:
    return solved(replace(base.round, locks=locks))


def test_a_candidate_has_its_worth_and_what_it_would_cost_at_least(base: Baseline) -> None:
    refusal = explain_refusal(base, "A", "x")
    assert (refusal.kind, refusal.can_be_forced) == (RefusalKind.LOSS, True)
    assert refusal.candidate is not None
    assert refusal.candidate.points == 700
    assert refusal.loss.stage in ("points", "lottery:1")  # 50 points are lost; the prices may see less of it
    assert refusal.loss.stage == "lottery:1" or 0 < refusal.loss.amount <= 50


def test_the_exact_answer_shows_what_would_change(base: Baseline) -> None:
    answer = solve_refused(base, "A", "x")
    assert answer.loss["points"] == 650 + 600 - 700 - 500
    assert {(one.mentor_id, one.mentee_id) for one in answer.added} == {("A", "x"), ("B", "y")}


def test_somebody_who_is_worth_least_would_take_the_place_of_another(base: Baseline) -> None:
    refusal = explain_refusal(base, "A", "z")
    assert refusal.kind is RefusalKind.LOSS
    assert refusal.for_hr.startswith("At least ")


def test_who_is_as_good_and_lost_the_draw_is_told_so() -> None:
    base = solved(a_scored_round({("x", "A"): 700, ("y", "A"): 700}))
    loser = next(who for who in "xy" if who != base.pairings[0].mentee_id)
    refusal = explain_refusal(base, "A", loser)
    assert refusal.loss.stage == "lottery:1"
    assert refusal.for_hr.startswith("The proof's prices show a loss in the draw alone; --exact tells")


def test_two_who_are_paired_are_paired(base: Baseline) -> None:
    refusal = explain_refusal(base, "A", "y")
    assert (refusal.kind, refusal.for_hr) == (RefusalKind.PAIRED, "A mentors y in this round.")


@pytest.mark.parametrize(
    ("mentor", "mentee", "sentence"),
    [
        ("e", "M", "e is not enrolled as a mentor."),
        ("M", "M", "M is not enrolled as a mentee."),
        ("M", "p", "M and p are not enrolled in one direction."),
        ("n", "e", "n is not enrolled as a mentor."),
    ],
)
def test_who_is_not_enrolled_for_it_is_told_so(mentor: str, mentee: str, sentence: str) -> None:
    round_ = a_round(
        a_mentor("M"), a_mentee("e"), a_mentee("p", Direction.PEER), a_member("n", max_mentees=0), policy=bare_policy()
    )
    assert explain_refusal(solved(round_), mentor, mentee).for_hr == sentence


@pytest.mark.parametrize("rule", [RuleId.REPORTING_LINE, RuleId.AVOID, RuleId.CONFLICT])
def test_a_rule_speaks_in_its_own_sentences(rule: RuleId) -> None:
    refusal = explain_refusal(solved(_breaking(rule)), "M", "e")
    assert (refusal.kind, refusal.rule, refusal.can_be_forced) == (RefusalKind.RULE, rule, False)
    assert (refusal.for_hr, refusal.for_employee) == (SENTENCES[rule].for_hr, SENTENCES[rule].for_employee)


def _breaking(rule: RuleId) -> Round:
    """Return a round in which e, who reports to M, avoids M and declared a relation, is open to M but for one rule."""
    mentee = a_mentee("e", manager_id="M", avoids=("M",), conflicts=("M",))
    return a_round(a_mentor("M"), mentee, policy=bare_policy(rule))


def test_a_private_reason_is_not_told_to_an_employee() -> None:
    assert explain_refusal(solved(_breaking(RuleId.AVOID)), "M", "e").for_employee == PRIVATE


def test_what_hr_has_forbidden_is_told_with_the_reason_to_hr_alone(base: Baseline) -> None:
    refusal = explain_refusal(locked(base, Lock(LockKind.MUST_NOT, "A", "x", "old dispute")), "A", "x")
    assert refusal.kind is RefusalKind.LOCK
    assert refusal.for_hr == "HR has forbidden this pairing (old dispute)."
    assert refusal.for_employee == PRIVATE


def test_places_that_locks_have_filled_are_not_there_to_be_demanded(base: Baseline) -> None:
    refusal = explain_refusal(locked(base, Lock(LockKind.MUST, "A", "z")), "A", "x")
    assert (refusal.kind, refusal.can_be_forced) == (RefusalKind.LIMIT, False)


def test_the_prices_of_a_place_count_for_a_mentee_who_has_a_locked_pairing() -> None:
    policy = bare_policy(RuleId.LEVEL_BAND)
    capacity = replace(policy.capacity, mentee_limit=2, mentee_direction_limit=2)
    round_ = a_scored_round(POINTS, policy=replace(policy, capacity=capacity))
    members = tuple(
        replace(entry, max_mentors=2, as_mentee=dict.fromkeys(entry.as_mentee, 2)) for entry in round_.enrolments
    )
    base = solved(replace(round_, enrolments=members, locks=(Lock(LockKind.MUST, "A", "x"),)))
    refusal = explain_refusal(base, "B", "x")
    exact = first_loss(base, solve_variant(base, Demand("B", "x")))
    assert refusal.kind is RefusalKind.LOSS
    assert (exact.stage, exact.amount) == ("coverage", 1)  # y has no other mentor
    assert (refusal.loss.number, -refusal.loss.amount) >= (exact.number, -exact.amount)


def test_a_round_that_was_not_proven_tells_no_loss(base: Baseline) -> None:
    stopped = replace(base, certificate=replace(base.certificate, passes=()))
    refusal = explain_refusal(stopped, "A", "x")
    assert (refusal.kind, refusal.loss) == (RefusalKind.LOSS, NO_LOSS)
    assert "--exact" in refusal.for_hr


def test_nobody_is_named_as_nobody(base: Baseline) -> None:
    with pytest.raises(InputError, match="nobody with the id 'Q'"):
        explain_refusal(base, "Q", "x")


def test_people_who_are_not_enrolled_at_all_are_not_enrolled(base: Baseline) -> None:
    bystander = replace(base, round=replace(base.round, people=(*base.round.people, a_person("Q"))))
    assert explain_refusal(bystander, "Q", "x").kind is RefusalKind.NOT_ENROLLED


def test_a_bound_says_how_much_is_lost_at_least() -> None:
    points = {(mentee, mentor): 500 + 40 * row for row, mentee in enumerate("uvwxyz") for mentor in "AB"}
    base = solved(a_scored_round(points))
    refusals = [explain_refusal(base, "A", mentee) for mentee in "uvw"]
    assert [refusal.for_hr for refusal in refusals if refusal.loss.stage == "points"] == [
        f"At least {refusal.loss.amount} points fewer." for refusal in refusals if refusal.loss.stage == "points"
    ]
    assert any(refusal.loss.stage == "points" for refusal in refusals)
