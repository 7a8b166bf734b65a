"""Browsers as people call them."""

import pytest

from mentormatch.portal.browsers import LONGEST, name_browser
from tests.pages import Portal, said

KIT = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) {}Safari/537.36"
WINDOWS, LINUX = "Windows NT 10.0; Win64; x64", "X11; Linux x86_64"
AGENTS = (
    (KIT.format(LINUX, "Chrome/131.0.0.0 "), "Chrome on Linux"),
    (KIT.format(WINDOWS, "Chrome/131.0.0.0 ") + " Edg/131.0.0.0", "Edge on Windows"),
    (KIT.format(WINDOWS, "Chrome/131.0.0.0 ") + " OPR/115.0", "Opera on Windows"),
    (
        KIT.format("Linux; Android 14", "SamsungBrowser/26.0 Chrome/122.0 "),
        "Samsung Internet on Android",
    ),
    (KIT.format("Macintosh; Intel Mac OS X 10_15_7", "Version/18.1 "), "Safari on macOS"),
    (KIT.format("iPhone; CPU iPhone OS 18_1 like Mac OS X", "Version/18.1 Mobile/15E148 "), "Safari on iPhone"),
    (KIT.format("iPad; CPU OS 18_1 like Mac OS X", "CriOS/131.0 Mobile/15E148 "), "Chrome on iPad"),
    ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox on ChromeOS"),
    ("curl/8.11.0", "curl/8.11.0"),
    ("", "An unknown browser"),
    ("x" * 300, "x" * LONGEST),
)


@pytest.mark.parametrize(("agent", "name"), AGENTS, ids=[name for _, name in AGENTS])
def test_a_browser_goes_by_the_name_that_people_know(portal: Portal, agent: str, name: str) -> None:
    with portal.app.test_request_context():
        assert name_browser(agent) == name


def test_people_see_the_names_of_their_browsers(portal: Portal) -> None:
    visitor = portal.visitor("employee@company.example")
    visitor.headers["User-Agent"] = AGENTS[0][0]
    visitor.log_in()
    page = said(visitor.get("/account"))
    assert "Chrome on Linux" in page
    assert "AppleWebKit" not in page
