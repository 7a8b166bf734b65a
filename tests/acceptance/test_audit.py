"""The audit as a whole: a planted bias and a planted favouritism are found, and honest rounds raise no alarm."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from scipy.stats import binom

from mentormatch.audit.groups import Grouping, find_groupings
from mentormatch.audit.impact import LEVEL, Measure, find_impacts
from mentormatch.audit.report import Audit, audit
from mentormatch.audit.solved_round import SolvedRound, read_solved_round
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.matching.engine import match
from mentormatch.matching.reference import build_reference
from mentormatch.synthesis.organisation import generate_organisation
from tests.factories import a_mentee, a_mentor, a_round, a_scored_round, bare_policy
from tests.unit.audit.plans import a_greedy_plan

DEPARTMENTS = ("Finance", "Sales", "Works", "Care")
BIASED = "Works"
ROUNDS = 200
MOST_ALARMS = int(binom.isf(0.001, ROUNDS, LEVEL))
"""What 200 rounds with a chance of one in twenty each come to at most, but for one time in a thousand: 21."""


def a_scored_town(seed: int, *, mentees: int, share: float) -> Round:
    """Return mentees of four departments and half as many mentors, with points by lot; one department's are a share."""
    rng = Random(seed)
    department = {f"E{k:03}": rng.choice(DEPARTMENTS) for k in range(mentees)}
    scale = {name: share if name == BIASED else 1.0 for name in DEPARTMENTS}
    points = {
        (who, f"M{m:02}"): round(rng.randint(400, 1000) * scale[department[who]])
        for who in department
        for m in rng.sample(range(mentees // 4), 8)
    }
    round_ = a_scored_round(points, dict.fromkeys((f"M{m:02}" for m in range(mentees // 4)), 2))
    people = tuple(replace(person, department=department.get(person.person_id, "")) for person in round_.people)
    return replace(round_, people=people)


def an_unbiased_town(seed: int) -> Round:
    """Return 100 mentees of four departments and 30 mentors, whose interests and skills have nothing to do with it."""
    rng = Random(seed)
    skills, interests = [f"skill {k}" for k in range(9)], [f"interest {k}" for k in range(7)]

    def answers() -> dict[str, Any]:
        return {
            "department": rng.choice(DEPARTMENTS),
            "interests": tuple(rng.sample(interests, rng.randint(0, 4))),
            "skills_wanted": tuple(rng.sample(skills, 3)),
            "skills_offered": tuple(rng.sample(skills, 4)),
        }

    mentees = [a_mentee(f"E{k}", **answers()) for k in range(100)]
    mentors = [a_mentor(f"M{k}", places=2, **answers()) for k in range(30)]
    return a_round(*mentees, *mentors, policy=bare_policy())


def flags_of(solved: SolvedRound, groupings: tuple[Grouping, ...]) -> set[tuple[Measure, str]]:
    impacts = find_impacts(solved, groupings)
    return {(impact.measure, one.group) for impact in impacts for one in impact.groups if one.is_flagged}


def test_a_department_scored_thirty_percent_lower_is_flagged() -> None:
    """Seen in the best possible score of its people, whatever the optimiser makes of it, and nobody else is flagged."""
    for seed in range(3):
        round_ = a_scored_town(seed, mentees=160, share=0.7)
        solved = read_solved_round(round_, match(round_, digests={}).outcome.pairings)
        flagged = flags_of(solved, find_groupings(round_.people))
        assert (Measure.BEST_HIGH, BIASED) in flagged
        assert {group for _, group in flagged} == {BIASED}


def test_the_same_town_without_the_bias_is_not_flagged() -> None:
    for seed in range(3):
        round_ = a_scored_town(seed, mentees=160, share=1.0)
        solved = read_solved_round(round_, match(round_, digests={}).outcome.pairings)
        assert flags_of(solved, find_groupings(round_.people)) == set()


def test_over_two_hundred_unbiased_rounds_alarms_are_as_rare_as_stated() -> None:
    alarms = 0
    for seed in range(ROUNDS):
        solved = a_greedy_plan(an_unbiased_town(seed), Random(seed))
        alarms += bool(flags_of(solved, find_groupings(solved.round.people)))
    assert alarms <= MOST_ALARMS


@pytest.fixture(scope="module")
def organisation() -> Round:
    made = generate_organisation(250, 21)
    return a_round(*made.people, enrolments=made.enrolments, history=made.history)


@pytest.fixture(scope="module")
def pairings(organisation: Round) -> tuple[Pairing, ...]:
    return match(organisation, digests={}).outcome.pairings


@pytest.fixture(scope="module")
def honest(organisation: Round, pairings: tuple[Pairing, ...]) -> Audit:
    return audit(organisation, pairings)


def test_over_two_hundred_random_attributes_alarms_are_as_rare_as_stated(
    organisation: Round, pairings: tuple[Pairing, ...]
) -> None:
    """The optimiser's pairings of one organisation, held against labels that have nothing to do with them."""
    solved, alarms = read_solved_round(organisation, pairings), 0
    for seed in range(ROUNDS):
        rng = Random(seed)
        labels = {person.person_id: rng.choices("abc", [6, 3, 1])[0] for person in organisation.people}
        found = [one for one in find_groupings(organisation.people, {"label": labels}) if one.is_protected]
        alarms += bool(flags_of(solved, tuple(found)))
    assert alarms <= MOST_ALARMS


def test_a_manager_who_puts_own_people_to_the_top_mentors_is_flagged(
    organisation: Round, pairings: tuple[Pairing, ...], honest: Audit
) -> None:
    """The round is solved again with the locks; without them nothing of the kind is seen."""
    solved = read_solved_round(organisation, pairings)
    locks, manager = favours(solved, honest.favouritism.top_mentors)
    changed = replace(organisation, locks=locks)
    found = audit(changed, match(changed, digests={}).outcome.pairings)
    assert manager in [test.manager_id for test in found.overrides.tests if test.is_flagged]
    assert not any(test.is_flagged for test in honest.overrides.tests)


def favours(solved: SolvedRound, top: tuple[str, ...]) -> tuple[tuple[Lock, ...], str]:
    """Return locks that give as many people of one manager as possible a top mentor each, and the manager."""
    reference, best = build_reference(solved.round), dict[str, str]()
    teams: dict[str, list[str]] = {}
    for person in solved.roster.mentees.people:
        teams.setdefault(person.manager_id, []).append(person.person_id)
    manager = ""
    for name, members in sorted(teams.items()):
        given: dict[str, str] = {}
        for who in members:
            free = [m for m in top if m not in given.values() and reference.candidate(m, who) is not None]
            if name and free:
                given[who] = free[0]
        if len(given) > len(best):
            best, manager = given, name
    assert len(best) >= 3
    return tuple(Lock(LockKind.MUST, mentor, who, "by hand") for who, mentor in best.items()), manager


def test_an_honest_round_shows_no_favouritism(honest: Audit) -> None:
    assert honest.favouritism.managers
    assert not any(access.is_flagged for access in honest.favouritism.managers)
    assert not any(tie.is_flagged for tie in honest.favouritism.ties)
    assert honest.overrides.tests == ()


def test_a_few_honest_overrides_are_not_flagged(organisation: Round, pairings: tuple[Pairing, ...]) -> None:
    """Pairings that the optimiser chose itself, one of each of eight teams, are fixed by hand."""
    managers = {person.person_id: person.manager_id for person in organisation.people}
    of_team = {managers[pairing.mentee_id]: pairing for pairing in Random(1).sample(pairings, len(pairings))}
    chosen = list(of_team.values())[:8]
    locks = tuple(Lock(LockKind.MUST, pairing.mentor_id, pairing.mentee_id, "kept") for pairing in chosen)
    changed = replace(organisation, locks=locks)
    found = audit(changed, match(changed, digests={}).outcome.pairings)
    assert len(found.overrides.locks) == 8
    assert not any(test.is_flagged for test in found.overrides.tests)
