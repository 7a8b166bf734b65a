"""A portal with one of everything, and everybody who may come to it already at the door."""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, make_url
from werkzeug.test import TestResponse

from mentormatch.domain.accounts import Role, TokenKind
from mentormatch.domain.policy import Policy
from mentormatch.services import accounts
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.programmes import add_programme, save_policy
from mentormatch.storage.engines import make_engine
from mentormatch.storage.store import SqlStore
from tests.databases import Databases
from tests.import_stages import show_stages
from tests.pages import ROLES, SAME_SITE, Portal, Visitor, make_portal

VISITORS = ("anonymous", *ROLES, "disabled")
"""Everybody who may ask for a page; the disabled one was logged in when they were disabled."""
OWN_SESSION = "own-session"
"""Stands for another session of whoever asks."""
READING = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Guest:
    """A visitor as they come to the door: their cookies, a good token, and another session of theirs."""

    cookies: Mapping[str, str]
    token: str
    session_key: int


@dataclass(frozen=True, slots=True)
class Grounds:
    """The portal, its guests by their names, and examples of what addresses name."""

    portal: Portal
    engine: Engine
    file: Path
    original: Path
    guests: dict[str, Guest]
    examples: dict[str, str | int]

    @property
    def app(self) -> Flask:
        """The application."""
        return self.portal.app

    def address(self, endpoint: str, values: Mapping[str, object], visitor: str = "employee") -> str:
        """Return the address of an endpoint; a value that begins with ``@`` names an example."""
        known = self.examples | {OWN_SESSION: self.guests[visitor].session_key}
        named = {
            name: known[value[1:]] if isinstance(value, str) and value.startswith("@") else value
            for name, value in values.items()
        }
        return self.app.url_map.bind("localhost").build(endpoint, named)

    def client(self, visitor: str) -> FlaskClient:
        """Return the browser of a visitor."""
        client = self.app.test_client()
        for name, value in self.guests[visitor].cookies.items():
            client.set_cookie(name, value)
        return client

    def ask(
        self, visitor: str, method: str, path: str, *, headers: Mapping[str, str] = SAME_SITE, **fields: str
    ) -> TestResponse:
        """Send a request as a visitor: one that reads, or one with a good token and the fields that are given."""
        data = None if method in READING else {"csrf_token": self.guests[visitor].token} | fields
        return self.client(visitor).open(path, method=method, data=data, buffered=True, headers=headers)

    def digest(self) -> str:
        """Return the hash of everything that is stored."""
        return hashlib.sha256(self.file.read_bytes()).hexdigest()

    def restore(self) -> None:
        """Take back whatever was changed."""
        if self.file.read_bytes() != self.original.read_bytes():
            self.engine.dispose()
            shutil.copyfile(self.original, self.file)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def lay_grounds(databases: Databases, folder: Path) -> Grounds:
    """Return a portal with people, users, a programme, imports at each stage, sessions and open invitations."""
    url = databases.migrated("sqlite")
    engine = make_engine(url)
    portal = make_portal(SqlStore(engine))
    portal.office.user(email="disabled@company.example")
    examples = _make_examples(portal)
    guests = {name: _invite_in(portal, name) for name in VISITORS}
    _disable(portal)
    engine.dispose()
    file, original = Path(str(make_url(url).database)), folder / "original.sqlite"
    shutil.copyfile(file, original)
    return Grounds(portal, engine, file, original, guests, examples)


def _make_examples(portal: Portal) -> dict[str, str | int]:
    """Make one of everything that an address can name."""
    ports = portal.office.ports
    spare = portal.office.user(Role.AUDITOR, email="spare@company.example")
    invited = accounts.invite(ports, COMMAND_LINE, "invited@company.example")
    programme = add_programme(ports, COMMAND_LINE, "Mentoring")
    save_policy(ports, COMMAND_LINE, programme.key, Policy(programme="Mentoring", bands=(300, 500)), 1, "fewer bands")
    show_stages(portal)
    return {
        "person": portal.keys["p4"],
        "manager": portal.keys["p2"],
        "programme": programme.key,
        "spare": spare.key,
        "spare-session": _session_of(portal, "spare@company.example"),
        "invited": invited.key,
        "invitation": accounts.make_token(ports, TokenKind.INVITATION, invited.key),
        "reset": accounts.make_token(ports, TokenKind.RESET, spare.key),
        "running-import": 1,
        "import-with-problems": 2,
        "ready-import": 3,
    }


def _invite_in(portal: Portal, name: str) -> Guest:
    """Let a visitor come to the door, logged in if they are somebody."""
    if name == "anonymous":
        visitor = portal.visitor()
        return Guest(_after(visitor, "/log-in"), visitor.token("/log-in"), 1)
    other = _session_of(portal, f"{name}@company.example")
    visitor = portal.member(name)
    return Guest(_after(visitor, "/account"), visitor.token("/account"), other)


def _after(visitor: Visitor, page: str) -> dict[str, str]:
    """Return the cookies of a visitor who has opened a page."""
    visitor.get(page)
    cookies = {key: visitor.client.get_cookie(key) for key in ("mentormatch", "mentormatch-device")}
    return {key: cookie.value for key, cookie in cookies.items() if cookie}


def _session_of(portal: Portal, email: str) -> int:
    """Log somebody in elsewhere and return the session."""
    visitor = portal.visitor(email)
    assert visitor.log_in().status_code == 302
    store = portal.office.store
    user = store.read(lambda unit: unit.accounts.by_email(email))
    key = user.key if user else 0
    return store.read(lambda unit: max(session.key for session in unit.accounts.running_sessions(key)))


def _disable(portal: Portal) -> None:
    """Disable the user who is to be disabled."""
    ports = portal.office.ports
    user = ports.store.read(lambda unit: unit.accounts.by_email("disabled@company.example"))
    accounts.set_disabled(ports, COMMAND_LINE, user.key if user else 0, True)
