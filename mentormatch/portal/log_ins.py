"""The log-in of a browser: an identifier in its cookie that stands for a session in the database, and nothing else."""

from functools import cached_property

from flask import Flask, session
from flask_login import LoginManager, UserMixin, login_user, logout_user

from mentormatch.domain.accounts import Actor
from mentormatch.portal.context import get_ports
from mentormatch.services.home import Introduction, introduce
from mentormatch.services.sign_in import Admission, resume


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
    manager.init_app(app)


def find_signed_in(session_id: str) -> SignedIn | None:
    """Return who is signed in under an identifier, asking the database every time."""
    actor = resume(get_ports(), session_id)
    return None if actor is None else SignedIn(session_id, actor)


def start(admission: Admission) -> None:
    """Let the browser carry a new session; nothing of an earlier one is left."""
    session.clear()
    session.permanent = True
    login_user(SignedIn(admission.session_id, admission.actor))


def stop() -> None:
    """Let the browser forget the session."""
    logout_user()
    session.clear()
