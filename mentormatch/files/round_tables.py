"""The tables of a round before it is matched: people.csv, enrolments.csv and history.csv, as the readers read them."""

from collections.abc import Iterable, Mapping

from mentormatch.domain.direction import Direction
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.pairing import PastPairing
from mentormatch.domain.people import Person
from mentormatch.files.csv_text import Cell, join_list, write_csv
from mentormatch.files.enrolments_file import ENROLMENT_COLUMNS
from mentormatch.files.history_file import HISTORY_COLUMNS
from mentormatch.files.people_file import PEOPLE_COLUMNS


def write_people(people: Iterable[Person]) -> bytes:
    """Return people.csv, in the order given."""
    return write_csv(PEOPLE_COLUMNS, (_cells(person, PEOPLE_COLUMNS) for person in people))


def write_enrolments(enrolments: Iterable[Enrolment]) -> bytes:
    """Return enrolments.csv, in the order given."""
    return write_csv(ENROLMENT_COLUMNS, (_cells(enrolment, ENROLMENT_COLUMNS) for enrolment in enrolments))


def write_history(history: Iterable[PastPairing]) -> bytes:
    """Return history.csv, in the order given."""
    return write_csv(HISTORY_COLUMNS, (_past_cells(past) for past in history))


def _past_cells(past: PastPairing) -> list[Cell]:
    ids = (past.mentor_id, past.mentee_id, past.direction, past.round_name)
    return [*ids, _cell(past.started), _cell(past.ended), past.end_reason]


def _cells(word: Person | Enrolment, columns: Iterable[str]) -> list[Cell]:
    return [_cell(getattr(word, column)) for column in columns]


def _cell(value: object) -> Cell:
    """Return a field as a cell; unknown is blank, yes and no are words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return join_list(f"{Direction(direction)}:{places}" for direction, places in value.items())
    if isinstance(value, tuple):
        return join_list(value)
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, int) else str(value)
