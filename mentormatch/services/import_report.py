"""The report of a preview, as data: counts, the first rows of each kind with what changes, and the problems."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from mentormatch.domain.people import Person
from mentormatch.files.csv_text import guard, write_csv
from mentormatch.files.problems import Problem
from mentormatch.services.people_changes import LINE_FIELDS, Change, Changes
from mentormatch.services.people_reading import Reading
from mentormatch.services.stored import StoredPerson

SHOWN = 500
"""Most rows of each kind that a report keeps; the counts are always whole."""
LISTED = 100_000
"""Most problems in the file of all problems."""
PROBLEM_COLUMNS = ("row", "column", "value", "what_is_wrong", "what_to_do")


def report_preview(changes: Changes, reading: Reading, stored: Sequence[StoredPerson]) -> Mapping[str, object]:
    """Return what a preview shows; managers are named by id and, where it is known, by name."""
    names = {one.person.person_id: one.person.name for one in stored}
    names |= {person.person_id: person.name for person in reading.people}
    otherwise = _beyond_manager(changes.changed)
    return {
        "new": [_new(change.person, names) for change in changes.new[:SHOWN]],
        "changed": [_changed(change) for change in otherwise[:SHOWN]],
        "changed_count": len(otherwise),
        "moved": [_moved(change, names) for change in changes.moved[:SHOWN]],
        "left": [_named(someone.person) for someone in changes.left[:SHOWN]],
        "problems": [_problem(problem) for problem in reading.problems[:SHOWN]],
        "problem_count": len(reading.problems),
        "notices": [notice.text for notice in reading.notices],
    }


def write_problems(problems: Sequence[Problem]) -> bytes:
    """Return the problems as a CSV file that no spreadsheet takes for formulas; nothing when there are none."""
    rows = [
        (str(problem.row or ""), *map(guard, (problem.column, problem.value, problem.wrong, problem.remedy)))
        for problem in problems[:LISTED]
    ]
    if len(problems) > LISTED:
        rows.append(("", "", "", f"{len(problems) - LISTED:,} more problems are not listed", "mend these first"))
    return write_csv(PROBLEM_COLUMNS, rows) if rows else b""


def _beyond_manager(changed: Iterable[Change]) -> list[Change]:
    """Return those who change in more than their manager: who only moves is listed as moved."""
    return [change for change in changed if change.names != ("manager_id",)]


def _named(person: Person) -> dict[str, object]:
    return {"person_id": person.person_id, "name": person.name}


def _new(person: Person, names: Mapping[str, str]) -> dict[str, object]:
    """Return somebody new with where they belong."""
    place = {"department": person.department, "manager_id": person.manager_id}
    return _named(person) | place | {"manager_name": names.get(person.manager_id, "")}


def _moved(change: Change, names: Mapping[str, str]) -> dict[str, object]:
    """Return who moves from which manager to which."""
    old = change.old.manager_id if change.old else ""
    new = change.person.manager_id
    managers = {"from": old, "from_name": names.get(old, ""), "to": new, "to_name": names.get(new, "")}
    return _named(change.person) | managers


def _changed(change: Change) -> dict[str, object]:
    """Return who changes, with each field as it was and as it will be."""
    fields = [
        {"field": name, "old": _text(getattr(change.old, name, "")), "new": _text(getattr(change.person, name))}
        for name in change.names
        if name != "manager_id"
    ]
    return _named(change.person) | {"fields": fields, "has_new_lines": bool(LINE_FIELDS & set(change.names))}


def _text(value: object) -> str:
    """Return the value of a field as a file says it."""
    if isinstance(value, tuple):
        return "; ".join(value)
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def _problem(problem: Problem) -> dict[str, object]:
    names = ("row", "column", "value", "wrong", "remedy", "sentence")
    return {name: getattr(problem, name) for name in names}
