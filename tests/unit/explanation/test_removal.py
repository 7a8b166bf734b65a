"""How the rules removed everybody, and the last rule standing."""

import pytest

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.pairing import Role, UnpairedReason
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.explanation.first_pass import read_first_pass
from mentormatch.explanation.removal import Removal, find_removal
from mentormatch.matching.engine import match
from mentormatch.matching.reference import build_reference
from tests.acceptance.small_rounds import small_round
from tests.factories import a_mentee, a_mentor, a_round, bare_policy
from tests.unit.explanation.solved import solved

UP, _, _, PEER, FORWARD = DIRECTIONS


def removal(round_: Round, person_id: str, role: Role = Role.MENTEE) -> Removal:
    """Return what became of the others for a person."""
    first = read_first_pass(solved(round_))
    side = first.roster.mentees if role is Role.MENTEE else first.roster.mentors
    return find_removal(first, role, side.position[person_id])


def test_each_direction_is_counted_by_itself_and_all_together() -> None:
    members = [a_mentee("A", as_mentee={UP: 1, PEER: 1}), a_mentor("M", as_mentor={UP: 1, PEER: 1}, level=9)]
    found = removal(a_round(*members, a_mentor("N", level=9)), "A")
    assert found.first == {UP: {RuleId.LEVEL_BAND: 2}, PEER: {RuleId.LEVEL_BAND: 1}}
    assert found.in_all == {RuleId.LEVEL_BAND: 3}


def test_the_last_rule_standing_is_the_one_without_which_most_people_would_be_candidates() -> None:
    """M and N hang on the level alone; O is avoided alone; P fails by both."""
    mentors = [a_mentor("M", level=9), a_mentor("N", level=8), a_mentor("O"), a_mentor("P", level=9)]
    policy = bare_policy(RuleId.LEVEL_BAND, RuleId.AVOID)
    found = removal(a_round(a_mentee("A", avoids=("O", "P")), *mentors, policy=policy), "A")
    assert found.alone == {RuleId.LEVEL_BAND: 2, RuleId.AVOID: 1}
    assert found.last_rule is RuleId.LEVEL_BAND


def test_of_equal_rules_the_later_one_stands_last() -> None:
    mentors = [a_mentor("M", level=9), a_mentor("O")]
    policy = bare_policy(RuleId.LEVEL_BAND, RuleId.AVOID)
    assert removal(a_round(a_mentee("A", avoids=("O",)), *mentors, policy=policy), "A").last_rule is RuleId.AVOID


def test_no_rule_stands_last_where_everybody_fails_by_two() -> None:
    policy = bare_policy(RuleId.LEVEL_BAND, RuleId.AVOID)
    found = removal(a_round(a_mentee("A", avoids=("M",)), a_mentor("M", level=9), policy=policy), "A")
    assert (found.alone, found.last_rule) == ({}, None)


def test_whom_a_lock_forbids_is_counted_apart_and_hangs_on_no_rule() -> None:
    locks = tuple(Lock(LockKind.MUST_NOT, mentor, "A") for mentor in "MN")
    round_ = a_round(a_mentee("A"), a_mentor("M"), a_mentor("N", level=9), locks=locks)
    found = removal(round_, "A")
    assert (found.forbidden, found.alone) == (1, {})


def test_nobody_in_the_same_direction_leaves_nothing_to_count() -> None:
    found = removal(a_round(a_mentee("A"), a_mentor("M", PEER)), "A")
    assert (found.first, found.in_all, found.last_rule, found.forbidden) == ({UP: {}}, {}, None, 0)


def test_a_direction_that_the_programme_does_not_offer_is_not_counted() -> None:
    policy = bare_policy(RuleId.AVOID)
    policy = bare_policy(RuleId.AVOID, directions={UP: policy.directions[UP]})
    members = [a_mentee("A", as_mentee={UP: 1, PEER: 1}), a_mentor("M", as_mentor={UP: 1, PEER: 1}, avoids=("A",))]
    assert removal(a_round(*members, policy=policy), "A").first == {UP: {RuleId.AVOID: 1}}


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_the_counts_are_those_of_the_plain_reading(seed: int) -> None:
    """A pair that breaks exactly one rule in some direction hangs on it; the first broken rule is the first."""
    round_ = small_round(seed)
    first, reference = read_first_pass(solved(round_)), build_reference(round_)
    for left in match(round_, digests={}).outcome.unpaired:
        if left.reason != UnpairedReason.NO_CANDIDATE:
            continue
        is_mentee = left.role is Role.MENTEE
        side, others = first.roster.mentees, first.roster.mentors.ids
        if not is_mentee:
            side, others = first.roster.mentors, first.roster.mentees.ids
        found = find_removal(first, left.role, side.position[left.person_id])
        alone: dict[RuleId, set[str]] = {}
        in_all: dict[tuple[Direction, RuleId], int] = {}
        for other in others:
            mentor, mentee = (other, left.person_id) if is_mentee else (left.person_id, other)
            for direction in DIRECTIONS:
                if not reference.is_open(mentor, mentee, direction):
                    continue
                broken = reference.broken_rules(mentor, mentee, direction)
                in_all[direction, broken[0]] = in_all.get((direction, broken[0]), 0) + 1
                if len(broken) == 1:
                    alone.setdefault(broken[0], set()).add(other)
        assert found.alone == {rule: len(people) for rule, people in alone.items()}
        assert {(d, rule): n for d, counts in found.first.items() for rule, n in counts.items()} == in_all
