"""The password once more, before a sensitive step."""

from flask import redirect, request
from werkzeug.wrappers import Response

from mentormatch.portal import log_ins
from mentormatch.portal.account.blueprint import account
from mentormatch.portal.carrying import FIELD, show_carried
from mentormatch.portal.context import get_actor, get_origin, get_ports
from mentormatch.portal.destinations import safe_destination
from mentormatch.portal.forms import ConfirmForm, refusals_shown_in, show_form
from mentormatch.services import sign_in


@account.route("/confirm", methods=["GET", "POST"])
def confirm() -> tuple[str, int] | Response | str:
    """Take the password; a new session follows the old one."""
    form = ConfirmForm()
    carried, wanted = request.form.get(FIELD, ""), request.args.get("next", "")
    if form.validate_on_submit():
        with refusals_shown_in(form):
            log_ins.start(sign_in.confirm(get_ports(), get_actor(), form.password.data, get_origin()))
            return show_carried(carried) or redirect(safe_destination(wanted))
    return show_form("account/confirm.html", form, carried=carried)
