"""The log-in of a browser: an identifier in its cookie that stands for a session in the database, and nothing else."""

from datetime import timedelta
from functools import cached_property

from flask import Flask, Response, after_this_request, g, session
from flask_login import LoginManager, UserMixin, login_user, logout_user

from mentormatch.domain.accounts import Actor
from mentormatch.portal.configuration import device_cookie_name, is_secure
from mentormatch.portal.context import get_ports
from mentormatch.services.home import Introduction, introduce
from mentormatch.services.sign_in import Admission, resume

IDENTIFIER = "_user_id"
"""Where Flask-Login keeps the identifier in the cookie."""
EARLIER = "earlier"
"""Where the identifier stays after a log-out: it opens nothing any more, but tells whose page is still open."""


class SignedIn(UserMixin):  # type: ignore[misc]
    """Whoever is signed in, for the length of one request."""

    def __init__(self, session_id: str, actor: Actor) -> None:
        """Keep the identifier of the session and who acts in it."""
        self.id = session_id
        self.actor = actor

    @cached_property
    def introduction(self) -> Introduction:
        """The name to greet them by, and whether anybody reports to them."""
        return introduce(get_ports(), self.actor)


def watch_log_ins(app: Flask) -> None:
    """Let each request find out who is signed in."""
    manager = LoginManager()
    manager.session_protection = None  # an address that changes on the way to work is no theft
    manager.user_loader(find_signed_in)
    manager.init_app(app, add_context_processor=False)


def find_signed_in(session_id: str) -> SignedIn | None:
    """Return who is signed in under an identifier, asking the database every time."""
    actor = resume(get_ports(), session_id)
    return None if actor is None else SignedIn(session_id, actor)


def start(admission: Admission) -> None:
    """Let the browser carry a new session; nothing of an earlier one is left."""
    _forget()
    login_user(SignedIn(admission.session_id, admission.actor))
    session.pop("_id")  # a hash of address and browser, for a check that is off
    _remember_device(admission.device)


def stop() -> None:
    """Let the browser forget the session."""
    session_id = last_session_id()
    logout_user()
    _forget()
    session.update({EARLIER: session_id} if session_id else {})


def _forget() -> None:
    """Empty the cookie, and forget the token that pages of this request would still hold."""
    session.clear()
    session.permanent = True
    g.pop("csrf_token", None)


def last_session_id() -> str:
    """Return the identifier of the session that the browser has or last had; blank where it had none."""
    return str(session.get(IDENTIFIER) or session.get(EARLIER) or "")


def _remember_device(text: str) -> None:
    """Let the browser be known again; the cookie opens nothing by itself."""
    settings = get_ports().settings

    @after_this_request
    def add_cookie(response: Response) -> Response:
        response.set_cookie(
            device_cookie_name(settings),
            text,
            max_age=timedelta(days=settings.sessions.known_device_days),
            secure=is_secure(settings),
            httponly=True,
            samesite="Lax",
        )
        return response
