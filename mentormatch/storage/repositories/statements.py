"""Statements that several subjects use, on every database."""

from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy import CursorResult, Executable, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mentormatch.storage.rows.metadata import Row


def rows_changed(session: Session, statement: Executable) -> int:
    """Carry out an update or a deletion and return how many rows it reached."""
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[object]", result).rowcount


def insert_all(session: Session, row: type[Row], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows in one statement, those with an empty column among the others; nothing where there are none."""
    if rows:
        session.execute(insert(row), rows, execution_options={"render_nulls": True})


def insertion_into(session: Session, row: type[Row]) -> postgresql.Insert | sqlite.Insert:
    """Return an insertion that may say what to do where the row is there already, as both databases can."""
    is_postgres = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(row) if is_postgres else sqlite.insert(row)
