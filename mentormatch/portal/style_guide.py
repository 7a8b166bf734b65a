"""Every part of a page on one page, for whoever builds pages. It is not there in production."""

from flask import Blueprint, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from mentormatch.portal.forms import PlainForm

style_guide = Blueprint("style_guide", __name__)

COLOURS = ("page", "panel", "line", "strong-line", "quiet", "ink", "accent-soft", "accent", "accent-text")
ICONS = ("house", "people", "diagram-3", "journal-check", "cloud-upload", "person-badge", "shield-check", "sliders")


class SampleForm(PlainForm):
    """One field of each kind."""

    name = StringField(lazy_gettext("Name"), [InputRequired()])
    unit = SelectField(
        lazy_gettext("Department"), choices=[SelectChoice("", "–"), SelectChoice("sales", lazy_gettext("Sales"))]
    )
    words = TextAreaField(lazy_gettext("In your own words"))
    agreed = BooleanField(lazy_gettext("I have read this and want it done."), [InputRequired()])


@style_guide.get("/style-guide")
def show_style_guide() -> str:
    """Show colours, type, buttons, marks, forms, tables and messages, each as pages use them."""
    wrong = SampleForm(prefix="wrong-")
    wrong.process(data={"name": "", "unit": "sales", "words": _("What was typed stays.")})
    wrong.name.errors = (_("Type the name."),)
    wrong.agreed.errors = (_("Tick the box to go on."),)
    return render_template(
        "style_guide.html", right=SampleForm(prefix="right-"), wrong=wrong, colours=COLOURS, icons=ICONS
    )
