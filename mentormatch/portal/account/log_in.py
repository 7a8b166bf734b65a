"""Logging in and out. What was typed before an interruption is carried through the log-in and can then be sent."""

from flask import redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from mentormatch.portal import log_ins
from mentormatch.portal.access import READING, open_to_everybody
from mentormatch.portal.account.blueprint import account
from mentormatch.portal.carrying import FIELD, show_carried
from mentormatch.portal.context import get_actor, get_origin, get_ports
from mentormatch.portal.destinations import safe_destination
from mentormatch.portal.forms import LogInForm, refusals_shown_in, show_form
from mentormatch.portal.notices import Notice, tell
from mentormatch.services import sign_in


@account.route("/log-in", methods=["GET", "POST"])
@open_to_everybody
def log_in() -> tuple[str, int] | Response | str:
    """Take address and password, and go where the person wanted to go."""
    form = LogInForm()
    carried = request.form.get(FIELD, "")
    wanted = request.args.get("next", "")
    if request.method in READING and current_user.is_authenticated:
        return redirect(safe_destination(wanted))
    if form.validate_on_submit():
        with refusals_shown_in(form):
            typed = form.email.data, form.password.data
            log_ins.start(sign_in.log_in(get_ports(), *typed, get_origin(), earlier=get_actor()))
            return show_carried(carried) or redirect(safe_destination(wanted))
    return show_form("account/log_in.html", form, carried=carried)


@account.post("/log-out")
@open_to_everybody
def log_out() -> Response:
    """End the session, here and in the database; one that has ended already is no reason to ask for the password."""
    sign_in.log_out(get_ports(), get_actor())
    log_ins.stop()
    tell(Notice.LOGGED_OUT)
    return redirect(url_for("account.log_in"))
