"""Overrides: listed with their reasons, and held against a random choice of as many pairings."""

from collections.abc import Collection
from dataclasses import replace
from math import comb
from random import Random

import pytest

from mentormatch.audit.inference import Share
from mentormatch.audit.overrides import Concern, Overrides, OverrideTest, find_overrides
from mentormatch.domain.round import Lock, LockKind
from tests.factories import a_mentee, a_mentor
from tests.unit.audit.plans import Pair, a_plan, an_open_round

TEAMS, TEAM_SIZE = 8, 5
MENTORS = TEAMS * TEAM_SIZE


def overrides_of(locked: Collection[Pair], kind: LockKind = LockKind.MUST, reason: str = "asked") -> Overrides:
    """Return the overrides among forty pairings: eight teams of five; M0 to M3 are wished for by everybody."""
    mentees = [
        a_mentee(f"E{team}{k}", manager_id=f"boss{team}", prefers=("M0", "M1", "M2", "M3"))
        for team in range(TEAMS)
        for k in range(TEAM_SIZE)
    ]
    mentors = [a_mentor(f"M{k}", manager_id="boss0" if k == 39 else "") for k in range(MENTORS)]
    locks = tuple(Lock(kind, *pair, reason) for pair in locked)
    taken = {mentor for mentor, _ in locked}
    free = iter(f"M{k}" for k in range(MENTORS) if f"M{k}" not in taken)
    served = {mentee for _, mentee in locked}
    rest = [(next(free), member.person.person_id) for member in mentees if member.person.person_id not in served]
    return find_overrides(a_plan(an_open_round(mentees, mentors, locks=locks), *locked, *rest))


def the_tests(found: Overrides, concern: Concern) -> list[OverrideTest]:
    return [test for test in found.tests if test.concern is concern]


PLANTED = [(f"M{k}", f"E7{k}") for k in range(4)]
"""Four of the people of boss7 get the four mentors that everybody wishes for."""


def test_a_managers_people_put_to_the_top_mentors_are_flagged() -> None:
    found = overrides_of(PLANTED)
    flagged = [(test.concern, test.manager_id) for test in found.tests if test.is_flagged]
    assert flagged == [(Concern.TOP_MENTORS, ""), (Concern.MANAGER, "boss7")]


def test_the_p_is_the_chance_of_a_random_choice() -> None:
    """Four of the five pairings of a team: 5 of the comb(40, 4) ways to choose. All four top pairings: 1 way."""
    manager = next(test for test in the_tests(overrides_of(PLANTED), Concern.MANAGER) if test.manager_id == "boss7")
    assert manager.p == pytest.approx(5 / comb(40, 4))
    assert (manager.among_overrides, manager.among_all) == (Share(4, 4), Share(5, 40))
    (top,) = the_tests(overrides_of(PLANTED), Concern.TOP_MENTORS)
    assert top.p == pytest.approx(1 / comb(40, 4))


def test_the_p_agrees_with_shuffling() -> None:
    found = overrides_of([("M10", "E70"), ("M11", "E71"), ("M12", "E60"), ("M0", "E50")])
    manager = next(test for test in the_tests(found, Concern.MANAGER) if test.manager_id == "boss7")
    rng, pairings = Random(2), [k < 5 for k in range(40)]
    at_least = sum(sum(rng.sample(pairings, 4)) >= 2 for _ in range(20_000)) / 20_000
    assert manager.p == pytest.approx(at_least, abs=0.01)


def test_overrides_spread_over_teams_and_mentors_are_not_flagged() -> None:
    found = overrides_of([(f"M{5 * team + 4}", f"E{team}0") for team in range(TEAMS)])
    assert not any(test.is_flagged for test in found.tests)


def test_all_managers_are_tested_whether_or_not_an_override_concerns_them() -> None:
    assert len(the_tests(overrides_of([("M0", "E00")]), Concern.MANAGER)) == TEAMS


def test_one_override_is_never_flagged() -> None:
    assert not any(test.is_flagged for test in overrides_of([("M0", "E00")]).tests)


def test_chance_flags_at_most_one_round_in_twenty() -> None:
    rng, flagged = Random(4), 0
    for _ in range(60):
        mentors, mentees = rng.sample(range(MENTORS), 6), rng.sample(range(MENTORS), 6)
        pairs = [(f"M{m}", f"E{e // 5}{e % 5}") for m, e in zip(mentors, mentees, strict=True)]
        flagged += any(test.is_flagged for test in overrides_of(pairs).tests)
    assert flagged <= 8  # of 60 at one in twenty, more than 8 come once in 100


def test_kept_and_demanded_pairings_are_told_apart() -> None:
    assert {test.kind for test in overrides_of(PLANTED, LockKind.KEEP).tests} == {LockKind.KEEP}
    assert {test.kind for test in overrides_of(PLANTED).tests} == {LockKind.MUST}


def test_a_round_that_keeps_everything_is_not_flagged() -> None:
    pairs = [(f"M{k}", f"E{k // 5}{k % 5}") for k in range(MENTORS)]
    assert not any(test.is_flagged for test in overrides_of(pairs, LockKind.KEEP).tests)


def test_every_lock_is_listed_with_its_reason() -> None:
    found = overrides_of([("M3", "E10"), ("M1", "E20")], reason="promised")
    assert found.locks == (Lock(LockKind.MUST, "M1", "E20", "promised"), Lock(LockKind.MUST, "M3", "E10", "promised"))


def test_forbidden_pairings_are_listed_and_are_no_pairings_of_overrides() -> None:
    solved = a_plan(
        an_open_round([a_mentee("E")], [a_mentor("M"), a_mentor("N")], locks=(Lock(LockKind.MUST_NOT, "N", "E"),)),
        ("M", "E"),
    )
    found = find_overrides(solved)
    assert [lock.kind for lock in found.locks] == [LockKind.MUST_NOT]
    assert (found.same_line, found.tests) == (Share(0, 0), ())


def test_pairs_of_one_line_are_counted_among_the_overrides_and_elsewhere() -> None:
    found = overrides_of([("M39", "E00"), ("M38", "E10")])
    assert (found.same_line, found.same_line_elsewhere) == (Share(1, 2), Share(0, 38))
    assert replace(the_tests(found, Concern.SAME_LINE)[0], adjusted_p=1).among_all == Share(1, 40)
