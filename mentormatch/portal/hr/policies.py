"""Policies: the form that explains each setting, versions to read and to compare, and the same as a file."""

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import FileField, HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from mentormatch.domain.programme import NOTE_LENGTH, PolicyVersion
from mentormatch.errors import InputError
from mentormatch.files.policy_checks import WEIGHTS_TOGETHER
from mentormatch.portal.access import needs
from mentormatch.portal.addresses import key_in, read_key
from mentormatch.portal.context import get_actor, get_ports
from mentormatch.portal.downloads import hand_out
from mentormatch.portal.forms import PlainForm, refusals_shown_in, show_form
from mentormatch.portal.hr.blueprint import hr
from mentormatch.portal.notices import Notice, tell
from mentormatch.services import policy_editing, programmes
from mentormatch.services.permissions import can_edit_programmes, can_see_programmes
from mentormatch.services.policy_form import describe_policy, describe_typed
from mentormatch.services.policy_typing import type_policy

FILE_BYTES = 50_000
"""Most bytes of a policy file; a whole one has about 8,000."""
TOO_LONG = "The file is far longer than a policy; choose the file of a policy."


class RevisionForm(PlainForm):
    """What goes with an edit: the version it began with, and why it is made."""

    based_on = HiddenField()
    note = StringField(
        _("Why"), [Length(max=NOTE_LENGTH, message=_("Write at most 500 characters."))], render_kw={"maxlength": 500}
    )

    @property
    def version(self) -> int:
        """The number of the version that was edited; 0 when it is not a number."""
        return read_key(self.based_on.data) or 0


class PolicyFileForm(RevisionForm):
    """A policy as a file or as pasted text."""

    file = FileField(_("Policy file"))
    text = TextAreaField(_("Or its text"))

    def content(self) -> str:
        """Return the text of the file that was chosen, or else the text that was pasted; both are then shown as text.

        A byte that is not UTF-8 stays one, so that the reader of the file tells in which row it stands.
        """
        sent = request.files.get("file")
        data = sent.read(FILE_BYTES + 1) if sent else b""
        if len(data) > FILE_BYTES or len(self.text.data or "") > FILE_BYTES:
            raise InputError(TOO_LONG, field="file" if data else "text")
        text = data.decode("utf-8-sig", "surrogateescape") if data else self.text.data or ""
        self.text.data = text.encode("utf-8", "replace").decode("utf-8")  # as it can be shown
        return text.replace("\r\n", "\n")


@hr.route("/programmes/<int:programme_key>/policy", methods=["GET", "POST"])
@needs(can_edit_programmes)
def edit_policy(programme_key: int) -> tuple[str, int] | Response:
    """Show the policy as a form and save what is typed as a new version; nothing that was typed is lost."""
    card = programmes.show_programme(get_ports(), get_actor(), programme_key)
    latest = card.versions[0]
    form, revision = RevisionForm(), policy_editing.Revision()
    typed = request.form.to_dict() if form.is_submitted() else type_policy(programmes.policy_of(latest))
    if form.validate_on_submit():
        with refusals_shown_in(form):
            revision = policy_editing.save_typed(
                get_ports(), get_actor(), programme_key, typed, form.version, form.note.data or ""
            )
            if revision.saved:
                return _saved(revision.saved, form.version)
    return _show_policy_form(form, card, typed, revision)


def _show_policy_form(
    form: RevisionForm, card: programmes.ProgrammeCard, typed: dict[str, str], revision: policy_editing.Revision
) -> tuple[str, int]:
    """Return the form with what was typed, what is wrong with it, and what somebody else changed meanwhile."""
    latest, key = card.versions[0], card.programme.key
    is_new = not form.is_submitted()
    clash = None if is_new else policy_editing.find_clash(get_ports(), get_actor(), key, typed, form.version)
    form.based_on.data = str(latest.number)
    page, status = show_form(
        "hr/edit_policy.html",
        form,
        card=card,
        latest=latest,
        sections=describe_typed(typed, revision.problems),
        problems=revision.problems,
        clash=clash,
        is_new=is_new,
        weights_together=WEIGHTS_TOGETHER,
    )
    return page, 422 if revision.problems else status


@hr.get("/programmes/<int:programme_key>/policy/<int:number>")
@needs(can_see_programmes)
def show_version(programme_key: int, number: int) -> str:
    """Show one version, every setting explained."""
    card = programmes.show_programme(get_ports(), get_actor(), programme_key)
    version = programmes.show_version(get_ports(), get_actor(), programme_key, number)
    return render_template(
        "hr/policy_version.html",
        card=card,
        version=version,
        sections=describe_policy(programmes.policy_of(version)),
        can_edit=can_edit_programmes(get_actor()),
    )


@hr.get("/programmes/<int:programme_key>/policy/<int:number>/file")
@needs(can_see_programmes)
def download_policy(programme_key: int, number: int) -> Response:
    """Hand out one version as the file that the command line reads."""
    version = programmes.show_version(get_ports(), get_actor(), programme_key, number)
    return hand_out(version.text, f"policy-{programme_key}-{number}.toml", "application/toml")


@hr.get("/programmes/<int:programme_key>/policy/compare")
@needs(can_see_programmes)
def compare_versions(programme_key: int) -> str:
    """Show two versions side by side, by default the last two."""
    card = programmes.show_programme(get_ports(), get_actor(), programme_key)
    last = card.programme.versions
    new = key_in("new") or last
    old = key_in("old") or max(new - 1, 1)
    found = programmes.compare_versions(get_ports(), get_actor(), programme_key, old, new)
    return render_template("hr/compare_policies.html", card=card, old=old, new=new, differences=found)


@hr.route("/programmes/<int:programme_key>/policy/file", methods=["GET", "POST"])
@needs(can_edit_programmes)
def upload_policy(programme_key: int) -> tuple[str, int] | Response:
    """Take a policy as a file or as text; what is wrong is told by line and setting."""
    card = programmes.show_programme(get_ports(), get_actor(), programme_key)
    form, revision = PolicyFileForm(), policy_editing.Revision()
    if not form.is_submitted():
        form.text.data, form.based_on.data = card.versions[0].text, str(card.versions[0].number)
    if form.validate_on_submit():
        with refusals_shown_in(form):
            revision = policy_editing.save_file(
                get_ports(), get_actor(), programme_key, form.content(), form.version, form.note.data or ""
            )
            if revision.saved:
                return _saved(revision.saved, form.version)
    old, latest = form.version, card.versions[0].number
    form.based_on.data = str(latest)
    more = {"card": card, "problems": revision.file_problems, "old": old, "latest": latest}
    page, status = show_form("hr/upload_policy.html", form, **more)
    return page, 422 if revision.file_problems else status


def _saved(version: PolicyVersion, based_on: int) -> Response:
    """Go on to what was changed, or say that nothing was."""
    if version.number == based_on:
        tell(Notice.NOTHING_CHANGED)
        return redirect(url_for("hr.show_programme", programme_key=version.programme_key))
    tell(Notice.POLICY_SAVED)
    key = version.programme_key
    return redirect(url_for("hr.compare_versions", programme_key=key, old=based_on, new=version.number))
