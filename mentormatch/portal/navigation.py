"""The links at the top of each page: those that lead somewhere for whoever is signed in."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from mentormatch.portal.context import get_actor
from mentormatch.services.permissions import (
    can_browse_people,
    can_import_people,
    can_list_users,
    can_read_audit_log,
    can_see_programmes,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link: where it leads, its text, its icon, and whether the page is open."""

    address: str
    text: str
    icon: str
    is_here: bool


def links_of() -> Iterator[Link]:
    """Yield the links for whoever is signed in."""
    actor = get_actor()
    yield _link("employee.home", _("Home"), "house")
    if current_user.introduction.is_manager:
        yield from _link_if_there("manager.show_line", _("My line"), "diagram-2")
    if can_see_programmes(actor):
        yield from _link_if_there("hr.list_programmes", _("Programmes"), "journal-check")
    if can_browse_people(actor):
        yield from _link_if_there("hr.list_people", _("People"), "people")
        yield from _link_if_there("hr.show_organisation", _("Organisation"), "diagram-3")
    if can_import_people(actor):
        yield from _link_if_there("hr.list_imports", _("Imports"), "cloud-upload")
    if can_list_users(actor):
        yield from _link_if_there("admin.list_users", _("Users"), "person-badge")
    if can_read_audit_log(actor):
        yield from _link_if_there("auditor.read_log", _("Audit log"), "shield-check")


def _link_if_there(endpoint: str, text: str, icon: str) -> Iterator[Link]:
    if endpoint in current_app.view_functions:
        yield _link(endpoint, text, icon)


def _link(endpoint: str, text: str, icon: str) -> Link:
    address = url_for(endpoint)
    path = request.path
    is_here = path == address or (address != "/" and path.startswith(f"{address}/"))
    return Link(address, text, icon, is_here)
