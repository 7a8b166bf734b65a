"""Users: the list, inviting one or everybody, and what an administrator can do with one of them."""

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from mentormatch.domain.accounts import Role, UserState
from mentormatch.portal.access import needs
from mentormatch.portal.addresses import page_number, word_in
from mentormatch.portal.admin.blueprint import admin
from mentormatch.portal.context import get_actor, get_ports
from mentormatch.portal.forms import LONGEST_LINE, AgreeForm, PlainForm, refusals_shown_in, show_form
from mentormatch.portal.notices import Notice, tell
from mentormatch.services import accounts, own_data, sign_in, users
from mentormatch.services.permissions import (
    can_change_roles,
    can_disable_user,
    can_erase_user,
    can_invite_users,
    can_list_users,
)
from mentormatch.services.stored import UsersQuery


class InviteForm(PlainForm):
    """An address, and the roles that the user is to hold."""

    email = StringField(_("E-mail address"), [InputRequired(_("Type an e-mail address.")), Length(max=LONGEST_LINE)])
    hr = BooleanField(_("HR: people, programmes, imports, all pairings"))
    auditor = BooleanField(_("Auditor: policies, figures and the audit log, without names"))
    administrator = BooleanField(_("Administrator: users and roles"))

    @property
    def roles(self) -> frozenset[Role]:
        """The roles whose boxes are ticked."""
        return frozenset(role for role in Role if self[role.value].data)


@admin.get("/users")
@needs(can_list_users)
def list_users() -> str:
    """Show users by address, as many as one page holds."""
    query = UsersQuery(
        search=request.args.get("search", "").strip(),
        state=word_in(UserState, "state"),
        role=word_in(Role, "role"),
        page=page_number(),
    )
    found = users.find_users(get_ports(), get_actor(), query)
    states = [state for state in UserState if state is not UserState.ERASED]
    size = get_ports().settings.limits.page_rows
    return render_template("admin/users.html", query=query, found=found, states=states, roles=list(Role), size=size)


@admin.route("/users/invite", methods=["GET", "POST"])
@needs(can_invite_users)
def invite() -> tuple[str, int] | Response:
    """Invite one user."""
    sign_in.require_confirmation(get_ports(), get_actor())
    form = InviteForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            invited = accounts.invite(get_ports(), get_actor(), form.email.data, form.roles)
            get_ports().jobs.send_letters()
            tell(Notice.USER_INVITED)
            return redirect(url_for("admin.show_user", user_key=invited.key))
    return show_form("admin/invite.html", form, has_mail=_has_mail())


@admin.route("/users/invite-everybody", methods=["GET", "POST"])
@needs(can_invite_users)
def invite_everybody() -> tuple[str, int] | Response:
    """Say who would be invited, and invite them."""
    preview = users.preview_invitations(get_ports(), get_actor())
    form = AgreeForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            users.invite_people(get_ports(), get_actor())
            tell(Notice.PEOPLE_INVITED)
            return redirect(url_for("admin.list_users", state=UserState.INVITED))
    return show_form("admin/invite_everybody.html", form, preview=preview, has_mail=_has_mail())


@admin.get("/users/<int:user_key>")
@needs(can_list_users)
def show_user(user_key: int) -> str:
    """Show a user with their roles and where they are logged in."""
    actor = get_actor()
    card = users.show_user(get_ports(), actor, user_key)
    return render_template(
        "admin/user.html",
        card=card,
        can_change=can_change_roles(actor, user_key),
        can_disable=can_disable_user(actor, user_key),
        can_erase=card.user.person_key is None and can_erase_user(actor, user_key),
        here=actor.session_key,
        lacking=[role for role in Role if role not in card.user.roles],
        has_mail=_has_mail(),
        form=PlainForm(),
    )


@admin.route("/users/<int:user_key>/erase", methods=["GET", "POST"])
@needs(can_list_users)
def erase_user(user_key: int) -> tuple[str, int] | Response:
    """Say what erasing a user means who is no person, and do it."""
    own_data.require_user_eraser(get_ports(), get_actor(), user_key)
    card = users.show_user(get_ports(), get_actor(), user_key)
    form = AgreeForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            own_data.erase_user(get_ports(), get_actor(), user_key)
            tell(Notice.USER_ERASED)
            return redirect(url_for("admin.list_users"))
    return show_form("admin/erase_user.html", form, user=card.user)


@admin.post("/users/<int:user_key>/grant/<any(hr, auditor, administrator):role>")
@needs(can_list_users)
def grant_role(user_key: int, role: str) -> Response:
    """Give a role to a user."""
    accounts.grant_role(get_ports(), get_actor(), user_key, Role(role))
    return _back(user_key, Notice.USER_CHANGED)


@admin.post("/users/<int:user_key>/revoke/<any(hr, auditor, administrator):role>")
@needs(can_list_users)
def revoke_role(user_key: int, role: str) -> Response:
    """Take a role from a user."""
    accounts.revoke_role(get_ports(), get_actor(), user_key, Role(role))
    return _back(user_key, Notice.USER_CHANGED)


@admin.post("/users/<int:user_key>/disable")
@needs(can_list_users)
def disable_user(user_key: int) -> Response:
    """Let a user in no more."""
    accounts.set_disabled(get_ports(), get_actor(), user_key, True)
    return _back(user_key, Notice.USER_CHANGED)


@admin.post("/users/<int:user_key>/enable")
@needs(can_list_users)
def enable_user(user_key: int) -> Response:
    """Let a user in again."""
    accounts.set_disabled(get_ports(), get_actor(), user_key, False)
    return _back(user_key, Notice.USER_CHANGED)


@admin.post("/users/<int:user_key>/invite")
@needs(can_invite_users)
def invite_again(user_key: int) -> Response:
    """Send the invitation once more."""
    users.invite_again(get_ports(), get_actor(), user_key)
    return _back(user_key, Notice.USER_INVITED)


@admin.post("/users/<int:user_key>/sessions/end")
@needs(can_list_users)
def end_sessions(user_key: int) -> Response:
    """End every log-in of a user."""
    users.end_all_sessions(get_ports(), get_actor(), user_key)
    return _back(user_key, Notice.SESSIONS_ENDED)


@admin.post("/users/<int:user_key>/sessions/<int:session_key>/end")
@needs(can_list_users)
def end_session(user_key: int, session_key: int) -> Response:
    """End one log-in of a user."""
    sign_in.end_session(get_ports(), get_actor(), session_key, owner_key=user_key)
    return _back(user_key, Notice.SESSION_ENDED)


def _back(user_key: int, notice: Notice) -> Response:
    """Tell what was done on the page of the user."""
    tell(notice)
    return redirect(url_for("admin.show_user", user_key=user_key))


def _has_mail() -> bool:
    """Whether letters can go out at all."""
    return bool(get_ports().settings.mail.host)
