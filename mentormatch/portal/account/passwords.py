"""Passwords: the first by invitation, a new one by a link, another one while signed in, the first administrator's."""

from flask import redirect, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from mentormatch.domain.accounts import TokenKind
from mentormatch.portal.access import open_to_everybody
from mentormatch.portal.account.blueprint import account
from mentormatch.portal.context import get_actor, get_origin, get_ports
from mentormatch.portal.forms import LONGEST_LINE, PlainForm, refusals_shown_in, show_form
from mentormatch.portal.notices import Notice, tell
from mentormatch.services import accounts

ADDRESS = _("E-mail address")
NEW = _("New password")


class NewPasswordForm(PlainForm):
    """A password to choose."""

    password = PasswordField(NEW, [InputRequired(_("Type the password that you want."))])


class FirstAdministratorForm(NewPasswordForm):
    """The address and the password of the first administrator."""

    email = StringField(ADDRESS, [InputRequired(_("Type your e-mail address.")), Length(max=LONGEST_LINE)])


class ResetForm(PlainForm):
    """The address for which a new password is asked."""

    email = StringField(ADDRESS, [InputRequired(_("Type your e-mail address.")), Length(max=LONGEST_LINE)])


class ChangePasswordForm(PlainForm):
    """The old password and the new one."""

    old = PasswordField(_("Old password"), [InputRequired(_("Type your old password."))])
    new = PasswordField(NEW, [InputRequired(_("Type the password that you want."))])


@account.route("/reset", methods=["GET", "POST"])
@open_to_everybody
def request_reset() -> tuple[str, int] | Response:
    """Ask for a letter with a link. What is answered does not depend on whether there is such a user."""
    form = ResetForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            accounts.request_reset(get_ports(), form.email.data, get_origin().address)
            tell(Notice.RESET_SENT)
            return redirect(url_for("account.log_in"))
    return show_form("account/reset.html", form)


@account.route("/reset/<token>", methods=["GET", "POST"], endpoint="reset_password", defaults={"kind": TokenKind.RESET})
@account.route("/invitation/<token>", methods=["GET", "POST"], defaults={"kind": TokenKind.INVITATION})
@open_to_everybody
def accept_invitation(token: str, kind: TokenKind) -> tuple[str, int] | Response:
    """Choose a password with the link of a letter; then log in with it."""
    form = NewPasswordForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            accounts.set_password_by_token(get_ports(), kind, token, form.password.data)
            tell(Notice.PASSWORD_SET)
            return redirect(url_for("account.log_in"))
    return show_form("account/new_password.html", form, is_first=kind is TokenKind.INVITATION)


@account.route("/first-administrator/<token>", methods=["GET", "POST"])
@open_to_everybody
def accept_first_administrator(token: str) -> tuple[str, int] | Response:
    """Sign up as the first administrator with the token from the command line."""
    form = FirstAdministratorForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            accounts.accept_first_administrator(get_ports(), token, form.email.data, form.password.data)
            tell(Notice.PASSWORD_SET)
            return redirect(url_for("account.log_in"))
    return show_form("account/first_administrator.html", form)


@account.route("/account/password", methods=["GET", "POST"])
def change_password() -> tuple[str, int] | Response:
    """Change one's own password."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            accounts.change_password(get_ports(), get_actor(), form.old.data, form.new.data, get_origin())
            tell(Notice.PASSWORD_CHANGED)
            return redirect(url_for("account.show_security"))
    return show_form("account/change_password.html", form)
