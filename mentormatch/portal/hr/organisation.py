"""The organisation as a tree: the tops, where somebody stands in it, and branches that open one by one."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mentormatch.portal.access import needs
from mentormatch.portal.context import get_actor, get_ports
from mentormatch.portal.hr.blueprint import hr
from mentormatch.portal.hr.people import LONGEST_SEARCH
from mentormatch.services import organisation
from mentormatch.services.permissions import can_browse_people
from mentormatch.services.stored import PeopleQuery


@hr.get("/organisation")
@needs(can_browse_people)
def show_organisation() -> str | Response:
    """Show the tops, or those whom a search finds; if it finds one person only, where they stand."""
    search = request.args.get("search", "")[:LONGEST_SEARCH].strip()
    if not search:
        whole = organisation.show_organisation(get_ports(), get_actor())
        return render_template("hr/organisation.html", whole=whole, limit=organisation.BRANCH_LIMIT)
    found = organisation.find_people(get_ports(), get_actor(), PeopleQuery(search))
    if found.total == 1:
        return redirect(url_for("hr.show_place", person_key=found.people[0].key))
    return render_template("hr/organisation_search.html", found=found, search=search)


@hr.get("/organisation/<int:person_key>")
@needs(can_browse_people)
def show_place(person_key: int) -> str:
    """Show where somebody stands: the chain from the top down to them, and the branch below."""
    place = organisation.find_place(get_ports(), get_actor(), person_key)
    return render_template("hr/place.html", place=place, limit=organisation.BRANCH_LIMIT)


@hr.get("/organisation/<int:person_key>/branch")
@needs(can_browse_people)
def show_branch(person_key: int) -> str:
    """Return the list of those who report to somebody, to be set into the page of a tree."""
    branch = organisation.open_branch(get_ports(), get_actor(), person_key)
    return render_template("hr/branch.html", branch=branch, over_key=person_key, limit=organisation.BRANCH_LIMIT)
