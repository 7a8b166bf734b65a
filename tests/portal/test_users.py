"""The pages of users: the list, invitations, roles, and the log-ins of others."""

import re

import pytest
from werkzeug.test import TestResponse

from mentormatch.domain.accounts import Role, User, UserState
from mentormatch.domain.people import Person
from mentormatch.services import accounts
from mentormatch.services.permissions import COMMAND_LINE
from tests.databases import Statements
from tests.pages import Portal, said

PATHS = ("/users", "/users/1", "/users/invite", "/users/invite-everybody")
STEPS = (
    "/users/1/grant/hr",
    "/users/1/revoke/hr",
    "/users/1/disable",
    "/users/1/erase",
    "/users/1/enable",
    "/users/1/invite",
    "/users/1/sessions/end",
    "/users/1/sessions/1/end",
    "/users/invite",
    "/users/invite-everybody",
)


def user_of(portal: Portal, role: str) -> User:
    """Return the user of a role as they are stored."""
    user = portal.office.store.read(lambda unit: unit.accounts.by_email(f"{role}@company.example"))
    assert user is not None
    return user


def step(portal: Portal, role: str, path: str) -> TestResponse:
    """Let the administrator take a step with the user of a role, and see the page after it."""
    key = user_of(portal, role).key
    return portal.member("administrator").post(f"/users/{key}/{path}", page=f"/users/{key}", follow_redirects=True)


@pytest.mark.parametrize("role", ["employee", "manager", "hr", "auditor"])
def test_for_others_there_are_no_pages_of_users(portal: Portal, role: str) -> None:
    visitor = portal.member(role)
    before = len(portal.office.actions())
    assert {visitor.get(path).status_code for path in PATHS} == {404}
    assert {visitor.post(path, {"email": "x@x.example", "agreed": "y"}).status_code for path in STEPS} == {404}
    assert len(portal.office.actions()) == before


def test_the_list_says_who_may_log_in_in_which_roles_and_since_when(portal: Portal) -> None:
    accounts.invite(portal.office.ports, COMMAND_LINE, "new@company.example")
    page = said(portal.member("administrator").get("/users"))
    assert "administrator@company.example active Administrator 2 Nov 2026, 09:00 UTC" in page
    assert "hr@company.example active HR –" in page
    assert "employee@company.example active Employee –" in page
    assert "new@company.example invited, no password yet Employee –" in page
    assert "1–6 of 6" in page


def test_the_list_is_searched_and_filtered(portal: Portal) -> None:
    administrator = portal.member("administrator")
    found = administrator.get("/users?search=AUDITOR%40&state=active&role=auditor")
    assert "1–1 of 1" in said(found)
    assert "No user is like that." in said(administrator.get("/users?search=nobody"))
    odd = administrator.get("/users?state=erased'&role=king&page=-4")
    assert "1–5 of 5" in said(odd)
    assert administrator.get(f"/users?page={'9' * 30}&search=%00").status_code == 200


def test_the_links_to_further_pages_keep_the_search(portal: Portal) -> None:
    for number in range(60):
        accounts.invite(portal.office.ports, COMMAND_LINE, f"guest{number:02}@company.example")
    administrator = portal.member("administrator")
    first = administrator.get("/users?search=guest&state=invited")
    link = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert link
    assert "guest59@company.example" in administrator.get(link[1].replace("&amp;", "&")).text


def test_the_list_asks_the_database_as_often_whatever_its_length(portal: Portal) -> None:
    administrator = portal.member("administrator")
    counts = []
    for number in range(30):
        if number in (0, 29):
            with Statements(portal.office.store.engine) as statements:
                administrator.get("/users")
            counts.append(len(statements.seen))
        portal.office.user(Role.HR, email=f"more{number}@company.example")
    assert counts[0] == counts[1]


def test_an_invited_user_gets_a_letter_and_their_roles(portal: Portal) -> None:
    administrator = portal.member("administrator")
    data = {"email": "New@Company.example", "hr": "y", "auditor": "y"}
    answer = administrator.post("/users/invite", data, page="/users/invite")
    new = user_of(portal, "new")
    assert answer.location == f"/users/{new.key}"
    assert new.state is UserState.INVITED
    assert new.roles == {Role.HR, Role.AUDITOR}
    assert portal.office.jobs.asked == [("letters", 0)]
    assert "Invited." in said(administrator.get(answer.location))


@pytest.mark.parametrize(
    ("email", "sentence"), [("ann", "not an e-mail"), ("hr@company.example", "already"), ("", "Type")]
)
def test_what_cannot_be_invited_is_said_beside_the_address(portal: Portal, email: str, sentence: str) -> None:
    data = {"email": email, "auditor": "y"}
    answer = portal.member("administrator").post("/users/invite", data, page="/users/invite")
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert re.search(r'<input[^>]*checked[^>]*name="auditor"', answer.text)  # what was ticked stays ticked


def test_without_a_mail_server_the_page_says_how_to_hand_over_a_link_and_shows_none(portal: Portal) -> None:
    new = accounts.invite(portal.office.ports, COMMAND_LINE, "new@company.example")
    answer = portal.member("administrator").get(f"/users/{new.key}")
    assert "mentormatch user invite --again new@company.example" in said(answer)
    assert "/invitation/" not in answer.text


def test_a_role_is_granted_and_taken_away(portal: Portal) -> None:
    page = said(step(portal, "employee", "grant/hr"))
    assert user_of(portal, "employee").roles == {Role.HR}
    assert "Take away HR" in page
    visitor = portal.member("employee")
    assert visitor.get("/people").status_code == 200
    assert "Grant HR" in said(step(portal, "employee", "revoke/hr"))
    assert user_of(portal, "employee").roles == frozenset()
    assert visitor.get("/people").status_code == 302  # their log-in has ended


def test_a_role_that_there_is_not_is_not_granted(portal: Portal) -> None:
    assert step(portal, "employee", "grant/king").status_code == 404


def test_nobody_changes_their_own_roles_or_shuts_themselves_out(portal: Portal) -> None:
    page = portal.member("administrator").get(f"/users/{user_of(portal, 'administrator').key}")
    assert "Nobody grants or takes a role of their own" in said(page)
    for offered in ("/grant/", "/revoke/", "/disable"):
        assert offered not in page.text
    for path in ("grant/hr", "revoke/administrator", "disable"):
        assert step(portal, "administrator", path).status_code == 403
    assert user_of(portal, "administrator").roles == {Role.ADMINISTRATOR}


def test_a_disabled_user_is_out_at_once_and_comes_back_when_enabled(portal: Portal) -> None:
    visitor = portal.member("employee")
    assert "Let them in again" in said(step(portal, "employee", "disable"))
    assert visitor.get("/").status_code == 302
    assert visitor.log_in().status_code == 422
    step(portal, "employee", "enable")
    assert visitor.log_in().status_code == 302


def test_an_administrator_sees_and_ends_the_log_ins_of_others_se_08(portal: Portal) -> None:
    first, second = portal.member("employee"), portal.member("employee")
    key = user_of(portal, "employee").key
    page = portal.member("administrator").get(f"/users/{key}").text
    sessions = re.findall(rf"/users/{key}/sessions/(\d+)/end", page)
    assert len(sessions) == 2
    step(portal, "employee", f"sessions/{sessions[-1]}/end")
    assert sorted(visitor.get("/").status_code for visitor in (first, second)) == [200, 302]
    step(portal, "employee", "sessions/end")
    assert {visitor.get("/").status_code for visitor in (first, second)} == {302}


def test_the_invitation_is_sent_again(portal: Portal) -> None:
    accounts.invite(portal.office.ports, COMMAND_LINE, "new@company.example")
    assert "Invited." in said(step(portal, "new", "invite"))
    assert portal.office.actions()[-1] == "user-invited-again"
    assert step(portal, "employee", "invite").status_code == 409  # who has a password needs no invitation


def test_a_user_who_is_no_person_is_erased_by_an_administrator(portal: Portal) -> None:
    guest = portal.office.user(email="guest@else.example")
    administrator, path = portal.member("administrator"), f"/users/{guest.key}/erase"
    assert path in administrator.get(f"/users/{guest.key}").text
    assert administrator.post(path, page=path).status_code == 422  # the box is not ticked
    done = administrator.post(path, {"agreed": "y"}, page=path, follow_redirects=True)
    assert "Nothing of the account is left but its number." in said(done)
    assert "guest@else.example" not in administrator.get("/users").text
    assert administrator.get(path).status_code == 404


def test_a_user_who_is_a_person_is_left_to_hr(portal: Portal) -> None:
    administrator, key = portal.member("administrator"), user_of(portal, "employee").key
    path = f"/users/{key}/erase"
    assert path not in administrator.get(f"/users/{key}").text
    answer = administrator.post(path, {"agreed": "y"}, page=path)
    assert (answer.status_code, "HR erases them" in said(answer)) == (422, True)
    own = user_of(portal, "administrator").key
    assert administrator.get(f"/users/{own}/erase").status_code == 403


def test_everybody_else_is_invited_at_once(portal: Portal) -> None:
    portal.office.employ(Person("x1", "Two", "two@company.example"), Person("x2", "Too", "two@company.example"))
    administrator = portal.member("administrator")
    page = said(administrator.get("/users/invite-everybody"))
    assert "can be invited 2" in page
    assert "share an address 2" in page
    assert "No mail server is set. The letters wait until there is one." in page
    refused = administrator.post("/users/invite-everybody", page="/users/invite-everybody")
    assert refused.status_code == 422
    done = administrator.post("/users/invite-everybody", {"agreed": "y"}, page="/users/invite-everybody")
    assert done.location == "/users?state=invited"
    assert "ada@company.example invited" in said(administrator.get(done.location))
    assert "There is nobody left to invite." in said(administrator.get("/users/invite-everybody"))


def test_a_sensitive_step_asks_for_the_password_and_then_goes_on_se_09(portal: Portal) -> None:
    administrator, key = portal.member("administrator"), user_of(portal, "employee").key
    token = administrator.token(f"/users/{key}")
    portal.office.clock.move(minutes=16)
    assert administrator.get("/users/invite").location == "/confirm?next=/users/invite"
    assert administrator.get(f"/users/{key}").status_code == 200  # looking is not sensitive
    path = f"/users/{key}/grant/hr"
    asked = administrator.client.post(path, data={"csrf_token": token}, headers=administrator.headers)
    assert (asked.status_code, "Your password, please" in said(asked)) == (401, True)
    assert user_of(portal, "employee").roles == frozenset()


@pytest.mark.parametrize("key", ["0", "99", "x", "9" * 30])
def test_a_user_who_is_not_there_has_no_page_az_03(portal: Portal, key: str) -> None:
    administrator = portal.member("administrator")
    assert administrator.get(f"/users/{key}").status_code == 404
    for path in ("grant/hr", "disable", "invite", "sessions/end"):
        assert administrator.post(f"/users/{key}/{path}").status_code == 404


def test_fields_that_the_form_does_not_have_change_nothing_az_09(portal: Portal) -> None:
    data = {"email": "new@company.example", "state": "active", "password_hash": "x", "person_key": "1", "roles": "hr"}
    portal.member("administrator").post("/users/invite", data, page="/users/invite")
    new = user_of(portal, "new")
    assert (new.state, new.person_key, new.password_hash, new.roles) == (UserState.INVITED, None, "", frozenset())
