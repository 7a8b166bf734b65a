"""People: the list with search and filters, and the card of one of them."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mentormatch.domain.people import Status
from mentormatch.portal.access import needs
from mentormatch.portal.addresses import key_in, page_number, word_in
from mentormatch.portal.context import get_actor, get_ports
from mentormatch.portal.hr.blueprint import hr
from mentormatch.services import organisation
from mentormatch.services.permissions import can_browse_people, can_erase_person
from mentormatch.services.reporting_lines import OddLine
from mentormatch.services.stored import PeopleQuery

LONGEST_SEARCH = 200
UNITS = ("division", "department", "location")


@hr.get("/people")
@needs(can_browse_people)
def list_people() -> str | Response:
    """Show the people whom search and filters mean; the address holds all that was chosen."""
    query = read_query()
    chosen = chosen_of(query)
    found = organisation.find_people(get_ports(), get_actor(), query)
    size = get_ports().settings.limits.page_rows
    if found.total and not found.people:
        last = (found.total + size - 1) // size
        return redirect(url_for("hr.list_people", **chosen, page=last))
    return render_template(
        "hr/people.html",
        query=query,
        found=found,
        size=size,
        chosen=chosen,
        names=organisation.list_unit_names(get_ports(), get_actor()),
        manager=_manager_of(query),
    )


@hr.get("/people/<int:person_key>")
@needs(can_browse_people)
def show_person(person_key: int) -> str:
    """Show the card of a person."""
    card = organisation.show_card(get_ports(), get_actor(), person_key)
    return render_template(
        "hr/person.html",
        card=card,
        person=card.stored.person,
        limit=organisation.BRANCH_LIMIT,
        can_erase=can_erase_person(get_actor(), person_key) and not card.is_erased,
    )


def read_query() -> PeopleQuery:
    """Return what the address of the list asks for; what means nothing is left out."""
    given = {name: request.args.get(name, "")[:LONGEST_SEARCH].strip() for name in ("search", *UNITS)}
    return PeopleQuery(
        **given,
        status=word_in(Status, "status"),
        manager_key=key_in("manager_key"),
        odd=word_in(OddLine, "odd"),
        page=page_number(),
    )


def chosen_of(query: PeopleQuery) -> Mapping[str, Any]:
    """Return what was chosen, for the addresses of other pages of the same list."""
    names = ("search", *UNITS, "status", "manager_key", "odd")
    return {name: value for name in names if (value := getattr(query, name)) not in ("", None)}


def _manager_of(query: PeopleQuery) -> str:
    """Return the name of the manager whose reports are listed."""
    if query.manager_key is None:
        return ""
    return organisation.name_person(get_ports(), get_actor(), query.manager_key).person.name
