"""Small builders of people, enrolments, policies and rounds for tests; each says only what its test is about."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, NamedTuple

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.pairing import Criterion
from mentormatch.domain.people import Person
from mentormatch.domain.policy import CapacityPolicy, DirectionPolicy, Policy, RuleSettings
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Round

PERSON_FIELDS = frozenset(field.name for field in fields(Person))
PLENTY = 1000


class Member(NamedTuple):
    """A person together with their enrolment."""

    person: Person
    enrolment: Enrolment


def a_person(person_id: str = "P", **changes: Any) -> Person:
    """Return somebody on level 1 whose every optional field is blank."""
    return replace(Person(person_id, f"Person {person_id}", level=1), **changes)


def a_member(person_id: str, **changes: Any) -> Member:
    """Return a person who is enrolled; each change goes to the person or to the enrolment, whichever has the field."""
    of_person = {name: value for name, value in changes.items() if name in PERSON_FIELDS}
    of_enrolment = {name: value for name, value in changes.items() if name not in PERSON_FIELDS}
    return Member(a_person(person_id, **of_person), replace(Enrolment(person_id), **of_enrolment))


def a_mentee(person_id: str, direction: Direction = Direction.UPWARD, **changes: Any) -> Member:
    """Return somebody on level 1 who asks for one place in a direction."""
    return a_member(person_id, **({"as_mentee": {direction: 1}} | changes))


def a_mentor(person_id: str, direction: Direction = Direction.UPWARD, places: int = 1, **changes: Any) -> Member:
    """Return somebody on level 3 who offers ``places`` places in a direction."""
    offer = {"level": 3, "as_mentor": {direction: places}, "max_mentees": places}
    return a_member(person_id, **(offer | changes))


def a_round(*members: Member | Person, policy: Policy | None = None, **changes: Any) -> Round:
    """Return a round of members and of people who are not enrolled."""
    people = tuple(member.person if isinstance(member, Member) else member for member in members)
    enrolments = tuple(member.enrolment for member in members if isinstance(member, Member))
    return replace(Round(people, enrolments, policy=policy or Policy()), **changes)


def loose_capacity(**changes: Any) -> CapacityPolicy:
    """Return caps that never bind, unless a change says so; one place a mentee."""
    capacity = CapacityPolicy(
        mentor_limit=PLENTY,
        mentee_limit=1,
        mentee_direction_limit=1,
        department_share=1.0,
        team_limit=PLENTY,
        forbid_favour_exchange=False,
        forbid_reciprocal=False,
    )
    return replace(capacity, **changes)


def bare_policy(*rules: RuleId, **changes: Any) -> Policy:
    """Return a policy with no rule but the given ones, floor 0, one quality band and caps that never bind."""
    policy = Policy(
        rules={rule: rule in rules for rule in RuleId},
        rule_settings=RuleSettings(floor_points=0),
        capacity=loose_capacity(),
        bands=(),
    )
    return replace(policy, **changes)


def a_scored_round(
    points: Mapping[tuple[str, str], int], places: Mapping[str, int] | None = None, **changes: Any
) -> Round:
    """Return a round whose only candidates are the given (mentee, mentor) pairs, with exactly these points (to 1000).

    Every pair has a level gap of its own, the policy's table gives that gap its worth, level gap is the only criterion
    and ``level-band`` the only rule: a pair that is not in ``points`` is forbidden. A mentor offers one place unless
    ``places`` says otherwise. ``policy`` among the changes is the policy to start from.
    """
    mentees, mentors = (sorted({pair[side] for pair in points}) for side in (0, 1))
    step = len(mentors)
    rows, columns = ({who: place for place, who in enumerate(side)} for side in (mentees, mentors))
    worths = {step * rows[mentee] + columns[mentor]: worth / 1000 for (mentee, mentor), worth in points.items()}
    policy = replace(
        changes.pop("policy", bare_policy(RuleId.LEVEL_BAND)),
        directions={Direction.UPWARD: DirectionPolicy(worths)},
        weights={criterion: 1000 * (criterion is Criterion.LEVEL_GAP) for criterion in Criterion},
    )
    members = [a_mentee(mentee, level=-step * rows[mentee]) for mentee in mentees]
    members += [a_mentor(who, places=(places or {}).get(who, 1), level=columns[who]) for who in mentors]
    return a_round(*members, policy=policy, **changes)


def every_direction(places: int = 1) -> dict[Direction, int]:
    """Return as many places in each direction."""
    return dict.fromkeys(DIRECTIONS, places)
