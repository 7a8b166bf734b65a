"""A person: an employee with a level, a unit and reporting lines."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """Whether a person works here for the whole term of a round."""

    ACTIVE = "active"
    LEAVE = "leave"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Person:
    """One employee, as one row of people.csv says it.

    ``manager_id`` is the solid reporting line (empty at the top), ``dotted_manager_ids`` the dotted
    ones. ``level`` is a whole number, higher is more senior; ``None`` while nobody knows it.
    ``evaluator_ids`` appraise this person or decide on their pay or promotion, now or within twelve months;
    ``previous_manager_ids`` managed this person within the last twelve months.
    """

    person_id: str
    name: str
    email: str = ""
    manager_id: str = ""
    dotted_manager_ids: tuple[str, ...] = ()
    level: int | None = None
    job_title: str = ""
    division: str = ""
    department: str = ""
    location: str = ""
    timezone: str = ""
    languages: tuple[str, ...] = ()
    start_date: date | None = None
    status: Status = Status.ACTIVE
    evaluator_ids: tuple[str, ...] = ()
    previous_manager_ids: tuple[str, ...] = ()
