"""Favouritism: who the top mentors are, and when a manager's people have them too often."""

import numpy as np
import pytest

from mentormatch.audit.favouritism import (
    FEWEST_PLANS,
    LEVEL,
    MOST_PLANS,
    adjust,
    find_favouritism,
    find_top_mentors,
    plans_needed,
    served_by_manager,
)
from mentormatch.audit.random_plans import Finding, Null, PlanSample, Rarity, draw_plans
from mentormatch.audit.solved_round import SolvedRound
from mentormatch.audit.ties import FAVOUR_EXCHANGE, RECIPROCAL, SAME_DEPARTMENT, TIES
from mentormatch.domain.policy import Policy
from tests.factories import Member, a_mentee, a_mentor, bare_policy, loose_capacity
from tests.unit.audit.plans import UP, Pair, a_plan, an_open_round

TEAMS = 10
TEAM_SIZE = 6


def names_of_top(solved: SolvedRound) -> set[str]:
    return {solved.roster.mentors.ids[k] for k in np.flatnonzero(find_top_mentors(solved))}


def wishing(*wishes: tuple[str, ...]) -> list[Member]:
    return [a_mentee(f"E{k}", prefers=prefers) for k, prefers in enumerate(wishes)]


def test_the_top_mentors_are_the_tenth_most_wished_for_per_place() -> None:
    """M has four wishes for four places, N three for one: N is the one in ten."""
    mentees = wishing(("M", "N"), ("M", "N"), ("N", "M"), ("M",))
    mentors = [a_mentor("M", places=4), a_mentor("N"), *(a_mentor(f"X{k}") for k in range(8))]
    assert names_of_top(a_plan(an_open_round(mentees, mentors))) == {"N"}


def test_seniority_makes_nobody_a_top_mentor() -> None:
    mentors = [a_mentor("boss", level=9), *(a_mentor(f"X{k}") for k in range(9))]
    assert names_of_top(a_plan(an_open_round(wishing((), ()), mentors))) == set()


def test_a_wish_named_twice_counts_once_and_mentors_as_good_as_the_last_are_top_too() -> None:
    mentors = [a_mentor(who) for who in "KLMNOPQRST"]
    assert names_of_top(a_plan(an_open_round(wishing(("K", "K"), ("L",)), mentors))) == {"K", "L"}


def test_wishes_for_somebody_who_is_no_mentor_count_for_nobody() -> None:
    assert names_of_top(a_plan(an_open_round(wishing(("ghost", "E0")), [a_mentor("M")]))) == set()


def a_firm(*pairs: Pair, policy: Policy | None = None) -> SolvedRound:
    """Return ten teams of six and sixty mentors with one place, of whom M0 to M5 are wished for by everybody."""
    mentees = [
        a_mentee(f"E{team}{k}", manager_id=f"boss{team}", prefers=tuple(f"M{m}" for m in range(6)))
        for team in range(TEAMS)
        for k in range(TEAM_SIZE)
    ]
    mentors = [a_mentor(f"M{k}", department=f"D{k % 3}") for k in range(TEAMS * TEAM_SIZE)]
    return a_plan(an_open_round(mentees, mentors, policy=policy or bare_policy()), *pairs)


def one_after_the_other() -> list[Pair]:
    """Return the plan in which the first team gets the top mentors."""
    return [(f"M{team * TEAM_SIZE + k}", f"E{team}{k}") for team in range(TEAMS) for k in range(TEAM_SIZE)]


def spread_out() -> list[Pair]:
    """Return the plan in which each of six teams gets one top mentor."""
    return [(f"M{k * TEAMS + team}", f"E{team}{k}") for team in range(TEAMS) for k in range(TEAM_SIZE)]


def samples_of(solved: SolvedRound) -> dict[Null, PlanSample]:
    return {null: draw_plans(solved, null, seed=1, plans=199) for null in Null}


def test_a_manager_whose_people_have_all_the_top_mentors_is_flagged() -> None:
    solved = a_firm(*one_after_the_other())
    found = find_favouritism(solved, samples_of(solved))
    assert found.top_mentors == tuple(f"M{k}" for k in range(6))
    assert [access.manager_id for access in found.managers if access.is_flagged] == ["boss0"]
    first = found.managers[0]
    assert (first.people, first.finding.observed) == (6, 6)
    assert first.finding.rarity[Null.ANY].mean == pytest.approx(0.6, abs=0.15)


def test_top_mentors_spread_over_the_teams_flag_nobody() -> None:
    solved = a_firm(*spread_out())
    found = find_favouritism(solved, samples_of(solved))
    assert len(found.managers) == TEAMS
    assert not any(access.is_flagged for access in found.managers)
    assert not any(tie.is_flagged for tie in found.ties)


def test_managers_with_fewer_than_three_served_people_are_not_tested() -> None:
    solved = a_firm(("M0", "E00"), ("M1", "E01"), ("M2", "E10"), ("M3", "E11"), ("M4", "E12"))
    assert {name: places.tolist() for name, places in served_by_manager(solved).items()} == {"boss1": [2, 3, 4]}


@pytest.mark.parametrize("managers", [0, 1, 24, 100, 240])
def test_there_are_enough_random_plans_to_tell_one_manager_among_all(managers: int) -> None:
    assert managers / (plans_needed(managers) + 1) < LEVEL
    assert FEWEST_PLANS <= plans_needed(managers) <= MOST_PLANS


def test_people_without_a_manager_are_in_nobodys_team() -> None:
    mentees = [a_mentee(f"E{k}") for k in range(4)]
    solved = a_plan(an_open_round(mentees, [a_mentor("M", places=4)]), *(("M", f"E{k}") for k in range(4)))
    assert served_by_manager(solved) == {}


def test_pairs_of_one_department_beyond_what_chance_brings_are_flagged() -> None:
    mentees = [a_mentee(f"E{k}", department=f"D{k % 4}") for k in range(24)]
    mentors = [a_mentor(f"M{k}", department=f"D{k % 4}") for k in range(24)]
    solved = a_plan(an_open_round(mentees, mentors), *((f"M{k}", f"E{k}") for k in range(24)))
    ties = {tie.finding.name: tie for tie in find_favouritism(solved, samples_of(solved)).ties}
    assert set(ties) == {*TIES, RECIPROCAL, FAVOUR_EXCHANGE}
    assert ties[SAME_DEPARTMENT].is_flagged
    assert [name for name, tie in ties.items() if tie.is_flagged] == [SAME_DEPARTMENT]
    assert ties[SAME_DEPARTMENT].finding.observed == 24


@pytest.mark.parametrize("forbids", [True, False])
def test_a_favour_in_return_is_flagged_where_the_policy_forbids_it(forbids: bool) -> None:
    both = [a_mentee(who, as_mentor={UP: 1}, max_mentees=1) for who in "XY"]
    policy = bare_policy(capacity=loose_capacity(forbid_reciprocal=forbids))
    solved = a_plan(an_open_round(both, [], policy=policy), ("X", "Y"), ("Y", "X"))
    ties = {tie.finding.name: tie for tie in find_favouritism(solved, samples_of(solved)).ties}
    assert ties[RECIPROCAL].is_flagged is forbids


def test_what_fit_explains_is_not_unusual() -> None:
    """The larger p of the two kinds of random plans counts, adjusted for the number of findings."""

    def finding(any_plan: float, near: float) -> Finding:
        return Finding("x", 1, {Null.ANY: Rarity(0, 0, any_plan), Null.NEAR: Rarity(0, 0, near)})

    assert adjust([finding(0.001, 0.4), finding(0.01, 0.02)]) == pytest.approx([0.4, 0.04])
