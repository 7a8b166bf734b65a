"""The settings of an installation for real people, behind a proxy that speaks TLS (SE-04, AU-09, WB-04)."""

from http.cookies import SimpleCookie

import pytest

from mentormatch.storage.store import SqlStore
from tests.offices import PASSWORD
from tests.pages import Portal, Visitor
from tests.web.browsers import PRODUCTION, production, set_cookies

HOST = "mentoring.company.example"
BEHIND = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def kind() -> str:
    """One kind of database is enough for what concerns none."""
    return "sqlite"


@pytest.fixture
def site(store: SqlStore) -> Portal:
    """A portal with the settings of production."""
    return production(store)


@pytest.fixture
def visitor(site: Portal) -> Visitor:
    """Somebody who comes through the proxy."""
    client = site.app.test_client()
    client.environ_base |= {"wsgi.url_scheme": "http", "HTTP_HOST": HOST}
    return Visitor(client, "employee@company.example", dict(BEHIND))


def cookies_at_log_in(visitor: Visitor) -> SimpleCookie:
    """Log in and return every cookie that was set meanwhile."""
    base = f"https://{HOST}"
    page = visitor.client.get("/log-in", headers=visitor.headers, base_url=base)
    token = page.text.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]
    data = {"email": visitor.email, "password": PASSWORD, "csrf_token": token}
    answer = visitor.client.post("/log-in", data=data, headers=visitor.headers, base_url=base)
    assert answer.status_code == 302
    jar = SimpleCookie()
    for line in (*set_cookies(page), *set_cookies(answer)):
        jar.load(line)
    return jar


def test_se_04_every_cookie_is_bound_to_this_host_and_hidden_from_scripts(visitor: Visitor) -> None:
    jar = cookies_at_log_in(visitor)
    assert set(jar) == {"__Host-mentormatch", "__Host-mentormatch-device"}
    for cookie in jar.values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")


def test_se_04_the_cookie_of_the_log_in_outlives_the_session_by_a_week_and_the_devices_by_half_a_year(
    visitor: Visitor,
) -> None:
    jar = cookies_at_log_in(visitor)
    assert jar["__Host-mentormatch"]["expires"]
    assert int(jar["__Host-mentormatch-device"]["max-age"]) == 180 * 86_400


def test_se_04_without_tls_the_names_promise_nothing(portal: Portal) -> None:
    answer = portal.visitor().get("/log-in")
    assert [line.partition("=")[0] for line in set_cookies(answer)] == ["mentormatch"]
    assert "Secure" not in set_cookies(answer)[0]


def test_wb_04_browsers_are_told_to_come_by_tls_only(visitor: Visitor) -> None:
    answer = visitor.get("/log-in")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    open_one = visitor.client.get("/log-in", headers=BEHIND | {"X-Forwarded-Proto": "http"})
    assert "Strict-Transport-Security" not in open_one.headers


def test_wb_04_one_proxy_is_believed_and_none_before_it(visitor: Visitor) -> None:
    forged = visitor.client.get("/log-in", headers=BEHIND | {"X-Forwarded-Proto": "https, http"})
    assert "Strict-Transport-Security" not in forged.headers


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "evil.example", f"x.{HOST}", f"{HOST}.evil.example", ""])
def test_au_09_only_the_host_of_the_settings_is_answered(visitor: Visitor, host: str) -> None:
    answer = visitor.client.get("/log-in", headers=BEHIND | {"Host": host})
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert visitor.client.get("/log-in", headers=BEHIND | {"X-Forwarded-Host": host}).status_code == 200


def test_production_shows_nothing_of_its_inside(site: Portal) -> None:
    config = site.app.config
    assert (site.app.debug, site.app.testing, config["PROPAGATE_EXCEPTIONS"]) == (False, False, False)
    assert config["SECRET_KEY"] == PRODUCTION["secret_keys"][0]
    assert config["SESSION_COOKIE_DOMAIN"] is None
    assert config["MAX_CONTENT_LENGTH"] == 11_000_000
    assert site.app.jinja_env.auto_reload is False
    assert not [rule for rule in site.app.url_map.iter_rules() if "debug" in rule.rule]
