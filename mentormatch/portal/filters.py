"""What templates may call: dates and numbers as people read them, addresses of files, icons, the navigation."""

import hashlib
from datetime import date, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path

from flask import Flask, current_app, g, url_for
from flask_babel import format_date, format_datetime, format_decimal, format_percent
from flask_login import current_user

from mentormatch.portal.browsers import name_browser
from mentormatch.portal.icons import icon
from mentormatch.portal.navigation import links_of
from mentormatch.portal.notices import told
from mentormatch.services.home import Introduction

BOOTSTRAP_RELEASE = version("bootstrap-flask")


def teach_templates(app: Flask) -> None:
    """Let templates use what is in this file."""
    app.url_defaults(name_release)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        moment=show_moment,
        day=show_day,
        number=format_decimal,
        percent=format_percent,
        as_text=str,
        browser=name_browser,
    )
    app.jinja_env.globals.update(icon=icon, asset=asset, links_of=links_of, told=told, has_page=has_page)
    app.context_processor(lambda: {"me": find_reader()})


def find_reader() -> Introduction | None:
    """Return who reads the page, if they are signed in."""
    return None if g.get("greets_nobody") or not current_user.is_authenticated else current_user.introduction


def name_release(endpoint: str, values: dict[str, object]) -> None:
    """Let the address of a file of Bootstrap change with its release, as browsers keep it for a year."""
    if endpoint == "bootstrap.static":
        values.setdefault("v", BOOTSTRAP_RELEASE)


def show_moment(moment: datetime | None) -> str:
    """Return a moment to the minute, with the name of its zone."""
    return "–" if moment is None else f"{format_datetime(moment, 'd MMM yyyy, HH:mm')} UTC"


def show_day(day: date | None) -> str:
    """Return a day with its month in letters, so that nobody takes one for the other."""
    return "–" if day is None else format_date(day, "d MMM yyyy")


def asset(name: str) -> str:
    """Return the address of one of our own files; it changes with the file, so that browsers may keep it for ever."""
    return url_for("static", filename=name, v=_digest(str(current_app.static_folder), name))


def has_page(endpoint: str) -> bool:
    """Whether this portal has a page of that name."""
    return endpoint in current_app.view_functions


@cache
def _digest(folder: str, name: str) -> str:
    return hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:12]
