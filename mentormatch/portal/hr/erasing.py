"""Erasing a person who asked for it: what it means, the step itself, and the pseudonym that is left."""

from flask import redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from mentormatch.portal.access import needs
from mentormatch.portal.context import get_actor, get_ports
from mentormatch.portal.forms import AgreeForm, refusals_shown_in, show_form
from mentormatch.portal.hr.blueprint import hr
from mentormatch.services import own_data
from mentormatch.services.permissions import can_browse_people
from mentormatch.services.refusals import NotFoundError

KEPT = "pseudonym"
"""Where the cookie carries the pseudonym to the page after, which shows it once."""


@hr.route("/people/<int:person_key>/erase", methods=["GET", "POST"])
@needs(can_browse_people)
def erase_person(person_key: int) -> tuple[str, int] | Response:
    """Say what will be gone and what stays, and do it."""
    preview = own_data.preview_erasure(get_ports(), get_actor(), person_key)
    form = AgreeForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            session[KEPT] = own_data.erase_person(get_ports(), get_actor(), person_key)
            return redirect(url_for("hr.show_erasure"))
    return show_form("hr/erase_person.html", form, preview=preview, person_key=person_key)


@hr.get("/people/erased")
@needs(can_browse_people)
def show_erasure() -> str:
    """Show the pseudonym of whoever was just erased."""
    pseudonym = session.pop(KEPT, None)
    if pseudonym is None:
        raise NotFoundError("There is no such page.")
    return render_template("hr/erased.html", pseudonym=pseudonym)
