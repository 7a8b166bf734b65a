"""What somebody typed is carried along when a step must be interrupted: for the log-in, the password, a stale page.

The answers travel in the page itself, signed, and for the one who typed them: the portal keeps nothing, so neither an
expired log-in nor a restart loses them. Only what one of our own pages sent is carried: nobody is handed the answers of
another site as if they were theirs.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app, render_template, request
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer

from mentormatch.portal.configuration import FORM_BYTES
from mentormatch.portal.context import get_actor, get_ports
from mentormatch.portal.forms import ConfirmForm, LogInForm
from mentormatch.portal.log_ins import last_session_id
from mentormatch.portal.origins import comes_from_here
from mentormatch.services.sign_in import whose_session

FIELD = "carried"
LOG_IN = "account.log_in"
SECRET_NAMES = frozenset({"csrf_token", "password", "old", "new", FIELD})
"""Fields that are never carried: they are typed again."""
SECONDS = 86_400
MOST_BYTES = FORM_BYTES * 9 // 10
"""The longest text that is carried: it must fit into a form beside address and password."""
TOO_LONG = "too-long"
"""Stands for answers that are too long to be carried."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A form that was interrupted: where it was sent, what it held, and whether a file has to be chosen again."""

    path: str
    fields: tuple[tuple[str, str], ...]
    had_file: bool
    user_key: int | None

    @property
    def shown_fields(self) -> Iterable[tuple[str, str]]:
        """What was typed, without what is blank or a mere mark."""
        return [(name, value) for name, value in self.fields if value.strip() and len(value) > 1]


def ask_to_log_in() -> tuple[str, int]:
    """Return the log-in page that carries the answers of this request, if a page of ours sent them."""
    return _show_log_in(LogInForm(formdata=None)), 401


def ask_to_confirm() -> tuple[str, int]:
    """Return the page that asks for the password again and carries the answers of this request."""
    return render_template("account/confirm.html", form=ConfirmForm(formdata=None), carried=pack()), 401


def ask_to_send_again() -> tuple[str, int]:
    """Return the page that shows what was typed on a page that has grown too old, with a button that sends it.

    If it was the page of the log-in or of the password, what it carried is shown, or carried on to a new one.
    """
    shown = show_carried(request.form.get(FIELD, ""))
    if shown:
        return shown, 400
    if request.endpoint == LOG_IN or FIELD in request.form:
        form = LogInForm(formdata=None, email=request.form.get("email", ""))
        form.form_errors.append(_("This page had grown too old; type your password once more."))
        return _show_log_in(form), 400
    return render_template("errors/send_again.html", carried=_unpack(pack())), 400


def show_carried(text: str) -> str | None:
    """Return the page that gives somebody their answers back, unless there are none or they are another user's."""
    carried, actor = _unpack(text), get_actor()
    if carried is None or actor.user_key is None or carried.user_key not in (None, actor.user_key):
        return None
    return render_template("account/carry_on.html", carried=carried)


def pack() -> str:
    """Return the answers of this request as a signed text, or what it carries already: that is looked at when shown."""
    if request.form.get(FIELD) or request.endpoint == LOG_IN:
        return request.form.get(FIELD, "")
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in SECRET_NAMES]
    path = request.full_path.rstrip("?")
    bare = {"path": path, "fields": fields, "file": bool(request.files), "user": _who_typed()}
    text = str(_signer().dumps(bare))
    return text if len(text) <= MOST_BYTES else TOO_LONG


def _show_log_in(form: LogInForm) -> str:
    carried = pack() if comes_from_here() else ""
    return render_template("account/log_in.html", form=form, carried=carried)


def _unpack(text: str) -> Carried | None:
    """Return what was carried, or ``None`` when it is not ours or too old."""
    if not text:
        return None
    try:
        bare = _signer().loads(text, max_age=SECONDS)
    except BadData:
        return None
    fields = tuple((str(name), str(value)) for name, value in bare["fields"])
    return Carried(str(bare["path"]), fields, bool(bare["file"]), bare["user"])


def _who_typed() -> int | None:
    """Return the user whose session it is or was, even if it has ended."""
    session_id = last_session_id()
    return whose_session(get_ports(), session_id) if session_id else None


def _signer() -> URLSafeTimedSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt="carried-answers")
