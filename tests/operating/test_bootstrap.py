"""The parts of the portal are put together once for each process, and only on a database of this release."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from flask import Flask

from mentormatch.bootstrap import SystemClock, make_app, open_site
from mentormatch.errors import InputError
from mentormatch.services.ports import Ports
from tests.cli.command import run


@pytest.mark.usefixtures("installation")
def test_a_site_holds_its_ports_and_gives_the_pages() -> None:
    with open_site() as site:
        app = make_app(site)
        assert isinstance(site.ports, Ports)
        assert site.ports.settings is site.settings
        assert app.test_client().get("/log-in").status_code == 200
        assert {"preview_import", "apply_import", "send_letters"} <= site.queue.tasks.keys()


def test_a_database_without_tables_opens_no_site() -> None:
    with pytest.raises(InputError, match="run mentormatch db upgrade"):
        open_site()


def test_what_a_web_server_loads_is_the_portal() -> None:
    assert run("db", "upgrade").exit_code == 0
    assert isinstance(import_module("mentormatch.wsgi").make(), Flask)


def test_the_clock_tells_the_time_in_utc() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert abs(datetime.now(UTC) - now) < timedelta(minutes=1)
