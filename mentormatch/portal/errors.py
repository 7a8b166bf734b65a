"""What people see when something cannot be done: one sentence, what to do next, never the inside of the portal."""

import logging
import secrets

from flask import Flask, Response, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from mentormatch.errors import InputError, MentorMatchError, RefusedError
from mentormatch.portal.access import READING
from mentormatch.portal.carrying import ask_to_confirm, ask_to_send_again
from mentormatch.portal.origins import comes_from_here
from mentormatch.services.refusals import (
    BusyError,
    ConfirmationNeededError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    StorageFullError,
    TooManyAttemptsError,
)

LOG = logging.getLogger("mentormatch.portal")
STATUSES: tuple[tuple[type[MentorMatchError], int], ...] = (
    (NotFoundError, 404),
    (NotAllowedError, 403),
    (TooManyAttemptsError, 429),
    (ConflictError, 409),
    (BusyError, 503),
    (StorageFullError, 503),
    (RefusedError, 409),
    (InputError, 400),
)
"""The status with which each family of errors is answered, the narrower first."""
RETRY_SECONDS = 5
Answer = Response | tuple[str, int] | tuple[str, int, dict[str, str]]


def answer_errors(app: Flask) -> None:
    """Have every error answered with a page."""
    app.register_error_handler(ConfirmationNeededError, answer_confirmation)
    app.register_error_handler(MentorMatchError, answer_expected)
    app.register_error_handler(CSRFError, answer_stale_page)
    app.register_error_handler(SecurityError, answer_foreign_host)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Exception, answer_unexpected)
    app.register_error_handler(InternalServerError, answer_failed_answer)


def answer_confirmation(_error: ConfirmationNeededError) -> Answer:
    """Ask for the password, and carry on with the step after it."""
    if request.method in READING:
        return redirect(url_for("account.confirm", next=request.full_path.rstrip("?")))  # type: ignore[return-value]
    return ask_to_confirm()


def answer_expected(error: MentorMatchError) -> Answer:
    """Show the sentence of an error that was raised on purpose."""
    status = next((code for family, code in STATUSES if isinstance(error, family)), 500)
    if status == 500:
        return answer_unexpected(error)
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}
    if isinstance(error, TooManyAttemptsError):
        headers = {"Retry-After": str(int(str(error.data["minutes"])) * 60)}
    return show_error(status, error.sentence), status, headers


def answer_stale_page(_error: CSRFError) -> Answer:
    """Refuse a step whose token is not ours; somebody whose page grew too old gets their answers back."""
    if comes_from_here():
        return ask_to_send_again()
    return show_error(400, _("This step did not come from a page of this portal; open the page and do it again.")), 400


def answer_foreign_host(_error: SecurityError) -> Answer:
    """Refuse to speak for a host that is not ours; a page could only link there."""
    sentence = _("This portal does not answer under this name; use the address that you were given.")
    return Response(sentence, 400, mimetype="text/plain")


def answer_failed_answer(error: InternalServerError) -> Answer:
    """Show the page of an error that came up while the page of another one was made."""
    return answer_unexpected(error.original_exception or error)


def answer_http(error: HTTPException) -> Answer:
    """Show a page for an error of the protocol."""
    status = error.code or 500
    if status == 413:
        sentence = _("What you sent is too large for this portal; send a smaller file.")
    else:
        sentence = _sentences().get(status) or error.description or _("This cannot be done.")
    bare = error.get_response()
    if 300 <= status < 400:
        return bare  # type: ignore[return-value]
    kept = {name: value for name, value in bare.headers if name in ("Allow", "Retry-After")}
    return show_error(status, str(sentence)), status, kept


def answer_unexpected(error: BaseException) -> Answer:
    """Show a page with a reference that leads to the trace in the log."""
    reference = secrets.token_hex(4)
    LOG.error("unexpected error %s at %s", reference, request.endpoint, exc_info=error)
    sentence = _("Something went wrong on our side, and nothing was saved.")
    return show_error(500, sentence, reference), 500


def show_error(status: int, sentence: str, reference: str = "") -> str:
    """Return the page of an error. When the portal fails, it greets nobody: it may be just that which fails."""
    g.greets_nobody = status >= 500
    title = _titles().get(status) or _("This cannot be done")
    return render_template("errors/error.html", status=status, title=title, sentence=sentence, reference=reference)


def _titles() -> dict[int, str]:
    return {
        400: _("This cannot be used"),
        403: _("This is not yours to do"),
        404: _("There is nothing here"),
        405: _("That is not how this page works"),
        409: _("Something is in the way"),
        413: _("Too large"),
        429: _("Too many attempts"),
        500: _("That was our fault"),
        503: _("Busy"),
    }


def _sentences() -> dict[int, str]:
    return {
        404: _("There is no such page, or it is not for you."),
        405: _("This address is not opened like this; start from the home page."),
    }
