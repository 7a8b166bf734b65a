"""The log of the web server tells what was asked for, and none of the secrets in it."""

import logging
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.config import Config

from mentormatch.domain.accounts import TokenKind
from mentormatch.operating.access_log import AccessLogger, SecretsFilter, hide_secrets

TOKEN = "kT3_x-9"
ENVIRONMENT: dict[str, Any] = {
    "REQUEST_METHOD": "GET",
    "RAW_URI": f"/invitation/{TOKEN}?next=/{TOKEN}",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "PATH_INFO": f"/invitation/{TOKEN}",
    "QUERY_STRING": f"next=/{TOKEN}",
    "HTTP_REFERER": f"https://x.example/reset/{TOKEN}",
    "REMOTE_ADDR": "192.0.2.1",
}


@pytest.mark.parametrize("kind", TokenKind)
def test_the_token_of_no_link_is_shown(kind: TokenKind) -> None:
    assert hide_secrets(f"/{kind}/{TOKEN}") == f"/{kind}/..."
    assert hide_secrets(f"//{kind}//{TOKEN}/more?{TOKEN}") == f"//{kind}/.../more?..."


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/people/7", "/people/7"),
        ("/reset", "/reset"),
        ("/people?search=Ann%20Ash", "/people?..."),
        ("/a\nb\x1b[31m", "/a\\nb\\x1b[31m"),
    ],
)
def test_other_addresses_are_shown_on_one_line_without_their_query(path: str, shown: str) -> None:
    assert hide_secrets(path) == shown


def test_no_part_that_a_line_can_be_made_of_in_this_portal_holds_the_token() -> None:
    logger = AccessLogger(Config())
    response = SimpleNamespace(status="200 OK", sent=10, headers=())
    atoms = logger.atoms(response, SimpleNamespace(headers=()), ENVIRONMENT, timedelta(milliseconds=3))
    assert {name: atoms[name] for name in "UrqfhmsM"} == {
        "U": "/invitation/...",
        "r": "-",
        "q": "-",
        "f": "-",
        "h": "192.0.2.1",
        "m": "GET",
        "s": "200",
        "M": 3,
    }


def test_an_error_names_the_address_without_the_token(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("test of secrets")
    logger.addFilter(SecretsFilter())
    logger.error("Error handling request %s after %d ms", f"/reset/{TOKEN}?x=1", 7)
    assert caplog.messages == ["Error handling request /reset/...?... after 7 ms"]


def test_the_log_of_errors_is_filtered_once_it_is_set_up() -> None:
    logger = AccessLogger(Config())
    assert any(isinstance(one, SecretsFilter) for one in logger.error_log.filters)
