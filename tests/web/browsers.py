"""Browsers for tests: their cookies, copies of them, and a portal that was started again."""

import base64
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import replace
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mentormatch.domain.accounts import User
from mentormatch.portal.application import create_app
from mentormatch.storage.store import SqlStore
from tests.pages import Portal, Visitor, make_portal

COOKIE = "mentormatch"
DEVICE = "mentormatch-device"
FIELDS = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
PRODUCTION: dict[str, Any] = {
    "environment": "production",
    "secret_keys": ("0123456789-abcdefghijklmnopqrstuvwxyz",),
    "public_url": "https://mentoring.company.example",
    "trusted_hosts": ("mentoring.company.example",),
    "proxy_count": 1,
}
"""The settings of an installation for real people, behind one proxy that speaks TLS."""


def cookie_of(visitor: Visitor, name: str = COOKIE) -> str:
    """Return the value of a cookie; blank where there is none."""
    cookie = visitor.client.get_cookie(name)
    return cookie.value if cookie else ""


def content_of(cookie: str) -> dict[str, Any]:
    """Return what a signed cookie holds, which everybody can read who has it."""
    is_packed, payload = cookie.startswith("."), cookie.lstrip(".").split(".")[0]
    raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    found: dict[str, Any] = json.loads(zlib.decompress(raw) if is_packed else raw)
    return found


def replayed(portal: Portal, cookie: str) -> Visitor:
    """Return another browser that brings a copied cookie."""
    thief = portal.visitor()
    thief.client.set_cookie(COOKIE, cookie)
    return thief


def is_logged_in(visitor: Visitor) -> bool:
    """Whether a browser reaches a page for which one has to be logged in."""
    return visitor.get("/account").status_code == 200


def restarted(portal: Portal) -> Portal:
    """Return the portal after a restart: another application with the same database and keys."""
    return replace(portal, app=create_app(portal.office.ports))


def moved_to(portal: Portal, visitor: Visitor) -> Visitor:
    """Return the same browser at a portal that was started again."""
    client: FlaskClient = portal.app.test_client()
    for name in (COOKIE, DEVICE):
        client.set_cookie(name, cookie_of(visitor, name))
    return Visitor(client, visitor.email)


def hidden_fields(response: TestResponse) -> dict[str, str]:
    """Return the hidden fields of a page."""
    return {name: unescape(value) for name, value in FIELDS.findall(response.text)}


def user(portal: Portal, email: str) -> User:
    """Return a user as they are stored."""
    found = portal.office.store.read(lambda unit: unit.accounts.by_email(email))
    assert found is not None
    return found


def production(store: SqlStore) -> Portal:
    """Return a portal with the settings of an installation for real people."""
    return make_portal(store, **PRODUCTION)


def set_cookies(response: TestResponse) -> Sequence[str]:
    """Return the cookies that a response sets."""
    return response.headers.getlist("Set-Cookie")
