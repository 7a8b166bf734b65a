"""Users as administrators see them, what they may do with one, and inviting everybody."""

from collections.abc import Callable

import pytest

from mentormatch.domain.accounts import Actor, Role, TokenKind, UserState
from mentormatch.errors import InputError
from mentormatch.services import accounts, sign_in, users
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.ports import Ports
from mentormatch.services.refusals import ConfirmationNeededError, ConflictError, NotAllowedError, NotFoundError
from mentormatch.services.stored import UsersQuery
from mentormatch.services.users import InvitationPreview
from tests.factories import a_person
from tests.offices import ORIGIN, PASSWORD, Office, with_limits

ANN = "ann@company.example"
SENSITIVE: dict[str, Callable[[Ports, Actor, int], object]] = {
    "invite": lambda ports, actor, _key: accounts.invite(ports, actor, "new@company.example"),
    "grant": lambda ports, actor, key: accounts.grant_role(ports, actor, key, Role.HR),
    "revoke": lambda ports, actor, key: accounts.revoke_role(ports, actor, key, Role.HR),
    "disable": lambda ports, actor, key: accounts.set_disabled(ports, actor, key, True),
    "enable": lambda ports, actor, key: accounts.set_disabled(ports, actor, key, False),
    "invite again": users.invite_again,
    "preview": lambda ports, actor, _key: users.preview_invitations(ports, actor),
    "invite everybody": lambda ports, actor, _key: users.invite_people(ports, actor),
}
"""Steps that need the password of a short time ago."""


def letters_to(office: Office, user_key: int) -> int:
    """Return how many invitations to a user wait in the outbox."""
    due = office.store.read(lambda unit: unit.outbox.due(office.clock.now(), 100))
    return sum(letter.user_key == user_key and letter.kind == TokenKind.INVITATION for letter in due)


@pytest.mark.parametrize("name", SENSITIVE)
def test_a_sensitive_step_asks_for_the_password_again_se_09(office: Office, name: str) -> None:
    administrator = office.actor(Role.ADMINISTRATOR)
    invited = accounts.invite(office.ports, COMMAND_LINE, ANN)
    before = office.actions()
    office.clock.move(minutes=16)
    with pytest.raises(ConfirmationNeededError):
        SENSITIVE[name](office.ports, administrator, invited.key)
    assert office.actions() == before
    again = sign_in.confirm(office.ports, administrator, PASSWORD, ORIGIN).actor
    SENSITIVE[name](office.ports, again, invited.key)


@pytest.mark.parametrize("name", SENSITIVE)
@pytest.mark.parametrize("roles", [(), (Role.HR,), (Role.AUDITOR,)], ids=str)
def test_only_administrators_take_these_steps(office: Office, name: str, roles: tuple[Role, ...]) -> None:
    actor = office.actor(*roles)
    before = office.actions()
    with pytest.raises(NotAllowedError):
        SENSITIVE[name](office.ports, actor, 1)
    assert office.actions() == before


def test_only_administrators_see_who_may_log_in(office: Office) -> None:
    actor = office.actor(Role.HR)
    for look in (
        lambda: users.find_users(office.ports, actor, UsersQuery()),
        lambda: users.find_user(office.ports, actor, "hr@company.example"),
        lambda: users.show_user(office.ports, actor, actor.user_key or 0),
    ):
        with pytest.raises(NotFoundError):
            look()


def test_a_page_holds_as_many_users_as_the_settings_say(office: Office) -> None:
    administrator = office.actor(Role.ADMINISTRATOR)
    for number in range(7):
        office.user(email=f"user{number}@company.example")
    found = users.find_users(with_limits(office, page_rows=5), administrator, UsersQuery())
    assert (len(found.users), found.total) == (5, 8)


def test_a_card_shows_the_id_of_the_person_and_the_running_sessions(office: Office) -> None:
    administrator = office.actor(Role.ADMINISTRATOR)
    office.employ(a_person("P7", email=ANN))
    ann = office.actor(email=ANN)
    card = users.show_user(office.ports, administrator, ann.user_key or 0)
    assert (card.user.email, card.person_id) == (ANN, "P7")
    assert [session.key for session in card.sessions] == [ann.session_key]
    assert users.show_user(office.ports, administrator, administrator.user_key or 0).person_id == ""
    with pytest.raises(NotFoundError):
        users.show_user(office.ports, administrator, 999)


def test_an_administrator_ends_every_session_of_somebody_whose_device_is_lost_se_08(office: Office) -> None:
    administrator = office.actor(Role.ADMINISTRATOR)
    office.user(email=ANN)
    ids = [sign_in.log_in(office.ports, ANN, PASSWORD, ORIGIN).session_id for _ in range(2)]
    key = users.find_user(office.ports, administrator, " ANN@company.example ").key
    assert users.end_all_sessions(office.ports, administrator, key) == 2
    assert [sign_in.resume(office.ports, session_id) for session_id in ids] == [None, None]
    last = office.store.read(lambda unit: unit.audit_log.page("", None, 1))[0]
    assert (last.action, last.subject, last.data) == ("sessions-ended", f"user:{key}", {"sessions_ended": 2})


def test_ending_all_ones_own_sessions_leaves_the_one_in_use(office: Office) -> None:
    administrator = office.actor(Role.ADMINISTRATOR)
    sign_in.log_in(office.ports, "administrator@company.example", PASSWORD, ORIGIN)
    key = administrator.user_key or 0
    assert users.end_all_sessions(office.ports, administrator, key) == 1
    assert [one.key for one in sign_in.list_sessions(office.ports, administrator, key)] == [administrator.session_key]


def test_nobody_ends_the_sessions_of_others_without_the_role(office: Office) -> None:
    other = office.user(email=ANN)
    with pytest.raises(NotFoundError):
        users.end_all_sessions(office.ports, office.actor(Role.HR), other.key)


def test_an_invitation_is_sent_again_and_again(office: Office) -> None:
    invited = accounts.invite(office.ports, COMMAND_LINE, ANN)
    for _ in range(2):
        users.invite_again(office.ports, COMMAND_LINE, invited.key)
    assert letters_to(office, invited.key) == 3
    assert office.jobs.asked == [("letters", 0)] * 2
    assert office.actions().count("user-invited-again") == 2


def test_only_whoever_has_no_password_yet_is_invited_again(office: Office) -> None:
    active = office.user(email=ANN)
    with pytest.raises(ConflictError, match="no password yet"):
        users.invite_again(office.ports, COMMAND_LINE, active.key)
    with pytest.raises(NotFoundError):
        users.invite_again(office.ports, COMMAND_LINE, 999)
    assert office.jobs.asked == []


def test_a_user_is_found_by_their_whole_address(office: Office) -> None:
    user = office.user(email=ANN)
    assert users.find_user(office.ports, COMMAND_LINE, "ＡＮＮ@company.example").key == user.key
    with pytest.raises(NotFoundError):
        users.find_user(office.ports, COMMAND_LINE, "bob@company.example")
    with pytest.raises(InputError):
        users.find_user(office.ports, COMMAND_LINE, "ann")


def test_everybody_with_an_address_of_their_own_is_invited(office: Office) -> None:
    keys = office.employ(
        a_person("a", email="Ann@x.example"),
        a_person("b", email="both@x.example"),
        a_person("c", email="both@x.example"),
        a_person("d", email="no address"),
        a_person("e", email=""),
    )
    assert users.preview_invitations(office.ports, COMMAND_LINE) == InvitationPreview(ready=1, shared=2, unusable=1)
    assert users.invite_people(office.ports, COMMAND_LINE) == 1
    ann = users.find_user(office.ports, COMMAND_LINE, "ann@x.example")
    assert (ann.person_key, ann.state, ann.roles) == (keys["a"], UserState.INVITED, frozenset())
    assert letters_to(office, ann.key) == 1
    assert users.preview_invitations(office.ports, COMMAND_LINE).ready == 0
    assert office.jobs.asked == [("letters", 0)]


def test_whoever_was_invited_with_everybody_chooses_a_password(office: Office) -> None:
    office.employ(a_person("a", email=ANN))
    users.invite_people(office.ports, COMMAND_LINE)
    key = users.find_user(office.ports, COMMAND_LINE, ANN).key
    token = accounts.make_token(office.ports, TokenKind.INVITATION, key)
    accounts.set_password_by_token(office.ports, TokenKind.INVITATION, token, PASSWORD)
    assert sign_in.log_in(office.ports, ANN, PASSWORD, ORIGIN).actor.person_key is not None


def test_one_entry_tells_which_users_were_invited_together(office: Office) -> None:
    office.employ(a_person("a", email=ANN), a_person("b", email="bob@company.example"))
    users.invite_people(office.ports, COMMAND_LINE)
    last = office.store.read(lambda unit: unit.audit_log.page("", None, 1))[0]
    assert (last.action, last.subject, last.data) == ("people-invited", "users", {"count": 2, "first": 1, "last": 2})


def test_nobody_left_to_invite_is_no_event(office: Office) -> None:
    assert users.invite_people(office.ports, COMMAND_LINE) == 0
    assert (office.actions(), office.jobs.asked) == ([], [])
