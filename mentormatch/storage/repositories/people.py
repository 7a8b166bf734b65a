"""The organisation in the database."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, false, func, literal, select, union_all, update
from sqlalchemy.orm import Session, aliased

from mentormatch.domain.people import Person, Status
from mentormatch.domain.text import fold, is_storable
from mentormatch.services.stored import Participation, PeoplePage, PeopleQuery, StoredPerson, TreeNode, UnitNames
from mentormatch.storage.mapping.people import gather_lines, lines_over, person_columns, to_person
from mentormatch.storage.repositories.lines import SqlLines
from mentormatch.storage.repositories.participation import participation_of
from mentormatch.storage.repositories.person_keys import is_kept, keys_by_id
from mentormatch.storage.repositories.solid_lines import SOLID, is_odd, report_count, reports_to, stands_at_the_top
from mentormatch.storage.repositories.statements import insert_all, rows_changed
from mentormatch.storage.rows.metadata import Row
from mentormatch.storage.rows.organisation import LineRow, PersonRow

AT_ONCE = 500
"""Keys that one statement names: databases limit how many a statement may hold."""


@dataclass(frozen=True, slots=True)
class SqlPeople:
    """Implements ``services.ports.People``."""

    transaction: Session

    def all(self) -> Sequence[StoredPerson]:
        """Return everybody who is not erased, by id."""
        rows = self.transaction.scalars(select(PersonRow).where(is_kept()))
        return sorted(self._with_lines(rows.all(), None), key=lambda stored: stored.person.person_id)

    def digest(self) -> str:
        """Return the SHA-256 of everybody and of every line as they are stored."""
        digest = hashlib.sha256()
        for row in (PersonRow, LineRow):
            table = Row.metadata.tables[row.__tablename__]
            ordered = select(table).order_by(*table.primary_key.columns)
            for found in self.transaction.execute(ordered, execution_options={"yield_per": AT_ONCE}):
                digest.update(repr(tuple(found)).encode("utf-8"))
        return digest.hexdigest()

    def get(self, key: int) -> StoredPerson | None:
        """Return a person."""
        rows = self.transaction.scalars(select(PersonRow).where(PersonRow.key == key)).all()
        return next(iter(self._with_lines(rows, [key])), None)

    def some(self, keys: Sequence[int]) -> Sequence[StoredPerson]:
        """Return people by their keys."""
        if not keys:
            return []
        rows = self.transaction.scalars(select(PersonRow).where(PersonRow.key.in_(keys))).all()
        return self._with_lines(rows, keys)

    def keys_by_email(self, email: str) -> Sequence[int]:
        """Return the people with a folded e-mail address who have not left."""
        here = (PersonRow.folded_email == email, PersonRow.status != Status.LEFT)
        return self.transaction.scalars(select(PersonRow.key).where(*here).order_by(PersonRow.key)).all()

    def page(self, query: PeopleQuery, size: int) -> PeoplePage:
        """Return a page of people in the order of their names."""
        chosen = list(_conditions(query))
        total = self.transaction.scalar(select(func.count()).select_from(PersonRow).where(*chosen)) or 0
        ordered = select(PersonRow).where(*chosen).order_by(PersonRow.sort_name, PersonRow.key)
        rows = self.transaction.scalars(ordered.limit(size).offset((query.page - 1) * size)).all()
        keys = [row.key for row in rows]
        return PeoplePage(tuple(self._with_lines(rows, keys)), total, SqlLines(self.transaction).solid_managers(keys))

    def unit_names(self) -> UnitNames:
        """Return the divisions, departments and locations that there are, in one statement."""
        columns = (PersonRow.division, PersonRow.department, PersonRow.location)
        named = (select(literal(place), column).where(column != "").distinct() for place, column in enumerate(columns))
        found: tuple[list[str], ...] = tuple([] for _ in columns)
        for place, name in self.transaction.execute(union_all(*named)):
            found[place].append(name)
        return UnitNames(*(tuple(sorted(names, key=lambda name: (fold(name), name))) for names in found))

    def branch(self, over_key: int | None, limit: int) -> Sequence[TreeNode]:
        """Return the direct reports of a person, or everybody at a top."""
        chosen = stands_at_the_top() if over_key is None else reports_to(over_key)
        nodes = select(PersonRow, report_count()).where(chosen).order_by(PersonRow.sort_name, PersonRow.key)
        found = self.transaction.execute(nodes.limit(limit))
        return [
            TreeNode(row.key, row.person_id, row.name, row.job_title, count, Status(row.status)) for row, count in found
        ]

    def managers_upwards(self, key: int) -> Mapping[int, int]:
        """Return the solid line from a person upwards; a loop ends it, because each line is found only once."""
        first = select(LineRow.person_key, LineRow.over_key).where(SOLID, LineRow.person_key == key)
        above = first.cte("above", recursive=True)
        above = above.union(
            select(LineRow.person_key, LineRow.over_key).where(SOLID, LineRow.person_key == above.c.over_key)
        )
        found = self.transaction.execute(select(above.c.person_key, above.c.over_key))
        return {line.person_key: line.over_key for line in found}

    def participation(self, key: int) -> Sequence[Participation]:
        """Return the enrolments and published pairings of a person, the latest round first."""
        return participation_of(self.transaction, key)

    def add(self, people: Sequence[Person]) -> None:
        """Add people, without their lines."""
        insert_all(self.transaction, PersonRow, [person_columns(person) for person in people])

    def change(self, people: Sequence[StoredPerson]) -> None:
        """Replace what is stored of people, without their lines."""
        if people:
            rows = [{"key": stored.key} | person_columns(stored.person) for stored in people]
            self.transaction.execute(update(PersonRow), rows)

    def replace_lines(self, people: Sequence[Person]) -> None:
        """Replace everybody who stands over the given people."""
        keys = keys_by_id(self.transaction)
        self._delete_lines([keys[person.person_id] for person in people])
        rows = [
            {"person_key": keys[person.person_id], "kind": str(kind), "position": position, "over_key": keys[over_id]}
            for person in people
            for kind, position, over_id in lines_over(person)
        ]
        insert_all(self.transaction, LineRow, rows)

    def mark_left(self, keys: Sequence[int]) -> None:
        """Mark people as no longer here and take away their lines."""
        for some in _portions(keys):
            left = update(PersonRow).where(PersonRow.key.in_(some)).values(status=str(Status.LEFT))
            rows_changed(self.transaction, left)
        self._delete_lines(keys)

    def _delete_lines(self, keys: Sequence[int]) -> None:
        """Delete the lines of people."""
        for some in _portions(keys):
            rows_changed(self.transaction, delete(LineRow).where(LineRow.person_key.in_(some)))

    def _with_lines(self, rows: Sequence[PersonRow], keys: Sequence[int] | None) -> list[StoredPerson]:
        """Return people with their lines, found in one statement: of the given keys, or of everybody."""
        over = aliased(PersonRow)
        lines = select(LineRow.person_key, LineRow.kind, over.person_id.label("over_id")).join(
            over, over.key == LineRow.over_key
        )
        lines = lines if keys is None else lines.where(LineRow.person_key.in_(keys))
        found = self.transaction.execute(lines.order_by(LineRow.person_key, LineRow.kind, LineRow.position))
        gathered = gather_lines((row.person_key, row.kind, row.over_id) for row in found)
        return [StoredPerson(row.key, to_person(row, gathered.get(row.key, {}))) for row in rows]


def _conditions(query: PeopleQuery) -> Iterable[ColumnElement[bool]]:
    """Yield what must hold of the people of a list; the erased are in none."""
    yield is_kept()
    for word in fold(query.search).split():
        yield PersonRow.search_text.contains(word, autoescape=True) if is_storable(word) else false()
    for name in ("department", "division", "location"):
        wanted = getattr(query, name)
        if wanted:
            yield getattr(PersonRow, name) == wanted if is_storable(wanted) else false()
    if query.status is not None:
        yield PersonRow.status == query.status
    if query.manager_key is not None:
        yield reports_to(query.manager_key)
    if query.odd is not None:
        yield is_odd(query.odd)


def _portions(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    """Yield keys in portions that one statement can name."""
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
