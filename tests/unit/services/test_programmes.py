"""Programmes: policies in versions that can be compared, and two people who edit at once."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from mentormatch.domain.accounts import Actor, Role
from mentormatch.domain.direction import Direction
from mentormatch.domain.policy import DirectionPolicy, Policy
from mentormatch.domain.programme import NOTE_LENGTH, Programme, RoundDates, RoundRecord, RoundState
from mentormatch.errors import InputError
from mentormatch.services.audit_log import verify
from mentormatch.services.ports import Ports
from mentormatch.services.programmes import (
    add_programme,
    archive_programme,
    check_policy,
    compare_versions,
    list_programmes,
    list_versions,
    policy_of,
    rename_programme,
    restore_programme,
    save_policy,
    show_programme,
    show_version,
)
from mentormatch.services.refusals import ConflictError, NotAllowedError, NotFoundError, StaleError
from tests.offices import START, Office

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
        "bands": ("350; 450; 550; 650; 750 points", "500 points"),
        "directions.peer.open": ("on", "off"),
        "directions.peer.level_gap.-1": ("0.6", "not allowed"),
        "directions.peer.level_gap.1": ("0.6", "not allowed"),
    }
    assert compare_versions(office.ports, HR, scheme.key, 2, 2) == ()


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


def a_round(scheme: Programme, state: RoundState) -> RoundRecord:
    """Return a round of a programme."""
    return RoundRecord(0, scheme.key, 1, f"Round {state}", state, RoundDates(), "seed", "0" * 64, 1, START)


def test_a_note_says_why_and_stays_out_of_the_log(office: Office, scheme: Programme) -> None:
    changed = Policy(programme="Mentoring", bands=(500,))
    version = save_policy(office.ports, HR, scheme.key, changed, 1, "  Agreed with\n the council ")
    assert version.note == "Agreed with the council"
    assert [v.note for v in list_versions(office.ports, HR, scheme.key)] == ["Agreed with the council", ""]
    assert "council" not in str(office.store.read(lambda unit: unit.audit_log.after(0, 10)))


@pytest.mark.parametrize("note", ["x" * (NOTE_LENGTH + 1), "a\0b"])
def test_a_note_that_does_not_fit_is_refused_and_nothing_is_saved(office: Office, scheme: Programme, note: str) -> None:
    with pytest.raises(InputError) as refused:
        save_policy(office.ports, HR, scheme.key, Policy(bands=(500,)), 1, note)
    assert refused.value.data["field"] == "note"
    assert len(list_versions(office.ports, HR, scheme.key)) == 1


def test_a_programme_gets_another_name_and_its_policy_keeps_its_own(office: Office, scheme: Programme) -> None:
    rename_programme(office.ports, HR, scheme.key, " Mentoring  for all ")
    card = show_programme(office.ports, AUDITOR, scheme.key)
    assert card.programme.name == "Mentoring for all"
    assert policy_of(card.versions[0]).programme == "Mentoring"
    assert office.actions()[-1] == "programme-renamed"
    rename_programme(office.ports, HR, scheme.key, "Mentoring for all")
    assert office.actions().count("programme-renamed") == 1


def test_a_programme_keeps_its_name_when_another_has_the_new_one(office: Office, scheme: Programme) -> None:
    add_programme(office.ports, HR, "Other")
    with pytest.raises(ConflictError, match="name already"):
        rename_programme(office.ports, HR, scheme.key, "OTHER")
    with pytest.raises(InputError, match="at most 200"):
        rename_programme(office.ports, HR, scheme.key, " ")
    assert show_programme(office.ports, HR, scheme.key).programme.name == "Mentoring"


def test_an_archived_programme_is_not_changed_until_it_is_back(office: Office, scheme: Programme) -> None:
    for _ in range(2):
        archive_programme(office.ports, HR, scheme.key)
    assert show_programme(office.ports, HR, scheme.key).programme.is_archived
    with pytest.raises(ConflictError, match="bring it back"):
        save_policy(office.ports, HR, scheme.key, Policy(bands=(500,)), based_on=1)
    for _ in range(2):
        restore_programme(office.ports, HR, scheme.key)
    assert save_policy(office.ports, HR, scheme.key, Policy(bands=(500,)), based_on=1).number == 2
    assert office.actions()[-3:] == ["programme-archived", "programme-restored", "policy-saved"]


@pytest.mark.parametrize("state", list(RoundState))
def test_a_programme_is_archived_only_when_no_round_is_under_way(
    office: Office, scheme: Programme, state: RoundState
) -> None:
    office.store.write(lambda unit: unit.rounds.add(a_round(scheme, state)))
    if state in (RoundState.DRAFT, RoundState.CLOSED_OUT):
        archive_programme(office.ports, HR, scheme.key)
    else:
        with pytest.raises(ConflictError, match=f"The round Round {state} is under way"):
            archive_programme(office.ports, HR, scheme.key)
    assert show_programme(office.ports, HR, scheme.key).programme.is_archived == (
        state in (RoundState.DRAFT, RoundState.CLOSED_OUT)
    )


def test_a_card_names_authors_to_hr_and_nobody_to_auditors_az_08(office: Office, scheme: Programme) -> None:
    actor = office.actor(Role.HR, email="hr@company.example")
    save_policy(office.ports, actor, scheme.key, Policy(bands=(500,)), based_on=1)
    assert show_programme(office.ports, HR, scheme.key).authors == {actor.user_key: "hr@company.example"}
    assert show_programme(office.ports, AUDITOR, scheme.key).authors == {}


def test_one_version_is_shown_to_those_who_may_read(office: Office, scheme: Programme) -> None:
    assert show_version(office.ports, AUDITOR, scheme.key, 1).number == 1
    for actor, number in ((HR, 2), (HR, 0), (NOBODY, 1)):
        with pytest.raises(NotFoundError):
            show_version(office.ports, actor, scheme.key, number)


@pytest.mark.parametrize("change", [archive_programme, restore_programme])
def test_only_hr_puts_away_and_brings_back(
    office: Office, scheme: Programme, change: Callable[[Ports, Actor, int], None]
) -> None:
    for actor in (AUDITOR, NOBODY):
        with pytest.raises(NotAllowedError):
            change(office.ports, actor, scheme.key)
        with pytest.raises(NotAllowedError):
            rename_programme(office.ports, actor, scheme.key, "Another")
    with pytest.raises(NotFoundError):
        change(office.ports, HR, 99)
