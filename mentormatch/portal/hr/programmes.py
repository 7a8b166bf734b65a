"""Programmes: the list, a new one, one with its rounds and its policy, another name, putting it away."""

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired

from mentormatch.portal.access import needs
from mentormatch.portal.context import get_actor, get_ports
from mentormatch.portal.forms import PlainForm, refusals_shown_in, show_form
from mentormatch.portal.hr.blueprint import hr
from mentormatch.portal.notices import Notice, tell
from mentormatch.services import programmes
from mentormatch.services.permissions import can_edit_programmes, can_see_programmes
from mentormatch.services.policy_editing import summarise_policy
from mentormatch.services.policy_form import describe_policy


class ProgrammeForm(PlainForm):
    """The name of a programme."""

    name = StringField(_("Name"), [InputRequired(_("Type a name."))])


@hr.get("/programmes")
@needs(can_see_programmes)
def list_programmes() -> str:
    """Show the programmes, those that were put away last."""
    found = programmes.list_programmes(get_ports(), get_actor())
    return render_template("hr/programmes.html", programmes=found, can_edit=can_edit_programmes(get_actor()))


@hr.route("/programmes/new", methods=["GET", "POST"])
@needs(can_edit_programmes)
def add_programme() -> tuple[str, int] | Response:
    """Make a programme; it begins with the default policy."""
    form = ProgrammeForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            added = programmes.add_programme(get_ports(), get_actor(), form.name.data)
            tell(Notice.SAVED)
            return redirect(url_for("hr.show_programme", programme_key=added.key))
    return show_form("hr/new_programme.html", form)


@hr.get("/programmes/<int:programme_key>")
@needs(can_see_programmes)
def show_programme(programme_key: int) -> str:
    """Show a programme with its rounds, what its policy says, and the versions of it."""
    card = programmes.show_programme(get_ports(), get_actor(), programme_key)
    policy = programmes.policy_of(card.versions[0])
    return render_template(
        "hr/programme.html",
        card=card,
        summary=summarise_policy(policy),
        changed=[field for section in describe_policy(policy) for field in section.fields if field.is_changed],
        can_edit=can_edit_programmes(get_actor()),
    )


@hr.route("/programmes/<int:programme_key>/name", methods=["GET", "POST"])
@needs(can_edit_programmes)
def rename_programme(programme_key: int) -> tuple[str, int] | Response:
    """Give a programme another name."""
    programme = programmes.show_programme(get_ports(), get_actor(), programme_key).programme
    form = ProgrammeForm(obj=programme)
    if form.validate_on_submit():
        with refusals_shown_in(form):
            programmes.rename_programme(get_ports(), get_actor(), programme_key, form.name.data)
            tell(Notice.SAVED)
            return redirect(url_for("hr.show_programme", programme_key=programme_key))
    return show_form("hr/rename_programme.html", form, programme=programme)


@hr.post("/programmes/<int:programme_key>/archive")
@needs(can_edit_programmes)
def archive_programme(programme_key: int) -> Response:
    """Put a programme away."""
    programmes.archive_programme(get_ports(), get_actor(), programme_key)
    tell(Notice.SAVED)
    return redirect(url_for("hr.show_programme", programme_key=programme_key))


@hr.post("/programmes/<int:programme_key>/restore")
@needs(can_edit_programmes)
def restore_programme(programme_key: int) -> Response:
    """Bring a programme back."""
    programmes.restore_programme(get_ports(), get_actor(), programme_key)
    tell(Notice.SAVED)
    return redirect(url_for("hr.show_programme", programme_key=programme_key))
