"""Requests that no page of ours makes: forged, foreign, doubled, misdirected, malformed (WB, AZ)."""

import re

import pytest

from mentormatch.storage.store import SqlStore
from tests.access.grounds import Grounds
from tests.access.matrix import OUTSIDE, PAGES, Page, pages
from tests.pages import SAME_SITE, Portal, Visitor, make_portal, said
from tests.web.browsers import set_cookies, user

SENTENCE = "a dear sentence"
FIELDS = {"name": SENTENCE, "note": SENTENCE, "anchor": SENTENCE}
SITES = ("cross-site", "same-site")
AWAY = ("https://evil.example", "null", "http://localhost.evil.example", "https://localhost:8443")


@pytest.mark.parametrize("page", pages("WB-01", "POST"))
def test_wb_01_a_step_without_a_token_of_this_log_in_changes_nothing(grounds: Grounds, page: Page) -> None:
    who, before = page.who("POST"), grounds.digest()
    path = grounds.address(page.endpoint, page.values, who)
    other = grounds.guests["auditor" if who != "auditor" else "hr"].token
    for token in ("", other, "x", grounds.guests[who].token[:-2]):
        for headers in (SAME_SITE, {}):
            answer = grounds.client(who).post(path, data=FIELDS | {"csrf_token": token}, headers=headers)
            assert answer.status_code == 400
            assert grounds.digest() == before
            is_kept = SENTENCE in answer.text
            assert is_kept == (headers == SAME_SITE and page.endpoint != "account.log_in")


@pytest.mark.parametrize("page", pages("WB-02", "POST"))
def test_wb_02_a_step_that_another_site_asks_for_is_refused_even_with_the_token(grounds: Grounds, page: Page) -> None:
    who, before = page.who("POST"), grounds.digest()
    path = grounds.address(page.endpoint, page.values, who)
    foreign = [{"Sec-Fetch-Site": site} for site in SITES] + [{"Origin": origin} for origin in AWAY]
    for headers in foreign:
        for visitor in (who, *OUTSIDE):
            answer = grounds.ask(visitor, "POST", path, headers=headers, **FIELDS)
            assert answer.status_code == 403
            assert SENTENCE not in answer.text
    assert grounds.digest() == before


def test_wb_02_an_old_browser_that_names_its_own_origin_is_let_in(portal: Portal) -> None:
    for headers in ({"Origin": "http://localhost"}, {"Origin": "http://127.0.0.1:8000"}, {}):
        visitor = portal.visitor("employee@company.example")
        visitor.headers = headers
        assert visitor.log_in().status_code == 302


def test_wb_02_nobody_is_logged_in_by_a_page_of_somebody_else(portal: Portal) -> None:
    attacker, victim = portal.visitor(), portal.visitor()
    data = {"email": "hr@company.example", "password": "a mountain of green tea"}
    stolen = data | {"csrf_token": attacker.token("/log-in")}
    victim.get("/log-in")
    assert victim.client.post("/log-in", data=stolen, headers=SAME_SITE).status_code == 400
    assert victim.client.post("/log-in", data=data, headers=SAME_SITE).status_code == 400
    assert victim.get("/account").status_code == 302


BAD = (
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "http://evil.example",
    "https://evil.example/people",
    "http:evil.example",
    "http:/evil.example",
    "http:///evil.example",
    "http:\\\\evil.example",
    "HTTP://EVIL.EXAMPLE",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "/people\\..\\..\\evil.example",
    "javascript:alert(1)",
    "\njavascript:alert(1)",
    "\x08//evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\x00//evil.example",
    " //evil.example",
    "data:text/html,hello",
    "ftp://evil.example",
    "evil.example",
    "@evil.example",
    "http://localhost@evil.example/",
    "http://localhost:80@evil.example/",
    "http://[::1",
    "//[evil.example",
    "/:///evil.example",
    "http://evil.example\\@localhost/",
    "\u2028//evil.example",
    "/\u00a0/evil.example",
    "\uff0f\uff0fevil.example",
    "/people%0d%0aSet-Cookie:%20a=b",
    "/people\r\nSet-Cookie: a=b",
    "/account/../../evil.example",
    "/nowhere",
    "/log-out",
    "",
    "?next=//evil.example",
)


@pytest.mark.parametrize("wanted", BAD, ids=[f"{number:02}" for number in range(len(BAD))])
def test_wb_03_a_log_in_never_leads_away(grounds: Grounds, wanted: str) -> None:
    visitor = grounds.portal.visitor("employee@company.example")
    token = visitor.token("/log-in")
    data = {"email": visitor.email, "password": "a mountain of green tea", "csrf_token": token}
    answer = visitor.client.post("/log-in", query_string={"next": wanted}, data=data, headers=SAME_SITE)
    assert (answer.status_code, answer.location) == (302, "/")
    assert not [cookie for cookie in set_cookies(answer) if cookie.startswith("a=")]
    assert visitor.client.get("/log-in", query_string={"next": wanted}).location == "/"


@pytest.mark.parametrize("wanted", ["/account", "/people?search=a%20b", "/people/4", "/audit-log?action=log-in"])
def test_wb_03_a_log_in_leads_to_the_page_that_was_wanted(grounds: Grounds, wanted: str) -> None:
    visitor = grounds.portal.visitor("hr@company.example")
    asked = visitor.get(wanted).location
    answer = visitor.post(asked, {"email": visitor.email, "password": "a mountain of green tea"}, page=asked)
    assert answer.location == wanted
    assert visitor.get(wanted).status_code == 200


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml", "application/octet-stream"])
@pytest.mark.parametrize("body", ["{", "[1,2]", '{"name": {"a": 5}}', "[" * 100_000, "name=x", "\0\xff"], ids=range(6))
def test_wb_10_only_forms_are_taken(grounds: Grounds, kind: str, body: str) -> None:
    headers = SAME_SITE | {"X-CSRFToken": grounds.guests["hr"].token, "Content-Type": kind}
    before = grounds.digest()
    answer = grounds.client("hr").post("/programmes/new", data=body.encode(), headers=headers)
    assert answer.status_code == 415
    assert grounds.digest() == before


MALFORMED = {
    "no-boundary": ("multipart/form-data", b"x"),
    "a-lost-part": ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="n"\r\n\r\nx'),
    "no-form": ("application/x-www-form-urlencoded", b"\xff\xfe\x00%zz%"),
    "half-a-surrogate": ("application/x-www-form-urlencoded", b"email=%ED%A0%80&password=%ED%A0%80"),
    "odd-charset": ("application/x-www-form-urlencoded; charset=utf-7", b"email=+AGE-&password=+AGE-"),
    "unknown-charset": ("multipart/form-data; boundary=b; charset=nonsense", b"--b--"),
}


@pytest.mark.parametrize(("kind", "body"), MALFORMED.values(), ids=MALFORMED)
def test_wb_10_a_malformed_form_is_refused_and_no_error_of_ours(grounds: Grounds, kind: str, body: bytes) -> None:
    headers = SAME_SITE | {"X-CSRFToken": grounds.guests["hr"].token, "Content-Type": kind}
    for path in ("/programmes/new", "/log-in", "/confirm"):
        assert 400 <= grounds.client("hr").post(path, data=body, headers=headers).status_code < 500


def test_wb_10_a_form_is_read_no_further_than_a_megabyte(portal: Portal) -> None:
    visitor = portal.visitor()
    token = visitor.token("/log-in")
    for path in ("/log-in", "/programmes/new"):
        answer = visitor.client.post(path, data={"email": "x" * 1_100_000, "csrf_token": token}, headers=SAME_SITE)
        assert answer.status_code == 413
    many = {f"field{number}": "x" for number in range(3_000)}
    kind = "multipart/form-data"
    assert visitor.client.post("/log-in", data=many, content_type=kind, headers=SAME_SITE).status_code == 413


@pytest.mark.parametrize("length", ["-1", "x", "9" * 40, ""])
def test_wb_10_a_length_that_is_none_is_no_error_of_ours(grounds: Grounds, length: str) -> None:
    answer = grounds.app.test_client().post(
        "/log-in", data="email=x", headers=SAME_SITE, environ_overrides={"CONTENT_LENGTH": length}
    )
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("name", ["Cookie", "User-Agent", "Referer", "X-Forwarded-For", "Accept-Language"])
@pytest.mark.parametrize("value", ["x" * 60_000, "\xff\xfe", "a=b; " * 3_000, ",;=\"'"], ids=range(4))
def test_wb_10_no_header_is_an_error_of_ours(grounds: Grounds, name: str, value: str) -> None:
    assert grounds.app.test_client().get("/log-in", headers={name: value}).status_code == 200


def test_az_02_what_is_one_employees_is_not_there_for_another(grounds: Grounds) -> None:
    before = grounds.digest()
    own = [page for page in PAGES if "@own-session" in page.values.values()]
    assert [page.endpoint for page in own] == ["account.end_session"]
    for page in own:
        path = grounds.address(page.endpoint, page.values, "employee")
        answers = [grounds.ask(visitor, "POST", path) for visitor in ("manager", "hr", "auditor")]
        assert [answer.status_code for answer in answers] == [404] * 3
    assert grounds.digest() == before


ODD_KEYS = ("0", "-1", "999999", "1e3", "١", "1.0", "0x1", "+1", "%20", "1" * 400, "99999999999999999999", "2147483648")


@pytest.mark.parametrize("key", ODD_KEYS, ids=range(len(ODD_KEYS)))
def test_az_03_a_number_that_means_nothing_is_not_found(grounds: Grounds, key: str) -> None:
    before, lengths = grounds.digest(), []
    for page in PAGES:
        rule = next(rule for rule in grounds.app.url_map.iter_rules() if rule.endpoint == page.endpoint)
        for name in [name for name in rule.arguments if name.endswith("_key")]:
            method = "GET" if page.who("GET") else "POST"
            others = {other: "1" for other in rule.arguments if other != name}
            path = re.sub(r"<[^>]*?(\w+)>", lambda found: ({name: key} | others)[found[1]], rule.rule)  # noqa: B023
            path = path.replace("/1", "/hr", 1) if "role" in others else path
            answer = grounds.ask(page.who(method), method, path)
            assert answer.status_code == 404, path
            lengths.append(len(re.sub(r"<header.*</header>", "", answer.text, flags=re.DOTALL)))
    assert grounds.digest() == before
    assert max(lengths) - min(lengths) < 100


SEARCHES = ("search", "action", "subject", "department", "division", "location", "next")
CHOICES = ("before", "status", "manager", "odd", "page", "state", "role", "old", "new")
ODD_TEXTS = ("%00", "%ED%A0%80", "9" * 30, "-1", "%D9%A3", "x" * 3_000, "'%22%3B--", "%25_%5C")


@pytest.mark.parametrize("path", ["/people", "/audit-log", "/organisation", "/programmes", "/imports", "/log-in"])
def test_az_03_no_question_of_an_address_is_an_error_of_ours(store: SqlStore, path: str) -> None:
    visitor = make_portal(store).member("hr")
    for text in ODD_TEXTS:
        for names in (SEARCHES, CHOICES):
            question = "&".join(f"{name}={text}" for name in names)
            assert visitor.get(f"{path}?{question}").status_code < 500, text


def test_az_03_a_foreign_session_reads_like_one_that_never_was(grounds: Grounds) -> None:
    foreign = grounds.guests["hr"].session_key
    answers = [grounds.ask("employee", "POST", f"/account/sessions/{key}/end") for key in (foreign, 987_654)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data


EXTRA = {
    "role": "administrator",
    "roles": "administrator",
    "is_hr": "1",
    "administrator": "1",
    "capacity": "999",
    "score": "1000",
    "approved": "1",
    "user_id": "1",
    "user_key": "1",
    "state": "active",
    "person_key": "1",
    "password_hash": "x",
}


def test_az_09_fields_that_a_form_does_not_have_are_ignored(portal: Portal) -> None:
    employee = portal.member("employee")
    before = user(portal, employee.email)
    new = {"old": "a mountain of green tea", "new": "another mountain of tea"}
    steps = {
        "/account/password": new,
        "/account/sessions/end-others": {},
        "/confirm": {"password": "another mountain of tea"},
        "/my-data/download": {},
    }
    for path, fields in steps.items():
        assert employee.post(path, fields | EXTRA).status_code in (200, 302)
    after = user(portal, employee.email)
    assert (after.roles, after.state, after.person_key) == (before.roles, before.state, before.person_key)
    assert after.password_hash.endswith("another mountain of tea")


def test_az_09_an_invitation_makes_nobody_an_administrator(portal: Portal) -> None:
    administrator = portal.member("administrator")
    unseen = {name: value for name, value in EXTRA.items() if name != "administrator"}
    answer = administrator.post("/users/invite", unseen | {"email": "new@company.example", "hr": "y"})
    assert answer.status_code == 302
    assert sorted(user(portal, "new@company.example").roles) == ["hr"]


@pytest.mark.parametrize("page", pages("AZ-10", "GET"))
def test_az_10_a_question_that_is_asked_twice_is_refused(grounds: Grounds, page: Page) -> None:
    who = page.who("GET")
    path = grounds.address(page.endpoint, page.values, who)
    assert grounds.ask(who, "GET", f"{path}?id=mine&id=other").status_code == 400
    assert grounds.ask(who, "GET", f"{path}?search=a&other=b").status_code < 400


@pytest.mark.parametrize("page", pages("AZ-10", "POST"))
def test_az_10_a_field_that_is_given_twice_is_refused(grounds: Grounds, page: Page) -> None:
    who, before = page.who("POST"), grounds.digest()
    path = grounds.address(page.endpoint, page.values, who)
    doubled = {"csrf_token": grounds.guests[who].token, "name": ["mine", "other"]}
    answer = grounds.client(who).post(path, data=doubled, headers=SAME_SITE)
    assert answer.status_code == 400
    assert "A field of this request is given twice" in said(answer)
    assert grounds.digest() == before


def test_az_10_only_a_view_that_says_so_takes_a_field_twice(portal: Portal) -> None:
    from mentormatch.portal.access import allows_repeats, open_to_everybody

    portal.app.add_url_rule("/twice", view_func=open_to_everybody(allows_repeats("tag")(lambda: "fine")))
    visitor = Visitor(portal.app.test_client(), "")
    assert visitor.get("/twice?tag=a&tag=b").status_code == 200
    assert visitor.get("/twice?tag=a&tag=b&name=a&name=b").status_code == 400
