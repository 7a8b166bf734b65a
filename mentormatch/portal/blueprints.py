"""The pages by audience. A module of views is named here, or its pages are not there."""

from flask import Flask

from mentormatch.portal.account import confirmation, log_in, passwords, security
from mentormatch.portal.account.blueprint import account
from mentormatch.portal.admin import users
from mentormatch.portal.admin.blueprint import admin
from mentormatch.portal.auditor import audit_log
from mentormatch.portal.auditor.blueprint import auditor
from mentormatch.portal.context import EXTENSION
from mentormatch.portal.employee import health, home, own_data
from mentormatch.portal.employee.blueprint import employee
from mentormatch.portal.hr import erasing, imports, organisation, people, policies, programmes
from mentormatch.portal.hr.blueprint import hr
from mentormatch.portal.manager import line
from mentormatch.portal.manager.blueprint import manager
from mentormatch.portal.style_guide import style_guide

VIEWS = (
    confirmation,
    log_in,
    passwords,
    security,
    health,
    home,
    policies,
    programmes,
    audit_log,
    own_data,
    erasing,
    users,
    imports,
    people,
    organisation,
    line,
)
"""The modules whose views are bound when they are loaded."""
AUDIENCES = (account, employee, hr, auditor, manager, admin)


def register(app: Flask) -> None:
    """Give an application all its pages; those for whoever builds pages are not there in production."""
    for audience in AUDIENCES:
        app.register_blueprint(audience)
    if not app.extensions[EXTENSION].settings.is_production:
        app.register_blueprint(style_guide)
