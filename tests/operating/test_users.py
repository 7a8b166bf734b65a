"""mentormatch user: the first administrator and everybody else come in through one-time links."""

import re

import pytest
from click.testing import Result

from mentormatch.bootstrap import open_site
from mentormatch.domain.accounts import Role, TokenKind
from mentormatch.errors import RefusedError
from mentormatch.services.accounts import accept_first_administrator, set_password_by_token
from tests.cli.command import run
from tests.offices import PASSWORD

LINK = re.compile(r"http://127\.0\.0\.1:8000/(invitation|first-administrator)/([\w-]{43})\n")

pytestmark = pytest.mark.usefixtures("installation")


def token_in(result: Result, kind: TokenKind) -> str:
    """Return the token of the link that a command printed, which must be all that it printed."""
    assert result.exit_code == 0, result.stderr
    link = LINK.fullmatch(result.stdout)
    assert link is not None, result.stdout
    assert link[1] == kind
    return link[2]


def test_the_first_administrator_signs_up_with_the_link_that_is_printed() -> None:
    result = run("user", "first-administrator")
    assert result.stderr == "The link works once, for 60 minutes.\n"
    token = token_in(result, TokenKind.FIRST_ADMINISTRATOR)
    with open_site() as site:
        made = accept_first_administrator(site.ports, token, "root@x.example", PASSWORD)
    listed = run("user", "list").stdout
    assert made.email in listed
    assert "administrator" in listed


def test_there_is_no_second_first_administrator() -> None:
    token = token_in(run("user", "first-administrator"), TokenKind.FIRST_ADMINISTRATOR)
    with open_site() as site:
        accept_first_administrator(site.ports, token, "root@x.example", PASSWORD)
    again = run("user", "first-administrator")
    assert (again.exit_code, again.stdout) == (1, "")
    assert again.stderr == "There is an administrator already; they can invite others.\n"


def test_an_invitation_without_a_mail_server_is_a_link_to_hand_over() -> None:
    result = run("user", "invite", "Ann@X.example", "--role", "hr", "--role", "auditor")
    token = token_in(result, TokenKind.INVITATION)
    assert result.stderr == "Hand the link to ann@x.example; it works once, for 168 hours.\n"
    with open_site() as site:
        user = set_password_by_token(site.ports, TokenKind.INVITATION, token, PASSWORD)
    assert user.email == "ann@x.example"
    assert user.roles == {Role.HR, Role.AUDITOR}


def test_an_invitation_with_a_mail_server_goes_out_as_a_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MENTORMATCH_MAIL__HOST", "mail.company.example")
    result = run("user", "invite", "ann@x.example", "--role", "hr")
    assert (result.exit_code, result.stdout) == (0, "A letter goes out to ann@x.example.\n")
    with open_site() as site:
        letters = site.ports.store.read(lambda unit: unit.outbox.due(site.ports.clock.now(), 10))
        waiting = len(site.queue.huey)
    assert [letter.kind for letter in letters] == [TokenKind.INVITATION]
    assert waiting == 1


def test_whoever_is_invited_already_is_not_invited_again() -> None:
    assert run("user", "invite", "ann@x.example").exit_code == 0
    again = run("user", "invite", "ANN@x.example")
    assert (again.exit_code, again.stdout) == (1, "")
    assert again.stderr == "There is a user with this e-mail address already.\n"


def test_whoever_has_no_password_yet_gets_a_new_link_and_the_old_one_stops_working() -> None:
    first = token_in(run("user", "invite", "ann@x.example"), TokenKind.INVITATION)
    second = token_in(run("user", "invite", "--again", " ANN@x.example"), TokenKind.INVITATION)
    with open_site() as site:
        with pytest.raises(RefusedError, match="does not work"):
            set_password_by_token(site.ports, TokenKind.INVITATION, first, PASSWORD)
        set_password_by_token(site.ports, TokenKind.INVITATION, second, PASSWORD)
    late = run("user", "invite", "--again", "ann@x.example")
    assert (late.exit_code, late.stdout) == (1, "")
    assert late.stderr.startswith("Only somebody who has no password yet is invited again")


def test_inviting_again_needs_a_user_and_changes_no_role() -> None:
    assert run("user", "invite", "--again", "ann@x.example").stderr == "There is no such user.\n"
    refused = run("user", "invite", "--again", "--role", "hr", "ann@x.example")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "keeps their roles" in refused.stderr


@pytest.mark.parametrize("email", ["ann", "ann@", "a b@x.example", "ann@x.example\nBcc: all@x.example"])
def test_what_is_no_address_is_not_invited(email: str) -> None:
    result = run("user", "invite", email)
    assert result.exit_code == 2
    assert result.stderr.startswith("This is not an e-mail address")


def test_a_role_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    result = run("user", "invite", "ann@x.example", "--role", "king")
    assert result.exit_code == 2
    assert "'hr', 'auditor', 'administrator'" in result.stderr


def test_the_list_names_state_and_roles_and_whoever_has_none_is_an_employee() -> None:
    run("user", "invite", "ann@x.example", "--role", "hr")
    run("user", "invite", "bob@x.example")
    rows = [line.split() for line in run("user", "list").stdout.splitlines() if "@" in line]
    assert rows == [["ann@x.example", "invited", "hr"], ["bob@x.example", "invited", "employee"]]
