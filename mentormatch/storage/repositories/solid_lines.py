"""Conditions on the solid lines of people, for lists and for the tree. They ask about the row ``PersonRow``."""

from sqlalchemy import CTE, ColumnElement, ScalarSelect, exists, func, select
from sqlalchemy.orm import aliased

from mentormatch.domain.people import Status
from mentormatch.services.reporting_lines import OddLine
from mentormatch.storage.rows.organisation import LineKind, LineRow, PersonRow

SOLID = LineRow.kind == LineKind.SOLID


def report_count() -> ScalarSelect[int]:
    """Return how many report to a person, counted from the index for one person at a time."""
    below = aliased(LineRow)
    counted = select(func.count()).where(below.over_key == PersonRow.key, below.kind == LineKind.SOLID)
    return counted.correlate(PersonRow).scalar_subquery()


def reports_to(manager_key: int) -> ColumnElement[bool]:
    """Return whether a person reports to a manager."""
    return PersonRow.key.in_(select(LineRow.person_key).where(SOLID, LineRow.over_key == manager_key))


def stands_at_the_top() -> ColumnElement[bool]:
    """Return whether nobody stands over a person who is here, or who left and still has reports."""
    own, below = aliased(LineRow), aliased(LineRow)
    has_manager = exists().where(own.person_key == PersonRow.key, own.kind == LineKind.SOLID)
    has_reports = exists().where(below.over_key == PersonRow.key, below.kind == LineKind.SOLID)
    return ~has_manager & ((PersonRow.status != Status.LEFT) | has_reports)


def is_odd(odd: OddLine) -> ColumnElement[bool]:
    """Return whether there is something odd about the line of a person."""
    if odd is OddLine.NO_MANAGER:
        return stands_at_the_top()
    return _manager_has_left() if odd is OddLine.MANAGER_LEFT else _runs_in_a_loop()


def _manager_has_left() -> ColumnElement[bool]:
    left = aliased(PersonRow)
    lines = select(LineRow.person_key).join(left, left.key == LineRow.over_key)
    return PersonRow.key.in_(lines.where(SOLID, left.status == Status.LEFT))


def _runs_in_a_loop() -> ColumnElement[bool]:
    """Return whether the line of a person never ends: all those have a manager who are not reached from any top.

    The two sets are subtracted as sets: PostgreSQL takes minutes over NOT IN with as many people.
    """
    return PersonRow.key.in_(select(LineRow.person_key).where(SOLID).except_(select(reached().c.person_key)))


def reached() -> CTE:
    """Return everybody who stands below a top. It ends: a line that comes from a top has no loop in it."""
    own = aliased(LineRow)
    has_manager = exists().where(own.person_key == LineRow.over_key, own.kind == LineKind.SOLID)
    first = select(LineRow.person_key).where(SOLID, ~has_manager).cte("reached", recursive=True)
    return first.union_all(select(LineRow.person_key).where(SOLID, LineRow.over_key == first.c.person_key))
