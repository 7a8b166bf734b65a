"""Home: where things stand for whoever is signed in, and what is asked of them."""

from flask import render_template

from mentormatch.portal.context import get_actor, get_ports
from mentormatch.portal.employee.blueprint import employee
from mentormatch.services.home import list_own_participation


@employee.get("/")
def home() -> str:
    """Show what one takes part in and where one can go."""
    return render_template("employee/home.html", participation=list_own_participation(get_ports(), get_actor()))
