"""Users: invitations, first and new passwords, roles, and the first administrator."""

from pathlib import Path

import pytest

from mentormatch.domain.accounts import Role, TokenKind, UserState
from mentormatch.errors import InputError, RefusedError
from mentormatch.services import accounts, sign_in
from mentormatch.services.accounts import LINK_SENTENCE
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.refusals import (
    ConflictError,
    LogInRefusedError,
    NotAllowedError,
    NotFoundError,
    TooManyAttemptsError,
)
from tests.factories import a_person
from tests.offices import ORIGIN, PASSWORD, Office, sentence_of

ANN = "ann@company.example"
NEW = "another mountain of green tea"


def refuse_token(office: Office, kind: TokenKind, token: str) -> str:
    """Return the sentence with which a token is refused, which must set no password."""
    with pytest.raises(RefusedError) as refused:
        accounts.set_password_by_token(office.ports, kind, token, NEW)
    return sentence_of(refused)


def test_an_invited_user_chooses_a_password_and_logs_in(office: Office) -> None:
    invited = accounts.invite(office.ports, COMMAND_LINE, "Ann@Company.example", frozenset({Role.HR}))
    assert invited.email == ANN
    token = accounts.make_token(office.ports, TokenKind.INVITATION, invited.key)
    accounts.set_password_by_token(office.ports, TokenKind.INVITATION, token, PASSWORD)
    assert sign_in.log_in(office.ports, ANN, PASSWORD, ORIGIN).actor.roles == {Role.HR}


def test_an_invitation_logs_nobody_in_by_itself_au_08(office: Office) -> None:
    user = office.user(email=ANN)
    assert office.store.read(lambda unit: unit.accounts.running_sessions(user.key)) == []


def test_an_invited_user_is_tied_to_the_person_with_the_address(office: Office) -> None:
    keys = office.employ(a_person("P", email="ANN@company.example"), a_person("Q", email="q@company.example"))
    assert accounts.invite(office.ports, COMMAND_LINE, ANN).key
    user = office.store.read(lambda unit: unit.accounts.by_email(ANN))
    assert user is not None
    assert user.person_key == keys["P"]


def test_an_address_that_two_people_share_ties_to_neither(office: Office) -> None:
    office.employ(a_person("P", email=ANN), a_person("Q", email=ANN))
    accounts.invite(office.ports, COMMAND_LINE, ANN)
    user = office.store.read(lambda unit: unit.accounts.by_email(ANN))
    assert user is not None
    assert user.person_key is None


@pytest.mark.parametrize("email", ["", "ann", "a@b", "a@b.c\r\nBcc: x@y.z", "a\0@b.example", "x" * 250 + "@b.example"])
def test_what_is_no_address_is_not_invited_wb_09(office: Office, email: str) -> None:
    with pytest.raises(InputError, match="not an e-mail address"):
        accounts.invite(office.ports, COMMAND_LINE, email)
    assert office.actions() == []


def test_nobody_is_invited_twice_bl_01(office: Office) -> None:
    accounts.invite(office.ports, COMMAND_LINE, ANN)
    with pytest.raises(ConflictError, match="already"):
        accounts.invite(office.ports, COMMAND_LINE, "  ＡＮＮ@company.example")


def test_an_employee_invites_nobody(office: Office) -> None:
    with pytest.raises(NotAllowedError):
        accounts.invite(office.ports, office.actor(), ANN)


@pytest.mark.parametrize("kind", [TokenKind.INVITATION, TokenKind.RESET])
def test_a_token_works_once_au_08(office: Office, kind: TokenKind) -> None:
    user = office.user(email=ANN) if kind is TokenKind.RESET else accounts.invite(office.ports, COMMAND_LINE, ANN)
    token = accounts.make_token(office.ports, kind, user.key)
    accounts.set_password_by_token(office.ports, kind, token, PASSWORD)
    assert refuse_token(office, kind, token) == LINK_SENTENCE


def test_a_reset_token_dies_in_every_other_way_too_au_08(office: Office) -> None:
    user = office.user(email=ANN)

    def make() -> str:
        return accounts.make_token(office.ports, TokenKind.RESET, user.key)

    first, second = make(), make()
    assert refuse_token(office, TokenKind.RESET, first) == LINK_SENTENCE  # a second one was asked for
    assert refuse_token(office, TokenKind.RESET, second[:-1] + "A" * (second[-1] != "A")) == LINK_SENTENCE
    assert refuse_token(office, TokenKind.INVITATION, second) == LINK_SENTENCE  # of another kind
    office.clock.move(minutes=60)
    assert refuse_token(office, TokenKind.RESET, second) == LINK_SENTENCE  # too old
    third = make()
    admission = sign_in.log_in(office.ports, ANN, PASSWORD, ORIGIN)
    assert refuse_token(office, TokenKind.RESET, admission.session_id) == LINK_SENTENCE
    accounts.change_password(office.ports, admission.actor, PASSWORD, NEW, ORIGIN)
    assert refuse_token(office, TokenKind.RESET, third) == LINK_SENTENCE  # the password was changed
    assert sign_in.log_in(office.ports, ANN, NEW, ORIGIN).session_id


def test_a_token_is_stored_as_its_hash_alone_au_08(office: Office) -> None:
    user = office.user(email=ANN)
    token = accounts.make_token(office.ports, TokenKind.RESET, user.key)
    hashed = office.ports.secrets.hash(token)
    assert office.store.read(lambda unit: unit.tokens.is_good(TokenKind.RESET, hashed, office.clock.now()))
    assert token.encode() not in Path(str(office.store.engine.url.database)).read_bytes()


def test_a_wrong_token_costs_no_hash(office: Office) -> None:
    before = office.passwords.computed
    assert refuse_token(office, TokenKind.RESET, "made up") == LINK_SENTENCE
    assert office.passwords.computed == before


def test_a_bad_password_leaves_the_token_good_au_07(office: Office) -> None:
    user = accounts.invite(office.ports, COMMAND_LINE, ANN)
    token = accounts.make_token(office.ports, TokenKind.INVITATION, user.key)
    for password in ("short", "ann@company.example1"):
        with pytest.raises(InputError):
            accounts.set_password_by_token(office.ports, TokenKind.INVITATION, token, password)
    assert accounts.set_password_by_token(office.ports, TokenKind.INVITATION, token, PASSWORD).key == user.key


def test_a_reset_ends_every_session_and_opens_a_closed_account_au_05(office: Office) -> None:
    user = office.user(email=ANN)
    session_id = sign_in.log_in(office.ports, ANN, PASSWORD, ORIGIN).session_id
    for number in range(11):
        with pytest.raises((LogInRefusedError, TooManyAttemptsError)):
            sign_in.log_in(office.ports, ANN, "wrong", sign_in.Origin(f"192.0.2.{number}"))
    token = accounts.make_token(office.ports, TokenKind.RESET, user.key)
    accounts.set_password_by_token(office.ports, TokenKind.RESET, token, NEW)
    assert sign_in.resume(office.ports, session_id) is None
    assert sign_in.log_in(office.ports, ANN, NEW, sign_in.Origin("198.51.100.1")).session_id


def test_asking_for_a_reset_looks_the_same_for_everybody_au_03(office: Office) -> None:
    office.user(email=ANN)
    accounts.request_reset(office.ports, ANN, ORIGIN.address)
    accounts.request_reset(office.ports, "nobody@company.example", ORIGIN.address)
    accounts.request_reset(office.ports, "no address \0\ud800", ORIGIN.address)
    assert office.actions()[-3:] == ["reset-requested"] * 3
    due = office.store.read(lambda unit: unit.outbox.due(office.clock.now(), 10))
    assert [letter.kind for letter in due] == ["invitation", "reset"]


def test_resets_are_limited_too_au_04(office: Office) -> None:
    for _ in range(10):
        accounts.request_reset(office.ports, ANN, ORIGIN.address)
    with pytest.raises(TooManyAttemptsError):
        accounts.request_reset(office.ports, ANN, "198.51.100.1")


def test_a_new_password_that_will_not_do_uses_no_attempt_up(office: Office) -> None:
    actor = office.actor(email=ANN)
    for _ in range(15):
        with pytest.raises(InputError):
            accounts.change_password(office.ports, actor, PASSWORD, "short", ORIGIN)
    for _ in range(15):
        accounts.change_password(office.ports, actor, PASSWORD, PASSWORD, ORIGIN)


def test_guessing_the_old_password_in_a_stolen_session_is_limited(office: Office) -> None:
    actor = office.actor(email=ANN)
    for number in range(9):
        with pytest.raises(NotAllowedError):
            accounts.change_password(office.ports, actor, "wrong", NEW, sign_in.Origin(f"192.0.2.{number}"))
    for number in range(2):
        with pytest.raises((NotAllowedError, TooManyAttemptsError)):
            accounts.change_password(office.ports, actor, "wrong", NEW, sign_in.Origin(f"198.51.100.{number}"))
    with pytest.raises(TooManyAttemptsError):
        accounts.change_password(office.ports, actor, PASSWORD, NEW, sign_in.Origin("203.0.113.1"))


def test_nobody_grants_themselves_a_role(office: Office) -> None:
    administrator = office.actor(Role.ADMINISTRATOR)
    key = administrator.user_key or 0
    for change in (accounts.grant_role, accounts.revoke_role):
        with pytest.raises(NotAllowedError):
            change(office.ports, administrator, key, Role.HR)
    with pytest.raises(NotAllowedError):
        accounts.set_disabled(office.ports, administrator, key, True)


def test_a_role_is_granted_once_and_taken_away(office: Office) -> None:
    administrator = office.actor(Role.ADMINISTRATOR)
    ann = office.user(email=ANN)
    for _ in range(2):
        accounts.grant_role(office.ports, administrator, ann.key, Role.HR)
    assert office.actions().count("role-granted") == 1
    for _ in range(2):
        accounts.revoke_role(office.ports, administrator, ann.key, Role.HR)
    assert office.actions().count("role-revoked") == 1
    with pytest.raises(NotFoundError):
        accounts.grant_role(office.ports, administrator, 999, Role.HR)


def test_users_are_listed_with_their_roles_for_administrators_alone(office: Office) -> None:
    administrator = office.actor(Role.ADMINISTRATOR)
    office.user(Role.HR, Role.AUDITOR, email=ANN)
    listed = accounts.list_users(office.ports, administrator)
    assert [(user.email, user.roles) for user in listed] == [
        ("administrator@company.example", frozenset({Role.ADMINISTRATOR})),
        (ANN, frozenset({Role.HR, Role.AUDITOR})),
    ]
    with pytest.raises(NotFoundError):
        accounts.list_users(office.ports, office.actor(Role.HR, email="hr@company.example"))


def test_an_enabled_user_comes_back_as_what_they_were(office: Office) -> None:
    invited = accounts.invite(office.ports, COMMAND_LINE, ANN)
    active = office.user(email="bob@company.example")
    for user in (invited, active):
        accounts.set_disabled(office.ports, COMMAND_LINE, user.key, True)
        with pytest.raises(NotFoundError):
            accounts.make_token(office.ports, TokenKind.RESET, user.key)
        accounts.set_disabled(office.ports, COMMAND_LINE, user.key, False)
    states = {user.key: user.state for user in accounts.list_users(office.ports, COMMAND_LINE)}
    assert states == {invited.key: UserState.INVITED, active.key: UserState.ACTIVE}


def test_the_first_administrator_comes_from_a_token_and_only_once_au_11(office: Office) -> None:
    assert accounts.list_users(office.ports, COMMAND_LINE) == ()  # there is no account that comes with the portal
    token = accounts.make_first_administrator_token(office.ports)
    user = accounts.accept_first_administrator(office.ports, token, ANN, PASSWORD)
    assert sign_in.log_in(office.ports, ANN, PASSWORD, ORIGIN).actor.roles == {Role.ADMINISTRATOR}
    with pytest.raises(RefusedError, match="does not work"):
        accounts.accept_first_administrator(office.ports, token, "eve@company.example", PASSWORD)
    with pytest.raises(ConflictError, match="administrator already"):
        accounts.make_first_administrator_token(office.ports)
    assert user.key


def test_the_token_of_the_first_administrator_is_good_for_an_hour_and_until_the_next_au_11(office: Office) -> None:
    first = accounts.make_first_administrator_token(office.ports)
    second = accounts.make_first_administrator_token(office.ports)
    with pytest.raises(RefusedError, match="does not work"):
        accounts.accept_first_administrator(office.ports, first, ANN, PASSWORD)
    office.clock.move(minutes=60)
    with pytest.raises(RefusedError, match="does not work"):
        accounts.accept_first_administrator(office.ports, second, ANN, PASSWORD)


def test_every_change_of_a_user_is_in_the_log_al_05(office: Office) -> None:
    user = office.user(email=ANN)
    accounts.grant_role(office.ports, COMMAND_LINE, user.key, Role.HR)
    accounts.revoke_role(office.ports, COMMAND_LINE, user.key, Role.HR)
    accounts.set_disabled(office.ports, COMMAND_LINE, user.key, True)
    accounts.set_disabled(office.ports, COMMAND_LINE, user.key, False)
    assert office.actions() == [
        "user-invited",
        "password-by-invitation",
        "role-granted",
        "role-revoked",
        "user-disabled",
        "user-enabled",
    ]
