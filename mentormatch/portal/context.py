"""What a page needs of its surroundings: the ports of the services and who is acting."""

from typing import cast

from flask import current_app, request
from flask_login import current_user

from mentormatch.domain.accounts import Actor
from mentormatch.portal.configuration import device_cookie_name
from mentormatch.services.ports import Ports
from mentormatch.services.sign_in import Origin

EXTENSION = "mentormatch"
NOBODY = Actor(None)
"""Whoever has not signed in. They hold no role; the command line, which has no user either, holds all."""


def get_ports() -> Ports:
    """Return the ports with which the portal was made."""
    return cast("Ports", current_app.extensions[EXTENSION])


def get_actor() -> Actor:
    """Return who is acting, with their roles as of this request."""
    return current_user.actor if current_user.is_authenticated else NOBODY


def get_origin() -> Origin:
    """Return where the request comes from: its peer, or what the trusted proxies say of it, and its device."""
    device = request.cookies.get(device_cookie_name(get_ports().settings), "")
    return Origin(request.remote_addr or "", request.user_agent.string, device)
