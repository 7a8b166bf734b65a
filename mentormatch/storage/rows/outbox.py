"""Rows of the outbox: letters that are to be sent because of something that is certain."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mentormatch.domain.records import LetterState
from mentormatch.storage.rows.metadata import PLAIN, S2, S3, Row, holds, one_of, to


class LetterRow(Row):
    """A letter, without its text. ``occasion`` is what it is about, so that no occasion makes two letters."""

    __tablename__ = "letters"
    __table_args__ = (
        one_of("state", LetterState),
        holds("tries_counted", "tries >= 0"),
        Index("ix_letters_state_due_at", "state", "due_at"),
    )

    key: Mapped[int] = mapped_column(primary_key=True, info=PLAIN)
    occasion: Mapped[str] = mapped_column(String(120), unique=True, info=PLAIN)
    kind: Mapped[str] = mapped_column(String(40), info=PLAIN)
    user_key: Mapped[int] = mapped_column(to("users.key", on_delete="CASCADE"), info=S3)
    data: Mapped[dict[str, Any]] = mapped_column(info=S2)
    state: Mapped[str] = mapped_column(String(20), info=PLAIN)
    tries: Mapped[int] = mapped_column(info=PLAIN)
    created_at: Mapped[datetime] = mapped_column(info=PLAIN)
    due_at: Mapped[datetime] = mapped_column(info=PLAIN)
    sent_at: Mapped[datetime | None] = mapped_column(info=PLAIN)
