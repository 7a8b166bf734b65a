"""What somebody typed is carried along when a step must be interrupted: for the log-in, the password, a stale page.

The answers travel in the page itself, signed, and for the one who typed them: the portal keeps nothing, so neither an
expired log-in nor a restart loses them.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app, render_template, request, session
from itsdangerous import BadData, URLSafeTimedSerializer

from mentormatch.portal.context import get_ports
from mentormatch.portal.forms import ConfirmForm, LogInForm, PlainForm
from mentormatch.services.sign_in import whose_session

FIELD = "carried"
SECRET_NAMES = frozenset({"csrf_token", "password", "old", "new", FIELD})
"""Fields that are never carried: they are typed again."""
SECONDS = 86_400
MOST_BYTES = 500_000


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
    """Return the log-in page that carries the answers of this request."""
    return render_template("account/log_in.html", form=LogInForm(formdata=None), carried=pack()), 401


def ask_to_confirm() -> tuple[str, int]:
    """Return the page that asks for the password again and carries the answers of this request."""
    return render_template("account/confirm.html", form=ConfirmForm(formdata=None), carried=pack(), next=""), 401


def ask_to_send_again(sentence: str) -> tuple[str, int]:
    """Return the page that shows what was typed on a page that has grown too old, with a button that sends it."""
    return render_template("errors/send_again.html", carried=unpack(pack()), sentence=sentence, form=PlainForm()), 400


def pack() -> str:
    """Return the answers of this request as a signed text."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in SECRET_NAMES]
    bare = {"path": request.path, "fields": fields, "file": bool(request.files), "user": _who_typed()}
    text = json.dumps(bare)
    return str(_signer().dumps(bare)) if len(text) <= MOST_BYTES else ""


def unpack(text: str) -> Carried | None:
    """Return what was carried, or ``None`` when it is not ours, too old or made for a page that is not there."""
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
    session_id = session.get("_user_id")
    return whose_session(get_ports(), session_id) if session_id else None


def _signer() -> URLSafeTimedSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt="carried-answers")
