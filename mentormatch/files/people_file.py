"""people.csv: one row a person."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from mentormatch.domain.hierarchy import depths
from mentormatch.domain.people import Person, Status
from mentormatch.files.problems import Findings
from mentormatch.files.rows import Row, each_row
from mentormatch.files.tables import Layout, Table, read_table

PEOPLE_COLUMNS = (
    "person_id",
    "name",
    "email",
    "manager_id",
    "dotted_manager_ids",
    "level",
    "job_title",
    "division",
    "department",
    "location",
    "timezone",
    "languages",
    "start_date",
    "status",
    "evaluator_ids",
    "previous_manager_ids",
)
PEOPLE = Layout("people.csv", PEOPLE_COLUMNS, ("person_id", "name", "manager_id"), ("person_id",), needs_rows=True)
LEVELS = range(-99, 1000)
EMAIL = re.compile(r"""[^\s@,;:<>()"\[\]\\]{1,64}@[^\s@,;:<>()"\[\]\\.]+(\.[^\s@,;:<>()"\[\]\\.]+)+""")
EMAIL_LENGTH = 254
CONVERTED = re.compile(r"[0-9]+[.,][0-9]+E\+[0-9]+", re.IGNORECASE)
"""What a spreadsheet makes of a long number."""


@dataclass(frozen=True, slots=True)
class PeopleSheet:
    """The people of a file in its order, repeated ids included, with the row of each.

    ``is_whole`` is false when rows or columns were lost, so that an unknown id proves nothing.
    """

    people: tuple[Person, ...]
    rows: tuple[Row, ...]
    is_whole: bool

    def distinct(self) -> dict[str, Person]:
        """Return the people by id, the first row of each."""
        found: dict[str, Person] = {}
        for person in self.people:
            found.setdefault(person.person_id, person)
        return found


def read_people(data: bytes, findings: Findings) -> PeopleSheet:
    """Read people.csv and check everything that can be seen in one row; levels blank everywhere are derived."""
    table = read_table(data, PEOPLE, findings)
    rows = tuple(row for row in each_row(table, findings) if _has_id(row))
    people = [_read_broken(row) if row.is_broken else _read_person(row) for row in rows]
    return PeopleSheet(tuple(_fill_levels(people, table, rows, findings)), rows, table.is_whole)


def _has_id(row: Row) -> bool:
    """Whether the row names a person; a blank id is a problem, unless the row is broken and so has one already."""
    return bool(row.text("person_id") if row.is_broken else row.required("person_id"))


def _read_broken(row: Row) -> Person:
    return Person(row.text("person_id"), row.text("name"))


def _read_person(row: Row) -> Person:
    """Return the person of a row; what cannot be read is left blank."""
    text, ids = row.text, row.ids
    _check_id(row)
    return Person(
        person_id=text("person_id"),
        name=row.required("name"),
        email=_read_email(row),
        manager_id=text("manager_id"),
        dotted_manager_ids=ids("dotted_manager_ids"),
        level=_read_level(row),
        job_title=text("job_title"),
        division=text("division"),
        department=text("department"),
        location=text("location"),
        timezone=_read_timezone(row),
        languages=row.words("languages"),
        start_date=row.day("start_date"),
        status=row.choice("status", Status) or Status.ACTIVE,
        evaluator_ids=ids("evaluator_ids"),
        previous_manager_ids=ids("previous_manager_ids"),
    )


def _check_id(row: Row) -> None:
    """Report an id that a spreadsheet has turned into a number, or that could not stand in a list of ids."""
    person_id = row.text("person_id")
    if CONVERTED.fullmatch(person_id):
        row.problem("person_id", "converted-id", "the id looks changed by a spreadsheet", "format the column as text")
    if ";" in person_id:
        row.problem("person_id", "separator-in-id", "an id cannot hold a semicolon", "take it out everywhere")


def _read_email(row: Row) -> str:
    """Return the e-mail address, or nothing for one that cannot be one."""
    email = row.text("email")
    if not email or (len(email) <= EMAIL_LENGTH and EMAIL.fullmatch(email)):
        return email
    row.problem("email", "malformed-email", "not an e-mail address", "write one such as ann@company.example, or none")
    return ""


def _read_level(row: Row) -> int | None:
    """Return the level, or ``None`` where it is blank or unreadable."""
    text = row.text("level")
    blank = LEVELS.start - 1
    level = row.whole("level", LEVELS.start, LEVELS.stop - 1, blank) if text else blank
    return None if level == blank else level


def _read_timezone(row: Row) -> str:
    """Return the IANA name of a time zone, or nothing for one that does not exist."""
    zone = row.text("timezone")
    if not zone or zone in _timezones():
        return zone
    near = next((known for known in _timezones() if known.casefold() == zone.casefold().replace(" ", "_")), "")
    remedy = f"write {near}" if near else "write a name such as Europe/London, or none"
    row.problem("timezone", "unknown-timezone", "not the IANA name of a time zone", remedy)
    return ""


@cache
def _timezones() -> frozenset[str]:
    """Return the names of the tzdata package, so that every machine knows the same ones."""
    return frozenset(files("tzdata").joinpath("zones").read_text("utf-8").split())


def _fill_levels(people: list[Person], table: Table, rows: Sequence[Row], findings: Findings) -> list[Person]:
    """Derive levels from the depth in the hierarchy where no row has one; else report each blank one."""
    if any(table.columns["level"]):
        for row in rows:
            if not row.is_broken and not row.text("level"):
                wrong, remedy = "the level is blank while other people have one", "write a whole number"
                row.problem("level", "blank-level", wrong, remedy)
        return people
    found = depths({person.person_id: person for person in reversed(people)}.values())
    if found:
        text = "No level is given: levels were derived from the depth in the hierarchy, the top being highest."
        findings.notice(PEOPLE.file, "derived-levels", text)
    deepest = max(found.values(), default=0)
    return [replace(p, level=deepest - found[p.person_id]) if p.person_id in found else p for p in people]
