"""The columns of a file of people, explained to whoever makes one."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from mentormatch.files.csv_text import write_csv
from mentormatch.files.people_file import PEOPLE, PEOPLE_COLUMNS

EXAMPLE = (
    ("100", "Ada Example", "ada@company.example", "", "5", "Managing director", "Board", "2015-03-01", "active"),
    ("101", "Ben Example", "ben@company.example", "100", "3", "Head of sales", "Sales", "2019-10-15", "active"),
    ("102", "Cem Example", "cem@company.example", "101", "1", "Clerk", "Sales", "2024-01-08", "leave"),
)
EXAMPLE_COLUMNS = (
    "person_id",
    "name",
    "email",
    "manager_id",
    "level",
    "job_title",
    "department",
    "start_date",
    "status",
)


@dataclass(frozen=True, slots=True)
class ColumnNote:
    """A column: its name in the file, whether it must be there, and what it holds."""

    name: str
    is_required: bool
    text: str


def explain_columns() -> Iterator[ColumnNote]:
    """Yield the columns in the order of the file."""
    texts = _texts()
    for name in PEOPLE_COLUMNS:
        yield ColumnNote(name, name in PEOPLE.required, texts[name])


def write_example() -> bytes:
    """Return a small file of people that can be handed in as it is."""
    return write_csv(EXAMPLE_COLUMNS, EXAMPLE)


def _texts() -> dict[str, str]:
    lists = _("several ids with semicolons between them")
    return {
        "person_id": _("any text that is this person's own and stays so; leading zeros count"),
        "name": _("as it is shown to people"),
        "email": _("an address of their own; with it they are invited and log in"),
        "manager_id": _("the id of the manager; blank at the top"),
        "dotted_manager_ids": _("further managers on dotted lines: %(lists)s", lists=lists),
        "level": _("a whole number, higher is more senior; blank for everybody or for nobody"),
        "job_title": _("text"),
        "division": _("text"),
        "department": _("text"),
        "location": _("text"),
        "timezone": _("a name such as Europe/London"),
        "languages": _("several names with semicolons between them"),
        "start_date": _("a day written as 2026-11-24"),
        "status": _("active, leave or left; blank is active"),
        "evaluator_ids": _("who appraises this person or decides on their pay: %(lists)s", lists=lists),
        "previous_manager_ids": _("managers within the last twelve months: %(lists)s", lists=lists),
    }
