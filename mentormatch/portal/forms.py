"""Forms: which fields a page takes, and how a refusal of a service becomes a sentence beside a field."""

from types import TracebackType
from typing import Any, Self

from flask import render_template
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from mentormatch.errors import InputError, RefusedError
from mentormatch.services.refusals import ConfirmationNeededError, NotFoundError, TooManyAttemptsError

LONGEST_LINE = 254
ELSEWHERE = (ConfirmationNeededError, NotFoundError)
"""Refusals that another page answers, not the form."""


class PlainForm(FlaskForm):  # type: ignore[misc]
    """A form without fields of its own: a button. It holds the token that no other site knows."""

    status = 422
    """The status of the page that shows what has to be mended."""

    def refuse(self, error: InputError | RefusedError) -> None:
        """Show the sentence of an error beside the field that it names, or above all fields."""
        if isinstance(error, TooManyAttemptsError):
            self.status = 429
        field = self._fields.get(str(error.data.get("field", "")))
        if field is None:
            self.form_errors.append(error.sentence)
        else:
            field.errors = (*field.errors, error.sentence)


class LogInForm(PlainForm):
    """Address and password."""

    email = StringField(_("E-mail address"), [InputRequired(_("Type your e-mail address.")), Length(max=LONGEST_LINE)])
    password = PasswordField(_("Password"), [InputRequired(_("Type your password."))])


class ConfirmForm(PlainForm):
    """The password once more."""

    password = PasswordField(_("Password"), [InputRequired(_("Type your password."))])


class AgreeForm(PlainForm):
    """A step that cannot be undone, with a box to tick."""

    agreed = BooleanField(_("I have read this and want it done."), [InputRequired(_("Tick the box to go on."))])


class refusals_shown_in:  # noqa: N801 - reads as a phrase: with refusals_shown_in(form)
    """A block whose refusals become sentences of a form; the form is then shown again with what was typed."""

    def __init__(self, form: PlainForm) -> None:
        """Keep the form."""
        self.form = form

    def __enter__(self) -> Self:
        """Begin the block."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        """Take a refusal that the form can show."""
        if not isinstance(error, InputError | RefusedError) or isinstance(error, ELSEWHERE):
            return False
        self.form.refuse(error)
        return True


def show_form(template: str, form: PlainForm, **context: Any) -> tuple[str, int]:
    """Return a page with a form: 422 when something in it has to be mended, 429 when it was tried too often."""
    return render_template(template, form=form, **context), form.status if form.errors else 200
