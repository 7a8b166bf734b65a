"""The walk among plans: it visits lawful plans only, reaches all that it can, and each as often as any other."""

from collections import Counter
from dataclasses import replace
from itertools import permutations
from random import Random

import numpy as np
import pytest

from mentormatch.audit.solved_round import SolvedRound, read_solved_round
from mentormatch.audit.swap_chain import SwapChain
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.policy import CapacityPolicy
from mentormatch.domain.round import Lock, LockKind
from mentormatch.matching.engine import match
from mentormatch.matching.reference import build_reference
from mentormatch.matching.verified_limits import read_limits
from mentormatch.matching.verified_pairings import check_pairings
from mentormatch.synthesis.organisation import generate_organisation
from tests.acceptance.small_rounds import Draw
from tests.factories import a_mentee, a_mentor, a_round, a_scored_round, bare_policy, loose_capacity
from tests.unit.audit.plans import UP, a_crowd, a_plan, an_open_round


def pairings_now(chain: SwapChain, solved: SolvedRound) -> tuple[Pairing, ...]:
    """Return the plan on which a walk stands, with points and parts by the plain reading."""
    reference = build_reference(solved.round)
    found = []
    for place, end in zip(solved.pairings, chain.ends, strict=True):
        mentee = solved.pairings[end]
        candidate = reference.candidate(place.mentor_id, mentee.mentee_id)
        assert candidate is not None, f"{place.mentor_id} and {mentee.mentee_id} are no candidate"
        band = solved.round.policy.band_of(candidate.points)
        found.append(
            Pairing(
                place.mentor_id,
                mentee.mentee_id,
                candidate.direction,
                mentee.pass_number,
                candidate.points,
                band,
                candidate.components,
            )
        )
    return tuple(found)


def check_walk(solved: SolvedRound, steps: int, every: int, seed: int = 0) -> int:
    """Walk, check each plan on the way as the verifier does, and return how many different ones there were."""
    chain = SwapChain(solved, np.random.default_rng(seed))
    reference, limits = build_reference(solved.round), read_limits(solved.round)
    seen = set[tuple[int, ...]]()
    for _ in range(0, steps, every):
        chain.walk(every)
        if tuple(chain.ends) not in seen:
            seen.add(tuple(chain.ends))
            pairings = pairings_now(chain, solved)
            check_pairings(reference, limits, pairings, max(solved.round.policy.capacity.mentee_limit, 1))
            assert chain.total == sum(pairing.points for pairing in pairings)
    return len(seen)


def test_every_plan_of_many_small_rounds_is_lawful() -> None:
    """The rounds are dense: two passes, a lock of the plan itself, favours, teams that span departments."""
    different = 0
    for seed in range(30):
        draw = Draw(Random(seed), 0.15, seed % 3 == 0, managers=range(3, 7), staff=range(8, 14), side_most=12)
        round_ = draw.round(str(seed))
        pairings = match(round_, digests={}).outcome.pairings
        if seed % 2 and pairings:
            locked = pairings[0]
            round_ = replace(round_, locks=(Lock(LockKind.MUST, locked.mentor_id, locked.mentee_id),))
            pairings = (replace(locked, pass_number=0), *pairings[1:])
        different += check_walk(read_solved_round(round_, pairings), steps=400, every=2, seed=seed)
    assert different > 200


def test_every_plan_of_a_whole_organisation_is_lawful() -> None:
    organisation = generate_organisation(250, 5)
    round_ = a_round(*organisation.people, enrolments=organisation.enrolments, history=organisation.history)
    solved = read_solved_round(round_, match(round_, digests={}).outcome.pairings)
    assert check_walk(solved, steps=4000, every=100) > 30


def test_all_plans_come_equally_often() -> None:
    """Three mentees and three mentors with one place: six plans, of which one pair is no candidate in two."""
    points = {(e, m): 500 for e in "ABC" for m in "KLM" if (e, m) != ("A", "M")}
    solved = a_plan(a_scored_round(points), ("K", "A"), ("L", "B"), ("M", "C"))
    lawful = [plan for plan in permutations("ABC") if plan[2] != "A"]
    chain, seen = SwapChain(solved, np.random.default_rng(1)), Counter[tuple[str, ...]]()
    for _ in range(6000):
        chain.walk(5)
        seen["".join(solved.pairings[end].mentee_id for end in chain.ends),] += 1
    assert set(seen) == {("".join(plan),) for plan in lawful}
    expected = 6000 / len(lawful)
    assert all(abs(count - expected) < 6 * expected**0.5 for count in seen.values())


def test_two_places_of_one_mentor_are_no_two_plans() -> None:
    mentees, mentors = a_crowd(2, 1)
    chain = SwapChain(a_plan(an_open_round(mentees, mentors), ("M0", "E0"), ("M0", "E1")), np.random.default_rng(0))
    chain.walk(50)
    assert chain.ends == [0, 1]


def test_points_never_leave_their_bounds() -> None:
    points = {(e, m): 500 + 40 * abs(i - j) for i, e in enumerate("ABCDEF") for j, m in enumerate("KLMNOP")}
    solved = a_plan(a_scored_round(points), *zip("KLMNOP", "ABCDEF", strict=True))
    chain, seen = SwapChain(solved, np.random.default_rng(2), (3000, 3200)), set[int]()
    for _ in range(500):
        chain.walk(4)
        seen.add(chain.total)
    assert min(seen) >= 3000
    assert max(seen) <= 3200
    assert len(seen) > 2


def walk_among(solved: SolvedRound) -> set[frozenset[tuple[str, str]]]:
    """Return the plans, as (mentor, mentee) pairs, of a long walk."""
    chain, seen = SwapChain(solved, np.random.default_rng(0)), set()
    for _ in range(300):
        chain.walk(2)
        pairs = zip(solved.pairings, chain.ends, strict=True)
        seen.add(frozenset((place.mentor_id, solved.pairings[end].mentee_id) for place, end in pairs))
    return seen


def test_a_locked_pairing_stays() -> None:
    mentees, mentors = a_crowd(3, 3)
    round_ = an_open_round(mentees, mentors, locks=(Lock(LockKind.MUST, "M0", "E0"),))
    plans = walk_among(a_plan(round_, ("M0", "E0"), ("M1", "E1"), ("M2", "E2")))
    assert len(plans) == 2
    assert all(("M0", "E0") in plan for plan in plans)


def test_a_pairing_that_a_lock_forbids_is_never_made() -> None:
    mentees, mentors = a_crowd(2, 2)
    round_ = an_open_round(mentees, mentors, locks=(Lock(LockKind.MUST_NOT, "M0", "E1"),))
    assert len(walk_among(a_plan(round_, ("M0", "E0"), ("M1", "E1")))) == 1


@pytest.mark.parametrize(
    ("capacity", "plans"),
    [
        (loose_capacity(), 6),
        (loose_capacity(team_limit=1), 4),
        (loose_capacity(department_share=0.5), 4),
    ],
)
def test_limits_for_teams_and_departments_hold(capacity: CapacityPolicy, plans: int) -> None:
    """Four mentees for two mentors with two places: six plans; two of one team apart leave four."""
    mentees = [a_mentee(who, manager_id="B" if who in "EF" else who.lower(), department="D" if who in "EF" else who)
               for who in "EFGH"]  # fmt: skip
    mentors = [a_mentor(who, places=2) for who in "MN"]
    round_ = an_open_round(mentees, mentors, policy=bare_policy(capacity=capacity))
    assert len(walk_among(a_plan(round_, ("M", "E"), ("M", "G"), ("N", "F"), ("N", "H")))) == plans


@pytest.mark.parametrize("forbids", [True, False])
def test_nobody_mentors_their_own_mentor(forbids: bool) -> None:
    """X and Y are mentors and mentees: Y mentors X, and X could mentor Y as well as Z."""
    both = a_mentee("X", as_mentor={UP: 1}, max_mentees=1), a_mentee("Y", as_mentor={UP: 1}, max_mentees=1)
    round_ = an_open_round(
        [*both, a_mentee("Z")], [a_mentor("M")], policy=bare_policy(capacity=loose_capacity(forbid_reciprocal=forbids))
    )
    found = walk_among(a_plan(round_, ("M", "Y"), ("X", "Z"), ("Y", "X")))
    assert any(("X", "Y") in plan and ("Y", "X") in plan for plan in found) is not forbids


@pytest.mark.parametrize("forbids", [True, False])
def test_managers_exchange_no_favours(forbids: bool) -> None:
    mentees = [a_mentee(who, manager_id=manager) for who, manager in (("a", "A"), ("b", "B"), ("c", "C"), ("d", ""))]
    mentors = [a_mentor(who) for who in "ABCD"]
    policy = bare_policy(capacity=loose_capacity(forbid_favour_exchange=forbids))
    pairs = (("A", "b"), ("B", "c"), ("C", "a"), ("D", "d"))
    found = walk_among(a_plan(an_open_round(mentees, mentors, policy=policy), *pairs))
    assert any({("A", "b"), ("B", "a")} <= plan for plan in found) is not forbids
    assert len(found) > 1


def test_a_mentee_with_two_mentors_never_gets_the_same_one_twice() -> None:
    mentees = [a_mentee(who, as_mentee={UP: 2}, max_mentors=2) for who in "EF"]
    mentors = [a_mentor(who, places=2) for who in "KLM"]
    policy = bare_policy(capacity=loose_capacity(mentee_limit=2, mentee_direction_limit=2))
    solved = a_plan(
        an_open_round(mentees, mentors, policy=policy), ("K", "E"), ("L", "F"), second=[("L", "E"), ("M", "F")]
    )
    plans = walk_among(solved)
    assert len(plans) > 1
    assert all(len(plan) == 4 for plan in plans)


def test_a_round_without_pairings_stands_still() -> None:
    chain = SwapChain(a_plan(an_open_round(*a_crowd(2, 2))), np.random.default_rng(0))
    chain.walk(10)
    assert (chain.ends, chain.total) == ([], 0)
