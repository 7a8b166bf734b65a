"""A change makes another round and leaves the given one as it is."""

import pytest

from mentormatch.domain.change import (
    Change,
    Demand,
    Forbid,
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
from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Criterion, Role
from mentormatch.domain.policy import Policy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.explanation.changes import LIFTED, apply_change, apply_changes, enrolment_of
from tests.factories import a_member, a_mentee, a_mentor, a_round

UP, PEER = Direction.UPWARD, Direction.PEER


@pytest.fixture
def small() -> Round:
    return a_round(a_mentor("M", skills_offered=("law",)), a_mentee("e", skills_wanted=("sql",)), a_mentee("f"))


def test_a_demand_is_a_lock_that_replaces_what_was_fixed_about_its_pair(small: Round) -> None:
    forbidden = apply_change(Forbid("M", "e"), small)
    assert [(lock.kind, lock.mentor_id, lock.mentee_id) for lock in forbidden.locks] == [(LockKind.MUST_NOT, "M", "e")]
    demanded = apply_changes(forbidden, Demand("M", "f"), Demand("M", "e"))
    kinds = {(lock.mentor_id, lock.mentee_id): lock.kind for lock in demanded.locks}
    assert kinds == {("M", "f"): LockKind.MUST, ("M", "e"): LockKind.MUST}
    assert small.locks == ()


def test_lifting_a_lock_leaves_the_others(small: Round) -> None:
    locked = apply_changes(small, Demand("M", "e"), Forbid("M", "f"), LiftLock("M", "e"))
    assert [lock.mentee_id for lock in locked.locks] == ["f"]


def test_a_rule_that_is_switched_off_is_the_only_one_that_changes() -> None:
    policy = Policy(rules={RuleId.AVOID: False})
    changed = apply_change(SwitchOff(RuleId.REPEAT), a_round(policy=policy)).policy
    assert [rule for rule in RuleId if not changed.is_on(rule)] == [RuleId.AVOID, RuleId.REPEAT]


def test_every_limit_can_be_lifted_and_then_binds_nobody(small: Round) -> None:
    assert set(LIFTED) == set(LimitId)
    for limit in LimitId:
        assert apply_change(LiftLimit(limit), small).policy.capacity != small.policy.capacity


def test_a_further_place_counts_in_its_direction_and_in_all(small: Round) -> None:
    entry = enrolment_of(apply_change(OfferPlace("M", UP), small), "M")
    assert (entry.as_mentor, entry.max_mentees) == ({UP: 2}, 2)
    elsewhere = enrolment_of(apply_change(OfferPlace("M", PEER), small), "M")
    assert (elsewhere.as_mentor, elsewhere.max_mentees) == ({UP: 1, PEER: 1}, 2)


def test_a_direction_opens_with_one_place_on_either_side(small: Round) -> None:
    asks = enrolment_of(apply_change(OpenDirection("e", Role.MENTEE, PEER), small), "e")
    assert asks.as_mentee == {UP: 1, PEER: 1}
    offers = enrolment_of(apply_change(OpenDirection("e", Role.MENTOR, PEER), small), "e")
    assert (offers.as_mentor, offers.as_mentee) == ({PEER: 1}, {UP: 1})


def test_somebody_who_asked_for_no_mentor_asks_for_one_with_the_direction() -> None:
    round_ = a_round(a_member("e", max_mentors=0, max_mentees=0))
    assert enrolment_of(apply_change(OpenDirection("e", Role.MENTEE, UP), round_), "e").is_mentee
    assert enrolment_of(apply_change(OpenDirection("e", Role.MENTOR, UP), round_), "e").is_mentor


def test_a_further_skill_comes_after_those_already_wanted(small: Round) -> None:
    assert enrolment_of(apply_change(WantSkill("e", "law"), small), "e").skills_wanted == ("sql", "law")


def test_an_area_and_a_training_are_set(small: Round) -> None:
    changed = apply_changes(small, NameArea("e", "Sales"), Train("M"))
    assert enrolment_of(changed, "e").target_area == "Sales"
    assert enrolment_of(changed, "M").trained is True


def test_a_recruit_joins_with_person_and_enrolment(small: Round) -> None:
    newcomer = a_mentor("N")
    changed = apply_change(Recruit(newcomer.person, newcomer.enrolment), small)
    assert [person.person_id for person in changed.people][-1] == "N"
    assert enrolment_of(changed, "N") == newcomer.enrolment


def test_a_weight_is_multiplied_and_rounded_to_whole_points(small: Round) -> None:
    changed = apply_change(Reweigh(Criterion.RHYTHM, 0.5), apply_change(Reweigh(Criterion.RHYTHM, 1.1), small))
    assert changed.policy.weights[Criterion.RHYTHM] == 28  # 50 -> 55 -> 27.5, halves to the even number
    assert changed.policy.weights[Criterion.NEEDS] == small.policy.weights[Criterion.NEEDS]


def test_a_raised_floor_is_also_switched_on() -> None:
    changed = apply_change(RaiseFloor(500), a_round(policy=Policy(rules={RuleId.BELOW_FLOOR: False}))).policy
    assert changed.is_on(RuleId.BELOW_FLOOR)
    assert changed.rule_settings.floor_points == 500


@pytest.mark.parametrize("change", [OfferPlace("nobody", UP), WantSkill("nobody", "law"), Train("nobody")])
def test_a_change_about_somebody_who_is_not_enrolled_is_refused(small: Round, change: Change) -> None:
    with pytest.raises(KeyError, match="nobody"):
        apply_change(change, small)


def test_what_is_no_change_is_refused(small: Round) -> None:
    with pytest.raises(TypeError, match="Lock is no change"):
        apply_change(Lock(LockKind.MUST, "M", "e"), small)  # type: ignore[arg-type]
