"""Pictures of pages for people to look at: ``make screenshots`` writes build/screenshots/."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from mentormatch.storage.engines import make_engine
from mentormatch.storage.migrating import upgrade
from mentormatch.storage.store import SqlStore
from tests.browser.conftest import FLAGS
from tests.import_stages import show_stages
from tests.offices import PASSWORD
from tests.pages import Portal, make_portal

FOLDER = Path("build/screenshots")
SIZES = {"phone": (320, 800), "wide": (1440, 900)}
SCHEMES = ("light", "dark")
PAGES: dict[str, tuple[str, str]] = {
    "log-in": ("", "/log-in"),
    "forgotten": ("", "/reset"),
    "home": ("employee", "/"),
    "security": ("employee", "/account"),
    "password": ("employee", "/account/password"),
    "own-data": ("hr", "/my-data"),
    "erase": ("hr", "/people/3/erase"),
    "audit-log": ("auditor", "/audit-log"),
    "audit-log-check": ("auditor", "/audit-log/check"),
    "users": ("administrator", "/users"),
    "user": ("administrator", "/users/3"),
    "invite": ("administrator", "/users/invite"),
    "invite-everybody": ("administrator", "/users/invite-everybody"),
    "not-found": ("employee", "/nowhere"),
    "programmes": ("hr", "/programmes"),
    "programme": ("hr", "/programmes/1"),
    "policy-form": ("hr", "/programmes/1/policy"),
    "policy-version": ("auditor", "/programmes/1/policy/2"),
    "policy-compare": ("hr", "/programmes/1/policy/compare"),
    "policy-file": ("hr", "/programmes/1/policy/file"),
    "imports": ("hr", "/imports"),
    "import-new": ("hr", "/imports/new"),
    "import-running": ("administrator", "/imports/1"),
    "import-problems": ("hr", "/imports/2"),
    "import-preview": ("hr", "/imports/3"),
    "import-confirm": ("hr", "/imports/3/apply"),
    "import-done": ("hr", "/imports/4"),
    "people": ("hr", "/people"),
    "person": ("hr", "/people/2"),
    "organisation": ("hr", "/organisation"),
    "organisation-place": ("hr", "/organisation/3"),
    "organisation-search": ("hr", "/organisation?search=er"),
    "my-line": ("manager", "/my-line"),
}
"""Each page by a name: who opens it, and where it is."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an application for as long as a block lasts; give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def log_in(page: Page, address: str, email: str) -> None:
    """Log in through the form."""
    page.goto(f"{address}/log-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def picture(browser: Browser, address: str, name: str) -> None:
    """Take the pictures of one page."""
    role, path = PAGES[name]
    for size, (width, height) in SIZES.items():
        for scheme in SCHEMES:
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            page = context.new_page()
            if role:
                log_in(page, address, f"{role}@company.example")
            page.goto(f"{address}{path}")
            page.screenshot(path=FOLDER / f"{name}-{size}-{scheme}.png", full_page=True)
            context.close()


def main(names: list[str]) -> None:
    """Take pictures of some pages, or of all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        url = f"sqlite:///{folder}/portal.sqlite"
        upgrade(url)
        portal: Portal = make_portal(SqlStore(make_engine(url)), limits={"attempts_per_address": 10_000})
        show_stages(portal)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*FLAGS])
        with serving(portal.app) as address:
            for name in names or PAGES:
                picture(browser, address, name)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
