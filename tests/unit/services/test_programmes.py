"""Programmes: policies in versions that can be compared, and two people who edit at once."""

from dataclasses import replace

import pytest

from mentormatch.domain.accounts import Actor, Role
from mentormatch.domain.direction import Direction
from mentormatch.domain.policy import DirectionPolicy, Policy
from mentormatch.domain.programme import Programme
from mentormatch.errors import InputError
from mentormatch.services.audit_log import verify
from mentormatch.services.programmes import (
    Difference,
    add_programme,
    check_policy,
    compare_versions,
    differences,
    list_programmes,
    list_versions,
    policy_of,
    save_policy,
)
from mentormatch.services.refusals import ConflictError, NotAllowedError, NotFoundError, StaleError
from tests.offices import Office

HR = Actor(None, roles=frozenset({Role.HR}))
AUDITOR = Actor(None, roles=frozenset({Role.AUDITOR}))
NOBODY = Actor(None)


@pytest.fixture
def scheme(office: Office) -> Programme:
    """A programme with its first version."""
    return add_programme(office.ports, HR, "Mentoring")


def test_a_programme_begins_with_the_default_policy(office: Office, scheme: Programme) -> None:
    (version,) = list_versions(office.ports, AUDITOR, scheme.key)
    assert version.number == 1
    assert policy_of(version) == Policy(programme="Mentoring")
    assert list_programmes(office.ports, AUDITOR) == [replace(scheme, versions=1)]


def test_two_programmes_have_two_names(office: Office, scheme: Programme) -> None:
    assert scheme.name == "Mentoring"
    with pytest.raises(ConflictError, match="name already"):
        add_programme(office.ports, HR, "  ＭENTORING ")
    assert add_programme(office.ports, HR, "Mentoring  2").name == "Mentoring 2"
    assert len(list_programmes(office.ports, HR)) == 2


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\0b", "\ufdfa" * 20])
def test_a_programme_needs_a_name_that_fits(office: Office, name: str) -> None:
    with pytest.raises(InputError, match="name of at most 200"):
        add_programme(office.ports, HR, name)


def test_a_new_policy_is_a_new_version_and_the_old_one_stays(office: Office, scheme: Programme) -> None:
    changed = Policy(programme="Mentoring", bands=(500,))
    version = save_policy(office.ports, HR, scheme.key, changed, based_on=1)
    assert version.number == 2
    assert [policy_of(v) for v in list_versions(office.ports, HR, scheme.key)] == [
        changed,
        Policy(programme="Mentoring"),
    ]


def test_saving_what_is_there_already_makes_no_version(office: Office, scheme: Programme) -> None:
    version = save_policy(office.ports, HR, scheme.key, Policy(programme="Mentoring"), based_on=1)
    assert version.number == 1
    assert len(list_versions(office.ports, HR, scheme.key)) == 1


def test_a_change_of_what_only_the_optimiser_sees_is_a_version_too(office: Office, scheme: Programme) -> None:
    policy = Policy(programme="Mentoring")
    changed = replace(policy, solve=replace(policy.solve, threads=1))
    assert save_policy(office.ports, HR, scheme.key, changed, based_on=1).number == 2


def test_whoever_edits_an_old_version_is_told_rc_07(office: Office, scheme: Programme) -> None:
    save_policy(office.ports, HR, scheme.key, Policy(programme="Mentoring", bands=(500,)), based_on=1)
    with pytest.raises(StaleError) as refused:
        save_policy(office.ports, HR, scheme.key, Policy(programme="Mentoring", bands=(400,)), based_on=1)
    assert refused.value.data["version"] == 2
    assert len(list_versions(office.ports, HR, scheme.key)) == 2


def test_two_versions_differ_in_what_was_changed(office: Office, scheme: Programme) -> None:
    policy = Policy(programme="Mentoring")
    directions = {**policy.directions, Direction.PEER: DirectionPolicy({0: 1.0}, open=False)}
    changed = replace(policy, bands=(500,), directions=directions)
    save_policy(office.ports, HR, scheme.key, changed, based_on=1)
    found = {d.setting: (d.old, d.new) for d in compare_versions(office.ports, AUDITOR, scheme.key, 1, 2)}
    assert found == {
        "bands": ([350, 450, 550, 650, 750], [500]),
        "directions.peer.open": (True, False),
        "directions.peer.level_gap.-1": (0.6, None),
        "directions.peer.level_gap.1": (0.6, None),
    }
    assert compare_versions(office.ports, HR, scheme.key, 2, 2) == ()


def test_differences_name_what_only_one_side_has() -> None:
    assert list(differences({"a": 1, "t": {"x": 1}}, {"b": None, "t": {"x": 1}})) == [
        Difference("a", 1, None),
        Difference("b", None, None),
    ]


def test_a_policy_is_checked_in_the_words_of_the_command_line() -> None:
    policy, problems = check_policy("bands = 7\nunknown = 1\n")
    assert policy is None
    assert [problem.column for problem in problems] == ["unknown", "bands"]
    assert check_policy("\ud800")[0] is None
    assert check_policy("")[0] == Policy()


def test_only_hr_makes_and_only_hr_and_auditors_read(office: Office, scheme: Programme) -> None:
    for actor in (AUDITOR, NOBODY):
        with pytest.raises(NotAllowedError):
            add_programme(office.ports, actor, "Another")
        with pytest.raises(NotAllowedError):
            save_policy(office.ports, actor, scheme.key, Policy(), based_on=1)
    with pytest.raises(NotFoundError):
        list_programmes(office.ports, NOBODY)


def test_what_is_not_there_is_not_found(office: Office, scheme: Programme) -> None:
    with pytest.raises(NotFoundError):
        list_versions(office.ports, HR, 99)
    with pytest.raises(NotFoundError):
        save_policy(office.ports, HR, 99, Policy(), based_on=1)
    with pytest.raises(NotFoundError):
        compare_versions(office.ports, HR, scheme.key, 1, 9)


def test_every_version_is_in_the_log(office: Office, scheme: Programme) -> None:
    save_policy(office.ports, HR, scheme.key, Policy(programme="Mentoring", bands=(500,)), based_on=1)
    assert office.actions() == ["policy-saved", "programme-added", "policy-saved"]
    assert verify(office.ports).is_sound
