"""A round and its pairings laid out: who is eligible, who asks, and how good the best candidate is."""

import pytest

from mentormatch.audit.solved_round import read_solved_round
from mentormatch.domain.people import Status
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Lock, LockKind
from tests.factories import a_mentee, a_mentor, a_person, a_round, a_scored_round, bare_policy
from tests.unit.audit.plans import a_crowd, a_plan, an_open_round


def test_eligible_are_those_at_work_and_not_set_aside() -> None:
    members = [a_mentee("A"), a_mentee("B", status=Status.LEAVE), a_mentee("C"), a_mentor("M")]
    solved = read_solved_round(a_round(*members, a_person("D"), quarantined=frozenset({"C"})), ())
    assert solved.eligible == {"A", "D", "M"}
    assert (sorted(solved.mentees), sorted(solved.mentors)) == (["A"], ["M"])


def test_with_the_rule_off_everybody_is_eligible() -> None:
    policy = bare_policy(RuleId.LEVEL_BAND)
    solved = read_solved_round(a_round(a_mentee("A", status=Status.LEAVE), a_mentor("M"), policy=policy), ())
    assert "A" in solved.eligible


def test_the_best_candidate_is_the_one_with_the_most_points() -> None:
    solved = read_solved_round(a_scored_round({("A", "M"): 400, ("A", "N"): 700, ("B", "N"): 500}), ())
    assert solved.best_points == {"A": 700, "B": 500}


def test_whoever_has_no_candidate_has_no_best_one() -> None:
    solved = read_solved_round(a_round(a_mentee("A"), policy=bare_policy()), ())
    assert solved.best_points == {}


def test_a_pair_that_a_lock_forbids_is_no_candidate() -> None:
    round_ = a_scored_round({("A", "M"): 400, ("A", "N"): 700}, locks=(Lock(LockKind.MUST_NOT, "N", "A"),))
    assert read_solved_round(round_, ()).best_points == {"A": 400}


def test_pairings_are_laid_out_in_the_order_of_the_ids_with_their_pass() -> None:
    mentees, mentors = a_crowd(2, 2)
    solved = a_plan(an_open_round(mentees, mentors), ("M1", "E0"), second=[("M0", "E1")])
    assert [(pair.mentor_id, pair.mentee_id) for pair in solved.pairings] == [("M0", "E1"), ("M1", "E0")]
    assert solved.passes.tolist() == [2, 1]
    assert [solved.roster.mentees.ids[k] for k in solved.plan.mentee] == ["E1", "E0"]


@pytest.mark.parametrize("kind", [LockKind.MUST, LockKind.KEEP])
def test_a_demanded_pairing_stays_a_candidate(kind: LockKind) -> None:
    round_ = a_scored_round({("A", "M"): 400}, locks=(Lock(kind, "M", "A"),))
    assert read_solved_round(round_, ()).best_points == {"A": 400}
