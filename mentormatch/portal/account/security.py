"""One's own log-ins: where one is signed in, and how to end it there."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from mentormatch.portal.account.blueprint import account
from mentormatch.portal.context import get_actor, get_ports
from mentormatch.portal.forms import PlainForm
from mentormatch.portal.notices import Notice, tell
from mentormatch.services import sign_in, users


@account.get("/account")
def show_security() -> str:
    """Show the sessions that are running."""
    actor = get_actor()
    sessions = sign_in.list_sessions(get_ports(), actor, actor.user_key or 0)
    return render_template("account/security.html", sessions=sessions, here=actor.session_key, form=PlainForm())


@account.post("/account/sessions/<int:session_key>/end")
def end_session(session_key: int) -> Response:
    """End one of one's own sessions."""
    sign_in.end_session(get_ports(), get_actor(), session_key)
    tell(Notice.SESSION_ENDED)
    return redirect(url_for("account.show_security"))


@account.post("/account/sessions/end-others")
def end_other_sessions() -> Response:
    """End every session but this one."""
    actor = get_actor()
    users.end_all_sessions(get_ports(), actor, actor.user_key or 0)
    tell(Notice.SESSIONS_ENDED)
    return redirect(url_for("account.show_security"))
