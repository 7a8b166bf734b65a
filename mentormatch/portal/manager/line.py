"""A manager's own line: who stands below as of now and what they take part in."""

from flask import render_template

from mentormatch.portal.addresses import page_number
from mentormatch.portal.context import get_actor, get_ports
from mentormatch.portal.manager.blueprint import manager
from mentormatch.services.line import show_line as find_line


@manager.get("/my-line")
def show_line() -> str:
    """Show everybody below on solid lines; for whoever has no reports there is no such page."""
    number = page_number()
    page = find_line(get_ports(), get_actor(), number)
    size = get_ports().settings.limits.page_rows
    return render_template("manager/line.html", page=page, number=number, size=size)
