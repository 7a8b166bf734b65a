"""Reading a file of people that is handed in, with the reader and the checks of the command line and a few more."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mentormatch.domain.people import Person
from mentormatch.errors import InputError
from mentormatch.files.checks import check_people
from mentormatch.files.line_checks import check_lines
from mentormatch.files.names import Register
from mentormatch.files.people_file import PEOPLE, PeopleSheet, read_people
from mentormatch.files.problems import Findings, Notice, Problem, order_problems, shorten
from mentormatch.services.ports import Ports, Secrets
from mentormatch.services.workbook import is_workbook, read_workbook

LENGTHS = {
    "person_id": 200,
    "name": 200,
    "job_title": 200,
    "division": 200,
    "department": 200,
    "location": 200,
    "timezone": 64,
}
"""Most characters of each column."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says: its people in their order, the line of each, every problem, and what was noticed."""

    people: tuple[Person, ...]
    lines: tuple[int, ...]
    problems: tuple[Problem, ...]
    notices: tuple[Notice, ...]

    @property
    def can_be_applied(self) -> bool:
        """Whether nothing is wrong with the file."""
        return not self.problems

    def without_erased(self, erased: frozenset[str], secrets: Secrets) -> "Reading":
        """Return the reading with a problem for each person who was erased: a file must not bring them back."""
        if not erased:
            return self
        found = [
            _erased_problem(person.person_id, line)
            for person, line in zip(self.people, self.lines, strict=True)
            if erased & set(secrets.fingerprints(person.person_id))
        ]
        return replace(self, problems=order_problems((*self.problems, *found)))


def check_size(ports: Ports, file_name: str, content: bytes) -> None:
    """Refuse a file with more bytes, or a CSV file with more lines, than the settings allow, before it is read.

    Raises ``InputError``.
    """
    most = ports.settings.limits.upload_megabytes
    if len(content) > most * 1_000_000:
        raise InputError(f"The file is larger than {most} MB; split it or ask the administrator.", field="file")
    rows = ports.settings.limits.import_rows
    if not is_workbook(file_name, content) and content.count(b"\n") > rows + 1:
        raise InputError(f"The file has more than {rows:,} rows; split it or ask the administrator.", field="file")


def read_file(ports: Ports, file_name: str, content: bytes) -> Reading:
    """Read a file of people, CSV or XLSX, with every problem that ``mentormatch check`` finds in it and a few more."""
    findings = Findings()
    data = read_workbook(content, findings) if is_workbook(file_name, content) else content
    rows = ports.settings.limits.import_rows
    if data is not None and data.count(b"\n") > rows + 1:
        findings.problems.append(_too_many(rows))
        data = None
    if data is None:
        return Reading((), (), order_problems(findings.problems), tuple(findings.notices))
    sheet = read_people(data, findings)
    check_people(sheet, findings)
    check_lines(sheet, Register(person.person_id for person in sheet.people), findings)
    findings.problems.extend(_too_long(sheet))
    problems = order_problems(findings.problems)
    return Reading(sheet.people, tuple(row.line for row in sheet.rows), problems, tuple(findings.notices))


def _too_many(most: int) -> Problem:
    """Return the problem of a workbook with more rows than the settings allow."""
    wrong, remedy = f"the file has more than {most:,} rows", "split it or ask the administrator"
    return Problem(PEOPLE.file, None, "", "", "too-many-rows", wrong, remedy)


def _too_long(sheet: PeopleSheet) -> Iterator[Problem]:
    """Yield a problem for each cell that is longer than its column can hold."""
    for person, row in zip(sheet.people, sheet.rows, strict=True):
        for column, most in LENGTHS.items():
            text = getattr(person, column)
            if len(text) > most:
                wrong = f"the {column} has more than {most} characters"
                ids = (person.person_id,)
                yield Problem(PEOPLE.file, row.line, column, shorten(text), "too-long", wrong, "shorten it", ids)


def _erased_problem(person_id: str, line: int) -> Problem:
    """Return the problem of a row about somebody who was erased."""
    wrong, remedy = "this person was erased at their own request", "take the row out, or give a new id"
    return Problem(PEOPLE.file, line, "person_id", shorten(person_id), "erased-person", wrong, remedy, (person_id,))
