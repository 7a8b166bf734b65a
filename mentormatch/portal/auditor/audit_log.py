"""The audit log: its pages, the check that nothing was changed, and the log as a file."""

from flask import render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from mentormatch.portal.access import needs
from mentormatch.portal.addresses import key_in
from mentormatch.portal.auditor.blueprint import auditor
from mentormatch.portal.auditor.entries import SENTENCES, show_entry, subject_code
from mentormatch.portal.context import get_actor, get_ports
from mentormatch.portal.downloads import hand_out
from mentormatch.portal.forms import LONGEST_LINE, PlainForm, refusals_shown_in, show_form
from mentormatch.services import audit_log
from mentormatch.services.audit_log import NOTHING, PAGE, Verdict, read_anchor
from mentormatch.services.permissions import can_browse_people, can_read_audit_log


class CheckForm(PlainForm):
    """An anchor that was kept elsewhere, if there is one; ``after`` is where an earlier step has come to."""

    anchor = StringField(_("Anchor that you kept"), [Length(max=LONGEST_LINE)])
    after = HiddenField()


@auditor.get("/audit-log")
@needs(can_read_audit_log)
def read_log() -> str:
    """Show the latest entries, or those before one, of one action or on one subject."""
    action, subject = request.args.get("action", ""), request.args.get("subject", "")
    before = key_in("before") or None
    code = subject_code(subject)
    entries = audit_log.read_log(get_ports(), get_actor(), action=action, subject=code, before=before)
    return render_template(
        "auditor/log.html",
        entries=[show_entry(entry) for entry in entries],
        is_full=len(entries) == PAGE,
        action=action,
        subject=subject,
        before=before,
        sentences=sorted(((code, str(text)) for code, text in SENTENCES.items()), key=lambda pair: pair[1]),
        has_cards=can_browse_people(get_actor()),
        form=PlainForm(),
    )


@auditor.route("/audit-log/check", methods=["GET", "POST"])
@needs(can_read_audit_log)
def check_log() -> tuple[str, int]:
    """Check the log, as much of it at once as one can wait for. It is asked for with the token, and changes nothing.

    Where an earlier step has come to stands in the page: with the token, nobody else can put it there.
    """
    form, verdict = CheckForm(), None
    if form.validate_on_submit():
        with refusals_shown_in(form):
            verdict = _check(form)
    return show_form("auditor/check.html", form, verdict=verdict)


@auditor.post("/audit-log/export")
@needs(can_read_audit_log)
def export_log() -> Response:
    """Hand out the log as a CSV file, piece by piece."""
    pieces = audit_log.export_log(get_ports(), get_actor())
    return hand_out(pieces, "audit-log.csv", "text/csv")


def _check(form: CheckForm) -> Verdict:
    """Check the next step of the log."""
    anchor = read_anchor(form.anchor.data) if (form.anchor.data or "").strip() else None
    after = read_anchor(form.after.data) if form.after.data else NOTHING
    verdict = audit_log.check_step(get_ports(), get_actor(), anchor, after)
    form.after.data = str(verdict.anchor)
    return verdict
