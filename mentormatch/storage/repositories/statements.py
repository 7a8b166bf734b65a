"""Statements that several subjects use: how many rows a change reached, and texts that no database can hold."""

from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy import CursorResult, Executable, insert
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


def is_storable(text: str) -> bool:
    """Whether any row could hold a text: none holds a NUL or half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
