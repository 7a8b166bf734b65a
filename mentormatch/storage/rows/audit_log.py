"""Rows of the audit log. The database itself refuses to change or delete one (see the migration that makes them)."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from mentormatch.storage.rows.metadata import HASH_LENGTH, PLAIN, S4, Row, holds


class AuditRow(Row):
    """One entry. ``data`` is the canonical JSON over which the hash was taken, kept letter by letter."""

    __tablename__ = "audit_log"
    __table_args__ = (
        holds("sequence_counted", "sequence >= 1"),
        holds("hashes_whole", f"length(hash) = {HASH_LENGTH} AND length(previous_hash) = {HASH_LENGTH}"),
    )

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, info=PLAIN)
    at: Mapped[datetime] = mapped_column(info=PLAIN)
    actor: Mapped[str] = mapped_column(String(40), info=PLAIN)
    action: Mapped[str] = mapped_column(String(60), index=True, info=PLAIN)
    subject: Mapped[str] = mapped_column(String(60), index=True, info=PLAIN)
    data: Mapped[str] = mapped_column(Text, info=PLAIN)
    previous_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True, info=S4)
    hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True, info=S4)
