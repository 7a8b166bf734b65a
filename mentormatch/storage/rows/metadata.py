"""What all rows share: names of constraints, moments in UTC, checks in words, and the class of each column's data."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, override

from sqlalchemy import JSON, CheckConstraint, DateTime, Dialect, ForeignKey, Index, MetaData, TypeDecorator, text
from sqlalchemy.orm import DeclarativeBase

# The class of what a column holds, as its ``info``: S2 sensitive, S3 identity, S4 integrity, PLAIN nothing of a person.
PLAIN: Final = {"data": "plain"}
S2: Final = {"data": "S2"}
S3: Final = {"data": "S3"}
S4: Final = {"data": "S4"}

NAMES: Final = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
EMAIL_LENGTH = 254
ID_LENGTH = 200
HASH_LENGTH = 64
"""Length of a SHA-256 in hexadecimal."""


class Moment(TypeDecorator[datetime]):
    """A point in time: aware UTC in the program on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC; refuse one that does not say its zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError("A moment needs a time zone.")
        return None if value is None else value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment with its zone, which SQLite does not keep."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Row(DeclarativeBase):
    """A row of any table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Moment(), dict[str, Any]: JSON, list[str]: JSON}


def one_of(column: str, words: Iterable[str]) -> CheckConstraint:
    """Return the constraint that a column holds one of some words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def holds(name: str, condition: str) -> CheckConstraint:
    """Return a named constraint."""
    return CheckConstraint(condition, name=name)


def only_one(name: str, *columns: str, where: str) -> Index:
    """Return the promise that of the rows for which a condition holds no two have the same in some columns."""
    return Index(name, *columns, unique=True, sqlite_where=text(where), postgresql_where=text(where))


def to(column: str, *, on_delete: str = "RESTRICT") -> ForeignKey:
    """Return a foreign key to a column such as ``people.key``; deleting what it names is refused by default."""
    return ForeignKey(column, ondelete=on_delete)
