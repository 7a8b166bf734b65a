"""Imports: the list, handing a file in, its preview, and having it applied. Workers do what takes long."""

import re
from collections.abc import Mapping
from contextlib import closing

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import FileField, HiddenField
from wtforms.validators import InputRequired

from mentormatch.domain.records import AT_WORK, WAITING, ImportRun, ImportState
from mentormatch.errors import InputError
from mentormatch.portal.access import needs
from mentormatch.portal.addresses import key_in
from mentormatch.portal.context import get_actor, get_ports
from mentormatch.portal.downloads import hand_out
from mentormatch.portal.forms import PlainForm, refusals_shown_in, show_form
from mentormatch.portal.hr.blueprint import hr
from mentormatch.portal.hr.import_columns import explain_columns, write_example
from mentormatch.portal.notices import Notice, tell
from mentormatch.services import people_import
from mentormatch.services.import_report import SHOWN
from mentormatch.services.people_import import AGAIN
from mentormatch.services.permissions import can_import_people
from mentormatch.services.refusals import NotFoundError

KINDS: Mapping[ImportState, str] = {
    ImportState.PREVIEWED: "warn",
    ImportState.APPLIED: "good",
    ImportState.STALE: "warn",
    ImportState.INTERRUPTED: "bad",
    ImportState.FAILED: "bad",
}
"""The colour of the mark of a state; others are calm."""
RUN = "/imports/<int:run_key>"


class PeopleFileForm(PlainForm):
    """A file of people."""

    file = FileField(_("File of people"), [InputRequired(_("Choose a file first."))])

    def read(self) -> tuple[str, bytes]:
        """Return the name and the content of the file that was chosen.

        Raises ``InputError`` when none was.
        """
        sent = request.files.get("file")
        name = re.split(r"[\\/]", sent.filename or "")[-1] if sent else ""
        if sent is None or not name:
            raise InputError(gettext("Choose a file first."), field="file")
        with closing(sent):  # a large one lies in a temporary file
            return name, sent.read()


class ApplyForm(PlainForm):
    """The preview that is confirmed, by the digest of its file."""

    file_digest = HiddenField()


@hr.get("/imports")
@needs(can_import_people)
def list_imports() -> str:
    """Show the latest imports; ``before`` is the last one of the page before."""
    last = key_in("before")
    runs = people_import.list_imports(get_ports(), get_actor(), last)
    return render_template(
        "hr/imports.html",
        runs=runs,
        names=people_import.name_users(get_ports(), get_actor(), runs),
        states=describe_states(),
        kinds=KINDS,
        is_first=last is None,
        has_more=len(runs) == get_ports().settings.limits.page_rows,
    )


@hr.route("/imports/new", methods=["GET", "POST"])
@needs(can_import_people)
def hand_in_import() -> tuple[str, int] | Response:
    """Take a file and go on to its preview."""
    form = PeopleFileForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            name, content = form.read()
            run = people_import.hand_in(get_ports(), get_actor(), name, content)
            return redirect(url_for("hr.show_import", run_key=run.key))
    limits = get_ports().settings.limits
    return show_form("hr/new_import.html", form, columns=list(explain_columns()), limits=limits)


@hr.get("/imports/example.csv")
@needs(can_import_people)
def example_import() -> Response:
    """Hand out a small file of people."""
    return hand_out(write_example(), "people-example.csv", "text/csv")


@hr.get(RUN)
@needs(can_import_people)
def show_import(run_key: int) -> str:
    """Show how far an import is, what it would change, or what became of it."""
    run = people_import.show_import(get_ports(), get_actor(), run_key)
    return render_template(
        "hr/import.html",
        run=run,
        names=people_import.name_users(get_ports(), get_actor(), [run]),
        state=describe_states()[run.state],
        kind=KINDS.get(run.state, "calm"),
        is_under_way=run.state in WAITING | AT_WORK,
        can_go_again=run.state in AGAIN,
        changes=count_changes(run),
        shown=SHOWN,
    )


@hr.get(f"{RUN}/progress")
@needs(can_import_people)
def follow_import(run_key: int) -> dict[str, object]:
    """Return how far an import is, for the script of its page."""
    run = people_import.follow_import(get_ports(), get_actor(), run_key)
    is_under_way, words = run.state in WAITING | AT_WORK, describe_states()[run.state]
    return {"state": run.state, "words": words, "done_share": run.done_share, "is_under_way": is_under_way}


@hr.get(f"{RUN}/problems.csv")
@needs(can_import_people)
def download_problems(run_key: int) -> Response:
    """Hand out all problems of a file as a table."""
    table = people_import.list_problems(get_ports(), get_actor(), run_key)
    if not table:
        raise NotFoundError("There is no such list of problems, or it is forgotten by now.")
    return hand_out(table, f"problems-{run_key}.csv", "text/csv")


@hr.route(f"{RUN}/apply", methods=["GET", "POST"])
@needs(can_import_people)
def apply_import(run_key: int) -> tuple[str, int] | Response:
    """Ask whether a preview is to be applied, and have it done."""
    run = people_import.follow_import(get_ports(), get_actor(), run_key)
    form = ApplyForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            people_import.request_apply(get_ports(), get_actor(), run_key, form.file_digest.data or "")
            return redirect(url_for("hr.show_import", run_key=run_key))
    elif run.state is not ImportState.PREVIEWED:
        return redirect(url_for("hr.show_import", run_key=run_key))
    form.file_digest.data = run.file_digest
    return show_form("hr/apply_import.html", form, run=run, changes=count_changes(run))


@hr.post(f"{RUN}/again")
@needs(can_import_people)
def preview_import_again(run_key: int) -> Response:
    """Have a file compared once more."""
    people_import.preview_again(get_ports(), get_actor(), run_key)
    return redirect(url_for("hr.show_import", run_key=run_key))


@hr.post(f"{RUN}/discard")
@needs(can_import_people)
def discard_import(run_key: int) -> Response:
    """Forget a file and its preview."""
    people_import.discard(get_ports(), get_actor(), run_key)
    tell(Notice.IMPORT_DISCARDED)
    return redirect(url_for("hr.list_imports"))


def count_changes(run: ImportRun) -> int:
    """Return how many people an import would change, or did."""
    return sum(run.counts.get(name, 0) for name in ("new", "changed", "left"))


def describe_states() -> Mapping[ImportState, str]:
    """Return where an import stands, in words."""
    return {
        ImportState.RECEIVED: gettext("waits for its preview"),
        ImportState.PREVIEWING: gettext("is being compared"),
        ImportState.PREVIEWED: gettext("ready to import"),
        ImportState.QUEUED: gettext("waits to be imported"),
        ImportState.APPLYING: gettext("is being imported"),
        ImportState.APPLIED: gettext("imported"),
        ImportState.STALE: gettext("overtaken by other changes"),
        ImportState.INTERRUPTED: gettext("interrupted"),
        ImportState.FAILED: gettext("has problems"),
        ImportState.DISCARDED: gettext("discarded"),
    }
