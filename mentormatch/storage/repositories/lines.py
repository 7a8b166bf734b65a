"""Who stands over whom in the database, and everybody below a manager."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, Select, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from mentormatch.domain.people import Status
from mentormatch.services.reporting_lines import Headcount, LineMember, LinePage, OddLine, Superior, TakingPart
from mentormatch.storage.repositories.participation import participation_below, takes_part
from mentormatch.storage.repositories.person_keys import is_kept
from mentormatch.storage.repositories.solid_lines import SOLID, is_odd, reached
from mentormatch.storage.rows.enrolments import EnrolmentRow
from mentormatch.storage.rows.organisation import LineRow, PersonRow


@dataclass(frozen=True, slots=True)
class SqlLines:
    """Implements ``services.reporting_lines.Lines``."""

    transaction: Session

    def superiors(self, key: int) -> Sequence[Superior]:
        """Return everybody who stands over a person, by kind and in the order of each list."""
        over = _superiors().where(LineRow.person_key == key).order_by(LineRow.kind, LineRow.position)
        return [Superior(*row[1:]) for row in self.transaction.execute(over)]

    def solid_managers(self, keys: Sequence[int]) -> Mapping[int, Superior]:
        """Return the managers of some people by the keys of those people."""
        over = _superiors().where(SOLID, LineRow.person_key.in_(keys))
        return {row[0]: Superior(*row[1:]) for row in self.transaction.execute(over)}

    def has_reports(self, key: int) -> bool:
        """Whether anybody reports to a person on a solid line."""
        return bool(self.transaction.scalar(select(exists().where(SOLID, LineRow.over_key == key))))

    def below(self, key: int, page: int, size: int) -> LinePage:
        """Return a page of everybody below a person, in three statements whatever the number of people."""
        line = _line_below(key)
        total, participants, hours = self.transaction.execute(_figures(line)).one()
        manager = aliased(PersonRow)
        rows = select(PersonRow, line.c.distance, manager.name).join(line, line.c.person_key == PersonRow.key)
        rows = rows.join(manager, manager.key == line.c.over_key)
        rows = rows.order_by(line.c.distance, PersonRow.sort_name, PersonRow.key)
        found = self.transaction.execute(rows.limit(size).offset((page - 1) * size)).all()
        parts = self._parts([row.key for row, _, _ in found])
        members = tuple(_member(row, distance, name, parts.get(row.key, ())) for row, distance, name in found)
        return LinePage(members, total, participants, hours or 0)

    def headcount(self) -> Headcount:
        """Return how many people there are and how many lines are odd; the erased count nowhere."""
        by_status = select(PersonRow.status, func.count()).where(is_kept()).group_by(PersonRow.status)
        counted = {Status(status): count for status, count in self.transaction.execute(by_status)}
        manager_left = select(func.count()).select_from(PersonRow).where(is_odd(OddLine.MANAGER_LEFT))
        managed = select(func.count()).select_from(LineRow).where(SOLID)
        known = select(func.count()).select_from(reached())
        asked = select(manager_left.scalar_subquery(), managed.scalar_subquery() - known.scalar_subquery())
        return Headcount(counted, *self.transaction.execute(asked).one())

    def _parts(self, keys: Sequence[int]) -> Mapping[int, tuple[TakingPart, ...]]:
        gathered: dict[int, tuple[TakingPart, ...]] = {}
        for key, part in participation_below(self.transaction, keys):
            gathered[key] = (*gathered.get(key, ()), part)
        return gathered


def _superiors() -> Select[*tuple[Any, ...]]:
    """Return who is meant and the columns of those over them."""
    over = aliased(PersonRow)
    columns = (LineRow.person_key, LineRow.kind, over.key, over.person_id, over.name)
    return select(*columns).join(over, over.key == LineRow.over_key)


def _line_below(key: int) -> CTE:
    """Return everybody below a person with their distance.

    It ends even where lines run in loops: as everybody has one line upwards, a loop below somebody comes back to them.
    """
    first = select(LineRow.person_key, LineRow.over_key, literal(1).label("distance"))
    line = first.where(SOLID, LineRow.over_key == key).cte("line", recursive=True)
    further = select(LineRow.person_key, LineRow.over_key, line.c.distance + 1)
    return line.union_all(further.where(SOLID, LineRow.over_key == line.c.person_key, LineRow.person_key != key))


def _figures(line: CTE) -> Select[int, int, float | None]:
    """Return how many people are in a line, how many of them take part now, and the hours that they set aside."""
    enrolled = select(func.count(EnrolmentRow.person_key.distinct()), func.sum(EnrolmentRow.hours_per_month))
    of_line = enrolled.select_from(line).where(EnrolmentRow.person_key == line.c.person_key, *takes_part()).subquery()
    return select(select(func.count()).select_from(line).scalar_subquery(), *of_line.c)


def _member(row: PersonRow, distance: int, manager: str, parts: tuple[TakingPart, ...]) -> LineMember:
    """Return what a manager reads of a person."""
    return LineMember(
        key=row.key,
        person_id=row.person_id,
        name=row.name,
        job_title=row.job_title,
        department=row.department,
        status=Status(row.status),
        distance=distance,
        manager=manager,
        taking_part=parts,
    )
