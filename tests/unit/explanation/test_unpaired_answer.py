"""Why somebody has no place, put together."""

from typing import Any

import pytest

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.pairing import Role, UnpairedReason
from mentormatch.domain.reasons import RuleId
from mentormatch.errors import InputError
from mentormatch.explanation.certified_cases import NO_LOSS
from mentormatch.explanation.unpaired_answer import explain_unpaired, explain_with_remedy, unpaired_roles
from tests.factories import a_mentee, a_mentor, a_person, a_round, a_scored_round, bare_policy, loose_capacity
from tests.unit.explanation.solved import solved

UP, DOWN, _, PEER, _ = DIRECTIONS
BAND = bare_policy(RuleId.LEVEL_BAND)


def test_somebody_without_candidates_learns_what_the_rules_did() -> None:
    answer = explain_unpaired(solved(a_round(a_mentee("A"), a_mentor("M", level=9), policy=BAND)), "A")
    assert (answer.reason, answer.role, answer.candidates) == (UnpairedReason.NO_CANDIDATE, Role.MENTEE, 0)
    assert answer.removal is not None
    assert answer.removal.last_rule is RuleId.LEVEL_BAND
    assert (answer.crowd, answer.draw, answer.loss) == (None, None, NO_LOSS)


def test_somebody_who_was_crowded_out_learns_of_the_crowd_and_what_a_place_would_cost() -> None:
    points = {(who, "M"): 500 + 10 * "ABCDE".index(who) for who in "ABCDE"}
    answer = explain_unpaired(solved(a_scored_round(points, {"M": 2}, policy=BAND)), "A")
    assert answer.reason == UnpairedReason.CROWDED_OUT
    assert answer.crowd is not None
    assert (answer.crowd.people, answer.crowd.places, answer.has_way) == (5, 2, False)
    assert (answer.loss.stage, answer.candidates) == ("points", 1)
    assert 20 <= answer.loss.amount <= 30, "A's 500 against M's place: from C's 520 to D's 530"


def test_a_small_crowd_is_none_but_there_is_no_way_either() -> None:
    answer = explain_unpaired(solved(a_scored_round({("A", "M"): 500, ("B", "M"): 600}, policy=BAND)), "A")
    assert (answer.reason, answer.crowd, answer.has_way) == (UnpairedReason.CROWDED_OUT, None, False)


def test_where_a_favour_in_return_stands_in_the_way_there_is_a_way_by_the_limits() -> None:
    """B and M could mentor each other; only one may, and who it is the points say."""
    both: dict[str, Any] = {"as_mentor": {PEER: 1}, "as_mentee": {PEER: 1}, "max_mentees": 1}
    members = [a_mentee("B", **both, prefers=("M",)), a_mentee("M", **both)]
    policy = bare_policy(capacity=loose_capacity(forbid_reciprocal=True))
    answer = explain_unpaired(solved(a_round(*members, policy=policy)), "M", Role.MENTEE)
    assert (answer.reason, answer.has_way, answer.crowd) == (UnpairedReason.CROWDED_OUT, True, None)


def test_an_equal_learns_of_the_draw() -> None:
    base = solved(a_round(a_mentee("A"), a_mentee("B"), a_mentor("M"), policy=bare_policy()))
    (loser,) = {"A", "B"} - {pairing.mentee_id for pairing in base.pairings}
    answer = explain_unpaired(base, loser)
    assert answer.reason == UnpairedReason.LOST_DRAW
    assert answer.draw is not None
    assert answer.draw.mentor_id == "M"


def test_a_mentor_who_is_not_needed_learns_where_the_mentees_are() -> None:
    policy = bare_policy(RuleId.LEVEL_BAND, stages=("coverage", "points", "lottery"))
    round_ = a_scored_round({("A", "M"): 700, ("A", "N"): 600, ("B", "M"): 1}, {"M": 2}, policy=policy)
    answer = explain_unpaired(solved(round_), "N")
    assert (answer.reason, answer.role, answer.candidates, answer.placed) == (
        UnpairedReason.NOT_NEEDED,
        Role.MENTOR,
        1,
        1,
    )


def test_somebody_in_both_roles_is_answered_for_each_that_has_no_place() -> None:
    both = a_mentee("A", as_mentor={DOWN: 1}, max_mentees=1)
    base = solved(a_round(both, policy=bare_policy()))
    assert unpaired_roles(base, "A") == (Role.MENTEE, Role.MENTOR)
    assert explain_unpaired(base, "A").role is Role.MENTEE
    assert explain_unpaired(base, "A", Role.MENTOR).role is Role.MENTOR
    base = solved(a_round(both, a_mentor("M"), policy=bare_policy()))
    assert unpaired_roles(base, "A") == (Role.MENTOR,)


@pytest.mark.parametrize(
    ("person_id", "role", "words"),
    [
        ("Z", None, "There is nobody with the id 'Z' in this round."),
        ("X", None, "X is not enrolled as a mentee or mentor in a direction that the programme offers."),
        ("A", Role.MENTOR, "A is not enrolled as a mentor in a direction that the programme offers."),
        ("A", None, "A has a place as a mentee or mentor in this round."),
        ("M", Role.MENTOR, "M has a place as a mentor in this round."),
    ],
)
def test_a_question_without_an_answer_is_refused(person_id: str, role: Role | None, words: str) -> None:
    base = solved(a_round(a_mentee("A"), a_mentor("M"), a_person("X"), policy=bare_policy()))
    with pytest.raises(InputError) as error:
        explain_unpaired(base, person_id, role)
    assert error.value.sentence == words


def test_the_remedy_comes_on_request() -> None:
    base = solved(a_scored_round({("A", "M"): 500, ("B", "M"): 600}, policy=BAND))
    assert explain_unpaired(base, "A").search is None
    answer = explain_with_remedy(base, "A")
    assert answer.search is not None
    assert answer.search.remedy is not None
    own = explain_with_remedy(base, "A", only_own=True).search
    assert own is not None
    assert own.remedy is None
