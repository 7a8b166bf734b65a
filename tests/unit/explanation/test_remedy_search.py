"""The first change that matches somebody, checked."""

import pytest

from mentormatch.domain.change import Demand, OfferPlace, OpenDirection, Recruit
from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.pairing import Role
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.explanation import remedies, remedy_search
from mentormatch.explanation.first_pass import read_first_pass
from mentormatch.explanation.remedy_search import RemedySearch, search_remedy
from mentormatch.explanation.seeker import Seeker
from tests.factories import a_mentee, a_mentor, a_round, a_scored_round, bare_policy, loose_capacity
from tests.unit.explanation.solved import solved

UP, _, _, PEER, _ = DIRECTIONS
BAND = bare_policy(RuleId.LEVEL_BAND)


@pytest.fixture
def without_recruits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave recruiting out of what HR could do."""
    monkeypatch.setattr(remedies, "HR_KINDS", remedies.HR_KINDS[:-1])


def search(round_: Round, person_id: str, role: Role = Role.MENTEE, *, only_own: bool = False) -> RemedySearch:
    """Look for a remedy in a solved round."""
    first = read_first_pass(solved(round_))
    side = first.roster.mentees if role is Role.MENTEE else first.roster.mentors
    return search_remedy(Seeker(first, role, side.position[person_id]), only_own=only_own)


def test_an_answer_of_the_own_comes_before_help() -> None:
    members = [a_mentee("A"), a_mentee("B", waiting_rounds=1), a_mentor("M"), a_mentor("N", PEER, level=1)]
    found = search(a_round(*members, policy=bare_policy()), "A")
    assert found.remedy is not None
    assert (found.remedy.changes, found.remedy.is_own) == ((OpenDirection("A", Role.MENTEE, PEER),), True)
    assert (found.remedy.pairing.mentor_id, found.tried) == ("N", 1)


def test_one_more_place_and_what_it_does_to_the_round() -> None:
    found = search(a_scored_round({("A", "M"): 500, ("B", "M"): 600}, policy=BAND), "A")
    assert found.remedy is not None
    assert found.remedy.changes == (OfferPlace("M", UP),)
    assert (found.remedy.difference.served, found.remedy.difference.points) == (1, 500)
    assert (found.remedy.ended, found.remedy.begun) == (0, 0)


@pytest.mark.usefixtures("without_recruits")
def test_where_no_place_may_be_added_the_pairing_is_demanded_and_the_price_told() -> None:
    policy = bare_policy(RuleId.LEVEL_BAND, capacity=loose_capacity(mentor_limit=1))
    found = search(a_scored_round({("A", "M"): 500, ("B", "M"): 600}, policy=policy), "A")
    assert found.remedy is not None
    assert found.remedy.changes == (Demand("M", "A"),)
    assert (found.remedy.difference.served, found.remedy.difference.points) == (0, -100)
    assert (found.remedy.ended, found.remedy.begun) == (1, 0)


@pytest.mark.usefixtures("without_recruits")
def test_the_others_whom_a_demand_moves_are_counted() -> None:
    """A takes M from B, who goes to N, from where C has to go."""
    policy = bare_policy(RuleId.LEVEL_BAND, capacity=loose_capacity(mentor_limit=1))
    points = {("A", "M"): 100, ("B", "M"): 900, ("B", "N"): 890, ("C", "N"): 300}
    found = search(a_scored_round(points, policy=policy), "A")
    assert found.remedy is not None
    assert (found.remedy.ended, found.remedy.begun) == (2, 1)


def test_with_only_own_answers_nothing_of_anybody_else_is_changed() -> None:
    found = search(a_scored_round({("A", "M"): 500, ("B", "M"): 600}, policy=BAND), "A", only_own=True)
    assert found == RemedySearch(None, 0)


def test_a_mentor_without_a_mentee_can_be_demanded() -> None:
    policy = bare_policy(RuleId.LEVEL_BAND, stages=("coverage", "points", "lottery"))
    round_ = a_scored_round({("A", "M"): 700, ("A", "N"): 600, ("B", "M"): 1}, {"M": 2}, policy=policy)
    found = search(round_, "N", Role.MENTOR)
    assert found.remedy is not None
    assert (found.remedy.changes, found.remedy.pairing.mentee_id) == ((Demand("N", "A"),), "A")


@pytest.mark.usefixtures("without_recruits")
def test_nothing_is_found_where_locks_leave_no_way() -> None:
    locks = (Lock(LockKind.MUST, "M", "B"),)
    policy = bare_policy(RuleId.LEVEL_BAND, capacity=loose_capacity(mentor_limit=1))
    round_ = a_scored_round({("A", "M"): 500, ("B", "M"): 600}, policy=policy, locks=locks)
    assert search(round_, "A").remedy is None


def test_a_newcomer_helps_where_nobody_there_can() -> None:
    policy = bare_policy(RuleId.LEVEL_BAND, capacity=loose_capacity(mentor_limit=1))
    found = search(a_scored_round({("A", "M"): 500, ("B", "M"): 600}, policy=policy), "A")
    assert found.remedy is not None
    assert isinstance(found.remedy.changes[0], Recruit)
    assert found.remedy.difference.served == 1


@pytest.mark.usefixtures("without_recruits")
@pytest.mark.parametrize(("large", "tried"), [(5_000_000, 3), (0, 2)])
def test_in_a_large_round_fewer_changes_are_matched(large: int, tried: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more place with M or N goes to others than A each time; then A is demanded."""
    monkeypatch.setattr(remedy_search, "LARGE", large)
    monkeypatch.setattr(remedy_search, "LARGE_SOLVES", 1)
    points = {("A", "M"): 100, ("A", "N"): 90}
    points |= {(who, boss): 500 + 10 * "BCDEFGHI".index(who) for who in "BCDEFGHI" for boss in "MN"}
    found = search(a_scored_round(points, policy=BAND), "A")
    assert found.remedy is not None
    assert isinstance(found.remedy.changes[0], Demand)
    assert found.tried == tried
