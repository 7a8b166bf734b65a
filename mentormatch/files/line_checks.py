"""What can be wrong with reporting lines: managers who do not exist, own managers, loops."""

from collections.abc import Mapping

from mentormatch.domain.people import Person
from mentormatch.files.checks import report_all_unknown, report_unknown
from mentormatch.files.loops import Loop, find_loops
from mentormatch.files.names import Register
from mentormatch.files.people_file import PEOPLE, PeopleSheet
from mentormatch.files.problems import Findings, Problem, join_briefly, shorten
from mentormatch.files.rows import Row

LISTS = ("dotted_manager_ids", "evaluator_ids", "previous_manager_ids")
NAMES_SHOWN = 8


def check_lines(sheet: PeopleSheet, register: Register, findings: Findings) -> None:
    """Report every reporting line, and every evaluator, that leads nowhere or back to where it starts."""
    for person, row in zip(sheet.people, sheet.rows, strict=True):
        _check_own(person, row)
        if sheet.is_whole:
            _check_known(person, row, register)
    _check_loops(sheet, findings)
    _notice_tops(sheet, findings)


def _check_own(person: Person, row: Row) -> None:
    """Report people who stand over themselves."""
    if person.manager_id == person.person_id:
        row.problem("manager_id", "own-manager", "people cannot be their own manager", "leave it blank at the top")
    for column in LISTS:
        if person.person_id in getattr(person, column):
            row.problem(column, "names-self", "people name themselves here", "take the entry out", person.person_id)


def _check_known(person: Person, row: Row, register: Register) -> None:
    """Report people over somebody whom nobody knows."""
    if person.manager_id and person.manager_id not in register.person_ids:
        report_unknown(row, "manager_id", person.manager_id, register)
    for column in LISTS:
        report_all_unknown(row, column, getattr(person, column), register)


def _check_loops(sheet: PeopleSheet, findings: Findings) -> None:
    """Report the loops of solid and dotted lines together."""
    people = sheet.distinct()
    lines = {row.text("person_id"): row.line for row in reversed(sheet.rows)}
    managers = {
        person_id: tuple(m for m in (person.manager_id, *person.dotted_manager_ids) if m in people)
        for person_id, person in people.items()
    }
    names = {person_id: person.name or person_id for person_id, person in people.items()}
    for loop in find_loops(managers):
        findings.problems.append(_loop_problem(loop, names, lines))


def _loop_problem(loop: Loop, names: Mapping[str, str], lines: Mapping[str, int]) -> Problem:
    """Return the problem of a loop: ``Ann -> Bob -> Ann``, starting with the row that stands first."""
    start = min(range(len(loop.members)), key=lambda k: lines[loop.members[k]])
    members = [*loop.members[start:], *loop.members[:start]]
    shown = [names[person] for person in members]
    if len(shown) > NAMES_SHOWN:
        shown[NAMES_SHOWN - 1 :] = [f"({len(members) - NAMES_SHOWN + 1:,} more)"]
    path = " -> ".join([*shown, names[members[0]]])
    rows = join_briefly(sorted(lines[person] for person in members))
    remedy = f"correct a manager in one of rows {rows}"
    if loop.tangled:
        remedy += f"; {len(loop.tangled):,} people stand in further loops with them"
    value = shorten(members[1])
    code, wrong = "reporting-loop", f"reporting loop {path}"
    concerned = (*members, *loop.tangled)
    return Problem(PEOPLE.file, lines[members[0]], "manager_id", value, code, wrong, remedy, concerned)


def _notice_tops(sheet: PeopleSheet, findings: Findings) -> None:
    """Say how many people have no manager, when it is not just one."""
    tops = [row.line for row in sheet.rows if not row.is_broken and not row.text("manager_id")]
    if sheet.rows and not tops:
        findings.notice(PEOPLE.file, "tops", "Everybody has a manager, so nobody stands at the top.")
    elif len(tops) > 1:
        text = f"{len(tops):,} people have no manager and count as tops: rows {join_briefly(tops)}."
        findings.notice(PEOPLE.file, "tops", text)
