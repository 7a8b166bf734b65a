"""The funnel: counts of each group from eligible to served, each part of the one before."""

from typing import Any

from mentormatch.audit.funnel import Funnel, GroupFunnel, build_funnel
from mentormatch.audit.groups import find_groupings
from mentormatch.audit.solved_round import SolvedRound
from mentormatch.domain.people import Status
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Lock, LockKind
from mentormatch.matching.engine import match
from mentormatch.synthesis.organisation import generate_organisation
from tests.factories import a_mentee, a_mentor, a_person, a_round, a_scored_round, bare_policy
from tests.unit.audit.plans import a_plan, an_open_round

SALES: dict[str, Any] = {"department": "Sales"}


def funnel_of(solved: SolvedRound, attribute: str = "department") -> Funnel:
    groupings = find_groupings(solved.round.people)
    return next(build_funnel(solved, grouping) for grouping in groupings if grouping.attribute == attribute)


def row(funnel: Funnel, group: str) -> GroupFunnel:
    return next(one for one in funnel.groups if one.group == group)


def test_each_step_of_the_funnel_counts_the_people_of_a_group() -> None:
    policy = bare_policy(RuleId.INACTIVE, RuleId.CONFLICT)
    others = a_person("idle", **SALES), a_person("away", status=Status.LEAVE, **SALES)
    members = [
        a_mentee("alone", conflicts=("M", "N"), **SALES),
        a_mentee("waits", **SALES),
        a_mentee("served", **SALES),
        a_mentee("other", department="Works"),
        a_mentor("M", **SALES),
        a_mentor("N", **SALES),
    ]
    funnel = funnel_of(a_plan(a_round(*members, *others, policy=policy), ("M", "served")))
    points = row(funnel, "Sales").mean_points
    assert row(funnel, "Sales") == GroupFunnel("Sales", 6, 3, 2, 1, 1, points, mentors=2, mentors_used=1)
    assert row(funnel, "Works") == GroupFunnel("Works", 1, 1, 1, 0, 0, None, mentors=0, mentors_used=0)


def test_mean_points_are_those_of_all_pairings_of_the_served() -> None:
    round_ = a_scored_round({("A", "M"): 400, ("A", "N"): 700, ("B", "N"): 100}, {"N": 2})
    solved = a_plan(round_, ("M", "A"), ("N", "B"), second=[("N", "A")])
    level = next(one for one in funnel_of(solved, "level").groups if one.served and one.mean_points != 100)
    assert (level.served, level.mean_points) == (1, 550)
    assert funnel_of(solved, "level").everybody.mean_points == 400


def test_a_place_by_lock_counts_as_served_in_the_first_pass_and_one_of_the_second_does_not() -> None:
    mentees, mentors = [a_mentee(who, **SALES) for who in "AB"], [a_mentor("M", places=2)]
    round_ = an_open_round(mentees, mentors, locks=(Lock(LockKind.MUST, "M", "A"),))
    found = row(funnel_of(a_plan(round_, ("M", "A"), second=[("M", "B")])), "Sales")
    assert (found.served, found.served_first) == (2, 1)


def test_everybody_counts_those_too_who_are_in_no_group() -> None:
    round_ = an_open_round([a_mentee("A", **SALES), a_mentee("B")], [a_mentor("M")])
    funnel = funnel_of(a_plan(round_, ("M", "B")))
    assert (row(funnel, "Sales").served, funnel.everybody.served, funnel.everybody.enrolled) == (0, 1, 2)


def test_the_steps_of_a_whole_organisation_only_shrink_and_add_up() -> None:
    organisation = generate_organisation(200, 4)
    round_ = a_round(*organisation.people, enrolments=organisation.enrolments)
    outcome = match(round_, digests={}).outcome
    solved = a_plan(round_, *((pair.mentor_id, pair.mentee_id) for pair in outcome.pairings if pair.pass_number == 1))
    for attribute in ("department", "location", "level"):
        funnel = funnel_of(solved, attribute)
        for one in (*funnel.groups, funnel.everybody):
            assert one.eligible >= one.enrolled >= one.with_candidate >= one.served >= one.served_first
            assert one.eligible >= one.mentors >= one.mentors_used
        assert sum(one.served for one in funnel.groups) <= funnel.everybody.served
    everybody = funnel_of(solved, "level").everybody
    assert everybody.served == outcome.figures.mentees - sum(one.role == "mentee" for one in outcome.unpaired)
    assert sum(one.served for one in funnel_of(solved, "level").groups) == everybody.served
