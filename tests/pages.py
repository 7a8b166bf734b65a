"""A portal with pages for tests: visitors who log in as people do, through the form and with its token."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mentormatch.domain.accounts import Role
from mentormatch.domain.people import Person
from mentormatch.portal.application import create_app
from mentormatch.storage.engines import make_engine
from mentormatch.storage.store import SqlStore
from tests.databases import Databases
from tests.offices import PASSWORD, Office, make_office

ROLES: dict[str, tuple[Role, ...]] = {
    "employee": (),
    "manager": (),
    "hr": (Role.HR,),
    "auditor": (Role.AUDITOR,),
    "administrator": (Role.ADMINISTRATOR,),
}
"""Who visits, and what they were granted; each is a person of the organisation, and the manager has reports."""
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
EMPLOYED = (
    Person("p1", "Ada Top", "ada@company.example", department="Board", level=1),
    Person("p2", "Manuel Manager", "manager@company.example", department="Sales", manager_id="p1", level=2),
    Person("p3", "Emma Employee", "employee@company.example", department="Sales", manager_id="p2", level=4),
    Person("p4", "Erik Else", "erik@company.example", department="Sales", manager_id="p2", level=4),
    Person("p5", "Hanna Human", "hr@company.example", department="People", manager_id="p1", level=3),
    Person("p6", "Otto Auditor", "auditor@company.example", department="Audit", manager_id="p1", level=3),
    Person("p7", "Ines Admin", "administrator@company.example", department="IT", manager_id="p1", level=3),
)


@dataclass(slots=True)
class Visitor:
    """Somebody with a browser that keeps cookies and sends what a browser of today sends."""

    client: FlaskClient
    email: str
    headers: dict[str, str] = field(default_factory=lambda: dict(SAME_SITE))

    def get(self, path: str, **more: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, headers=self.headers, **more)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, page: str = "/account", **more: Any
    ) -> TestResponse:
        """Send a form with the token of a page."""
        return self.client.post(
            path, data={**(data or {}), "csrf_token": self.token(page)}, headers=self.headers, **more
        )

    def token(self, page: str = "/account") -> str:
        """Return the token that a page holds."""
        found = TOKEN.search(self.get(page).text)
        assert found, f"{page} holds no token"
        return unescape(found[1])

    def log_in(self, password: str = PASSWORD) -> TestResponse:
        """Log in."""
        return self.post("/log-in", {"email": self.email, "password": password}, page="/log-in")


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal with its office, and the keys of the people in it by their ids."""

    app: Flask
    office: Office
    keys: dict[str, int]

    def visitor(self, email: str = "") -> Visitor:
        """Return somebody who has not logged in."""
        return Visitor(self.app.test_client(), email)

    def member(self, role: str = "employee") -> Visitor:
        """Return somebody who is logged in, by the name of a role."""
        visitor = self.visitor(f"{role}@company.example")
        assert visitor.log_in().status_code == 302
        return visitor


def make_portal(store: SqlStore, **changes: object) -> Portal:
    """Return a portal with a small organisation and one user of each role."""
    office = make_office(store, **{"environment": "test", **changes})
    keys = office.employ(*EMPLOYED)
    for role, granted in ROLES.items():
        office.user(*granted, email=f"{role}@company.example")
    return Portal(create_app(office.ports), office, keys)


@pytest.fixture
def portal(databases: Databases) -> Iterator[Portal]:
    """Return a portal on a new SQLite database."""
    engine = make_engine(databases.migrated("sqlite"))
    yield make_portal(SqlStore(engine))
    engine.dispose()


def said(response: TestResponse) -> str:
    """Return the text of a page without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())
