"""Statements that several subjects use: how many rows a change reached, and texts that no database can hold."""

from typing import cast

from sqlalchemy import CursorResult, Executable
from sqlalchemy.orm import Session


def rows_changed(session: Session, statement: Executable) -> int:
    """Carry out an update or a deletion and return how many rows it reached."""
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[object]", result).rowcount


def is_storable(text: str) -> bool:
    """Whether any row could hold a text: none holds a NUL or half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
