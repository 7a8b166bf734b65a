"""One's own data: everything that is stored of whoever is logged in, to read and to take along."""

from flask import render_template
from werkzeug.wrappers import Response

from mentormatch.portal.context import get_actor, get_ports
from mentormatch.portal.downloads import hand_out
from mentormatch.portal.employee.blueprint import employee
from mentormatch.portal.employee.holdings import describe_holdings
from mentormatch.portal.forms import PlainForm
from mentormatch.services import own_data


@employee.get("/my-data")
def show_own_data() -> str:
    """Show what is stored, where it comes from and who sees it."""
    actor = get_actor()
    found = own_data.show_own_data(get_ports(), actor)
    return render_template(
        "employee/own_data.html",
        sections=list(describe_holdings(found)),
        person_id=next((str(row["person_id"]) for row in found.get("people", ())), ""),
        number=actor.user_key,
        form=PlainForm(),
    )


@employee.post("/my-data/download")
def download_own_data() -> Response:
    """Hand out the same as a file, which the audit log notes."""
    data = own_data.export_own_data(get_ports(), get_actor())
    return hand_out(data, "my-data.json", "application/json")
