"""The portal as a browser meets it: served at an address, with one of everything in it and everybody at the door."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, Literal, override

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from mentormatch.domain.plan import PairingState
from mentormatch.domain.programme import RoundState
from mentormatch.synthesis.organisation import generate_organisation
from tests.access.grounds import Grounds, lay_grounds
from tests.databases import Databases
from tests.offices import PASSWORD
from tests.participants import a_mentor_of, a_secretive_mentee, hold_round, publish

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""What keeps Chromium from talking to the world, and lets it run where nobody sees it."""
PEOPLE = 120
PHONE, DESK = 320, 1280
HEIGHT = 900

type Scheme = Literal["light", "dark"]


class QuietRequests(WSGIRequestHandler):
    """Answers requests without a line on the screen for each."""

    @override
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class Site:
    """A portal that answers at an address."""

    address: str
    grounds: Grounds

    def enter(self, browser: Browser, visitor: str, width: int = DESK, **screen: Any) -> BrowserContext:
        """Return a browser of a visitor who is logged in already, unless they are nobody."""
        context = browser.new_context(
            base_url=self.address, viewport={"width": width, "height": HEIGHT}, reduced_motion="reduce", **screen
        )
        cookies: Mapping[str, str] = self.grounds.guests[visitor].cookies
        context.add_cookies([{"name": name, "value": value, "url": self.address} for name, value in cookies.items()])
        return context


def find_chromium() -> str | None:
    """Return where the system has its browser."""
    return shutil.which("chromium")


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an application for as long as a block lasts; give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietRequests)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def open_site(folder: Path) -> Iterator[Site]:
    """Serve a furnished portal for as long as a block lasts; its database lies in a folder."""
    grounds = lay_grounds(Databases(folder), folder)
    furnish(grounds)
    with serving(grounds.app) as address:
        yield Site(address, grounds)
    grounds.close()


def furnish(grounds: Grounds) -> None:
    """Add what makes pages long: an organisation, a round that runs and one that is over."""
    office = grounds.portal.office
    office.employ(*generate_organisation(PEOPLE, 7).people)
    over = hold_round(
        office, "Spring 2026", a_secretive_mentee("p3"), a_mentor_of("p2"), a_mentor_of("p5"), state=RoundState.ACTIVE
    )
    publish(office, over, [("p2", "p3", PairingState.ACCEPTED), ("p5", "p3", PairingState.ENDED)])
    hold_round(
        office, "Autumn 2026", a_secretive_mentee("p3", "p4"), a_secretive_mentee("p7"), a_mentor_of("p2"),
        a_mentor_of("p4"), state=RoundState.OPEN,
    )  # fmt: skip


def log_in(page: Page, address: str, email: str, password: str = PASSWORD) -> None:
    """Log in through the form."""
    page.goto(f"{address}/log-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
