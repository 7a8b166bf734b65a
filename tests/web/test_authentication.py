"""Authentication: what log-in, reset and invitation tell a stranger, how often one may try, which passwords do (AU)."""

import re
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from mentormatch.domain.accounts import TokenKind
from mentormatch.portal.application import create_app
from mentormatch.services import accounts
from mentormatch.services.hashing import Argon2Passwords, make_hasher
from mentormatch.services.letters import send_letters
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.storage.store import SqlStore
from tests.offices import PASSWORD, make_office
from tests.pages import SAME_SITE, TOKEN, Portal, Visitor, make_portal, said
from tests.web.browsers import DEVICE, content_of, cookie_of, is_logged_in, restarted, user

EMPLOYEE = "employee@company.example"
NOBODY = "nobody@company.example"
NEW = "another mountain of tea"
PEER = "192.0.2.50"


def try_to_log_in(
    portal: Portal, email: str, password: str, peer: str = PEER, headers: dict[str, str] | None = None
) -> TestResponse:
    """Try to log in with a new browser from a network address."""
    visitor = portal.visitor(email)
    visitor.headers |= headers or {}
    data = {"email": email, "password": password, "csrf_token": visitor.token("/log-in")}
    return visitor.client.post("/log-in", data=data, headers=visitor.headers, environ_overrides={"REMOTE_ADDR": peer})


def without_secrets(answer: TestResponse, typed: str) -> tuple[object, ...]:
    """Return all that a browser sees but what differs every time and what was typed."""
    text = TOKEN.sub("", answer.text).replace(typed, "")
    names = tuple(sorted(name for name, _ in answer.headers))
    return answer.status_code, answer.location, names, text


def invitation(portal: Portal, email: str = "new@company.example") -> str:
    """Return the address of the page on which an invited user chooses a password."""
    invited = accounts.invite(portal.office.ports, COMMAND_LINE, email)
    return f"/invitation/{accounts.make_token(portal.office.ports, TokenKind.INVITATION, invited.key)}"


def reset_link(portal: Portal) -> str:
    """Return the address of the page on which the employee chooses a new password."""
    return f"/reset/{accounts.make_token(portal.office.ports, TokenKind.RESET, user(portal, EMPLOYEE).key)}"


def choose(visitor: Visitor, path: str, password: str) -> TestResponse:
    """Choose a password on a page with a link."""
    return visitor.post(path, {"password": password}, page=path)


@pytest.mark.parametrize("email", [EMPLOYEE, NOBODY, "off@company.example", "new@company.example", "a\0b", ""])
def test_au_01_every_log_in_that_is_sent_costs_one_hash_and_an_empty_one_none(portal: Portal, email: str) -> None:
    off = portal.office.user(email="off@company.example")
    accounts.set_disabled(portal.office.ports, COMMAND_LINE, off.key, True)
    invitation(portal)
    before = portal.office.passwords.computed
    assert try_to_log_in(portal, email, "wrong").status_code == 422
    assert portal.office.passwords.computed - before == (1 if email else 0)


def test_au_03_a_refused_log_in_looks_the_same_for_everybody(portal: Portal) -> None:
    off = portal.office.user(email="off@company.example")
    accounts.set_disabled(portal.office.ports, COMMAND_LINE, off.key, True)
    invitation(portal)
    tried = [(EMPLOYEE, "wrong"), (NOBODY, PASSWORD), (off.email, PASSWORD), ("new@company.example", PASSWORD)]
    seen = {without_secrets(try_to_log_in(portal, *one), one[0]) for one in tried}
    assert len(seen) == 1
    assert "E-mail address and password do not belong together." in str(seen)


def test_au_03_asking_for_a_new_password_looks_the_same_for_everybody(portal: Portal) -> None:
    answers = []
    for email in (EMPLOYEE, NOBODY, "no address"):
        visitor = portal.visitor()
        answers.append(without_secrets(visitor.post("/reset", {"email": email}, page="/reset"), email))
        assert "If this address belongs to a user" in said(visitor.get("/log-in"))
    assert len(set(answers)) == 1
    assert [job for job, _ in portal.office.jobs.asked if job == "letters"] == []  # nothing is sent meanwhile


def test_au_04_the_eleventh_attempt_is_refused_by_every_worker_and_after_a_restart(portal: Portal) -> None:
    workers = [portal, restarted(portal), restarted(portal)]
    for number in range(10):
        answer = try_to_log_in(workers[number % 3], EMPLOYEE, "wrong", f"192.0.2.{number}")
        assert answer.status_code == 422
    refused = try_to_log_in(restarted(portal), EMPLOYEE, PASSWORD, "198.51.100.1")
    assert refused.status_code == 429
    assert "Too many attempts; try again in 5 minutes." in said(refused)
    assert f'value="{EMPLOYEE}"' in refused.text
    portal.office.clock.move(minutes=5, seconds=1)
    assert try_to_log_in(portal, EMPLOYEE, PASSWORD).status_code == 302


def test_au_04_an_unknown_account_is_limited_like_a_known_one(portal: Portal) -> None:
    statuses = [try_to_log_in(portal, NOBODY, "wrong", f"192.0.2.{number}").status_code for number in range(11)]
    assert statuses == [422] * 10 + [429]


def test_au_04_thirty_people_of_one_office_mistype_and_the_next_one_waits(portal: Portal) -> None:
    statuses = [try_to_log_in(portal, f"guess{n}@company.example", "wrong").status_code for n in range(31)]
    assert statuses == [422] * 30 + [429]
    assert try_to_log_in(portal, EMPLOYEE, PASSWORD, "198.51.100.1").status_code == 302


def test_au_04_a_whole_office_logs_in_from_one_address(portal: Portal) -> None:
    assert [try_to_log_in(portal, EMPLOYEE, PASSWORD).status_code for _ in range(40)] == [302] * 40


def test_au_04_guessing_the_password_that_is_asked_for_again_is_limited_too(portal: Portal) -> None:
    employee = portal.member("employee")
    employee.client.delete_cookie(DEVICE)
    statuses = [employee.post("/confirm", {"password": "wrong"}, page="/confirm").status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_au_05_whoever_is_locked_out_logs_in_on_the_device_they_know(portal: Portal) -> None:
    hr = portal.member("hr")
    hr.post("/log-out")
    for number in range(11):
        try_to_log_in(portal, hr.email, "wrong", f"192.0.2.{number}")
    assert try_to_log_in(portal, hr.email, PASSWORD).status_code == 429
    assert hr.log_in().status_code == 302
    assert is_logged_in(hr)


def test_au_05_the_device_helps_nobody_else(portal: Portal) -> None:
    visitor = portal.member("employee")
    device = cookie_of(visitor, DEVICE)
    assert "employee" not in device
    for number in range(11):
        try_to_log_in(portal, "hr@company.example", "wrong", f"192.0.2.{number}")
    other = portal.visitor("hr@company.example")
    other.client.set_cookie(DEVICE, device)
    assert other.log_in().status_code == 429


def test_au_05_the_device_alone_lets_nobody_in(portal: Portal) -> None:
    thief = portal.visitor()
    thief.client.set_cookie(DEVICE, cookie_of(portal.member("employee"), DEVICE))
    assert not is_logged_in(thief)


def test_au_05_a_reset_opens_a_closed_account(portal: Portal) -> None:
    for number in range(11):
        try_to_log_in(portal, EMPLOYEE, "wrong", f"192.0.2.{number}")
    choose(portal.visitor(), reset_link(portal), NEW)
    assert try_to_log_in(portal, EMPLOYEE, NEW).status_code == 302


def test_au_06_what_a_stranger_says_of_their_address_is_not_believed(portal: Portal) -> None:
    statuses = [
        try_to_log_in(portal, f"g{n}@company.example", "wrong", headers={"X-Forwarded-For": f"203.0.113.{n}"})
        for n in range(31)
    ]
    assert [answer.status_code for answer in statuses] == [422] * 30 + [429]


@pytest.fixture
def behind_a_proxy(store: SqlStore) -> Portal:
    """A portal behind one proxy."""
    return make_portal(store, proxy_count=1)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_au_06_behind_a_proxy_each_visitor_has_a_count_of_their_own(behind_a_proxy: Portal) -> None:
    def attempt(number: int, said_by_proxy: str) -> int:
        headers = {"X-Forwarded-For": said_by_proxy}
        return try_to_log_in(behind_a_proxy, f"g{number}@company.example", "wrong", headers=headers).status_code

    assert [attempt(n, f"203.0.113.{n}, 198.51.100.9") for n in range(31)] == [422] * 30 + [429]
    assert attempt(31, "198.51.100.9, 203.0.113.7") == 422


PASSWORDS = {
    "seven": ("k7#pQz!", 422),
    "eight": ("k7#pQz!m", 302),
    "sixty-four": ("river stone " * 5 + "lamp", 302),
    "the-longest": ("ab cd ef" * 16, 302),
    "one-more": ("ab cd ef" * 16 + "g", 422),
    "a-megabyte": ("x" * 1_000_000, 413),
    "half-a-megabyte": ("x" * 500_000, 422),
    "faces": ("🦊🌲🫖🌊🎻🧭🪨🌙", 302),
    "blanks-at-its-ends": ("  river lamp  ", 302),
    "nothing-but-blanks": (" " * 12, 422),
    "a-nul": ("river\0lamp stone", 422),
    "common": ("password123", 422),
    "the-portal": ("mentormatch1", 422),
    "the-address": ("new@company.example", 422),
}


@pytest.mark.parametrize(("password", "status"), PASSWORDS.values(), ids=PASSWORDS)
def test_au_07_a_first_password(portal: Portal, password: str, status: int) -> None:
    path, before = invitation(portal), portal.office.passwords.computed
    answer = choose(portal.visitor(), path, password)
    assert answer.status_code == status
    cost = portal.office.passwords.computed - before
    assert cost == (1 if status == 302 or password == "new@company.example" else 0)  # whose link it is shows late
    if status == 302:
        assert try_to_log_in(portal, "new@company.example", password.strip() + "x").status_code == 422
        assert try_to_log_in(portal, "new@company.example", password).status_code == 302


def test_au_07_a_password_is_taken_to_the_letter(portal: Portal) -> None:
    choose(portal.visitor(), invitation(portal), "  River lamp  ")
    for other in ("River lamp", " River lamp ", "  river lamp  "):
        assert try_to_log_in(portal, "new@company.example", other).status_code == 422


def test_au_08_a_link_works_once_and_logs_nobody_in(portal: Portal) -> None:
    path, visitor = reset_link(portal), portal.visitor(EMPLOYEE)
    assert choose(visitor, path, NEW).location == "/log-in"
    assert not is_logged_in(visitor)
    again = choose(portal.visitor(), path, "a third mountain of tea")
    assert again.status_code == 422
    assert "This link does not work: it is wrong, used or too old." in said(again)


def test_au_08_every_link_that_will_not_do_is_refused_with_the_same_page(portal: Portal) -> None:
    good = reset_link(portal)
    token = good.rpartition("/")[2]
    identifier = content_of(cookie_of(portal.member("employee")))["_user_id"]
    refused = [
        f"/invitation/{token}",
        f"/reset/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}",
        f"/reset/{identifier}",
        "/reset/x",
        f"/reset/{'x' * 400}",
        "/reset/%00",
    ]
    sentences = set()
    for path in refused:
        answer = choose(portal.visitor(), path, NEW)
        assert answer.status_code == 422
        sentences.add(re.search(r"This link does not work[^<]*", answer.text)[0])  # type: ignore[index]
    assert len(sentences) == 1
    portal.office.clock.move(minutes=60)
    assert choose(portal.visitor(), good, NEW).status_code == 422


def test_au_08_a_newer_link_and_a_changed_password_make_a_link_useless(portal: Portal) -> None:
    first, second = reset_link(portal), reset_link(portal)
    assert choose(portal.visitor(), first, NEW).status_code == 422
    employee = portal.member("employee")
    employee.post("/account/password", {"old": PASSWORD, "new": NEW}, page="/account/password")
    assert choose(portal.visitor(), second, "a third mountain of tea").status_code == 422


class Postbox:
    """A way out for letters that keeps them."""

    def __init__(self) -> None:
        """Begin with none."""
        self.texts: list[str] = []

    def send(self, address: str, subject: str, text: str) -> None:
        """Keep a letter."""
        self.texts.append(f"{address}\n{subject}\n{text}")


def test_au_09_a_link_leads_to_the_address_of_the_settings_whatever_the_request_says(portal: Portal) -> None:
    visitor = portal.visitor()
    visitor.headers |= {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil"}
    assert visitor.post("/reset", {"email": EMPLOYEE}, page="/reset").status_code == 302
    postbox = Postbox()
    send_letters(portal.office.ports, postbox)
    letter = next(text for text in postbox.texts if "asked for a new password" in text)
    assert "http://127.0.0.1:8000/reset/" in letter
    assert "evil" not in letter


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:80", "@evil", "a b", "[::1"])
def test_au_09_a_host_that_is_not_ours_is_refused_before_anything_else(portal: Portal, host: str) -> None:
    before = portal.office.actions()
    for method, path in (("GET", "/log-in"), ("POST", "/reset"), ("GET", "/"), ("GET", "/nowhere")):
        answer = portal.app.test_client().open(path, method=method, headers={"Host": host} | SAME_SITE)
        assert answer.status_code == 400
        assert "evil" not in answer.text
        assert answer.location is None
    assert portal.office.actions() == before


@pytest.mark.parametrize("kind", ["sqlite"])
def test_au_11_there_is_no_account_before_the_first_administrator(store: SqlStore) -> None:
    office = make_office(store, environment="test")
    portal = Portal(create_app(office.ports), office, {})
    for email in ("admin", "admin@localhost", "root@localhost", "administrator@company.example", "demo"):
        for password in ("admin", "password", "demo", "changeme", PASSWORD):
            assert try_to_log_in(portal, email, password, email).status_code in (422, 429)
    token = accounts.make_first_administrator_token(office.ports)
    first = {"email": "first@company.example", "password": PASSWORD}
    path = "/first-administrator/"
    assert portal.visitor().post(f"{path}{'x' * 43}", first, page=f"{path}x").status_code == 422
    assert portal.visitor().post(f"{path}{token}", first, page=f"{path}{token}").location == "/log-in"
    second = first | {"email": "second@company.example"}
    assert portal.visitor().post(f"{path}{token}", second, page=f"{path}{token}").status_code == 422
    assert try_to_log_in(portal, "first@company.example", PASSWORD, "198.51.100.3").status_code == 302


def with_hasher(portal: Portal, **parameters: int) -> Portal:
    """Return the portal with the real hash."""
    ports = replace(portal.office.ports, passwords=Argon2Passwords(make_hasher(**parameters)))
    return replace(portal, app=create_app(ports), office=replace(portal.office, ports=ports))


def test_au_12_a_password_is_stored_as_argon2id_and_an_old_hash_is_renewed_at_the_next_log_in(portal: Portal) -> None:
    weak = with_hasher(portal, memory_kib=8_192, passes=1)
    choose(weak.visitor(), invitation(weak), NEW)
    assert user(weak, "new@company.example").password_hash.startswith("$argon2id$v=19$m=8192,t=1,p=1$")
    strong = with_hasher(portal)
    assert try_to_log_in(strong, "new@company.example", NEW).status_code == 302
    stored = user(strong, "new@company.example").password_hash
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert try_to_log_in(strong, "new@company.example", NEW).status_code == 302
    assert user(strong, "new@company.example").password_hash == stored
