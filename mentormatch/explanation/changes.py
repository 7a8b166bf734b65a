"""A round after a change, as a new round; the given one stays as it is."""

from dataclasses import replace
from functools import singledispatch
from typing import Any

from mentormatch.domain.change import (
    Change,
    Demand,
    Forbid,
    LiftFloors,
    LiftLimit,
    LiftLock,
    LimitId,
    NameArea,
    OfferPlace,
    OpenDirection,
    RaiseFloor,
    Recruit,
    Reweigh,
    SwitchOff,
    Train,
    WantSkill,
)
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.pairing import Role
from mentormatch.domain.policy import Policy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.matching.floors_price import without_floors

NO_LIMIT = 1000
"""More places than anybody may offer."""

LIFTED: dict[LimitId, dict[str, Any]] = {
    LimitId.DEPARTMENT_SHARE: {"department_share": 1.0},
    LimitId.TEAM_LIMIT: {"team_limit": NO_LIMIT},
    LimitId.FAVOUR_EXCHANGE: {"forbid_favour_exchange": False},
    LimitId.RECIPROCAL: {"forbid_reciprocal": False},
}
"""The settings of the capacity policy under which a limit binds nobody."""


def apply_changes(matching_round: Round, *changes: Change) -> Round:
    """Return a round after several changes, made one after the other."""
    for change in changes:
        matching_round = apply_change(change, matching_round)
    return matching_round


@singledispatch
def apply_change(change: Change, matching_round: Round) -> Round:
    """Return a round after a change. Raises KeyError when it names somebody who is not enrolled."""
    raise TypeError(f"{type(change).__name__} is no change to the round {matching_round.policy.round_name}.")


@apply_change.register
def _(change: Demand, matching_round: Round) -> Round:
    return _locked(matching_round, Lock(LockKind.MUST, change.mentor_id, change.mentee_id, "demanded"))


@apply_change.register
def _(change: Forbid, matching_round: Round) -> Round:
    return _locked(matching_round, Lock(LockKind.MUST_NOT, change.mentor_id, change.mentee_id, "forbidden"))


@apply_change.register
def _(change: LiftLock, matching_round: Round) -> Round:
    return replace(matching_round, locks=_locks_without(matching_round, change.mentor_id, change.mentee_id))


@apply_change.register
def _(change: SwitchOff, matching_round: Round) -> Round:
    policy = matching_round.policy
    return _under(matching_round, rules={rule: policy.is_on(rule) and rule is not change.rule for rule in RuleId})


@apply_change.register
def _(change: LiftLimit, matching_round: Round) -> Round:
    return _under(matching_round, capacity=replace(matching_round.policy.capacity, **LIFTED[change.limit]))


@apply_change.register
def _(_change: LiftFloors, matching_round: Round) -> Round:
    return without_floors(matching_round)


@apply_change.register
def _(change: OfferPlace, matching_round: Round) -> Round:
    entry = enrolment_of(matching_round, change.mentor_id)
    places = {**entry.as_mentor, change.direction: entry.as_mentor.get(change.direction, 0) + 1}
    return _enrolled(matching_round, replace(entry, as_mentor=places, max_mentees=entry.max_mentees + 1))


@apply_change.register
def _(change: OpenDirection, matching_round: Round) -> Round:
    entry = enrolment_of(matching_round, change.person_id)
    if change.role is Role.MENTEE:
        places = {**entry.as_mentee, change.direction: 1}
        return _enrolled(matching_round, replace(entry, as_mentee=places, max_mentors=max(entry.max_mentors, 1)))
    places = {**entry.as_mentor, change.direction: 1}
    return _enrolled(matching_round, replace(entry, as_mentor=places, max_mentees=max(entry.max_mentees, 1)))


@apply_change.register
def _(change: WantSkill, matching_round: Round) -> Round:
    entry = enrolment_of(matching_round, change.person_id)
    return _enrolled(matching_round, replace(entry, skills_wanted=(*entry.skills_wanted, change.skill)))


@apply_change.register
def _(change: NameArea, matching_round: Round) -> Round:
    entry = enrolment_of(matching_round, change.person_id)
    return _enrolled(matching_round, replace(entry, target_area=change.area))


@apply_change.register
def _(change: Train, matching_round: Round) -> Round:
    return _enrolled(matching_round, replace(enrolment_of(matching_round, change.person_id), trained=True))


@apply_change.register
def _(change: Recruit, matching_round: Round) -> Round:
    people = (*matching_round.people, change.person)
    return replace(matching_round, people=people, enrolments=(*matching_round.enrolments, change.enrolment))


@apply_change.register
def _(change: Reweigh, matching_round: Round) -> Round:
    weights = matching_round.policy.weights
    reweighed = {**weights, change.criterion: round(weights.get(change.criterion, 0) * change.factor)}
    return _under(matching_round, weights=reweighed)


@apply_change.register
def _(change: RaiseFloor, matching_round: Round) -> Round:
    rules = {**matching_round.policy.rules, RuleId.BELOW_FLOOR: True}
    settings = replace(matching_round.policy.rule_settings, floor_points=change.points)
    return _under(matching_round, rules=rules, rule_settings=settings)


def enrolment_of(matching_round: Round, person_id: str) -> Enrolment:
    """Return a person's enrolment. Raises KeyError when there is none."""
    for entry in matching_round.enrolments:
        if entry.person_id == person_id:
            return entry
    raise KeyError(person_id)


def _enrolled(matching_round: Round, changed: Enrolment) -> Round:
    """Return a round in which one person's enrolment is another."""
    entries = (changed if entry.person_id == changed.person_id else entry for entry in matching_round.enrolments)
    return replace(matching_round, enrolments=tuple(entries))


def _locked(matching_round: Round, lock: Lock) -> Round:
    """Return a round with one more lock, which replaces what was fixed about its pair."""
    others = _locks_without(matching_round, lock.mentor_id, lock.mentee_id)
    return replace(matching_round, locks=(*others, lock))


def _locks_without(matching_round: Round, mentor_id: str, mentee_id: str) -> tuple[Lock, ...]:
    """Return the locks of all other pairs."""
    pair = (mentor_id, mentee_id)
    return tuple(lock for lock in matching_round.locks if (lock.mentor_id, lock.mentee_id) != pair)


def _under(matching_round: Round, **settings: Any) -> Round:
    """Return a round under a policy with some settings changed."""
    policy: Policy = replace(matching_round.policy, **settings)
    return replace(matching_round, policy=policy)
