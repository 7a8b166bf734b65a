"""Responses: what every page tells the browser, what it never holds, and what is seen of an error (WB)."""

import logging
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mentormatch.domain.people import Person
from mentormatch.portal.access import OPEN
from mentormatch.portal.application import create_app
from mentormatch.services.refusals import BusyError, StorageFullError
from tests.access.grounds import VISITORS, Grounds
from tests.access.matrix import OPEN_FILES, Page, pages
from tests.conftest import ROOT
from tests.pages import SAME_SITE, Portal, Visitor, said
from tests.web.browsers import set_cookies

DIRECTIVES = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}
OTHERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def assert_guarded(answer: TestResponse) -> None:
    """Assert that a response says what every response says."""
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy == DIRECTIVES
    assert {name: answer.headers[name] for name in OTHERS} == OTHERS
    assert "Server" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("page", pages("WB-04"))
def test_wb_04_every_page_tells_every_browser_what_it_may_do(grounds: Grounds, page: Page) -> None:
    for visitor in VISITORS:
        answer = grounds.ask(visitor, "GET", grounds.address(page.endpoint, page.values, visitor))
        assert_guarded(answer)
        is_file = page.endpoint in OPEN_FILES
        assert ("no-store" in answer.headers["Cache-Control"]) == (not is_file)
        assert "Cookie" in answer.headers.get("Vary", "") or is_file
        assert answer.mimetype in ("text/html", "text/css", "text/javascript", "text/csv", "text/plain") or (
            answer.mimetype in ("application/json", "application/toml")
        )


@pytest.mark.parametrize("path", ["/nowhere", "/static/nowhere.js", "/bootstrap/static/nowhere.css", "/people/0"])
def test_wb_04_no_error_that_greets_by_name_is_kept_by_anybody(grounds: Grounds, path: str) -> None:
    answer = grounds.ask("hr", "GET", path)
    assert answer.status_code == 404
    assert "Hanna Human" in answer.text
    assert_guarded(answer)
    assert answer.headers["Cache-Control"] == "no-store"


def test_wb_04_files_of_the_portal_may_be_kept_for_a_year(grounds: Grounds) -> None:
    answer = grounds.ask("hr", "GET", "/static/theme.js")
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert not set_cookies(answer)


INLINE = {
    "a script in the page": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "a handler": re.compile(r"<[^>]*\son\w+\s*=", re.IGNORECASE),
    "a style": re.compile(r"<[^>]*\sstyle\s*=|<style", re.IGNORECASE),
    "a script as an address": re.compile(r"javascript:", re.IGNORECASE),
    "a frame": re.compile(r"<(iframe|object|embed|base)\b", re.IGNORECASE),
}
UNSAFE = {
    "text that is not escaped": re.compile(r"\|\s*safe\b|autoescape\s*(=\s*)?false|Markup\(", re.IGNORECASE),
    "a template out of a text": re.compile(r"render_template_string|from_string\("),
}
TRUSTED = {
    "mentormatch/portal/icons.py": "the shapes come out of the installed package, and its name is no one's to choose",
}
"""Files in which something of ``UNSAFE`` is right, with the reason."""
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file() and "report" not in path.parts)
CODE = sorted((ROOT / "mentormatch").rglob("*.py"))


def found_in(text: str, patterns: dict[str, re.Pattern[str]]) -> list[str]:
    """Return which patterns a text holds."""
    return [name for name, pattern in patterns.items() if pattern.search(text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=[path.name for path in TEMPLATES])
def test_wb_05_no_template_holds_a_script_a_style_or_text_that_is_not_escaped(path: Path) -> None:
    assert found_in(path.read_text(encoding="utf-8"), INLINE | UNSAFE) == []


def test_wb_05_no_code_makes_a_page_out_of_a_text() -> None:
    odd = {str(path.relative_to(ROOT)) for path in CODE if found_in(path.read_text(encoding="utf-8"), UNSAFE)}
    assert odd == set(TRUSTED)


def test_wb_05_every_template_is_escaped_whatever_it_is_called(portal: Portal) -> None:
    assert all(portal.app.select_jinja_autoescape(str(path.name)) for path in TEMPLATES if path.suffix == ".html")


@pytest.mark.parametrize("page", pages("WB-05"))
def test_wb_05_no_page_holds_a_script_a_style_or_a_frame(grounds: Grounds, page: Page) -> None:
    for visitor in VISITORS:
        for method in ("GET", "POST"):
            answer = grounds.ask(visitor, method, grounds.address(page.endpoint, page.values, visitor))
            if answer.mimetype == "text/html":
                assert found_in(answer.text, INLINE) == []
            grounds.restore()


@pytest.mark.parametrize(
    "planted", ["<script>x", '<a onclick="x">', "<p style='x'>", "<a href='javascript:x'>", "<iframe>", "<STYLE>"]
)
def test_wb_05_what_is_looked_for_would_be_found(planted: str) -> None:
    assert found_in(planted, INLINE)


CANARIES = ("{{7*7}}", "{% print 7*7 %}", "%(x)s %s %d", "{0.__class__} {x}", "${7*7} #{7*7}", "<b>&amp;\"'</b>")


@pytest.mark.parametrize("canary", CANARIES, ids=range(len(CANARIES)))
def test_wb_08_a_name_is_shown_as_it_is_written(portal: Portal, canary: str) -> None:
    named = Person("p9", canary, "named@company.example", department=canary, job_title=canary, level=2)
    keys = portal.office.employ(named)
    portal.office.user(email="named@company.example")
    hr = portal.member("hr")
    hr.post("/programmes/new", {"name": canary}, page="/programmes/new")
    for path in ("/people", f"/people/{keys['p9']}", "/programmes", "/programmes/1", "/organisation"):
        assert canary in shown(hr, path)
    member = portal.member("named")
    for path in ("/", "/my-data", "/nowhere"):
        assert canary in shown(member, path)


def shown(visitor: Visitor, path: str) -> str:
    """Return the text of a page, and assert that nothing in it was computed."""
    text = said(visitor.get(path)).replace("&amp;", "&")
    assert "49" not in re.sub(r"\d\d:\d\d|\d{4}", "", text)
    return said(visitor.get(path))


def test_wb_08_what_is_typed_as_an_address_is_shown_as_it_is_written(portal: Portal) -> None:
    for canary in CANARIES:
        answer = portal.visitor().post("/log-in", {"email": canary, "password": "x"}, page="/log-in")
        assert canary.replace("&", "&amp;").replace("<", "&lt;") in answer.text.replace("&gt;", ">").replace(
            "&#34;", '"'
        ).replace("&#39;", "'")


@pytest.mark.parametrize(
    "name", ["..\\..\\x.csv", "../../etc/x.csv", "a\r\nX-Evil: 1.csv", 'a"; filename="b.csv', "x" * 400]
)
def test_wb_09_the_name_of_a_file_leads_nowhere(portal: Portal, name: str) -> None:
    hr = portal.member("hr")
    data: dict[str, Any] = {"file": (BytesIO(b"person_id,name\n1,Ann\n"), name)}
    answer = hr.post("/imports/new", data, page="/imports/new", content_type="multipart/form-data")
    assert answer.status_code in (302, 422)
    runs = portal.office.store.read(lambda unit: unit.imports.listed(None, 10))
    assert not any(set("/\\\r\n") & set(run.file_name) for run in runs)
    page = hr.get("/imports")
    assert "X-Evil" not in page.headers


@pytest.mark.parametrize(
    "email", ["a@b.example\r\nBcc: x@y.example", "a@b.example%0aBcc:x", "a\n@b.example", "a@b\0.c"]
)
def test_wb_09_an_address_with_a_line_break_is_not_invited(portal: Portal, email: str) -> None:
    administrator = portal.member("administrator")
    assert administrator.post("/users/invite", {"email": email}, page="/users/invite").status_code == 422


def test_wb_09_no_question_of_an_address_becomes_a_header(grounds: Grounds) -> None:
    for path in ("/people?search=a%0d%0aX-Evil:1", "/log-in?next=/%0d%0aX-Evil:1", "/nowhere%0d%0aX-Evil:1"):
        for visitor in ("anonymous", "hr"):
            answer = grounds.ask(visitor, "GET", path)
            assert answer.status_code < 500
            assert "X-Evil" not in answer.headers


SECRET = "SELECT secret FROM users at /srv/mentormatch/inside.py"


def assert_generic(answer: TestResponse, caplog: pytest.LogCaptureFixture) -> None:
    """Assert that an error shows a reference and nothing else, and that the reference leads to the trace."""
    assert answer.status_code == 500
    for inside in ("SELECT", "inside.py", "Traceback", "RuntimeError", "site-packages"):
        assert inside not in answer.text
    found = re.search(r"<code>([0-9a-f]{8})</code>", answer.text)
    assert found
    assert found[1] in caplog.text
    assert SECRET in caplog.text
    assert_guarded(answer)
    assert answer.headers["Cache-Control"] == "no-store"


def break_view(app: Flask, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a view fail."""
    view = app.view_functions[endpoint]

    def fail(**_: object) -> str:
        raise RuntimeError(SECRET)

    setattr(fail, OPEN, getattr(view, OPEN, False))
    monkeypatch.setitem(app.view_functions, endpoint, fail)


@pytest.mark.parametrize("page", pages("WB-11"))
def test_wb_11_an_error_of_any_page_shows_a_reference_only(
    grounds: Grounds, page: Page, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    break_view(grounds.app, page.endpoint, monkeypatch)
    method = "POST" if page.who("POST") and not page.who("GET") else "GET"
    who = page.who(method) or "hr"
    assert_generic(grounds.ask(who, method, grounds.address(page.endpoint, page.values, who)), caplog)


class BrokenStore:
    """A store that fails at whatever it is asked."""

    def __init__(self, error: Exception) -> None:
        """Fail with an error."""
        self.error = error

    def read(self, _work: object) -> object:
        """Fail."""
        raise self.error

    write = read


def broken(portal: Portal, visitor: Visitor, error: Exception) -> Visitor:
    """Return the same browser at a portal whose database fails."""
    ports: Any = replace(portal.office.ports, store=BrokenStore(error))  # type: ignore[arg-type]
    client = create_app(ports).test_client()
    cookie = visitor.client.get_cookie("mentormatch")
    client.set_cookie("mentormatch", cookie.value if cookie else "")
    return Visitor(client, visitor.email)


@pytest.mark.parametrize("path", ["/", "/people", "/account", "/nowhere", "/health"])
def test_wb_11_a_database_that_fails_shows_a_reference_only(
    portal: Portal, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    assert_generic(broken(portal, portal.member("hr"), RuntimeError(SECRET)).get(path), caplog)


@pytest.mark.parametrize("error", [BusyError("The database is busy."), StorageFullError("The storage is full.")])
def test_wb_11_a_database_that_is_busy_or_full_says_so_and_when_to_come_again(portal: Portal, error: Exception) -> None:
    answer = broken(portal, portal.member("hr"), error).get("/people")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert str(error) in said(answer)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 415, 422])
def test_wb_11_a_refusal_has_a_page_with_the_way_home(grounds: Grounds, status: int) -> None:
    hr, form = grounds.client("hr"), {"csrf_token": grounds.guests["hr"].token}
    answers = {
        400: lambda: hr.get("/people?a=1&a=2", headers=SAME_SITE),
        401: lambda: grounds.ask("anonymous", "POST", "/programmes/new"),
        403: lambda: hr.post("/programmes/new", data=form, headers={"Sec-Fetch-Site": "cross-site"}),
        404: lambda: hr.get("/nowhere"),
        405: lambda: hr.put("/people"),
        413: lambda: hr.post("/programmes/new", data={"name": "x" * 1_100_000}, headers=SAME_SITE),
        415: lambda: hr.post("/programmes/new", json={}, headers=SAME_SITE),
        422: lambda: hr.post("/programmes/new", data=form, headers=SAME_SITE),
    }
    answer = answers[status]()
    assert answer.status_code == status
    assert 'href="/"' in answer.text
    assert "werkzeug" not in answer.text.casefold()
    if status == 405:
        assert set(answer.allow or ()) == {"GET", "HEAD"}
