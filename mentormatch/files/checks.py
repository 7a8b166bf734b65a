"""What can only be seen across rows and files: repeated people, and people named who do not exist."""

from collections.abc import Iterable, Mapping, Sequence

from mentormatch.domain.people import Person, Status
from mentormatch.domain.text import fold
from mentormatch.files.enrolments_file import EnrolmentSheet
from mentormatch.files.names import Register
from mentormatch.files.people_file import PEOPLE, PeopleSheet
from mentormatch.files.problems import Findings, Problem, join_briefly, shorten
from mentormatch.files.rows import Row

WISH_COLUMNS = ("prefers", "rather_not", "avoids", "conflicts")


def check_people(sheet: PeopleSheet, findings: Findings) -> None:
    """Report ids and e-mail addresses that belong to more than one row."""
    check_repeated_ids(sheet.rows)
    _check_shared_emails(sheet, findings)


def check_enrolments(sheet: EnrolmentSheet, people: PeopleSheet, register: Register) -> None:
    """Report enrolments of people who are unknown, inactive or enrolled twice, and unknown people in their lists."""
    check_repeated_ids(sheet.rows)
    if not people.is_whole:
        return
    by_id = people.distinct()
    for enrolment, row in zip(sheet.enrolments, sheet.rows, strict=True):
        _check_enrolled(by_id.get(enrolment.person_id), row, register)
        for column in WISH_COLUMNS:
            report_all_unknown(row, column, getattr(enrolment, column), register)


def check_repeated_ids(rows: Sequence[Row]) -> None:
    """Report each row whose id stands further up already, in this or another spelling."""
    first: dict[str, Row] = {}
    for row in rows:
        person_id = row.text("person_id")
        earlier = first.setdefault(fold(person_id), row)
        if earlier is not row:
            row.findings.problems.append(_repeated_id(row, person_id, earlier, earlier.text("person_id")))


def _repeated_id(row: Row, person_id: str, earlier: Row, earlier_id: str) -> Problem:
    """Return the problem of a row whose id an earlier row has."""
    spelt = "" if earlier_id == person_id else f', spelt "{earlier_id}"'
    wrong, remedy = f"the id stands in row {earlier.line} already{spelt}", "keep one row for each person"
    ids = tuple(dict.fromkeys((earlier_id, person_id)))
    file, code = row.table.layout.file, "repeated-id"
    return Problem(file, row.line, "person_id", shorten(person_id), code, wrong, remedy, ids)


def _check_shared_emails(sheet: PeopleSheet, findings: Findings) -> None:
    """Report each e-mail address that several people have, once, in the row of the first."""
    shared: dict[str, dict[str, int]] = {}
    for person, row in zip(sheet.people, sheet.rows, strict=True):
        if person.email:
            shared.setdefault(fold(person.email), {}).setdefault(person.person_id, row.line)
    for email, lines in shared.items():
        if len(lines) > 1:
            findings.problems.append(_shared_email(email, lines))


def _shared_email(email: str, lines: Mapping[str, int]) -> Problem:
    """Return the problem of an address that several people have; ``lines`` is the row of each."""
    wrong = f"{len(lines):,} people share the address: rows {join_briefly(lines.values())}"
    remedy, first = "give each person their own address, or none", next(iter(lines.values()))
    return Problem(PEOPLE.file, first, "email", shorten(email), "shared-email", wrong, remedy, tuple(lines))


def _check_enrolled(person: Person | None, row: Row, register: Register) -> None:
    """Report the enrolment of somebody who does not exist or is not active."""
    if person is None:
        report_unknown(row, "person_id", row.text("person_id"), register)
    elif person.status is not Status.ACTIVE:
        wrong = f"this person's status is {person.status}, so they cannot take part"
        row.problem("person_id", "inactive-person", wrong, "delete the enrolment or correct the status in people.csv")


def report_all_unknown(row: Row, column: str, person_ids: Iterable[str], register: Register) -> None:
    """Report those of the ids in a list of people that nobody has."""
    for person_id in person_ids:
        if person_id not in register.person_ids:
            report_unknown(row, column, person_id, register)


def report_unknown(row: Row, column: str, unknown: str, register: Register) -> None:
    """Report an id that nobody has, with the id that was probably meant."""
    near = register.guess(unknown)
    remedy = f"did you mean {near}?" if near else "correct the id or take it out"
    row.problem(column, "unknown-person", "nobody in people.csv has this id", remedy, unknown)
