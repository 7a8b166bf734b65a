"""People: what a row and its lines say as a word, and a word as the columns of a row and its lines."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mentormatch.domain.people import Person, Status
from mentormatch.domain.text import fold
from mentormatch.storage.rows.metadata import EMAIL_LENGTH
from mentormatch.storage.rows.organisation import NAME_LENGTH, LineKind, PersonRow

Columns = dict[str, object]
Over = Mapping[LineKind, Sequence[str]]
"""The ids of those who stand over one person, by kind and in their order."""

LISTS: Mapping[LineKind, str] = {
    LineKind.DOTTED: "dotted_manager_ids",
    LineKind.EVALUATOR: "evaluator_ids",
    LineKind.PREVIOUS: "previous_manager_ids",
}
COPIED = ("person_id", "name", "email", "level", "job_title", "division", "department", "location", "timezone")


def to_person(row: PersonRow, over: Over) -> Person:
    """Return the person whom a row describes."""
    return Person(
        **{name: getattr(row, name) for name in COPIED},
        manager_id="".join(over.get(LineKind.SOLID, ())),
        dotted_manager_ids=tuple(over.get(LineKind.DOTTED, ())),
        evaluator_ids=tuple(over.get(LineKind.EVALUATOR, ())),
        previous_manager_ids=tuple(over.get(LineKind.PREVIOUS, ())),
        languages=tuple(row.languages),
        start_date=row.start_date,
        status=Status(row.status),
    )


def person_columns(person: Person) -> Columns:
    """Return the columns of a person, without the key and the lines."""
    found = ("name", "person_id", "email", "job_title", "department", "division", "location")
    return {name: getattr(person, name) for name in COPIED} | {
        "folded_email": fold(person.email)[:EMAIL_LENGTH],
        "languages": list(person.languages),
        "start_date": person.start_date,
        "status": str(person.status),
        "sort_name": fold(person.name)[:NAME_LENGTH],
        "search_text": "\n".join(fold(getattr(person, name)) for name in found),
    }


def lines_over(person: Person) -> Iterator[tuple[LineKind, int, str]]:
    """Yield the kind, position and id of everybody over a person; somebody named twice in one list counts once."""
    if person.manager_id:
        yield LineKind.SOLID, 0, person.manager_id
    for kind, name in LISTS.items():
        for position, over_id in enumerate(dict.fromkeys(getattr(person, name))):
            yield kind, position, over_id


def gather_lines(lines: Iterable[tuple[int, str, str]]) -> dict[int, dict[LineKind, list[str]]]:
    """Return the ids over each person by key and kind, from (key, kind, id above) in their order."""
    gathered: dict[int, dict[LineKind, list[str]]] = {}
    for person_key, kind, over_id in lines:
        gathered.setdefault(person_key, {}).setdefault(LineKind(kind), []).append(over_id)
    return gathered
