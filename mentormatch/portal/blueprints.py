"""The pages by audience. A module of views is named here, or its pages are not there."""

from flask import Flask

from mentormatch.portal.account import confirmation, log_in, passwords, security
from mentormatch.portal.account.blueprint import account
from mentormatch.portal.employee import health, home
from mentormatch.portal.employee.blueprint import employee

VIEWS = (confirmation, log_in, passwords, security, health, home)
"""The modules whose views are bound when they are loaded."""
AUDIENCES = (account, employee)


def register(app: Flask) -> None:
    """Give an application all its pages."""
    for audience in AUDIENCES:
        app.register_blueprint(audience)
