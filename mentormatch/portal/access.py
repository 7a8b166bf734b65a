"""Who reaches which page: closed unless a view says otherwise, and a page that is not for somebody does not exist."""

from collections.abc import Callable
from functools import wraps

from flask import Flask, Response, abort, current_app, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from mentormatch.domain.accounts import Actor
from mentormatch.portal.carrying import ask_to_log_in
from mentormatch.portal.configuration import FORM_BYTES
from mentormatch.portal.context import get_actor
from mentormatch.portal.origins import comes_from_elsewhere
from mentormatch.services.refusals import NotFoundError

OPEN_FILES = frozenset({"static", "bootstrap.static"})
OPEN = "is_open_to_everybody"
REPEATS = "names_that_may_repeat"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
WITH_FILES = "multipart/form-data"
FORMS = frozenset({"", "application/x-www-form-urlencoded", WITH_FILES})
"""What a change may be sent as: the forms of pages, or a button that sends nothing."""


def open_to_everybody[**P, R](view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that nobody needs to sign in for."""
    setattr(view, OPEN, True)
    return view


def allows_repeats[**P, R](*names: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a view whose form has fields of which there may be several."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        setattr(view, REPEATS, frozenset(names))
        return view

    return mark


def needs[**P, R](permission: Callable[[Actor], bool]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only those reach a view who have a permission; for others there is no such page."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not permission(get_actor()):
                raise NotFoundError("There is no such page.")
            return view(*args, **kwargs)

        return guarded

    return guard


def guard(app: Flask) -> None:
    """Watch every request before its view is called."""
    app.before_request(limit_plain_forms)
    app.before_request(refuse_other_sites)
    app.before_request(refuse_other_bodies)
    app.before_request(refuse_repeated_names)
    app.before_request(require_log_in)


def require_log_in() -> Response | tuple[str, int] | None:
    """Send whoever is not signed in to the log-in page, with what they typed."""
    endpoint = request.endpoint
    if endpoint is None or endpoint in OPEN_FILES or current_user.is_authenticated or _marked(OPEN, False):
        return None
    if request.method in READING:
        return redirect(url_for("account.log_in", next=request.full_path.rstrip("?")))  # type: ignore[return-value]
    return ask_to_log_in()


def limit_plain_forms() -> None:
    """Let only forms with files be as large as a file: any other is read into memory as a whole."""
    if request.mimetype != WITH_FILES:
        request.max_content_length = FORM_BYTES


def refuse_other_sites() -> None:
    """Refuse a change that another site asks for, even one that knows a token."""
    if request.method not in READING and comes_from_elsewhere():
        abort(403, _("This step was asked for by another site; open the page here and do it again."))


def refuse_other_bodies() -> None:
    """Refuse a change that is no form: nothing here reads anything else, so nothing is checked for it."""
    if request.endpoint and request.method not in READING and request.mimetype not in FORMS:
        abort(415, _("This portal takes forms only; send the step from its page."))


def refuse_repeated_names() -> None:
    """Refuse a request that says the same thing twice: which of the two is meant differs from reader to reader."""
    allowed: frozenset[str] = _marked(REPEATS, frozenset())
    for given in (request.args, request.form):
        if any(len(values) > 1 for name, values in given.lists() if name not in allowed):
            abort(400, _("A field of this request is given twice; go back and try again."))


def _marked[T](mark: str, default: T) -> T:
    """Return what a view is marked with."""
    view = current_app.view_functions.get(request.endpoint or "")
    value: T = getattr(view, mark, default)
    return value
