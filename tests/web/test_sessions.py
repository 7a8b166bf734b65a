"""Sessions: rows that end when they should, and cookies that say nothing and are worth nothing after that (SE)."""

from datetime import timedelta

import pytest

from mentormatch.domain.accounts import Role, TokenKind, UserState
from mentormatch.services import accounts, sign_in
from mentormatch.services.permissions import COMMAND_LINE
from tests.offices import ORIGIN, PASSWORD
from tests.pages import Portal, Visitor, said
from tests.web.browsers import COOKIE, content_of, cookie_of, hidden_fields, is_logged_in, replayed, user

EMPLOYEE = "employee@company.example"
NEW = "another mountain of tea"


@pytest.fixture
def employee(portal: Portal) -> Visitor:
    """An employee who is logged in."""
    return portal.member("employee")


def sessions_of(portal: Portal, email: str) -> list[int]:
    """Return the keys of the running sessions of a user, the latest first."""
    key = user(portal, email).key
    return [one.key for one in portal.office.store.read(lambda unit: unit.accounts.running_sessions(key))]


def test_se_01_a_replayed_cookie_after_log_out_is_refused(portal: Portal, employee: Visitor) -> None:
    cookie = cookie_of(employee)
    assert is_logged_in(replayed(portal, cookie))
    assert employee.post("/log-out").location == "/log-in"
    assert "You are logged out." in said(employee.get("/log-in"))
    assert not is_logged_in(replayed(portal, cookie))
    assert not is_logged_in(employee)


def test_se_01_whoever_is_logged_out_already_is_not_asked_to_log_in_for_it(portal: Portal, employee: Visitor) -> None:
    token = employee.token()
    portal.office.clock.move(hours=13)
    answer = employee.client.post("/log-out", data={"csrf_token": token}, headers=employee.headers)
    assert (answer.status_code, answer.location) == (302, "/log-in")


def test_se_02_a_log_in_gives_another_identifier_and_token(portal: Portal) -> None:
    visitor = portal.visitor(EMPLOYEE)
    visitor.get("/log-in")
    before = content_of(cookie_of(visitor))
    visitor.log_in()
    first = content_of(cookie_of(visitor))
    visitor.token()
    assert "_user_id" not in before
    assert first["_user_id"]
    assert content_of(cookie_of(visitor))["csrf_token"] != before["csrf_token"]


def test_se_02_giving_the_password_again_replaces_the_session_and_kills_the_old_cookie(
    portal: Portal, employee: Visitor
) -> None:
    cookie = cookie_of(employee)
    assert employee.post("/confirm", {"password": PASSWORD}, page="/confirm").status_code == 302
    assert content_of(cookie_of(employee))["_user_id"] != content_of(cookie)["_user_id"]
    assert is_logged_in(employee)
    assert not is_logged_in(replayed(portal, cookie))


def test_se_02_logging_in_over_a_session_kills_it(portal: Portal, employee: Visitor) -> None:
    cookie = cookie_of(employee)
    data = {"email": "hr@company.example", "password": PASSWORD}
    assert employee.post("/log-in", data, page="/account").status_code == 302
    assert "Hanna Human" in said(employee.get("/"))
    assert not is_logged_in(replayed(portal, cookie))


def test_se_03_a_cookie_that_was_planted_before_the_log_in_lets_nobody_in(portal: Portal) -> None:
    attacker = portal.visitor()
    attacker.get("/log-in")
    planted = cookie_of(attacker)
    victim = replayed(portal, planted)
    victim.email = EMPLOYEE
    victim.log_in()
    assert is_logged_in(victim)
    assert not is_logged_in(attacker)
    assert not is_logged_in(replayed(portal, planted))


@pytest.mark.parametrize("forged", ["", "x", "eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb", "." * 4000])
def test_se_03_a_cookie_that_somebody_made_up_lets_nobody_in(portal: Portal, forged: str) -> None:
    assert not is_logged_in(replayed(portal, forged))


def test_se_03_a_cookie_that_was_altered_lets_nobody_in(portal: Portal, employee: Visitor) -> None:
    payload, rest = cookie_of(employee).split(".", 1)
    altered = payload[:-2] + ("A" if payload[-2] != "A" else "B") + payload[-1]
    assert not is_logged_in(replayed(portal, f"{altered}.{rest}"))


def test_se_05_the_cookie_holds_a_random_identifier_and_a_token_and_nothing_else(
    portal: Portal, employee: Visitor
) -> None:
    employee.get("/account")
    content = content_of(cookie_of(employee))
    assert set(content) == {"_user_id", "_fresh", "_permanent", "csrf_token"}
    assert len(content["_user_id"]) >= 43  # 256 bits
    key = portal.office.ports.secrets.hash(content["_user_id"])
    stored = portal.office.store.read(lambda unit: unit.accounts.session_by_hash(key))
    assert stored is not None
    assert portal.office.store.read(lambda unit: unit.accounts.session_by_hash(content["_user_id"])) is None


def test_se_05_a_message_in_the_cookie_is_a_code(employee: Visitor) -> None:
    employee.post("/account/sessions/end-others")
    assert content_of(cookie_of(employee))["_flashes"] == [{" t": ["message", "sessions-ended"]}]
    assert "Every other log-in has ended." in said(employee.get("/account"))


def test_se_06_a_session_ends_when_nothing_is_done_for_an_hour(portal: Portal, employee: Visitor) -> None:
    for _ in range(3):
        portal.office.clock.move(minutes=59)
        assert is_logged_in(employee)
    portal.office.clock.move(minutes=60)
    assert not is_logged_in(employee)


def test_se_06_a_session_ends_after_twelve_hours_whatever_is_done(portal: Portal, employee: Visitor) -> None:
    for _ in range(23):
        portal.office.clock.move(minutes=31)
        assert is_logged_in(employee)
    portal.office.clock.move(minutes=7)
    assert not is_logged_in(employee)


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=365)], ids=["hour", "year"])
def test_se_06_a_clock_that_goes_back_revives_no_session(portal: Portal, employee: Visitor, back: timedelta) -> None:
    portal.office.clock.move(hours=13)
    assert not is_logged_in(employee)
    portal.office.clock.at -= back
    assert not is_logged_in(employee)
    portal.office.clock.at -= timedelta(hours=13) - back
    assert not is_logged_in(employee)


def test_se_06_a_session_from_the_future_is_none(portal: Portal, employee: Visitor) -> None:
    portal.office.clock.move(minutes=-5)
    assert not is_logged_in(employee)


def test_se_07_a_changed_password_ends_every_other_session(portal: Portal, employee: Visitor) -> None:
    other = portal.member("employee")
    answer = employee.post("/account/password", {"old": PASSWORD, "new": NEW}, page="/account/password")
    assert answer.location == "/account"
    assert is_logged_in(employee)
    assert not is_logged_in(other)


def test_se_07_a_reset_ends_every_session(portal: Portal, employee: Visitor) -> None:
    key = user(portal, EMPLOYEE).key
    token = accounts.make_token(portal.office.ports, TokenKind.RESET, key)
    visitor = portal.visitor(EMPLOYEE)
    answer = visitor.post(f"/reset/{token}", {"password": NEW}, page=f"/reset/{token}")
    assert answer.location == "/log-in"
    assert not is_logged_in(employee)
    assert not is_logged_in(visitor)
    assert visitor.log_in(NEW).location == "/"


def test_se_07_a_disabled_user_is_out_at_the_next_request(portal: Portal, employee: Visitor) -> None:
    administrator = portal.member("administrator")
    key = user(portal, EMPLOYEE).key
    administrator.post(f"/users/{key}/disable")
    assert not is_logged_in(employee)
    assert employee.log_in().status_code == 422
    administrator.post(f"/users/{key}/enable")
    assert not is_logged_in(employee)


def test_se_07_a_session_is_worth_nothing_once_its_user_is_not_active(portal: Portal, employee: Visitor) -> None:
    key = user(portal, EMPLOYEE).key
    portal.office.store.write(lambda unit: unit.accounts.set_state(key, UserState.DISABLED))
    assert not is_logged_in(employee)
    portal.office.store.write(lambda unit: unit.accounts.set_state(key, UserState.ACTIVE))
    assert not is_logged_in(employee)


def test_se_07_a_role_that_is_taken_away_acts_at_the_next_request(portal: Portal) -> None:
    hr, administrator = portal.member("hr"), portal.member("administrator")
    assert hr.get("/people").status_code == 200
    key = user(portal, "hr@company.example").key
    assert administrator.post(f"/users/{key}/revoke/hr").status_code == 302
    assert hr.get("/people").location.startswith("/log-in")
    hr.log_in()
    assert hr.get("/people").status_code == 404


def test_se_07_a_role_that_is_granted_acts_at_the_next_request(portal: Portal, employee: Visitor) -> None:
    accounts.grant_role(portal.office.ports, COMMAND_LINE, user(portal, EMPLOYEE).key, Role.AUDITOR)
    assert employee.get("/audit-log").status_code == 200


def test_se_08_everybody_sees_and_ends_their_own_sessions(portal: Portal, employee: Visitor) -> None:
    other = portal.member("employee")
    page = employee.get("/account")
    assert page.text.count('class="step"') == 2  # to end the other one, and all others
    employee.post(f"/account/sessions/{sessions_of(portal, EMPLOYEE)[0]}/end")
    assert not is_logged_in(other)
    assert is_logged_in(employee)
    assert portal.office.actions()[-1] == "session-ended"


def test_se_08_all_others_are_ended_at_once(portal: Portal, employee: Visitor) -> None:
    others = [portal.member("employee") for _ in range(3)]
    employee.post("/account/sessions/end-others")
    assert [is_logged_in(one) for one in (*others, employee)] == [False, False, False, True]
    assert portal.office.actions()[-1] == "sessions-ended"


def test_se_08_a_session_of_somebody_else_looks_as_if_it_were_not_there(portal: Portal, employee: Visitor) -> None:
    hr = portal.member("hr")
    foreign = sessions_of(portal, "hr@company.example")[0]
    answers = [employee.post(f"/account/sessions/{key}/end") for key in (foreign, 4711)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert said(answers[0]) == said(answers[1])  # the tokens in the two pages carry the second in which they were made
    assert is_logged_in(hr)


def test_se_08_an_administrator_ends_anybodys_session(portal: Portal, employee: Visitor) -> None:
    administrator = portal.member("administrator")
    key = user(portal, EMPLOYEE).key
    administrator.post(f"/users/{key}/sessions/{sessions_of(portal, EMPLOYEE)[0]}/end", page=f"/users/{key}")
    assert not is_logged_in(employee)
    assert portal.office.actions()[-1] == "session-ended"


def test_se_08_a_session_that_ran_out_is_not_listed(portal: Portal, employee: Visitor) -> None:
    sign_in.log_in(portal.office.ports, EMPLOYEE, PASSWORD, ORIGIN)
    portal.office.clock.move(minutes=50)
    assert is_logged_in(employee)
    portal.office.clock.move(minutes=50)
    assert employee.get("/account").text.count("Logged in") == 1


@pytest.mark.parametrize("path", ["/people/4/erase", "/users/invite"])
def test_se_09_a_sensitive_page_asks_for_the_password_and_then_opens(portal: Portal, path: str) -> None:
    visitor = portal.member("hr" if "people" in path else "administrator")
    assert visitor.get(path).status_code == 200
    portal.office.clock.move(minutes=16)
    asked = visitor.get(path)
    assert asked.location == f"/confirm?next={path}"
    wrong = visitor.post(asked.location, {"password": "wrong"}, page=asked.location)
    assert wrong.status_code == 422
    assert visitor.get(path).status_code == 302
    right = visitor.post(asked.location, {"password": PASSWORD}, page=asked.location)
    assert right.location == path
    assert visitor.get(path).status_code == 200


def test_se_09_a_sensitive_step_waits_for_the_password_and_is_then_sent_by_hand(portal: Portal) -> None:
    administrator = portal.member("administrator")
    key = user(portal, EMPLOYEE).key
    portal.office.clock.move(minutes=16)
    asked = administrator.post(f"/users/{key}/grant/hr")
    assert (asked.status_code, user(portal, EMPLOYEE).roles) == (401, frozenset())
    fields = hidden_fields(asked) | {"password": PASSWORD}
    given = administrator.client.post("/confirm", data=fields, headers=administrator.headers)
    assert f'action="/users/{key}/grant/hr"' in given.text
    assert user(portal, EMPLOYEE).roles == frozenset()
    administrator.client.post(f"/users/{key}/grant/hr", data=hidden_fields(given), headers=administrator.headers)
    assert user(portal, EMPLOYEE).roles == frozenset({Role.HR})


def test_se_09_a_password_given_in_the_future_counts_for_nothing(portal: Portal) -> None:
    administrator = portal.member("administrator")
    portal.office.clock.move(minutes=-1)
    assert administrator.get("/users/invite").location.startswith("/confirm")


def test_a_browser_that_was_told_to_forget_is_not_remembered_by_another_cookie(
    portal: Portal, employee: Visitor
) -> None:
    identifier = content_of(cookie_of(employee))["_user_id"]
    thief = portal.visitor()
    for name in ("remember_token", COOKIE):
        thief.client.set_cookie(name, identifier)
    assert not is_logged_in(thief)
