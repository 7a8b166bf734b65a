"""Editing a policy: saved when nothing is wrong, and two who edit at once see what each of them changed."""

import pytest

from mentormatch.domain.accounts import Actor, Role
from mentormatch.domain.direction import Direction
from mentormatch.domain.policy import DirectionPolicy, FloorPolicy, Policy
from mentormatch.domain.programme import Programme
from mentormatch.domain.reasons import RuleId
from mentormatch.services.policy_editing import find_clash, save_file, save_typed, summarise_policy
from mentormatch.services.policy_typing import type_policy
from mentormatch.services.programmes import add_programme, list_versions, policy_of, save_policy
from mentormatch.services.refusals import NotAllowedError, NotFoundError, StaleError
from tests.offices import Office

HR = Actor(None, roles=frozenset({Role.HR}))
AUDITOR = Actor(None, roles=frozenset({Role.AUDITOR}))
TYPED = type_policy(Policy(programme="Mentoring"))


@pytest.fixture
def scheme(office: Office) -> Programme:
    """A programme with its first version."""
    return add_programme(office.ports, HR, "Mentoring")


def test_what_is_typed_without_a_mistake_is_the_next_version(office: Office, scheme: Programme) -> None:
    revision = save_typed(office.ports, HR, scheme.key, {**TYPED, "bands": "500"}, 1, "Why")
    assert revision.saved is not None
    assert (revision.saved.number, revision.saved.note, revision.problems) == (2, "Why", ())
    assert policy_of(revision.saved) == Policy(programme="Mentoring", bands=(500,))


def test_a_mistake_saves_nothing(office: Office, scheme: Programme) -> None:
    revision = save_typed(office.ports, HR, scheme.key, {**TYPED, "bands": "5, 4", "floors.by": "x"}, 1, "")
    assert revision.saved is None
    assert [problem.name for problem in revision.problems] == ["bands", "floors.by"]
    assert len(list_versions(office.ports, HR, scheme.key)) == 1


def test_a_file_is_saved_or_told_by_row(office: Office, scheme: Programme) -> None:
    wrong = save_file(office.ports, HR, scheme.key, "bands = [\n", 1, "")
    assert wrong.saved is None
    assert [problem.code for problem in wrong.file_problems] == ["not-toml"]
    right = save_file(office.ports, HR, scheme.key, "bands = [500]\n", 1, "")
    assert right.saved is not None
    assert policy_of(right.saved) == Policy(bands=(500,))


def test_whoever_may_not_edit_saves_nothing(office: Office, scheme: Programme) -> None:
    with pytest.raises(NotAllowedError):
        save_typed(office.ports, AUDITOR, scheme.key, {**TYPED, "bands": "500"}, 1, "")
    with pytest.raises(NotAllowedError):
        save_file(office.ports, AUDITOR, scheme.key, "", 1, "")


def test_an_edit_of_the_latest_version_clashes_with_nothing(office: Office, scheme: Programme) -> None:
    assert find_clash(office.ports, HR, scheme.key, {**TYPED, "bands": "500"}, 1) is None


def test_two_who_edit_at_once_learn_what_each_changed_rc_07(office: Office, scheme: Programme) -> None:
    save_policy(office.ports, HR, scheme.key, Policy(programme="Mentoring", bands=(400,)), 1)
    mine = {**TYPED, "capacity.mentor_limit": "many"}
    with pytest.raises(StaleError):
        save_typed(office.ports, HR, scheme.key, {**TYPED, "capacity.mentor_limit": "7"}, 1, "")
    clash = find_clash(office.ports, HR, scheme.key, mine, 1)
    assert clash is not None
    assert clash.latest.number == 2
    assert [(one.setting, one.new) for one in clash.theirs] == [("bands", "400 points")]
    assert [(one.setting, one.old, one.new) for one in clash.mine] == [
        ("capacity.mentor_limit", "3", "many"),
        ("bands", "400 points", "350; 450; 550; 650; 750 points"),
    ]


def test_an_edit_of_a_version_that_never_was_says_only_what_is_mine(office: Office, scheme: Programme) -> None:
    clash = find_clash(office.ports, HR, scheme.key, {**TYPED, "bands": "500"}, 0)
    assert clash is not None
    assert clash.theirs == ()
    assert [one.setting for one in clash.mine] == ["bands"]
    with pytest.raises(NotFoundError):
        find_clash(office.ports, HR, 99, TYPED, 1)


def test_a_summary_says_what_decides_most() -> None:
    told = dict(summarise_policy(Policy()))
    assert told["Directions"] == "upward, downward, reverse, peer, forward"
    assert told["Rules that are switched off"] == "none"
    assert told["Weights"].endswith("Rhythm of meetings 50; 1000 together")
    assert "Most mentees of one mentor: 3" in told["Limits"]
    assert told["Access floors"] == "None: no floors"


def test_a_summary_tells_what_was_switched_off() -> None:
    closed = {direction: DirectionPolicy({}, open=False) for direction in Direction}
    policy = Policy(directions=closed, rules={RuleId.AVOID: False}, floors=FloorPolicy("level"))
    told = dict(summarise_policy(policy))
    assert told["Directions"] == "none"
    assert told["Rules that are switched off"] == "Nobody who asked not to be paired with the other"
    assert told["Access floors"] == "Levels"
