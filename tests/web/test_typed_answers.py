"""A typed form answer is never lost: whatever interrupts a step, the answers come back and can be sent."""

from inspect import getmembers
from io import BytesIO

import pytest
from werkzeug.test import TestResponse
from wtforms import PasswordField

from mentormatch.portal.carrying import MOST_BYTES, SECRET_NAMES
from mentormatch.portal.forms import PlainForm
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.programmes import list_programmes
from tests.offices import PASSWORD
from tests.pages import Portal, Visitor, said
from tests.web.browsers import COOKIE, DEVICE, content_of, cookie_of, hidden_fields, moved_to, restarted, user

NAME = "Mentoring for <anybody> & more"
PATH = "/programmes/new"
NEW = "another mountain of tea"


@pytest.fixture
def hr(portal: Portal) -> Visitor:
    """Somebody of HR who is logged in."""
    return portal.member("hr")


def send(visitor: Visitor, path: str, token: str, **fields: str) -> TestResponse:
    """Send a form that was opened before, with the token that it holds."""
    return visitor.client.post(path, data=fields | {"csrf_token": token}, headers=visitor.headers)


def log_in_from(visitor: Visitor, page: TestResponse, email: str = "", password: str = PASSWORD) -> TestResponse:
    """Log in on a page that asks for it."""
    return send(visitor, "/log-in", **_with_token(page), email=email or visitor.email, password=password)


def send_again(visitor: Visitor, page: TestResponse) -> TestResponse:
    """Press the button of a page that gives answers back."""
    assert 'name="name"' in page.text, "the page gives nothing back"
    return send(visitor, PATH, **_with_token(page))


def _with_token(page: TestResponse) -> dict[str, str]:
    fields = hidden_fields(page)
    csrf = fields.pop("csrf_token", "")
    found = page.text.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]
    return fields | {"token": found or csrf}


def programmes(portal: Portal) -> list[str]:
    """Return the names of the programmes that there are."""
    return [one.name for one in list_programmes(portal.office.ports, COMMAND_LINE)]


def test_answers_survive_a_session_that_ran_out(portal: Portal, hr: Visitor) -> None:
    token = hr.token(PATH)
    portal.office.clock.move(minutes=61)
    asked = send(hr, PATH, token, name=NAME)
    assert asked.status_code == 401
    assert "What you typed is kept: log in, and you can send it." in said(asked)
    back = log_in_from(hr, asked)
    assert (back.status_code, NAME in said(back), programmes(portal)) == (200, True, [])
    assert send_again(hr, back).location == "/programmes/1"
    assert programmes(portal) == [NAME]


def test_answers_survive_a_whole_night_and_a_wrong_password(portal: Portal, hr: Visitor) -> None:
    token = hr.token(PATH)
    portal.office.clock.move(hours=20)
    asked = send(hr, PATH, token, name=NAME)
    wrong = log_in_from(hr, asked, password="wrong")
    assert wrong.status_code == 422
    assert send_again(hr, log_in_from(hr, wrong)).status_code == 302
    assert programmes(portal) == [NAME]


def test_answers_survive_a_session_that_was_ended_elsewhere(portal: Portal, hr: Visitor) -> None:
    token = hr.token(PATH)
    portal.member("hr").post("/account/sessions/end-others")
    back = log_in_from(hr, send(hr, PATH, token, name=NAME))
    assert send_again(hr, back).status_code == 302
    assert programmes(portal) == [NAME]


def test_answers_survive_a_restart_at_every_step(portal: Portal, hr: Visitor) -> None:
    token = hr.token(PATH)
    portal.office.clock.move(minutes=61)
    hr = moved_to(restarted(portal), hr)
    asked = send(hr, PATH, token, name=NAME)
    hr = moved_to(restarted(portal), hr)
    back = log_in_from(hr, asked)
    hr = moved_to(restarted(portal), hr)
    assert send_again(hr, back).status_code == 302
    assert programmes(portal) == [NAME]


def test_a_restart_alone_interrupts_nobody(portal: Portal, hr: Visitor) -> None:
    token = hr.token(PATH)
    assert send(moved_to(restarted(portal), hr), PATH, token, name=NAME).status_code == 302


def test_answers_survive_another_log_in_in_another_tab(portal: Portal, hr: Visitor) -> None:
    token = hr.token(PATH)
    hr.post("/log-out")
    hr.log_in()
    stale = send(hr, PATH, token, name=NAME)
    assert stale.status_code == 400
    assert "This page was opened under an earlier log-in. Nothing was changed yet." in said(stale)
    assert send_again(hr, stale).status_code == 302
    assert programmes(portal) == [NAME]


def test_answers_survive_the_password_that_is_asked_for_in_between(portal: Portal) -> None:
    administrator = portal.member("administrator")
    token = administrator.token("/users/invite")
    portal.office.clock.move(minutes=16)
    asked = send(administrator, "/users/invite", token, email="new@company.example", hr="y")
    assert asked.status_code == 401
    assert "What you typed is kept and can be sent afterwards." in said(asked)
    wrong = send(administrator, "/confirm", **_with_token(asked), password="wrong")
    back = send(administrator, "/confirm", **_with_token(wrong), password=PASSWORD)
    assert "new@company.example" in said(back)
    assert send(administrator, "/users/invite", **_with_token(back)).status_code == 302
    assert user(portal, "new@company.example").roles == {"hr"}


def test_answers_survive_a_session_that_ends_while_the_password_is_asked_for(portal: Portal) -> None:
    administrator = portal.member("administrator")
    token = administrator.token("/users/invite")
    portal.office.clock.move(minutes=16)
    asked = send(administrator, "/users/invite", token, email="new@company.example")
    portal.office.clock.move(minutes=61)
    again = send(administrator, "/confirm", **_with_token(asked), password=PASSWORD)
    assert again.status_code == 401
    back = log_in_from(administrator, again)
    assert send(administrator, "/users/invite", **_with_token(back)).status_code == 302
    assert user(portal, "new@company.example").state == "invited"


def test_two_tabs_that_ran_out_both_get_their_answers_back(portal: Portal, hr: Visitor) -> None:
    token = hr.token(PATH)
    portal.office.clock.move(minutes=61)
    first, second = (send(hr, PATH, token, name=f"{NAME} {number}") for number in (1, 2))
    assert send_again(hr, log_in_from(hr, first)).status_code == 302
    back = log_in_from(hr, second)
    assert send_again(hr, back).status_code == 302
    assert programmes(portal) == [f"{NAME} 1", f"{NAME} 2"]


def test_a_log_in_page_that_grew_too_old_keeps_the_answers_and_the_address(portal: Portal, hr: Visitor) -> None:
    token = hr.token(PATH)
    portal.office.clock.move(minutes=61)
    asked = send(hr, PATH, token, name=NAME)
    fields = _with_token(asked) | {"token": "grown too old"}
    again = send(hr, "/log-in", **fields, email=hr.email, password=PASSWORD)
    assert again.status_code == 400
    assert f'value="{hr.email}"' in again.text
    assert PASSWORD not in again.text
    assert send_again(hr, log_in_from(hr, again)).status_code == 302
    assert programmes(portal) == [NAME]


@pytest.mark.parametrize("has_logged_out", [False, True], ids=["ran-out", "logged-out"])
def test_another_user_of_the_same_browser_does_not_see_them(portal: Portal, hr: Visitor, has_logged_out: bool) -> None:
    token = hr.token(PATH)
    if has_logged_out:
        hr.post("/log-out")
        token = hr.token("/log-in")
    portal.office.clock.move(hours=20)
    asked = send(hr, PATH, token, name=NAME)
    other = log_in_from(hr, asked, "administrator@company.example")
    assert (other.status_code, other.location) == (302, "/")
    assert "anybody" not in hr.get("/").text
    stale = log_in_from(hr, asked, "administrator@company.example")
    assert "anybody" not in stale.text


def test_a_page_of_the_answers_is_not_for_another_user_either(portal: Portal, hr: Visitor) -> None:
    token = hr.token(PATH)
    portal.office.clock.move(minutes=61)
    envelope = hidden_fields(send(hr, PATH, token, name=NAME))["carried"]
    other = portal.member("administrator")
    answer = other.post("/confirm", {"carried": envelope, "password": PASSWORD}, page="/confirm")
    assert (answer.status_code, answer.location) == (302, "/")


def test_after_a_log_out_the_cookie_holds_an_identifier_that_is_worth_nothing(hr: Visitor) -> None:
    hr.post("/log-out")
    assert set(content_of(cookie_of(hr))) <= {"earlier", "_permanent", "_flashes", "csrf_token"}


def test_passwords_are_never_carried(portal: Portal, hr: Visitor) -> None:
    token = hr.token("/account/password")
    portal.office.clock.move(minutes=61)
    asked = send(hr, "/account/password", token, old=PASSWORD, new=NEW, note="kept")
    assert content_of(hidden_fields(asked)["carried"])["fields"] == [["note", "kept"]]
    back = log_in_from(hr, asked)
    assert "kept" in said(back)
    for page in (asked, back):
        assert PASSWORD not in page.text
        assert NEW not in page.text


def forms(form: type[PlainForm] = PlainForm) -> list[type[PlainForm]]:
    """Return every form of the portal."""
    return [form, *(below for one in form.__subclasses__() for below in forms(one))]


def test_every_field_for_a_password_is_among_those_that_are_never_carried() -> None:
    fields = {
        name: field for form in forms() for name, field in getmembers(form, lambda one: hasattr(one, "field_class"))
    }
    secret = {name for name, field in fields.items() if issubclass(field.field_class, PasswordField)}
    assert {"password", "old", "new"} <= secret <= SECRET_NAMES


@pytest.mark.parametrize(
    "envelope", ["x", "eyJwYXRoIjoiLyJ9.aaaa.bbbb", "", "." * 5_000, "too-long", "\0"], ids=range(6)
)
def test_an_envelope_that_is_not_ours_is_ignored(portal: Portal, envelope: str) -> None:
    visitor = portal.visitor("hr@company.example")
    data = {"email": visitor.email, "password": PASSWORD, "carried": envelope}
    assert visitor.post("/log-in", data, page="/log-in").location == "/"


def test_an_envelope_that_was_altered_is_ignored(portal: Portal, hr: Visitor) -> None:
    token = hr.token(PATH)
    portal.office.clock.move(minutes=61)
    asked = send(hr, PATH, token, name=NAME)
    fields = _with_token(asked)
    fields["carried"] = fields["carried"].replace(fields["carried"][10], "-", 1)
    answer = send(hr, "/log-in", **fields, email=hr.email, password=PASSWORD)
    assert answer.location == "/"


def test_the_cookie_of_a_session_is_no_envelope(hr: Visitor) -> None:
    cookie = cookie_of(hr)
    answer = hr.post("/confirm", {"password": PASSWORD, "carried": cookie}, page="/confirm")
    assert answer.location == "/"


def test_what_another_site_sends_is_never_given_back_as_ones_own(portal: Portal, hr: Visitor) -> None:
    portal.office.clock.move(minutes=61)
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = hr.client.post(PATH, data={"name": NAME}, headers=headers)
        assert answer.status_code == (401 if not headers else 403)
        assert "carried" not in answer.text


def test_long_answers_fit_and_those_that_do_not_are_told_of(portal: Portal, hr: Visitor) -> None:
    token = hr.token(PATH)
    portal.office.clock.move(minutes=61)
    long = "".join(chr(0x4E00 + (number * 7_919) % 20_000) for number in range(60_000))  # as dense as text can be
    kept = send(hr, PATH, token, name=long)
    assert kept.status_code == 401
    assert len(hidden_fields(kept)["carried"]) < MOST_BYTES
    back = log_in_from(hr, kept)
    assert long in back.text
    for page in (kept, back):
        assert len(hidden_fields(page).get("carried", "")) <= MOST_BYTES


def test_answers_that_are_too_long_are_told_of_before_it_is_too_late(
    portal: Portal, hr: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mentormatch.portal.carrying.MOST_BYTES", 100)
    token, sentence = hr.token(PATH), "What you typed is too long to be kept here. Go back in your browser, copy it"
    stale = send(hr, PATH, "grown too old", name=NAME)
    assert (stale.status_code, sentence in said(stale)) == (400, True)
    portal.office.clock.move(minutes=61)
    asked = send(hr, PATH, token, name=NAME)
    assert (asked.status_code, sentence in said(asked)) == (401, True)
    assert log_in_from(hr, asked).location == "/"


def test_a_file_is_asked_for_again_and_the_rest_is_kept(portal: Portal, hr: Visitor) -> None:
    hr.post(PATH, {"name": "Mentoring"}, page=PATH)
    path = "/programmes/1/policy/file"
    token = hr.token(path)
    portal.office.clock.move(minutes=61)
    data = {"csrf_token": token, "note": "a dear reason", "based_on": "1", "file": (BytesIO(b"x"), "policy.toml")}
    asked = hr.client.post(path, data=data, headers=hr.headers)
    back = log_in_from(hr, asked)
    assert "A file cannot be kept: choose it again on the next page." in said(back)
    assert "a dear reason" in said(back)
    assert 'enctype="multipart/form-data"' in back.text


def test_the_question_of_an_address_is_carried_too(portal: Portal, hr: Visitor) -> None:
    token = hr.token(PATH)
    portal.office.clock.move(minutes=61)
    back = log_in_from(hr, send(hr, f"{PATH}?from=list", token, name=NAME))
    assert f'action="{PATH}?from=list"' in back.text


def test_an_envelope_is_good_for_a_day_and_after_that_for_nothing(
    portal: Portal, hr: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = hr.token(PATH)
    portal.office.clock.move(minutes=61)
    asked = send(hr, PATH, token, name=NAME)
    monkeypatch.setattr("mentormatch.portal.carrying.SECONDS", -1)
    assert log_in_from(hr, asked).location == "/"


def test_a_browser_without_any_cookie_is_asked_for_its_log_in(hr: Visitor) -> None:
    token = hr.token(PATH)
    for name in (COOKIE, DEVICE):
        hr.client.delete_cookie(name)
    asked = send(hr, PATH, token, name=NAME)
    assert asked.status_code == 401
    assert send_again(hr, log_in_from(hr, asked)).status_code == 302
